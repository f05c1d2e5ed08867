"""What must hold between searches, whatever is stored: none needs to know the right answer.

Texts of chance words, so that scores spread; every relation is held over modes, queries and
filters, through the whole service.
"""

import random
from collections.abc import Sequence
from itertools import pairwise, product
from typing import Any

import pytest

from services.ingest.tests.stage import OTHER, TENANT, Stage
from skep_contracts.calls.chunk import FoundChunk
from skep_contracts.plugins.parsers import ChunkSpec
from skep_contracts.plugins.stores import Condition, Filter, Group, SearchMode
from skep_contracts.problems import NotFound

SAID = (
    "heather fern moss pine birch willow nettle clover thistle poppy orchid daisy bramble ivy oak "
    "river stone cloud frost meadow harbour lantern copper saddle violin garden winter honey"
)
WORDS = SAID.split()
QUERIES = ("heather moss", "frost on the river stone", "violin", "copper lantern honey winter")
MODES = tuple(SearchMode)
SPEC = ChunkSpec(max_chars=120, overlap_chars=0)
EVERY = 400


def text_of(seed: int, sentences: int = 8) -> str:
    chance = random.Random(seed)
    return " ".join(
        f"{' '.join(chance.choices(WORDS, k=9)).capitalize()}." for _ in range(sentences)
    )


def facts_of(number: int) -> dict[str, Any]:
    return {"number": number, "kind": "even" if number % 2 == 0 else "odd", "tags": [f"t{number}"]}


async def filled(
    stage: Stage, name: str = "plants", *, tenant: str = TENANT, numbers: Sequence[int] = range(10)
) -> str:
    dataset = await stage.dataset(name, tenant=tenant, chunk_spec=SPEC)
    added = [
        await stage.add(
            dataset.id, f"{number}.txt", text_of(number), tenant=tenant, metadata=facts_of(number)
        )
        for number in numbers
    ]
    for document in added:
        while (seen := await stage.get(document, tenant=tenant)).status.value != "ready":
            assert seen.status.value != "failed", seen
    return dataset.id


def ids(found: Sequence[FoundChunk]) -> list[str]:
    return [chunk.id for chunk in found]


async def test_best_k_begin_the_best_k_and_one_more(stage: Stage) -> None:
    one, two = await filled(stage), await filled(stage, "more", numbers=range(10, 14))

    for mode, query, rerank in product(MODES, QUERIES[:2], (None, "echo/overlap")):
        # Reranking looks at more when more is asked for, so its relation is the one within a limit.
        depths = (1, 2, 3, 5, 8, 13, 30) if rerank is None else (1, 2, 3, 5, 8, 12)
        call: dict[str, Any] = {"mode": mode, "rerank_model": rerank}
        lists = [ids(await stage.search(query, one, two, top_k=k, **call)) for k in depths]

        for k, (shorter, longer) in zip(depths, pairwise(lists), strict=False):
            assert len(shorter) == k, call
            assert longer[: len(shorter)] == shorter, call
            assert len(set(longer)) == len(longer), call


async def test_higher_threshold_only_removes(stage: Stage) -> None:
    dataset = await filled(stage)

    for mode, query, rerank in product(MODES, QUERIES, (None, "echo/overlap")):
        call: dict[str, Any] = {"top_k": 40, "mode": mode, "rerank_model": rerank}
        before = everything = await stage.search(query, dataset, **call)
        scores = sorted({chunk.score for chunk in everything})
        for threshold in (0.0, *scores[:: max(len(scores) // 5, 1)], 1.0):
            kept = await stage.search(query, dataset, score_threshold=threshold, **call)
            assert kept == tuple(c for c in everything if c.score >= threshold), (call, threshold)
            assert set(ids(kept)) <= set(ids(before))
            before = kept


FILTERS: dict[str, tuple[Filter, Any]] = {
    "eq": (Condition(field="kind", op="eq", value="even"), lambda n: n % 2 == 0),
    "ne": (Condition(field="number", op="ne", value=3), lambda n: n != 3),
    "ge": (Condition(field="number", op="ge", value=7), lambda n: n >= 7),
    "in": (Condition(field="number", op="in", value=[1, 4]), lambda n: n in {1, 4}),
    "contains": (Condition(field="tags", op="contains", value="t5"), lambda n: n == 5),
    "name": (Condition(field="document_name", op="starts_with", value="2"), lambda n: n == 2),
    "none": (
        Group(match="none", of=(Condition(field="number", op="lt", value=8),)),
        lambda n: n >= 8,
    ),
    "all": (
        Group(
            match="all",
            of=(
                Condition(field="kind", op="eq", value="odd"),
                Condition(field="number", op="gt", value=3),
            ),
        ),
        lambda n: n % 2 == 1 and n > 3,
    ),
}


async def test_filter_lets_exactly_what_it_says_through_and_changes_no_score(stage: Stage) -> None:
    dataset = await filled(stage)

    for mode, query in product(MODES, QUERIES[:2]):
        everything = await stage.search(query, dataset, mode=mode, top_k=EVERY)
        for name, (condition, holds) in FILTERS.items():
            found = await stage.search(query, dataset, mode=mode, top_k=EVERY, filter=condition)
            assert all(holds(chunk.metadata["number"]) for chunk in found), (name, mode)
            passing = [c for c in everything if holds(c.metadata["number"])]
            assert ids(found) == ids(passing), (name, mode)
            few = await stage.search(query, dataset, mode=mode, top_k=3, filter=condition)
            assert ids(few) == ids(passing[:3]), (name, mode)


async def test_filter_and_its_opposite_share_nothing_and_leave_nothing(stage: Stage) -> None:
    dataset = await filled(stage)
    condition = Condition(field="number", op="lt", value=4)

    for mode in MODES:
        call: dict[str, Any] = {"mode": mode, "top_k": EVERY}
        whole = ids(await stage.search(QUERIES[0], dataset, **call))
        inside = ids(await stage.search(QUERIES[0], dataset, filter=condition, **call))
        opposite = Group(match="none", of=(condition,))
        outside = ids(await stage.search(QUERIES[0], dataset, filter=opposite, **call))

        assert inside
        assert not set(inside) & set(outside)
        assert sorted(inside + outside) == sorted(whole)


async def test_unrelated_document_changes_no_order_of_the_others(stage: Stage) -> None:
    dataset = await filled(stage)
    calls = [(query, mode) for query in QUERIES for mode in MODES]
    moves = {SearchMode.SEMANTIC: 0.0, SearchMode.FULL_TEXT: 0.01, SearchMode.HYBRID: 0.005}
    before = {
        call: await stage.search(call[0], dataset, mode=call[1], top_k=EVERY) for call in calls
    }

    stranger = await stage.indexed(
        dataset, "stranger.txt", "Quantum zygotes juxtapose vexingly. " * 4
    )

    for (query, mode), known in before.items():
        found = await stage.search(query, dataset, mode=mode, top_k=EVERY)
        others = [chunk for chunk in found if chunk.document_id != stranger.id]
        if mode is SearchMode.SEMANTIC or " " not in query:
            assert ids(others) == ids(known), (query, mode)
        # How rare a word is depends on how much there is: scores by words move a little, together.
        was = {chunk.id: chunk.score for chunk in known}
        assert was.keys() == set(ids(others)), (query, mode)
        assert all(abs(c.score - was[c.id]) <= moves[mode] for c in others), (query, mode)
        olds = [was[chunk.id] for chunk in others]
        falls = [later - earlier for earlier, later in pairwise(olds)]
        assert max(falls, default=0) <= 2 * moves[mode], (query, mode)


async def test_document_that_came_and_went_leaves_no_trace(stage: Stage) -> None:
    dataset = await filled(stage)
    calls = [(query, mode) for query in QUERIES[:2] for mode in MODES]
    before = [await stage.search(query, dataset, mode=mode, top_k=EVERY) for query, mode in calls]

    guest = await stage.indexed(dataset, "guest.txt", text_of(99, 30))
    await stage.delete(guest)
    await stage.until_stored(dataset, len(before[0]))

    after = [await stage.search(query, dataset, mode=mode, top_k=EVERY) for query, mode in calls]
    assert after == before


async def test_searching_datasets_together_finds_what_each_finds(stage: Stage) -> None:
    one, two = await filled(stage), await filled(stage, "more", numbers=range(10, 16))

    for mode, query in product(MODES, QUERIES[:2]):
        call: dict[str, Any] = {"mode": mode, "top_k": EVERY}
        apart = [chunk for each in (one, two) for chunk in await stage.search(query, each, **call)]
        together = await stage.search(query, one, two, **call)

        assert sorted(ids(together)) == sorted(ids(apart))
        scores = {chunk.id: chunk.score for chunk in apart}
        assert all(chunk.score == scores[chunk.id] for chunk in together)
        assert ids(await stage.search(query, two, one, **call)) == ids(together)


async def test_tenants_never_see_each_other(stage: Stage) -> None:
    mine = await filled(stage, "plants", numbers=range(4))
    theirs = await filled(stage, "plants", tenant=OTHER, numbers=range(4, 8))
    alone = await stage.search(QUERIES[0], mine, top_k=EVERY)

    found = {
        tenant: [
            chunk
            for query, mode in product(QUERIES, MODES)
            for chunk in await stage.search(query, "plants", tenant=tenant, mode=mode, top_k=EVERY)
        ]
        for tenant in (TENANT, OTHER)
    }

    assert {chunk.dataset_id for chunk in found[TENANT]} == {mine}
    assert {chunk.dataset_id for chunk in found[OTHER]} == {theirs}
    assert {chunk.metadata["number"] for chunk in found[TENANT]} == set(range(4))
    assert {chunk.metadata["number"] for chunk in found[OTHER]} == set(range(4, 8))
    for tenant, foreign in ((TENANT, theirs), (OTHER, mine)):
        with pytest.raises(NotFound):
            await stage.search(QUERIES[0], foreign, tenant=tenant)
        with pytest.raises(NotFound):
            await stage.search(QUERIES[0], "plants", foreign, tenant=tenant)
    await stage.delete_dataset(theirs, tenant=OTHER)
    assert await stage.search(QUERIES[0], mine, top_k=EVERY) == alone
