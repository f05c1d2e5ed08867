"""The text that is not yet in a chunk, and where to cut it."""

import unicodedata
from collections.abc import Iterator

import msgspec

from skep_contracts.documents.position import Position
from skep_contracts.plugins.parsers import ChunkDraft

_MAX_MARKS = 32
"""Combining characters kept with the letter they belong to; more of them are an attack."""


class WindowSpec(msgspec.Struct, frozen=True):
    """How long chunks are and how they end."""

    limit: int
    overlap: int
    separators: tuple[str, ...]


class Window:
    """Takes text in pieces, gives chunks. Holds at most one chunk and one piece."""

    def __init__(self, spec: WindowSpec, position: Position) -> None:
        self._spec = spec
        self._position = position
        self._parts: list[str] = []
        self._length = 0
        self._overlap = 0  # how much at the head was in the chunk before
        self._offset = 0  # of the head in the document

    @property
    def waiting_chars(self) -> int:
        """How long the chunk would be that is not yet complete."""
        return self._length

    def feed(self, text: str) -> Iterator[ChunkDraft]:
        """Take more text and yield what is complete with it."""
        self._parts.append(text)
        self._length += len(text)
        if self._length <= self._spec.limit:
            return
        waiting = "".join(self._parts)
        start, fresh = 0, self._overlap
        while len(waiting) - start > self._spec.limit:
            cut = self._cut(waiting, start, fresh)
            yield self._draft(waiting, start, fresh, cut)
            start, fresh = self._overlap_start(waiting, fresh, cut), cut
        self._parts = [waiting[start:]]
        self._length = len(waiting) - start
        self._overlap = fresh - start
        self._offset += start

    def flush(self) -> Iterator[ChunkDraft]:
        """Yield what waits, if any of it is new, and begin without overlap."""
        if self._length > self._overlap:
            waiting = "".join(self._parts)
            yield self._draft(waiting, 0, self._overlap, len(waiting))
        self._parts = []
        self._offset += self._length
        self._length = self._overlap = 0

    def _draft(self, waiting: str, start: int, fresh: int, end: int) -> ChunkDraft:
        page, path = self._position.at(self._offset + fresh, self._offset + end)
        return ChunkDraft(
            text=waiting[start:end],
            start=self._offset + start,
            end=self._offset + end,
            page=page,
            heading_path=path,
        )

    def _cut(self, waiting: str, start: int, fresh: int) -> int:
        """Return where the chunk ends: behind a separator, or where it is full."""
        last = start + self._spec.limit
        middle = max(fresh + 1, start + self._spec.limit // 2)
        least = min(middle, fresh + max(1, self._spec.limit // 4))
        for first, beyond in ((middle, last), (least, middle)):
            for separator in self._spec.separators:
                size = len(separator)
                found = waiting.rfind(separator, max(first - size, fresh), beyond)
                if found >= 0 and found + size >= first:
                    return found + size
        # Not between a letter and its accents, unless there are too many to be true.
        cut = last
        while cut > max(least, last - _MAX_MARKS) and unicodedata.combining(waiting[cut]):
            cut -= 1
        return cut

    def _overlap_start(self, waiting: str, fresh: int, cut: int) -> int:
        """Return where the next chunk begins: behind a separator early in the overlap."""
        first = max(fresh, cut - self._spec.overlap)
        beyond = first + (cut - first) // 2
        for separator in self._spec.separators:
            found = waiting.find(separator, max(first - len(separator), 0), beyond)
            if found >= 0 and found + len(separator) >= first:
                return found + len(separator)
        while first < cut and unicodedata.combining(waiting[first]):
            first += 1
        return first
