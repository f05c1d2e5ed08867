"""One reader's stream of a run: nothing twice, nothing left out, whatever happens on the way."""

import asyncio
import contextlib
from collections.abc import AsyncGenerator, AsyncIterator, Callable

import pytest

from services.gateway.tests.scripted import ScriptedOrchestrator, ScriptedRun
from skep_contracts import subjects, topology
from skep_contracts.commands.run import StartRun
from skep_contracts.ids import AppId, BlobKey, RunId, VersionHash, new_id
from skep_contracts.problems import NotFound, Unavailable
from skep_contracts.run_log import NodeSkipped, RunEvent, RunFailed, RunSucceeded
from skep_contracts.values import blob_key
from skep_gateway.live import run_stream
from skep_gateway.live.announcement import announce
from skep_gateway.live.answer_text import Delta, Reset
from skep_gateway.live.position import Position, parse_position
from skep_gateway.live.run_stream import RunStream, StreamItem
from skep_runtime.bus import Bus
from skep_testing.nats import NatsServer, nats_server

__all__ = ["nats_server"]
TENANT = "t_1"


@pytest.fixture
async def bus(nats_server: NatsServer) -> AsyncIterator[Bus]:
    made = await Bus.connect(nats_server.settings(), service="gateway")
    await made.ensure_topology()
    yield made
    await made.close()


@pytest.fixture
def orchestrator(bus: Bus) -> ScriptedOrchestrator:
    scripted = ScriptedOrchestrator(bus)
    scripted.answer()
    return scripted


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_stream, "_QUIET_S", 0.2)
    monkeypatch.setattr("skep_runtime.bus.calls._GATHERING_S", 0.1)


def new_run(orchestrator: ScriptedOrchestrator) -> ScriptedRun:
    command = StartRun(
        run_id=RunId(new_id("run")),
        app_id=AppId(new_id("app")),
        version=VersionHash("f" * 64),
        inputs={"topic": "bees"},
    )
    run = ScriptedRun(orchestrator.bus, TENANT, command)
    orchestrator.runs[TENANT, command.run_id] = run
    return run


class Reader:
    """A client that does what it is told, and may come back."""

    def __init__(self, last_id: str = "") -> None:
        self.text = ""
        self.events: list[RunEvent] = []
        self.numbers: list[int] = []
        self.ids: list[str] = [last_id] if last_id else []
        self.resets = 0

    def take(self, item: StreamItem) -> None:
        match item.change:
            case Reset(offset=offset):
                self.resets += 1
                self.text = self.text[:offset]
            case Delta(offset=offset, text=text):
                assert offset == len(self.text), "a gap or an overlap"
                self.text += text
        if item.event is not None:
            self.events.append(item.event)
            self.numbers.append(item.number)
        if item.position is not None:
            self.ids.append(str(item.position))

    async def read(self, items: AsyncGenerator[StreamItem, None], *, most: int = 10**6) -> None:
        async with asyncio.timeout(20), contextlib.aclosing(items):
            async for item in items:
                self.take(item)
                most -= 1
                if most == 0:
                    return

    async def come_back(self, run: ScriptedRun, *, most: int = 10**6) -> None:
        """Read on from the last id that was received."""
        after = parse_position(self.ids[-1]) if self.ids else Position()
        await self.read(follow(run, after), most=most)

    def assert_whole(self, run: ScriptedRun, text: str = "") -> None:
        assert self.numbers == list(range(1, run.number + 1))
        assert self.text == text


def follow(
    run: ScriptedRun, after: Position | None = None, *, is_known: bool = False
) -> AsyncGenerator[StreamItem, None]:
    stream = RunStream(
        run.bus, tenant=TENANT, run_id=run.command.run_id, after=after, is_known=is_known
    )
    return stream.follow()


@contextlib.asynccontextmanager
async def listening(run: ScriptedRun) -> AsyncIterator[AsyncGenerator[StreamItem, None]]:
    """Follow a run from before it begins."""
    run_id = run.command.run_id
    pattern = subjects.live_of_run(TENANT, run_id)
    stream = RunStream(run.bus, tenant=TENANT, run_id=run_id, is_known=True)

    async def items() -> AsyncGenerator[StreamItem, None]:
        async for item in stream.follow_new(heard):
            yield item
        async for item in stream.follow():
            yield item

    async with run.bus.subscribe(pattern, mark_gaps=True) as heard:
        yield items()


async def until(condition: Callable[[], object]) -> None:
    async with asyncio.timeout(10):
        while not condition():  # noqa: ASYNC110 - what it waits for is elsewhere
            await asyncio.sleep(0.01)


async def test_reader_from_the_beginning_hears_all(orchestrator: ScriptedOrchestrator) -> None:
    run, reader = new_run(orchestrator), Reader()

    async with listening(run) as items:
        run.begin()
        for word in ("Bees ", "hum ", "🐝"):
            run.say(word)
        run.succeed("Bees hum 🐝")
        await reader.read(items)

    reader.assert_whole(run, "Bees hum 🐝")
    assert reader.ids[-1].startswith("2-10-")
    assert orchestrator.calls == [], "nothing was missed, so nobody was asked"


async def test_events_that_were_not_heard_come_from_the_log(
    orchestrator: ScriptedOrchestrator,
) -> None:
    run, reader = new_run(orchestrator), Reader()

    async with listening(run) as items:
        run.begin(live=False)
        for n in range(7):
            run.write(NodeSkipped(node=f"n{n}"), live=False)
        run.write(NodeSkipped(node="heard"))
        run.succeed()
        await reader.read(items)

    reader.assert_whole(run)


async def test_end_that_nobody_announced_is_found_out(orchestrator: ScriptedOrchestrator) -> None:
    run, reader = new_run(orchestrator), Reader()

    async with listening(run) as items:
        run.begin()
        run.succeed("all of it", live=False)
        await reader.read(items)

    reader.assert_whole(run, "all of it")


async def test_log_is_asked_less_and_less_while_nothing_happens(
    orchestrator: ScriptedOrchestrator,
) -> None:
    run, reader = new_run(orchestrator), Reader()

    async with listening(run) as items, asyncio.TaskGroup() as tasks:
        run.begin()
        reading = tasks.create_task(reader.read(items))
        await asyncio.sleep(1.7)  # 0.2 + 0.4 + 0.8, and not yet another 1.6
        run.succeed()
        await reading

    assert len(orchestrator.calls) == 3
    reader.assert_whole(run)


async def test_lost_text_is_completed_at_the_end(orchestrator: ScriptedOrchestrator) -> None:
    run, reader = new_run(orchestrator), Reader()

    async with listening(run) as items:
        run.begin()
        run.say("Bees ")
        run.say("flowers", offset=10)  # what stood between was lost
        run.succeed("Bees love flowers")
        await reader.read(items)

    reader.assert_whole(run, "Bees love flowers")
    assert reader.resets == 0


async def test_text_of_a_worker_that_has_lost_the_run_is_not_shown(
    orchestrator: ScriptedOrchestrator,
) -> None:
    run, reader = new_run(orchestrator), Reader()

    async with listening(run) as items:
        run.begin()
        run.say("first", offset=0, epoch=1)
        run.say("second", offset=0, epoch=2)
        run.say(" try", offset=5, epoch=1)
        run.succeed("second")
        await reader.read(items)

    reader.assert_whole(run, "second")


@pytest.mark.parametrize("read_before", range(6))
async def test_reader_comes_back_anywhere(
    orchestrator: ScriptedOrchestrator, read_before: int
) -> None:
    run, reader = new_run(orchestrator), Reader()
    run.begin()
    for word in ("one ", "two ", "three "):
        run.say(word)
        run.write(NodeSkipped(node=word.strip()))

    if read_before:
        await reader.read(follow(run), most=read_before)
    run.say("four")
    run.succeed("one two three four")
    await reader.come_back(run)

    reader.assert_whole(run, "one two three four")
    assert reader.resets == 0


async def test_reader_who_has_seen_the_end_hears_nothing(
    orchestrator: ScriptedOrchestrator,
) -> None:
    run, reader = new_run(orchestrator), Reader()
    run.begin()
    run.succeed("all")
    await reader.read(follow(run))
    seen = len(reader.ids)

    await reader.come_back(run)

    assert len(reader.ids) == seen


async def test_run_that_ends_while_the_reader_attaches(
    orchestrator: ScriptedOrchestrator,
) -> None:
    run, reader = new_run(orchestrator), Reader()
    run.begin()
    run.say("all")
    stream = RunStream(run.bus, tenant=TENANT, run_id=run.command.run_id)

    await stream.open()
    run.succeed("all")
    await reader.read(stream.follow())

    reader.assert_whole(run, "all")


async def test_failed_run_keeps_the_text_that_came(orchestrator: ScriptedOrchestrator) -> None:
    run, reader = new_run(orchestrator), Reader()
    run.begin()
    run.say("as far as ")
    run.write(RunFailed(problem=NotFound("gone").to_problem()))

    await reader.read(follow(run))

    reader.assert_whole(run, "as far as ")


async def test_very_long_answer_comes_in_pieces_and_can_be_resumed_at_each(
    orchestrator: ScriptedOrchestrator,
) -> None:
    run, reader = new_run(orchestrator), Reader()
    answer = "".join(f"Sentence {n} about bees 🐝. " for n in range(12_000))
    key = await run.bus.blobs.put(TENANT, answer.encode())
    run.begin()
    run.write(RunSucceeded(outputs={}, answer=answer[:8_000], answer_blob=key))

    while len(reader.numbers) < 2:
        await reader.come_back(run, most=5)

    reader.assert_whole(run, answer)
    assert reader.resets == 0
    assert len(set(reader.ids)) == len(reader.ids) > 15


async def test_answer_whose_blob_is_gone_still_ends(orchestrator: ScriptedOrchestrator) -> None:
    run, reader = new_run(orchestrator), Reader()
    missing = BlobKey(blob_key(b"never stored"))
    run.begin()
    run.write(RunSucceeded(outputs={}, answer="the beginning", answer_blob=missing))

    await reader.read(follow(run))

    assert reader.numbers == [1, 2]


@pytest.mark.parametrize("last_id", ["", "5-0", "999999-0", "3-4-00000000"])
async def test_run_that_does_not_exist_is_not_followed(
    orchestrator: ScriptedOrchestrator, last_id: str
) -> None:
    after = parse_position(last_id) if last_id else None
    stream = RunStream(orchestrator.bus, tenant=TENANT, run_id=new_id("run"), after=after)

    with pytest.raises(NotFound):
        await stream.open()


async def test_run_of_another_tenant_does_not_exist(orchestrator: ScriptedOrchestrator) -> None:
    run = new_run(orchestrator)
    run.begin()
    announce(run.bus, tenant=TENANT, run_id=run.command.run_id, details={"id": "x"})
    stream = RunStream(run.bus, tenant="t_2", run_id=run.command.run_id)

    with pytest.raises(NotFound):
        await stream.open()


async def test_queued_run_is_waited_for(orchestrator: ScriptedOrchestrator) -> None:
    run, reader = new_run(orchestrator), Reader()
    announce(run.bus, tenant=TENANT, run_id=run.command.run_id, details={"id": "x"})

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(reader.read(follow(run)))
        await asyncio.sleep(0.3)
        run.begin()
        run.succeed()

    reader.assert_whole(run)


async def test_without_an_orchestrator_nobody_is_told_that_a_run_does_not_exist(bus: Bus) -> None:
    stream = RunStream(bus, tenant=TENANT, run_id=new_id("run"))

    with pytest.raises(Unavailable):
        await stream.open()


async def test_without_an_orchestrator_what_is_live_still_comes(bus: Bus) -> None:
    run, reader = new_run(ScriptedOrchestrator(bus)), Reader()

    async with listening(run) as items, asyncio.TaskGroup() as tasks:
        reading = tasks.create_task(reader.read(items))
        await asyncio.sleep(0.5)
        run.begin()
        run.say("all")
        run.succeed("all")
        await reading

    reader.assert_whole(run, "all")


@pytest.mark.parametrize("is_early", [True, False], ids=["from the beginning", "attached later"])
async def test_bus_that_restarts_in_the_middle_costs_nothing(is_early: bool) -> None:
    with NatsServer() as server:
        bus = await Bus.connect(server.settings(), service="gateway")
        await bus.ensure_topology()
        other = await Bus.connect(server.settings(), service="orchestrator")
        orchestrator = ScriptedOrchestrator(other)
        orchestrator.answer()
        for n in range(30):  # others' messages, so that the sequences begin beyond
            bus.publish_live(subjects.live(TENANT, f"run_{n}", "text"), b"x")
        run, reader = new_run(orchestrator), Reader()
        async with contextlib.AsyncExitStack() as stack:
            run.bus = bus
            items = await stack.enter_async_context(listening(run)) if is_early else follow(run)
            run.bus = other
            announce(other, tenant=TENANT, run_id=run.command.run_id, details={"id": "x"})
            await other.extent(topology.LIVE)
            async with asyncio.TaskGroup() as tasks:
                reading = tasks.create_task(reader.read(items))
                await asyncio.sleep(0.2)
                run.begin()
                run.say("Before ")
                await until(lambda: reader.text == "Before ")
                server.restart()
                await until(lambda: other.is_connected and bus.is_connected)
                await asyncio.sleep(0.5)
                run.say("and after.")
                run.write(NodeSkipped(node="n"))
                run.succeed("Before and after.")
                await reading
        await bus.close()
        await other.close()

    reader.assert_whole(run, "Before and after.")
    assert reader.resets == 0


async def test_queued_run_survives_a_restart_that_takes_its_note(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with NatsServer() as server:
        bus = await Bus.connect(server.settings(), service="gateway")
        await bus.ensure_topology()
        orchestrator = ScriptedOrchestrator(bus)
        orchestrator.answer()
        run, reader = new_run(orchestrator), Reader()
        async with listening(run) as items, asyncio.TaskGroup() as tasks:
            reading = tasks.create_task(reader.read(items))
            await asyncio.sleep(0.1)
            server.restart()
            await until(lambda: bus.is_connected)
            await asyncio.sleep(1.0)
            run.begin()
            run.succeed()
            await reading
        await bus.close()

    reader.assert_whole(run)


async def test_slow_reader_misses_nothing(orchestrator: ScriptedOrchestrator) -> None:
    run, reader = new_run(orchestrator), Reader()
    pattern = subjects.live_of_run(TENANT, run.command.run_id)
    stream = RunStream(run.bus, tenant=TENANT, run_id=run.command.run_id, is_known=True)

    async with run.bus.subscribe(pattern, max_pending=10, mark_gaps=True) as heard:
        run.begin()
        for n in range(100):
            run.say(f"{n} ")
        await run.bus.extent(topology.LIVE)  # by now all has arrived, and most was dropped
        await reader.read(stream.follow_new(heard))
        run.succeed("".join(f"{n} " for n in range(100)))
    await reader.read(stream.follow())

    reader.assert_whole(run, "".join(f"{n} " for n in range(100)))
