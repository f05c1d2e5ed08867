"""Paused runs whose time has come go on, whoever is there then."""

import asyncio
import time

import pytest
from sqlalchemy import text

from services.orchestrator.tests.runs.waits.test_resuming import flow
from services.orchestrator.tests.runs.waits.waiting import WaitingStage, eventually
from skep_contracts.run_log import RunSucceeded
from skep_orchestrator.runs.waits.timers import WaitTimers
from skep_runtime.database import Database

WAIT_S = 6.0
"""Long enough for a worker to begin, pause and stop on a busy machine."""
TIMED_OUT = {"timed_out": True}


async def rows(database: Database, run_id: str) -> int:
    """Count a run's waits: those of other tests on the same server are noted, too."""
    async with database.reading() as session:
        query = text("SELECT count(*) FROM waits WHERE run_id = :run_id")
        return int(await session.scalar(query, {"run_id": run_id}) or 0)


async def test_paused_run_goes_on_when_its_time_has_come(
    waiting: WaitingStage, projected: Database
) -> None:
    await waiting.add_worker()
    begin = time.time()
    run_id = await waiting.stage.start(flow({"wait": {"seconds": 1.0}}))
    await waiting.until_paused(run_id)

    end = await waiting.stage.end_of(run_id)

    assert end.outputs == {"said": TIMED_OUT}
    assert 1.0 <= time.time() - begin < 3.5

    async def is_clean() -> bool:
        return await rows(projected, run_id) == 0

    await eventually(is_clean)


async def test_time_goes_on_without_any_worker(waiting: WaitingStage, projected: Database) -> None:
    first = await waiting.add_worker()
    run_id = await waiting.stage.start(flow({"wait": {"seconds": 0.8}}))
    await waiting.until_paused(run_id)
    await first.kill()

    await waiting.add_worker()

    end = await waiting.stage.end_of(run_id)
    assert end.outputs == {"said": TIMED_OUT}


async def test_answer_in_time_counts_and_the_timer_is_too_late(
    waiting: WaitingStage, projected: Database
) -> None:
    await waiting.add_worker()
    run_id = await waiting.stage.start(flow({"wait": {"seconds": 1.0}}, after={"sleep_s": 1.5}))
    await waiting.until_paused(run_id)

    await waiting.resume(run_id, "ask", {"action": "yes"})

    end = await waiting.stage.end_of(run_id)
    assert end.outputs == {"said": {"action": "yes"}}
    assert len(await waiting.answers(run_id)) == 1


async def test_order_that_comes_too_early_is_not_obeyed(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    run_id = await waiting.stage.start(flow({"wait": {"seconds": 60}}))
    await waiting.until_paused(run_id)

    await waiting.resume(run_id, "ask", TIMED_OUT)

    async def is_settled() -> bool:
        return await waiting.commands_left() == 0

    await eventually(is_settled)
    assert await waiting.answers(run_id) == []


async def test_wait_within_patience_is_sat_out(
    waiting: WaitingStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    from skep_orchestrator.engine import decide

    monkeypatch.setattr(decide, "PATIENCE_MS", 10_000)
    await waiting.add_worker()

    run_id = await waiting.stage.start(flow({"wait": {"seconds": 0.2}}))

    end = await waiting.stage.end_of(run_id)
    assert isinstance(end, RunSucceeded)
    assert end.outputs == {"said": TIMED_OUT}


async def test_what_is_ordered_twice_is_done_once(
    waiting: WaitingStage, projected: Database
) -> None:
    run_id = await waiting.stage.start(flow({"wait": {"seconds": WAIT_S}}))
    first = await waiting.add_worker()
    await waiting.until_paused(run_id)
    begun = time.monotonic()
    await first.stop()

    async def is_noted() -> bool:
        return await rows(projected, run_id) == 1

    await eventually(is_noted)
    from datetime import timedelta

    from skep_runtime.clock import now

    late = WaitTimers(waiting.bus, projected, now=lambda: now() + timedelta(seconds=2 * WAIT_S))
    ordered = [await late.wake() for _ in range(3)]

    assert sum(ordered) <= 1
    async with projected.session() as session:
        await session.execute(
            text("UPDATE waits SET due_at = until_at WHERE run_id = :run_id"), {"run_id": run_id}
        )
    await late.wake()
    assert await waiting.commands_left() == 1

    await asyncio.sleep(begun + WAIT_S - time.monotonic())  # No worker obeys an order too early.
    await waiting.add_worker()
    end = await waiting.stage.end_of(run_id)
    assert end.outputs == {"said": TIMED_OUT}
    assert len(await waiting.answers(run_id)) == 1
