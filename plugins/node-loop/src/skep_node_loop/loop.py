"""From the settings of a loop to its rounds, its outputs and its faults."""

from collections.abc import Iterator
from typing import Final

import msgspec

from skep_contracts.conditions import MAX_CONDITIONS, find_condition_faults
from skep_contracts.plugins.nodes import LoopVariable, OutputSpec, Rounds
from skep_contracts.problems import FieldError, InvalidInput
from skep_contracts.references import Reference, parse_template, references_in
from skep_contracts.values import has_type
from skep_node_loop.settings import LoopSettings, Variable

RESERVED: Final[dict[str, str]] = {
    "item": "what iterations call an item",
    "index": "the number of the round",
    "rounds": "an output of the loop",
    "output": "an output of the loop",
    "error": "an output of a node that failed",
}


def rounds(settings: LoopSettings) -> Rounds:
    """Return rounds that follow each other."""
    return Rounds(
        variables=tuple(
            LoopVariable(name=variable.name, type=variable.type, value=variable.value)
            for variable in settings.variables
        ),
        max_rounds=settings.max_rounds,
        output=settings.output,
        until=settings.until,
        until_match=settings.match,
    )


def outputs(settings: LoopSettings) -> tuple[OutputSpec, ...]:
    """Declare what can be read of the loop when it is over."""
    kept = OutputSpec(name="output", type="array[any]", description="What was kept of each round.")
    return (
        *(OutputSpec(name=variable.name, type=variable.type) for variable in settings.variables),
        *(() if settings.output is msgspec.UNSET else (kept,)),
        OutputSpec(name="rounds", type="number", description="How many rounds began."),
    )


def check(settings: LoopSettings) -> None:
    """Refuse variables that cannot be told apart or begin wrong, and unsound conditions.

    Raises:
        InvalidInput: With every fault.
    """
    faults = [*_faults_of_variables(settings.variables)]
    found, count = find_condition_faults(settings.until)
    # The conditions stand in `until`, and not in a field called conditions.
    faults += (
        FieldError(
            pointer="/until" + fault.pointer.removeprefix("/conditions"), message=fault.message
        )
        for fault in found
    )
    if count > MAX_CONDITIONS:
        message = f"{count:,} conditions; the limit is {MAX_CONDITIONS}"
        faults.append(FieldError(pointer="/until", message=message))
    if faults:
        raise InvalidInput("The loop is not sound.", errors=faults)


def _faults_of_variables(variables: tuple[Variable, ...]) -> Iterator[FieldError]:
    seen: set[str] = set()
    for index, variable in enumerate(variables):
        at = f"/variables/{index}"
        if variable.name in RESERVED:
            message = f"`{variable.name}` is {RESERVED[variable.name]}; choose another name"
            yield FieldError(pointer=f"{at}/name", message=message)
        elif variable.name in seen:
            yield FieldError(pointer=f"{at}/name", message=f"`{variable.name}` is there twice")
        seen.add(variable.name)
        if not _may_be(variable.value, variable.type):
            message = f"is not of the type {variable.type}"
            yield FieldError(pointer=f"{at}/value", message=message)


def _may_be(template: object, declared: str) -> bool:
    """Tell whether a template can give a value of a type; one reference may give anything."""
    if isinstance(template, str):
        segments = parse_template(template)
        if len(segments) == 1 and isinstance(segments[0], Reference):
            return True
        return declared in {"string", "any"}
    if any(references_in(template)):
        outer: object = [] if isinstance(template, list) else {}
        return has_type(outer, declared) or declared == "file"
    return has_type(template, declared)
