"""Answers in OpenAI's words."""

import base64
import time
from array import array
from collections.abc import Sequence
from typing import Any, Final, Literal, TypeAlias

import msgspec

from skep_contracts.ids import new_ulid
from skep_contracts.plugins.models import (
    ChatDelta,
    Embeddings,
    ReasoningDelta,
    StreamEnd,
    TextDelta,
    ToolCallDelta,
    Usage,
)
from skep_contracts.problems import SkepError
from skep_gateway.web.foreign.errors import foreign_error

DONE: Final = b"data: [DONE]\n\n"
Json: TypeAlias = dict[str, Any]
_encode: Final = msgspec.json.Encoder().encode
_FINISH: Final = {
    "stop": "stop",
    "length": "length",
    "tool_calls": "tool_calls",
    "content_filter": "content_filter",
    "other": "stop",
}


class Heading(msgspec.Struct, frozen=True, kw_only=True):
    """What every chunk of an answer begins with."""

    id: str
    created: int
    model: str

    @classmethod
    def new(cls, model: str) -> "Heading":
        """Head a new answer of a model, by the name it was asked for."""
        return cls(id=f"chatcmpl-{new_ulid()}", created=int(time.time()), model=model)


def data(content: Any) -> bytes:
    """Return one event of a stream."""
    return b"data: " + _encode(content) + b"\n\n"


def usage_of(usage: Usage) -> Json:
    """Return token counts."""
    return {
        "prompt_tokens": usage.input_tokens,
        "completion_tokens": usage.output_tokens,
        "total_tokens": usage.input_tokens + usage.output_tokens,
        "prompt_tokens_details": {"cached_tokens": usage.cached_input_tokens},
        "completion_tokens_details": {"reasoning_tokens": usage.reasoning_tokens},
    }


def added(usages: Sequence[Usage]) -> Usage:
    """Return the sum of what several answers used."""
    return Usage(
        input_tokens=sum(usage.input_tokens for usage in usages),
        output_tokens=sum(usage.output_tokens for usage in usages),
        cached_input_tokens=sum(usage.cached_input_tokens for usage in usages),
        reasoning_tokens=sum(usage.reasoning_tokens for usage in usages),
    )


class Chunks:
    """Writes the chunks of one answer."""

    def __init__(self, heading: Heading, *, with_usage: bool) -> None:
        """Begin; `with_usage` says that the last chunk has the token counts."""
        head = {
            "id": heading.id,
            "object": "chat.completion.chunk",
            "created": heading.created,
            "model": heading.model,
        }
        self._head = _encode(head)[:-1]
        self._with_usage = with_usage
        self._tail = b',"usage":null}\n\n' if with_usage else b"}\n\n"
        self._calls: dict[int, int] = {}

    def begin(self) -> bytes:
        """Return the chunk that the only choice begins with."""
        return self.first(0)

    def first(self, index: int) -> bytes:
        """Return the chunk that a choice begins with."""
        return self._chunk(index, {"role": "assistant", "content": ""})

    def piece(self, index: int, delta: ChatDelta) -> bytes:
        """Return the chunk that a piece of a choice is."""
        match delta:
            case TextDelta(logprobs=()):
                return self._chunk(index, {"content": delta.text})
            case TextDelta():
                logprobs = {"content": delta.logprobs, "refusal": None}
                return self._chunk(index, {"content": delta.text}, logprobs=logprobs)
            case ReasoningDelta():
                return self._chunk(index, {"reasoning_content": delta.text})
            case ToolCallDelta():
                number = self._calls.get(index, 0)
                self._calls[index] = number + 1
                return self._chunk(index, {"tool_calls": [{"index": number, **call_of(delta)}]})
            case StreamEnd():
                finish = _FINISH[delta.finish_reason]
                return self._chunk(index, {}, finish=finish, marks=marks_of(delta))

    def text(self, text: str) -> bytes:
        """Return the chunk that more text of the only choice is."""
        return self._chunk(0, {"content": text})

    def end(self, reason: Literal["stop", "length"] = "stop") -> bytes:
        """Return the chunk that ends the only choice."""
        return self._chunk(0, {}, finish=reason)

    def _chunk(
        self,
        index: int,
        delta: Json,
        finish: str | None = None,
        *,
        logprobs: Json | None = None,
        marks: Json | None = None,
    ) -> bytes:
        shown: Json = {"index": index, "delta": delta, "finish_reason": finish}
        if logprobs is not None:
            shown["logprobs"] = logprobs
        choice = _encode([shown])
        if marks:
            choice += b',"skep":' + _encode(marks)
        return b"".join((b"data: ", self._head, b',"choices":', choice, self._tail))

    def failed(self, error: SkepError) -> bytes:
        """Return the event that breaks the answer off."""
        return data(foreign_error(error.to_problem()))

    def close(self, usage: Usage) -> bytes:
        """Return the end of the stream: the token counts, where they are wanted, and the mark."""
        if not self._with_usage:
            return DONE
        counts = _encode(usage_of(usage))
        head = (b"data: ", self._head, b',"choices":[],"usage":', counts, b"}\n\n")
        return b"".join((*head, DONE))


def marks_of(end: StreamEnd) -> Json:
    """Return what is ours to say of an answer: that it was kept, or that another model gave it."""
    marks: Json = {"cache": "hit"} if end.is_cache_hit else {}
    if end.similarity is not None:
        marks["similarity"] = end.similarity
    if end.answered_by:
        marks["answered_by"] = end.answered_by
    return marks


def call_of(delta: ToolCallDelta) -> Json:
    """Return a tool call."""
    call = delta.call
    return {
        "id": call.id,
        "type": "function",
        "function": {"name": call.name, "arguments": call.arguments},
    }


def choice_of(index: int, deltas: Sequence[ChatDelta]) -> tuple[Json, Usage]:
    """Return a whole choice, and what it used."""
    text = "".join(delta.text for delta in deltas if isinstance(delta, TextDelta))
    thought = "".join(delta.text for delta in deltas if isinstance(delta, ReasoningDelta))
    calls = [call_of(delta) for delta in deltas if isinstance(delta, ToolCallDelta)]
    message: Json = {
        "role": "assistant",
        "content": text if text or not calls else None,
        "refusal": None,
    }
    if thought:
        message["reasoning_content"] = thought
    if calls:
        message["tool_calls"] = calls
    end = next((delta for delta in deltas if isinstance(delta, StreamEnd)), None)
    reason = "stop" if end is None else _FINISH[end.finish_reason]
    tokens = [each for d in deltas if isinstance(d, TextDelta) for each in d.logprobs]
    logprobs = {"content": tokens, "refusal": None} if tokens else None
    choice = {"index": index, "message": message, "finish_reason": reason, "logprobs": logprobs}
    return choice, Usage() if end is None else end.usage


def completion(heading: Heading, choices: Sequence[Json], usage: Usage, **more: Any) -> Json:
    """Return a whole completion."""
    return {
        "id": heading.id,
        "object": "chat.completion",
        "created": heading.created,
        "model": heading.model,
        "choices": list(choices),
        "usage": usage_of(usage),
        **more,
    }


def embedding_list(made: Embeddings, model: str, *, as_base64: bool) -> Json:
    """Return vectors."""
    items: list[Json] = []
    for index, vector in enumerate(made.vectors):
        shown: Any = base64.b64encode(vector).decode() if as_base64 else array("f", vector).tolist()
        items.append({"object": "embedding", "index": index, "embedding": shown})
    tokens = made.usage.input_tokens
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return {"object": "list", "data": items, "model": model, "usage": usage}


def model_list(names: Sequence[tuple[str, str]]) -> Json:
    """Return models; pairs of a name and whose it is."""
    return {"object": "list", "data": [model_of(name, owner) for name, owner in names]}


def model_of(name: str, owner: str) -> Json:
    """Return one model."""
    return {"id": name, "object": "model", "created": 0, "owned_by": owner}


def json_text(value: Any) -> str:
    """Return a value as JSON."""
    return _encode(value).decode()
