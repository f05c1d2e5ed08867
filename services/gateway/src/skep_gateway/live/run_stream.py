"""One reader's stream of a run: log events in order and without gaps, and the answer's text.

Two sources carry the same: the run's live subjects, heard from before the run began, and the live
stream, which keeps them for minutes and is read by whoever comes later or lost the thread. What
neither holds any more comes from the run log.
"""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from typing import Final

import msgspec

from skep_contracts import subjects, topology
from skep_contracts.calls.run import ReadRunEvents, ReadRunEventsReply
from skep_contracts.ids import BlobKey
from skep_contracts.problems import NotFound, Unavailable
from skep_contracts.run_log import (
    TERMINAL,
    Batch,
    RunEvent,
    RunSucceeded,
    decode_batch,
    decode_text,
)
from skep_gateway.live.announcement import find_announcement
from skep_gateway.live.answer_text import AnswerText, Change
from skep_gateway.live.paced import Paced
from skep_gateway.live.position import Position
from skep_runtime.bus import Bus, CoreMessage

_CALL_S: Final = 5.0
_QUIET_S: Final = 2.0
"""After this long without a word the log is asked whether something was missed."""
_MOST_ANSWER_BYTES: Final = 64 * 1024 * 1024


class StreamItem(msgspec.Struct, frozen=True):
    """What to send next: a log event, or a change of the text.

    `number` is the event's. `position` is where the reader is after it; None between two changes
    that belong together, from where a reader cannot go on.
    """

    number: int = 0
    event: RunEvent | None = None
    change: Change | None = None
    position: Position | None = None


class RunStream:
    """Follows one run for one reader."""

    def __init__(
        self, bus: Bus, *, tenant: str, run_id: str, after: Position | None = None
    ) -> None:
        """Prepare; `after` is where a returning reader stopped."""
        self._bus = bus
        self._tenant = tenant
        self._run_id = run_id
        self._number = after.number if after else 0
        self._text = AnswerText(after)
        self._seen_seq = 0
        self._opened: list[Batch] | None = None
        self._is_over = False

    async def follow_new(
        self, heard: AsyncIterator[CoreMessage]
    ) -> AsyncGenerator[StreamItem, None]:
        """Yield a run from its beginning to its end.

        Args:
            heard: A subscription to `subjects.live_of_run`, made with `mark_gaps` before the run
                was asked for.
        """
        while not self._is_over:
            try:
                async with asyncio.timeout(_QUIET_S):
                    message = await anext(heard)
            except TimeoutError:
                async for item in self._take_batches(await self._read_log()):
                    yield item
                continue
            if message.is_gap:
                async with contextlib.aclosing(self.follow()) as rest:
                    async for item in rest:
                        yield item
                return
            async for item in self._take(message.subject, message.data):
                yield item

    async def open(self) -> None:
        """Read the log up to now, so that `follow` has something to begin with.

        Raises:
            NotFound: The tenant has no run of that id.
        """
        self._opened = await self._read_log()
        if not self._opened and self._number == 0:
            await self._check_announced()

    async def follow(self) -> AsyncGenerator[StreamItem, None]:
        """Yield what comes after the position, to the run's end, whenever it began.

        Raises:
            NotFound: As `open`, when that was not called before.
        """
        if self._opened is None:
            await self.open()
        batches, self._opened = self._opened or [], None
        if self._is_over:  # the reader has seen the end already
            return
        if not _is_told_by_log(batches):
            # What was appended since the log was read is in the live stream, before its end.
            changes, later = await self._catch_up()
            batches += later
            for item in self._told(changes):
                yield item
        async for item in self._take_batches(batches):
            yield item
        async for item in self._follow_live():
            yield item

    async def _follow_live(self) -> AsyncIterator[StreamItem]:
        if self._is_over:
            return
        replay = self._bus.replay(
            topology.LIVE, self._channels(), start_seq=self._seen_seq + 1, follow=True
        )
        paced = Paced(replay, quiet_s=_QUIET_S)
        try:
            while not self._is_over:
                message = await paced.next()
                taken = (
                    self._take(message.subject, message.data)
                    if message is not None
                    else self._take_batches(await self._read_log())
                )
                async for item in taken:
                    yield item
        finally:
            await paced.close()

    def _channels(self) -> list[str]:
        return [subjects.live(self._tenant, self._run_id, kind) for kind in ("events", "text")]

    async def _check_announced(self) -> None:
        noted = await find_announcement(self._bus, tenant=self._tenant, run_id=self._run_id)
        if noted is None:
            raise NotFound(f"There is no run {self._run_id}.")

    async def _catch_up(self) -> tuple[Sequence[Change], list[Batch]]:
        """Fold what lies in the live stream; return what brings the reader's text up to it at once.

        Text that was written, dropped and written again meanwhile need not be shown three times.
        """
        folded, batches = AnswerText(), []
        replay = self._bus.replay(topology.LIVE, self._channels())
        async with contextlib.aclosing(replay) as messages:
            async for message in messages:
                self._seen_seq = message.seq
                if message.subject.endswith(".text"):
                    piece = decode_text(message.data)
                    folded.add(piece.epoch, piece.offset, piece.text)
                else:
                    batches.append(decode_batch(message.data))
        if not folded.is_whole or (folded.length == 0 and self._text.length > 0):
            return (), batches  # its beginning has expired; the end of the run settles it
        changes = folded.bring(Position(self._number, self._text.length, self._text.crc))
        self._text = folded
        return changes, batches

    async def _read_log(self) -> list[Batch]:
        """Return the batches with events that were not seen; none when no worker has begun."""
        batches: list[Batch] = []
        after = self._number
        while True:
            call = ReadRunEvents(run_id=self._run_id, after=after)
            try:
                reply = await self._bus.call(
                    call, tenant=self._tenant, reply=ReadRunEventsReply, timeout_s=_CALL_S
                )
            except NotFound:
                return batches
            except Unavailable:
                return batches  # no orchestrator for the moment; what comes live still comes
            batches += [decode_batch(encoded) for encoded in reply.batches]
            if reply.is_ended and not batches:
                self._is_over = True  # the reader has seen the end already
            if not reply.has_more or not batches:
                return batches
            after = batches[-1].first + len(batches[-1].events) - 1

    async def _take(self, subject: str, data: bytes) -> AsyncIterator[StreamItem]:
        if subject.endswith(".text"):
            piece = decode_text(data)
            for item in self._told(self._text.add(piece.epoch, piece.offset, piece.text)):
                yield item
        elif subject.endswith(".events"):
            batch = decode_batch(data)
            if batch.first > self._number + 1:
                async for item in self._take_batches(await self._read_log()):
                    yield item
            async for item in self._take_batch(batch):
                yield item

    async def _take_batches(self, batches: Sequence[Batch]) -> AsyncIterator[StreamItem]:
        for batch in batches:
            async for item in self._take_batch(batch):
                yield item

    async def _take_batch(self, batch: Batch) -> AsyncIterator[StreamItem]:
        if batch.first > self._number + 1:
            return  # still a gap: the log has it in a moment
        for event in batch.events[self._number + 1 - batch.first :]:
            if isinstance(event, RunSucceeded) and event.answer is not None:
                whole = await self._whole_answer(event)
                for item in self._told(self._text.finish(whole)):
                    yield item
            self._number += 1
            self._is_over = isinstance(event, TERMINAL)
            yield StreamItem(number=self._number, event=event, position=self._position())

    async def _whole_answer(self, event: RunSucceeded) -> str:
        if event.answer_blob is None:
            return event.answer or ""
        content = await self._bus.blobs.get(
            self._tenant, BlobKey(event.answer_blob), max_bytes=_MOST_ANSWER_BYTES
        )
        return content.decode()

    def _position(self) -> Position:
        return Position(self._number, self._text.length, self._text.crc)

    def _told(self, changes: Sequence[Change]) -> Iterator[StreamItem]:
        for index, change in enumerate(changes):
            is_last = index == len(changes) - 1
            yield StreamItem(change=change, position=self._position() if is_last else None)


def _is_told_by_log(batches: Sequence[Batch]) -> bool:
    """Tell whether the log holds the whole answer, so that nothing live needs to be read."""
    return bool(batches and batches[-1].events and isinstance(batches[-1].events[-1], RunSucceeded))
