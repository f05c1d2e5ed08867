import asyncio
from collections.abc import AsyncIterator
from contextlib import aclosing

import pytest

from skep_contracts.problems import Conflict, InvalidInput, TooLarge
from skep_contracts.topology import PLUGINS, SETTINGS
from skep_runtime.bus import Bus, Deleted, Entry, KeyValue, Ready
from skep_testing.nats import NatsServer


@pytest.fixture
async def settings(own_bus: Bus) -> KeyValue:
    return own_bus.bucket(SETTINGS)


async def test_value_reads_back_with_its_revision(settings: KeyValue) -> None:
    revision = await settings.put("t_1.limits", b"one")

    assert await settings.get("t_1.limits") == Entry("t_1.limits", b"one", revision)
    assert await settings.get("t_1.other") is None


async def test_key_is_created_once(settings: KeyValue) -> None:
    await settings.create("k", b"one")

    with pytest.raises(Conflict):
        await settings.create("k", b"two")


async def test_deleted_key_is_gone_and_can_be_created_again(settings: KeyValue) -> None:
    await settings.create("k", b"one")
    await settings.delete("k")
    assert await settings.get("k") is None
    assert await settings.keys() == []

    await settings.create("k", b"two")

    entry = await settings.get("k")
    assert entry is not None
    assert entry.value == b"two"


async def test_update_of_an_outdated_revision_is_refused(settings: KeyValue) -> None:
    first = await settings.create("k", b"one")
    second = await settings.update("k", b"two", first)

    with pytest.raises(Conflict):
        await settings.update("k", b"three", first)

    assert await settings.update("k", b"three", second) > second


async def test_of_two_creators_one_wins(settings: KeyValue) -> None:
    async def create(value: bytes) -> bool:
        try:
            await settings.create("race", value)
        except Conflict:
            return False
        return True

    async with asyncio.TaskGroup() as tasks:
        attempts = [tasks.create_task(create(b"%d" % n)) for n in range(8)]

    assert sum(task.result() for task in attempts) == 1


async def test_keys_are_listed_by_any_prefix(settings: KeyValue) -> None:
    for key in ("t_1.a.x", "t_1.a.y", "t_1.ab", "t_2.a", "plain"):
        await settings.put(key, b"v")

    assert await settings.keys() == ["plain", "t_1.a.x", "t_1.a.y", "t_1.ab", "t_2.a"]
    assert await settings.keys("t_1.") == ["t_1.a.x", "t_1.a.y", "t_1.ab"]
    assert await settings.keys("t_1.a") == ["t_1.a.x", "t_1.a.y", "t_1.ab"]
    assert await settings.keys("t_1.a.") == ["t_1.a.x", "t_1.a.y"]
    assert await settings.keys("t_9.") == []


@pytest.mark.parametrize("key", ["", "a b", "a..b", ".a", "a.", "a*", "a.>", "a\r\nPUB x 0"])
async def test_key_that_would_be_a_pattern_is_refused(settings: KeyValue, key: str) -> None:
    with pytest.raises(InvalidInput):
        await settings.put(key, b"v")
    with pytest.raises(InvalidInput):
        await settings.get(key)


async def test_oversized_value_is_refused(settings: KeyValue) -> None:
    with pytest.raises(TooLarge):
        await settings.put("k", b"x" * (SETTINGS.max_value_bytes + 1))


async def take(events: AsyncIterator[Entry | Deleted | Ready], count: int) -> list[object]:
    async with asyncio.timeout(8):
        return [await anext(events) for _ in range(count)]


async def test_watch_yields_what_is_there_then_ready_then_changes(settings: KeyValue) -> None:
    one = await settings.put("a.one", b"1")
    gone = await settings.put("a.gone", b"0")
    await settings.delete("a.gone")
    await settings.put("b.other", b"2")

    async with aclosing(settings.watch("a.")) as events:
        assert await take(events, 2) == [Entry("a.one", b"1", one), Ready()]
        two = await settings.put("a.two", b"2")
        await settings.put("b.other", b"3")
        await settings.delete("a.one")
        assert await take(events, 2) == [Entry("a.two", b"2", two), Deleted("a.one", two + 2)]
    assert gone


async def test_watch_of_an_empty_bucket_is_ready_at_once(settings: KeyValue) -> None:
    async with aclosing(settings.watch()) as events:
        assert await take(events, 1) == [Ready()]


async def test_watch_goes_on_after_the_server_died(
    settings: KeyValue, own_server: NatsServer
) -> None:
    first = await settings.put("a", b"1")

    async with aclosing(settings.watch()) as events:
        assert await take(events, 2) == [Entry("a", b"1", first), Ready()]
        await asyncio.to_thread(own_server.restart)
        second = await settings.put("a", b"2")
        assert await take(events, 1) == [Entry("a", b"2", second)]
        await asyncio.to_thread(own_server.restart)
        await settings.delete("a")
        assert await take(events, 1) == [Deleted("a", second + 1)]


async def test_buckets_are_apart(own_bus: Bus, settings: KeyValue) -> None:
    await settings.put("k", b"1")

    assert await own_bus.bucket(PLUGINS).get("k") is None
