"""A loop that stands still is noticed; one that is merely busy is not."""

import asyncio
import threading
import time

import pytest

from skep_orchestrator import watchdog
from skep_orchestrator.watchdog import Watchdog


@pytest.fixture(autouse=True)
def _quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(watchdog, "_TICK_S", 0.02)


async def test_loop_that_stands_still_ends_the_process() -> None:
    ended = threading.Event()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(Watchdog(0.2, end=ended.set).run())
        await asyncio.sleep(0.1)

        time.sleep(0.6)  # noqa: ASYNC251 - that is the point

        assert ended.is_set()
        task.cancel()


async def test_loop_that_is_busy_goes_on() -> None:
    ended = threading.Event()
    async with asyncio.TaskGroup() as tasks:
        task = tasks.create_task(Watchdog(0.4, end=ended.set).run())
        for _ in range(10):
            time.sleep(0.05)  # noqa: ASYNC251 - as a busy loop does
            await asyncio.sleep(0)
            await asyncio.sleep(0.02)

        assert not ended.is_set()
        task.cancel()
