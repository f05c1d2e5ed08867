"""Rank fusion, several wordings, weights of datasets and equal texts, through the whole service."""

from itertools import pairwise, product
from typing import Any

import pytest

from services.ingest.tests.retrieval.test_metamorphic import EVERY, QUERIES, filled, ids
from services.ingest.tests.stage import CALL_S, TENANT, Stage
from skep_contracts.calls.dataset import DocumentReply
from skep_contracts.calls.dataset_edit import UpdateDocument
from skep_contracts.plugins.parsers import ChunkSpec
from skep_contracts.plugins.stores import Condition, SearchMode
from skep_contracts.problems import InvalidInput


async def test_ranks_of_both_ways_are_joined_exactly(stage: Stage) -> None:
    dataset = await filled(stage)
    for query in QUERIES:
        expected: dict[str, float] = {}
        for mode in (SearchMode.SEMANTIC, SearchMode.FULL_TEXT):
            found = await stage.search(query, dataset, top_k=EVERY, mode=mode)
            for one in found:
                rank = 1 + sum(other.score > one.score for other in found)
                share = 1 / (60 + rank) if one.score > 0 else 0.0
                expected[one.id] = expected.get(one.id, 0.0) + share * 61 / 2

        fused = await stage.search(query, dataset, top_k=EVERY, fusion="ranks")

        assert {one.id: one.score for one in fused} == pytest.approx(expected, abs=1e-6)
        order = [(-one.score, one.id) for one in fused]
        assert order == sorted(order)


async def test_joined_results_of_k_begin_those_of_more(stage: Stage) -> None:
    one, two = await filled(stage, "one"), await filled(stage, "two")
    for query, others in product(QUERIES[:2], ((), ("copper honey", "ivy oak"))):
        lists = [
            ids(
                await stage.search(
                    query, one, two, top_k=k, fusion="ranks", other_queries=others, distinct=True
                )
            )
            for k in (1, 2, 5, 9, 30)
        ]
        assert [len(each) for each in lists] == [1, 2, 5, 9, 30]
        assert all(longer[: len(shorter)] == shorter for shorter, longer in pairwise(lists))


async def test_another_wording_brings_what_the_first_did_not_find(stage: Stage) -> None:
    dataset = await stage.dataset()
    await stage.indexed(dataset.id, "leave.txt", "Annual leave is thirty days.")
    await stage.indexed(dataset.id, "soup.txt", "The soup is served at noon.")

    alone = await stage.search("holiday entitlement", dataset.id, mode="full_text")
    found = await stage.search(
        "holiday entitlement",
        dataset.id,
        mode="full_text",
        other_queries=("annual leave days", "holiday entitlement"),
    )

    assert alone == ()
    assert [one.document_name for one in found] == ["leave.txt"]


async def test_filter_holds_for_every_wording(stage: Stage) -> None:
    dataset = await filled(stage)

    found = await stage.search(
        "violin",
        dataset,
        top_k=EVERY,
        fusion="ranks",
        other_queries=QUERIES,
        filter=Condition(field="kind", op="eq", value="odd"),
    )

    assert {one.metadata["kind"] for one in found} == {"odd"}


async def test_equal_texts_of_two_datasets_are_given_once_and_others_move_up(stage: Stage) -> None:
    one, two = await filled(stage, "one"), await filled(stage, "two")
    alone = await stage.search("heather moss", one, top_k=20)

    doubled = await stage.search("heather moss", one, two, top_k=20)
    found = await stage.search("heather moss", one, two, top_k=20, distinct=True)

    assert len({one.text for one in doubled}) < 20
    assert [one.text for one in found] == [one.text for one in alone]


async def test_dataset_that_counts_half_gives_half_the_score(stage: Stage) -> None:
    one, two = await filled(stage, "one"), await filled(stage, "two")

    found = await stage.search(
        "heather moss", "one", two, top_k=EVERY, dataset_weights={"one": 0.5}
    )

    scores: dict[str, dict[str, float]] = {one: {}, two: {}}
    for chunk in found:
        scores[chunk.dataset_id][chunk.text] = chunk.score
    assert scores[one] == pytest.approx({text: s / 2 for text, s in scores[two].items()})


@pytest.mark.parametrize(
    ("call", "match"),
    [
        ({"dataset_weights": {"birds": 0.5}}, "none of the datasets"),
        ({"dataset_weights": {"docs": 0.0}}, "above 0"),
        ({"other_queries": (" ",)}, "empty"),
        ({"other_queries": ("a",) * 9}, "more than 8"),
        ({"expand": 11}, "from 0 to 10"),
    ],
)
async def test_senseless_options_are_refused(
    stage: Stage, call: dict[str, Any], match: str
) -> None:
    await stage.dataset()

    with pytest.raises(InvalidInput, match=match):
        await stage.search("honey", "docs", **call)


async def test_hundreds_of_chunks_that_are_switched_off_hide_nothing(stage: Stage) -> None:
    dataset = await stage.dataset(chunk_spec=ChunkSpec(max_chars=60, overlap_chars=0))
    large = " ".join(f"Honey of the year {number}." for number in range(900))
    hidden = await stage.indexed(dataset.id, "hidden.txt", large)
    await stage.indexed(dataset.id, "shown.txt", "Somewhere there is honey, and much besides it.")
    await stage.bus.call(
        UpdateDocument(dataset=dataset.id, document_id=hidden.id, enabled=False),
        tenant=TENANT,
        reply=DocumentReply,
        timeout_s=CALL_S,
    )

    found = await stage.search("honey of the year", dataset.id, top_k=5)

    assert hidden.chunks_done > 320
    assert [one.document_name for one in found] == ["shown.txt"]
