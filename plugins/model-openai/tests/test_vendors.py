"""Every vendor of the table: its form, its models, and what goes out over its wire."""

from typing import Any

import pytest

from skep_contracts.plugins.models import (
    ChatMessage,
    ChatRequest,
    EmbedRequest,
    ModelKind,
    RerankRequest,
    ResponseSchema,
    StreamEnd,
)
from skep_contracts.problems import InvalidInput, Unauthenticated
from skep_model_openai import skep_providers
from skep_model_openai.provider import OpenAIProvider
from skep_model_openai.vendors.table import models, vendors
from skep_runtime.egress import EgressClient
from skep_testing.conformance.models import ModelContext
from skep_testing.http_server import Answer, ScriptedServer
from skep_testing.model_server import wire

KEY = "canary-key-1a2b3c"
NAMES = sorted(vendors())
ASKED = ChatRequest(
    model="some-model",
    messages=(ChatMessage(role="user", content="Hello"),),
    max_tokens=9,
    seed=4,
    response_schema=ResponseSchema(
        name="answer",
        schema={
            "type": "object",
            "properties": {"a": {"type": "string"}},
            "required": ["a"],
            "additionalProperties": False,
        },
    ),
)


def _completion() -> Answer:
    completion = wire.Completion(model="some-model", pieces=["fine"], counted=(3, 1))
    body = b"".join(wire.stream(completion, "chatcmpl-1", with_usage=True))
    return Answer(headers={"content-type": "text/event-stream"}, body=body)


def _provider(vendor: str, server: ScriptedServer, http: EgressClient) -> OpenAIProvider:
    credential = {"api_key": KEY, "base_url": f"{server.url}/base"}
    return OpenAIProvider(ModelContext(http), credential, vendor=vendors()[vendor])


def test_there_are_many() -> None:
    offered = skep_providers()

    assert len(offered) >= 40
    named = [model for provider in offered for model in provider.models]
    assert len(named) >= 500
    assert len({provider.name for provider in offered}) == len(offered)


def test_price_that_is_not_known_is_not_free() -> None:
    for vendor in NAMES:
        for model in models(vendor):
            if model.kind is ModelKind.CHAT:
                assert model.input_price is not None, f"{vendor}/{model.name}"
                assert model.context_tokens, f"{vendor}/{model.name}"


@pytest.mark.parametrize("vendor", NAMES)
def test_form_says_what_is_needed(vendor: str) -> None:
    row = vendors()[vendor]
    schema = row.credential_schema()

    assert row.docs.startswith("https://")
    assert schema["properties"]["api_key"]["writeOnly"] is True
    assert ("api_key" in schema.get("required", [])) == (row.key == "required")
    assert ("base_url" in schema.get("required", [])) == (not row.base_url)
    assert row.local == row.base_url.startswith("http://localhost")


@pytest.mark.parametrize("vendor", NAMES)
async def test_chat_is_written_as_the_vendor_reads_it(vendor: str, http: EgressClient) -> None:
    row = vendors()[vendor]
    async with ScriptedServer() as server:
        server.handle_with(lambda _: _completion())
        found = [delta async for delta in _provider(vendor, server, http).chat(ASKED)]
        request = server.requests[-1]

    body = request.json()
    limits = {name: body[name] for name in ("max_tokens", "max_completion_tokens") if name in body}
    expected = row.limit_field if row.key != "depends" else "max_tokens"
    assert request.path == "/base/chat/completions"
    assert limits == {expected: 9}
    assert ("stream_options" in body) == row.usage_in_stream
    assert body[row.renamed.get("seed", "seed")] == 4
    assert _schema_mode(body) == row.schema
    assert _identity(request.headers) == (
        {row.key_header: KEY} if row.key_header else {"authorization": f"Bearer {KEY}"}
    )
    assert isinstance(found[-1], StreamEnd)
    assert found[-1].usage.input_tokens == 3


def _schema_mode(body: dict[str, Any]) -> str:
    form = body.get("response_format")
    if form is None:
        return "prompt"
    return "strict" if form["type"] == "json_schema" else "json_object"


def _identity(headers: Any) -> dict[str, str]:
    return {name: headers[name] for name in ("authorization", "api-key") if name in headers}


@pytest.mark.parametrize("vendor", NAMES)
async def test_refused_key_is_told_and_not_shown(vendor: str, http: EgressClient) -> None:
    async with ScriptedServer() as server:
        error = {"error": {"message": f"Incorrect API key provided: {KEY}"}}
        server.handle_with(lambda _: Answer(status=401, json=error))

        with pytest.raises(Unauthenticated) as refusal:
            await _provider(vendor, server, http).check()

    assert KEY not in f"{refusal.value!r} {refusal.value.detail}"


@pytest.mark.parametrize("vendor", [name for name in NAMES if vendors()[name].key == "required"])
def test_key_that_is_missing_is_asked_for(vendor: str, http: EgressClient) -> None:
    credential = {"base_url": vendors()[vendor].base_url or "https://mine.example/openai/v1"}

    with pytest.raises(InvalidInput, match="no API key"):
        OpenAIProvider(ModelContext(http), credential, vendor=vendors()[vendor])


async def _embedding(vendor: str, purpose: Any, http: EgressClient) -> dict[str, Any]:
    async with ScriptedServer() as server:
        data = [{"index": 0, "embedding": [1.0, 0.0]}]
        server.handle_with(lambda _: Answer(json={"data": data, "usage": {"total_tokens": 2}}))
        request = EmbedRequest(model="m", texts=("a",), purpose=purpose, dimensions=2)
        await _provider(vendor, server, http).embed(request)
        sent: dict[str, Any] = server.requests[-1].json()
    return sent


@pytest.mark.parametrize(
    ("vendor", "field", "document", "query"),
    [
        ("voyage", "input_type", "document", "query"),
        ("jina", "task", "retrieval.passage", "retrieval.query"),
        ("nvidia", "input_type", "passage", "query"),
    ],
)
async def test_embedding_says_what_it_is_for(
    vendor: str, field: str, document: str, *, query: str, http: EgressClient
) -> None:
    assert (await _embedding(vendor, "document", http))[field] == document
    assert (await _embedding(vendor, "query", http))[field] == query


async def test_size_of_vectors_has_the_vendors_name(http: EgressClient) -> None:
    assert (await _embedding("voyage", "query", http))["output_dimension"] == 2
    assert (await _embedding("together", "query", http))["dimensions"] == 2


@pytest.mark.parametrize(
    ("vendor", "field", "answer"),
    [("voyage", "top_k", "data"), ("jina", "top_n", "results"), ("together", "top_n", "results")],
)
async def test_rerank_speaks_the_vendors_words(
    vendor: str, field: str, answer: str, *, http: EgressClient
) -> None:
    ranked = [{"index": 1, "relevance_score": 0.75}, {"index": 0, "relevance_score": 0.5}]
    async with ScriptedServer() as server:
        server.handle_with(lambda _: Answer(json={answer: ranked, "usage": {"total_tokens": 5}}))
        request = RerankRequest(model="m", query="q", passages=("a", "b"))
        made = await _provider(vendor, server, http).rerank(request)
        sent = server.requests[-1].json()

    assert made.scores == (0.5, 0.75)
    assert sent[field] == 2


async def test_vendor_without_a_list_shows_what_is_known(http: EgressClient) -> None:
    async with ScriptedServer() as server:
        listed = await _provider("perplexity", server, http).list_models()

        assert not server.requests
    assert {model.name for model in listed} == {model.name for model in models("perplexity")}
    assert listed
