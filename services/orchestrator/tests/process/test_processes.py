"""Whole orchestrator processes: started, killed, frozen, stopped."""

import asyncio
import signal
import time

import pytest

from services.orchestrator.tests.process.processes import DOCUMENT, TENANT, Processes
from skep_contracts.calls.run import ListRuns, ListRunsReply
from skep_contracts.run_log import RunFailed, RunSucceeded, WorkerAcquired
from skep_orchestrator.runs.run_log import read_run

pytestmark = pytest.mark.slow


async def test_killed_process_is_replaced_and_nothing_is_done_twice(processes: Processes) -> None:
    first = await processes.start()
    second = await processes.start()
    run_id = await processes.run()
    await processes.until_begun(f"{run_id}:b:1", 1)
    holder = int(processes.deeds("begun")[-1][2])
    victim = first if first.pid == holder else second

    killed_s = time.monotonic()
    victim.kill()
    await processes.until_begun(f"{run_id}:b:1", 2)
    took_s = time.monotonic() - killed_s
    (processes.folder / "go").touch()
    end, recorded = await processes.end_of(run_id)

    assert isinstance(end, RunSucceeded)
    assert took_s < 10.0, "a lease is five seconds"
    assert [deed[1] for deed in processes.deeds("done")] == [f"{run_id}:a:1", f"{run_id}:b:1"]
    repeats = [event.repeated for event in recorded.events if isinstance(event, WorkerAcquired)]
    assert repeats == [(f"{run_id}:b:1",)]


async def test_frozen_process_that_wakes_up_has_lost_its_run(processes: Processes) -> None:
    pair = [await processes.start(), await processes.start()]
    run_id = await processes.run()
    await processes.until_begun(f"{run_id}:b:1", 1)
    holder = int(processes.deeds("begun")[-1][2])
    first, second = pair if pair[0].pid == holder else reversed(pair)
    await asyncio.sleep(0.5)  # let it finish what it writes elsewhere
    first.send_signal(signal.SIGSTOP)
    await processes.until_begun(f"{run_id}:b:1", 2)

    first.send_signal(signal.SIGCONT)
    await asyncio.sleep(2.5)
    (processes.folder / "go").touch()
    end, recorded = await processes.end_of(run_id)
    await asyncio.sleep(0.5)

    assert isinstance(end, RunSucceeded)
    assert end.outputs == {"x": f"{second.pid} "}
    assert recorded.epoch == 2
    done = [deed for deed in processes.deeds("done") if ":b:" in deed[1]]
    assert [int(deed[2]) for deed in done] == [second.pid]
    assert await read_run(processes.bus.journal, TENANT, run_id) == recorded
    assert first.poll() is None


async def test_process_that_is_stopped_hands_its_run_over_at_once(processes: Processes) -> None:
    first = await processes.start()
    run_id = await processes.run()
    await processes.until_begun(f"{run_id}:b:1", 1)
    await processes.start()

    stopped_s = time.monotonic()
    first.terminate()
    await processes.until_begun(f"{run_id}:b:1", 2)
    took_s = time.monotonic() - stopped_s

    assert took_s < 4.0, "the lease was waited for"
    assert first.wait(10) == 0
    (processes.folder / "go").touch()
    end, _ = await processes.end_of(run_id)
    assert isinstance(end, RunSucceeded)


async def test_process_answers_and_says_what_it_cannot_run(processes: Processes) -> None:
    await processes.start()
    run_id = await processes.run(DOCUMENT.replace(b'"deed"', b'"unheard-of"'))

    end, _ = await processes.end_of(run_id)

    assert isinstance(end, RunFailed)
    assert "`unheard-of`" in end.problem.detail
    for _ in range(100):
        reply = await processes.bus.call(
            ListRuns(), tenant=TENANT, reply=ListRunsReply, timeout_s=5
        )
        if any(item.id == run_id and item.problem for item in reply.items):
            break
        await asyncio.sleep(0.05)
    else:
        raise AssertionError(run_id)
