"""The writer of one run's log, on a log that does what the test wants."""

import asyncio
from types import SimpleNamespace
from typing import Any

import pytest

from skep_contracts.problems import Unavailable
from skep_contracts.run_log import NodeSkipped, RunCancelled, RunEvent, decode_batch
from skep_orchestrator.runs.run_journal import MAX_UNACKNOWLEDGED, MESSAGE_BYTES, RunJournal
from skep_runtime.bus import Fenced, JournalMessage


class Log:
    """Keeps messages. `before` and `after` are raised in place of an acknowledgement."""

    def __init__(self) -> None:
        self.messages: list[JournalMessage] = []
        self.before: list[Exception] = []
        self.after: list[Exception] = []
        self.gate: asyncio.Event | None = None

    async def append(self, subject: str, data: bytes, *, expected_last: int) -> int:
        if self.before:
            raise self.before.pop()
        last_seq = self.messages[-1].seq if self.messages else 0
        if last_seq != expected_last:
            raise Fenced(last_seq)
        self.messages.append(JournalMessage(last_seq + 7, data))
        if self.gate is not None:
            await self.gate.wait()
        if self.after:
            raise self.after.pop()
        return last_seq + 7

    async def last(self, subject: str) -> JournalMessage | None:
        return self.messages[-1] if self.messages else None

    def events(self) -> list[RunEvent]:
        return [event for m in self.messages for event in decode_batch(m.data).events]


class Desk:
    def __init__(self, **rest: Any) -> None:
        self.log = Log()
        self.shown: list[bytes] = []
        bus: Any = SimpleNamespace(
            journal=self.log,
            blobs=None,
            publish_live=lambda subject, data: self.shown.append(data),
        )
        self.journal = RunJournal(bus, tenant="t_1", run_id="run_1", **rest)

    def add(self, count: int) -> None:
        for _ in range(count):
            self.journal.add(NodeSkipped(node="a"))


async def test_what_waited_leaves_together_and_is_shown_afterwards() -> None:
    desk = Desk()
    desk.log.gate = asyncio.Event()
    desk.add(1)
    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(desk.journal.flush())
        await asyncio.sleep(0)
        desk.add(5)
        assert desk.shown == []
        desk.log.gate.set()
        await first
        await desk.journal.flush()

    batches = [decode_batch(data) for data in desk.shown]
    assert [(batch.first, len(batch.events)) for batch in batches] == [(1, 1), (2, 5)]
    assert desk.journal.acknowledged == 6
    assert not desk.journal.has_pending


async def test_waiting_ends_when_the_log_has_what_was_queued() -> None:
    desk = Desk()
    await desk.journal.written()
    desk.log.gate = asyncio.Event()
    desk.add(2)
    async with asyncio.TaskGroup() as tasks:
        waiting = [tasks.create_task(desk.journal.written()) for _ in range(2)]
        await asyncio.sleep(0)
        waiting[0].cancel()
        flushing = tasks.create_task(desk.journal.flush())
        await asyncio.sleep(0.01)
        desk.add(1)
        later = tasks.create_task(desk.journal.written())
        assert not waiting[1].done()

        desk.log.gate.set()
        await flushing
        await waiting[1]
        assert not later.done()
        await desk.journal.flush()
        await later


async def test_flush_that_was_cancelled_is_made_sure_of_and_not_doubled() -> None:
    desk = Desk()
    desk.log.gate = asyncio.Event()
    desk.add(3)
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(desk.journal.flush())
        await asyncio.sleep(0)
        task.cancel()
    desk.add(1)
    desk.log.gate = None

    await desk.journal.flush()

    assert len(desk.log.events()) == 4
    assert [decode_batch(m.data).first for m in desk.log.messages] == [1, 4]


@pytest.mark.parametrize("is_written", [True, False])
async def test_bus_that_was_away_loses_and_doubles_nothing(is_written: bool) -> None:
    desk = Desk()
    (desk.log.after if is_written else desk.log.before).append(Unavailable("away"))
    desk.add(2)

    await desk.journal.flush()

    assert len(desk.log.events()) == 2
    assert desk.journal.last_seq == desk.log.messages[-1].seq


async def test_other_writer_fences_and_nothing_is_shown() -> None:
    desk = Desk()
    await desk.log.append("x", b"another's", expected_last=0)
    desk.add(1)

    with pytest.raises(Fenced):
        await desk.journal.flush()
    assert desk.shown == []


async def test_many_events_are_cut_into_messages() -> None:
    desk = Desk()
    desk.add(MAX_UNACKNOWLEDGED)
    assert desk.journal.is_far_ahead
    for _ in range(4):
        desk.add(MAX_UNACKNOWLEDGED)

    await desk.journal.flush()

    assert len(desk.log.events()) == 5 * MAX_UNACKNOWLEDGED
    assert max(len(m.data) for m in desk.log.messages) <= MESSAGE_BYTES + 64


async def test_end_is_written_once_even_when_what_follows_is_cancelled() -> None:
    async def hang(end: RunEvent) -> None:
        await asyncio.Event().wait()

    desk = Desk(on_end=hang)
    desk.add(1)
    desk.journal.add(RunCancelled(reason="x"))
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(desk.journal.flush())
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        task.cancel()

    await desk.journal.flush()

    assert len(desk.log.events()) == 2
    assert not desk.journal.has_pending
