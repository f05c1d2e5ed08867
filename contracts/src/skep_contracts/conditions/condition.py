"""A condition, as the author writes it."""

from typing import Annotated, Any, Literal

import msgspec

Operator = Literal[
    "eq",
    "ne",
    "lt",
    "le",
    "gt",
    "ge",
    "contains",
    "not_contains",
    "contains_any",
    "contains_all",
    "starts_with",
    "ends_with",
    "in",
    "not_in",
    "empty",
    "not_empty",
    "null",
    "not_null",
]
Match = Literal["all", "any", "none"]


class Condition(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Either compares two values (`left`, `op`, `right`), or groups conditions (`match`)."""

    left: Annotated[
        Any, msgspec.Meta(description="Usually one reference, which keeps its type.")
    ] = msgspec.UNSET
    op: Operator | None = None
    right: Annotated[Any, msgspec.Meta(description="A value, or a text with references.")] = (
        msgspec.UNSET
    )
    ignore_case: Annotated[bool, msgspec.Meta(description="In texts.")] = False
    match: Match | None = None
    conditions: tuple["Condition", ...] = ()
