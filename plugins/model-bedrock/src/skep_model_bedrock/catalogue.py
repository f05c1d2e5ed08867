"""The models that are known by name, and what is known of those that a region lists.

Context windows and prices are what ``models.json`` says, written by ``scripts/model_catalogue.py``
from the source and on the day that stand in it. Models that source does not have are listed here,
from https://docs.aws.amazon.com/bedrock/latest/userguide. Other names work as well.
"""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from skep_contracts.plugins.models import ModelInfo, ModelKind
from skep_model_bedrock.wire import invocations
from skep_model_bedrock.wire.answers import Listed, Profile
from skep_model_bedrock.wire.requests import FORCES_TOOLS

_EMBEDDINGS: Final = {  # window and size of vectors
    "amazon.titan-embed-image-v1": (256, 1_024),
    "cohere.embed-english-v3": (512, 1_024),
    "cohere.embed-multilingual-v3": (512, 1_024),
    "cohere.embed-v4:0": (128_000, 1_536),
}
_RERANKS: Final = {  # window, and the price of a thousand searches, of up to 100 passages each
    "cohere.rerank-v3-5:0": (4_096, 2.0),
    "amazon.rerank-v1:0": (None, 1.0),
}
_SEES: Final = re.compile(
    r"claude-(?!2|instant|3-5-haiku)|nova-(2-)?(lite|pro|premier)|llama3-2-(11|90)b|llama4|pixtral"
    r"|mistral-large-3|ministral-3|-vl-|gemma-3"
)
_NO_TOOLS: Final = re.compile(
    r"llama3-(8|70)b|llama3-2-[13]b|mistral-7b|mixtral|deepseek\.r1|gemma-3|titan|claude-(2|instant)"
)
_ON_DEMAND: Final = "ON_DEMAND"
_VERSION: Final = re.compile(r"(-\d{8})?(-v\d+)?(:\d+\w*)?$")
"""What the end of a name may have besides the model: a date, a version, the size of a window."""


class _Table(msgspec.Struct):
    models: dict[str, list[ModelInfo]]


@cache
def models() -> tuple[ModelInfo, ...]:
    """Return the known models."""
    raw = Path(__file__).with_name("models.json").read_bytes()
    rows = msgspec.json.decode(raw, type=_Table).models["bedrock"]
    rows += [
        ModelInfo(name=name, kind=ModelKind.EMBEDDING, context_tokens=window, dimensions=dimensions)
        for name, (window, dimensions) in _EMBEDDINGS.items()
    ]
    rows += [
        ModelInfo(name=name, kind=ModelKind.RERANK, context_tokens=window, search_price=price)
        for name, (window, price) in _RERANKS.items()
    ]
    return tuple(_able(row) for row in rows)


@cache
def _by_name() -> dict[str, ModelInfo]:
    """Return the known models, also by names without date and version."""
    shortened = {_VERSION.sub("", model.name): model for model in models()}
    return shortened | {model.name: model for model in models()}


def _able(row: ModelInfo) -> ModelInfo:
    if row.kind is ModelKind.EMBEDDING:
        return msgspec.structs.replace(row, max_batch=invocations.MAX_TEXTS)
    if row.kind is ModelKind.RERANK:
        return row
    return msgspec.structs.replace(
        row,
        tools=not _NO_TOOLS.search(row.name),
        vision=bool(_SEES.search(row.name)),
        json_schema=bool(FORCES_TOOLS.search(row.name)),
    )


def _kind(name: str) -> ModelKind | None:
    """Return what a model does; None for one that is called in a way of its own."""
    if invocations.COHERE_RERANK in name or invocations.AMAZON_RERANK in name:
        return ModelKind.RERANK
    if invocations.TITAN in name or invocations.COHERE in name:
        return ModelKind.EMBEDDING
    return None if "embed" in name else ModelKind.CHAT


def describe(listed: list[Listed], profiles: list[Profile]) -> Iterator[ModelInfo]:
    """Yield the models of a region: those called by their own names, and those by a profile's."""
    by_name = {model.model_id: model for model in listed}
    for model in listed:
        if _ON_DEMAND in model.inference_types_supported:
            yield from _described(model.model_id, model.model_name, model)
    for profile in profiles:
        if profile.status not in {"", "ACTIVE"}:
            continue
        base = profile.models[0].model_arn.rpartition("/")[2] if profile.models else ""
        # An application's own profile is called by its ARN.
        is_own = profile.type == "APPLICATION" and profile.inference_profile_arn
        name = profile.inference_profile_arn if is_own else profile.inference_profile_id
        yield from _described(name, profile.inference_profile_name, by_name.get(base), base=base)


def _described(
    name: str, title: str, model: Listed | None, *, base: str = ""
) -> Iterator[ModelInfo]:
    kind = _kind(base or name)
    gives = model.output_modalities if model is not None else []
    is_chat = "TEXT" in gives or not gives
    if kind is None or (kind is ModelKind.CHAT and not is_chat):
        return  # images, video, speech
    if kind is ModelKind.CHAT and model is not None and model.response_streaming_supported is False:
        return
    info = _by_name().get(name) or _by_name().get(_VERSION.sub("", name))
    if info is None or info.kind is not kind:
        info = _able(ModelInfo(name=base or name, kind=kind))
    info = msgspec.structs.replace(info, name=name)
    takes = model.input_modalities if model is not None else []
    if takes and kind is ModelKind.CHAT:
        info = msgspec.structs.replace(info, vision="IMAGE" in takes)
    yield msgspec.structs.replace(info, title=title or info.title)
