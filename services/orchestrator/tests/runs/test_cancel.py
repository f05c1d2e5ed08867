"""Stopping runs, wherever they are."""

import asyncio

from services.orchestrator.tests.runs.stage import Stage
from services.orchestrator.tests.scripted import document, node
from skep_contracts.run_log import NodeSucceeded, RunCancelled, RunSucceeded

FLOW = document(
    {"s": node("begin"), "a": node("act", script={"gate": "a"}), "e": node("finish")},
    ["s > a > e"],
)


async def test_run_is_stopped_on_whichever_worker_holds_it(stage: Stage) -> None:
    for _ in range(2):
        await stage.add_worker()
    run_ids = [await stage.start(FLOW) for _ in range(6)]
    await stage.until_begun("a", 6)
    loop = asyncio.get_running_loop()

    asked_s = loop.time()
    for run_id in run_ids:
        await stage.cancel(run_id)
    ends = [await stage.end_of(run_id) for run_id in run_ids]
    took_s = loop.time() - asked_s

    assert [(type(end), end.reason) for end in ends] == [(RunCancelled, "enough")] * 6
    assert took_s < 1.0
    assert len(stage.deeds.cancelled) == 6


async def test_cancelled_node_gives_nothing_any_more(stage: Stage) -> None:
    await stage.add_worker()
    flow = document(
        {"s": node("begin"), "a": node("act", script={"gate": "a", "clings": True})}
        | {"e": node("finish")},
        ["s > a > e"],
    )
    run_id = await stage.start(flow)
    await stage.until_begun("a")
    await stage.cancel(run_id)
    await stage.end_of(run_id)

    stage.deeds.gate("clings").set()
    await asyncio.sleep(0.1)

    events = await stage.events(run_id)
    assert isinstance(events[-1], RunCancelled)
    assert [e.node for e in events if isinstance(e, NodeSucceeded)] == ["s"]


async def test_run_that_waits_for_a_worker_is_stopped_when_one_comes(stage: Stage) -> None:
    run_id = await stage.start(FLOW)
    await stage.cancel(run_id)
    await asyncio.sleep(0.1)

    await stage.add_worker()

    assert isinstance(await stage.end_of(run_id), RunCancelled)


async def test_run_that_has_ended_stays_as_it_ended(stage: Stage) -> None:
    await stage.add_worker()
    stage.deeds.gate("a").set()
    run_id = await stage.start(FLOW)
    await stage.end_of(run_id)

    await stage.cancel(run_id)
    await asyncio.sleep(0.3)

    assert isinstance(await stage.end_of(run_id), RunSucceeded)
    info = await stage.bus._jetstream.ask("STREAM.INFO.SKEP_COMMANDS_ORCHESTRATOR")
    assert info["state"]["messages"] == 0


async def test_run_of_another_tenant_is_left_alone(stage: Stage) -> None:
    from skep_contracts.commands.run import CancelRun
    from skep_contracts.ids import RunId

    await stage.add_worker()
    run_id = await stage.start(FLOW)
    await stage.until_begun("a")

    await stage.bus.publish(CancelRun(run_id=RunId(run_id)), tenant="t_other")
    await asyncio.sleep(0.3)
    stage.deeds.gate("a").set()

    assert isinstance(await stage.end_of(run_id), RunSucceeded)


async def test_run_can_be_cancelled_while_every_worker_is_full(stage: Stage) -> None:
    await stage.add_worker(capacity=1)
    run_id = await stage.start(FLOW)
    await stage.until_begun("a")
    waiting = await stage.start(FLOW)

    await stage.cancel(run_id)

    assert isinstance(await stage.end_of(run_id), RunCancelled)
    stage.deeds.gate("a").set()
    assert isinstance(await stage.end_of(waiting), RunSucceeded)
