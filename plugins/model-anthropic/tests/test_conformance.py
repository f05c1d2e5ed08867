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


def block(index: int, begin: dict[str, Any], *deltas: dict[str, Any]) -> bytes:
    return b"".join(
        [
            event("content_block_start", index=index, content_block=begin),
            event("ping"),
            *(event("content_block_delta", index=index, delta=delta) for delta in deltas),
            event("content_block_stop", index=index),
        ]
    )


def message(*blocks: bytes, usage: Usage, stop: str = "end_turn") -> Answer:
    begin = {
        "id": "msg_1",
        "role": "assistant",
        "model": "claude-test",
        "content": [],
        "usage": {"input_tokens": usage.input_tokens, "output_tokens": 1},
    }
    body = [
        event("message_start", message=begin),
        *blocks,
        event(
            "message_delta",
            delta={"stop_reason": stop, "stop_sequence": None},
            usage={"output_tokens": usage.output_tokens},
        ),
        event("message_stop"),
    ]
    headers = {"content-type": "text/event-stream; charset=utf-8"}
    return Answer(headers=headers, body=b"".join(body))


class TestConformance(ModelConformance):
    """Inherits the kit."""

    entry_point = "anthropic"
    provider = "anthropic"
    chat_model = "claude-test"

    def credential(self, url: str) -> dict[str, Any]:
        return {"api_key": CANARY, "base_url": f"{url}/v1"}

    def chat_answer(
        self, text: str, *, tool_calls: Sequence[tuple[str, str]], usage: Usage
    ) -> Answer:
        blocks = []
        if text:
            pieces = [
                {"type": "text_delta", "text": text[at : at + 5]} for at in range(0, len(text), 5)
            ]
            blocks.append(block(0, {"type": "text", "text": ""}, *pieces))
        for number, (name, arguments) in enumerate(tool_calls, len(blocks)):
            begin = {"type": "tool_use", "id": f"toolu_{number}", "name": name, "input": {}}
            halves = [arguments[:4], arguments[4:]]
            deltas = [{"type": "input_json_delta", "partial_json": half} for half in ["", *halves]]
            blocks.append(block(number, begin, *deltas))
        return message(*blocks, usage=usage, stop="tool_use" if tool_calls else "end_turn")

    def models_answer(self, names: Sequence[str]) -> Answer:
        data = [{"type": "model", "id": name, "display_name": name.title()} for name in names]
        return Answer(json={"data": data, "has_more": False})

    def error_answer(self, status: int, headers: Mapping[str, str]) -> Answer:
        kind = "overloaded_error" if status == 529 else "some_error"
        error = {"type": "error", "error": {"type": kind, "message": f"About {CANARY}."}}
        return Answer(status=status, headers=headers, json=error)
