"""Children are searched; what is found and cited is the passage they are of."""

from itertools import pairwise
from typing import Any

import pytest

from services.ingest.tests.stage import CALL_S, TENANT, Stage
from skep_contracts.calls.chunk_edit import (
    ChunkInfo,
    ChunkReply,
    CreateChunk,
    DeleteChunk,
    ListChunks,
    ListChunksReply,
    UpdateChunk,
)
from skep_contracts.calls.dataset import DoneReply
from skep_contracts.calls.dataset_edit import ReindexDataset, ReindexReply
from skep_contracts.plugins.parsers import ChildSpec, ChunkSpec
from skep_contracts.problems import InvalidInput

PLANTS = ("clover", "heather", "lime", "willow", "thyme", "maple", "hazel", "sage")
PARAGRAPHS = tuple(
    f"Bees fly to the {plant} early. Its nectar is sweet, and keepers like it. "
    f"Much {plant} honey is sold in the autumn. The price of {plant} honey goes up."
    for plant in PLANTS
)
TEXT = "\n\n".join(PARAGRAPHS)
SPEC = ChunkSpec(
    max_chars=190,
    overlap_chars=0,
    separators=("\n\n", ". "),
    children=ChildSpec(max_chars=60, overlap_chars=10),
)


async def filled(stage: Stage) -> tuple[str, str]:
    dataset = await stage.dataset(chunk_spec=SPEC)
    document = await stage.indexed(dataset.id, "plants.txt", TEXT)
    return dataset.id, document.id


async def listed(stage: Stage, dataset: str, document: str, **more: Any) -> list[ChunkInfo]:
    call = ListChunks(dataset=dataset, document_id=document, limit=100, **more)
    reply = await stage.bus.call(call, tenant=TENANT, reply=ListChunksReply, timeout_s=CALL_S)
    return list(reply.items)


async def test_the_passage_comes_back_for_its_child(stage: Stage) -> None:
    dataset, _ = await filled(stage)

    (found,) = await stage.search("price of willow honey", dataset, top_k=1)

    assert found.text.strip() == PARAGRAPHS[3]
    assert found.match is not None
    assert "willow" in found.match
    assert found.match in found.text
    assert TEXT[found.start : found.end] == found.text
    assert found.first_seq is not None
    assert found.last_seq is not None
    assert found.first_seq <= found.seq <= found.last_seq
    assert not any(name.startswith("chunk_") for name in found.metadata)


async def test_top_k_counts_passages_and_each_comes_once(stage: Stage) -> None:
    dataset, _ = await filled(stage)

    lists = [
        [(p.first_seq, p.score) for p in await stage.search("honey nectar bees", dataset, top_k=k)]
        for k in range(1, 9)
    ]

    assert [len(each) for each in lists] == list(range(1, 9))
    assert all(longer[: len(shorter)] == shorter for shorter, longer in pairwise(lists))
    assert len({place for place, _ in lists[-1]}) == len(PLANTS)
    assert [score for _, score in lists[-1]] == sorted(
        (score for _, score in lists[-1]), reverse=True
    )


async def test_children_are_seen_and_edited(stage: Stage) -> None:
    dataset, document = await filled(stage)
    first = next(c for c in await listed(stage, dataset, document) if "lime" in c.text)
    assert first.parent is not None
    own = await listed(stage, dataset, document, parent=first.parent)
    assert {one.parent for one in own} == {first.parent}
    assert len(own) > 1

    await stage.bus.call(
        UpdateChunk(
            dataset=dataset, document_id=document, chunk_id=own[0].id, text="Bees and zebras. "
        ),
        tenant=TENANT,
        reply=ChunkReply,
        timeout_s=CALL_S,
    )
    (found,) = await stage.search("zebras", dataset, top_k=1, mode="full_text")

    assert found.text.startswith("Bees and zebras. ")
    assert found.text.strip().endswith("The price of lime honey goes up.")


async def test_a_child_by_hand_is_another_way_to_its_passage(stage: Stage) -> None:
    dataset, document = await filled(stage)
    some = next(c for c in await listed(stage, dataset, document) if "sage" in c.text)
    call = CreateChunk(
        dataset=dataset, document_id=document, text="salvia officinalis", parent=some.parent
    )
    made = await stage.bus.call(call, tenant=TENANT, reply=ChunkReply, timeout_s=CALL_S)

    (found,) = await stage.search("salvia", dataset, top_k=1, mode="full_text")

    assert found.text.strip() == PARAGRAPHS[7]
    assert found.match == "salvia officinalis"
    own = await listed(stage, dataset, document, parent=some.parent)
    assert own[-1].id == made.chunk.id
    with pytest.raises(InvalidInput) as refused:
        await stage.bus.call(
            CreateChunk(dataset=dataset, document_id=document, text="x", parent=10_000),
            tenant=TENANT,
            reply=ChunkReply,
            timeout_s=CALL_S,
        )
    assert refused.value.errors[0].pointer == "/parent"


async def test_a_child_that_is_deleted_leaves_its_passage(stage: Stage) -> None:
    dataset, document = await filled(stage)
    own = [c for c in await listed(stage, dataset, document) if "hazel" in c.text]
    gone = next(one for one in own if "autumn" in one.text or "sold" in one.text)
    await stage.bus.call(
        DeleteChunk(dataset=dataset, document_id=document, chunk_id=gone.id),
        tenant=TENANT,
        reply=DoneReply,
        timeout_s=CALL_S,
    )

    (found,) = await stage.search("bees fly to the hazel", dataset, top_k=1)

    assert gone.text.strip() not in found.text
    assert found.text.startswith("Bees fly to the hazel")


async def test_reindexing_makes_children_of_chunks_and_chunks_of_children(stage: Stage) -> None:
    plain = ChunkSpec(max_chars=190, overlap_chars=0, separators=("\n\n", ". "))
    dataset = (await stage.dataset(chunk_spec=plain)).id
    document = await stage.indexed(dataset, "plants.txt", TEXT)
    assert (await stage.search("maple", dataset, top_k=1))[0].match is None

    for spec, has_match in ((SPEC, True), (plain, False)):
        call = ReindexDataset(dataset=dataset, chunk_spec=spec)
        await stage.bus.call(call, tenant=TENANT, reply=ReindexReply, timeout_s=CALL_S)
        await stage.settled(document)
        (found,) = await stage.search("price of maple honey", dataset, top_k=1)

        assert (found.match is not None) is has_match
        assert found.text.strip() == PARAGRAPHS[5]


async def test_cleaning_does_not_show_in_joined_passages(stage: Stage) -> None:
    noisy = TEXT.replace("early.", "early  (https://example.org/a/very/long/address/of/a/page).")
    spec = ChunkSpec(
        max_chars=190,
        overlap_chars=0,
        separators=("\n\n", ". "),
        children=ChildSpec(max_chars=50),
        clean=("remove_urls", "collapse_whitespace"),
    )
    dataset = await stage.dataset(chunk_spec=spec)
    await stage.indexed(dataset.id, "plants.txt", noisy)

    (found,) = await stage.search("price of thyme honey", dataset.id, top_k=1)

    assert found.text.strip() == PARAGRAPHS[4].replace("early.", "early ().")
    assert found.start is not None
    assert "example.org" in noisy[found.start : found.end]
