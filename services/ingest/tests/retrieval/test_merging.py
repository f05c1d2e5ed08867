"""Order of passages from several searches."""

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from skep_contracts.calls.chunk import FoundChunk
from skep_ingest.retrieval.merging import merge, rescored


def chunk(name: str, score: float) -> FoundChunk:
    return FoundChunk(
        id=name,
        dataset_id="d",
        dataset_name="d",
        document_id="x",
        document_name="x",
        seq=0,
        text=name,
        score=score,
    )


def names(found: list[FoundChunk]) -> str:
    return "".join(each.id for each in found)


def test_one_scale_is_ordered_by_score_and_id() -> None:
    one, two = [chunk("c", 0.9), chunk("b", 0.5)], [chunk("a", 0.5), chunk("d", 0.95)]

    assert names(merge([("m", one), ("m", two)])) == "dcab"


def test_different_scales_take_turns() -> None:
    generous = [chunk("a", 0.99), chunk("b", 0.98), chunk("c", 0.97)]
    strict = [chunk("x", 0.3), chunk("y", 0.2)]

    assert names(merge([("one", strict), ("two", generous)])) == "axbyc"
    assert names(merge([("one", strict), ("two", [])])) == "xy"
    assert merge([]) == []


SCORES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), max_size=8)


@settings(deadline=None)
@given(st.dictionaries(st.sampled_from("mno"), SCORES), st.integers(1, 8))
def test_best_of_fewer_begin_the_best_of_more(scales: dict[str, list[float]], most: int) -> None:
    searches = {
        scale: sorted(
            (chunk(f"{scale}{at}", score) for at, score in enumerate(scores)),
            key=lambda each: (-each.score, each.id),
        )
        for scale, scores in scales.items()
    }

    cut = [
        names(merge((scale, found[:k]) for scale, found in searches.items())[:k])
        for k in range(1, most + 1)
    ]

    assert all(longer.startswith(shorter) for shorter, longer in pairwise(cut))


def test_a_reranker_has_the_last_word() -> None:
    found = rescored([chunk("a", 0.9), chunk("b", 0.1), chunk("c", 0.5)], [-3.0, 4.0, 4.0])

    assert names(found) == "bca"
    assert all(0 < each.score < 1 for each in found)
