"""Asks a model once, and once more when its answer does not follow the schema."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any, Final

import msgspec

from skep_contracts.plugins.models import (
    ChatDelta,
    ChatMessage,
    ChatRequest,
    ReasoningDelta,
    ResponseSchema,
    StreamEnd,
    TextDelta,
    Usage,
)
from skep_contracts.plugins.nodes import NodeContext, NodeResult, OutputSpec
from skep_contracts.problems import FieldError, InvalidInput, ProviderFailed, TooLarge
from skep_node_llm.conversation import build_messages
from skep_node_llm.settings import LlmSettings
from skep_node_llm.structured import can_be_strict, find_schema_fault, read_answer
from skep_node_llm.texts import prompt
from skep_node_llm.thinking import ThinkingSplitter

MAX_ANSWER_CHARS: Final = 2_000_000


class Said(msgspec.Struct, kw_only=True):
    """What a model said in one call."""

    text: str = ""
    reasoning: str = ""
    usage: Usage = Usage(estimated=True)
    finish_reason: str = "other"


class LlmNode:
    """Gives the model's text, streamed; with a schema the value too, and then nothing streams."""

    async def run(self, ctx: NodeContext, settings: LlmSettings) -> NodeResult:
        """Ask the model.

        Raises:
            InvalidInput: There is nothing to ask, or an image is none.
            ProviderFailed: The answer does not follow the schema, not even when asked again.
        """
        messages = await build_messages(ctx, settings)
        said = await self._ask(ctx, settings, messages)
        if settings.response_schema is None:
            return NodeResult(outputs=_outputs_of(said, said.usage))
        usage = said.usage
        value, fault = read_answer(said.text, settings.response_schema)
        if fault is not None:
            repair = ChatMessage(role="user", content=prompt("repair", fault=fault))
            answer = ChatMessage(role="assistant", content=said.text or "(nothing)")
            said = await self._ask(ctx, settings, [*messages, answer, repair], key="repair")
            usage = _sum(usage, said.usage)
            value, fault = read_answer(said.text, settings.response_schema)
        if fault is not None:
            raise ProviderFailed(
                f"The model's answer does not follow the schema: {fault[:500]}",
                code="answer_breaks_schema",
            )
        return NodeResult(outputs={**_outputs_of(said, usage), "structured": value})

    async def _ask(
        self, ctx: NodeContext, settings: LlmSettings, messages: list[ChatMessage], key: str = ""
    ) -> Said:
        model = ctx.text(settings.model).strip() or "default"
        request = _request(settings, model, messages, f"{ctx.effect_key}{key and '/' + key}")
        emit = ctx.emit_text if settings.response_schema is None else None
        return await _listen(
            ctx.chat(model, request), emit, splits_thinking=settings.reasoning == "apart"
        )


async def _listen(
    stream: AsyncIterator[ChatDelta], emit: Callable[[str], None] | None, *, splits_thinking: bool
) -> Said:
    """Take in a stream, showing text as it comes."""
    said = Said()
    texts: list[str] = []
    thoughts: list[str] = []
    splitter = ThinkingSplitter() if splits_thinking else None
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
                case StreamEnd(finish_reason=reason, usage=usage):
                    said.finish_reason, said.usage = reason, usage
                case _:
                    pass
    if splitter is not None:
        take(*splitter.finish())
    said.text, said.reasoning = "".join(texts), "".join(thoughts).strip()
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


def _request(
    settings: LlmSettings, model: str, messages: list[ChatMessage], key: str
) -> ChatRequest:
    schema = settings.response_schema
    return ChatRequest(
        model=model,
        messages=tuple(messages),
        response_schema=None
        if schema is None
        else ResponseSchema(name="answer", schema=schema, strict=can_be_strict(schema)),
        temperature=settings.temperature,
        top_p=settings.top_p,
        max_tokens=settings.max_tokens,
        stop=settings.stop,
        seed=settings.seed,
        extra=settings.extra,
        idempotency_key=key,
    )


def _outputs_of(said: Said, usage: Usage) -> dict[str, Any]:
    return {
        "text": said.text,
        "reasoning": said.reasoning,
        "finish_reason": said.finish_reason,
        "usage": {
            "input_tokens": usage.input_tokens,
            "output_tokens": usage.output_tokens,
            "cached_input_tokens": usage.cached_input_tokens,
            "reasoning_tokens": usage.reasoning_tokens,
            "estimated": usage.estimated,
        },
    }


def _sum(one: Usage, other: Usage) -> Usage:
    return Usage(
        input_tokens=one.input_tokens + other.input_tokens,
        output_tokens=one.output_tokens + other.output_tokens,
        cached_input_tokens=one.cached_input_tokens + other.cached_input_tokens,
        reasoning_tokens=one.reasoning_tokens + other.reasoning_tokens,
        estimated=one.estimated or other.estimated,
    )


def outputs(settings: LlmSettings) -> tuple[OutputSpec, ...]:
    """Declare the text, which streams unless it is held against a schema first."""
    has_schema = settings.response_schema is not None
    declared = (
        OutputSpec(name="text", type="string", streams=not has_schema),
        OutputSpec(name="reasoning", type="string", description="What the model thought."),
        OutputSpec(name="finish_reason", type="string", description="`stop`, `length` or other."),
        OutputSpec(name="usage", type="object", description="Tokens."),
    )
    structured = OutputSpec(name="structured", description="The value that follows the schema.")
    return (*declared, structured) if has_schema else declared


def check(settings: LlmSettings) -> None:
    """Refuse settings with nothing to ask, or with a schema that is none.

    Raises:
        InvalidInput: With every fault.
    """
    faults = []
    if not settings.prompt.strip() and not settings.messages and settings.vision is None:
        message = "say something to the model: a prompt, messages or images"
        faults.append(FieldError(pointer="/prompt", message=message))
    if settings.response_schema is not None:
        fault = find_schema_fault(settings.response_schema)
        if fault is not None:
            faults.append(FieldError(pointer="/response_schema", message=fault))
    if faults:
        raise InvalidInput("The model cannot be asked like this.", errors=faults)
