"""Measures have the values that the literature and other programs give them."""

import pytest

from skep_cli.evaluation.metrics import (
    discounted_gain,
    hit,
    ndcg,
    normalized_gain,
    percentile,
    precision,
    recall,
    reciprocal_rank,
)

RANKING = [{0}, set[int](), {1, 0}, set[int](), {2}]


def test_discounted_gain_of_the_usual_example() -> None:
    gains = [3, 2, 3, 0, 1, 2]  # https://en.wikipedia.org/wiki/Discounted_cumulative_gain

    assert discounted_gain(gains) == pytest.approx(6.861, abs=5e-4)
    assert normalized_gain(gains, gains, 6) == pytest.approx(0.961, abs=5e-4)
    assert normalized_gain(gains, [*gains, 3, 2], 6) == pytest.approx(0.785, abs=5e-4)


def test_ndcg_is_that_of_scikit_learn() -> None:
    # The examples of sklearn.metrics.ndcg_score: relevance [10, 0, 0, 1, 5], sorted by the scores.
    assert normalized_gain([5, 1, 0, 0, 10], [10, 0, 0, 1, 5], 5) == pytest.approx(
        0.69569, abs=5e-6
    )
    assert normalized_gain([10, 0, 0, 1, 5], [10, 0, 0, 1, 5], 4) == pytest.approx(
        (10 + 1 / 2.321928094887362) / (10 + 5 / 1.584962500721156 + 1 / 2)
    )


def test_reciprocal_ranks_of_the_usual_example() -> None:
    # https://en.wikipedia.org/wiki/Mean_reciprocal_rank: ranks 3, 2 and 1.
    ranks = [[set[int](), set[int](), {0}], [set[int](), {0}], [{0}]]

    assert sum(map(reciprocal_rank, ranks)) / 3 == pytest.approx(11 / 18)
    assert reciprocal_rank([set(), set()]) == 0
    assert reciprocal_rank([]) == 0


def test_recall_counts_each_expected_passage_once() -> None:
    assert [recall(RANKING, 4, k) for k in (1, 2, 3, 5, 9)] == [0.25, 0.25, 0.5, 0.75, 0.75]


def test_precision_counts_empty_places() -> None:
    assert [precision(RANKING, k) for k in (1, 2, 3, 5, 10)] == [1, 0.5, 2 / 3, 0.6, 0.3]


def test_hit_needs_one() -> None:
    assert [hit([set(), {0}], k) for k in (1, 2, 3)] == [0, 1, 1]


def test_passage_shown_twice_gains_once() -> None:
    assert ndcg([{0}, {0}, {1}], [1, 1], 3) == pytest.approx((1 + 0.5) / (1 + 0.63092975))


def test_chunk_that_shows_all_is_as_good_as_can_be() -> None:
    assert ndcg([{0, 1, 2}], [1, 3, 2], 5) == 1


@pytest.mark.parametrize(
    ("share", "value"), [(0.5, 30), (0.3, 20), (0.4, 20), (1.0, 50), (0.05, 15)]
)
def test_percentiles_by_the_nearest_rank(share: float, value: float) -> None:
    # https://en.wikipedia.org/wiki/Percentile, the nearest-rank method; 15, 20, 35, 40, 50 there.
    assert percentile([50, 20, 30, 40, 15], share) == value


def test_percentile_of_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="no values"):
        percentile([], 0.5)
