"""Finds the first candidate that was produced."""

from collections.abc import Iterator
from typing import Any, Final

from skep_contracts.plugins.nodes import NodeResult, OutputSpec, PureContext
from skep_contracts.problems import FieldError, InvalidInput
from skep_contracts.values import Value, has_type
from skep_node_variable_aggregator.settings import AggregatorSettings

OUTPUT: Final = "output"


class AggregatorNode:
    """Runs once, when it is known of every branch whether it was taken."""

    def evaluate(self, ctx: PureContext, settings: AggregatorSettings) -> NodeResult:
        """Return the first value that is not null, or null; for each group its own.

        Raises:
            InvalidInput: A value is not of the type that was declared.
        """
        if not settings.groups:
            return NodeResult(outputs={OUTPUT: _first(ctx, settings.values, settings.type, "")})
        outputs: dict[str, Value] = {}
        for index, group in enumerate(settings.groups):
            found = _first(ctx, group.values, group.type, f"/groups/{index}")
            outputs[group.name] = {OUTPUT: found}
        return NodeResult(outputs=outputs)


def _first(ctx: PureContext, candidates: tuple[Any, ...], declared: str, at: str) -> Value:
    for index, candidate in enumerate(candidates):
        value = ctx.value(candidate)
        if value is None:
            continue
        if not has_type(value, declared):
            pointer, message = f"{at}/values/{index}", f"is not of the type {declared}"
            raise InvalidInput(
                f"The value at {pointer} {message}.",
                errors=[FieldError(pointer=pointer, message=message)],
                code="wrong_type",
            )
        return value
    return None


def outputs(settings: AggregatorSettings) -> tuple[OutputSpec, ...]:
    """Declare one output, or one for each group."""
    if settings.groups:
        return tuple(
            OutputSpec(name=group.name, type="object", description="Its value is `output`.")
            for group in settings.groups
        )
    return (OutputSpec(name=OUTPUT, type=settings.type),)


def check(settings: AggregatorSettings) -> None:
    """Refuse a node that would give nothing, or two things under one name.

    Raises:
        InvalidInput: With every fault.
    """
    faults = [FieldError(pointer=at, message=message) for at, message in _faults_of(settings)]
    if faults:
        raise InvalidInput("The aggregator is not sound.", errors=faults)


def _faults_of(settings: AggregatorSettings) -> Iterator[tuple[str, str]]:
    if not settings.values and not settings.groups:
        yield "/values", "give the values of which the first is taken, or groups of them"
    if settings.groups and settings.values:
        yield "/values", "there are groups too; move these values into one of them"
    if settings.groups and settings.type != "any":
        yield "/type", "is for values; each group has its own"
    seen: set[str] = set()
    for index, group in enumerate(settings.groups):
        at = f"/groups/{index}/name"
        if group.name == "error":
            yield at, "`error` is a reserved name"
        if group.name in seen:
            yield at, f"`{group.name}` is there twice"
        seen.add(group.name)
