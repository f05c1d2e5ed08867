"""Candidates in their order, alone or in groups."""

from typing import Annotated, Any, TypeAlias

import msgspec

from skep_contracts.graph import ValueType, VariableName

Candidates: TypeAlias = Annotated[
    tuple[Any, ...],
    msgspec.Meta(
        max_length=200,
        description="References, such as `{{reply.text}}`; the first that is not null wins.",
    ),
]


class Group(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Candidates of which one is given, read as `{{node.name.output}}`."""

    name: Annotated[VariableName, msgspec.Meta(description="The output of the node.")]
    values: Annotated[Candidates, msgspec.Meta(min_length=1)]
    type: Annotated[
        ValueType, msgspec.Meta(description="Another type of value fails the node.")
    ] = "any"


class AggregatorSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """Either `values` or `groups`."""

    values: Candidates = ()
    type: Annotated[
        ValueType, msgspec.Meta(description="Of `values`: another type of value fails the node.")
    ] = "any"
    groups: Annotated[
        tuple[Group, ...],
        msgspec.Meta(max_length=100, description="In place of `values`, several at once."),
    ] = ()
