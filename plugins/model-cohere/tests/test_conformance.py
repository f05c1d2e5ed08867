"""The provider keeps the promises that every provider makes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from skep_contracts.plugins.models import Usage
from skep_testing.conformance.models import CANARY, ModelConformance
from skep_testing.http_server import Answer


def event(kind: str, **fields: Any) -> bytes:
    data = json.dumps({"type": kind, **fields}, ensure_ascii=False)
    return f"event: {kind}\ndata: {data}\n\n".encode()


def text_events(text: str) -> bytes:
    pieces = [text[at : at + 5] for at in range(0, len(text), 5)]
    begin = {"message": {"content": {"type": "text", "text": ""}}}
    return b"".join(
        [
            event("content-start", index=0, delta=begin),
            *(
                event("content-delta", index=0, delta={"message": {"content": {"text": piece}}})
                for piece in pieces
            ),
            event("content-end", index=0),
        ]
    )


def call_events(index: int, name: str, arguments: str) -> bytes:
    call = {
        "id": f"{name}_x{index}",
        "type": "function",
        "function": {"name": name, "arguments": ""},
    }
    deltas = [
        {"message": {"tool_calls": {"function": {"arguments": half}}}}
        for half in (arguments[:4], arguments[4:])
    ]
    return b"".join(
        [
            event("tool-call-start", index=index, delta={"message": {"tool_calls": call}}),
            *(event("tool-call-delta", index=index, delta=delta) for delta in deltas),
            event("tool-call-end", index=index),
        ]
    )


class TestConformance(ModelConformance):
    """Inherits the kit."""

    entry_point = "cohere"
    provider = "cohere"
    chat_model = "command-a-03-2025"
    embedding_model = "embed-v4.0"
    rerank_model = "rerank-v3.5"

    def credential(self, url: str) -> dict[str, Any]:
        return {"api_key": CANARY, "base_url": url}

    def chat_answer(
        self, text: str, *, tool_calls: Sequence[tuple[str, str]], usage: Usage
    ) -> Answer:
        begin = {"role": "assistant", "content": [], "tool_plan": "", "tool_calls": []}
        counted = {"input_tokens": usage.input_tokens, "output_tokens": usage.output_tokens}
        end = {
            "finish_reason": "TOOL_CALL" if tool_calls else "COMPLETE",
            "usage": {"billed_units": counted, "tokens": {"input_tokens": 900.0}},
        }
        body = [
            event("message-start", id="m1", delta={"message": begin}),
            text_events(text) if text else b"",
            *(call_events(at, *call) for at, call in enumerate(tool_calls)),
            event("message-end", delta=end),
        ]
        return Answer(headers={"content-type": "text/event-stream"}, body=b"".join(body))

    def embedding_answer(self, vectors: Sequence[Sequence[float]]) -> Answer:
        found = {"float": [list(vector) for vector in vectors]}
        meta = {"billed_units": {"input_tokens": 6.0}}
        return Answer(json={"id": "e1", "embeddings": found, "meta": meta})

    def rerank_answer(self, scores: Sequence[float]) -> Answer:
        ranked = [{"index": at, "relevance_score": score} for at, score in enumerate(scores)]
        ranked.sort(key=lambda each: -float(each["relevance_score"]))
        meta = {"billed_units": {"search_units": 1}}
        return Answer(json={"id": "r1", "results": ranked, "meta": meta})

    def models_answer(self, names: Sequence[str]) -> Answer:
        models = [
            {"name": name, "endpoints": ["embed" if "embed" in name else "chat", "classify"]}
            for name in names
        ]
        return Answer(json={"models": models})

    def error_answer(self, status: int, headers: Mapping[str, str]) -> Answer:
        error = {"id": "x", "message": f"About {CANARY}."}
        return Answer(status=status, headers=headers, json=error)
