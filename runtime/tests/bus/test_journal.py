import asyncio
import os
import signal
import sys
from asyncio.subprocess import PIPE
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from skep_contracts import subjects
from skep_contracts.envelope import MAX_MESSAGE_BYTES
from skep_contracts.problems import TooLarge, Unavailable
from skep_runtime.bus import Bus, Fenced, JournalMessage
from skep_runtime.bus.wire.connection import Connection
from skep_testing.eventually import eventually
from skep_testing.nats import NatsServer

Connect = Callable[[NatsServer], Awaitable[Bus]]


def log_of(run: str) -> str:
    return subjects.journal("t_1", run)


async def test_log_reads_back_as_it_was_appended(bus: Bus) -> None:
    seq, log = 0, log_of("run_1")
    seqs = []

    for n in range(20):
        await bus.journal.append(log_of(f"other_{n}"), b"noise", expected_last=0)
        seq = await bus.journal.append(log, b"%d" % n, expected_last=seq)
        seqs.append(seq)

    messages = await bus.journal.read(log)
    assert [message.data for message in messages] == [b"%d" % n for n in range(20)]
    assert [message.seq for message in messages] == seqs
    assert await bus.journal.last(log) == messages[-1]
    assert await bus.journal.read(log, after_seq=seqs[11]) == messages[12:]


async def test_log_is_read_piece_by_piece_and_at_one_place(bus: Bus) -> None:
    log, other = log_of("run_pages"), log_of("run_other")
    first = await bus.journal.append(log, b"1", expected_last=0)
    second = await bus.journal.append(log, b"2", expected_last=first)

    pages = [page async for page in bus.journal.pages(log)]

    assert [message.data for page in pages for message in page] == [b"1", b"2"]
    assert await bus.journal.at(log, second) == JournalMessage(second, b"2")
    assert await bus.journal.at(other, second) is None
    assert await bus.journal.at(log, second + 1_000) is None


async def test_log_that_does_not_exist_is_empty(bus: Bus) -> None:
    assert await bus.journal.read(log_of("none")) == []
    assert await bus.journal.last(log_of("none")) is None


async def test_log_of_thousands_is_read_whole(bus: Bus) -> None:
    seq, log = 0, log_of("run_long")
    for n in range(3_000):
        seq = await bus.journal.append(log, b"%d" % n, expected_last=seq)

    messages = await bus.journal.read(log)

    assert [message.data for message in messages] == [b"%d" % n for n in range(3_000)]


async def test_log_of_the_largest_messages_is_read_whole(bus: Bus) -> None:
    seq, log = 0, log_of("run_large")
    contents = [os.urandom(MAX_MESSAGE_BYTES) for _ in range(40)]
    for content in contents:
        seq = await bus.journal.append(log, content, expected_last=seq)

    messages = await bus.journal.read(log)

    assert [message.data for message in messages] == contents


async def test_oversized_message_is_refused(bus: Bus) -> None:
    with pytest.raises(TooLarge):
        await bus.journal.append(log_of("run_2"), b"x" * (MAX_MESSAGE_BYTES + 1), expected_last=0)


async def test_second_writer_is_fenced_and_told_the_last_sequence(
    nats_server: NatsServer, connect: Connect
) -> None:
    first, second = await connect(nats_server), await connect(nats_server)
    log = log_of("run_3")
    begun = await first.journal.append(log, b"first", expected_last=0)
    taken = await second.journal.append(log, b"second", expected_last=begun)

    with pytest.raises(Fenced) as caught:
        await first.journal.append(log, b"late", expected_last=begun)

    assert caught.value.last_seq == taken
    assert [m.data for m in await first.journal.read(log)] == [b"first", b"second"]


async def test_of_two_writers_exactly_one_wins_each_round_even_with_equal_bytes(
    nats_server: NatsServer, connect: Connect
) -> None:
    writers = [await connect(nats_server), await connect(nats_server)]
    log = log_of("run_4")
    seq = 0

    async def write(bus: Bus) -> int | None:
        try:
            return await bus.journal.append(log, b"same", expected_last=seq)
        except Fenced:
            return None

    for _ in range(50):
        async with asyncio.TaskGroup() as tasks:
            results = [tasks.create_task(write(bus)) for bus in writers]
        won = [task.result() for task in results if task.result() is not None]
        assert len(won) == 1
        seq = won[0] or 0

    assert len(await writers[0].journal.read(log)) == 50


WRITER = """
import asyncio, sys
from skep_runtime.bus import Bus, BusSettings, Fenced

async def main():
    url, password, log = sys.argv[1:]
    settings = BusSettings(url=url, user="skep", password=password)
    bus = await Bus.connect(settings, service="orchestrator")
    seq = 0
    while True:
        try:
            seq = await bus.journal.append(log, b"old", expected_last=seq)
        except Fenced as fenced:
            print("fenced", fenced.last_seq, flush=True)
            return
        print("wrote", seq, flush=True)
        await asyncio.sleep(0.01)

asyncio.run(main())
"""


async def test_writer_that_was_frozen_cannot_write_to_a_log_that_moved_on(
    own_server: NatsServer, own_bus: Bus
) -> None:
    log = log_of("run_5")
    frozen = await asyncio.create_subprocess_exec(
        sys.executable, "-c", WRITER, own_server.url, own_server.password, log, stdout=PIPE
    )
    assert frozen.stdout is not None
    for _ in range(5):
        await frozen.stdout.readline()

    frozen.send_signal(signal.SIGSTOP)
    written = await own_bus.journal.read(log)
    taken = await own_bus.journal.append(log, b"new", expected_last=written[-1].seq)
    frozen.send_signal(signal.SIGCONT)
    async with asyncio.timeout(10):
        said = await frozen.stdout.read()
        await frozen.wait()

    assert said.splitlines()[-1] == f"fenced {taken}".encode()
    assert await own_bus.journal.read(log) == [*written, JournalMessage(taken, b"new")]


@pytest.fixture
def lost_answers(monkeypatch: pytest.MonkeyPatch) -> list[bytes]:
    """Lose the first acknowledgement of each content in the list."""
    losing: list[bytes] = []
    send = Connection.send

    def send_without_return(self: Connection, subject: str, data: bytes, **rest: Any) -> bool:
        if data in losing:
            losing.remove(data)
            rest["reply"] = "_INBOX.nobody"
            send(self, subject, data, **rest)
            assert self._link is not None
            asyncio.get_running_loop().call_later(0.05, self._link.abort)
            return True
        return send(self, subject, data, **rest)

    monkeypatch.setattr(Connection, "send", send_without_return)
    return losing


async def test_lost_acknowledgement_neither_doubles_nor_fences_the_own_write(
    bus: Bus, lost_answers: list[bytes]
) -> None:
    log = log_of("run_6")
    first = await bus.journal.append(log, b"first", expected_last=0)
    lost_answers.append(b"second")

    second = await bus.journal.append(log, b"second", expected_last=first)
    third = await bus.journal.append(log, b"third", expected_last=second)

    assert lost_answers == []
    messages = await bus.journal.read(log)
    assert [m.data for m in messages] == [b"first", b"second", b"third"]
    assert [m.seq for m in messages] == [first, second, third]


async def test_lost_acknowledgement_of_a_fenced_write_is_still_fenced(
    bus: Bus, lost_answers: list[bytes]
) -> None:
    log = log_of("run_7")
    await bus.journal.append(log, b"first", expected_last=0)
    lost_answers.append(b"first ")

    with pytest.raises(Fenced):
        await bus.journal.append(log, b"first ", expected_last=0)

    assert len(await bus.journal.read(log)) == 1


async def test_appends_survive_the_death_of_the_server_exactly_once(
    own_bus: Bus, own_server: NatsServer
) -> None:
    async def write(run: int) -> None:
        seq = 0
        for n in range(30):
            seq = await own_bus.journal.append(log_of(f"run_{run}"), b"%d" % n, expected_last=seq)
            await asyncio.sleep(0.01)

    async with asyncio.TaskGroup() as tasks:
        for run in range(30):
            tasks.create_task(write(run))
        for _ in range(3):
            await asyncio.sleep(0.15)
            await asyncio.to_thread(own_server.restart)

    for run in range(30):
        messages = await own_bus.journal.read(log_of(f"run_{run}"))
        assert [message.data for message in messages] == [b"%d" % n for n in range(30)]


async def test_reading_waits_for_a_server_that_restarts(
    own_bus: Bus, own_server: NatsServer
) -> None:
    await own_bus.journal.append(log_of("run_1"), b"x", expected_last=0)
    own_server.kill()
    await eventually(lambda: not own_bus.is_connected)

    async with asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(own_bus.journal.read(log_of("run_1")))
        await asyncio.to_thread(own_server.start)

    assert len(reading.result()) == 1


async def test_append_ends_with_a_problem_when_no_server_comes(
    own_bus: Bus, own_server: NatsServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skep_runtime.bus.wire.jetstream.DEADLINE_S", 0.3)
    own_server.kill()

    with pytest.raises(Unavailable):
        await own_bus.journal.append(log_of("run_1"), b"x", expected_last=0)
