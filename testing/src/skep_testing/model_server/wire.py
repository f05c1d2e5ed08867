"""Bytes as the vendor sends them: completions, streams, vectors, errors."""

import base64
import json
import math
import zlib
from array import array
from collections.abc import Iterator, Sequence
from typing import Any, Final

import msgspec

from skep_testing.http_server import Answer

CREATED: Final = 1_760_000_000
DONE: Final = b"data: [DONE]\n\n"
_TYPES: Final = {
    401: "invalid_request_error",
    403: "insufficient_permissions",
    429: "requests",
    500: "server_error",
    503: "server_error",
}


class Completion(msgspec.Struct, kw_only=True):
    """A whole answer, before it takes its form on the wire."""

    model: str
    pieces: list[str]
    """The text, as the model makes it."""
    reasoning: str = ""
    tool_calls: Sequence[tuple[str, str]] = ()
    finish_reason: str = "stop"
    prompt_tokens: int = 0
    has_usage: bool = True
    counted: tuple[int, int] | None = None
    """Tokens in and out to report, in place of counting."""

    def usage(self) -> dict[str, Any]:
        """Return the usage object."""
        thought, called = self.reasoning.split(), sum(len(a) for _, a in self.tool_calls) // 4
        made = len(self.pieces) + len(thought) + called
        read, made = self.counted or (self.prompt_tokens, made)
        return {
            "prompt_tokens": read,
            "completion_tokens": made,
            "total_tokens": read + made,
            "prompt_tokens_details": {"cached_tokens": 0},
            "completion_tokens_details": {"reasoning_tokens": len(thought)},
        }


def error_object(
    status: int, message: str, *, code: str | None = None, param: str | None = None
) -> dict[str, Any]:
    """Return an error in the vendor's shape."""
    kind = _TYPES.get(status, "server_error" if status >= 500 else "invalid_request_error")
    return {"error": {"message": message, "type": kind, "param": param, "code": code}}


def whole(completion: Completion, identifier: str) -> Answer:
    """Return a completion that is not streamed."""
    message: dict[str, Any] = {"role": "assistant", "content": "".join(completion.pieces)}
    if completion.reasoning:
        message["reasoning_content"] = completion.reasoning
    if completion.tool_calls:
        message["tool_calls"] = [
            {"id": call_id(n), "type": "function", "function": {"name": name, "arguments": text}}
            for n, (name, text) in enumerate(completion.tool_calls)
        ]
    body: dict[str, Any] = {
        "id": identifier,
        "object": "chat.completion",
        "created": CREATED,
        "model": completion.model,
        "choices": [
            {
                "index": 0,
                "message": message,
                "logprobs": None,
                "finish_reason": completion.finish_reason,
            }
        ],
    }
    if completion.has_usage:
        body["usage"] = completion.usage()
    return Answer(
        headers={"content-type": "application/json"},
        body=json.dumps(body, ensure_ascii=False).encode(),
    )


def call_id(number: int) -> str:
    """Return the id of a tool call."""
    return f"call_{number:024d}"


def stream(completion: Completion, identifier: str, *, with_usage: bool) -> Iterator[bytes]:
    """Yield the events of a streamed completion, ``[DONE]`` included."""
    start = (
        f'data: {{"id":"{identifier}","object":"chat.completion.chunk","created":{CREATED},'
        f'"model":{json.dumps(completion.model)},"system_fingerprint":"fp_scripted","choices":['
    )
    usage = ',"usage":null' if with_usage else ""

    def event(delta: str, finish: str = "null") -> bytes:
        return (
            f'{start}{{"index":0,"delta":{delta},"logprobs":null,"finish_reason":{finish}}}]'
            f"{usage}}}\n\n"
        ).encode()

    yield event('{"role":"assistant","content":""}')
    for word in completion.reasoning.split(" ") if completion.reasoning else ():
        yield event(f'{{"reasoning_content":{json.dumps(word + " ")}}}')
    for piece in completion.pieces:
        yield event(f'{{"content":{json.dumps(piece, ensure_ascii=False)}}}')
    for delta in _tool_deltas(completion.tool_calls):
        yield event(json.dumps(delta))
    yield event("{}", json.dumps(completion.finish_reason))
    if with_usage:
        yield f'{start}],"usage":{json.dumps(completion.usage())}}}\n\n'.encode()
    yield DONE


def _tool_deltas(calls: Sequence[tuple[str, str]]) -> Iterator[dict[str, Any]]:
    for index, (name, arguments) in enumerate(calls):
        function: dict[str, Any] = {"name": name, "arguments": ""}
        first = {"index": index, "id": call_id(index), "type": "function", "function": function}
        yield {"tool_calls": [first]}
        for at in range(0, len(arguments), 7):
            fragment = {"index": index, "function": {"arguments": arguments[at : at + 7]}}
            yield {"tool_calls": [fragment]}


def vector(text: str, dimensions: int) -> "array[float]":
    """Return a unit vector of hashed words: equal texts are equal, similar texts are near."""
    values = array("f", bytes(4 * dimensions))
    for word in text.lower().split() or [text]:
        code = zlib.crc32(word.encode()) * 2_654_435_761 & 0xFFFFFFFF
        values[(code >> 1) % dimensions] += 1.0 if code & 1 else -1.0
    length = math.sqrt(sum(value * value for value in values))
    if not length:
        values[0], length = 1.0, 1.0
    return array("f", (value / length for value in values))


def embeddings(model: str, texts: list[str], dimensions: int, *, as_base64: bool) -> Answer:
    """Return the vectors of texts."""
    vectors = [vector(text, dimensions) for text in texts]
    data = [
        {
            "object": "embedding",
            "index": index,
            "embedding": base64.b64encode(v.tobytes()).decode() if as_base64 else v.tolist(),
        }
        for index, v in enumerate(vectors)
    ]
    tokens = sum(len(text.split()) for text in texts)
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return Answer(json={"object": "list", "data": data, "model": model, "usage": usage})


def rerank(model: str, query: str, documents: list[str]) -> Answer:
    """Return the share of the query's words that each document has, best first."""
    words = set(query.lower().split())
    scores = [len(words & set(d.lower().split())) / (len(words) or 1) for d in documents]
    order = sorted(range(len(documents)), key=lambda index: -scores[index])
    results = [{"index": index, "relevance_score": scores[index]} for index in order]
    tokens = sum(len(text.split()) for text in (query, *documents))
    usage = {"prompt_tokens": tokens, "total_tokens": tokens}
    return Answer(json={"model": model, "results": results, "usage": usage})
