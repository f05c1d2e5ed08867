"""The provider keeps the promises that every provider makes."""

from collections.abc import Mapping, Sequence
from typing import Any

from skep_contracts.plugins.models import Usage
from skep_testing.conformance.model_kit.event_stream import block, message
from skep_testing.conformance.models import CANARY, ModelConformance
from skep_testing.http_server import Answer


class TestConformance(ModelConformance):
    """Inherits the kit; requests are signed."""

    entry_point = "bedrock"
    provider = "bedrock"
    chat_model = "eu.anthropic.claude-test-v1:0"
    embedding_model = "cohere.embed-english-v3"
    rerank_model = "cohere.rerank-v3-5:0"

    def credential(self, url: str) -> dict[str, Any]:
        return {
            "region": "eu-central-1",
            "access_key_id": "AKIDEXAMPLE",
            "secret_access_key": CANARY,
            "base_url": url,
        }

    def chat_answer(
        self, text: str, *, tool_calls: Sequence[tuple[str, str]], usage: Usage
    ) -> Answer:
        blocks = []
        if text:
            pieces = [{"text": text[at : at + 5]} for at in range(0, len(text), 5)]
            blocks.append(block(0, *pieces))
        for at, (name, arguments) in enumerate(tool_calls, len(blocks)):
            start = {"toolUse": {"toolUseId": f"tooluse_{at}", "name": name}}
            halves = [{"toolUse": {"input": half}} for half in (arguments[:4], arguments[4:])]
            blocks.append(block(at, *halves, start=start))
        counted = {"inputTokens": usage.input_tokens, "outputTokens": usage.output_tokens}
        return message(*blocks, stop="tool_use" if tool_calls else "end_turn", usage=counted)

    def embedding_answer(self, vectors: Sequence[Sequence[float]]) -> Answer:
        found = [list(vector) for vector in vectors]
        return Answer(json={"id": "e1", "response_type": "embeddings_floats", "embeddings": found})

    def rerank_answer(self, scores: Sequence[float]) -> Answer:
        ranked = [{"index": at, "relevance_score": score} for at, score in enumerate(scores)]
        ranked.sort(key=lambda each: -float(each["relevance_score"]))
        return Answer(json={"results": ranked})

    def models_answer(self, names: Sequence[str]) -> Answer:
        models = [{"modelId": name, "inferenceTypesSupported": ["ON_DEMAND"]} for name in names]
        return Answer(json={"modelSummaries": models})

    def error_answer(self, status: int, headers: Mapping[str, str]) -> Answer:
        return Answer(status=status, headers=headers, json={"message": f"About {CANARY}."})
