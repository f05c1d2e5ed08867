"""Whether two settings really differ: paired tests over the same questions."""

import itertools
import random
from collections.abc import Sequence
from typing import Final

import msgspec

_DRAWS: Final = 5_000
_EXACT: Final = 12
"""Up to so many differences, every assignment of signs is looked at."""
_ROUNDING: Final = 1e-12


class Verdict(msgspec.Struct, frozen=True, kw_only=True):
    """The mean difference of B from A, and how sure one can be that it is not chance."""

    difference: float
    low: float
    """Lower end of the 95 % interval of the bootstrap."""
    high: float
    p_value: float
    """How often chance alone makes a difference at least so large, in both directions."""
    better: int
    """Questions for which B is better."""
    worse: int
    same: int

    @property
    def is_significant(self) -> bool:
        """Tell whether p is under 0.05."""
        return self.p_value < 0.05


def compare_pairs(one: Sequence[float], two: Sequence[float]) -> Verdict:
    """Compare a measure of two settings, question by question; the same input, the same verdict.

    The p-value is that of Fisher's randomization test, the interval that of the percentile
    bootstrap: Smucker, Allan and Carterette (2007), "A comparison of statistical significance tests
    for information retrieval evaluation".

    Args:
        one: A's value for each question.
        two: B's, in the same order.

    Raises:
        ValueError: There are none, or not as many.
    """
    differences = [b - a for a, b in zip(one, two, strict=True)]
    if not differences:
        raise ValueError("no questions")
    low, high = _interval(differences)
    return Verdict(
        difference=_mean(differences),
        low=low,
        high=high,
        p_value=_p_value([each for each in differences if abs(each) > _ROUNDING]),
        better=sum(each > _ROUNDING for each in differences),
        worse=sum(each < -_ROUNDING for each in differences),
        same=sum(abs(each) <= _ROUNDING for each in differences),
    )


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)


def _p_value(differences: Sequence[float]) -> float:
    """Return how often random signs make a sum at least as far from 0; zeros have no sign."""
    if not differences:
        return 1.0
    seen = abs(sum(differences)) - _ROUNDING
    sizes = [abs(each) for each in differences]
    if len(sizes) <= _EXACT:
        signs = itertools.product((-1, 1), repeat=len(sizes))
        sums = (sum(s * d for s, d in zip(row, sizes, strict=True)) for row in signs)
        return sum(abs(each) >= seen for each in sums) / (1 << len(sizes))
    chance = random.Random(1)  # noqa: S311  # a simulation that must repeat
    count = 0
    for _ in range(_DRAWS):
        bits = chance.getrandbits(len(sizes))
        drawn = sum(d if bits >> at & 1 else -d for at, d in enumerate(sizes))
        count += abs(drawn) >= seen
    return (count + 1) / (_DRAWS + 1)


def _interval(differences: Sequence[float]) -> tuple[float, float]:
    chance = random.Random(2)  # noqa: S311  # a simulation that must repeat
    count = len(differences)
    means = sorted(_mean(chance.choices(differences, k=count)) for _ in range(_DRAWS // 2))
    return means[int(0.025 * len(means))], means[int(0.975 * len(means))]
