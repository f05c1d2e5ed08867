"""Identifiers say what they name and sort by when they were made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.ids import PREFIXES, is_id, is_ulid, new_id, new_ulid, ulid_time_ms

moments = st.integers(min_value=0, max_value=2**48 - 1)


@given(at_ms=moments)
def test_ulid_remembers_its_moment(at_ms: int) -> None:
    ulid = new_ulid(at_ms)

    assert is_ulid(ulid)
    assert ulid_time_ms(ulid) == at_ms


@given(earlier=moments, later=moments)
def test_ulids_sort_by_moment(earlier: int, later: int) -> None:
    if earlier < later:
        assert new_ulid(earlier) < new_ulid(later)


def test_ulids_of_one_moment_differ() -> None:
    assert len({new_ulid(0) for _ in range(1000)}) == 1000


@pytest.mark.parametrize("noun", PREFIXES)
def test_identifier_is_of_its_noun_alone(noun: str) -> None:
    identifier = new_id(noun)

    assert [other for other in PREFIXES if is_id(other, identifier)] == [noun]


def test_prefixes_are_told_apart() -> None:
    assert len(set(PREFIXES.values())) == len(PREFIXES)


@given(text=st.text(max_size=40))
def test_any_text_is_judged(text: str) -> None:
    assert is_ulid(text) in {True, False}
    assert is_id("run", text) in {True, False}


@pytest.mark.parametrize(
    "text",
    ["", "run_", "run_01JG", "8ZZZZZZZZZZZZZZZZZZZZZZZZZ", "01jg0000000000000000000000", "I" * 26],
)
def test_malformed_ulid_is_refused(text: str) -> None:
    assert not is_ulid(text)
    assert not is_id("run", text)
