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
    "any_item",
    "every_item",
    "no_item",
]
Match = Literal["all", "any", "none"]


class Condition(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Compares two values, asks about the items of an array, or groups conditions.

    A comparison has `left`, `op` and mostly `right`. The operators about items have `left`, the
    array, and `conditions`, in each of which `field` stands in the place of `left`. A group has
    `match` and `conditions`.
    """

    left: Annotated[
        Any, msgspec.Meta(description="Usually one reference, which keeps its type.")
    ] = msgspec.UNSET
    field: Annotated[
        Annotated[str, msgspec.Meta(max_length=500)] | msgspec.UnsetType,
        msgspec.Meta(
            description="Where items are asked about: a part of the item, such as `name` or "
            "`a.0.b`; empty for the item itself."
        ),
    ] = msgspec.UNSET
    op: Operator | None = None
    right: Annotated[Any, msgspec.Meta(description="A value, or a text with references.")] = (
        msgspec.UNSET
    )
    ignore_case: Annotated[bool, msgspec.Meta(description="In texts.")] = False
    match: Annotated[
        Match | None, msgspec.Meta(description="Of a group, or of what an item has to fulfil.")
    ] = None
    conditions: tuple["Condition", ...] = ()
