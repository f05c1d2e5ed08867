"""Measures of ranked retrieval, as pure functions. Higher is better, and all lie in [0, 1].

A *ranking* is what a search found, best first, each passage as the set of expected passages that it
shows (their positions in the list of expectations). A passage that shows nothing is an empty set.
"""

import math
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from typing import TypeAlias

Ranking: TypeAlias = Sequence[AbstractSet[int]]


def recall(ranking: Ranking, expected: int, k: int) -> float:
    """Return the share of the expected passages that the first `k` show; each counts once."""
    shown = set[int]().union(*ranking[:k])
    return len(shown) / expected


def precision(ranking: Ranking, k: int) -> float:
    """Return the share of the first `k` that show something; places left empty show nothing."""
    return sum(bool(shown) for shown in ranking[:k]) / k


def hit(ranking: Ranking, k: int) -> float:
    """Return 1 when one of the first `k` shows something, else 0."""
    return float(any(ranking[:k]))


def reciprocal_rank(ranking: Ranking) -> float:
    """Return 1 / the rank of the first passage that shows something; 0 without one."""
    first = next((rank for rank, shown in enumerate(ranking, 1) if shown), None)
    return 0.0 if first is None else 1 / first


def discounted_gain(gains: Sequence[float]) -> float:
    """Return the cumulated gain of a list, discounted by log2(rank + 1).

    Järvelin and Kekäläinen (2002), "Cumulated gain-based evaluation of IR techniques", in the form
    with a linear gain in which the first place is not discounted.
    """
    return sum(gain / math.log2(rank + 1) for rank, gain in enumerate(gains, 1))


def normalized_gain(gains: Sequence[float], ideal: Sequence[float], k: int) -> float:
    """Return nDCG: the discounted gain of the first `k` over that of the best order; 0 without one.

    Args:
        gains: In the order they were found.
        ideal: All gains there are, in any order.
        k: How far the list is read.
    """
    best = discounted_gain(sorted(ideal, reverse=True)[:k])
    return discounted_gain(gains[:k]) / best if best > 0 else 0.0


def ndcg(ranking: Ranking, grades: Sequence[float], k: int) -> float:
    """Return nDCG of a ranking whose expected passages have grades.

    An expected passage gains where it is shown first, so that overlapping chunks are not paid
    twice. Expected passages first shown by one chunk count as one of their grades together, in the
    ideal order too.
    """
    left = set(range(len(grades)))
    gains = []
    for shown in ranking:
        fresh = left & shown
        gains.append(sum(grades[one] for one in sorted(fresh)))
        left -= fresh
    ideal = [gain for gain in gains if gain] + [grades[one] for one in sorted(left)]
    return min(normalized_gain(gains, ideal, k), 1.0)  # a sum in another order may exceed by an ulp


def percentile(values: Sequence[float], share: float) -> float:
    """Return the value that `share` of the values do not exceed, by the nearest rank.

    Raises:
        ValueError: There are none.
    """
    if not values:
        raise ValueError("no values")
    return sorted(values)[max(math.ceil(share * len(values)), 1) - 1]
