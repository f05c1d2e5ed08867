"""What holds of measures for every ranking."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_cli.evaluation.metrics import hit, ndcg, precision, recall, reciprocal_rank
from skep_cli.evaluation.significance import compare_pairs

EXPECTED = 4
RANKINGS = st.lists(st.frozensets(st.integers(0, EXPECTED - 1), max_size=3), max_size=12)
GRADES = st.lists(st.floats(0.01, 100, allow_nan=False), min_size=EXPECTED, max_size=EXPECTED)
DEPTHS = st.integers(1, 15)
SHARES = st.lists(st.sampled_from([0.0, 0.25, 0.5, 1.0]), min_size=1, max_size=30)
NOTHING: frozenset[int] = frozenset()


@given(RANKINGS, GRADES, DEPTHS)
def test_measures_lie_between_0_and_1(
    ranking: Sequence[frozenset[int]], grades: list[float], k: int
) -> None:
    found = [
        recall(ranking, EXPECTED, k),
        precision(ranking, k),
        ndcg(ranking, grades, k),
        hit(ranking, k),
        reciprocal_rank(ranking),
    ]

    assert all(0 <= value <= 1 for value in found)


@given(RANKINGS, DEPTHS)
def test_recall_and_hits_never_fall_with_depth(ranking: list[frozenset[int]], k: int) -> None:
    assert recall(ranking, EXPECTED, k) <= recall(ranking, EXPECTED, k + 1)
    assert hit(ranking, k) <= hit(ranking, k + 1)


@given(RANKINGS, GRADES, DEPTHS)
def test_what_comes_after_the_depth_changes_no_recall(
    ranking: list[frozenset[int]], grades: list[float], k: int
) -> None:
    assert recall(ranking, EXPECTED, k) == recall(ranking[:k], EXPECTED, k)
    assert precision(ranking, k) == precision(ranking[:k], k)


@given(RANKINGS, GRADES, DEPTHS)
def test_a_useless_passage_at_the_top_never_helps(
    ranking: list[frozenset[int]], grades: list[float], k: int
) -> None:
    worse = [NOTHING, *ranking]

    assert recall(worse, EXPECTED, k) <= recall(ranking, EXPECTED, k)
    assert reciprocal_rank(worse) <= reciprocal_rank(ranking)
    assert ndcg(worse, grades, k) <= ndcg(ranking, grades, k) + 1e-12


@given(st.permutations(range(EXPECTED)), GRADES)
def test_only_the_best_order_has_an_ndcg_of_1(order: list[int], grades: list[float]) -> None:
    value = ndcg([{at} for at in order], grades, EXPECTED)
    best = [grades[at] for at in order] == sorted(grades, reverse=True)

    assert value == pytest.approx(1) if best else value <= 1


@given(RANKINGS)
def test_measures_agree_on_finding_nothing(ranking: list[frozenset[int]]) -> None:
    k = max(len(ranking), 1)
    values = [
        recall(ranking, EXPECTED, k),
        precision(ranking, k),
        ndcg(ranking, [1.0] * EXPECTED, k),
        hit(ranking, k),
        reciprocal_rank(ranking),
    ]

    assert len({value > 0 for value in values}) == 1


@given(SHARES)
def test_the_same_results_do_not_differ(values: list[float]) -> None:
    verdict = compare_pairs(values, values)

    assert (verdict.difference, verdict.low, verdict.high, verdict.p_value) == (0, 0, 0, 1)
    assert verdict.same == len(values)


@given(st.lists(st.tuples(*[st.sampled_from([0.0, 0.25, 0.5, 1.0])] * 2), min_size=1, max_size=12))
def test_comparison_turns_round_with_its_sides(pairs: list[tuple[float, float]]) -> None:
    one, two = [a for a, _ in pairs], [b for _, b in pairs]
    there, back = compare_pairs(one, two), compare_pairs(two, one)

    assert there.difference == pytest.approx(-back.difference)
    assert there.p_value == pytest.approx(back.p_value)
    assert (there.better, there.worse) == (back.worse, back.better)
    assert there.low <= there.difference + 1e-9
    assert there.difference <= there.high + 1e-9
