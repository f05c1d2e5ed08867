"""The settings of an iteration, and the rounds that follow from them."""

from typing import Annotated, Any, Final, Literal

import msgspec

from skep_contracts.plugins.nodes import OutputSpec, Rounds
from skep_contracts.problems import FieldError, InvalidInput
from skep_contracts.references import Reference, parse_template

MAX_ITEMS: Final = 100_000
"""A run takes no more steps than that."""


class IterationSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What the nodes inside are run for, and what is kept of each round."""

    items: Annotated[
        Any, msgspec.Meta(description="The array: one reference, such as `{{search.passages}}`.")
    ]
    output: Annotated[
        Any,
        msgspec.Meta(
            description="Kept of each round, such as `{{summary.text}}`. Nothing when left out."
        ),
    ] = msgspec.UNSET
    parallel: Annotated[
        int, msgspec.Meta(ge=1, le=100, description="Rounds under way at a time.")
    ] = 1
    on_failed_round: Annotated[
        Literal["stop", "null", "drop"],
        msgspec.Meta(
            description="`stop` fails the iteration, `null` stands in for the output of the round, "
            "`drop` leaves it out."
        ),
    ] = "stop"
    flatten: Annotated[
        bool,
        msgspec.Meta(description="Join the outputs by one level when each of them is an array."),
    ] = True
    max_items: Annotated[
        int, msgspec.Meta(ge=1, le=MAX_ITEMS, description="More items fail the iteration.")
    ] = 10_000


def rounds(settings: IterationSettings) -> Rounds:
    """Return a round for each item."""
    return Rounds(
        items=settings.items,
        max_rounds=settings.max_items,
        parallel=settings.parallel,
        on_failed_round=settings.on_failed_round,
        output=settings.output,
        flatten=settings.flatten,
    )


def outputs(settings: IterationSettings) -> tuple[OutputSpec, ...]:
    """Declare what can be read of the iteration when it is over."""
    count = OutputSpec(name="rounds", type="number", description="How many rounds began.")
    if settings.output is msgspec.UNSET:
        return (count,)
    kept = OutputSpec(
        name="output",
        type=f"array[{_type_of(settings.output)}]",
        description="What was kept of each round, in the order of the items.",
    )
    return (kept, count)


def _type_of(template: object) -> str:
    """Return the type of what is kept of a round, as far as the template shows it."""
    if isinstance(template, str):
        segments = parse_template(template)
        is_reference = len(segments) == 1 and isinstance(segments[0], Reference)
        return "any" if is_reference else "string"
    return "object" if isinstance(template, dict) else "any"


def check(settings: IterationSettings) -> None:
    """Refuse items that could not be an array.

    Raises:
        InvalidInput: With the fault.
    """
    fault = _fault_of_items(settings.items)
    if fault is not None:
        raise InvalidInput(
            "The iteration has no array to go through.",
            errors=[FieldError(pointer="/items", message=fault)],
        )


def _fault_of_items(items: object) -> str | None:
    if isinstance(items, list):
        shown = f"has {len(items):,} items; the limit is {MAX_ITEMS:,}"
        return shown if len(items) > MAX_ITEMS else None
    advice = "give one reference, such as `{{search.passages}}`, or a list"
    if not isinstance(items, str):
        return f"is no array; {advice}"
    segments = parse_template(items)
    if len(segments) == 1 and isinstance(segments[0], Reference):
        return None
    return f"is a text and no array; {advice}"
