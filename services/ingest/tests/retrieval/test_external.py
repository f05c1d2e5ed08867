"""Datasets that are kept elsewhere: what is asked there, and what is believed of the answer."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import msgspec
import pytest

from services.ingest.tests.retrieval.test_metamorphic import filled
from services.ingest.tests.stage import CALL_S, TENANT, Stage
from skep_contracts.calls.dataset import (
    CreateDataset,
    DatasetInfo,
    DatasetReply,
    ExternalInfo,
    ExternalSource,
)
from skep_contracts.plugins.stores import Condition, Group
from skep_contracts.problems import Conflict, InvalidInput, SkepError
from skep_ingest.external import ask_source
from skep_runtime.egress import EgressSettings
from skep_runtime.vault import Vault, VaultSettings
from skep_testing.http_server import Answer, Drop, ScriptedServer

PATH = "/kb/retrieval"
GOOD: dict[str, Any] = {
    "records": [
        {"content": "Wasps hunt.", "score": 0.4, "title": "wasps.md", "metadata": {"year": 2023}},
        {
            "content": "Bees make honey.",
            "score": 0.9,
            "title": "bees.md",
            "metadata": {"year": 2024},
        },
        {"content": "  ", "score": 1.0, "title": "blank", "metadata": {}},
        {"content": "Ants farm.", "score": 7, "title": None, "metadata": None},
    ]
}


@pytest.fixture
async def server(stage: Stage) -> AsyncIterator[ScriptedServer]:
    await stage.stop()
    stage.egress = EgressSettings(allow="127.0.0.1")
    await stage.start()
    with ScriptedServer() as server:
        yield server


async def external(
    stage: Stage, endpoint: str, name: str = "far", *, key: str | None = "geheim"
) -> DatasetInfo:
    source = ExternalSource(endpoint=endpoint, knowledge_id="kb-1")
    if key is not None:
        vault = Vault(VaultSettings(key=stage._key))
        sealed = vault.seal(key.encode(), context=source.seal_context(TENANT))
        source = msgspec.structs.replace(source, sealed_key=sealed)
    call = CreateDataset(name=name, external=source)
    reply = await stage.bus.call(call, tenant=TENANT, reply=DatasetReply, timeout_s=CALL_S)
    return reply.dataset


async def test_it_is_asked_as_the_contract_says_and_found_as_any_other(
    stage: Stage, server: ScriptedServer
) -> None:
    server.serve(PATH, Answer(json=GOOD))
    made = await external(stage, f"{server.url}/kb/")

    found = await stage.search("who makes honey", "far", top_k=3, score_threshold=0.5)

    assert made.external == ExternalInfo(endpoint=f"{server.url}/kb/", knowledge_id="kb-1")
    assert [(one.text, one.score) for one in found] == [
        ("Ants farm.", 1),
        ("Bees make honey.", 0.9),
    ]
    assert found[1].document_name == "bees.md"
    assert found[1].metadata == {"year": 2024}
    (asked,) = server.requests
    assert asked.headers["authorization"] == "Bearer geheim"
    assert asked.json() == {
        "knowledge_id": "kb-1",
        "query": "who makes honey",
        "retrieval_setting": {"top_k": 3, "score_threshold": 0.0},
    }


async def test_filter_is_said_there_and_holds_here(stage: Stage, server: ScriptedServer) -> None:
    server.serve(PATH, Answer(json=GOOD))  # a server that does not mind conditions
    await external(stage, f"{server.url}/kb")
    year = Condition(field="year", op="ge", value=2024)
    condition = Group(match="all", of=(year, Condition(field="lang", op="exists", value=False)))

    found = await stage.search("honey", "far", filter=condition)
    nested = await stage.search("honey", "far", filter=Group(match="none", of=(condition,)))

    assert [one.document_name for one in found] == ["bees.md"]
    assert {one.text for one in nested} == {"Wasps hunt.", "Ants farm."}
    first, second = (request.json() for request in server.requests)
    assert first["metadata_condition"] == {
        "logical_operator": "and",
        "conditions": [
            {"name": ["year"], "comparison_operator": "≥", "value": 2024},
            {"name": ["lang"], "comparison_operator": "empty"},
        ],
    }
    assert "metadata_condition" not in second


@pytest.mark.parametrize(
    "call",
    [
        {},
        {"fusion": "ranks"},
        {"mode": "full_text"},
        {"expand": 1, "distinct": True},
        {"rerank_model": "echo/overlap"},
        {"other_queries": ("honey makers",)},
    ],
)
async def test_it_is_searched_together_with_datasets_of_ours(
    stage: Stage, server: ScriptedServer, call: dict[str, Any]
) -> None:
    server.serve(PATH, Answer(json=GOOD))
    await external(stage, f"{server.url}/kb")
    here = await filled(stage, numbers=range(2))

    found = await stage.search("honey", here, "far", top_k=6, **call)

    assert {one.dataset_name for one in found} == {"plants", "far"}
    assert len(found) <= 6
    queries = [request.json()["query"] for request in server.requests]
    assert sorted(queries) == sorted({"honey", *call.get("other_queries", ())})


@pytest.mark.parametrize(
    ("answer", "match"),
    [
        (Answer(status=401, json={"error_code": 1002, "error_msg": "no"}), "API key"),
        (Answer(status=404, json={"error_code": 2001, "error_msg": "no"}), "of that id"),
        (Answer(status=500, body=b"<html>oh no"), "error .HTTP 500"),
        (Answer(status=307, headers={"Location": "http://10.0.0.1/"}), "redirects"),
        (Answer(body=b"<html>welcome"), "follow the contract"),
        (Answer(body=b"[" * 100_000), "follow the contract"),
        (Answer(json={"records": {}}), "follow the contract"),
        (Answer(json={"results": []}), "follow the contract"),
        (Answer(json={"records": [None]}), "follow the contract"),
        (Answer(json={"records": [{"content": 7}]}), "follow the contract"),
        (Answer(json={"records": [{"content": "a", "score": "high"}]}), "follow the contract"),
        (Answer(json={"records": [{"content": "a", "metadata": []}]}), "follow the contract"),
        (
            Answer(body=b'{"records": [{"content": "a", "metadata": {"n": %d}}]}' % 2**80),
            "metadata",
        ),
        (Answer(json={"records": [{"content": "a", "metadata": {"n": "x" * 70_000}}]}), "metadata"),
        (Answer(body=b'{"records": [{"content": "\xff"}]}'), "follow the contract"),
        (Answer(json={"records": [{"content": "x" * 5_000_000}]}), "far"),
        (Answer(body=[Drop()]), "broke off"),
    ],
)
async def test_what_does_not_follow_the_contract_is_told(
    stage: Stage, server: ScriptedServer, answer: Answer, match: str
) -> None:
    server.serve(PATH, answer)
    await external(stage, f"{server.url}/kb")

    with pytest.raises(SkepError, match=match) as caught:
        await stage.search("honey", "far")

    assert "'far'" in str(caught.value)
    assert "geheim" not in str(caught.value)
    assert caught.value.exact_code == "external_knowledge"


async def test_slow_server_is_not_waited_for(
    stage: Stage, server: ScriptedServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ask_source, "_TIMEOUT_S", 0.2)
    server.serve(PATH, Answer(json=GOOD, delay_s=30))
    await external(stage, f"{server.url}/kb")

    with pytest.raises(SkepError, match="far"):
        async with asyncio.timeout(10):
            await stage.search("honey", "far")


@pytest.mark.parametrize("endpoint", ["http://10.0.0.1/kb", "file:///etc/passwd", "kb", " "])
async def test_private_and_senseless_addresses_are_refused_at_once(
    stage: Stage, endpoint: str
) -> None:
    with pytest.raises(InvalidInput):
        await external(stage, endpoint)


async def test_key_sealed_for_another_endpoint_is_not_used(
    stage: Stage, server: ScriptedServer
) -> None:
    vault = Vault(VaultSettings(key=stage._key))
    theirs = ExternalSource(endpoint="https://elsewhere.example", knowledge_id="x")
    source = ExternalSource(
        endpoint=f"{server.url}/kb",
        knowledge_id="x",
        sealed_key=vault.seal(b"geheim", context=theirs.seal_context(TENANT)),
    )
    call = CreateDataset(name="far", external=source)
    await stage.bus.call(call, tenant=TENANT, reply=DatasetReply, timeout_s=CALL_S)

    with pytest.raises(SkepError, match="secret"):
        await stage.search("honey", "far")
    assert not server.requests


async def test_it_takes_no_documents_and_goes_when_deleted(
    stage: Stage, server: ScriptedServer
) -> None:
    made = await external(stage, f"{server.url}/kb", key=None)

    with pytest.raises(Conflict, match="elsewhere"):
        await stage.add(made.id, "a.txt", "honey")
    assert await stage.delete_dataset(made.id)
    with pytest.raises(SkepError):
        await stage.get_dataset(made.id)
