"""Knows where a place of the cleaned text is in the document."""

from bisect import bisect_right
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

import msgspec

from skep_contracts.plugins.parsers import Block

JOINT: Final = "\n\n"
"""Between the texts of two blocks."""


class Piece(msgspec.Struct, frozen=True):
    """A text that is kept, and where it stood in the text it was taken from."""

    text: str
    at: int


class Cuts:
    """Where the pieces of a shorter text stood in a longer one."""

    def __init__(self, pieces: Iterable[Piece]) -> None:
        """Take pieces in order; empty ones say nothing."""
        self._short: list[int] = []
        self._long: list[int] = []
        parts: list[str] = []
        length = 0
        for piece in pieces:
            if piece.text:
                self._short.append(length)
                self._long.append(piece.at)
                parts.append(piece.text)
                length += len(piece.text)
        self.text = "".join(parts)

    def before(self, offset: int) -> int:
        """Return where the character at an offset of the shorter text stood."""
        if not self._short:
            return 0
        index = max(bisect_right(self._short, offset) - 1, 0)
        return self._long[index] + offset - self._short[index]


class Shortened(msgspec.Struct, frozen=True):
    """A block after cleaning, and what was cut, the first cut first."""

    block: Block
    cuts: tuple[Cuts, ...] = ()
    raw_chars: int = 0
    """How long the block was before."""


class _Mark(msgspec.Struct, frozen=True):
    at: int
    raw_at: int
    page: int | None
    cuts: tuple[Cuts, ...]


class Places:
    """Remembers blocks as they pass on their way to a chunker, as far back as is still asked."""

    def __init__(self) -> None:
        """Begin with no block."""
        self._marks: deque[_Mark] = deque()

    def passing(self, blocks: Iterable[Shortened]) -> Iterator[Block]:
        """Yield the blocks that have text left, and note where they stand."""
        at = raw_at = 0
        for one in blocks:
            if one.block.text or not one.raw_chars:
                self._marks.append(_Mark(at, raw_at, one.block.page, one.cuts))
                yield one.block
                at += len(one.block.text) + len(JOINT)
            raw_at += one.raw_chars + len(JOINT)

    def of(self, start: int, end: int) -> tuple[int, int, int | None]:
        """Return where a piece of the text that passed stands in the document, and its page."""
        first = self._mark(start)
        if first is None:
            return start, end, None
        begins = _raw(first, start)
        if end <= start:
            return begins, begins, first.page
        last = self._mark(end - 1)
        return begins, first.raw_at if last is None else _raw(last, end - 1) + 1, first.page

    def forget(self, before: int) -> None:
        """Nothing in front of this place is asked for any more."""
        while len(self._marks) > 1 and self._marks[1].at <= before:
            self._marks.popleft()

    def _mark(self, offset: int) -> _Mark | None:
        found = None
        for mark in self._marks:
            if mark.at > offset:
                break
            found = mark
        return found


def _raw(mark: _Mark, offset: int) -> int:
    inside = offset - mark.at
    for cuts in reversed(mark.cuts):
        # What joins blocks stands behind the last piece.
        inside = cuts.before(inside)
    return mark.raw_at + inside


def without(text: str, spans: Sequence[tuple[int, int]]) -> Cuts:
    """Return a text without some spans of it, which are in order and apart."""
    return Cuts(_kept(text, spans))


def _kept(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[Piece]:
    at = 0
    for start, end in spans:
        yield Piece(text[at:start], at)
        at = end
    yield Piece(text[at:], at)
