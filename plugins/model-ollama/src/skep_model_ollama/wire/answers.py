"""What comes in: pieces of streamed answers, vectors, and the list of models."""

import re
from typing import Any, Final, Literal

import msgspec

from skep_contracts.plugins.models import ModelInfo, ModelKind

FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "other"]
FINISH: Final[dict[str, FinishReason]] = {"stop": "stop", "length": "length"}
_EMBEDS: Final = re.compile(r"embed|(^|[/-])(bge|e5|gte|minilm)([-.:]|$)|all-minilm", re.IGNORECASE)
_SEES: Final = re.compile(
    r"vision|llava|moondream|minicpm-v|[0-9-]vl|gemma[3-9]|llama4|pixtral|granite[0-9.]*-vision",
    re.IGNORECASE,
)


class Function(msgspec.Struct):
    """What a model wants to be called."""

    name: str = ""
    arguments: Any = None
    """An object; some proxies send the text of one."""


class Call(msgspec.Struct):
    """A tool call, always whole. Servers before 0.12 give no id."""

    function: Function
    id: str | None = None


class Message(msgspec.Struct):
    """More of what the model says."""

    content: str | None = None
    thinking: str | None = None
    tool_calls: list[Call] | None = None


class Chunk(msgspec.Struct):
    """A line of a streamed answer."""

    model: str = ""
    message: Message | None = None
    done: bool = False
    done_reason: str | None = None
    prompt_eval_count: int | None = None
    eval_count: int | None = None
    error: Any = None


class VectorList(msgspec.Struct):
    """The vectors, in the order of the texts."""

    embeddings: list[list[float]]
    model: str = ""
    prompt_eval_count: int | None = None


class Details(msgspec.Struct):
    """What is known of a model's file."""

    family: str | None = None
    parameter_size: str | None = None
    quantization_level: str | None = None
    context_length: int | None = None
    embedding_length: int | None = None


class Listed(msgspec.Struct):
    """A model on the server."""

    name: str
    details: Details | None = None
    capabilities: list[str] | None = None
    """Newer servers say what a model can do; for others it is guessed from the name."""


class ModelList(msgspec.Struct):
    """The models on the server."""

    models: list[Listed]


CHUNKS: Final = msgspec.json.Decoder(Chunk, strict=False)
VECTORS: Final = msgspec.json.Decoder(VectorList, strict=False)
MODELS: Final = msgspec.json.Decoder(ModelList, strict=False)


def describe(model: Listed, *, num_ctx: int | None) -> ModelInfo:
    """Return a model in our terms. Its window is no larger than what the server reserves."""
    details = model.details or Details()
    able = model.capabilities
    is_embedding = "embedding" in able if able else _is_embedding(model.name, details)
    if is_embedding:
        return ModelInfo(
            name=model.name,
            kind=ModelKind.EMBEDDING,
            title=_title(model.name, details),
            context_tokens=details.context_length or None,
            dimensions=details.embedding_length or None,
        )
    windows = [size for size in (num_ctx, details.context_length) if size]
    return ModelInfo(
        name=model.name,
        kind=ModelKind.CHAT,
        title=_title(model.name, details),
        context_tokens=min(windows) if num_ctx else None,
        tools="tools" in able if able else True,
        vision="vision" in able if able else bool(_SEES.search(model.name)),
        json_schema=True,
    )


def _is_embedding(name: str, details: Details) -> bool:
    return bool(_EMBEDS.search(name)) or "bert" in (details.family or "")


def _title(name: str, details: Details) -> str:
    size = " ".join(text for text in (details.parameter_size, details.quantization_level) if text)
    return f"{name} ({size})" if size else ""
