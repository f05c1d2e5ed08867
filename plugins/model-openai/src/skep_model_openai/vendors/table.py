"""Reads the two tables: vendors (written by hand), and models with prices (generated).

Context windows and prices (US dollars per million tokens, first tier) are what vendors publish, as
collected by the source that ``models.json`` names, on the day it names. They are a convenience:
other names work as well, and operators override what is out of date. Written by
``scripts/model_catalogue.py``.
"""

import re
from functools import cache
from pathlib import Path
from typing import Final

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
_JUDGES: Final = re.compile(r"moderation", re.IGNORECASE)
_HEARS: Final = re.compile(r"whisper|transcri|parakeet|(^|/)voxtral(?!.*tts)", re.IGNORECASE)
_SPEAKS: Final = re.compile(r"(^|[/-])tts|orpheus|kokoro|(^|/)sonic", re.IGNORECASE)
_DRAWS: Final = re.compile(
    r"image|dall-e|(^|[/-])flux|stable-diffusion|sdxl|seedream|playground-v", re.IGNORECASE
)
_OTHER: Final = re.compile(
    r"sora|realtime|audio|davinci|babbage|live|translate|video|(^|/)veo|diarize|image-edit"
    r"|image-to",
    re.IGNORECASE,
)


class _Vendors(msgspec.Struct):
    vendors: tuple[Vendor, ...]


class _Models(msgspec.Struct):
    source: str
    read_on: str
    models: dict[str, list[ModelInfo]]


def _read(name: str) -> bytes:
    return Path(__file__).with_name(name).read_bytes()


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
    found = (*_priced().models.get(vendor, ()), *row.models)
    return tuple(_able(info, row) for info in found)


@cache
def models_by_name(vendor: str) -> dict[str, ModelInfo]:
    """Return the known models of a vendor by name."""
    return {model.name: model for model in models(vendor)}


@cache
def _priced() -> _Models:
    return msgspec.json.decode(_read("models.json"), type=_Models)


def _able(info: ModelInfo, vendor: Vendor) -> ModelInfo:
    if info.kind is not ModelKind.CHAT:
        return info
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
    for pattern, kind, is_there in (
        (_OTHER, ModelKind.CHAT, False),
        (_JUDGES, ModelKind.MODERATION, vendor.judges),
        (_HEARS, ModelKind.TRANSCRIPTION, bool(vendor.hears)),
        (_SPEAKS, ModelKind.SPEECH, vendor.speaks),
        (_DRAWS, ModelKind.IMAGE, bool(vendor.draws)),
    ):
        if pattern.search(name):
            return ModelInfo(name=name, kind=kind) if is_there else None
    return _able(ModelInfo(name=name, kind=ModelKind.CHAT), vendor) if vendor.chat else None
