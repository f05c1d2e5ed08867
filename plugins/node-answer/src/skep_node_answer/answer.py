"""Renders the text of an answer."""

from collections.abc import Iterator
from typing import Annotated

import msgspec

from skep_contracts.plugins.nodes import NodeResult, PureContext
from skep_contracts.references import parse_template
from skep_contracts.values import Value, file_from_value


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
        """Return the text with every reference resolved, and the files that it refers to."""
        outputs: dict[str, Value] = {"text": ctx.text(settings.text)}
        files = [*_files(ctx, settings.text)]
        if files:
            outputs["files"] = files
        return NodeResult(outputs=outputs)


def _files(ctx: PureContext, template: str) -> Iterator[Value]:
    """Yield the files in the order in which the text names them, each once."""
    seen: set[str] = set()
    for segment in parse_template(template):
        if isinstance(segment, str):
            continue
        value = ctx.value(f"{{{{{segment}}}}}")
        for item in value if isinstance(value, list) else [value]:
            file = file_from_value(item)
            if file is not None and file.id not in seen:
                seen.add(file.id)
                yield item
