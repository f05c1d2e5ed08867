"""What comes in: completions, chunks of streams, vectors, scores, lists, error objects.

Read leniently: compatible servers leave fields out, send null for lists, or text in parts. What
cannot be read raises `MalformedError`.
"""

import base64
import binascii
import json
import sys
from array import array
from typing import Any, Final, Literal, TypeVar

import msgspec

from skep_contracts.plugins.models import TokenLogprob, Usage

DONE: Final = b"[DONE]"
FinishReason = Literal["stop", "length", "tool_calls", "content_filter", "other"]
_FINISH: Final[dict[str, FinishReason]] = {
    "stop": "stop",
    "end_turn": "stop",
    "eos": "stop",
    "length": "length",
    "max_tokens": "length",
    "tool_calls": "tool_calls",
    "function_call": "tool_calls",
    "content_filter": "content_filter",
    "safety": "content_filter",
}


class MalformedError(Exception):
    """The server sent something that is not of the wire."""


class Function(msgspec.Struct):
    """The function of a tool call, or a fragment of it."""

    name: str | None = None
    arguments: Any = None


class ToolFragment(msgspec.Struct):
    """A tool call, or a fragment of one."""

    index: int | None = None
    id: str | None = None
    function: Function | None = None


class Delta(msgspec.Struct):
    """More of a message; of a whole answer, the message."""

    content: Any = None
    reasoning_content: Any = None
    reasoning: Any = None
    refusal: Any = None
    tool_calls: list[ToolFragment] | None = None

    def thought(self) -> str:
        """Return the reasoning text, whichever field the server uses."""
        for found in (self.reasoning_content, self.reasoning):
            if isinstance(found, str) and found:
                return found
        return _parts(self.content, "thinking") if isinstance(self.content, list) else ""

    def text(self) -> str:
        """Return the answer text; a refusal is the answer the model gives."""
        content = self.content
        if content is None:
            return self.refusal if isinstance(self.refusal, str) else ""
        if isinstance(content, str):
            return content
        return _parts(content, "text") if isinstance(content, list) else ""


class Logprobs(msgspec.Struct):
    """How likely the tokens were."""

    content: list[TokenLogprob] | None = None


class Choice(msgspec.Struct):
    """An alternative; only the first is used."""

    delta: Delta | None = None
    message: Delta | None = None
    finish_reason: str | None = None
    logprobs: Logprobs | None = None


class PromptDetails(msgspec.Struct):
    """Details of what was read."""

    cached_tokens: int | None = None


class CompletionDetails(msgspec.Struct):
    """Details of what was written."""

    reasoning_tokens: int | None = None


class UsageObject(msgspec.Struct):
    """Token counts."""

    prompt_tokens: int | None = None
    completion_tokens: int | None = None
    total_tokens: int | None = None
    prompt_tokens_details: PromptDetails | None = None
    completion_tokens_details: CompletionDetails | None = None
    prompt_cache_hit_tokens: int | None = None

    def to_usage(self) -> Usage:
        """Return the counts in our terms."""
        read, wrote = self.prompt_tokens_details, self.completion_tokens_details
        cached = (read.cached_tokens if read else None) or self.prompt_cache_hit_tokens
        return Usage(
            input_tokens=self.prompt_tokens or self.total_tokens or 0,
            output_tokens=self.completion_tokens or 0,
            cached_input_tokens=cached or 0,
            reasoning_tokens=(wrote.reasoning_tokens if wrote else None) or 0,
        )


class Chunk(msgspec.Struct):
    """A chunk of a stream, or a whole completion."""

    choices: list[Choice] | None = None
    usage: UsageObject | None = None
    model: str | None = None
    error: Any = None


class Vector(msgspec.Struct):
    """An embedding: numbers, or base64 of little-endian float32."""

    embedding: str | list[float]
    index: int | None = None


class VectorList(msgspec.Struct):
    """The answer to an embedding request."""

    data: list[Vector]
    usage: UsageObject | None = None
    model: str | None = None


class Ranked(msgspec.Struct):
    """A passage's score; servers use either name."""

    index: int
    relevance_score: float | None = None
    score: float | None = None

    def value(self) -> float:
        """Return the score; 0 when there is none."""
        return self.relevance_score if self.relevance_score is not None else self.score or 0.0


class RankedList(msgspec.Struct):
    """The answer to a rerank request; servers use either name for the list."""

    results: list[Ranked] = []
    data: list[Ranked] = []
    usage: UsageObject | None = None
    model: str | None = None


class Listed(msgspec.Struct):
    """A model on offer."""

    id: str


class ModelList(msgspec.Struct):
    """The models on offer."""

    data: list[Listed]


_chunks: Final = msgspec.json.Decoder(Chunk, strict=False)
_vectors: Final = msgspec.json.Decoder(VectorList, strict=False)
_rankings: Final = msgspec.json.Decoder(RankedList, strict=False)
_lists: Final = msgspec.json.Decoder(ModelList, strict=False)
T = TypeVar("T")


def decode_chunk(data: bytes) -> Chunk:
    """Read a chunk or a whole completion; texts may hold lone surrogates."""
    try:
        return _chunks.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return _decode_loosely(data)


def decode_vectors(data: bytes) -> VectorList:
    """Read the answer to an embedding request."""
    return _decode(_vectors, data)


def decode_ranking(data: bytes) -> RankedList:
    """Read the answer to a rerank request."""
    return _decode(_rankings, data)


def decode_models(data: bytes) -> ModelList:
    """Read a list of models."""
    return _decode(_lists, data)


def _decode(decoder: msgspec.json.Decoder[T], data: bytes) -> T:
    try:
        return decoder.decode(data)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise MalformedError from error


def _decode_loosely(data: bytes) -> Chunk:
    """Read JSON with broken UTF-8 or half surrogate pairs, which the decoder rightly refuses."""
    try:
        return msgspec.convert(json.loads(data.decode("utf-8", "replace")), Chunk, strict=False)
    except (ValueError, RecursionError) as error:
        raise MalformedError from error


def vector_bytes(vector: Vector) -> bytes:
    """Return a vector as little-endian float32.

    Raises:
        MalformedError: It is neither numbers nor whole floats in base64.
    """
    if isinstance(vector.embedding, str):
        try:
            raw = base64.b64decode(vector.embedding, validate=True)
        except (binascii.Error, ValueError) as error:
            raise MalformedError from error
        if len(raw) % 4:
            raise MalformedError
        return raw
    values = array("f", vector.embedding)
    if sys.byteorder == "big":
        values.byteswap()
    return values.tobytes()


def finish_reason(word: str) -> FinishReason:
    """Return our word for why a model stopped."""
    return _FINISH.get(word.lower(), "other")


def _parts(content: list[Any], kind: str) -> str:
    """Join the parts of one kind of a message whose content is a list."""
    texts: list[str] = []
    for part in content:
        if isinstance(part, str):
            texts.append(part if kind == "text" else "")
        elif isinstance(part, dict) and part.get("type") == kind:
            inner = part.get(kind)
            texts.append(_parts(inner, "text") if isinstance(inner, list) else str(inner or ""))
    return "".join(texts)
