"""Embeddings and rerank: batches in order, each repeated for itself."""

import asyncio
from array import array

import msgspec
import pytest

from inference.tests.conftest import FAST, Make
from inference.tests.scripted import LedgerBus, Scripted
from skep_contracts.plugins.models import Embeddings, ModelKind
from skep_contracts.problems import (
    InvalidInput,
    ProviderFailed,
    ProviderTimedOut,
    RateLimited,
    TooLarge,
)
from skep_inference import CallReport, CallScope, Inference

SCOPE = CallScope(tenant="t_1", dataset_id="ds_1", idempotency_key="doc_1")


def lengths(made: Embeddings) -> list[float]:
    return [array("f", vector)[0] for vector in made.vectors]


async def test_texts_go_out_in_batches_and_come_back_in_order(
    inference: Inference, script: Scripted, bus: LedgerBus
) -> None:
    reports: list[CallReport] = []
    texts = ["a" * n for n in range(1, 8)]

    made = await inference.embed("default", texts, scope=SCOPE, on_finished=reports.append)

    assert lengths(made) == [1, 2, 3, 4, 5, 6, 7]
    assert (made.dimensions, made.usage.input_tokens, made.model) == (2, 7, "vectors")
    assert sorted(map(len, script.batches)) == [1, 2, 2, 2]
    assert [report.kind for report in reports] == [ModelKind.EMBEDDING] * 4
    await inference.close()
    assert len(bus.entries) == 4
    assert {entry.dataset_id for entry in bus.entries} == {"ds_1"}
    assert sum(entry.input_tokens for entry in bus.entries) == 7


async def test_failed_batch_alone_is_repeated(inference: Inference, script: Scripted) -> None:
    script.embeds = [RateLimited("x"), ProviderFailed("x"), 0.0]

    made = await inference.embed("acme/vectors", ["a", "bb", "ccc"], scope=SCOPE)

    assert lengths(made) == [1, 2, 3]
    assert len(script.batches) == 4


async def test_failure_of_one_batch_fails_the_call_with_its_problem(
    inference: Inference, script: Scripted
) -> None:
    script.embeds = [0.0, InvalidInput("refused"), 5.0]

    async with asyncio.timeout(2):
        with pytest.raises(InvalidInput, match="refused"):
            await inference.embed("default", ["a"] * 9, scope=SCOPE)


async def test_batch_that_is_too_large_is_done_in_halves(
    inference: Inference, script: Scripted
) -> None:
    script.embeds = [TooLarge("x"), 0.0]

    made = await inference.embed("default", ["a", "bb"], scope=SCOPE)

    assert lengths(made) == [1, 2]
    assert script.batches == [("a", "bb"), ("a",), ("bb",)]


async def test_text_that_is_too_large_alone_is_a_problem(
    inference: Inference, script: Scripted
) -> None:
    script.embeds = [TooLarge("x")]

    with pytest.raises(TooLarge):
        await inference.embed("default", ["a", "bb"], scope=SCOPE)


async def test_no_texts_need_no_call(inference: Inference, script: Scripted) -> None:
    made = await inference.embed("default", [], scope=SCOPE)

    assert (made.vectors, made.dimensions) == ((), 2)
    assert not script.batches


async def test_wrong_number_of_vectors_is_a_failure(
    inference: Inference, script: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("inference.tests.scripted.array", lambda *_: array("f", [1.0, 2.0, 3.0]))

    with pytest.raises(ProviderFailed):
        await inference.embed("default", ["a"], scope=SCOPE)


async def test_batches_run_side_by_side_within_a_limit(make: Make, script: Scripted) -> None:
    inference = await make(msgspec.structs.replace(FAST, embed_concurrency=2))
    script.embeds = [0.03]
    started = asyncio.get_running_loop().time()

    await inference.embed("default", ["a"] * 8, scope=SCOPE)

    assert 0.06 <= asyncio.get_running_loop().time() - started < 0.12


async def test_embedding_has_a_limit_in_time(make: Make, script: Scripted, bus: LedgerBus) -> None:
    inference = await make(msgspec.structs.replace(FAST, request_timeout_s=0.05))
    script.embeds = [30.0]

    with pytest.raises(ProviderTimedOut):
        await inference.embed("default", ["a"], scope=SCOPE)

    await inference.close()
    assert [entry.outcome for entry in bus.entries] == ["cancelled"]


async def test_defect_of_a_plugin_is_a_problem(inference: Inference, script: Scripted) -> None:
    script.embeds = [ZeroDivisionError()]

    with pytest.raises(ProviderFailed) as failure:
        await inference.embed("default", ["a"], scope=SCOPE)

    assert failure.value.exact_code == "plugin_failed"


async def test_passages_are_scored(inference: Inference, bus: LedgerBus) -> None:
    made = await inference.rerank("default", "q", ["a", "bbb", "cc"], scope=SCOPE)

    assert made.scores == (1.0, 3.0, 2.0)
    await inference.close()
    assert [(entry.kind, entry.cost_usd) for entry in bus.entries] == [("rerank", 0.0)]


async def test_no_passages_need_no_call(inference: Inference, bus: LedgerBus) -> None:
    assert (await inference.rerank("default", "q", [], scope=SCOPE)).scores == ()

    await inference.close()
    assert not bus.entries


async def test_wrong_number_of_scores_is_a_failure(inference: Inference, script: Scripted) -> None:
    script.scores = (1.0,)

    with pytest.raises(ProviderFailed):
        await inference.rerank("default", "q", ["a", "b"], scope=SCOPE)
