"""The provider keeps the promises that every provider makes."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from skep_contracts.plugins.models import Usage
from skep_testing.conformance.models import CANARY, ModelConformance
from skep_testing.http_server import Answer


class TestConformance(ModelConformance):
    """Inherits the kit."""

    entry_point = "ollama"
    provider = "ollama"
    chat_model = "qwen3:8b"
    embedding_model = "nomic-embed-text:latest"

    def credential(self, url: str) -> dict[str, Any]:
        return {"api_key": CANARY, "base_url": url}

    def chat_answer(
        self, text: str, *, tool_calls: Sequence[tuple[str, str]], usage: Usage
    ) -> Answer:
        messages: list[dict[str, Any]] = [
            {"role": "assistant", "content": text[at : at + 5]} for at in range(0, len(text), 5)
        ]
        messages += [
            {
                "role": "assistant",
                "content": "",
                "tool_calls": [{"function": {"name": name, "arguments": json.loads(arguments)}}],
            }
            for name, arguments in tool_calls
        ]
        lines: list[dict[str, Any]] = [
            {"model": "qwen3:8b", "message": message, "done": False} for message in messages
        ]
        counted = {"prompt_eval_count": usage.input_tokens, "eval_count": usage.output_tokens}
        last = {"role": "assistant", "content": ""}
        lines.append({"model": "qwen3:8b", "message": last, "done": True, **counted})
        body = b"".join(json.dumps(line, ensure_ascii=False).encode() + b"\n" for line in lines)
        return Answer(headers={"content-type": "application/x-ndjson"}, body=body)

    def embedding_answer(self, vectors: Sequence[Sequence[float]]) -> Answer:
        found = {"embeddings": [list(vector) for vector in vectors], "prompt_eval_count": 6}
        return Answer(json=found)

    def models_answer(self, names: Sequence[str]) -> Answer:
        return Answer(json={"models": [{"name": name, "model": name} for name in names]})

    def error_answer(self, status: int, headers: Mapping[str, str]) -> Answer:
        return Answer(status=status, headers=headers, json={"error": f"About {CANARY}."})
