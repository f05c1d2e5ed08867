"""Embeddings, rerank, lists and checks, with the habits of several servers."""

import math
from array import array
from typing import Any

import pytest

from skep_contracts.plugins.models import EmbedRequest, ModelKind, RerankRequest
from skep_contracts.problems import InvalidInput, NotFound, ProviderFailed, Unauthenticated
from skep_model_openai.provider import OpenAIProvider
from skep_runtime.egress import EgressClient
from skep_testing.conformance.models import ModelContext
from skep_testing.http_server import Answer, Handler, Received, ScriptedServer
from skep_testing.model_server import ModelServer, Turn

TEXTS = ("red fox", "", "red fox")


async def with_answer(http: EgressClient, answer: Answer | Handler) -> Any:
    """Embed two texts at a server that answers like this."""
    handler = answer if callable(answer) else lambda _: answer
    async with ScriptedServer(handler) as server:
        provider = OpenAIProvider(ModelContext(http), {"base_url": server.url})
        return await provider.embed(EmbedRequest(model="m", texts=("a", "b")))


async def test_texts_are_embedded_in_base64(server: ModelServer, provider: OpenAIProvider) -> None:
    made = await provider.embed(EmbedRequest(model="mock-embedding", texts=TEXTS, dimensions=32))

    vectors = [array("f", vector) for vector in made.vectors]
    assert (made.dimensions, [len(vector) for vector in vectors]) == (32, [32, 32, 32])
    assert vectors[0] == vectors[2] != vectors[1]
    assert math.isclose(sum(value * value for value in vectors[0]), 1, rel_tol=1e-5)
    assert server.requests[-1].json()["encoding_format"] == "base64"
    assert made.usage.input_tokens == 4


async def test_no_texts_make_no_request(server: ModelServer, provider: OpenAIProvider) -> None:
    made = await provider.embed(EmbedRequest(model="mock-embedding", texts=()))

    assert made.vectors == ()
    assert not server.requests


async def test_server_without_base64_is_asked_for_numbers_and_remembered(
    http: EgressClient,
) -> None:
    def answer(request: Received) -> Answer:
        if "encoding_format" in request.json():
            return Answer(status=400, json={"error": "encoding_format is not supported"})
        return Answer(json={"data": [{"embedding": [1, 0.5]}]})

    async with ScriptedServer(answer) as server:
        provider = OpenAIProvider(ModelContext(http), {"base_url": server.url})
        request = EmbedRequest(model="m", texts=("abcd",))

        await provider.embed(request)
        made = await provider.embed(request)

        assert array("f", made.vectors[0]).tolist() == [1.0, 0.5]
        assert made.usage.estimated
        assert len(server.requests) == 3


async def test_order_follows_the_index(http: EgressClient) -> None:
    data = [{"index": 1, "embedding": [2.0]}, {"index": 0, "embedding": [1.0]}]

    made = await with_answer(http, Answer(json={"data": data}))

    assert [array("f", vector)[0] for vector in made.vectors] == [1.0, 2.0]


@pytest.mark.parametrize(
    "data",
    [
        [{"embedding": [1.0]}],
        [{"embedding": [1.0]}, {"embedding": [1.0, 2.0]}],
        [{"embedding": []}, {"embedding": []}],
        [{"index": 0, "embedding": [1.0]}, {"index": 0, "embedding": [2.0]}],
        [{"embedding": "AAA="}, {"embedding": "AAA="}],
        [{"embedding": "not base64!"}, {"embedding": "x"}],
        [{"embedding": None}, {"embedding": [1.0]}],
        "no list",
    ],
)
async def test_vectors_that_cannot_be_right_are_a_failure(http: EgressClient, data: Any) -> None:
    with pytest.raises(ProviderFailed):
        await with_answer(http, Answer(json={"data": data}))


async def test_passages_are_scored(provider: OpenAIProvider) -> None:
    request = RerankRequest(model="mock-rerank", query="red fox", passages=("cat", "a red fox"))

    made = await provider.rerank(request)

    assert made.scores == (0.0, 1.0)


async def test_no_passages_make_no_request(server: ModelServer, provider: OpenAIProvider) -> None:
    made = await provider.rerank(RerankRequest(model="mock-rerank", query="x", passages=()))

    assert made.scores == ()
    assert not server.requests


async def test_endpoint_without_rerank_says_so(http: EgressClient) -> None:
    async with ScriptedServer() as server:
        provider = OpenAIProvider(ModelContext(http), {"base_url": server.url})

        with pytest.raises(InvalidInput, match="no rerank"):
            await provider.rerank(RerankRequest(model="m", query="x", passages=("y",)))


async def test_listed_models_get_what_the_catalogue_knows(
    server: ModelServer, provider: OpenAIProvider
) -> None:
    server.models |= {"bge-m3": "embedding", "jina-reranker": "rerank"}
    server.models |= dict.fromkeys(("whisper-1", "my-tts", "gpt-image-9", "gpt-realtime"), "other")

    listed = {model.name: model for model in await provider.list_models()}

    assert listed["gpt-4o-mini"].input_price == 0.15
    assert listed["mock-chat"].kind is ModelKind.CHAT
    assert listed["mock-chat"].input_price is None
    assert listed["bge-m3"].kind is ModelKind.EMBEDDING
    assert listed["jina-reranker"].kind is ModelKind.RERANK
    assert listed["whisper-1"].minute_price == 0.006
    assert listed["my-tts"].kind is ModelKind.SPEECH
    assert listed["gpt-image-9"].kind is ModelKind.IMAGE
    assert listed["gpt-image-9"].output_price is None
    assert "gpt-realtime" not in listed


async def test_check_passes_and_fails_without_paying(
    server: ModelServer, provider: OpenAIProvider, http: EgressClient
) -> None:
    await provider.check()
    wrong = OpenAIProvider(ModelContext(http), {"api_key": "no", "base_url": server.base_url})
    with pytest.raises(Unauthenticated):
        await wrong.check()

    assert server.counts.chat.started == 0


@pytest.mark.parametrize(
    ("status", "problem"), [(400, None), (401, Unauthenticated), (404, NotFound)]
)
async def test_endpoint_without_a_list_is_checked_by_an_empty_request(
    http: EgressClient, status: int, problem: type[Exception] | None
) -> None:
    async with ScriptedServer() as server:
        server.serve("/chat/completions", Answer(status=status))
        provider = OpenAIProvider(ModelContext(http), {"base_url": server.url})

        if problem is None:
            await provider.check()
            assert len(await provider.list_models()) > 3
        else:
            with pytest.raises(problem):
                await provider.check()


@pytest.mark.parametrize(
    ("credential", "place"),
    [
        ({}, "/api_key"),
        ({"api_key": "a b"}, "/api_key"),
        ({"api_key": "ключ"}, "/api_key"),
        ({"base_url": "ftp://x"}, "/base_url"),
        ({"base_url": "x"}, "/base_url"),
        ({"base_url": "https://x/v1?a=b"}, "/base_url"),
    ],
)
def test_credential_that_cannot_work_is_refused_with_the_place(
    credential: dict[str, Any], place: str
) -> None:
    with pytest.raises(InvalidInput) as refusal:
        OpenAIProvider(ModelContext(EgressClient.__new__(EgressClient)), credential)

    assert [error.pointer for error in refusal.value.errors] == [place]


async def test_failing_embedding_call_is_the_right_problem(
    server: ModelServer, provider: OpenAIProvider
) -> None:
    server.on("", Turn(status=503))

    with pytest.raises(ProviderFailed):
        await provider.embed(EmbedRequest(model="mock-embedding", texts=("a",)))
