"""Variables, conditions and limits of a loop, as the author writes them."""

from typing import Annotated, Any, Final

import msgspec

from skep_contracts.conditions import Condition, Match
from skep_contracts.graph import ValueType, VariableName

MAX_ROUNDS: Final = 1000


class Variable(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A value that goes from round to round, changed by nodes inside that assign to it."""

    name: Annotated[VariableName, msgspec.Meta(description="Read as `{{loop_id.name}}`.")]
    type: ValueType = "any"
    value: Annotated[
        Any,
        msgspec.Meta(description="At the start: a value, or a text with references. Or null."),
    ] = None


class LoopSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """What is kept from round to round, and when it is enough."""

    variables: Annotated[tuple[Variable, ...], msgspec.Meta(max_length=100)] = ()
    until: Annotated[
        tuple[Condition, ...],
        msgspec.Meta(
            max_length=200,
            description="No further round begins when they hold. Looked at before the first round "
            "and after each.",
        ),
    ] = ()
    match: Annotated[
        Match, msgspec.Meta(description="Whether all, any or none of them have to hold.")
    ] = "all"
    max_rounds: Annotated[
        int, msgspec.Meta(ge=1, le=MAX_ROUNDS, description="It ends after so many in any case.")
    ] = 10
    output: Annotated[
        Any,
        msgspec.Meta(
            description="Kept of each round, such as `{{draft.text}}`. Nothing when left out."
        ),
    ] = msgspec.UNSET
