"""Datasets move to another store and another model: whole, while they serve, through kills."""

import asyncio
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from services.ingest.tests.stage import CALL_S, TENANT, Stage, words
from skep_contracts import topology
from skep_contracts.calls.chunk_edit import ChunkReply, CreateChunk
from skep_contracts.calls.dataset import DatasetInfo, DatasetReply, DocumentStatus, DoneReply
from skep_contracts.calls.dataset_edit import (
    CancelDatasetMove,
    MoveDataset,
    ReindexDataset,
    ReindexReply,
)
from skep_contracts.plugins.parsers import ChunkSpec
from skep_contracts.problems import Conflict, InvalidInput, ProviderFailed, Unauthenticated
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.moves.state import Place

PLUGIN = Path(__file__).parent / "elsewhere_plugin.py"
LETTERS = "elsewhere/letters"


@pytest.fixture(autouse=True)
def quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    spec = msgspec.structs.replace(topology.INGEST_DATASET_MOVES, ack_wait_s=1.0)
    monkeypatch.setattr(topology, "INGEST_DATASET_MOVES", spec)


async def prepared(stage: Stage) -> Stage:
    """Restart the service with the second store and model."""
    await stage.stop()
    folder = stage.folder / "plugins" / "skep-elsewhere"
    info = folder / "skep_elsewhere-1.0.dist-info"
    info.mkdir(parents=True)
    shutil.copy(PLUGIN, folder / "skep_elsewhere.py")
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: skep-elsewhere\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(
        "[skep.stores]\na = skep_elsewhere\n[skep.models]\na = skep_elsewhere\n"
    )
    await start(stage)
    return stage


async def start(stage: Stage) -> None:
    await stage.start()
    stage.ingest.filler._drop_after_s = 0.2


async def move(stage: Stage, dataset: str, **where: Any) -> DatasetInfo:
    call = MoveDataset(dataset=dataset, **where)
    reply = await stage.bus.call(call, tenant=TENANT, reply=DatasetReply, timeout_s=CALL_S)
    return reply.dataset


async def until(stage: Stage, dataset: str, holds: Callable[[DatasetInfo], object]) -> DatasetInfo:
    deadline = time.monotonic() + 20
    while not holds(info := await stage.get_dataset(dataset)):
        assert time.monotonic() < deadline, info
        await asyncio.sleep(0.02)
    return info


async def moved(stage: Stage, dataset: str) -> DatasetInfo:
    return await until(stage, dataset, lambda info: info.move is None)


async def left(stage: Stage, dataset: str, place: Place) -> int:
    """Return how many chunks are still in a place."""
    async with stage.database.reading() as session:
        row = await DatasetRepository(session, TENANT).get(dataset)
    there = await stage.ingest.collections.at(row, place)
    return await there.store.count(there.ref)


async def until_dropped(stage: Stage, dataset: str, place: Place) -> None:
    deadline = time.monotonic() + 10
    while await left(stage, dataset, place):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


async def test_dataset_moves_to_another_store_with_all_it_has(stage: Stage) -> None:
    await prepared(stage)
    dataset = await stage.dataset()
    await stage.indexed(dataset.id, "a.txt", words(150))
    await stage.indexed(dataset.id, "b.txt", "Bees hum.", metadata={"n": 1})
    before = await stage.stored(dataset.id)
    embedded = len(stage.embedder.texts)

    begun = await move(stage, dataset.id, store="elsewhere")
    assert begun.move is not None
    assert (begun.store, begun.move.store) == ("sqlite", "elsewhere")
    assert [hit.document_name for hit in await stage.search("bees hum", dataset.id, top_k=1)]
    info = await moved(stage, dataset.id)

    assert (info.store, info.embedding_model) == ("elsewhere", "local/wordllama-256")
    assert await stage.stored(dataset.id) == before
    assert len(stage.embedder.texts) == embedded
    hits = await stage.search("bees hum", dataset.id, top_k=1)
    assert hits[0].metadata["n"] == 1
    await until_dropped(stage, dataset.id, Place(store="sqlite", generation=1, dimensions=256))


async def test_other_model_embeds_every_chunk_anew_and_edits_are_kept(stage: Stage) -> None:
    await prepared(stage)
    dataset = await stage.dataset()
    document = await stage.indexed(dataset.id, "a.txt", words(5))
    call = CreateChunk(dataset=dataset.id, document_id=document.id, text="zzz zzz")
    await stage.bus.call(call, tenant=TENANT, reply=ChunkReply, timeout_s=CALL_S)

    await move(stage, dataset.id, embedding_model=LETTERS)
    info = await moved(stage, dataset.id)

    assert (info.embedding_model, info.dimensions) == (LETTERS, 26)
    (best,) = await stage.search("zz", dataset.id, top_k=1, mode="semantic")
    assert best.text == "zzz zzz"
    later = await stage.indexed(dataset.id, "b.txt", "xxxx")
    assert later.status is DocumentStatus.READY
    assert {len(chunk.vector) for chunk in await stage.stored(dataset.id)} == {26 * 4}


async def test_killed_mover_goes_on_behind_what_was_copied(any_stage: Stage) -> None:
    stage = await prepared(any_stage)
    dataset = await stage.dataset()
    document = await stage.indexed(dataset.id, "a.txt", words(300))
    total = document.chunks_total or 0
    stage.embedder.gate_after = stage.embedder.batches + 2

    await move(stage, dataset.id, embedding_model=LETTERS)
    seen = await until(stage, dataset.id, lambda info: info.move and info.move.chunks_done >= 128)
    assert seen.move is not None
    await stage.kill()
    await start(stage)
    await moved(stage, dataset.id)

    assert len(stage.embedder.texts) == total - 128
    chunks = await stage.stored(dataset.id)
    assert [chunk.seq for chunk in chunks] == list(range(total))
    assert {len(chunk.vector) for chunk in chunks} == {26 * 4}


async def test_changes_wait_for_the_end_of_a_move(stage: Stage) -> None:
    await prepared(stage)
    dataset = await stage.dataset()
    document = await stage.indexed(dataset.id, "a.txt", words(100))
    gone = await stage.indexed(dataset.id, "gone.txt", words(3))
    stage.embedder.gate_after = stage.embedder.batches
    await move(stage, dataset.id, embedding_model=LETTERS)

    added = await stage.add(dataset.id, "new.txt", "New words.")
    assert await stage.delete(gone)
    edit = CreateChunk(dataset=dataset.id, document_id=document.id, text="x")
    with pytest.raises(Conflict, match="being moved"):
        await stage.bus.call(edit, tenant=TENANT, reply=ChunkReply, timeout_s=CALL_S)
    with pytest.raises(Conflict):
        await move(stage, dataset.id, store="elsewhere")
    assert (await stage.get(added)).status is DocumentStatus.QUEUED
    stage.embedder.gate.set()
    await moved(stage, dataset.id)

    assert (await stage.settled(added)).status is DocumentStatus.READY
    total = (document.chunks_total or 0) + 1
    chunks = await stage.until_stored(dataset.id, total)
    assert gone.id not in {chunk.document_id for chunk in chunks}


async def test_cancelled_move_leaves_the_dataset_where_it_is(stage: Stage) -> None:
    await prepared(stage)
    dataset = await stage.dataset()
    await stage.indexed(dataset.id, "a.txt", words(200))
    before = await stage.stored(dataset.id)
    stage.embedder.gate_after = stage.embedder.batches + 1
    await move(stage, dataset.id, embedding_model=LETTERS, store="elsewhere")
    await until(stage, dataset.id, lambda info: info.move and info.move.chunks_done)

    call = CancelDatasetMove(dataset=dataset.id)
    done = await stage.bus.call(call, tenant=TENANT, reply=DoneReply, timeout_s=CALL_S)
    stage.embedder.gate.set()

    assert done.changed
    assert await stage.stored(dataset.id) == before
    place = Place(store="elsewhere", generation=2, dimensions=26)
    await until_dropped(stage, dataset.id, place)
    again = await stage.bus.call(call, tenant=TENANT, reply=DoneReply, timeout_s=CALL_S)
    assert not again.changed


async def test_move_that_cannot_go_on_is_given_up_and_says_why_before(stage: Stage) -> None:
    await prepared(stage)
    dataset = await stage.dataset()
    await stage.indexed(dataset.id, "a.txt", words(3))
    stage.embedder.errors = [
        ProviderFailed("The vendor is away.", retry_after_s=0.3),
        Unauthenticated("The key is refused."),
    ]

    await move(stage, dataset.id, embedding_model=LETTERS)
    waiting = await until(stage, dataset.id, lambda info: info.move is None or info.move.error)
    assert waiting.move is not None
    assert waiting.move.error == "The vendor is away."
    info = await moved(stage, dataset.id)

    assert info.embedding_model == "local/wordllama-256"
    assert await stage.search("honey", dataset.id)


async def test_deleted_dataset_takes_its_move_along(stage: Stage) -> None:
    await prepared(stage)
    dataset = await stage.dataset()
    await stage.indexed(dataset.id, "a.txt", words(200))
    stage.embedder.gate_after = stage.embedder.batches + 1
    await move(stage, dataset.id, embedding_model=LETTERS, store="elsewhere")
    await until(stage, dataset.id, lambda info: info.move and info.move.chunks_done)
    async with stage.database.reading() as session:
        row = await DatasetRepository(session, TENANT).get(dataset.id)
    place = Place(store="elsewhere", generation=2, dimensions=26)
    there = await stage.ingest.collections.at(row, place)

    await stage.delete_dataset(dataset.id)
    stage.embedder.gate.set()

    deadline = time.monotonic() + 15
    while await there.store.count(there.ref):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.05)


@pytest.mark.parametrize(
    "where", [{}, {"store": "sqlite"}, {"store": "nowhere"}, {"embedding_model": "echo/nothing"}]
)
async def test_senseless_move_is_refused(stage: Stage, where: dict[str, str]) -> None:
    dataset = await stage.dataset()

    with pytest.raises(InvalidInput):
        await move(stage, dataset.id, **where)
    assert (await stage.get_dataset(dataset.id)).move is None


async def test_documents_are_split_anew_and_served_meanwhile(stage: Stage) -> None:
    dataset = await stage.dataset(chunk_spec=ChunkSpec(max_chars=1000, overlap_chars=0))
    document = await stage.indexed(dataset.id, "a.txt", words(20))
    stage.embedder.gate_after = stage.embedder.batches
    call = ReindexDataset(dataset=dataset.id, chunk_spec=ChunkSpec(max_chars=300, overlap_chars=0))

    reply = await stage.bus.call(call, tenant=TENANT, reply=ReindexReply, timeout_s=CALL_S)
    assert reply.documents == 1
    assert await stage.search("honey", dataset.id)
    stage.embedder.gate.set()
    done = await stage.settled(document)

    assert (done.chunks_total or 0) > (document.chunks_total or 0)
    assert all(len(hit.text) <= 300 for hit in await stage.search("honey", dataset.id))
    assert (await stage.get_dataset(dataset.id)).chunk_spec.max_chars == 300
