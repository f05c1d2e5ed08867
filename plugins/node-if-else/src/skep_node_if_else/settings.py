"""Cases and their conditions, as the author writes them."""

from typing import Annotated

import msgspec

from skep_contracts.conditions import Condition, Match


class Case(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """A way out of the node: the port `id`, taken when its conditions hold."""

    id: Annotated[
        str,
        msgspec.Meta(
            pattern=r"^(?!(else|failed)$)[A-Za-z0-9_-]{1,64}$",
            description="The port; edges say `from: node.id`.",
        ),
    ]
    label: str = ""
    match: Match = "all"
    conditions: Annotated[tuple[Condition, ...], msgspec.Meta(min_length=1, max_length=200)]


class IfElseSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The settings of an if-else node."""

    cases: Annotated[
        tuple[Case, ...],
        msgspec.Meta(min_length=1, max_length=100, description="Tried in order; the first wins."),
    ]
