"""The text that is not yet in a chunk, and where to cut it."""

import unicodedata
from collections.abc import Iterator

import msgspec

from skep_contracts.documents.position import Position
from skep_contracts.plugins.parsers import ChunkDraft

JOINT = "\n\n"
"""Between the texts of two blocks."""

_MAX_MARKS = 32
"""Combining characters kept with the letter they belong to; more of them are an attack."""


class Cutting(msgspec.Struct, frozen=True):
    """How a text is cut that does not fit: the best separator first, and what is repeated."""

    separators: tuple[str, ...]
    overlap: int = 0


class Window:
    """Takes text, gives chunks. Holds at most one chunk beside the text it was given last."""

    def __init__(self, limit: int, position: Position) -> None:
        self._limit = limit
        self._position = position
        self._parts: list[str] = []
        self._prefix = ""
        self._length = 0  # without the prefix
        self._overlap = 0  # how much at the head was in the chunk before
        self._offset = 0  # of the head in the document

    @property
    def waiting_chars(self) -> int:
        """How long the chunk would be that is not yet complete."""
        return len(self._prefix) + self._length

    @property
    def end(self) -> int:
        """The offset in the document behind all text taken so far."""
        return self._offset + self._length

    def has_room(self, chars: int) -> bool:
        """Return whether a text of that length fits into the chunk that waits."""
        return self.waiting_chars + chars <= self._limit

    def append(self, text: str, *, prefix: str = "") -> None:
        """Take text that fits; with a prefix, to be repeated from before, into an empty window."""
        self._prefix = prefix or self._prefix
        self._parts.append(text)
        self._length += len(text)

    def join(self, cutting: Cutting) -> Iterator[ChunkDraft]:
        """Take what is between two blocks; it ends a chunk rather than begin one.

        A chunk that repeats the header of a table has only rows of it, and ends here.
        """
        if not self.has_room(len(JOINT)):
            yield from self.flush()
        is_of_table = bool(self._prefix)
        yield from self.feed(JOINT, cutting)
        if is_of_table:
            yield from self.flush()

    def feed(self, text: str, cutting: Cutting) -> Iterator[ChunkDraft]:
        """Take text and yield what is complete with it."""
        if self.has_room(len(text)):
            self.append(text)
            return
        if self._prefix:
            yield from self.flush()
        waiting = "".join([*self._parts, text])
        start, fresh = 0, self._overlap
        while len(waiting) - start > self._limit:
            first = max(fresh + 1, start + self._limit // 2)
            least = min(first, fresh + max(1, self._limit // 4))
            cut = cut_between(waiting, (least, first, start + self._limit), cutting.separators)
            yield self._draft(waiting, start, fresh, cut)
            start, fresh = _overlap_start(waiting, fresh, cut, cutting), cut
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
        self._prefix = ""
        self._offset += self._length
        self._length = self._overlap = 0

    def _draft(self, waiting: str, start: int, fresh: int, end: int) -> ChunkDraft:
        page, path = self._position.at(self._offset + fresh, self._offset + end)
        return ChunkDraft(
            text=self._prefix + waiting[start:end],
            start=self._offset + start,
            end=self._offset + end,
            page=page,
            heading_path=path,
        )


def cut_between(text: str, places: tuple[int, int, int], separators: tuple[str, ...]) -> int:
    """Return where a chunk ends: behind the best separator, or at the last place.

    Args:
        text: What is cut.
        places: The least place, the first good one, and the last. Every separator is looked for
            between the first good place and the last, before any is in front of it.
        separators: The best first.
    """
    least, middle, last = places
    for first, beyond in ((middle, last), (least, middle)):
        for separator in separators:
            size = len(separator)
            found = text.rfind(separator, max(first - size, 0), beyond)
            if found >= 0 and found + size >= first:
                return found + size
    # Not between a letter and its accents, unless there are too many to be true.
    cut = last
    while cut > max(least, last - _MAX_MARKS) and unicodedata.combining(text[cut]):
        cut -= 1
    return cut


def _overlap_start(waiting: str, fresh: int, cut: int, cutting: Cutting) -> int:
    """Return where the next chunk begins: behind a separator early in the overlap."""
    first = max(fresh, cut - cutting.overlap)
    beyond = first + (cut - first) // 2
    for separator in cutting.separators:
        found = waiting.find(separator, max(first - len(separator), 0), beyond)
        if found >= 0 and found + len(separator) >= first:
            return found + len(separator)
    while first < cut and unicodedata.combining(waiting[first]):
        first += 1
    return first
