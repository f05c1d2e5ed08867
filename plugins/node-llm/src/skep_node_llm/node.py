"""Asks a model once, and once more when its answer does not follow the schema."""

from typing import Any

from skep_contracts.asking.dialogue import Understood, ask, ask_until_read
from skep_contracts.asking.json_text import can_be_strict
from skep_contracts.asking.said import Said, usage_to_value
from skep_contracts.plugins.models import (
    CacheChoice,
    ChatMessage,
    ChatRequest,
    ResponseSchema,
    SimilarChoice,
    Usage,
)
from skep_contracts.plugins.nodes import NodeContext, NodeResult
from skep_contracts.problems import FieldError, InvalidInput, ProviderFailed
from skep_contracts.values import Value
from skep_node_llm.conversation import PROMPTS, build_messages
from skep_node_llm.passages import Passages
from skep_node_llm.settings import LlmSettings
from skep_node_llm.structured import read_answer


class LlmNode:
    """Gives the model's text, streamed; with a schema the value too, and then nothing streams."""

    async def run(self, ctx: NodeContext, settings: LlmSettings) -> NodeResult:
        """Ask the model.

        Raises:
            InvalidInput: There is nothing to ask, an image is none, or the answer was withheld or
                cut off.
            ProviderFailed: The answer does not follow the schema, not even when asked again.
        """
        context = settings.context
        passages = None if context is None else Passages.of(ctx.value(context))
        messages, logs = await build_messages(ctx, settings, passages)
        request = _request(ctx, settings, messages)
        splits_thinking = settings.reasoning == "apart"
        if settings.response_schema is None:
            said = await ask(ctx, request, emit=ctx.emit_text, splits_thinking=splits_thinking)
            _check_not_withheld(said)
            outputs = _outputs_of(said, said.usage)
        else:
            understood = await _ask_for_value(ctx, request, settings.response_schema, settings)
            outputs = _outputs_of(understood.said, understood.usage)
            outputs["structured"] = understood.value
        if passages is not None:
            outputs["citations"] = passages.cited_in(outputs.get("structured", outputs["text"]))
        return NodeResult(outputs=outputs, logs=logs)


async def _ask_for_value(
    ctx: NodeContext, request: ChatRequest, schema: dict[str, Any], settings: LlmSettings
) -> Understood[Value]:
    def read(said: Said) -> tuple[Value, str | None]:
        _check_not_withheld(said)
        value, fault = read_answer(said.text, schema)
        if fault is not None and said.finish_reason == "length":
            raise InvalidInput(
                "The answer was cut off at the limit of tokens before its JSON was complete; raise "
                "`max_tokens`, or ask for less.",
                errors=[FieldError(pointer="/max_tokens", message="too small for this answer")],
                code="answer_cut_off",
            )
        return value, fault

    understood = await ask_until_read(
        ctx,
        request,
        read=read,
        repair=lambda fault: PROMPTS.fill("repair", fault=fault),
        splits_thinking=settings.reasoning == "apart",
    )
    if understood.fault is not None:
        raise ProviderFailed(
            f"The model's answer does not follow the schema: {understood.fault[:500]}",
            code="answer_breaks_schema",
        )
    return understood


def _check_not_withheld(said: Said) -> None:
    if said.finish_reason == "content_filter" and not said.text.strip():
        raise InvalidInput(
            "The provider's content filter withheld the whole answer.", code="content_filtered"
        )


def _request(ctx: NodeContext, settings: LlmSettings, messages: list[ChatMessage]) -> ChatRequest:
    schema = settings.response_schema
    extra: Any = ctx.value(settings.extra)
    return ChatRequest(
        model=ctx.text(settings.model).strip() or "default",
        messages=tuple(messages),
        response_schema=None
        if schema is None
        else ResponseSchema(name="answer", schema=schema, strict=can_be_strict(schema)),
        temperature=settings.temperature,
        top_p=settings.top_p,
        max_tokens=settings.max_tokens,
        stop=tuple(mark for mark in map(ctx.text, settings.stop) if mark),
        seed=settings.seed,
        extra=extra,
        cache=_cache(settings),
    )


def _cache(settings: LlmSettings) -> CacheChoice | None:
    if settings.cache_s is None:
        return None
    least = settings.cache_similarity
    similar = None if least is None else SimilarChoice(least=least)
    return CacheChoice(ttl_s=settings.cache_s, similar=similar)


def _outputs_of(said: Said, usage: Usage) -> dict[str, Value]:
    return {
        "text": said.text,
        "reasoning": said.reasoning,
        "finish_reason": said.finish_reason,
        "usage": usage_to_value(usage),
    }
