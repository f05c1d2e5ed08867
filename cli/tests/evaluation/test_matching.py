"""A chunk shows an expected passage by what it says, not by how it was cut."""

from typing import Any

import pytest

from skep_cli.evaluation.matching import quoted_share, shown_by
from skep_cli.evaluation.questions import ExpectedPassage

CHUNK = {
    "id": "doc_1.1.4",
    "document_name": "returns.md",
    "page": 3,
    "heading_path": ["Returns and refunds", "Worn or used articles"],
    "text": "Footwear that you wore\n  outside counts as used. Used footwear cannot be returned.",
}


@pytest.mark.parametrize(
    "expected",
    [
        {"document": "returns.md"},
        {"chunk": "doc_1.1.4"},
        {"document": "returns.md", "page": 3},
        {"document": "returns.md", "heading": "worn or  used articles"},
        {"text": "footwear that you WORE outside"},
        {"document": "returns.md", "text": "used footwear cannot be returned.", "page": 3},
    ],
)
def test_passage_is_shown(expected: dict[str, Any]) -> None:
    assert shown_by(CHUNK, [ExpectedPassage(**expected)]) == {0}


@pytest.mark.parametrize(
    "expected",
    [
        {"document": "delivery.md"},
        {"document": "RETURNS.md"},
        {"chunk": "doc_1.2.4"},
        {"document": "returns.md", "page": 4},
        {"document": "returns.md", "heading": "Worn"},
        {"text": "used footwear can be returned"},
        {"document": "delivery.md", "text": "Used footwear cannot be returned."},
    ],
)
def test_other_passage_is_not_shown(expected: dict[str, Any]) -> None:
    assert shown_by(CHUNK, [ExpectedPassage(**expected)]) == set()


def test_chunk_without_a_page_shows_none() -> None:
    chunk = {key: value for key, value in CHUNK.items() if key != "page"}

    assert shown_by(chunk, [ExpectedPassage(document="returns.md", page=3)]) == set()


def test_one_chunk_shows_several() -> None:
    expected = [ExpectedPassage(text=text) for text in ("counts as used", "nothing", "returned.")]

    assert shown_by(CHUNK, expected) == {0, 2}


@pytest.mark.parametrize(
    ("text", "share"),
    [
        ("before it abcdefgh and after", 1.0),
        ("it ends with abcdef", 0.75),
        ("cdefgh begins it", 0.75),
        ("cde", 3 / 8),
        ("abcdef in the middle", 0.0),
        ("", 0.0),
    ],
)
def test_quotation_may_be_cut_at_an_edge(text: str, share: float) -> None:
    assert quoted_share(text, "abcdefgh") == pytest.approx(share)


def test_half_a_quotation_at_an_edge_is_enough() -> None:
    quotation = "one two three four six"

    assert shown_by({**CHUNK, "text": "zero one two three"}, [ExpectedPassage(text=quotation)])
    assert not shown_by({**CHUNK, "text": "zero one two"}, [ExpectedPassage(text=quotation)])
