"""Datasets: made, found, listed, deleted; each tenant its own."""

import pytest

from services.ingest.tests.stage import CALL_S, OTHER, TENANT, Stage
from skep_contracts.calls.dataset import (
    DatasetReply,
    ListDatasets,
    ListDatasetsReply,
    ListDatasetTags,
    ListDatasetTagsReply,
)
from skep_contracts.calls.dataset_edit import UpdateDataset
from skep_contracts.plugins.parsers import ChunkSpec
from skep_contracts.problems import Conflict, InvalidInput, NotFound


async def test_dataset_keeps_what_default_meant(any_stage: Stage) -> None:
    made = await any_stage.dataset("handbook", description="All about us")

    assert made.embedding_model == "local/wordllama-256"
    assert made.dimensions == 256
    assert made.store == "sqlite"
    assert (made.documents, made.chunks) == (0, 0)
    assert await any_stage.get_dataset("handbook") == made
    assert await any_stage.get_dataset(made.id) == made


async def test_taken_name_is_a_conflict_for_its_tenant_alone(any_stage: Stage) -> None:
    await any_stage.dataset("handbook")

    with pytest.raises(Conflict, match="handbook"):
        await any_stage.dataset(" handbook ")
    assert (await any_stage.dataset("handbook", tenant=OTHER)).name == "handbook"


async def test_other_tenants_dataset_is_unknown(stage: Stage) -> None:
    made = await stage.dataset("mine")

    for dataset in (made.id, "mine"):
        with pytest.raises(NotFound, match=dataset):
            await stage.get_dataset(dataset, tenant=OTHER)
        assert not await stage.delete_dataset(dataset, tenant=OTHER)
        with pytest.raises(NotFound):
            await stage.add(dataset, "a.txt", "text", tenant=OTHER)
        with pytest.raises(NotFound):
            await stage.search("text", dataset, tenant=OTHER)
    assert await stage.get_dataset(made.id) == made


@pytest.mark.parametrize(
    ("call", "pointer"),
    [
        ({"name": "  "}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"name": "a\nb"}, "/name"),
        ({"name": "ds_01M8AFVV0NSWF8GQFGMS154PX8"}, "/name"),
        ({"name": "d", "description": "x" * 10_001}, "/description"),
        ({"name": "d", "chunker": "generall"}, "/chunker"),
        ({"name": "d", "store": "sqlit"}, "/store"),
        (
            {"name": "d", "chunk_spec": ChunkSpec(max_chars=3, overlap_chars=0)},
            "/chunk_spec/max_chars",
        ),
        (
            {"name": "d", "chunk_spec": ChunkSpec(max_chars=100, overlap_chars=60)},
            "/chunk_spec/overlap_chars",
        ),
        ({"name": "d", "chunk_spec": ChunkSpec(separators=("",))}, "/chunk_spec/separators/0"),
    ],
)
async def test_unusable_dataset_is_refused_with_the_place(
    stage: Stage, call: dict[str, object], pointer: str
) -> None:
    with pytest.raises(InvalidInput) as raised:
        await stage.dataset(**call)  # type: ignore[arg-type]  # on purpose

    assert [error.pointer for error in raised.value.errors] == [pointer]


async def test_unknown_model_is_refused(stage: Stage) -> None:
    with pytest.raises(InvalidInput):
        await stage.dataset("d", embedding_model="nobody/nothing")


async def test_pages_hold_every_dataset_once_newest_first(any_stage: Stage) -> None:
    made = [await any_stage.dataset(f"d{number}") for number in range(5)]
    await any_stage.dataset("theirs", tenant=OTHER)

    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = await any_stage.bus.call(
            ListDatasets(limit=2, cursor=cursor),
            tenant=TENANT,
            reply=ListDatasetsReply,
            timeout_s=CALL_S,
        )
        seen += [item.id for item in page.items]
        if (cursor := page.next_cursor) is None:
            break

    assert seen == sorted((each.id for each in made), reverse=True)


@pytest.mark.parametrize(
    ("search", "names"),
    [
        ("hand", ["handbook"]),
        ("STAFF book", ["handbook"]),
        ("book", ["cookbook", "handbook"]),
        ("100%", ["100% wool"]),
        ("%", ["100% wool"]),
        (" ", ["100% wool", "cookbook", "handbook"]),
        ("' OR 1=1", []),
    ],
)
async def test_datasets_are_found_by_all_words(
    any_stage: Stage, search: str, names: list[str]
) -> None:
    await any_stage.dataset("handbook", description="What staff must know")
    await any_stage.dataset("cookbook")
    await any_stage.dataset("100% wool")
    await any_stage.dataset("handbook of theirs", tenant=OTHER)

    page = await any_stage.bus.call(
        ListDatasets(search=search), tenant=TENANT, reply=ListDatasetsReply, timeout_s=CALL_S
    )

    assert sorted(item.name for item in page.items) == names


async def test_datasets_are_sorted_by_tags(any_stage: Stage) -> None:
    first = await any_stage.dataset("a", tags=("staff", " law ", "law"))
    second = await any_stage.dataset("b", tags=("law",))
    gone = await any_stage.dataset("gone", tags=("law", "old"))
    await any_stage.dataset("theirs", tenant=OTHER, tags=("law",))
    await any_stage.delete_dataset(gone.id)
    bus = any_stage.bus

    async def tagged(tag: str) -> list[str]:
        page = await bus.call(
            ListDatasets(tag=tag), tenant=TENANT, reply=ListDatasetsReply, timeout_s=CALL_S
        )
        return [item.name for item in page.items]

    async def counted() -> dict[str, int]:
        reply = await bus.call(
            ListDatasetTags(), tenant=TENANT, reply=ListDatasetTagsReply, timeout_s=CALL_S
        )
        return {item.tag: item.datasets for item in reply.items}

    assert first.tags == ("law", "staff")
    assert (await tagged("law"), await tagged("sta")) == (["b", "a"], [])
    assert await counted() == {"law": 2, "staff": 1}

    changes = UpdateDataset(dataset=first.id, tags=("new",))
    changed = await bus.call(changes, tenant=TENANT, reply=DatasetReply, timeout_s=CALL_S)
    named = UpdateDataset(dataset=second.id, name="c")
    kept = await bus.call(named, tenant=TENANT, reply=DatasetReply, timeout_s=CALL_S)

    assert (changed.dataset.tags, kept.dataset.tags) == (("new",), ("law",))
    assert await counted() == {"law": 1, "new": 1}


@pytest.mark.parametrize(
    "tags", [("",), (" ",), ("x" * 41,), ("a\nb",), tuple(map(str, range(21)))]
)
async def test_unusable_tags_are_refused(stage: Stage, tags: tuple[str, ...]) -> None:
    with pytest.raises(InvalidInput, match="tags"):
        await stage.dataset("d", tags=tags)


async def test_foreign_cursor_is_refused(stage: Stage) -> None:
    with pytest.raises(InvalidInput, match="cursor"):
        await stage.bus.call(
            ListDatasets(cursor="' OR 1=1"),
            tenant=TENANT,
            reply=ListDatasetsReply,
            timeout_s=CALL_S,
        )


async def test_deleted_dataset_is_gone_at_once_and_its_name_free(any_stage: Stage) -> None:
    made = await any_stage.dataset("handbook")
    document = await any_stage.indexed(made.id, "a.txt", "Bees make honey.")

    assert await any_stage.delete_dataset("handbook")
    assert not await any_stage.delete_dataset("handbook")
    with pytest.raises(NotFound):
        await any_stage.search("honey", made.id)
    again = await any_stage.dataset("handbook")
    await any_stage.indexed("handbook", "b.txt", "Wasps do not.")

    assert again.id != made.id
    assert [found.document_name for found in await any_stage.search("honey", "handbook")] == [
        "b.txt"
    ]
    await _until_row_gone(any_stage, made.id)
    facts = [fact.type for fact in await any_stage.facts_about(document.id)]
    assert facts == ["document.indexed.v1", "document.deleted.v1"]


async def _until_row_gone(stage: Stage, dataset_id: str) -> None:
    import asyncio

    from skep_ingest.datasets.repository import DatasetRepository

    async with asyncio.timeout(10):
        while True:
            async with stage.database.reading() as session:
                if await DatasetRepository(session, TENANT).get_any(dataset_id) is None:
                    break
            await asyncio.sleep(0.05)
    await asyncio.sleep(0.3)  # the relay publishes what committed with it
