import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from datetime import UTC, datetime

import pytest

from skep_contracts import subjects, topology
from skep_contracts.events.app import AppDeleted
from skep_contracts.ids import AppId
from skep_contracts.problems import Unavailable
from skep_runtime.bus import Bus, StreamMessage
from skep_testing.nats import NatsServer

EVENTS = topology.EVENTS
Connect = Callable[[NatsServer], Awaitable[Bus]]


async def publish(bus: Bus, tenant: str, *numbers: int) -> None:
    await bus.publish_many([(AppDeleted(app_id=AppId(f"app_{n}")), tenant, None) for n in numbers])


def number_of(message: StreamMessage) -> int:
    return int(message.subject.split("_")[-1].split(".")[0])


async def take(messages: AsyncIterator[StreamMessage], count: int) -> list[int]:
    async with asyncio.timeout(10):
        return [number_of(await anext(messages)) for _ in range(count)]


async def test_stream_is_read_to_its_end_in_order(bus: Bus) -> None:
    await publish(bus, "t_1", *range(500))
    await publish(bus, "t_2", 1)

    found = [m async for m in bus.replay(EVENTS, [subjects.events_of("t_1")])]

    assert [number_of(message) for message in found] == list(range(500))
    assert [m.seq for m in found] == sorted({m.seq for m in found})
    assert (datetime.now(UTC) - found[-1].time).total_seconds() < 60


async def test_several_filters_are_read_together(bus: Bus) -> None:
    await publish(bus, "t_3", 1)
    await publish(bus, "t_4", 2)
    await publish(bus, "t_5", 3)

    filters = [subjects.events_of("t_3"), subjects.events_of("t_5")]
    assert [number_of(m) async for m in bus.replay(EVENTS, filters)] == [1, 3]


async def test_nothing_that_matches_ends_at_once(bus: Bus) -> None:
    await publish(bus, "t_6", 1)

    assert [m async for m in bus.replay(EVENTS, [subjects.events_of("t_none")])] == []


async def test_reading_starts_at_a_sequence_or_a_time(bus: Bus) -> None:
    await publish(bus, "t_7", 1, 2)
    await asyncio.sleep(0.05)
    moment = datetime.now(UTC)
    await publish(bus, "t_7", 3)
    filters = [subjects.events_of("t_7")]
    messages = [m async for m in bus.replay(EVENTS, filters)]

    by_seq = [number_of(m) async for m in bus.replay(EVENTS, filters, start_seq=messages[1].seq)]
    by_time = [number_of(m) async for m in bus.replay(EVENTS, filters, start_time=moment)]

    assert by_seq == [2, 3]
    assert by_time == [3]


async def test_what_comes_while_reading_is_left_out_without_follow(bus: Bus) -> None:
    filters = [subjects.events_of("t_8")]
    await publish(bus, "t_8", *range(100))
    read = []

    async with aclosing(bus.replay(EVENTS, filters)) as messages:
        async for message in messages:
            read.append(number_of(message))
            if len(read) == 1:
                await publish(bus, "t_8", *range(100, 200))

    assert read == list(range(100))


async def test_follower_reads_on(bus: Bus) -> None:
    filters = [subjects.events_of("t_9")]

    async with aclosing(bus.replay(EVENTS, filters, follow=True)) as messages:
        await publish(bus, "t_9", 1)
        assert await take(messages, 1) == [1]
        await publish(bus, "t_9", *range(2, 300))
        assert await take(messages, 298) == list(range(2, 300))


async def test_many_followers_do_not_disturb_each_other(bus: Bus) -> None:
    filters = [subjects.events_of("t_10")]
    await publish(bus, "t_10", *range(200))

    async def follow() -> list[int]:
        async with aclosing(bus.replay(EVENTS, filters, follow=True)) as messages:
            return await take(messages, 200)

    async with asyncio.TaskGroup() as tasks:
        followers = [tasks.create_task(follow()) for _ in range(20)]

    assert all(task.result() == list(range(200)) for task in followers)


async def test_follower_goes_on_without_gap_or_repeat_when_the_server_dies(
    own_bus: Bus, own_server: NatsServer
) -> None:
    async def publish_slowly() -> None:
        for n in range(60):
            await publish(own_bus, "t_1", n)
            await asyncio.sleep(0.02)

    async def kill_twice() -> None:
        for _ in range(2):
            await asyncio.sleep(0.3)
            await asyncio.to_thread(own_server.restart)

    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(publish_slowly())
        tasks.create_task(kill_twice())
        filters = [subjects.events_of("t_1")]
        async with aclosing(own_bus.replay(EVENTS, filters, follow=True)) as messages:
            assert await take(messages, 60) == list(range(60))


async def test_follower_goes_on_when_its_consumer_is_gone(own_bus: Bus) -> None:
    filters = [subjects.events_of("t_1")]
    await publish(own_bus, "t_1", 1)

    async with aclosing(own_bus.replay(EVENTS, filters, follow=True)) as messages:
        assert await take(messages, 1) == [1]
        listed = await own_bus._jetstream.ask("CONSUMER.NAMES.SKEP_EVENTS")
        for name in listed["consumers"]:
            await own_bus._jetstream.ask(f"CONSUMER.DELETE.SKEP_EVENTS.{name}")
        await publish(own_bus, "t_1", 2)
        assert await take(messages, 1) == [2]


async def test_finished_reading_leaves_no_consumer(own_bus: Bus) -> None:
    await publish(own_bus, "t_1", 1, 2, 3)

    assert len([m async for m in own_bus.replay(EVENTS, [subjects.events_of()])]) == 3

    await own_bus._connection.flush(asyncio.get_running_loop().time() + 5)
    await asyncio.sleep(0.05)
    listed = await own_bus._jetstream.ask("CONSUMER.NAMES.SKEP_EVENTS")
    assert not listed["consumers"]


async def test_live_stream_that_began_anew_with_its_server_is_followed_from_its_start(
    own_bus: Bus, own_server: NatsServer
) -> None:
    subject = subjects.live("t_1", "run_1", "text")
    filters = [subjects.live_of_run("t_1", "run_1")]

    async with aclosing(own_bus.replay(topology.LIVE, filters, follow=True)) as messages:
        for n in range(5):
            await own_bus._jetstream.publish(subject, b"old %d" % n)
        assert [(await anext(messages)).data for _ in range(5)][-1] == b"old 4"
        await asyncio.to_thread(own_server.restart)
        await own_bus._jetstream.publish(subject, b"new")
        async with asyncio.timeout(10):
            assert (await anext(messages)).data == b"new"

    late = own_bus.replay(topology.LIVE, filters, start_seq=5)
    assert [m.data async for m in late] == [b"new"]


async def test_stream_that_is_being_made_again_is_waited_for(own_bus: Bus) -> None:
    await own_bus._jetstream.ask("STREAM.DELETE.SKEP_LIVE")
    own_bus._connection.connected_at = asyncio.get_running_loop().time()

    async with asyncio.TaskGroup() as tasks:
        first = tasks.create_task(own_bus._jetstream.ask("STREAM.INFO.SKEP_LIVE"))
        await asyncio.sleep(0.2)
        assert not first.done()
        await own_bus.ensure_topology()

    assert first.result()["config"]["storage"] == "memory"


async def test_unknown_stream_is_said(bus: Bus) -> None:
    spec = topology.StreamSpec(name="SKEP_NONE", subjects=("none",))

    with pytest.raises(Unavailable, match="stream not found"):
        await anext(bus.replay(spec, ["none"]))


async def test_subscriber_hears_again_and_learns_of_the_gap_after_the_server_died(
    own_bus: Bus, own_server: NatsServer
) -> None:
    subject = subjects.live("t_1", "run_1", "text")

    async with own_bus.subscribe(subject, mark_gaps=True) as messages:
        own_bus.publish_live(subject, b"before")
        assert (await anext(messages)).data == b"before"
        await asyncio.to_thread(own_server.restart)
        async with asyncio.timeout(5):
            assert (await anext(messages)).is_gap
        own_bus.publish_live(subject, b"after")
        async with asyncio.timeout(5):
            assert (await anext(messages)).data == b"after"


async def test_follower_hears_all_of_a_stream_that_begins_anew_with_its_server(
    own_bus: Bus, own_server: NatsServer, connect: Connect
) -> None:
    live = [subjects.live("t_1", "run_1", "text")]

    async with aclosing(own_bus.replay(topology.LIVE, live, follow=True)) as messages:
        own_bus.publish_live(live[0], b"before")
        assert (await anext(messages)).seq == 1
        # Another is quicker: the new sequences are beyond the old one when the follower comes back.
        own_bus._connection.on_connect.discard(own_bus._restore_topology)
        own_server.stop()
        own_server.start()
        other = await connect(own_server)
        for n in range(3):
            other.publish_live(live[0], b"after %d" % n)

        async with asyncio.timeout(20):
            heard = [(await anext(messages)).data for _ in range(3)]

    assert heard == [b"after 0", b"after 1", b"after 2"]


async def test_extent_tells_what_a_stream_holds(own_bus: Bus) -> None:
    assert await own_bus.extent(EVENTS) == (0, 0)

    await publish(own_bus, "t_1", 1, 2, 3)

    assert await own_bus.extent(EVENTS) == (1, 3)
