import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import aclosing

import pytest

from skep_contracts import subjects, topology
from skep_contracts.commands.run import StartRun
from skep_contracts.ids import AppId, RunId, VersionHash
from skep_runtime.bus import Bus, Delivery
from skep_testing.eventually import eventually
from skep_testing.nats import NatsCluster


@pytest.fixture
def cluster() -> Iterator[NatsCluster]:
    with NatsCluster() as cluster:
        yield cluster


@pytest.fixture
async def bus(cluster: NatsCluster) -> AsyncIterator[Bus]:
    bus = await Bus.connect(cluster.settings(), service="orchestrator")
    await bus.ensure_topology()
    yield bus
    await bus.close()


def log_of(run: int) -> str:
    return subjects.journal("t_1", f"run_{run}")


async def write(bus: Bus, run: int) -> None:
    seq = 0
    for n in range(60):
        seq = await bus.journal.append(log_of(run), b"%d" % n, expected_last=seq)
        await asyncio.sleep(0.02)
    command = StartRun(
        run_id=RunId(f"run_{run}"), app_id=AppId("a"), version=VersionHash("v"), inputs={}
    )
    await bus.publish(command, tenant="t_1", message_id=f"run_{run}")


async def follow(bus: Bus, run: int) -> list[bytes]:
    async with (
        aclosing(bus.replay(topology.JOURNAL, [log_of(run)], follow=True)) as messages,
        asyncio.timeout(60),
    ):
        return [(await anext(messages)).data for _ in range(60)]


async def test_same_message_from_many_at_once_is_stored_once(bus: Bus) -> None:
    for number in range(10):
        command = StartRun(
            run_id=RunId("run_1"), app_id=AppId("a"), version=VersionHash("v"), inputs={}
        )
        async with asyncio.TaskGroup() as tasks:
            stored = [
                tasks.create_task(bus.publish(command, tenant="t_1", message_id=f"m_{number}"))
                for _ in range(20)
            ]

        assert len({each.result().seq for each in stored}) == 1
        assert sum(not each.result().is_duplicate for each in stored) == 1


@pytest.mark.slow
async def test_everything_goes_on_when_the_server_it_hangs_on_is_killed_twice(
    cluster: NatsCluster, bus: Bus
) -> None:
    info = await bus._jetstream.ask("STREAM.INFO.SKEP_JOURNAL")
    handled: set[str] = set()

    async def handle(delivery: Delivery) -> None:
        handled.add(delivery.decode(StartRun).run_id)

    key = await bus.blobs.put("t_1", b"x" * 1_000_000)
    async with asyncio.TaskGroup() as tasks:
        consuming = tasks.create_task(bus.consume(topology.ORCHESTRATOR_RUNS, handle))
        following = tasks.create_task(follow(bus, 0))
        for run in range(10):
            tasks.create_task(write(bus, run))
        for _ in range(2):
            await asyncio.sleep(0.4)
            number = int(bus._connection.server_name.removeprefix("n"))
            await asyncio.to_thread(cluster.servers[number].kill)
            await asyncio.sleep(1)
            await asyncio.to_thread(cluster.servers[number].start)
            await asyncio.sleep(1)
        await eventually(lambda: len(handled) == 10, within_s=40)
        consuming.cancel()

    expected = [b"%d" % n for n in range(60)]
    assert info["config"]["num_replicas"] == 3
    assert following.result() == expected
    for run in range(10):
        assert [message.data for message in await bus.journal.read(log_of(run))] == expected
    assert await bus.blobs.get("t_1", key, max_bytes=1_000_000) == b"x" * 1_000_000


@pytest.mark.slow
async def test_server_that_is_about_to_stop_is_left_before_it_does(
    cluster: NatsCluster, bus: Bus
) -> None:
    name = bus._connection.server_name
    leaving = cluster.servers[int(name.removeprefix("n"))]

    leaving.retire()
    await eventually(lambda: bus._connection.server_name not in {"", name}, within_s=5)

    await write(bus, 20)
    assert leaving.is_running
