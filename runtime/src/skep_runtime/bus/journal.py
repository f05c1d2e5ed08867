"""The run log: fenced appends and quick reads of one subject."""

import asyncio
from collections.abc import AsyncIterator
from typing import Final

import msgspec

from skep_contracts import topology
from skep_contracts.envelope import MAX_MESSAGE_BYTES
from skep_contracts.problems import TooLarge
from skep_runtime.bus.wire.jetstream import JetStream

_CATCH_UP_S: Final = (0.01, 0.05, 0.1, 0.2, 0.5, 1.0)


class JournalMessage(msgspec.Struct, frozen=True, gc=False):
    """One appended message and its sequence in the stream."""

    seq: int
    data: bytes


class Journal:
    """One log per subject, each with one writer at a time, enforced by the server."""

    def __init__(self, jetstream: JetStream, stream: str = topology.JOURNAL.name) -> None:
        """Keep the logs in `stream`."""
        self._jetstream = jetstream
        self._stream = stream

    async def append(self, subject: str, data: bytes, *, expected_last: int) -> int:
        """Add a message after the one at `expected_last` (0: the first); returns its sequence.

        Waits until the server has it, repeating through reconnects; a lost acknowledgement neither
        doubles the message nor fences its writer. At most one append a subject at a time.

        Raises:
            Fenced: Somebody else wrote: the log is theirs now.
            TooLarge: More than `MAX_MESSAGE_BYTES`.
            Unavailable: No server for half a minute; whether the message is there is unknown.
        """
        if len(data) > MAX_MESSAGE_BYTES:
            raise TooLarge(f"A log message of {len(data)} bytes exceeds {MAX_MESSAGE_BYTES}.")
        return await self._jetstream.append(
            self._stream, subject, data, expected_last=expected_last
        )

    async def read(self, subject: str, *, after_seq: int = 0) -> list[JournalMessage]:
        """Return the messages of one log after `after_seq`, in order."""
        pages = self.pages(subject, after_seq)
        return [message async for page in pages for message in page]

    async def pages(self, subject: str, after_seq: int = 0) -> AsyncIterator[list[JournalMessage]]:
        """Yield what `read` returns in pieces of some megabytes, for who does not keep it all."""
        last = await self._jetstream.last(self._stream, subject)
        end_seq = last.seq if last is not None else 0
        for pause_s in _CATCH_UP_S:
            async for page in self._jetstream.read(self._stream, subject, after_seq=after_seq):
                yield [JournalMessage(message.seq, message.data) for message in page]
                after_seq = page[-1].seq
            if after_seq >= end_seq:
                break
            # On a cluster the replica that answered may be behind the leader.
            await asyncio.sleep(pause_s)

    async def at(self, subject: str, seq: int) -> JournalMessage | None:
        """Return the message of one log that has this sequence; None when it is gone."""
        found = await self._jetstream.get_direct(self._stream, b'{"seq":%d}' % seq)
        is_theirs = found is not None and found.headers.get("Nats-Subject") == subject
        return JournalMessage(found.seq, found.data) if found and is_theirs else None

    async def last(self, subject: str) -> JournalMessage | None:
        """Return the last message of one log; None when it is empty."""
        message = await self._jetstream.get_direct(f"{self._stream}.{subject}")
        return JournalMessage(message.seq, message.data) if message else None
