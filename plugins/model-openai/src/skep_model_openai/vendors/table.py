"""Reads the two tables: vendors (written by hand), and models with prices (generated).

Context windows and prices (US dollars per million tokens, first tier) are what vendors publish, as
collected by the source that ``models.json`` names, on the day it names. They are a convenience:
other names work as well, and operators override what is out of date. Written by
``scripts/model_catalogue.py``.
"""

import re
from functools import cache
from importlib.resources import files
from typing import Any, Final

import msgspec

from skep_contracts.plugins.models import ModelInfo, ModelKind
from skep_model_openai.vendors.vendor import OPENAI, Vendor

_SEES: Final = re.compile(
    r"gpt-4o|gpt-4\.[1-9]|gpt-4-turbo|gpt-[5-9]|(^|/)o[134](-|$)|chatgpt|vision|(^|[/-])vl|-vl|[0-9]v-|llava"
    r"|pixtral|gemini|gemma-[3-9]|claude|llama-4|grok-[4-9]|mistral-(large|medium|small)-[3-9]|kimi-k2\.[5-9]"
    r"|glm-[0-9.]+v",
    re.IGNORECASE,
)
_EMBEDS: Final = re.compile(r"embed|(^|[/-])(bge|e5|gte|minilm)([-.]|$)", re.IGNORECASE)
_RERANKS: Final = re.compile(r"rerank", re.IGNORECASE)
_OTHER: Final = re.compile(
    r"tts|whisper|transcri|moderation|image|dall-e|sora|realtime|audio|davinci|babbage|live"
    r"|translate",
    re.IGNORECASE,
)


class _Vendors(msgspec.Struct):
    vendors: tuple[Vendor, ...]


class _Models(msgspec.Struct):
    source: str
    read_on: str
    models: dict[str, list[dict[str, Any]]]


def _read(name: str) -> bytes:
    return files(__package__).joinpath(name).read_bytes()


@cache
def vendors() -> dict[str, Vendor]:
    """Return the vendors by name, OpenAI first."""
    rows = msgspec.json.decode(_read("vendors.json"), type=_Vendors).vendors
    ordered = sorted(rows, key=lambda row: (row.name != OPENAI, row.name))
    return {row.name: row for row in ordered}


@cache
def models(vendor: str) -> tuple[ModelInfo, ...]:
    """Return the models of a vendor that are known by name."""
    row = vendors()[vendor]
    rows = [*_priced().models.get(vendor, ()), *row.models]
    return tuple(_model(found, row) for found in rows)


@cache
def models_by_name(vendor: str) -> dict[str, ModelInfo]:
    """Return the known models of a vendor by name."""
    return {model.name: model for model in models(vendor)}


@cache
def _priced() -> _Models:
    return msgspec.json.decode(_read("models.json"), type=_Models)


def _model(found: dict[str, Any], vendor: Vendor) -> ModelInfo:
    info = msgspec.convert(found, ModelInfo)
    if info.kind is not ModelKind.CHAT:
        return info
    return _able(info, vendor)


def _able(info: ModelInfo, vendor: Vendor) -> ModelInfo:
    return msgspec.structs.replace(
        info,
        tools=vendor.tools,
        vision=bool(_SEES.search(info.name)),
        json_schema=vendor.schema == "strict",
    )


def describe(name: str, vendor: Vendor) -> ModelInfo | None:
    """Return what is known or can be guessed of a model; None when it does something else."""
    if known := models_by_name(vendor.name).get(name):
        return known
    if _RERANKS.search(name):
        return ModelInfo(name=name, kind=ModelKind.RERANK)
    if _EMBEDS.search(name):
        return ModelInfo(name=name, kind=ModelKind.EMBEDDING)
    if _OTHER.search(name) or not vendor.chat:
        return None
    return _able(ModelInfo(name=name, kind=ModelKind.CHAT), vendor)
