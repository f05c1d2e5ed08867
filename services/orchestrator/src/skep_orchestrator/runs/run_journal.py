"""Writes one run's log: group commit, and a fence that keeps a second writer out.

At most one append is in flight. What happens meanwhile waits and leaves together in the next
message, so the log costs as many messages as the disk is slow. Each append names the sequence of
the run's last message; a worker that lost the run is refused by the server with `Fenced`.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from typing import Final, Protocol, TypeAlias

import msgspec

from skep_contracts import subjects
from skep_contracts.problems import Unavailable
from skep_contracts.run_log import (
    FORMAT,
    TERMINAL,
    Batch,
    RunCancelled,
    RunEvent,
    RunFailed,
    RunSucceeded,
    encode_batch,
)
from skep_orchestrator.runs.claims import LARGE_BYTES, BlobStore, check_in, looks_claimed
from skep_runtime.bus import Fenced, JournalMessage

logger = logging.getLogger(__name__)

RunEnd: TypeAlias = RunSucceeded | RunFailed | RunCancelled
MESSAGE_BYTES: Final = 64 * 1024
"""A message of the log stays under this unless a single event is larger."""
MAX_UNACKNOWLEDGED: Final = 2_000
"""Events a run may be ahead of its log; then it waits."""


class Log(Protocol):
    """What is needed of the bus's journal."""

    async def append(self, subject: str, data: bytes, *, expected_last: int) -> int:
        """Add a message; return its sequence."""
        ...

    async def last(self, subject: str) -> JournalMessage | None:
        """Return the last message."""
        ...


class Bus(Protocol):
    """What writing a run's log needs of the bus."""

    @property
    def journal(self) -> Log:
        """The run log."""
        ...

    @property
    def blobs(self) -> BlobStore:
        """The blob store."""
        ...

    def publish_live(self, subject: str, data: bytes) -> None:
        """Show something to whoever watches."""
        ...


class RunJournal:
    """The log of one run, in the hands of the worker that holds it."""

    __slots__ = (
        "_blobs",
        "_buffer",
        "_log",
        "_must_check_in",
        "_next",
        "_on_end",
        "_publish",
        "_sending",
        "_subject",
        "_tenant",
        "_waiting",
        "_watched",
        "acknowledged",
        "epoch",
        "last_seq",
    )

    def __init__(
        self,
        bus: Bus,
        *,
        tenant: str,
        run_id: str,
        on_end: Callable[[RunEnd], Awaitable[None]] | None = None,
    ) -> None:
        """Begin with an empty log. `on_end` is awaited once the end is written, before it shows."""
        self._log = bus.journal
        self._blobs = bus.blobs
        self._publish: Callable[[str, bytes], None] = bus.publish_live
        self._tenant = tenant
        self._subject = subjects.journal(tenant, run_id)
        self._watched = subjects.live(tenant, run_id, "events")
        self._buffer: list[RunEvent] = []
        """Events the server does not have yet, oldest first."""
        self._sending: tuple[bytes, int] | None = None
        """A message on its way and how many events it holds; what became of it is unknown."""
        self._must_check_in = False
        self._waiting: deque[tuple[int, asyncio.Future[None]]] = deque()
        """Who waits for which event to be in the log, in the order of events."""
        self._next = 1
        self._on_end = on_end
        self.epoch = 1
        self.last_seq = 0
        self.acknowledged = 0
        """Number of the last event the server has."""

    def continue_after(self, *, number: int, seq: int, epoch: int) -> None:
        """Go on with a log that exists: its last event, its last message, and our own epoch."""
        self._next = number + 1
        self.acknowledged = number
        self.last_seq = seq
        self.epoch = epoch

    @property
    def has_pending(self) -> bool:
        """Whether events wait to be written."""
        return bool(self._buffer)

    @property
    def is_far_ahead(self) -> bool:
        """Whether the run should wait for its log."""
        return len(self._buffer) >= MAX_UNACKNOWLEDGED

    def add(self, event: RunEvent) -> None:
        """Queue the next event."""
        self._buffer.append(event)
        if looks_claimed(event):
            self._must_check_in = True

    async def written(self) -> None:
        """Return once the log has everything that is queued now; whoever holds the run flushes."""
        if self._buffer:
            waiting: asyncio.Future[None] = asyncio.get_running_loop().create_future()
            self._waiting.append((self._next + len(self._buffer) - 1, waiting))
            await waiting

    def replace_pending(self, event: RunEvent) -> None:
        """Forget what is queued, which cannot be written; write this event in its place."""
        self._sending = None
        self._buffer = [event]

    async def flush(self) -> None:
        """Write what is queued and return once the server has it; then show it to watchers.

        When it is cancelled, nothing is lost: the next flush makes sure of what was on its way.

        Raises:
            Fenced: Another worker holds the run.
        """
        if self._sending is not None:
            await self._append(*self._sending, is_repeated=True)
        events = self._buffer[:]
        if not events:
            return
        data = self._encode(events)
        if self._must_check_in or len(data) > LARGE_BYTES:
            self._must_check_in = False
            await self._flush_large(events)
        else:
            await self._append(data, len(events))

    def _encode(self, events: list[RunEvent]) -> bytes:
        return encode_batch(Batch(format=FORMAT, epoch=self.epoch, first=self._next, events=events))

    async def _flush_large(self, events: list[RunEvent]) -> None:
        group: list[RunEvent] = []
        size = 0
        for event in events:
            logged = event
            event_bytes = len(msgspec.msgpack.encode(event))
            if event_bytes > LARGE_BYTES or looks_claimed(event):
                logged = await check_in(event, self._blobs, self._tenant)
                event_bytes = len(msgspec.msgpack.encode(logged))
            if group and size + event_bytes > MESSAGE_BYTES:
                await self._append(self._encode(group), len(group))
                group, size = [], 0
            group.append(logged)
            size += event_bytes
        await self._append(self._encode(group), len(group))

    async def _append(self, data: bytes, count: int, *, is_repeated: bool = False) -> None:
        self._sending = (data, count)
        self.last_seq = await self._append_surely(data, is_uncertain=is_repeated)
        self._sending = None
        last = self._buffer[count - 1]
        del self._buffer[:count]
        self._next += count
        self.acknowledged += count
        while self._waiting and self._waiting[0][0] <= self.acknowledged:
            _, waiting = self._waiting.popleft()
            if not waiting.done():
                waiting.set_result(None)
        if self._on_end is not None and isinstance(last, TERMINAL):
            await self._on_end(last)
        self._publish(self._watched, data)

    async def _append_surely(self, data: bytes, *, is_uncertain: bool) -> int:
        # While the server is away the run keeps what it has: results must not be bought twice.
        while True:
            try:
                return await self._log.append(self._subject, data, expected_last=self.last_seq)
            except Unavailable:
                is_uncertain = True
                logger.warning("run log not reachable, still trying")
            except Fenced:
                last = await self._log.last(self._subject) if is_uncertain else None
                if last is None or last.data != data:
                    raise
                return last.seq
