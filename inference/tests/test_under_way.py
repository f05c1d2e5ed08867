"""Calls whose process is gone are in the ledger, once; those of a living one are left alone."""

import asyncio
from collections.abc import AsyncIterator

import msgspec
import pytest

from inference.tests.conftest import FAST, running
from inference.tests.scripted import HELLO, Host, Scripted, as_host, asking
from skep_contracts.events.usage import UsageRecorded
from skep_contracts.ids import new_ulid
from skep_contracts.plugins.models import ChatDelta
from skep_contracts.subjects import events_of
from skep_contracts.topology import EVENTS, UNDER_WAY
from skep_inference import CallScope, Inference
from skep_inference.money.under_way import SILENT_S, Noted, Notes
from skep_runtime.bus import Bus
from skep_runtime.vault import Vault
from skep_testing.eventually import eventually
from skep_testing.nats import NatsServer, nats_server

__all__ = ["nats_server"]

LONG = 3_600.0


class Attempt:
    """An attempt of a tenant of its own."""

    def __init__(self) -> None:
        self.tenant = f"t_{new_ulid().lower()}"
        self.id = f"use_{new_ulid()}"
        self.tokens = 1

    def noted(self) -> Noted:
        entry = UsageRecorded(
            entry_id=self.id,
            provider="acme",
            model="smart",
            kind="chat",
            outcome="interrupted",
            output_tokens=self.tokens,
        )
        return Noted(self.tenant, entry)


@pytest.fixture
async def bus(nats_server: NatsServer) -> AsyncIterator[Bus]:
    connected = await Bus.connect(nats_server.settings(), service="gateway")
    await connected.ensure_topology()
    yield connected
    for key in await connected.bucket(UNDER_WAY).keys():
        await connected.bucket(UNDER_WAY).delete(key)
    await connected.close()


async def recorded(bus: Bus, tenant: str) -> list[UsageRecorded]:
    found = [m async for m in bus.replay(EVENTS, [events_of(tenant=tenant, noun="usage")])]
    data = [msgspec.json.decode(each.data, type=dict[str, msgspec.Raw])["data"] for each in found]
    return [msgspec.json.decode(raw, type=UsageRecorded) for raw in data]


async def noted(bus: Bus) -> list[Noted]:
    bucket = bus.bucket(UNDER_WAY)
    entries = [await bucket.get(key) for key in await bucket.keys()]
    pages = [msgspec.json.decode(each.value, type=list[Noted]) for each in entries if each]
    return [each for page in pages for each in page]


async def left_behind(bus: Bus, *attempts: Attempt) -> None:
    gone = Notes(bus)
    for attempt in attempts:
        gone.begin(attempt)
    await gone.write()


async def _next(stream: AsyncIterator[ChatDelta]) -> None:
    await anext(stream)


async def all_look(others: list[Notes], now_s: float) -> None:
    async with asyncio.TaskGroup() as tasks:
        for each in others:
            tasks.create_task(each.look(now_s))


async def test_what_a_process_left_behind_is_recorded_once_by_one_of_many(bus: Bus) -> None:
    attempt = Attempt()
    await left_behind(bus, attempt)
    others = [Notes(bus) for _ in range(4)]

    for now_s in (0.0, SILENT_S - 1):
        await all_look(others, now_s)
    assert await recorded(bus, attempt.tenant) == []
    for now_s in (SILENT_S, SILENT_S * 2, SILENT_S * 3):
        await all_look(others, now_s)

    assert await recorded(bus, attempt.tenant) == [attempt.noted().entry]
    assert await noted(bus) == []


async def test_many_attempts_are_all_recorded(bus: Bus) -> None:
    attempts = [Attempt() for _ in range(300)]
    await left_behind(bus, *attempts)
    other = Notes(bus)

    await other.look(0.0)
    await other.look(SILENT_S)

    for attempt in attempts[::37]:
        assert await recorded(bus, attempt.tenant) == [attempt.noted().entry]
    assert await noted(bus) == []


async def test_what_a_process_writes_again_is_not_left_behind(bus: Bus) -> None:
    attempt, alive, other = Attempt(), Notes(bus), Notes(bus)
    alive.begin(attempt)

    for turn in range(4):
        attempt.tokens += 1
        await alive.write()
        await other.look(turn * SILENT_S)

    assert await recorded(bus, attempt.tenant) == []
    assert [each.entry.output_tokens for each in await noted(bus)] == [attempt.tokens]
    alive.end(attempt)
    await alive.write()
    assert await noted(bus) == []


async def test_what_was_recorded_before_its_process_died_stays_as_it_is(bus: Bus) -> None:
    attempt, other = Attempt(), Notes(bus)
    await left_behind(bus, attempt)
    entry = msgspec.structs.replace(attempt.noted().entry, outcome="succeeded", output_tokens=9)
    await bus.publish_many([(entry, attempt.tenant, entry.entry_id)])

    await other.look(0.0)
    await other.look(SILENT_S)

    assert await recorded(bus, attempt.tenant) == [entry]


@pytest.mark.parametrize("key", [None, "key-of-a-run"])
async def test_calls_that_nobody_repeats_are_noted_with_what_they_used_until_they_end(
    bus: Bus, vault: Vault, key: str | None
) -> None:
    script = Scripted()
    script.chats = [[*HELLO[:2], LONG]]
    host = as_host(Host(script.description("free", needs_credential=False)))
    inference = Inference(host=host, bus=bus, vault=vault, settings=FAST, source="test")
    scope = CallScope(tenant=Attempt().tenant, end_user="somebody", idempotency_key=key)

    async with running(inference):
        stream = inference.chat("free/smart", asking("What is it?"), scope=scope)
        for _ in range(2):
            await anext(stream)
        waiting = asyncio.get_running_loop().create_task(_next(stream))
        await eventually(lambda: script.active)
        await inference._notes.write()
        found = await noted(bus)
        waiting.cancel()
        await asyncio.wait([waiting])
        await stream.aclose()
    left = await noted(bus)

    assert left == []
    if key is not None:
        assert found == []
        return
    (entry,) = [each.entry for each in found]
    assert (entry.outcome, entry.is_estimated, entry.end_user) == ("interrupted", True, "somebody")
    assert (entry.input_tokens, entry.output_tokens) == (3, 2)
    assert entry.cost_usd == pytest.approx((3 * 2.0 + 2 * 8.0) / 1e6)
    (ended,) = await recorded(bus, scope.tenant)
    assert (ended.entry_id, ended.outcome) == (entry.entry_id, "cancelled")
