"""Embeddings, rerank, and the list of models."""

from typing import Any

import pytest

from skep_contracts.plugins.models import (
    EmbedRequest,
    ModelKind,
    Provider,
    RerankRequest,
)
from skep_contracts.problems import InvalidInput, ProviderFailed
from skep_model_cohere.catalogue import models
from skep_model_cohere.provider import CohereProvider
from skep_runtime.egress import EgressClient
from skep_testing.conformance.models import ModelContext
from skep_testing.http_server import Answer, ScriptedServer


def provider_at(server: ScriptedServer, http: EgressClient) -> Provider:
    return CohereProvider(ModelContext(http), {"api_key": "k-1", "base_url": server.url})


async def _embed(http: EgressClient, found: Any, **more: Any) -> tuple[Any, dict[str, Any]]:
    async with ScriptedServer() as server:
        server.serve("/v2/embed", Answer(json=found))
        request = EmbedRequest(model="embed-v4.0", texts=("red fox", ""), **more)
        made = await provider_at(server, http).embed(request)
        return made, server.requests[-1].json()


async def test_embedding_request_is_written_as_the_vendor_reads_it(http: EgressClient) -> None:
    found = {
        "embeddings": {"float": [[1, 0], [0, 1]]},
        "meta": {"api_version": {"version": "2"}, "billed_units": {"input_tokens": 3.0}},
    }

    made, sent = await _embed(http, found, purpose="query", dimensions=256)

    assert sent == {
        "model": "embed-v4.0",
        "texts": ["red fox", " "],
        "input_type": "search_query",
        "embedding_types": ["float"],
        "truncate": "NONE",
        "output_dimension": 256,
    }
    assert (made.dimensions, made.usage.input_tokens, made.usage.estimated) == (2, 3, False)


async def test_embedding_says_what_it_is_for(http: EgressClient) -> None:
    made, sent = await _embed(http, {"embeddings": {"float": [[1], [2]]}})

    assert sent["input_type"] == "search_document"
    assert made.usage.estimated


@pytest.mark.parametrize(
    "found", [[], {}, {"float": []}, {"float": [[1.0], []]}, {"int8": [[1], [2]]}]
)
async def test_vectors_that_do_not_fit_are_a_failure(http: EgressClient, found: object) -> None:
    with pytest.raises(ProviderFailed):
        await _embed(http, {"embeddings": found})


async def test_nothing_makes_no_request(http: EgressClient) -> None:
    async with ScriptedServer() as server:
        provider = provider_at(server, http)
        made = await provider.embed(EmbedRequest(model="m", texts=()))
        scored = await provider.rerank(RerankRequest(model="m", query="q", passages=()))

        assert not server.requests
    assert (made.vectors, scored.scores) == ((), ())


async def _rerank(http: EgressClient, results: Any) -> tuple[Any, dict[str, Any]]:
    async with ScriptedServer() as server:
        meta = {"billed_units": {"search_units": 1.0}}
        server.serve("/v2/rerank", Answer(json={"results": results, "meta": meta}))
        request = RerankRequest(model="rerank-v3.5", query="q" * 8, passages=("a" * 8, "b" * 8))
        made = await provider_at(server, http).rerank(request)
        return made, server.requests[-1].json()


async def test_searches_are_billed_so_tokens_are_estimated(http: EgressClient) -> None:
    ranked = [{"index": 1, "relevance_score": 0.75}, {"index": 0, "relevance_score": 0.5}]

    made, sent = await _rerank(http, ranked)

    assert sent == {"model": "rerank-v3.5", "query": "q" * 8, "documents": ["a" * 8, "b" * 8]}
    assert made.usage.searches == 1
    assert made.scores == (0.5, 0.75)
    assert (made.usage.input_tokens, made.usage.estimated) == (6, True)


@pytest.mark.parametrize("indexes", [[], [0], [0, 0], [0, 2], [0, 1, 1]])
async def test_scores_that_do_not_fit_are_a_failure(http: EgressClient, indexes: list[int]) -> None:
    with pytest.raises(ProviderFailed):
        await _rerank(http, [{"index": at, "relevance_score": 1.0} for at in indexes])


async def test_list_tells_what_each_model_can_do(http: EgressClient) -> None:
    listed = [
        {"name": "command-a-03-2025", "endpoints": ["chat"], "context_length": 288_000},
        {"name": "command-x", "endpoints": ["chat"], "features": ["tools", "vision"]},
        {"name": "command-old", "endpoints": ["chat"], "is_deprecated": True},
        {"name": "embed-v4.0", "endpoints": ["embed", "classify"]},
        {"name": "transcribe", "endpoints": ["transcriptions"]},
    ]
    async with ScriptedServer() as server:
        server.serve("/v1/models", Answer(json={"models": listed}))
        found = {model.name: model for model in await provider_at(server, http).list_models()}
        assert server.requests[-1].query == {"page_size": "1000"}

    assert found.keys() == {"command-a-03-2025", "command-x", "embed-v4.0"}
    known, new, embedding = found.values()
    assert (known.context_tokens, known.tools, known.input_price) == (288_000, True, 2.5)
    assert (new.tools, new.vision, new.json_schema, new.input_price) == (True, True, False, None)
    assert (embedding.dimensions, embedding.max_batch) == (1_536, 96)


def test_price_that_is_not_known_is_not_free() -> None:
    for model in models():
        if model.kind is not ModelKind.EMBEDDING:
            assert model.input_price is None or model.input_price > 0
            assert model.context_tokens
    assert any(model.input_price for model in models())


def test_key_that_is_missing_is_asked_for(http: EgressClient) -> None:
    with pytest.raises(InvalidInput, match="no API key"):
        CohereProvider(ModelContext(http), {})
