"""Documents: added, replaced, retried, deleted, also while they are indexed."""

import asyncio

import pytest

from services.ingest.tests.stage import CALL_S, TENANT, Stage, words
from skep_contracts.calls.dataset import (
    DocumentInfo,
    DocumentReply,
    DocumentStatus,
    ListDocuments,
    ListDocumentsReply,
    RetryDocument,
)
from skep_contracts.problems import Conflict, InvalidInput, NotFound, Unavailable


async def retry(stage: Stage, document: DocumentInfo) -> DocumentInfo:
    call = RetryDocument(dataset=document.dataset_id, document_id=document.id)
    reply = await stage.bus.call(call, tenant=TENANT, reply=DocumentReply, timeout_s=CALL_S)
    return reply.document


async def test_document_is_queued_then_ready(any_stage: Stage) -> None:
    dataset = await any_stage.dataset()

    added = await any_stage.add(dataset.id, "bees.md", "# Bees\n\nBees make honey.")
    done = await any_stage.settled(added)

    assert added.status is DocumentStatus.QUEUED
    assert (done.status, done.error) == (DocumentStatus.READY, None)
    assert done.chunks_done == done.chunks_total == 1
    counted = await any_stage.get_dataset(dataset.id)
    assert (counted.documents, counted.chunks) == (1, 1)
    await asyncio.sleep(0.2)
    assert [f.type for f in await any_stage.facts_about(added.id)] == ["document.indexed.v1"]


async def test_same_name_and_content_changes_nothing(stage: Stage) -> None:
    dataset = await stage.dataset()
    first = await stage.indexed(dataset.id, "a.txt", "Bees make honey.")

    again = await stage.add(dataset.id, "a.txt", "Bees make honey.", metadata={"x": 1})

    assert again == first


async def test_added_at_once_it_is_one_document(any_stage: Stage) -> None:
    dataset = await any_stage.dataset()

    async with asyncio.TaskGroup() as tasks:
        adding = [
            tasks.create_task(any_stage.add(dataset.id, "a.txt", "Bees make honey."))
            for _ in range(6)
        ]

    assert len({task.result().id for task in adding}) == 1


async def test_old_content_is_found_until_the_new_is_ready(any_stage: Stage) -> None:
    stage = any_stage
    dataset = await stage.dataset()
    first = await stage.indexed(dataset.id, "a.txt", "Bees make honey.")
    stage.embedder.batches, stage.embedder.gate_after = 0, 1

    second = await stage.add(dataset.id, "a.txt", words(100, mark="new"))
    await stage.until_done(second, 64)
    meanwhile = await stage.search("honey", dataset.id, top_k=500)
    counted = await stage.get_dataset(dataset.id)
    stage.embedder.gate.set()
    done = await stage.settled(second)

    assert second.id == first.id
    assert [chunk.text for chunk in meanwhile] == ["Bees make honey."]
    assert counted.chunks == 1
    assert done.chunks_total is not None
    assert done.chunks_total >= 100
    await stage.until_stored(dataset.id, done.chunks_total)
    found = await stage.search("honey", dataset.id, top_k=500)
    assert len(found) == done.chunks_total
    assert not [chunk for chunk in found if chunk.text == "Bees make honey."]


async def test_content_replaced_while_indexed_leaves_nothing_behind(stage: Stage) -> None:
    dataset = await stage.dataset()
    stage.embedder.gate_after = 1
    first = await stage.add(dataset.id, "a.txt", words(200))
    await stage.until_done(first, 64)

    stage.embedder.gate_after = None
    second = await stage.add(dataset.id, "a.txt", "Bees make honey.")
    done = await stage.settled(second)

    assert (done.status, done.chunks_total) == (DocumentStatus.READY, 1)
    (chunk,) = await stage.until_stored(dataset.id, 1)
    assert chunk.text == "Bees make honey."


async def test_document_deleted_while_indexed_leaves_nothing_behind(any_stage: Stage) -> None:
    stage = any_stage
    dataset = await stage.dataset()
    stage.embedder.gate_after = 1
    document = await stage.add(dataset.id, "a.txt", words(200))
    await stage.until_done(document, 64)

    assert await stage.delete(document)
    assert not await stage.delete(document)
    with pytest.raises(NotFound):
        await stage.get(document)
    assert await stage.search("honey", dataset.id) == ()

    await stage.until_stored(dataset.id, 0)
    await asyncio.sleep(1.5)  # the worker hears of it, and whatever it still did is undone
    assert await stage.stored(dataset.id) == []
    assert [f.type for f in await stage.facts_about(document.id)] == ["document.deleted.v1"]


async def test_dataset_deleted_while_indexed_leaves_nothing_behind(stage: Stage) -> None:
    dataset = await stage.dataset()
    stage.embedder.gate_after = 1
    document = await stage.add(dataset.id, "a.txt", words(200))
    await stage.until_done(document, 64)

    await stage.delete_dataset(dataset.id)
    await asyncio.sleep(2.0)

    assert not [*(stage.folder / "plugin-data").rglob(f"{dataset.id}*")]


async def test_only_a_failed_document_is_tried_again(stage: Stage) -> None:
    dataset = await stage.dataset()
    stage.embedder.errors = [InvalidInput("No.", code="no")]
    failed = await stage.settled(await stage.add(dataset.id, "a.txt", "Bees make honey."))

    again = await retry(stage, failed)
    done = await stage.settled(again)

    assert (failed.status, failed.error, failed.error_code) == (DocumentStatus.FAILED, "No.", "no")
    assert (again.status, again.error) == (DocumentStatus.QUEUED, None)
    assert done.status is DocumentStatus.READY
    with pytest.raises(Conflict):
        await retry(stage, done)


async def test_passing_trouble_is_waited_out(stage: Stage) -> None:
    dataset = await stage.dataset()
    stage.embedder.errors = [Unavailable("The model is away.", retry_after_s=0.2)]

    done = await stage.settled(await stage.add(dataset.id, "a.txt", "Bees make honey."))

    assert (done.status, done.error) == (DocumentStatus.READY, None)


async def test_lasting_trouble_fails_with_its_cause(stage: Stage) -> None:
    dataset = await stage.dataset()
    away = Unavailable("The model is away.", code="model_away", retry_after_s=0.05)
    stage.embedder.errors = [away] * 20

    done = await stage.settled(await stage.add(dataset.id, "a.txt", "Bees make honey."))

    assert (done.status, done.error_code) == (DocumentStatus.FAILED, "model_away")
    assert len(stage.embedder.errors) == 12


async def test_defect_fails_the_document_and_shows_no_secret(stage: Stage) -> None:
    dataset = await stage.dataset()
    stage.embedder.errors = [RuntimeError("password hunter2")] * 20  # type: ignore[list-item]  # on purpose
    stage.ingest.indexer._settings = type(stage.indexing)(max_tries=1)

    done = await stage.settled(await stage.add(dataset.id, "a.txt", "Bees make honey."))

    assert (done.status, done.error_code) == (DocumentStatus.FAILED, "defect")
    assert "hunter2" not in (done.error or "")


async def test_pages_of_documents_by_status(any_stage: Stage) -> None:
    dataset = await any_stage.dataset()
    good = [await any_stage.indexed(dataset.id, f"{n}.txt", f"Text {n}") for n in range(3)]
    bad = await any_stage.settled(await any_stage.add(dataset.id, "x.pdf", b"%PDF-1.7 broken"))

    async def page(**call: object) -> ListDocumentsReply:
        return await any_stage.bus.call(
            ListDocuments(dataset=dataset.id, **call),  # type: ignore[arg-type]  # as tests say
            tenant=TENANT,
            reply=ListDocumentsReply,
            timeout_s=CALL_S,
        )

    first = await page(limit=3)
    rest = await page(limit=3, cursor=first.next_cursor)
    ready = await page(status=DocumentStatus.READY)
    failed = await page(status=DocumentStatus.FAILED)
    named = await page(search="1 TXT")

    listed = [item.id for item in (*first.items, *rest.items)]
    assert listed == sorted((d.id for d in (*good, bad)), reverse=True)
    assert rest.next_cursor is None
    assert {item.id for item in ready.items} == {each.id for each in good}
    assert [item.id for item in failed.items] == [bad.id]
    assert [item.id for item in named.items] == [good[1].id]


@pytest.mark.parametrize(
    "fields",
    [
        {"page": 1},
        {"": 1},
        {"x" * 65: 1},
        {"a": "x" * 20_000},
        {f"f{number}": 1 for number in range(65)},
    ],
    ids=["reserved", "empty", "long", "large", "many"],
)
async def test_unusable_metadata_is_refused(stage: Stage, fields: dict[str, object]) -> None:
    dataset = await stage.dataset()

    with pytest.raises(InvalidInput):
        await stage.add(dataset.id, "a.txt", "text", metadata=fields)


@pytest.mark.parametrize("name", [" ", "a\nb", "x" * 256, "a\0b"])
async def test_unusable_name_is_refused(stage: Stage, name: str) -> None:
    dataset = await stage.dataset()

    with pytest.raises(InvalidInput):
        await stage.add(dataset.id, name, "text")
