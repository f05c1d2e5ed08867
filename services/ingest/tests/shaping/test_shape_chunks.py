"""Whatever is cleaned and cut: what is left is there, and is where it says it is."""

import itertools
import time
from collections.abc import Iterator, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from skep_contracts.plugins.manifest import CHUNKERS
from skep_contracts.plugins.parsers import (
    Block,
    ChildSpec,
    Chunker,
    ChunkerHooks,
    ChunkSpec,
    CleaningRule,
)
from skep_contracts.words.tokens import tokens
from skep_ingest.shaping.clean_blocks import cleaned
from skep_ingest.shaping.parts import CutChunk
from skep_ingest.shaping.places import JOINT
from skep_ingest.shaping.shape_chunks import shaped
from skep_testing.conformance.loading import load_hooks

RULES: tuple[CleaningRule, ...] = (
    "collapse_whitespace",
    "remove_urls",
    "remove_emails",
    "remove_page_furniture",
)
TEXTS = st.one_of(
    st.text(alphabet="ab .\n\t", max_size=300),
    st.sampled_from(
        [
            "See https://example.org/a?b=c, or write to ann@example.org today.",
            "  many   spaces \n\n\n\n\nand  lines  \n",
            "word " * 80,
            "一段文字。" * 40,
            "| a | b |\n" * 30,
        ]
    ),
)
BLOCKS = st.lists(st.tuples(TEXTS, st.sampled_from(["paragraph", "table", "code"])), max_size=8)


def chunker(name: str) -> Chunker:
    entry = "structure" if name in {"structure", "document"} else name
    offered = load_hooks(CHUNKERS, entry, ChunkerHooks).skep_chunkers()
    (found,) = [one for some in offered for one in some if one.name == name]
    made: Chunker = found.factory()
    return made


def chunks(
    texts: Sequence[str], spec: ChunkSpec, name: str = "general", *, page: int = 1
) -> list[CutChunk]:
    blocks = (Block(text=text, kind="page", page=page + at) for at, text in enumerate(texts))
    return [
        one if isinstance(one, CutChunk) else CutChunk(text=one.text, start=one.start, end=one.end)
        for one in shaped(blocks, spec, chunker(name))
    ]


def is_within(text: str, place: str) -> bool:
    """Tell whether a text is what is left of a place when some of it is taken out."""
    rest = iter(place)
    return all(any(letter == other for other in rest) for letter in text)


@pytest.mark.parametrize("name", ["general", "structure", "document"])
@given(
    drawn=BLOCKS,
    spec=st.builds(
        ChunkSpec,
        max_chars=st.just(100),
        overlap_chars=st.just(10),
        max_tokens=st.one_of(st.none(), st.integers(10, 30)),
        children=st.one_of(st.none(), st.builds(ChildSpec, max_chars=st.integers(20, 60))),
        clean=st.sets(st.sampled_from(RULES)).map(tuple),
    ),
)
@settings(max_examples=80, deadline=None)
def test_offsets_say_where_the_text_stood(
    name: str,
    drawn: list[tuple[str, str]],
    spec: ChunkSpec,
) -> None:
    blocks = [
        Block(text=text, kind="code" if kind == "code" else "paragraph", page=1 + at // 2)
        for at, (text, kind) in enumerate(drawn)
    ]
    text = JOINT.join(block.text for block in blocks)

    made = list(shaped(iter(blocks), spec, chunker(name)))

    for one in made:
        assert 0 <= one.start <= one.end <= len(text)
        letters = "".join(one.text.split())
        assert is_within(letters, "".join(text[one.start : one.end].split()))
        assert spec.max_tokens is None or len(tokens(one.text)) <= spec.max_tokens
    if not spec.clean:
        covered = set(itertools.chain.from_iterable(range(one.start, one.end) for one in made))
        assert all(text[at].isspace() for at in set(range(len(text))) - covered)


def test_rules_take_out_what_they_name() -> None:
    text = "See  https://example.org/a?b=c, or   write\n\n\n\nto ann@example.org. (www.example.org)"
    spec = ChunkSpec(clean=("collapse_whitespace", "remove_urls", "remove_emails"))

    (chunk,) = chunks([text], spec)

    assert chunk.text == "See , or write\n\nto . ()"
    assert text[chunk.start : chunk.end] == text


def test_code_keeps_its_indents() -> None:
    block = Block(text="def f():\n    return  1", kind="code")

    (kept,) = cleaned([block], ("collapse_whitespace",))

    assert kept.block is block


def test_headers_and_footers_go_and_the_pages_stay() -> None:
    pages = [
        f"The Bee Yearbook\nPage text number {at} of its own words {chr(97 + at) * 9}.\n{at}"
        for at in range(1, 9)
    ]

    made = chunks(
        pages,
        ChunkSpec(max_chars=70, overlap_chars=0, clean=("remove_page_furniture",)),
        "document",
    )

    assert len(made) == 8
    text = JOINT.join(pages)
    for at, chunk in enumerate(made, start=1):
        assert chunk.text.strip() == f"Page text number {at} of its own words {chr(97 + at) * 9}."
        assert chunk.text.strip() in text[chunk.start : chunk.end]
        assert "Yearbook" not in chunk.text


def test_a_line_on_two_pages_and_pages_of_one_line_stay() -> None:
    twice = ["Title\nfirst words here\nend", "Title\nother text there\nfin", "A\nB\nC"]
    lines = ["Break", "Break", "Break", "Break"]

    for pages in (twice, lines):
        made = chunks(pages, ChunkSpec(clean=("remove_page_furniture",)), "document")

        assert "".join(one.text for one in made).split() == " ".join(pages).split()


def test_children_know_their_passage_and_their_page() -> None:
    texts = ["Clover and heather. " * 3, "Wax and honey in frames. " * 3]
    spec = ChunkSpec(max_chars=1000, children=ChildSpec(max_chars=40))

    made = chunks(texts, spec)

    assert {one.parent for one in made} == {0}
    assert [one.page for one in made if "Clover" in one.text] == [1, 1]
    assert made[-1].page == 2
    parts = [one.part for one in made if one.part is not None]
    assert parts[0][0] == 0
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(parts))


@pytest.mark.parametrize(
    "text",
    ["a" * 2_000_000, "a@" * 1_000_000, "http://" * 300_000, "www.!" * 400_000, " \n" * 1_000_000],
    ids=["letters", "at signs", "schemes", "marks", "blanks"],
)
def test_hostile_text_takes_linear_time(text: str) -> None:
    started = time.process_time()

    (kept,) = cleaned([Block(text=text, page=1)], RULES)

    assert len(kept.block.text) <= len(text)
    assert time.process_time() - started < 5.0


def test_chunks_come_while_the_document_goes_on() -> None:
    taken = itertools.count()

    def pages() -> Iterator[Block]:
        return (Block(text=f"Head\nPage {at}. " * 9, page=at) for at in taken)

    spec = ChunkSpec(max_chars=200, children=ChildSpec(max_chars=60), clean=RULES)
    first = list(itertools.islice(shaped(pages(), spec, chunker("general")), 20))

    assert len(first) == 20
    assert next(taken) < 40
