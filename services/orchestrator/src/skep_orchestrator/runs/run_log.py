"""Reads a run's log back."""

from collections.abc import Sequence
from typing import Protocol

import msgspec

from skep_contracts import subjects
from skep_contracts.run_log import TERMINAL, RunEvent, RunPaused, decode_batch
from skep_orchestrator.runs.claims import BlobStore, check_out
from skep_runtime.bus import JournalMessage


class Log(Protocol):
    """What reading needs of the bus's journal."""

    async def read(self, subject: str, *, after_seq: int = 0) -> list[JournalMessage]:
        """Return the messages of a run, in order."""
        ...


class RecordedRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run as its log has it. Without events when there is no log."""

    events: tuple[RunEvent, ...] = ()
    last_seq: int = 0
    epoch: int = 0
    was_read: bool = True
    """False when nobody looked, and the log is only assumed to be empty."""
    fault: str | None = None
    """Why nothing after `events` can be read."""

    @property
    def is_ended(self) -> bool:
        """Whether nothing can follow."""
        return bool(self.events) and isinstance(self.events[-1], TERMINAL)

    @property
    def was_paused(self) -> bool:
        """Whether it has waited for something outside."""
        return any(isinstance(event, RunPaused) for event in self.events)


async def read_run(log: Log, tenant: str, run_id: str) -> RecordedRun:
    """Return what the log of a run holds; large values are still references."""
    return decode_run(await log.read(subjects.journal(tenant, run_id)))


def decode_run(messages: Sequence[JournalMessage]) -> RecordedRun:
    """Return the run that the messages of its log describe."""
    events: list[RunEvent] = []
    epoch = 0
    fault = None
    for message in messages:
        try:
            batch = decode_batch(message.data)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
            fault = f"message {message.seq} is no batch of a known form"
            break
        if batch.first != len(events) + 1 or batch.epoch < epoch:
            fault = f"message {message.seq} does not follow the one before it"
            break
        events += batch.events
        epoch = batch.epoch
    return RecordedRun(
        events=tuple(events),
        last_seq=messages[-1].seq if messages else 0,
        epoch=epoch,
        fault=fault,
    )


async def restored(run: RecordedRun, blobs: BlobStore, tenant: str) -> tuple[RunEvent, ...]:
    """Return the events with large values put back.

    Raises:
        NotFound: A value is gone.
    """
    return tuple([await check_out(event, blobs, tenant) for event in run.events])
