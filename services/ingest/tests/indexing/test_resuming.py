"""Indexing that is interrupted: it goes on where it was, and nothing is lost or doubled."""

import asyncio
import random
import time

import msgspec
import pytest

from services.ingest.tests.stage import Stage, words
from skep_contracts import topology
from skep_contracts.calls.dataset import DocumentStatus
from skep_contracts.plugins.stores import StoredChunk
from skep_ingest.indexing import claimed_document
from skep_ingest.indexing.chunk_facts import chunk_id


@pytest.fixture(autouse=True)
def short_leases(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = msgspec.structs.replace(topology.INGEST_DOCUMENTS, ack_wait_s=1.0)
    monkeypatch.setattr(topology, "INGEST_DOCUMENTS", spec)


def assert_whole(chunks: list[StoredChunk], document_id: str, total: int | None) -> None:
    assert [chunk.seq for chunk in chunks] == list(range(total or 0))
    assert {chunk.document_id for chunk in chunks} == {document_id}
    assert [chunk.id for chunk in chunks] == [
        chunk_id(document_id, 1, number) for number in range(total or 0)
    ]


async def test_stopped_in_order_it_goes_on_after_the_last_batch(stage: Stage) -> None:
    dataset = await stage.dataset()
    stage.embedder.gate_after = 2
    document = await stage.add(dataset.id, "a.txt", words(300))
    await stage.until_done(document, 128)

    await stage.stop()
    await stage.start()
    done = await stage.settled(document)

    assert done.status is DocumentStatus.READY
    assert len(stage.embedder.texts) == (done.chunks_total or 0) - 128
    assert_whole(await stage.stored(dataset.id), document.id, done.chunks_total)


async def test_killed_it_goes_on_after_the_last_batch(any_stage: Stage) -> None:
    stage = any_stage
    dataset = await stage.dataset()
    stage.embedder.gate_after = 2
    document = await stage.add(dataset.id, "a.txt", words(300))
    await stage.until_done(document, 128)

    await stage.kill()
    await stage.start()
    done = await stage.settled(document)

    assert done.status is DocumentStatus.READY
    assert len(stage.embedder.texts) == (done.chunks_total or 0) - 128
    assert_whole(await stage.stored(dataset.id), document.id, done.chunks_total)


@pytest.mark.slow
async def test_stopped_again_and_again_it_ends_whole(stage: Stage) -> None:
    chance = random.Random(7)
    dataset = await stage.dataset()
    document = await stage.add(dataset.id, "a.txt", words(700))

    for number in range(6):
        await asyncio.sleep(chance.uniform(0.1, 0.9))
        await (stage.kill() if number % 2 else stage.stop())
        await stage.start()
    done = await stage.settled(document)

    assert (done.status, done.error) == (DocumentStatus.READY, None)
    assert done.chunks_done == done.chunks_total
    assert_whole(await stage.stored(dataset.id), document.id, done.chunks_total)


async def test_split_differently_since_it_starts_over(stage: Stage) -> None:
    dataset = await stage.dataset()
    stage.embedder.gate_after = 2
    document = await stage.add(dataset.id, "a.txt", words(300))
    await stage.until_done(document, 128)
    await stage.stop()
    async with stage.database.session() as session:
        from skep_ingest.indexing.repository import IndexingRepository

        row = await IndexingRepository(session, "t_one", document.id).find()
        assert row is not None
        row.done_digest = "another"

    await stage.start()
    done = await stage.settled(document)

    assert len(stage.embedder.texts) == done.chunks_total
    assert_whole(await stage.stored(dataset.id), document.id, done.chunks_total)


async def test_document_that_ends_its_workers_fails_with_the_cause(stage: Stage) -> None:
    dataset = await stage.dataset()
    stage.embedder.gate_after = 0
    document = await stage.add(dataset.id, "a.txt", "Bees make honey.")

    for _ in range(5):
        await stage.until(document, DocumentStatus.INDEXING)
        await stage.kill()
        await stage.start()
        stage.embedder.gate_after = 0
        await stage.until(document, DocumentStatus.PARSING, DocumentStatus.FAILED)
    done = await stage.settled(document)

    assert (done.status, done.error_code) == (DocumentStatus.FAILED, "worker_lost")
    assert [f.type for f in await stage.facts_about(document.id)] == ["document.failed.v1"]


async def test_overtaken_worker_writes_nothing_more(stage: Stage) -> None:
    dataset = await stage.dataset()
    stage.embedder.gate_after = 1
    document = await stage.add(dataset.id, "a.txt", words(200))
    await stage.until_done(document, 64)
    async with stage.database.session() as session:
        from skep_ingest.indexing.repository import IndexingRepository

        assert await IndexingRepository(session, "t_one", document.id).claim(1)

    await asyncio.sleep(1.5)
    stage.embedder.gate_after = None
    stage.embedder.gate.set()
    done = await stage.settled(document)

    assert done.status is DocumentStatus.READY
    assert_whole(await stage.stored(dataset.id), document.id, done.chunks_total)


async def test_long_document_tells_how_far_it_is(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claimed_document, "_TELL_S", 0.0)
    dataset = await stage.dataset()

    document = await stage.indexed(dataset.id, "long.txt", words(300))
    deadline = time.monotonic() + 10
    while not await stage.facts_about(document.id):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)

    *steps, _ = await stage.facts_about(document.id, steps=True)
    told = [msgspec.json.decode(step.data) for step in steps]
    assert told[0]["stage"] == "split"
    done = [step["chunks_done"] for step in told]
    assert done == sorted(set(done))
    assert done[-1] >= 64
    assert {step["stage"] for step in told[1:]} == {"stored"}
    assert {step["chunks_total"] for step in told} == {document.chunks_total}
