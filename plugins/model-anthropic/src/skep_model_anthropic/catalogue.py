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

BASE_URL: Final = "https://api.anthropic.com/v1"
CREDENTIAL_SCHEMA: Final[dict[str, Any]] = {
    "type": "object",
    "properties": {
        "api_key": {"type": "string", "title": "API key", "writeOnly": True},
        "base_url": {
            "type": "string",
            "title": "Base URL",
            "format": "uri",
            "default": BASE_URL,
            "description": "Another address with the same wire, ending in /v1.",
        },
    },
    "required": ["api_key"],
    "additionalProperties": False,
}
DATED: Final = re.compile(r"-\d{8}$|-latest$|-0$")


class _Table(msgspec.Struct):
    models: dict[str, list[ModelInfo]]


@cache
def models() -> tuple[ModelInfo, ...]:
    """Return the known models."""
    raw = Path(__file__).with_name("models.json").read_bytes()
    rows = msgspec.json.decode(raw, type=_Table).models["anthropic"]
    return tuple(_able(row) for row in rows)


def _able(row: ModelInfo) -> ModelInfo:
    is_old = row.name.startswith("claude-2")
    return msgspec.structs.replace(row, tools=not is_old, vision=not is_old, json_schema=not is_old)


@cache
def _by_family() -> dict[str, ModelInfo]:
    return {DATED.sub("", model.name): model for model in models()}


def describe(name: str) -> ModelInfo:
    """Return what is known of a model; a dated name has what its family has."""
    known = _by_family().get(DATED.sub("", name))
    if known is None:
        return ModelInfo(name=name, kind=ModelKind.CHAT, tools=True, vision=True, json_schema=True)
    return msgspec.structs.replace(known, name=name)
