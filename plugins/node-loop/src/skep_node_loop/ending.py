"""Ends the container it stands in."""

import msgspec

from skep_contracts.plugins.nodes import NodeResult, PureContext


class BreakSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """There is nothing to say: that control comes here is the decision."""


class BreakNode:
    """Gives nothing; the engine ends the round and the container because of its role."""

    def evaluate(self, ctx: PureContext, settings: BreakSettings) -> NodeResult:
        """Return an empty result."""
        return NodeResult()
