"""The credential form, and the models that are known by name.

Context windows and prices are what ``models.json`` says, written by ``scripts/model_catalogue.py``
from the source and on the day that stand in it. Other names work as well.
"""

import re
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from skep_contracts.plugins.models import ModelInfo, ModelKind

BASE_URL: Final = "https://generativelanguage.googleapis.com/v1beta"
MAX_BATCH: Final = 100
CREDENTIAL_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "api_key": {"type": "string", "title": "API key", "writeOnly": True},
        "base_url": {
            "type": "string",
            "title": "Base URL",
            "format": "uri",
            "default": BASE_URL,
            "description": "Another address with the same wire, ending in /v1beta.",
        },
    },
    "required": ["api_key"],
    "additionalProperties": False,
}


_OTHERS: Final = {  # US dollars per million tokens read, and of sound or images
    "gemini-2.5-flash-preview-tts": (ModelKind.SPEECH, 0.5, 10.0),
    "gemini-2.5-pro-preview-tts": (ModelKind.SPEECH, 1.0, 20.0),
    "gemini-2.5-flash-image": (ModelKind.IMAGE, 0.3, 30.0),
}
"""From https://ai.google.dev/gemini-api/docs/pricing; the source of the others has only texts."""
_SPEAKS: Final = re.compile(r"-tts\b")
_DRAWS: Final = re.compile(r"-image\b")


class _Table(msgspec.Struct):
    models: dict[str, list[ModelInfo]]


@cache
def models() -> tuple[ModelInfo, ...]:
    """Return the known models."""
    raw = Path(__file__).with_name("models.json").read_bytes()
    rows = msgspec.json.decode(raw, type=_Table).models["gemini"]
    rows = [row for row in rows if row.name not in _OTHERS]
    rows += [
        ModelInfo(name=name, kind=kind, input_price=takes, output_price=gives)
        for name, (kind, takes, gives) in _OTHERS.items()
    ]
    return tuple(_able(row) for row in rows)


def kind_of(name: str, method: ModelKind) -> ModelKind:
    """Return what a model that the vendor lists is for; models that speak or draw answer chats."""
    if method is ModelKind.CHAT and _SPEAKS.search(name):
        return ModelKind.SPEECH
    if method is ModelKind.CHAT and _DRAWS.search(name):
        return ModelKind.IMAGE
    return method


def _able(row: ModelInfo) -> ModelInfo:
    if row.kind is ModelKind.EMBEDDING:
        return msgspec.structs.replace(row, max_batch=MAX_BATCH)
    if row.kind is not ModelKind.CHAT:
        return row
    return msgspec.structs.replace(row, tools=True, vision=True, json_schema=True)


def describe(
    name: str,
    *,
    kind: ModelKind,
    title: str = "",
    takes: int | None = None,
    gives: int | None = None,
) -> ModelInfo:
    """Return what is known of a model that the vendor lists, and what the list says."""
    known = next((model for model in models() if model.name == name and model.kind is kind), None)
    info = known or _able(ModelInfo(name=name, kind=kind))
    return msgspec.structs.replace(
        info,
        title=info.title or title,
        context_tokens=takes or info.context_tokens,
        max_output_tokens=(gives or info.max_output_tokens) if kind is ModelKind.CHAT else None,
    )
