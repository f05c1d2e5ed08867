"""From settings to the changes that are to be made; the host makes and keeps them."""

from collections.abc import Iterator
from typing import Final

import msgspec

from skep_contracts.assignments import ON_NUMBERS, WITHOUT_VALUE, Assignment, Operation
from skep_contracts.plugins.nodes import NodeResult, PureContext
from skep_contracts.problems import FieldError, InvalidInput, json_pointer
from skep_contracts.references import Reference, parse_template
from skep_node_variable_assigner.settings import AssignerSettings, Change

_ADVICE: Final[dict[str, str]] = {
    "env": "variables of the environment are set once for the app",
    "sys": "what `sys` holds are facts of the run",
}


class AssignerNode:
    """Gives operations and not results, so that turns at the same time lose nothing."""

    def evaluate(self, ctx: PureContext, settings: AssignerSettings) -> NodeResult:
        """Return the changes with their references resolved, in their order."""
        writes: list[Assignment] = []
        for change in settings.changes:
            value = None if change.value is msgspec.UNSET else ctx.value(change.value)
            if value is None and change.skip_null and change.operation not in WITHOUT_VALUE:
                continue
            assignment = Assignment(target=change.target, operation=change.operation, value=value)
            writes.append(assignment)
        return NodeResult(writes=tuple(writes))


def writes(settings: AssignerSettings) -> tuple[tuple[str, Operation], ...]:
    """Return which variables are changed and how."""
    return tuple((change.target, change.operation) for change in settings.changes)


def check(settings: AssignerSettings) -> None:
    """Refuse changes that say too little, too much, or what can never be done.

    Raises:
        InvalidInput: With every fault.
    """
    faults = [
        FieldError(pointer=json_pointer("changes", index, key), message=message)
        for index, change in enumerate(settings.changes)
        for key, message in _faults_of(change)
    ]
    if faults:
        raise InvalidInput("The changes are not sound.", errors=faults)


def _faults_of(change: Change) -> Iterator[tuple[str, str]]:
    root = change.target.partition(".")[0]
    if root in _ADVICE:
        message = f"{_ADVICE[root]}; only those of `conversation` and of a loop can be changed"
        yield "target", message
    operation = change.operation
    if operation in WITHOUT_VALUE:
        if change.value is not msgspec.UNSET:
            yield "value", f"`{operation}` takes no value"
        if change.skip_null:
            yield "skip_null", f"`{operation}` takes no value that could be null"
    elif change.value is msgspec.UNSET:
        yield "value", f"`{operation}` needs a value"
    elif not _is_reference(change.value):
        fault = _fault_of_fixed(operation, change.value)
        if fault is not None:
            yield "value", fault


def _is_reference(template: object) -> bool:
    """Tell whether a template is exactly one reference, which may give anything."""
    if not isinstance(template, str):
        return False
    segments = parse_template(template)
    return len(segments) == 1 and isinstance(segments[0], Reference)


def _fault_of_fixed(operation: Operation, value: object) -> str | None:
    if operation == "extend" and not isinstance(value, list):
        return "`extend` needs an array; `append` adds one item"
    if operation in ON_NUMBERS:
        if isinstance(value, bool) or not isinstance(value, int | float):
            return f"`{operation}` needs a number"
        if operation == "divide" and value == 0:
            return "a number cannot be divided by zero"
    return None
