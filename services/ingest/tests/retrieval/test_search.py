"""Search: modes, several datasets, thresholds, filters, citations."""

from itertools import pairwise
from typing import Any

import pytest

from services.ingest.tests.stage import Stage
from skep_contracts.plugins.stores import Condition, SearchMode
from skep_contracts.problems import InvalidInput, NotFound
from skep_testing.documents import make_pdf

TEXTS = {
    "bees.md": "# Bees\n\n## Honey\n\nBees make honey from nectar and keep it in wax cells.",
    "wasps.md": "# Wasps\n\nWasps build nests from chewed wood and hunt other insects.",
    "ants.md": "# Ants\n\nAnts follow scent trails and farm aphids for honeydew.",
}


async def filled(stage: Stage, name: str = "insects") -> str:
    dataset = await stage.dataset(name)
    for file, text in TEXTS.items():
        fields = {"legs": 6, "stings": file != "ants.md"}
        await stage.indexed(dataset.id, file, text, metadata=fields)
    return dataset.id


@pytest.mark.parametrize("mode", list(SearchMode))
async def test_every_mode_finds_the_passage_with_its_place(stage: Stage, mode: str) -> None:
    dataset = await filled(stage)

    best, *_ = await stage.search("who makes honey from nectar", "insects", mode=mode)

    assert best.dataset_id == dataset
    assert (best.dataset_name, best.document_name, best.seq) == ("insects", "bees.md", 0)
    assert best.heading_path == ("Bees", "Honey")
    assert best.metadata == {"legs": 6, "stings": True}
    assert best.start is not None
    assert best.end is not None
    assert best.end - best.start == len(best.text)


async def test_passage_of_a_pdf_names_its_page(stage: Stage) -> None:
    dataset = await stage.dataset()
    pages = ["\n".join([f"Page about number {n}."] * 40) for n in range(1, 6)]
    pages[3] = f"The queen lives here.\n{pages[3]}"
    await stage.indexed(dataset.id, "hive.pdf", make_pdf(pages))

    best, *_ = await stage.search("where does the queen live", dataset.id, mode="full_text")

    assert (best.page, best.document_name) == (4, "hive.pdf")


async def test_results_of_k_begin_those_of_more(stage: Stage) -> None:
    one = await filled(stage, "one")
    two = await filled(stage, "two")

    lists = [
        [c.id for c in await stage.search("insects honey nests", one, two, top_k=k)]
        for k in range(1, 8)
    ]

    for k, (shorter, longer) in enumerate(pairwise(lists), 1):
        assert len(shorter) == k
        assert longer[: len(shorter)] == shorter


async def test_datasets_are_searched_together_and_each_once(stage: Stage) -> None:
    one = await filled(stage, "one")
    await filled(stage, "two")

    found = await stage.search("honey", one, "one", "two", top_k=50)

    assert len({c.id for c in found}) == len(found)
    assert {c.dataset_name for c in found} == {"one", "two"}
    scores = [c.score for c in found]
    assert scores == sorted(scores, reverse=True)


async def test_threshold_only_removes(stage: Stage) -> None:
    dataset = await filled(stage)
    everything = await stage.search("honey from nectar", dataset, top_k=10)
    middle = everything[1].score

    kept = await stage.search("honey from nectar", dataset, top_k=10, score_threshold=middle)

    assert kept == tuple(c for c in everything if c.score >= middle)


async def test_reranking_orders_and_comes_before_the_threshold(stage: Stage) -> None:
    dataset = await filled(stage)

    found = await stage.search(
        "ants farm aphids", dataset, top_k=2, rerank_model="echo/overlap", score_threshold=0.1
    )

    assert found[0].document_name == "ants.md"
    assert len(found) <= 2
    assert all(0.1 <= c.score <= 1 for c in found)


async def test_filter_on_the_users_fields_never_leaks(stage: Stage) -> None:
    dataset = await filled(stage)

    found = await stage.search(
        "insects", dataset, top_k=10, filter=Condition(field="stings", op="eq", value=False)
    )

    assert {c.document_name for c in found} == {"ants.md"}


async def test_unknown_dataset_is_named(stage: Stage) -> None:
    await filled(stage)

    with pytest.raises(NotFound, match="birds"):
        await stage.search("honey", "insects", "birds")


@pytest.mark.parametrize(
    ("query", "call"),
    [
        ("  ", {}),
        ("x" * 10_001, {}),
        ("x", {"top_k": 0}),
        ("x", {"top_k": 5000}),
        ("x", {"vector_weight": 1.5}),
        ("x", {"score_threshold": -0.1}),
    ],
    ids=["blank", "long", "none", "many", "weight", "threshold"],
)
async def test_senseless_search_is_refused(stage: Stage, query: str, call: dict[str, Any]) -> None:
    dataset = await stage.dataset()

    with pytest.raises(InvalidInput):
        await stage.search(query, dataset.id, **call)


async def test_empty_dataset_finds_nothing(stage: Stage) -> None:
    dataset = await stage.dataset()

    assert await stage.search("honey", dataset.id) == ()


@pytest.mark.parametrize("mode", list(SearchMode))
@pytest.mark.parametrize("query", ['"', "a\0b", "* OR NEAR(", "\u200b", "🐝" * 500, "' --"])
async def test_strange_query_is_only_text(stage: Stage, query: str, mode: SearchMode) -> None:
    await filled(stage)

    assert await stage.search(query, "insects", mode=mode) is not None
