"""The provider keeps the promises that every provider makes."""

import base64
from array import array
from collections.abc import Mapping, Sequence
from typing import Any

from skep_contracts.plugins.models import Usage
from skep_testing.conformance.models import CANARY, ModelConformance
from skep_testing.http_server import Answer
from skep_testing.model_server import wire


class TestConformance(ModelConformance):
    """Inherits the kit."""

    entry_point = "openai"
    provider = "openai"
    chat_model = "mock-chat"
    embedding_model = "mock-embedding"
    rerank_model = "mock-rerank"
    moderation_model = "omni-moderation-latest"
    transcription_model = "whisper-1"
    speech_model = "tts-1"
    image_model = "gpt-image-1"

    def credential(self, url: str) -> dict[str, Any]:
        return {"api_key": CANARY, "base_url": f"{url}/v1"}

    def chat_answer(
        self, text: str, *, tool_calls: Sequence[tuple[str, str]], usage: Usage
    ) -> Answer:
        completion = wire.Completion(
            model="mock-chat",
            pieces=[piece for piece in text.replace(" ", " \0").split("\0") if piece],
            tool_calls=tool_calls,
            finish_reason="tool_calls" if tool_calls else "stop",
            counted=(usage.input_tokens, usage.output_tokens),
        )
        return Answer(
            headers={"content-type": "text/event-stream"},
            body=b"".join(wire.stream(completion, "chatcmpl-1", with_usage=True)),
        )

    def embedding_answer(self, vectors: Sequence[Sequence[float]]) -> Answer:
        encoded = [base64.b64encode(array("f", vector).tobytes()).decode() for vector in vectors]
        data = [{"index": index, "embedding": vector} for index, vector in enumerate(encoded)]
        usage = {"prompt_tokens": 6, "total_tokens": 6}
        return Answer(json={"data": data[::-1], "model": "mock-embedding", "usage": usage})

    def rerank_answer(self, scores: Sequence[float]) -> Answer:
        results = [{"index": i, "relevance_score": score} for i, score in enumerate(scores)]
        return Answer(json={"results": sorted(results, key=lambda r: -r["relevance_score"])})

    def moderation_answer(self, flags: Sequence[bool]) -> Answer:
        results = [
            {"flagged": flag, "categories": {"violence": flag}, "category_scores": {"violence": 0}}
            for flag in flags
        ]
        return Answer(json={"id": "modr-1", "model": "m", "results": results})

    def transcription_answer(self, text: str) -> Answer:
        return Answer(json={"text": text, "duration": 1.5, "language": "english"})

    def speech_answer(self, sound: bytes) -> Answer:
        return Answer(headers={"content-type": "audio/wav"}, body=sound)

    def image_answer(self, images: Sequence[bytes]) -> Answer:
        data = [{"b64_json": base64.b64encode(image).decode()} for image in images]
        return Answer(json={"created": 1, "data": data})

    def models_answer(self, names: Sequence[str]) -> Answer:
        return Answer(json={"object": "list", "data": [{"id": name} for name in names]})

    def error_answer(self, status: int, headers: Mapping[str, str]) -> Answer:
        message = f"Something about {CANARY}."
        return Answer(status=status, headers=headers, json=wire.error_object(status, message))
