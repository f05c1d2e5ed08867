"""The steps that an array goes through, as the author writes them."""

from typing import Annotated, Any, Literal, TypeAlias

import msgspec

from skep_contracts.conditions import Condition, Match

Number: TypeAlias = Annotated[
    int | str, msgspec.Meta(description="A whole number, or a reference to one.")
]


class Filter(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Which items stay."""

    conditions: Annotated[
        tuple[Condition, ...],
        msgspec.Meta(
            min_length=1,
            max_length=200,
            description="Each compares a `field` of the item; empty is the item itself.",
        ),
    ]
    match: Annotated[
        Match, msgspec.Meta(description="Whether all, any or none of them have to hold.")
    ] = "all"


class Pick(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The one item that is kept."""

    position: Annotated[Number, msgspec.Meta(description="1 is the first item.")]


class Sort(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """By what items are put in order."""

    field: Annotated[
        str,
        msgspec.Meta(
            max_length=500,
            description="A part of the item, such as `name` or `a.0.b`; empty for the item itself.",
        ),
    ] = ""
    order: Literal["asc", "desc"] = "asc"


class Limit(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """How many items are kept."""

    count: Number
    from_end: Annotated[
        bool, msgspec.Meta(description="Keep the last ones instead of the first.")
    ] = False


class ListOperatorSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Steps are made in the order in which they stand here; each may be left out."""

    items: Annotated[
        Any, msgspec.Meta(description="The array: one reference, such as `{{start.papers}}`.")
    ]
    filter: Filter | None = None
    pick: Pick | None = None
    sort: Sort | None = None
    limit: Limit | None = None
