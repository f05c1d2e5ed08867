"""Cutting texts into tokens, the same way for the index and for queries."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.words.tokens import tokens
from skep_store_sqlite.full_text import Term, indexed, terms


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Refund POLICIES, classes & buses!", ["refund", "policy", "classe", "buse"]),
        ("snake_case ERR-1042 v2.0", ["snake", "case", "err", "1042", "v2", "0"]),
        ("Café ÀÉÎ Straße", ["cafe", "aei", "strasse"]),
        ("退款政策", ["退款", "款政", "政策", "策"]),
        ("用iPhone付款", ["用", "iphone", "付款", "款"]),
        ("हिन्दी", ["हिन्दी"]),
        ("", []),
        ("🦀 — …", []),
    ],
)
def test_text_is_cut_into_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_single_character_of_an_unspaced_script_asks_for_what_begins_with_it() -> None:
    assert terms("退") == [Term("退", is_prefix=True)]
    assert terms("退款") == [Term("退款")]


def test_query_has_a_bounded_number_of_distinct_terms() -> None:
    assert terms("refund refund refunds") == [Term("refund")]
    assert len(terms(" ".join(f"word{n}" for n in range(10_000)))) == 64


@given(st.text())
def test_cutting_what_was_cut_changes_nothing(text: str) -> None:
    # The index is handed tokens joined by spaces; its own tokenizer must find the very same ones.
    for token in tokens(text):
        assert token
        assert not any(character.isspace() for character in token)
        assert all(c.isalnum() or ord(c) > 127 for c in token)
    entries = indexed(text).split()
    assert {entry[:-1] for entry in entries} == set(tokens(text))
    assert all("\ue000" <= entry[-1] <= "\ue004" for entry in entries)


def test_token_weighs_more_the_more_often_it_is_there_and_the_shorter_the_text() -> None:
    def weight(text: str) -> str:
        return next(entry[-1] for entry in indexed(text).split() if entry.startswith("bee"))

    filler = " ".join(f"word{number}" for number in range(200))

    assert weight("bee") > weight(f"bee {filler}")
    assert weight(f"bee bee bee {filler}") > weight(f"bee {filler}")
