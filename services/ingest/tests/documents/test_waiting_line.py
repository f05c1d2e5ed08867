"""A tenant with many documents keeps nobody waiting for all of them; no document waits for ever."""

import asyncio
import sqlite3
import time
from pathlib import Path

import msgspec
from sqlalchemy.dialects import sqlite

from services.ingest.tests.stage import CALL_S, OTHER, TENANT, Stage
from skep_contracts import subjects
from skep_contracts.calls.dataset import DocumentInfo, DocumentReply, DocumentStatus
from skep_contracts.calls.dataset_edit import (
    CancelDocument,
    PauseDocument,
    ReindexDataset,
    ReindexReply,
    ResumeDocument,
)
from skep_contracts.envelope import Envelope
from skep_contracts.subjects import Kind
from skep_contracts.topology import EVENTS
from skep_ingest.documents.waiting_line import _NEXT, MOST_ORDERED
from skep_runtime.database import Database, DatabaseSettings

READY_S = 120.0


async def with_one_worker(stage: Stage) -> None:
    """Start the service anew: one document after the other, and none before the gate opens."""
    await stage.stop()
    stage.indexing = msgspec.structs.replace(stage.indexing, documents=1)
    await stage.start()
    stage.embedder.gate_after = 0


async def indexed_in_order(stage: Stage, *, since: int = 0) -> list[str]:
    """Return the ids of the documents that became ready, in order."""
    decoder = msgspec.json.Decoder(Envelope)
    every = subjects.all_of(Kind.EVENT)
    envelopes = [
        decoder.decode(message.data)
        async for message in stage.bus.replay(EVENTS, [every], start_seq=1)
    ]
    ids = [
        msgspec.json.decode(envelope.data)["document_id"]
        for envelope in envelopes
        if envelope.type == "document.indexed.v1"
    ]
    return ids[since:]


async def until_indexed(
    stage: Stage, documents: list[DocumentInfo], *, since: int = 0
) -> list[str]:
    """Wait until all of them are told to be ready; return the order of these."""
    wanted = {document.id for document in documents}
    deadline = time.monotonic() + READY_S
    while True:
        found = [each for each in await indexed_in_order(stage, since=since) if each in wanted]
        if len(found) >= len(wanted):
            return found
        assert time.monotonic() < deadline, f"{len(found)} of {len(wanted)}"
        await asyncio.sleep(0.1)


async def test_one_document_does_not_wait_for_all_of_another_tenant(any_stage: Stage) -> None:
    stage = any_stage
    await with_one_worker(stage)
    theirs, ours = await stage.dataset("theirs"), await stage.dataset("ours", tenant=OTHER)
    count = 3 * MOST_ORDERED
    many = [await stage.add(theirs.id, f"{n}.txt", f"bees {n}") for n in range(count)]
    one = await stage.add(ours.id, "one.txt", "honey", tenant=OTHER)

    stage.embedder.gate.set()
    order = await until_indexed(stage, [*many, one])

    assert order.index(one.id) <= MOST_ORDERED
    assert len(order) == len(set(order)) == count + 1


async def test_what_is_added_goes_before_what_is_only_done_anew(stage: Stage) -> None:
    await with_one_worker(stage)
    stage.embedder.gate.set()
    dataset = await stage.dataset()
    count = 2 * MOST_ORDERED + 4
    many = [await stage.add(dataset.id, f"{n}.txt", f"bees {n}") for n in range(count)]
    await until_indexed(stage, many)
    before = len(await indexed_in_order(stage))
    stage.embedder.gate.clear()

    call = ReindexDataset(dataset=dataset.id)
    again = await stage.bus.call(call, tenant=TENANT, reply=ReindexReply, timeout_s=CALL_S)
    new = await stage.add(dataset.id, "new.txt", "honey")
    stage.embedder.gate.set()
    order = await until_indexed(stage, [*many, new], since=before)

    assert again.documents == count
    assert order.index(new.id) <= MOST_ORDERED


async def test_line_moves_up_when_orders_are_taken_back(any_stage: Stage) -> None:
    stage = any_stage
    await with_one_worker(stage)
    dataset = await stage.dataset()
    count = 2 * MOST_ORDERED + 2
    many = [await stage.add(dataset.id, f"{n}.txt", f"bees {n}") for n in range(count)]
    for number, document in enumerate(many[:MOST_ORDERED]):
        names = {"dataset": dataset.id, "document_id": document.id}
        if number % 2:
            await stage.delete(document)
        else:
            await stage.bus.call(
                CancelDocument(**names), tenant=TENANT, reply=DocumentReply, timeout_s=CALL_S
            )

    stage.embedder.gate.set()
    await until_indexed(stage, many[MOST_ORDERED:])

    for document in many[MOST_ORDERED:]:
        assert (await stage.get(document)).status is DocumentStatus.READY


async def test_waiting_document_is_paused_renewed_and_resumed(stage: Stage) -> None:
    await with_one_worker(stage)
    dataset = await stage.dataset()
    count = MOST_ORDERED + 3
    many = [await stage.add(dataset.id, f"{n}.txt", f"bees {n}") for n in range(count)]
    last = {"dataset": dataset.id, "document_id": many[-1].id}
    await stage.bus.call(
        PauseDocument(**last), tenant=TENANT, reply=DocumentReply, timeout_s=CALL_S
    )
    changed = await stage.add(dataset.id, many[-2].name, "bees, and what they make")

    stage.embedder.gate.set()
    await until_indexed(stage, [*many[:-2], changed])
    assert (await stage.get(many[-1])).status is DocumentStatus.PAUSED
    await stage.bus.call(
        ResumeDocument(**last), tenant=TENANT, reply=DocumentReply, timeout_s=CALL_S
    )
    await stage.settled(many[-1])

    assert "bees, and what they make" in {chunk.text for chunk in await stage.stored(dataset.id)}
    assert len(await stage.stored(dataset.id)) == count


async def test_finding_the_next_reads_no_other_document(tmp_path: Path) -> None:
    database = Database(DatabaseSettings(url=f"sqlite:///{tmp_path}/ingest.db"))
    await database.migrate("skep_ingest")
    await database.close()
    statement = _NEXT.compile(dialect=sqlite.dialect(paramstyle="named"))

    with sqlite3.connect(tmp_path / "ingest.db") as connection:
        rows = connection.execute(
            f"EXPLAIN QUERY PLAN {statement}", {**statement.params, "of": TENANT}
        )
        plan = [detail for *_, detail in rows]

    assert not [step for step in plan if step.startswith("SCAN")]
    assert any("ix_documents_waiting" in step for step in plan)
    assert any("ix_documents_under_way" in step for step in plan)


async def test_line_outlives_the_worker(stage: Stage) -> None:
    await with_one_worker(stage)
    dataset = await stage.dataset()
    many = [await stage.add(dataset.id, f"{n}.txt", f"bees {n}") for n in range(MOST_ORDERED + 5)]

    await stage.kill()
    await stage.start()
    order = await until_indexed(stage, many)

    assert len(order) == len(set(order)) == len(many)
