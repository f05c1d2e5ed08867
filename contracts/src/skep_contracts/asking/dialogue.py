"""Asks a model once, and once more when its answer cannot be read."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Final, Generic, TypeVar

import msgspec

from skep_contracts.asking.said import Said, add_usage
from skep_contracts.asking.thinking import ThinkingSplitter
from skep_contracts.plugins.models import (
    ChatDelta,
    ChatMessage,
    ChatRequest,
    ReasoningDelta,
    StreamEnd,
    TextDelta,
    ToolCall,
    ToolCallDelta,
    Usage,
)
from skep_contracts.plugins.nodes import NodeContext
from skep_contracts.problems import TooLarge

T = TypeVar("T")

MAX_ANSWER_CHARS: Final = 2_000_000
_MAX_REPEATED_CHARS: Final = 20_000
"""How much of an answer that cannot be read is shown to the model again."""


class Understood(msgspec.Struct, Generic[T], frozen=True, kw_only=True):
    """What was read in an answer. With a `fault`, `value` is what could be read in spite of it."""

    value: T
    fault: str | None
    said: Said
    """The last answer."""
    usage: Usage
    """Of all calls."""


async def ask(
    ctx: NodeContext,
    request: ChatRequest,
    *,
    key: str = "",
    emit: Callable[[str], None] | None = None,
    splits_thinking: bool = True,
) -> Said:
    """Ask `request.model` and listen to the end.

    Args:
        ctx: Where the question goes.
        request: What is asked; its idempotency key is set here.
        key: Tells the questions of one attempt apart.
        emit: Shown the text as it comes.
        splits_thinking: Move a leading ``<think>…</think>`` from the text to the reasoning.

    Raises:
        TooLarge: The model does not stop writing.
    """
    request = msgspec.structs.replace(
        request, idempotency_key=f"{ctx.effect_key}/{key}" if key else ctx.effect_key
    )
    stream = ctx.chat(request.model, request)
    return await _listen(stream, emit, ThinkingSplitter() if splits_thinking else None)


async def ask_until_read(
    ctx: NodeContext,
    request: ChatRequest,
    *,
    read: Callable[[Said], tuple[T, str | None]],
    repair: Callable[[str], str],
    splits_thinking: bool = True,
) -> Understood[T]:
    """Ask, and when `read` finds fault with the answer, ask once more.

    Args:
        ctx: Where the question goes.
        request: What is asked.
        read: From an answer to what it means, and what is wrong with it.
        repair: From what is wrong to what the model is told about it.
        splits_thinking: As for `ask`.
    """
    said = await ask(ctx, request, splits_thinking=splits_thinking)
    value, fault = read(said)
    usage = said.usage
    if fault is not None:
        spoken = said.text or "\n".join(call.arguments for call in said.calls) or "(nothing)"
        answer = ChatMessage(role="assistant", content=spoken[:_MAX_REPEATED_CHARS])
        question = ChatMessage(role="user", content=repair(fault))
        again = msgspec.structs.replace(request, messages=(*request.messages, answer, question))
        said = await ask(ctx, again, key="repair", splits_thinking=splits_thinking)
        usage = add_usage(usage, said.usage)
        value, fault = read(said)
    return Understood(value=value, fault=fault, said=said, usage=usage)


async def _listen(
    stream: AsyncIterator[ChatDelta],
    emit: Callable[[str], None] | None,
    splitter: ThinkingSplitter | None,
) -> Said:
    """Take in a stream, showing text as it comes."""
    said = Said()
    texts: list[str] = []
    thoughts: list[str] = []
    calls: list[ToolCall] = []
    length = 0

    def take(thought: str, text: str) -> None:
        nonlocal length
        thoughts.append(thought)
        texts.append(text)
        length += len(text) + len(thought)
        if length > MAX_ANSWER_CHARS:
            raise TooLarge(f"The model wrote more than {MAX_ANSWER_CHARS:,} characters.")
        if text and emit is not None:
            emit(text)

    async with _closing(stream):
        async for delta in stream:
            match delta:
                case TextDelta(text=text):
                    take(*(splitter.feed(text) if splitter else ("", text)))
                case ReasoningDelta(text=thought):
                    take(thought, "")
                case ToolCallDelta(call=call):
                    length += len(call.arguments)
                    calls.append(call)
                case StreamEnd(finish_reason=reason, usage=usage):
                    said.finish_reason, said.usage = reason, usage
    if splitter is not None:
        take(*splitter.finish())
    said.text, said.reasoning = "".join(texts), "".join(thoughts).strip()
    said.calls = tuple(calls)
    return said


@asynccontextmanager
async def _closing(stream: AsyncIterator[ChatDelta]) -> AsyncIterator[None]:
    """Close a stream that is left early, so that the model stops writing."""
    try:
        yield
    finally:
        close = getattr(stream, "aclose", None)
        if close is not None:
            await close()
