"""The text of a run's answer, as one reader has it. Pure.

Pieces come in order but may begin before what is known: a model call that is repeated after a crash
writes its text anew from where it began. The reader is then told to drop back.
"""

from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias

import msgspec

from skep_gateway.live.position import Position, checksum

_JOIN_AFTER: Final = 256
_PIECE: Final = 16 * 1024
"""Characters told at a time, so that a slow reader gets on with a long answer."""


class Delta(msgspec.Struct, frozen=True):
    """More text; `offset` is where it begins, in characters."""

    offset: int
    text: str


class Reset(msgspec.Struct, frozen=True):
    """Drop everything from `offset` on: it is written anew."""

    offset: int


Change: TypeAlias = Delta | Reset


class AnswerText:
    """What a reader has of the answer, and what to tell them next."""

    def __init__(self, position: Position | None = None) -> None:
        """Begin with nothing, or with what a returning reader says that they have."""
        position = position or Position()
        self.length = position.length
        self.crc = position.crc
        self._epoch = 0
        self._has_gap = False
        # A returning reader's text is known by its checksum alone, up to here.
        self._known_from, self._known_crc = position.length, position.crc
        self._pieces: list[str] = []

    def add(self, epoch: int, offset: int, text: str) -> list[Change]:
        """Take a piece as a worker sent it; return what the reader must be told."""
        if epoch < self._epoch:
            return []  # of a worker that has lost the run
        self._epoch = epoch
        if offset > self.length:
            self._has_gap = True  # something before it was lost; the end brings the whole text
            return []
        changes: list[Change] = []
        if offset < self.length:
            changes.append(self._drop_back(offset))
        if offset != self.length:
            return changes
        self._has_gap = False
        if text:
            changes.append(self._append(text))
        return changes

    def _drop_back(self, offset: int) -> Reset:
        if offset < self._known_from:
            self._forget()
            return Reset(0)
        kept = "".join(self._pieces)[: offset - self._known_from]
        self._pieces = [kept]
        self.length = offset
        self.crc = checksum(kept, self._known_crc)
        return Reset(offset)

    def _forget(self) -> None:
        self.length = self.crc = self._known_from = self._known_crc = 0
        self._pieces = []

    def _append(self, text: str) -> Delta:
        delta = Delta(self.length, text)
        self._pieces.append(text)
        if len(self._pieces) > _JOIN_AFTER:
            self._pieces = ["".join(self._pieces)]
        self.length += len(text)
        self.crc = checksum(text, self.crc)
        return delta

    @property
    def is_whole(self) -> bool:
        """Whether every character up to here is at hand."""
        return self._known_from == 0 and not self._has_gap

    def bring(self, position: Position) -> list[Change]:
        """Return what takes a reader from `position` to what is at hand; `is_whole` must hold."""
        text = "".join(self._pieces)
        if position.length <= len(text) and checksum(text[: position.length]) == position.crc:
            rest = text[position.length :]
            return [Delta(position.length, rest)] if rest else []
        return [Reset(0), Delta(0, text)] if text else [Reset(0)]

    def finish(self, whole: str) -> list[Change]:
        """Take the whole answer at the end; return what makes the reader's text equal to it."""
        changes: list[Change] = []
        if self.length > len(whole) or checksum(whole[: self.length]) != self.crc:
            self._forget()
            changes.append(Reset(0))
        if len(whole) > self.length:
            changes.append(self._append(whole[self.length :]))
        self._has_gap = False
        return changes


def told(
    changes: Sequence[Change], *, before: Position, after: Position
) -> Iterator[tuple[Change, Position | None]]:
    """Yield changes in pieces of bounded size, each with where the reader is then.

    Args:
        changes: What takes a reader from one position to the other.
        before: Where the reader is.
        after: Where the reader ends.
    """
    crc: int | None = before.crc
    last = len(changes) - 1
    for index, change in enumerate(changes):
        if isinstance(change, Reset):
            # Of a text that is cut somewhere inside, the checksum is not at hand.
            crc = 0 if change.offset == 0 else None
            here = None if crc is None else Position(after.number)
            yield change, after if index == last else here
            continue
        for start in range(0, len(change.text), _PIECE):
            piece = Delta(change.offset + start, change.text[start : start + _PIECE])
            end = piece.offset + len(piece.text)
            crc = None if crc is None else checksum(piece.text, crc)
            is_end = index == last and start + _PIECE >= len(change.text)
            here = None if crc is None else Position(after.number, end, crc)
            yield piece, after if is_end else here
