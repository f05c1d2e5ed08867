"""Asks a model for values, once more when they are not of their types; fills what is missing."""

from typing import Any, Final

import msgspec

from skep_contracts.asking.dialogue import ask_until_read
from skep_contracts.asking.json_text import can_be_strict
from skep_contracts.asking.memory import remembered, transcript
from skep_contracts.asking.prompts import PromptFolder, quote
from skep_contracts.asking.said import usage_to_value
from skep_contracts.asking.vision import show_images, with_images
from skep_contracts.assignments import empty_of
from skep_contracts.plugins.models import (
    ChatMessage,
    ChatRequest,
    ImagePart,
    ResponseSchema,
    ToolSpec,
)
from skep_contracts.plugins.nodes import NodeContext, NodeResult
from skep_contracts.problems import FieldError, InvalidInput, ProviderFailed
from skep_node_parameter_extractor.reading import Extracted, missing_from, read_values
from skep_node_parameter_extractor.schema import schema_of
from skep_node_parameter_extractor.settings import ExtractorSettings

PROMPTS: Final = PromptFolder("skep_node_parameter_extractor")
TOOL: Final = "extract_parameters"


class ExtractorNode:
    """Gives each parameter, empty where the text does not hold it."""

    async def run(self, ctx: NodeContext, settings: ExtractorSettings) -> NodeResult:
        """Read the values.

        Raises:
            InvalidInput: There is nothing to read, an image is none, or, if that is to fail,
                a required parameter is not in the text.
            ProviderFailed: If that is to fail: the answer cannot be read.
        """
        shown = await show_images(ctx, settings.vision)
        understood = await ask_until_read(
            ctx,
            _request(ctx, settings, shown.images),
            read=lambda said: read_values(said, settings.parameters),
            repair=lambda fault: PROMPTS.fill("repair", fault=fault),
        )
        extracted = understood.value
        missing = missing_from(extracted, settings.parameters)
        reason = _reason(extracted, missing, understood.fault)
        if reason and settings.on_missing == "fail":
            raise _failure(extracted, missing, reason)
        values = {
            parameter.name: extracted.values.get(parameter.name, empty_of(parameter.type))
            for parameter in settings.parameters
        }
        outputs = {
            **values,
            "is_success": not reason,
            "reason": reason,
            "usage": usage_to_value(understood.usage),
        }
        return NodeResult(outputs=outputs, logs=shown.logs)


def _reason(extracted: Extracted, missing: list[str], fault: str | None) -> str:
    """Say why this is no success; nothing when it is."""
    if not extracted.is_readable:
        return "The model's answer holds no JSON object."
    if fault is not None:
        return f"The model's answer has values that cannot be used: {fault[:500]}"
    if missing:
        return f"The text does not hold what is required: {', '.join(missing)}."
    return ""


def _failure(
    extracted: Extracted, missing: list[str], reason: str
) -> InvalidInput | ProviderFailed:
    if extracted.is_readable and missing:
        errors = [FieldError(pointer="/query", message=f"holds no `{name}`") for name in missing]
        return InvalidInput(reason, errors=errors, code="parameter_missing")
    return ProviderFailed(reason, code="answer_unusable")


def _request(
    ctx: NodeContext, settings: ExtractorSettings, images: tuple[ImagePart, ...]
) -> ChatRequest:
    query = ctx.text(settings.query).strip()
    if not query and not images:
        raise InvalidInput(
            "There is nothing to read: the query is empty once its references are filled in.",
            errors=[FieldError(pointer="/query", message="empty with these values")],
            code="empty_query",
        )
    schema = schema_of(
        [
            msgspec.structs.replace(each, description=ctx.text(each.description))
            for each in settings.parameters
        ]
    )
    extra: Any = ctx.value(settings.extra)
    by_tool = settings.mode == "tools"
    return ChatRequest(
        model=ctx.text(settings.model).strip() or "default",
        messages=(_system(ctx, settings, schema), _question(ctx, settings, query, images)),
        tools=(ToolSpec(name=TOOL, description=PROMPTS.fill("tool"), parameters=schema),)
        if by_tool
        else (),
        tool_choice=TOOL if by_tool else None,
        response_schema=ResponseSchema(
            name="parameters", schema=schema, strict=can_be_strict(schema)
        )
        if settings.mode == "schema"
        else None,
        temperature=settings.temperature,
        extra=extra,
    )


def _system(ctx: NodeContext, settings: ExtractorSettings, schema: dict[str, Any]) -> ChatMessage:
    parts = [PROMPTS.fill("task")]
    instruction = ctx.text(settings.instruction).strip()
    if instruction:
        parts.append(PROMPTS.fill("instruction", instruction=instruction))
    if settings.mode == "tools":
        parts.append(PROMPTS.fill("call", tool=TOOL))
    else:
        parts.append(PROMPTS.fill("form", schema=quote(schema)))
    return ChatMessage(role="system", content="\n\n".join(parts))


def _question(
    ctx: NodeContext, settings: ExtractorSettings, query: str, images: tuple[ImagePart, ...]
) -> ChatMessage:
    """Quote what is to be read as JSON, so that nothing in it can end the quotation."""
    parts = []
    turns = transcript(remembered(ctx.history, settings.memory))
    if turns:
        parts.append(PROMPTS.fill("memory", turns=quote(turns)))
    if query:
        parts.append(PROMPTS.fill("text", text=quote(query)))
    else:
        parts.append(PROMPTS.fill("images"))
    return with_images("\n\n".join(parts), images)
