"""Documents and chunks changed by hand: what is found follows."""

import asyncio
import time
from typing import Any

import pytest

from services.ingest.tests.stage import CALL_S, TENANT, Stage, words
from skep_contracts.calls.chunk_edit import (
    ChunkReply,
    CreateChunk,
    DeleteChunk,
    ListChunks,
    ListChunksReply,
    UpdateChunk,
)
from skep_contracts.calls.dataset import DocumentInfo, DocumentReply, DocumentStatus, DoneReply
from skep_contracts.calls.dataset_edit import (
    CancelDocument,
    DescribeDataset,
    DescribeDatasetReply,
    PauseDocument,
    ResumeDocument,
    UpdateDocument,
)
from skep_contracts.problems import Conflict


def named(document: DocumentInfo) -> dict[str, Any]:
    return {"dataset": document.dataset_id, "document_id": document.id}


async def update(stage: Stage, call: UpdateDocument) -> DocumentInfo:
    reply = await stage.bus.call(call, tenant=TENANT, reply=DocumentReply, timeout_s=CALL_S)
    return reply.document


async def test_document_that_is_off_or_archived_is_not_found(stage: Stage) -> None:
    dataset = await stage.dataset()
    document = await stage.indexed(dataset.id, "bees.txt", "Bees make honey.")

    changes: tuple[dict[str, Any], ...] = ({"enabled": False}, {"enabled": True, "archived": True})
    for change in changes:
        await update(stage, UpdateDocument(**named(document), **change))
        assert await stage.search("honey", dataset.id) == ()
    with pytest.raises(Conflict, match="archived"):
        await update(stage, UpdateDocument(**named(document), name="other.txt"))
    await update(stage, UpdateDocument(**named(document), archived=False))

    assert len(await stage.search("honey", dataset.id)) == 1


async def test_metadata_set_later_reaches_the_stored_chunks(stage: Stage) -> None:
    dataset = await stage.dataset()
    document = await stage.indexed(dataset.id, "a.txt", words(3), metadata={"old": 1, "kept": 2})

    await update(
        stage, UpdateDocument(**named(document), name="b.txt", metadata={"old": None, "new": "x"})
    )

    deadline = time.monotonic() + 15
    while any("new" not in chunk.metadata for chunk in await stage.stored(dataset.id)):
        assert time.monotonic() < deadline
        await asyncio.sleep(0.02)
    for chunk in await stage.stored(dataset.id):
        assert "old" not in chunk.metadata
        assert (chunk.metadata["kept"], chunk.metadata["document_name"]) == (2, "b.txt")
        assert "start" in chunk.metadata


async def test_chunk_is_added_changed_switched_off_and_deleted(stage: Stage) -> None:
    dataset = await stage.dataset()
    document = await stage.indexed(dataset.id, "bees.txt", "Bees make honey.")

    async def call(wanted: CreateChunk | UpdateChunk) -> str:
        reply = await stage.bus.call(wanted, tenant=TENANT, reply=ChunkReply, timeout_s=CALL_S)
        return reply.chunk.id

    added = await call(CreateChunk(**named(document), text="Wasps sting.", keywords=("pain",)))
    assert [c.id for c in await stage.search("wasps sting", dataset.id, top_k=1)] == [added]
    await call(UpdateChunk(**named(document), chunk_id=added, text="Ants farm aphids."))
    assert (await stage.search("aphids", dataset.id, top_k=1))[0].text == "Ants farm aphids."
    await call(UpdateChunk(**named(document), chunk_id=added, enabled=False))
    assert added not in {c.id for c in await stage.search("aphids", dataset.id)}
    page = await stage.bus.call(
        ListChunks(**named(document), limit=1), tenant=TENANT, reply=ListChunksReply, timeout_s=9
    )
    assert (page.items[0].text, page.next_cursor) == ("Bees make honey.", "0")
    await stage.bus.call(
        DeleteChunk(**named(document), chunk_id=added),
        tenant=TENANT,
        reply=DoneReply,
        timeout_s=CALL_S,
    )
    assert await call(CreateChunk(**named(document), text="Flies fly.")) != added
    stats = await stage.bus.call(
        DescribeDataset(dataset=dataset.id),
        tenant=TENANT,
        reply=DescribeDatasetReply,
        timeout_s=CALL_S,
    )
    assert (stats.chunks, stats.stored_chunks, stats.by_status) == (2, 2, {"ready": 1})


async def test_paused_document_goes_on_and_a_cancelled_one_leaves_nothing(stage: Stage) -> None:
    dataset = await stage.dataset()
    embedder = stage.embedder
    embedder.gate_after = 1
    document = await stage.add(dataset.id, "a.txt", words(150))
    await stage.until_done(document, 64)

    async def say(call: PauseDocument | ResumeDocument | CancelDocument) -> DocumentStatus:
        reply = await stage.bus.call(call, tenant=TENANT, reply=DocumentReply, timeout_s=CALL_S)
        return reply.document.status

    assert await say(PauseDocument(**named(document))) is DocumentStatus.PAUSED
    assert await say(ResumeDocument(**named(document))) is DocumentStatus.QUEUED
    await stage.until(document, DocumentStatus.INDEXING)
    assert await say(CancelDocument(**named(document))) is DocumentStatus.CANCELLED
    embedder.gate.set()

    await stage.until_stored(dataset.id, 0)
    assert (await stage.get(document)).status is DocumentStatus.CANCELLED
