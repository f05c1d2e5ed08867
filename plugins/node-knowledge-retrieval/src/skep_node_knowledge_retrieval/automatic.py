"""A filter that a model writes from the query, held against what the documents really carry."""

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from skep_contracts.asking.dialogue import ask_until_read
from skep_contracts.asking.json_text import can_be_strict
from skep_contracts.asking.prompts import PromptFolder, quote
from skep_contracts.asking.said import Said
from skep_contracts.calls.dataset import MetadataField
from skep_contracts.plugins.models import ChatMessage, ChatRequest, ResponseSchema, Usage
from skep_contracts.plugins.nodes import NodeContext
from skep_contracts.plugins.stores import Condition, Filter, Group
from skep_node_knowledge_retrieval.conditions import MAX_CONDITIONS, OPERATORS, read_conditions
from skep_node_knowledge_retrieval.settings import AutomaticFilter

PROMPTS: Final = PromptFolder("skep_node_knowledge_retrieval")
_MAX_FIELDS: Final = 50
_MAX_EXAMPLES: Final = 10


class Written(msgspec.Struct, frozen=True, kw_only=True):
    """What the model came to: a filter, or none."""

    filter: Filter | None = None
    usage: Usage = Usage()
    logs: tuple[str, ...] = ()


async def write_filter(
    ctx: NodeContext, settings: AutomaticFilter, *, query: str, datasets: Sequence[str]
) -> Written:
    """Let the model say which documents the query is about.

    Conditions about fields that no document has, or that make no sense for a field, fall away, with
    a line in the trace: the search goes on without them.
    """
    fields = list(await ctx.dataset_fields(datasets))
    if settings.fields:
        fields = [field for field in fields if field.name in settings.fields]
    if not fields:
        return Written(logs=("The documents carry no metadata to filter by.",))
    fields = sorted(fields, key=lambda field: (-field.documents, field.name))[:_MAX_FIELDS]
    understood = await ask_until_read(
        ctx,
        _request(ctx, settings, query=query, fields=fields),
        read=lambda said: _read(said, fields),
        repair=lambda fault: PROMPTS.fill("repair", fault=fault),
    )
    logs: tuple[str, ...] = ()
    if understood.fault is not None:
        logs = (f"Of the filter that the model wrote, this fell away: {understood.fault[:500]}",)
    return Written(filter=_joined(understood.value), usage=understood.usage, logs=logs)


def _request(
    ctx: NodeContext, settings: AutomaticFilter, *, query: str, fields: Sequence[MetadataField]
) -> ChatRequest:
    schema = _schema(fields)
    listed = "\n".join(map(_described, fields))
    instruction = ctx.text(settings.instruction).strip()
    parts = [PROMPTS.fill("filter", fields=listed)]
    if instruction:
        parts.append(PROMPTS.fill("instruction", instruction=instruction))
    parts.append(PROMPTS.fill("form", schema=quote(schema)))
    return ChatRequest(
        model=ctx.text(settings.model).strip() or "default",
        messages=(
            ChatMessage(role="system", content="\n\n".join(parts)),
            ChatMessage(role="user", content=PROMPTS.fill("query", query=quote(query))),
        ),
        response_schema=ResponseSchema(name="filter", schema=schema, strict=can_be_strict(schema)),
    )


def _described(field: MetadataField) -> str:
    examples = ", ".join(map(quote, field.examples[:_MAX_EXAMPLES]))
    kind = "of several types" if field.type == "any" else field.type
    return f"- {quote(field.name)}, {kind}" + (f", for example {examples}" if examples else "")


def _schema(fields: Sequence[MetadataField]) -> dict[str, Any]:
    scalars = ["string", "number", "boolean", "null"]
    condition = {
        "type": "object",
        "properties": {
            "field": {"type": "string", "enum": [field.name for field in fields]},
            "op": {"type": "string", "enum": sorted(OPERATORS["any"])},
            "value": {
                "anyOf": [
                    {"type": scalars},
                    {"type": "array", "items": {"type": ["string", "number"]}},
                ]
            },
        },
        "required": ["field", "op", "value"],
        "additionalProperties": False,
    }
    return {
        "type": "object",
        "properties": {
            "conditions": {"type": "array", "items": condition, "maxItems": MAX_CONDITIONS}
        },
        "required": ["conditions"],
        "additionalProperties": False,
    }


def _read(said: Said, fields: Sequence[MetadataField]) -> tuple[tuple[Condition, ...], str | None]:
    conditions, faults = read_conditions(said.text, fields)
    return conditions, " ".join(faults) or None


def _joined(conditions: tuple[Condition, ...]) -> Filter | None:
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    return Group(match="all", of=conditions)
