"""What every chunking strategy promises. A plugin's test inherits `ChunkerConformance`."""

import itertools
import time
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any, ClassVar, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from skep_contracts.plugins.manifest import CHUNKERS
from skep_contracts.plugins.parsers import (
    Block,
    ChunkDraft,
    ChunkerDescription,
    ChunkerHooks,
    ChunkSpec,
)
from skep_contracts.problems import InvalidInput
from skep_testing.conformance.loading import find_entry_point, import_seconds, load_hooks

MAX_IMPORT_S: Final = 0.020
MAX_SECONDS_PER_10_MB: Final = 20.0
JOINT: Final = "\n\n"

_TEXTS: Final = st.one_of(
    st.text(max_size=40),
    st.text(alphabet="ab .\n", max_size=400),
    st.sampled_from(
        ["a" * 700, "word " * 150, "A sentence. " * 60, "一段文字。" * 90, "e\u0301" * 300]
    ),
)
_KINDS: Final = st.sampled_from(["heading", "paragraph", "paragraph", "table", "code", "list"])
_BLOCKS: Final = st.lists(st.tuples(_TEXTS, _KINDS, st.integers(1, 3)), max_size=8)
_SEPARATORS: Final = st.sampled_from(
    [ChunkSpec().separators, (), (" ",), ("a",), ("ab", "b"), ("\n\n",), ("aaaa", "aab")]
)


@st.composite
def _specs(draw: st.DrawFn) -> ChunkSpec:
    max_chars = draw(st.one_of(st.integers(1, 30), st.integers(30, 400)))
    return ChunkSpec(
        max_chars=max_chars,
        overlap_chars=draw(st.integers(0, max_chars // 2)),
        separators=draw(_SEPARATORS),
    )


def numbered(drawn: Sequence[tuple[str, Any, int]]) -> list[Block]:
    """Return blocks with headings of some level, on pages that go up."""
    return [
        Block(text=text, kind=kind, level=level if kind == "heading" else 0, page=1 + at // 2)
        for at, (text, kind, level) in enumerate(drawn)
    ]


def check_chunks(
    chunks: Sequence[ChunkDraft],
    blocks: Sequence[Block],
    spec: ChunkSpec,
    *,
    repeats_headers: bool = False,
) -> None:
    """Check what holds for the chunks of any document; `repeats_headers` as of the kit."""
    text = JOINT.join(block.text for block in blocks)
    covered = 0
    rebuilt = []
    for chunk in chunks:
        piece = text[chunk.start : chunk.end]
        repeated = chunk.text[: -len(piece)] if repeats_headers and piece else ""
        assert chunk.text == repeated + piece, "offsets are exact"
        assert repeated in text[: chunk.start], "only what was there before is repeated"
        assert 1 <= len(chunk.text) <= spec.max_chars
        assert 0 <= covered - chunk.start <= spec.overlap_chars, (
            "no gap, no more overlap than asked"
        )
        assert chunk.end > covered, "every chunk has something new"
        assert chunk.page == page_at(blocks, covered)
        rebuilt.append(piece[covered - chunk.start :])
        covered = chunk.end
    assert "".join(rebuilt) == text


def page_at(blocks: Sequence[Block], offset: int) -> int | None:
    """Return the page of the block that an offset is in, or behind."""
    page, end = None, 0
    for block in blocks:
        if end > offset:
            break
        page = block.page
        end += len(block.text) + len(JOINT)
    return page


@cache
def _load(entry_point: str, name: str) -> ChunkerDescription:
    hooks = load_hooks(CHUNKERS, entry_point, ChunkerHooks)
    (found,) = [one for offered in hooks.skep_chunkers() for one in offered if one.name == name]
    assert isinstance(found, ChunkerDescription)
    return found


class ChunkerConformance:
    """Inherit, and name the entry point and the strategy."""

    entry_point: ClassVar[str]
    """Name of the entry point in the group ``skep.chunkers``."""
    chunker_name: ClassVar[str]
    repeats_headers: ClassVar[bool] = False
    """Whether a chunk's text may begin with a header, as the document has it before the chunk."""

    def split(self, blocks: Iterator[Block], spec: ChunkSpec) -> Iterator[ChunkDraft]:
        """Split with a fresh chunker, loaded through its entry point."""
        return _load(self.entry_point, self.chunker_name).factory().split(blocks, spec)

    def test_import_is_cheap(self) -> None:
        """Vendor libraries are imported when they are needed, so that services start quickly."""
        module = find_entry_point(CHUNKERS, self.entry_point).module

        seconds = import_seconds(module, known="skep_contracts.plugins.parsers")

        assert seconds < MAX_IMPORT_S

    @given(drawn=_BLOCKS, spec=_specs())
    @settings(
        max_examples=300,
        deadline=None,
        # One process tests several chunkers; each is loaded anew, and none keeps anything.
        suppress_health_check=[HealthCheck.differing_executors],
    )
    def test_chunks_without_overlaps_rebuild_the_text(
        self, drawn: list[tuple[str, Any, int]], spec: ChunkSpec
    ) -> None:
        """Whatever the text and the specification, and none is longer than allowed."""
        blocks = numbered(drawn)

        chunks = list(self.split(iter(blocks), spec))

        check_chunks(chunks, blocks, spec, repeats_headers=self.repeats_headers)
        assert chunks == list(self.split(iter(blocks), spec)), "the same again for the same text"

    def test_nothing_gives_nothing(self) -> None:
        """Neither no blocks nor an empty one."""
        assert list(self.split(iter([]), ChunkSpec())) == []
        assert list(self.split(iter([Block(text="")]), ChunkSpec())) == []

    def test_chunks_come_while_the_document_goes_on(self) -> None:
        """Memory is bounded: a chunk is given before much more is read."""
        taken = itertools.count()
        blocks = (Block(text=f"Paragraph {next(taken)}. " * 5) for _ in itertools.count())

        first = list(itertools.islice(self.split(blocks, ChunkSpec()), 10))

        assert len(first) == 10
        assert next(taken) < 200

    @pytest.mark.parametrize(
        "blocks",
        [
            (Block(text="a" * 10_000_000),),
            (Block(text="a " * 5_000_000),),
            (Block(text="\n" * 10_000_000),),
            (Block(text="ab" * 5_000_000),),
            (Block(text="e" + "\u0301" * 5_000_000),),
            tuple(Block(text="x") for _ in range(100_000)),
            tuple(Block(text="x", kind="heading", level=1) for _ in range(100_000)),
        ],
        ids=["letters", "words", "lines", "near misses", "accents", "tiny blocks", "headings"],
    )
    def test_hostile_text_takes_linear_time(self, blocks: tuple[Block, ...]) -> None:
        """Also with separators that nearly match everywhere."""
        for separators in (ChunkSpec().separators, ("b" + "a" * 14 + "b", "a" * 15 + "b", "bb")):
            spec = ChunkSpec(separators=separators)
            started = time.process_time()

            count = sum(1 for _ in self.split(iter(blocks), spec))

            assert count
            assert time.process_time() - started < MAX_SECONDS_PER_10_MB

    @pytest.mark.parametrize(
        "spec",
        [
            ChunkSpec(max_chars=0),
            ChunkSpec(max_chars=-5),
            ChunkSpec(max_chars=100, overlap_chars=100),
            ChunkSpec(overlap_chars=-1),
            ChunkSpec(separators=("x",) * 1_000),
        ],
        ids=["zero", "negative", "overlap", "negative overlap", "many separators"],
    )
    def test_senseless_specification_is_refused(self, spec: ChunkSpec) -> None:
        """Before the first chunk, with the place at fault."""
        with pytest.raises(InvalidInput) as refused:
            list(self.split(iter([Block(text="text")]), spec))

        assert refused.value.errors
