"""The ledger loses nothing while the process lives, and counts repeats once."""

import asyncio

import msgspec
import pytest

from inference.tests.conftest import FAST, Make
from inference.tests.scripted import LedgerBus, as_bus, asking
from skep_contracts.events.usage import UsageRecorded
from skep_contracts.problems import Unavailable
from skep_contracts.subjects import event
from skep_inference import CallScope, ledger
from skep_inference.ledger import Ledger, entry_id


def entry(number: int) -> UsageRecorded:
    return UsageRecorded(
        entry_id=f"use_{number}", provider="p", model="m", kind="chat", outcome="succeeded"
    )


def test_ids_follow_from_key_and_attempt_and_fit_into_subjects() -> None:
    assert entry_id("run_1/n 1", 1) == entry_id("run_1/n 1", 1)
    assert len({entry_id("a", 1), entry_id("a", 2), entry_id("b", 1), entry_id("\ud800", 1)}) == 4
    assert entry_id(None, 1) != entry_id(None, 1)
    for key in ("run_1/n 1.>*", None):
        assert event("t_1", "usage", entry_id(key, 1), "recorded")


async def test_records_leave_together() -> None:
    bus = LedgerBus()
    book = Ledger(as_bus(bus), capacity=10_000)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(book.run())
        for number in range(600):
            book.record(entry(number), tenant="t_1")
        book.close()

    assert len(bus.published) == 600
    assert bus.batches == [256, 256, 88]


async def test_records_survive_a_bus_that_is_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "_RETRY_S", 0.01)
    bus = LedgerBus()
    bus.is_away = True
    book = Ledger(as_bus(bus), capacity=100)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(book.run())
        book.record(entry(1), tenant="t_1")
        await asyncio.sleep(0.1)
        assert book.waiting == 1
        bus.is_away = False
        book.close()

    assert list(bus.published) == ["use_1"]


async def test_new_calls_wait_while_too_many_records_do(
    make: Make, bus: LedgerBus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ledger, "_RETRY_S", 0.01)
    monkeypatch.setattr(ledger, "ROOM_S", 0.1)
    inference = await make(msgspec.structs.replace(FAST, ledger_capacity=2))
    bus.is_away = True

    async def call() -> None:
        async for _ in inference.chat("default", asking(), scope=CallScope(tenant="t_1")):
            pass

    await call()
    await call()
    with pytest.raises(Unavailable) as refusal:
        await call()
    assert refusal.value.exact_code == "ledger_full"
    bus.is_away = False
    await call()

    await inference.close()
    assert len(bus.published) == 3


async def test_closing_gives_up_on_a_bus_that_stays_away(
    make: Make, bus: LedgerBus, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("skep_inference.inference.CLOSE_S", 0.1)
    inference = await make()
    bus.is_away = True
    async for _ in inference.chat("default", asking(), scope=CallScope(tenant="t_1")):
        pass

    await inference.close()

    lost = [record for record in caplog.records if record.message == "usage was not recorded"]
    assert [record.__dict__["entries"] for record in lost] == [1]
