"""Knows on which page and under which headings any place of the document is."""

from collections import deque
from collections.abc import Iterator

import msgspec

from skep_contracts.plugins.parsers import Block

_MAX_TITLE_CHARS = 200


class _Mark(msgspec.Struct, frozen=True):
    offset: int
    page: int | None
    path: tuple[str, ...]
    is_heading: bool


class Position:
    """Remembers where blocks begin, as far back as the next chunk does."""

    def __init__(self) -> None:
        self._marks: deque[_Mark] = deque()
        self._headings: list[tuple[int, str]] = []

    def enter(self, block: Block, offset: int) -> None:
        """Note that a block begins at an offset, greater than those noted before."""
        is_heading = block.kind == "heading"
        if is_heading:
            level = max(block.level, 1)
            while self._headings and self._headings[-1][0] >= level:
                self._headings.pop()
            self._headings.append((level, " ".join(block.text.split())[:_MAX_TITLE_CHARS]))
        path = tuple(title for _, title in self._headings if title)
        self._marks.append(_Mark(offset, block.page, path, is_heading))

    def at(self, start: int, end: int) -> tuple[int | None, tuple[str, ...]]:
        """Return the page where a chunk's new text starts, and the headings it stands under.

        A chunk that begins with headings stands under the last of them before its text.

        Args:
            start: Where the new text begins; never less than in the call before.
            end: Where the chunk ends.
        """
        marks = self._marks
        while len(marks) > 1 and marks[1].offset <= start:
            marks.popleft()
        if not marks:
            return None, ()
        path = marks[0].path
        for mark in self._within(end):
            path = mark.path
            if not mark.is_heading:
                break
        return marks[0].page, path

    def _within(self, end: int) -> Iterator[_Mark]:
        return (mark for mark in self._marks if mark.offset < end)
