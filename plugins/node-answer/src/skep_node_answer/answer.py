"""Renders the text of an answer."""

from typing import Annotated

import msgspec

from skep_contracts.plugins.nodes import NodeResult, PureContext


class AnswerSettings(
    msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True
):
    """The settings of an answer node."""

    text: Annotated[
        str,
        msgspec.Meta(min_length=1, description="What the user reads, with references in it."),
    ]


class AnswerNode:
    """Gives the whole text; the host has streamed its parts to the user by then."""

    def evaluate(self, ctx: PureContext, settings: AnswerSettings) -> NodeResult:
        """Return the text with every reference resolved."""
        return NodeResult(outputs={"text": ctx.text(settings.text)})
