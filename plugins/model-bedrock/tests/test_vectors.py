"""Embeddings, rerank, and the list of models."""

import asyncio
from array import array
from typing import Any

import pytest

from skep_contracts.plugins.models import (
    Embeddings,
    EmbedRequest,
    ModelInfo,
    ModelKind,
    Provider,
    RerankRequest,
    RerankScores,
)
from skep_contracts.problems import InvalidInput, ProviderFailed, RateLimited
from skep_model_bedrock.catalogue import models
from skep_model_bedrock.provider import BedrockProvider
from skep_model_bedrock.vectors import SIDE_BY_SIDE
from skep_runtime.egress import EgressClient
from skep_testing.conformance.models import ModelContext
from skep_testing.http_server import Answer, Handler, Received, ScriptedServer

TITAN = "amazon.titan-embed-text-v2:0"
COUNTED = {"x-amzn-bedrock-input-token-count": "9"}


def provider_at(server: ScriptedServer, http: EgressClient) -> Provider:
    credential = {"api_key": "k-1", "region": "eu-central-1", "base_url": server.url}
    return BedrockProvider(ModelContext(http), credential)


async def embed(
    http: EgressClient, request: EmbedRequest, handler: Handler
) -> tuple[Embeddings, list[dict[str, Any]]]:
    """Return the vectors and what was sent."""
    async with ScriptedServer(handler) as server:
        made = await provider_at(server, http).embed(request)
        paths = {received.path for received in server.requests}
        assert paths == {f"/model/{request.model}/invoke"}
        return made, [received.json() for received in server.requests]


async def test_titan_takes_one_text_at_a_time(http: EgressClient) -> None:
    texts = tuple(f"text {number}" for number in range(20))
    running, most = 0, 0

    async def answer(request: Received) -> Answer:
        nonlocal running, most
        running += 1
        most = max(most, running)
        await asyncio.sleep(0.005)
        running -= 1
        number = float(request.json()["inputText"].split()[1])
        return Answer(json={"embedding": [number, 1.0], "inputTextTokenCount": 3})

    made, sent = await embed(http, EmbedRequest(model=TITAN, texts=texts, dimensions=256), answer)

    assert [array("f", vector)[0] for vector in made.vectors] == list(range(20))
    assert (made.usage.input_tokens, made.usage.estimated) == (60, False)
    assert {"inputText": "text 7", "dimensions": 256} in sent
    assert 1 < most <= SIDE_BY_SIDE


async def test_first_refusal_ends_them_all(http: EgressClient) -> None:
    request = EmbedRequest(model=TITAN, texts=("a", "b", "c"))
    answer = Answer(status=429, headers={"retry-after": "3"}, json={"message": "Too many requests"})

    with pytest.raises(RateLimited) as refusal:
        await embed(http, request, lambda _: answer)

    assert refusal.value.retry_after_s == 3


async def test_image_model_of_titan_has_its_own_field(http: EgressClient) -> None:
    request = EmbedRequest(model="amazon.titan-embed-image-v1", texts=("",), dimensions=384)

    _, sent = await embed(http, request, lambda _: Answer(json={"embedding": [1.0]}))

    assert sent == [{"inputText": " ", "embeddingConfig": {"outputEmbeddingLength": 384}}]


@pytest.mark.parametrize(
    ("model", "found", "more"),
    [
        ("cohere.embed-english-v3", [[1, 0], [0, 1]], {}),
        (
            "eu.cohere.embed-v4:0",
            {"float": [[1, 0], [0, 1]]},
            {"embedding_types": ["float"], "output_dimension": 256},
        ),
    ],
)
async def test_cohere_takes_them_all_at_once(
    http: EgressClient, model: str, found: Any, more: dict[str, Any]
) -> None:
    request = EmbedRequest(
        model=model,
        texts=("red fox", ""),
        purpose="query",
        dimensions=more.get("output_dimension"),
    )

    made, sent = await embed(
        http, request, lambda _: Answer(headers=COUNTED, json={"embeddings": found})
    )

    asked = {"texts": ["red fox", " "], "input_type": "search_query", "truncate": "NONE"}
    assert sent == [asked | more]
    assert [array("f", vector).tolist() for vector in made.vectors] == [[1, 0], [0, 1]]
    assert (made.usage.input_tokens, made.usage.estimated) == (9, False)


@pytest.mark.parametrize("count", ["", "0", "many", "9" * 5_000])
async def test_tokens_are_estimated_when_none_are_counted(http: EgressClient, count: str) -> None:
    headers = {"x-amzn-bedrock-input-token-count": count}
    request = EmbedRequest(model="cohere.embed-english-v3", texts=("abcdefgh",))

    made, _ = await embed(
        http, request, lambda _: Answer(headers=headers, json={"embeddings": [[1]]})
    )

    assert (made.usage.input_tokens, made.usage.estimated) == (2, True)


@pytest.mark.parametrize("found", [[], [[1.0]], [[1.0], []], {"int8": [[1], [2]]}, "none"])
async def test_vectors_that_do_not_fit_are_a_failure(http: EgressClient, found: object) -> None:
    request = EmbedRequest(model="cohere.embed-english-v3", texts=("a", "b"))

    with pytest.raises(ProviderFailed):
        await embed(http, request, lambda _: Answer(json={"embeddings": found}))


async def test_model_in_terms_that_are_not_known_is_refused(http: EgressClient) -> None:
    async with ScriptedServer() as server:
        provider = provider_at(server, http)
        with pytest.raises(InvalidInput, match="Titan and Cohere"):
            await provider.embed(EmbedRequest(model="amazon.nova-embed", texts=("a",)))
        with pytest.raises(InvalidInput, match="order passages"):
            await provider.rerank(RerankRequest(model="m", query="q", passages=("a",)))

        assert not server.requests


async def rerank(
    http: EgressClient, model: str, results: Any
) -> tuple[RerankScores, dict[str, Any]]:
    async with ScriptedServer() as server:
        server.handle_with(lambda _: Answer(json={"results": results}))
        request = RerankRequest(model=model, query="fox", passages=("a", "b"))
        made = await provider_at(server, http).rerank(request)
        return made, server.requests[-1].json()


@pytest.mark.parametrize(
    ("model", "more"), [("cohere.rerank-v3-5:0", {"api_version": 2}), ("amazon.rerank-v1:0", {})]
)
async def test_scores_are_put_in_order(
    http: EgressClient, model: str, more: dict[str, Any]
) -> None:
    ranked = [{"index": 1, "relevance_score": 0.75}, {"index": 0, "relevance_score": 0.5}]

    made, sent = await rerank(http, model, ranked)

    assert sent == {"query": "fox", "documents": ["a", "b"], **more}
    assert made.scores == (0.5, 0.75)
    assert made.usage.estimated


@pytest.mark.parametrize("indexes", [[], [0], [0, 0], [0, 2], [0, 1, 1]])
async def test_scores_that_do_not_fit_are_a_failure(http: EgressClient, indexes: list[int]) -> None:
    results = [{"index": at, "relevance_score": 1.0} for at in indexes]

    with pytest.raises(ProviderFailed):
        await rerank(http, "amazon.rerank-v1:0", results)


LISTED = [
    {
        "modelId": "amazon.nova-pro-v1:0",
        "modelName": "Nova Pro",
        "inputModalities": ["TEXT", "IMAGE", "VIDEO"],
        "outputModalities": ["TEXT"],
        "inferenceTypesSupported": ["ON_DEMAND", "INFERENCE_PROFILE"],
        "responseStreamingSupported": True,
    },
    {
        "modelId": "anthropic.claude-sonnet-5-5",
        "modelName": "Claude Sonnet 5.5",
        "inputModalities": ["TEXT", "IMAGE"],
        "outputModalities": ["TEXT"],
        "inferenceTypesSupported": ["INFERENCE_PROFILE"],
    },
    {
        "modelId": TITAN,
        "outputModalities": ["EMBEDDING"],
        "inferenceTypesSupported": ["ON_DEMAND"],
    },
    {
        "modelId": "amazon.nova-2-multimodal-embeddings-v1:0",
        "outputModalities": ["EMBEDDING"],
        "inferenceTypesSupported": ["ON_DEMAND"],
    },
    {
        "modelId": "amazon.nova-canvas-v1:0",
        "outputModalities": ["IMAGE"],
        "inferenceTypesSupported": ["ON_DEMAND"],
    },
    {
        "modelId": "cohere.rerank-v3-5:0",
        "outputModalities": ["TEXT"],
        "responseStreamingSupported": False,
        "inferenceTypesSupported": ["ON_DEMAND"],
    },
]
ARN = "arn:aws:bedrock:eu-central-1:1:application-inference-profile/abc"
CLAUDE = [{"modelArn": "arn:aws:bedrock:eu-west-1::foundation-model/anthropic.claude-sonnet-5-5"}]
PROFILES = [
    {
        "inferenceProfileId": "eu.anthropic.claude-sonnet-5-5",
        "inferenceProfileName": "EU Claude Sonnet 5.5",
        "type": "SYSTEM_DEFINED",
        "status": "ACTIVE",
        "models": CLAUDE,
    },
    {
        "inferenceProfileId": "abc",
        "inferenceProfileArn": ARN,
        "inferenceProfileName": "Support",
        "type": "APPLICATION",
        "status": "ACTIVE",
        "models": CLAUDE,
    },
    {
        "inferenceProfileId": "eu.twelvelabs.embed-v1:0",
        "models": [{"modelArn": "arn:aws:bedrock:::foundation-model/twelvelabs.embed-v1:0"}],
    },
]


async def listed(http: EgressClient, profiles: Answer) -> dict[str, ModelInfo]:
    async with ScriptedServer() as server:
        server.serve("/foundation-models", Answer(json={"modelSummaries": LISTED}))
        server.serve("/inference-profiles", profiles)
        found = await provider_at(server, http).list_models()
        assert server.requests[-1].query == {"maxResults": "1000"}
        return {model.name: model for model in found}


async def test_region_lists_models_and_profiles(http: EgressClient) -> None:
    found = await listed(http, Answer(json={"inferenceProfileSummaries": PROFILES}))

    assert [(name, model.kind) for name, model in found.items()] == [
        ("amazon.nova-pro-v1:0", ModelKind.CHAT),
        (TITAN, ModelKind.EMBEDDING),
        ("cohere.rerank-v3-5:0", ModelKind.RERANK),
        ("eu.anthropic.claude-sonnet-5-5", ModelKind.CHAT),
        (ARN, ModelKind.CHAT),
    ]
    claude, own = found["eu.anthropic.claude-sonnet-5-5"], found[ARN]
    assert (claude.title, claude.input_price, claude.vision) == ("EU Claude Sonnet 5.5", 2.2, True)
    assert (own.title, own.input_price, own.tools) == ("Support", None, True)
    assert (found[TITAN].dimensions, found[TITAN].input_price) == (1_024, 0.02)


async def test_region_is_listed_without_profiles_that_may_not_be(http: EgressClient) -> None:
    words = "User: x is not authorized to perform: bedrock:ListInferenceProfiles"

    found = await listed(http, Answer(status=403, json={"message": words}))

    assert len(found) == 3


def test_price_that_is_not_known_is_not_free() -> None:
    for model in models():
        if model.kind is ModelKind.CHAT:
            assert model.input_price, model.name
            assert model.context_tokens, model.name
    names = [model.name for model in models()]
    assert len(names) == len(set(names))
    assert {"us.anthropic.claude-sonnet-5-5", "amazon.nova-lite-v1:0"} <= set(names)
    assert not [name for name in names if name.startswith("regional.")]
