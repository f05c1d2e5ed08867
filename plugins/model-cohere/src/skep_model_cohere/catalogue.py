"""The credential form, and the models that are known by name.

Prices and most context windows are what ``models.json`` says, written by
``scripts/model_catalogue.py`` from the source and on the day that stand in it. Models whose price
that source does not have are listed here, from https://docs.cohere.com/docs/models. Other names
work as well.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from skep_contracts.plugins.models import ModelInfo, ModelKind

BASE_URL: Final = "https://api.cohere.com"
MAX_TEXTS: Final = 96
CREDENTIAL_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "api_key": {"type": "string", "title": "API key", "writeOnly": True},
        "base_url": {
            "type": "string",
            "title": "Base URL",
            "format": "uri",
            "default": BASE_URL,
            "description": "Another address with the same wire, without /v2.",
        },
    },
    "required": ["api_key"],
    "additionalProperties": False,
}
_CHATS: Final = {  # window and longest answer
    "command-a-plus-05-2026": (128_000, 64_000),
    "command-a-reasoning-08-2025": (256_000, 32_000),
    "command-a-vision-07-2025": (128_000, 8_000),
}
_EMBEDDINGS: Final = {
    "embed-english-v3.0": 1_024,
    "embed-english-light-v3.0": 384,
    "embed-multilingual-v3.0": 1_024,
    "embed-multilingual-light-v3.0": 384,
}
_EMBEDDING_WINDOW: Final = 512
_RERANKS: Final = {  # window, and the price of a thousand searches where it is published
    "rerank-v4.0-pro": (32_000, None),
    "rerank-v4.0-fast": (32_000, None),
    "rerank-v3.5": (4_000, 2.0),
}
_SEES: Final = re.compile(r"vision|command-a-plus")
_CALLS_TOOLS: Final = re.compile(r"^command-(?!.*(vision|translate))")


class _Table(msgspec.Struct):
    models: dict[str, list[ModelInfo]]


@cache
def models() -> tuple[ModelInfo, ...]:
    """Return the known models: first those with a price."""
    raw = Path(__file__).with_name("models.json").read_bytes()
    rows = msgspec.json.decode(raw, type=_Table).models["cohere"]
    rows += [
        ModelInfo(name=name, kind=ModelKind.CHAT, context_tokens=takes, max_output_tokens=gives)
        for name, (takes, gives) in _CHATS.items()
    ]
    rows += [
        ModelInfo(
            name=name,
            kind=ModelKind.EMBEDDING,
            context_tokens=_EMBEDDING_WINDOW,
            dimensions=dimensions,
        )
        for name, dimensions in _EMBEDDINGS.items()
    ]
    rows += [
        ModelInfo(name=name, kind=ModelKind.RERANK, context_tokens=window, search_price=price)
        for name, (window, price) in _RERANKS.items()
    ]
    return tuple(_able(row) for row in rows)


def _able(row: ModelInfo) -> ModelInfo:
    if row.kind is ModelKind.EMBEDDING:
        return msgspec.structs.replace(row, max_batch=MAX_TEXTS)
    if row.kind is ModelKind.RERANK:
        return row
    return msgspec.structs.replace(
        row,
        tools=bool(_CALLS_TOOLS.search(row.name)),
        vision=bool(_SEES.search(row.name)),
        json_schema=row.name.startswith("command-"),
    )


def describe(name: str, *, kind: ModelKind, window: int | None, able: list[str]) -> ModelInfo:
    """Return what is known of a model that the vendor lists, and what the list says."""
    known = next((model for model in models() if model.name == name and model.kind is kind), None)
    info = known or _able(ModelInfo(name=name, kind=kind))
    if window:
        info = msgspec.structs.replace(info, context_tokens=window)
    if able and kind is ModelKind.CHAT:
        info = msgspec.structs.replace(
            info, tools="tools" in able, vision="vision" in able, json_schema="json_schema" in able
        )
    return info
