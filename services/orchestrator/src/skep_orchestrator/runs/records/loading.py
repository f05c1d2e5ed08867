"""Reads the record of the run that another one descends from."""

from collections.abc import AsyncIterator
from typing import Final, Protocol

import msgspec

from skep_contracts import subjects
from skep_contracts.ids import is_id
from skep_contracts.problems import NotFound
from skep_contracts.run_log import (
    NodeFailed,
    NodeStarted,
    NodeSucceeded,
    RunEvent,
    RunStarted,
    decode_batch,
    place_of,
)
from skep_orchestrator.runs.claims import BlobStore, check_out, claimed_bytes
from skep_orchestrator.runs.records.record import INLINE_BYTES, PIN, Entry, Record
from skep_runtime.bus import JournalMessage

_DECODE_ERRORS: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)


class Log(Protocol):
    """What is needed of the bus's journal."""

    def pages(self, subject: str) -> AsyncIterator[list[JournalMessage]]:
        """Yield the messages of a log in pieces."""
        ...

    async def at(self, subject: str, seq: int) -> JournalMessage | None:
        """Return one message."""
        ...


class Records:
    """Where the records of a tenant's runs are."""

    __slots__ = ("_blobs", "_log", "_tenant")

    def __init__(self, log: Log, blobs: BlobStore, tenant: str) -> None:
        """Read logs of `tenant` from `log`, and what is too large for them from `blobs`."""
        self._log = log
        self._blobs = blobs
        self._tenant = tenant

    async def load(self, run_id: str, *, failures: bool) -> Record:
        """Return the record of a run, as far as its log has come by now.

        Args:
            run_id: Which run.
            failures: Take effects in that failed for good; without, only what succeeded.

        Raises:
            NotFound: The tenant has no such run, or its log has expired or cannot be read.
        """
        if not is_id("run", run_id):
            raise _missing(run_id)
        reader = _Reader(run_id, failures=failures)
        async for page in self._log.pages(subjects.journal(self._tenant, run_id)):
            for message in page:
                reader.take(message)
        opening = reader.opening
        if opening is None:
            raise _missing(run_id)
        whole = await check_out(opening, self._blobs, self._tenant)
        assert isinstance(whole, RunStarted)  # noqa: S101 - it stays what it was
        return Record(whole, reader.entries())

    async def fetch(self, run_id: str, entry: Entry) -> NodeSucceeded | NodeFailed:
        """Return how an effect ended, with everything that is stored apart.

        Raises:
            NotFound: It has expired meanwhile.
        """
        event: RunEvent | None = entry.ended
        if event is None:
            subject = subjects.journal(self._tenant, run_id)
            message = await self._log.at(subject, entry.seq)
            if message is None:
                raise _missing(run_id)
            event = decode_batch(message.data).events[entry.position]
        whole = await check_out(event, self._blobs, self._tenant)
        if not isinstance(whole, NodeSucceeded | NodeFailed):
            raise _missing(run_id)
        return whole


class _Reader:
    """Gathers entries from the messages of one log."""

    def __init__(self, run_id: str, *, failures: bool) -> None:
        self._run_id = run_id
        self._failures = failures
        self._next = 1
        self._left = INLINE_BYTES
        self._prints: dict[str, str | None] = {}
        """Of effects under way, by place."""
        self._entries: dict[str, Entry] = {}
        self.opening: RunStarted | None = None

    def entries(self) -> list[Entry]:
        return list(self._entries.values())

    def take(self, message: JournalMessage) -> None:
        try:
            batch = decode_batch(message.data)
        except _DECODE_ERRORS:
            raise _missing(self._run_id) from None
        if batch.first != self._next:  # its beginning has expired
            raise _missing(self._run_id)
        self._next += len(batch.events)
        share = len(message.data) // max(1, len(batch.events))
        for position, event in enumerate(batch.events):
            self._take(event, message.seq, position, share)

    def _take(self, event: RunEvent, seq: int, position: int, size: int) -> None:
        match event:
            case RunStarted():
                self.opening = event
            case NodeStarted() if event.effect_key is not None:
                self._prints[place_of(event.scope, event.node)] = event.fingerprint
            case NodeSucceeded() | NodeFailed():
                place = place_of(event.scope, event.node)
                if place not in self._prints:
                    return
                fingerprint = self._prints.pop(place)
                if self._counts(event):
                    is_near = self._left >= size and not claimed_bytes(event)
                    self._left -= size if is_near else 0
                    self._entries[place] = Entry(
                        place=place,
                        fingerprint=fingerprint,
                        seq=seq,
                        position=position,
                        ended=event if is_near else None,
                    )

    def _counts(self, event: NodeSucceeded | NodeFailed) -> bool:
        if isinstance(event, NodeFailed):
            return self._failures
        return event.reused != PIN  # a pin is nothing that anybody did


def _missing(run_id: str) -> NotFound:
    return NotFound(
        f"The record of {run_id:.40}, from which this run was to take results, is not there: there "
        "is no such run, or its log has expired. Start the run anew without it.",
        code="origin_missing",
    )
