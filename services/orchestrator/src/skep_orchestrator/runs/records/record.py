"""What another run's effects gave, by place and by fingerprint."""

from collections.abc import Iterable, Iterator
from typing import Final

import msgspec

from skep_contracts.run_log import NodeFailed, NodeSucceeded, RunStarted

PIN: Final = "pin"
"""What `NodeSucceeded.reused` says of a result that was given with the run."""
INLINE_BYTES: Final = 16 * 1024 * 1024
"""Of results that a record keeps at hand; the others are read again when they are needed."""


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """How one effect ended, and where that is written."""

    place: str
    fingerprint: str | None
    seq: int
    """Of the log's message."""
    position: int
    """Among the events of the message."""
    ended: NodeSucceeded | NodeFailed | None = None
    """None when it is not kept at hand."""


class Record:
    """Of one run. Each entry is given out once: as many effects are served as were carried out."""

    __slots__ = ("_by_place", "_by_print", "_spent", "opening")

    def __init__(self, opening: RunStarted, entries: Iterable[Entry]) -> None:
        """Hold what the run that began with `opening` did; of a place the last entry counts."""
        self.opening = opening
        self._by_place = {entry.place: entry for entry in entries}
        self._by_print: dict[str, list[Entry]] = {}
        self._spent: set[str] = set()
        for entry in self._by_place.values():
            if entry.fingerprint is not None:
                self._by_print.setdefault(entry.fingerprint, []).append(entry)

    def __len__(self) -> int:
        """How many effects ended."""
        return len(self._by_place)

    @property
    def run_id(self) -> str:
        """Whose record it is."""
        return self.opening.run_id

    def at(self, place: str) -> Entry | None:
        """Return what the record has for a place, however it came about."""
        return self._by_place.get(place)

    def take(self, place: str, fingerprint: str) -> Entry | None:
        """Return an entry of an effect that did the same, and count it as given out.

        That of the same place first. The same effect elsewhere does as well: a node may have been
        renamed, and the rounds of a container shift when an item is put in front.
        """
        entry = self._by_place.get(place)
        if entry is None or entry.fingerprint != fingerprint or place in self._spent:
            entry = next(self._unspent(fingerprint), None)
        if entry is not None:
            self._spent.add(entry.place)
        return entry

    def _unspent(self, fingerprint: str) -> Iterator[Entry]:
        for entry in self._by_print.get(fingerprint, ()):
            if entry.place not in self._spent:
                yield entry
