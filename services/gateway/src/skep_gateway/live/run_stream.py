"""One reader's stream of a run: log events in order and without gaps, and the answer's text.

Two sources carry the same: the run's live subjects, heard from before the run began, and the live
stream, which keeps them for minutes and is read by whoever comes later or lost the thread. What
neither holds any more comes from the run log.
"""

import asyncio
import contextlib
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Iterator, Sequence
from datetime import timedelta
from typing import Final

import msgspec

from skep_contracts import subjects, topology
from skep_contracts.calls.run import ReadRunEvents, ReadRunEventsReply
from skep_contracts.ids import BlobKey
from skep_contracts.problems import NotFound, TooLarge, Unavailable
from skep_contracts.run_log import (
    TERMINAL,
    Batch,
    RunEvent,
    RunSucceeded,
    decode_batch,
    decode_text,
)
from skep_gateway.live.announcement import find_announcement
from skep_gateway.live.answer_text import AnswerText, Change, told
from skep_gateway.live.paced import Paced
from skep_gateway.live.position import Position
from skep_runtime.bus import Bus, CoreMessage, StreamMessage

_LOG: Final = logging.getLogger(__name__)
_CALL_S: Final = 5.0
_QUIET_S: Final = 2.0
_LONGEST_QUIET_S: Final = 15.0
"""After this long without a word, doubled each time, the log is asked what was missed."""
_OVERLAP: Final = timedelta(seconds=1)
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
        self,
        bus: Bus,
        *,
        tenant: str,
        run_id: str,
        after: Position | None = None,
        is_known: bool = False,
    ) -> None:
        """Prepare.

        Args:
            bus: Where the run is heard.
            tenant: Whose run.
            run_id: Which.
            after: Where a returning reader stopped.
            is_known: The run was ordered for certain, though nothing may be heard of it yet.
        """
        self._bus = bus
        self._tenant = tenant
        self._run_id = run_id
        self._number = after.number if after else 0
        self._text = AnswerText(after)
        self._is_known = is_known
        self._seen: StreamMessage | None = None
        self._opened: list[Batch] | None = None
        self._is_over = False
        self._quiet_s = _QUIET_S

    async def follow_new(
        self, heard: AsyncIterator[CoreMessage]
    ) -> AsyncGenerator[StreamItem, None]:
        """Yield a run from its beginning to its end, or until something was not heard.

        In the latter case `follow` goes on from there.

        Args:
            heard: A subscription to `subjects.live_of_run`, made with `mark_gaps` before the run
                was asked for.
        """
        while not self._is_over:
            try:
                async with asyncio.timeout(self._quiet_s):
                    message = await anext(heard)
            except TimeoutError:
                async for item in self._ask_log():
                    yield item
                continue
            if message.is_gap:
                return
            self._quiet_s = _QUIET_S
            async for item in self._take(message.subject, message.data):
                yield item

    async def open(self) -> None:
        """Read the log up to now, so that `follow` has something to begin with.

        Raises:
            NotFound: The tenant has no run of that id.
            Unavailable: Whether there is one cannot be found out for the moment.
        """
        self._opened = []
        try:
            self._opened = await self._load()
        except (NotFound, Unavailable):
            self._is_known = self._is_known or await self._is_announced()
            if not self._is_known:
                raise

    async def follow(self) -> AsyncGenerator[StreamItem, None]:
        """Yield what comes after the position, to the run's end, whenever it began.

        Raises:
            NotFound: As `open`, when that was not called before.
            Unavailable: As `open`.
        """
        if self._opened is None and not self._is_over:
            await self.open()
        batches, self._opened = self._opened or [], None
        if self._is_over:  # the reader has seen the end already
            return
        if not _is_told_by_log(batches):
            # What was appended since the log was read is in the live stream, before its end.
            before = self._position()
            changes, later = await self._catch_up()
            batches += later
            for item in self._told(before, changes):
                yield item
        async for item in self._take_batches(batches):
            yield item
        async for item in self._follow_live():
            yield item

    async def _follow_live(self) -> AsyncIterator[StreamItem]:
        if self._is_over:
            return
        # By time: sequences begin anew with the server, and may have come further by now.
        start = self._seen.time - _OVERLAP if self._seen is not None else None
        replay = self._bus.replay(topology.LIVE, self._channels(), start_time=start, follow=True)
        paced = Paced(replay)
        try:
            while not self._is_over:
                message = await paced.next(self._quiet_s)
                if message is None:
                    taken = self._ask_log()
                elif self._was_seen(message):
                    continue
                else:
                    self._quiet_s = _QUIET_S
                    taken = self._take(message.subject, message.data)
                async for item in taken:
                    yield item
        finally:
            await paced.close()

    def _was_seen(self, message: StreamMessage) -> bool:
        seen = self._seen
        return seen is not None and message.seq <= seen.seq and message.time <= seen.time

    def _channels(self) -> list[str]:
        return [subjects.live(self._tenant, self._run_id, kind) for kind in ("events", "text")]

    async def _is_announced(self) -> bool:
        noted = await find_announcement(self._bus, tenant=self._tenant, run_id=self._run_id)
        return noted is not None

    async def _catch_up(self) -> tuple[Sequence[Change], list[Batch]]:
        """Fold what lies in the live stream; return what brings the reader's text up to it at once.

        Text that was written, dropped and written again meanwhile need not be shown three times.
        """
        folded, batches = AnswerText(), []
        replay = self._bus.replay(topology.LIVE, self._channels())
        async with contextlib.aclosing(replay) as messages:
            async for message in messages:
                self._seen = message
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

    async def _ask_log(self) -> AsyncIterator[StreamItem]:
        """Yield what the log has and nobody said; the longer it is quiet, the less it is asked."""
        self._quiet_s = min(self._quiet_s * 2, _LONGEST_QUIET_S)
        async for item in self._take_batches(await self._read_log()):
            yield item

    async def _read_log(self) -> list[Batch]:
        """Return the batches with events that were not seen, as far as they can be read now."""
        try:
            return await self._load()
        except (NotFound, Unavailable):
            return []  # not begun, or no orchestrator; what comes live still comes

    async def _load(self) -> list[Batch]:
        batches: list[Batch] = []
        after = self._number
        while True:
            reply = await self._bus.call(
                ReadRunEvents(run_id=self._run_id, after=after),
                tenant=self._tenant,
                reply=ReadRunEventsReply,
                timeout_s=_CALL_S,
            )
            batches += [decode_batch(encoded) for encoded in reply.batches]
            if reply.is_ended and not batches:
                self._is_over = True  # the reader has seen the end already
            if not reply.has_more or not reply.batches:
                return batches
            after = batches[-1].first + len(batches[-1].events) - 1

    async def _take(self, subject: str, data: bytes) -> AsyncIterator[StreamItem]:
        if subject.endswith(".text"):
            piece = decode_text(data)
            before = self._position()
            changes = self._text.add(piece.epoch, piece.offset, piece.text)
            for item in self._told(before, changes):
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
                before = self._position()
                for item in self._told(before, await self._finish(event)):
                    yield item
            self._number += 1
            self._is_over = isinstance(event, TERMINAL)
            yield StreamItem(number=self._number, event=event, position=self._position())

    async def _finish(self, event: RunSucceeded) -> Sequence[Change]:
        if event.answer_blob is None:
            return self._text.finish(event.answer or "")
        try:
            content = await self._bus.blobs.get(
                self._tenant, BlobKey(event.answer_blob), max_bytes=_MOST_ANSWER_BYTES
            )
        except (NotFound, TooLarge) as error:
            # The end is worth more than the text, and says where that would be.
            _LOG.warning("answer cannot be shown", extra={"code": error.exact_code})
            return ()
        return self._text.finish(content.decode())

    def _position(self) -> Position:
        return Position(self._number, self._text.length, self._text.crc)

    def _told(self, before: Position, changes: Sequence[Change]) -> Iterator[StreamItem]:
        for change, position in told(changes, before=before, after=self._position()):
            yield StreamItem(change=change, position=position)


def _is_told_by_log(batches: Sequence[Batch]) -> bool:
    """Tell whether the log holds the whole answer, so that nothing live needs to be read."""
    return bool(batches and batches[-1].events and isinstance(batches[-1].events[-1], RunSucceeded))
