"""Answers of a model, as whole texts."""

from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import Final, Protocol

import msgspec

from skep_contracts.asking.thinking import ThinkingSplitter
from skep_contracts.plugins.models import CacheChoice, ChatDelta, ChatRequest, StreamEnd, TextDelta
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


class Answer(msgspec.Struct, frozen=True, kw_only=True):
    """What a model answers, without what it thinks."""

    text: str
    is_whole: bool
    """False where the model, or the limit here, ended it early."""


async def answer_to(request: ChatRequest, *, writer: Writer, scope: CallScope) -> Answer:
    """Return what a model answers to a request.

    Raises:
        SkepError: The model cannot be asked, or refuses.
    """
    splitter, text, end = ThinkingSplitter(), "", None
    async with aclosing(writer.chat(request.model, request, scope=scope)) as stream:
        async for delta in stream:
            if isinstance(delta, TextDelta):
                text += splitter.feed(delta.text)[1]
            elif isinstance(delta, StreamEnd):
                end = delta
            if len(text) > _MAX_ANSWER_CHARS:
                break
    is_whole = end is not None and end.finish_reason != "length"
    return Answer(text=text + splitter.finish()[1], is_whole=is_whole)


def kept(request: ChatRequest) -> ChatRequest:
    """Return a request whose answer is kept: the same one within a week is free."""
    return msgspec.structs.replace(request, cache=CacheChoice(ttl_s=_KEPT_S))
