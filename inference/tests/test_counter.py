"""Counters of several processes over one entry: never too much, and nothing is lost."""

import asyncio
import random
from typing import Any, cast

import msgspec
import pytest

from skep_contracts.money.budgets import Spending
from skep_contracts.problems import Conflict, Unavailable
from skep_inference.money.counter import LEASE_MS, Counter
from skep_runtime.bus import Entry, KeyValue


class Bucket:
    """One entry, which every write sees checked."""

    def __init__(self, limit: int) -> None:
        self.value: bytes | None = None
        self.revision = 0
        self.writes = 0
        self.is_away = False
        self._limit = limit

    async def get(self, key: str) -> Entry | None:
        await asyncio.sleep(0)
        if self.is_away:
            raise Unavailable("away")
        return None if self.value is None else Entry(key, self.value, self.revision)

    async def create(self, key: str, value: bytes) -> int:
        return await self.update(key, value, 0)

    async def update(self, key: str, value: bytes, revision: int) -> int:
        await asyncio.sleep(0)
        if self.is_away:
            raise Unavailable("away")
        if revision != self.revision:
            raise Conflict("changed")
        entry = msgspec.json.decode(value, type=Spending)
        held = sum(units for units, _ in entry.holds.values())
        assert entry.spent + held <= self._limit
        assert min([entry.spent, *(units for units, _ in entry.holds.values())]) >= 0
        self.value, self.revision = value, self.revision + 1
        self.writes += 1
        await asyncio.sleep(0)  # the answer is on its way, and others go on
        return self.revision

    @property
    def entry(self) -> Spending:
        return msgspec.json.decode(self.value or b"{}", type=Spending)


def counter(bucket: Bucket, limit: int, name: str = "a", **more: Any) -> Counter:
    return Counter(cast("KeyValue", bucket), "key", process=name, limit=lambda: limit, **more)


class Calls:
    """Calls of random cost that take random time."""

    def __init__(self, choice: random.Random) -> None:
        self.spent = 0
        self.refused: list[int] = []
        self._choice = choice

    async def make(self, each: Counter) -> None:
        units = self._choice.randint(1, 5)
        await self._turns(5)
        if not await each.reserve(units, patience_s=60):
            self.refused.append(units)
            return
        await self._turns(8)
        cost = self._choice.randint(0, units)
        each.settle(units, cost)
        self.spent += cost

    async def _turns(self, most: int) -> None:
        for _ in range(self._choice.randint(0, most)):
            await asyncio.sleep(0)

    async def flush(self, counters: list[Counter]) -> None:
        while True:
            for each in counters:
                await each.flush()
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("seed", range(40))
async def test_processes_together_never_exceed_the_limit(seed: int) -> None:
    choice = random.Random(seed)
    limit = choice.choice([7, 50, 1_000])
    bucket = Bucket(limit)
    counters = [counter(bucket, limit, name) for name in "abc"]
    calls = Calls(choice)

    async with asyncio.TaskGroup() as tasks:
        flushing = tasks.create_task(calls.flush(counters))
        async with asyncio.TaskGroup() as running:
            for _ in range(120):
                running.create_task(calls.make(choice.choice(counters)))
        flushing.cancel()
    for each in counters * 3:  # what was taken ahead is given back
        await each.flush()

    assert bucket.entry.spent == calls.spent <= limit
    assert bucket.entry.holds == {}
    assert all(each.is_idle for each in counters)
    if calls.refused:
        assert calls.spent + max(calls.refused) > limit, "somebody was refused without need"


async def test_steady_calls_cost_few_writes() -> None:
    bucket = Bucket(10**9)
    one = counter(bucket, 10**9)

    for _ in range(1_000):
        assert await one.reserve(10, patience_s=1)
        one.settle(10, 3)
    await one.flush()
    await one.flush()

    assert bucket.entry.spent == 3_000
    assert bucket.writes < 100


async def test_what_a_dead_process_held_counts_as_spent() -> None:
    bucket, now = Bucket(100), [0]
    dead = counter(bucket, 100, "dead", now_ms=lambda: now[0])
    heir = counter(bucket, 100, "heir", now_ms=lambda: now[0])
    assert await dead.reserve(60, patience_s=0)

    is_early = await heir.reserve(50, patience_s=0)
    now[0] += LEASE_MS + 1
    is_late = await heir.reserve(50, patience_s=0)
    fits = await heir.reserve(40, patience_s=0)

    assert (is_early, is_late, fits) == (False, False, True)
    assert bucket.entry.spent == 60


async def test_hold_is_renewed_while_its_call_lasts() -> None:
    bucket, now = Bucket(100), [0]
    slow = counter(bucket, 100, "slow", now_ms=lambda: now[0])
    other = counter(bucket, 100, "other", now_ms=lambda: now[0])
    assert await slow.reserve(60, patience_s=0)

    for _ in range(10):
        now[0] += LEASE_MS // 2
        await slow.flush()
    slow.settle(60, 1)
    await slow.flush()
    await slow.flush()

    assert await other.reserve(99, patience_s=0)
    assert bucket.entry.spent == 1


async def test_who_waits_gets_what_others_give_back() -> None:
    bucket = Bucket(10)
    first, second = counter(bucket, 10, "a"), counter(bucket, 10, "b")
    assert await first.reserve(10, patience_s=0)

    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(second.reserve(8, patience_s=30))
        await asyncio.sleep(0.01)
        assert not waiting.done()
        first.settle(10, 2)
        await first.flush()

    assert waiting.result()


async def test_who_leaves_while_waiting_holds_nothing() -> None:
    bucket = Bucket(10)
    one = counter(bucket, 10)
    assert await one.reserve(10, patience_s=0)
    async with asyncio.TaskGroup() as tasks:
        waiting = tasks.create_task(one.reserve(5, patience_s=30))
        await asyncio.sleep(0.01)
        waiting.cancel()

    one.settle(10, 0)

    assert await one.reserve(10, patience_s=0)


async def test_nothing_is_given_out_while_the_entry_is_away() -> None:
    bucket = Bucket(10)
    one = counter(bucket, 10)
    bucket.is_away = True

    with pytest.raises(Unavailable):
        await one.reserve(1, patience_s=0)
    bucket.is_away = False

    assert await one.reserve(10, patience_s=0)
    one.settle(10, 10)
    bucket.is_away = True
    with pytest.raises(Unavailable):
        await one.flush()
    bucket.is_away = False
    await one.flush()
    assert bucket.entry.spent == 10


async def test_process_that_ends_in_order_holds_nothing() -> None:
    bucket = Bucket(10**6)
    one = counter(bucket, 10**6)
    assert await one.reserve(10, patience_s=0)
    one.settle(10, 4)
    assert await one.reserve(10, patience_s=0)  # out of what was taken ahead
    one.settle(10, 4)
    held_before = bucket.entry.holds

    await one.close()

    assert held_before
    assert bucket.entry == Spending(spent=8)
    assert one.is_idle
