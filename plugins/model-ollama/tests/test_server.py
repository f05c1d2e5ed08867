"""The credential, embeddings, and the list of models."""

from array import array
from typing import Any

import pytest

from skep_contracts.plugins.models import (
    EmbedRequest,
    ModelInfo,
    ModelKind,
    RerankRequest,
)
from skep_contracts.problems import InvalidInput, ProviderFailed
from skep_model_ollama.provider import OllamaProvider
from skep_model_ollama.server import BASE_URL, read_credential
from skep_runtime.egress import EgressClient
from skep_testing.conformance.models import ModelContext
from skep_testing.http_server import Answer, ScriptedServer


@pytest.mark.parametrize("path", ["", "/", "/api", "/v1", "/v1/"])
def test_address_may_be_the_one_of_an_api(path: str) -> None:
    assert read_credential({"base_url": BASE_URL + path}).base_url == BASE_URL


@pytest.mark.parametrize(
    ("given", "read"),
    [(None, None), ("", None), ("10m", "10m"), ("1h30m", "1h30m"), ("-1", -1), (0, 0), ("0", 0)],
)
def test_span_is_read(given: object, read: object) -> None:
    assert read_credential({"keep_alive": given}).keep_alive == read


@pytest.mark.parametrize("given", ["ever", "10 minutes", True, [], "5", 1.5])
def test_span_that_is_none_is_refused(given: object) -> None:
    if given == "5":
        assert read_credential({"keep_alive": given}).keep_alive == 5
        return
    with pytest.raises(InvalidInput) as refusal:
        read_credential({"keep_alive": given})
    assert refusal.value.errors[0].pointer == "/keep_alive"


@pytest.mark.parametrize("given", [0, -1, "many", True, 1.5, 10**12, "9" * 5_000])
def test_window_that_is_none_is_refused(given: object) -> None:
    with pytest.raises(InvalidInput) as refusal:
        read_credential({"num_ctx": given})
    assert refusal.value.errors[0].pointer == "/num_ctx"


@pytest.mark.parametrize("key", ["", "secret-1"])
async def test_key_is_sent_when_there_is_one(http: EgressClient, key: str) -> None:
    async with ScriptedServer() as server:
        server.serve("/api/tags", Answer(json={"models": []}))
        credential = {"base_url": server.url, "api_key": key}
        await OllamaProvider(ModelContext(http), credential).check()
        sent = server.requests[-1].headers.get("authorization")

    assert sent == (f"Bearer {key}" if key else None)


async def test_other_server_does_not_pass_the_check(http: EgressClient) -> None:
    async with ScriptedServer() as server:
        server.handle_with(lambda _: Answer(body=b"<html>Welcome</html>"))

        with pytest.raises(ProviderFailed, match="no list of models"):
            await OllamaProvider(ModelContext(http), {"base_url": server.url}).check()


async def _embed(http: EgressClient, answer: Answer, **more: Any) -> tuple[Any, dict[str, Any]]:
    async with ScriptedServer() as server:
        server.serve("/api/embed", answer)
        credential = {"base_url": server.url, "num_ctx": 2048, "keep_alive": -1}
        request = EmbedRequest(model="m", texts=("red fox", ""), **more)
        made = await OllamaProvider(ModelContext(http), credential).embed(request)
        return made, server.requests[-1].json()


async def test_embedding_request_is_written_as_the_server_reads_it(http: EgressClient) -> None:
    answer = Answer(json={"model": "m:1", "embeddings": [[1, 0.5], [0, 1]], "prompt_eval_count": 4})

    made, sent = await _embed(http, answer, dimensions=2)

    assert sent == {
        "model": "m",
        "input": ["red fox", " "],
        "truncate": False,
        "dimensions": 2,
        "keep_alive": -1,
        "options": {"num_ctx": 2048},
    }
    assert [array("f", vector).tolist() for vector in made.vectors] == [[1.0, 0.5], [0.0, 1.0]]
    assert (made.model, made.usage.input_tokens, made.usage.estimated) == ("m:1", 4, False)


async def test_tokens_are_estimated_when_the_server_counts_none(http: EgressClient) -> None:
    made, _ = await _embed(http, Answer(json={"embeddings": [[1], [2]]}))

    assert made.usage.estimated
    assert made.usage.input_tokens == 2


@pytest.mark.parametrize(
    "vectors", [[], [[1.0]], [[1.0], [1.0, 2.0]], [[], []], "none", [["a"], ["b"]]]
)
async def test_vectors_that_do_not_fit_are_a_failure(http: EgressClient, vectors: object) -> None:
    with pytest.raises(ProviderFailed):
        await _embed(http, Answer(json={"embeddings": vectors}))


async def test_no_texts_make_no_request(http: EgressClient) -> None:
    provider = OllamaProvider(ModelContext(http), {"base_url": "http://127.0.0.1:9"})

    made = await provider.embed(EmbedRequest(model="m", texts=()))

    assert made.vectors == ()


async def test_rerank_is_refused(http: EgressClient) -> None:
    provider = OllamaProvider(ModelContext(http), {})

    with pytest.raises(InvalidInput, match="no rerank"):
        await provider.rerank(RerankRequest(model="m", query="q", passages=("p",)))


async def _listed(http: EgressClient, **credential: Any) -> list[ModelInfo]:
    models = [
        {
            "name": "qwen3:8b",
            "details": {
                "family": "qwen3",
                "parameter_size": "8.2B",
                "quantization_level": "Q4_K_M",
                "context_length": 40_960,
            },
            "capabilities": ["completion", "tools", "thinking"],
        },
        {
            "name": "mxbai:latest",
            "details": {"family": "bert", "context_length": 512, "embedding_length": 1024},
        },
        {"name": "llava:13b"},
    ]
    async with ScriptedServer() as server:
        server.serve("/api/tags", Answer(json={"models": models}))
        provider = OllamaProvider(ModelContext(http), {"base_url": server.url, **credential})
        return list(await provider.list_models())


async def test_list_tells_what_each_model_can_do(http: EgressClient) -> None:
    chat, embedding, seeing = await _listed(http)

    assert (chat.kind, chat.tools, chat.vision) == (ModelKind.CHAT, True, False)
    assert chat.title == "qwen3:8b (8.2B Q4_K_M)"
    assert chat.input_price is None
    assert (embedding.kind, embedding.dimensions) == (ModelKind.EMBEDDING, 1024)
    assert (seeing.kind, seeing.vision) == (ModelKind.CHAT, True)


@pytest.mark.parametrize(("num_ctx", "window"), [(None, None), (8192, 8192), (100_000, 40_960)])
async def test_window_is_the_one_the_server_reserves(
    http: EgressClient, num_ctx: int | None, window: int | None
) -> None:
    chat, *_ = await _listed(http, num_ctx=num_ctx)

    assert chat.context_tokens == window
