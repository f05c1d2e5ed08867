"""Reciprocal rank fusion, and what says the same."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.calls.chunk import FoundChunk
from skep_ingest.retrieval.merging import merge, rescored
from skep_ingest.retrieval.ranking import distinct, fuse


def chunk(name: str, score: float, *, dataset: str = "d", text: str = "") -> FoundChunk:
    return FoundChunk(
        id=name,
        dataset_id=dataset,
        dataset_name=dataset,
        document_id="x",
        document_name="x",
        seq=0,
        text=text or name,
        score=score,
    )


def names(found: list[FoundChunk]) -> str:
    return "".join(each.id for each in found)


def test_first_everywhere_scores_one_and_shares_add_up() -> None:
    by_meaning = [chunk("a", 0.9), chunk("b", 0.8), chunk("c", 0.1)]
    by_words = [chunk("a", 0.5), chunk("c", 0.4)]

    found = fuse([[by_meaning], [by_words]], {})

    assert names(found) == "acb"
    assert [each.score for each in found] == pytest.approx(
        [1.0, (1 / 63 + 1 / 62) * 61 / 2, 61 / 62 / 2], abs=1e-6
    )


def test_equal_scores_share_a_rank_and_nothing_in_common_has_none() -> None:
    found = fuse([[[chunk("b", 0.5), chunk("a", 0.5), chunk("c", 0.4), chunk("z", 0.0)]]], {})

    assert names(found) == "abcz"
    assert [each.score for each in found] == pytest.approx([1, 1, 61 / 63, 0], abs=1e-6)


def test_scales_of_one_search_are_ranked_apart() -> None:
    found = fuse([[[chunk("a", 0.9), chunk("b", 0.8)], [chunk("x", 0.2), chunk("y", 0.1)]]], {})

    assert names(found) == "axby"


def test_dataset_that_counts_less_comes_later() -> None:
    one = [chunk("a", 0.9, dataset="one"), chunk("b", 0.85, dataset="one")]
    two = [chunk("x", 0.8, dataset="two"), chunk("y", 0.7, dataset="two")]

    assert names(merge([("m", one), ("m", two)], {"one": 0.5})) == "xyab"
    assert names(merge([("m", one), ("n", two)], {"one": 0.5})) == "xyab"
    assert names(fuse([[one, two]], {"one": 0.5})) == "xyab"
    assert names(rescored([*one, *two], [0.9, 0.8, 0.7, 0.6], {"one": 0.5})) == "xyab"


def test_of_what_says_the_same_the_best_stays() -> None:
    found = [chunk("a", 0.9, text="The\nbee"), chunk("b", 0.8), chunk("c", 0.7, text="The  bee ")]

    assert names(distinct(found)) == "ab"


@given(st.lists(st.lists(st.floats(0, 1), max_size=8), min_size=1, max_size=4))
def test_fused_scores_stay_in_range_and_each_passage_comes_once(lists: list[list[float]]) -> None:
    rankings = [[[chunk(str(at), score) for at, score in enumerate(each)]] for each in lists]

    found = fuse(rankings, {})

    assert len(found) == max(map(len, lists))
    assert len({each.id for each in found}) == len(found)
    assert all(0 <= each.score <= 1 for each in found)


def test_a_passage_that_rises_in_one_list_never_falls() -> None:
    by_words = [chunk("c", 0.9), chunk("b", 0.8), chunk("a", 0.7)]
    by_meaning = [chunk("a", 0.9), chunk("b", 0.5), chunk("c", 0.4)]
    raised = [msgspec.structs.replace(each) for each in by_words]
    raised[2] = msgspec.structs.replace(raised[2], score=0.85)

    before = fuse([[by_meaning], [by_words]], {})
    after = fuse([[by_meaning], [raised]], {})

    assert names(after).index("a") <= names(before).index("a")
