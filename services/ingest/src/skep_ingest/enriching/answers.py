"""Answers of a model, as whole texts that are kept."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final, Protocol

import msgspec

from skep_contracts.asking.thinking import ThinkingSplitter
from skep_contracts.plugins.models import CacheChoice, ChatDelta, ChatRequest, TextDelta
from skep_inference import CallScope

_MAX_ANSWER_CHARS: Final = 50_000
_KEPT_S: Final = 7 * 86_400.0


class Writer(Protocol):
    """What is needed of `Inference`."""

    def chat(
        self, model: str, request: ChatRequest, *, scope: CallScope
    ) -> AsyncGenerator[ChatDelta, None]:
        """Stream an answer."""
        ...


async def answer_to(request: ChatRequest, *, writer: Writer, scope: CallScope) -> str:
    """Return what a model answers, without what it thinks; the same request within a week is free.

    Raises:
        SkepError: The model cannot be asked, or refuses.
    """
    request = msgspec.structs.replace(request, cache=CacheChoice(ttl_s=_KEPT_S))
    splitter, text = ThinkingSplitter(), ""
    async with aclosing(writer.chat(request.model, request, scope=scope)) as stream:
        async for delta in stream:
            if isinstance(delta, TextDelta):
                text += splitter.feed(delta.text)[1]
            if len(text) > _MAX_ANSWER_CHARS:
                break
    return text + splitter.finish()[1]
