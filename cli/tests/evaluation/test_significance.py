"""The paired test gives the values of the textbook."""

import random

import pytest

from skep_cli.evaluation.significance import compare_pairs

# Fisher (1935), The Design of Experiments, chapter III: Darwin's 15 pairs of plants, in eighths of
# an inch. Of 32,768 assignments of signs 1,726 give a sum at least as far from zero.
DARWIN = (49, -67, 8, 16, 6, 23, 28, 41, 14, 29, 56, 24, 75, 60, -48)


def test_randomization_test_of_darwins_plants() -> None:
    verdict = compare_pairs([0.0] * len(DARWIN), DARWIN)

    assert verdict.difference == pytest.approx(20.9333, abs=1e-4)
    assert verdict.p_value == pytest.approx(1726 / 32768, abs=0.012)
    assert (verdict.better, verdict.worse, verdict.same) == (13, 2, 0)
    assert not verdict.is_significant or verdict.p_value < 0.05


def test_few_pairs_are_tested_exactly() -> None:
    verdict = compare_pairs([0.0] * 6, [1.0] * 6)

    assert verdict.p_value == 2 / 2**6
    assert verdict.is_significant
    assert (verdict.low, verdict.high) == (1, 1)


def test_pairs_that_do_not_differ_have_no_sign() -> None:
    few = compare_pairs([0.0] * 5, [1.0] * 5)
    among_many = compare_pairs([0.0] * 100, [*[1.0] * 5, *[0.0] * 95])

    assert few.p_value == among_many.p_value == 2 / 2**5


def test_chance_is_told_from_a_difference() -> None:
    chance = random.Random(7)
    noise = [chance.random() for _ in range(200)]
    other = [chance.random() for _ in range(200)]
    better = [value + 0.2 for value in noise]

    assert compare_pairs(noise, other).p_value > 0.05
    assert compare_pairs(noise, better).p_value < 0.01


def test_interval_holds_the_difference() -> None:
    chance = random.Random(3)
    one = [chance.random() for _ in range(50)]
    two = [chance.random() for _ in range(50)]

    verdict = compare_pairs(one, two)

    assert verdict.low < verdict.difference < verdict.high


@pytest.mark.parametrize(("one", "two"), [([], []), ([1.0], [1.0, 2.0])])
def test_what_is_not_paired_is_refused(one: list[float], two: list[float]) -> None:
    with pytest.raises(ValueError, match=r"questions|zip"):
        compare_pairs(one, two)
