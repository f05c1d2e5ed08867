"""The provider keeps the promises that every provider makes."""

import base64
import json
from collections.abc import Mapping, Sequence
from typing import Any

from skep_contracts.plugins.models import Usage
from skep_testing.conformance.models import CANARY, ModelConformance
from skep_testing.http_server import Answer


class TestConformance(ModelConformance):
    """Inherits the kit."""

    entry_point = "gemini"
    provider = "gemini"
    chat_model = "gemini-test"
    embedding_model = "embedding-test"
    speech_model = "gemini-2.5-flash-preview-tts"
    image_model = "gemini-2.5-flash-image"

    def credential(self, url: str) -> dict[str, Any]:
        return {"api_key": CANARY, "base_url": f"{url}/v1beta"}

    def chat_answer(
        self, text: str, *, tool_calls: Sequence[tuple[str, str]], usage: Usage
    ) -> Answer:
        parts: list[dict[str, Any]] = [{"text": text[at : at + 5]} for at in range(0, len(text), 5)]
        parts += [
            {"functionCall": {"name": name, "args": json.loads(arguments)}}
            for name, arguments in tool_calls
        ]
        counted = {
            "promptTokenCount": usage.input_tokens,
            "candidatesTokenCount": usage.output_tokens,
        }
        chunks: list[dict[str, Any]] = [
            {"candidates": [{"content": {"role": "model", "parts": [part]}}]} for part in parts
        ]
        last = {"content": {"role": "model", "parts": [{"text": ""}]}, "finishReason": "STOP"}
        chunks.append({"candidates": [last], "usageMetadata": counted, "modelVersion": "g-1"})
        body = [f"data: {json.dumps(c, ensure_ascii=False)}\r\n\r\n".encode() for c in chunks]
        return Answer(headers={"content-type": "text/event-stream"}, body=b"".join(body))

    def embedding_answer(self, vectors: Sequence[Sequence[float]]) -> Answer:
        return Answer(json={"embeddings": [{"values": list(vector)} for vector in vectors]})

    def _inline(self, mime_type: str, data: bytes) -> Answer:
        part = {"inlineData": {"mimeType": mime_type, "data": base64.b64encode(data).decode()}}
        candidate = {"content": {"role": "model", "parts": [part]}, "finishReason": "STOP"}
        counted = {"promptTokenCount": 4, "candidatesTokenCount": 40}
        return Answer(json={"candidates": [candidate], "usageMetadata": counted})

    def speech_answer(self, sound: bytes) -> Answer:
        return self._inline("audio/L16;codec=pcm;rate=24000", sound)

    def image_answer(self, images: Sequence[bytes]) -> Answer:
        return self._inline("image/png", images[0])

    def models_answer(self, names: Sequence[str]) -> Answer:
        methods = {
            name: "embedContent" if "embedding" in name else "generateContent" for name in names
        }
        models = [
            {"name": f"models/{name}", "supportedGenerationMethods": [method, "countTokens"]}
            for name, method in methods.items()
        ]
        return Answer(json={"models": models})

    def error_answer(self, status: int, headers: Mapping[str, str]) -> Answer:
        error = {"error": {"code": status, "message": f"About {CANARY}.", "status": "SOMETHING"}}
        return Answer(status=status, headers=headers, json=error)
