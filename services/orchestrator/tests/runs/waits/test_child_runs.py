"""An app runs as a step of another: once, and both know of each other's end."""

import asyncio
from functools import partial
from typing import Any

from services.orchestrator.tests.runs.stage import TENANT, shown
from services.orchestrator.tests.runs.waits.waiting import WaitingStage, eventually
from services.orchestrator.tests.scripted import document, node
from skep_contracts.run_log import (
    NodeFailed,
    RunCancelled,
    RunFailed,
    RunPaused,
    RunStarted,
    RunSucceeded,
)
from skep_orchestrator.runs.waits.child_runs import GrowingText
from skep_runtime.database import Database


def parent(**script: Any) -> Any:
    """A run with another one as its step, whose answer it shows."""
    own = {key: script.pop(key) for key in ("timeout_s", "retry", "on_failure") if key in script}
    return document(
        {
            "s": node("begin"),
            "sub": node("act", script={"app": "child", **script}, **own),
            "say": node("say", text="<{{sub.text}}>"),
            "e": node("finish", outputs={"given": "{{sub.value}}"}),
        },
        ["s > sub > say > e"],
    )


def child(**script: Any) -> Any:
    return document(
        {
            "s": node("begin"),
            "work": node("act", script=script, input="{{s.x}}"),
            "say": node("say", text="{{work.text}}"),
            "e": node("finish", outputs={"x": "{{work.value}}"}),
        },
        ["s > work > say > e"],
    )


async def child_of(waiting: WaitingStage, run_id: str) -> str:
    """Return the id of the run below one, once it has begun."""
    found: list[str] = []

    async def is_there() -> bool:
        found[:] = await children(waiting, run_id)
        return bool(found)

    await eventually(is_there)
    return found[0]


async def children(waiting: WaitingStage, run_id: str) -> list[str]:
    from skep_contracts import subjects, topology
    from skep_contracts.run_log import decode_batch

    every = subjects.journal(TENANT, "run_x").replace("run_x", "*")
    replay = waiting.bus.replay(topology.JOURNAL, [every])
    found = []
    async for message in replay:
        first = decode_batch(message.data).events[0]
        if isinstance(first, RunStarted) and first.parent and first.parent.run_id == run_id:
            found.append(first.run_id)
    return found


async def test_step_gives_outputs_and_shows_the_answer_as_it_grows(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    await waiting.publish_app("child", child(pieces=["one ", "two"], pause_s=0.1))
    run_id = "run_00000000000000000000000001"

    async with waiting.stage.reading(run_id) as pieces:
        await waiting.stage.start(parent(inputs={"x": 7}), run_id=run_id)
        end = await waiting.stage.end_of(run_id)

    below = await child_of(waiting, run_id)
    assert end.outputs["given"] == {"run_id": below, "outputs": {"x": 7}, "answer": "one two"}
    assert shown(pieces) == end.answer == "<one two>"
    assert len(pieces) > 2, "it should come piece by piece"
    opening = (await waiting.stage.events(below))[0]
    assert isinstance(opening, RunStarted)
    assert opening.caller.via == "run"
    assert opening.parent is not None
    assert (opening.parent.run_id, opening.parent.place, opening.parent.depth) == (run_id, "sub", 1)


async def test_failure_below_is_the_nodes_problem_with_its_run(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    await waiting.publish_app("child", child(wrong=True))
    run_id = await waiting.stage.start(parent())

    end = await waiting.stage.end_of(run_id)

    below = await child_of(waiting, run_id)
    assert isinstance(end, RunFailed)
    assert end.node == "sub"
    assert end.problem.code == "invalid_input"
    assert below in end.problem.detail
    assert "Never." in end.problem.detail


async def test_unknown_app_is_the_nodes_problem(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    run_id = await waiting.stage.start(parent(app="nobody"))

    end = await waiting.stage.end_of(run_id)

    assert end.problem.code == "unknown_app"
    assert "`nobody`" in end.problem.detail


async def test_run_waits_with_the_one_below_it(waiting: WaitingStage, projected: Database) -> None:
    await waiting.add_worker()
    await waiting.publish_app("child", child(wait={}))
    run_id = await waiting.stage.start(parent())
    below = await child_of(waiting, run_id)
    await waiting.until_paused(below)
    paused = await waiting.until_paused(run_id)
    assert paused.waits["sub"]["kind"] == "run"
    assert paused.waits["sub"]["data"] == {"run_id": below}
    assert waiting.held() == 0

    await waiting.resume(below, "work", {"action": "yes"})

    end = await waiting.stage.end_of(run_id)
    assert isinstance(end, RunSucceeded)
    assert end.outputs["given"]["outputs"] == {"x": {"action": "yes"}}
    assert await children(waiting, run_id) == [below]


async def test_run_below_that_pauses_and_goes_on_at_once_is_not_waited_for_in_vain(
    waiting: WaitingStage, projected: Database
) -> None:
    await waiting.add_worker()
    await waiting.publish_app("child", child(wait={}))
    run_ids = [await waiting.stage.start(parent()) for _ in range(5)]

    for run_id in run_ids:
        below = await child_of(waiting, run_id)
        await eventually(partial(_is_paused, waiting, below))
        await waiting.resume(below, "work", {"action": "yes"})

    for run_id in run_ids:
        assert isinstance(await waiting.stage.end_of(run_id), RunSucceeded)


async def _is_paused(waiting: WaitingStage, run_id: str) -> bool:
    events = (await waiting.stage.recorded(run_id)).events
    return any(isinstance(event, RunPaused) for event in events)


async def test_worker_lost_in_the_middle_starts_no_second_run(waiting: WaitingStage) -> None:
    first = await waiting.add_worker()
    await waiting.publish_app("child", child(gate="work"))
    run_id = await waiting.stage.start(parent())
    await waiting.stage.until_begun("work")

    await first.kill()
    await waiting.add_worker()
    await waiting.stage.until_begun("work", 2)
    await waiting.stage.until_begun("sub", 2)
    waiting.stage.deeds.gate("work").set()

    assert isinstance(await waiting.stage.end_of(run_id), RunSucceeded)
    assert len(await children(waiting, run_id)) == 1
    assert waiting.stage.count("work") == 1


async def test_worker_that_stops_leaves_the_run_below_alone(waiting: WaitingStage) -> None:
    first = await waiting.add_worker()
    await waiting.publish_app("child", child(gate="work"))
    run_id = await waiting.stage.start(parent())
    await waiting.stage.until_begun("work")
    await waiting.add_worker()

    await first.stop()
    await waiting.stage.until_begun("work", 2)
    waiting.stage.deeds.gate("work").set()

    assert isinstance(await waiting.stage.end_of(run_id), RunSucceeded)


async def test_cancelling_reaches_the_run_below(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    await waiting.publish_app("child", child(gate="work"))
    run_id = await waiting.stage.start(parent())
    await waiting.stage.until_begun("work")
    below = await child_of(waiting, run_id)

    await waiting.stage.cancel(run_id)

    assert isinstance(await waiting.stage.end_of(run_id), RunCancelled)
    assert isinstance(await waiting.stage.end_of(below, timeout_s=2), RunCancelled)


async def test_cancelling_a_paused_run_reaches_the_one_below(
    waiting: WaitingStage, projected: Database
) -> None:
    await waiting.add_worker()
    await waiting.publish_app("child", child(wait={}))
    run_id = await waiting.stage.start(parent())
    below = await child_of(waiting, run_id)
    await waiting.until_paused(run_id)

    await waiting.stage.cancel(run_id)

    assert isinstance(await waiting.stage.end_of(run_id), RunCancelled)
    assert isinstance(await waiting.stage.end_of(below), RunCancelled)


async def test_cancelled_below_is_the_nodes_problem(
    waiting: WaitingStage, projected: Database
) -> None:
    await waiting.add_worker()
    await waiting.publish_app("child", child(wait={}))
    run_id = await waiting.stage.start(parent())
    below = await child_of(waiting, run_id)
    await waiting.until_paused(run_id)

    await waiting.stage.cancel(below)

    end = await waiting.stage.end_of(run_id)
    assert isinstance(end, RunFailed)
    assert end.problem.code == "child_run_cancelled"


async def test_node_whose_time_is_over_stops_the_run_below(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    await waiting.publish_app("child", child(gate="never"))
    run_id = await waiting.stage.start(parent(timeout_s=0.5))
    below = await child_of(waiting, run_id)

    end = await waiting.stage.end_of(run_id)

    assert end.problem.code == "node_timed_out"
    assert isinstance(await waiting.stage.end_of(below), RunCancelled)


async def test_app_that_runs_itself_is_refused_at_the_fifth(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    await waiting.publish_app("child", parent())
    run_id = await waiting.stage.start(parent())

    end = await waiting.stage.end_of(run_id)

    assert isinstance(end, RunFailed)
    assert end.problem.code == "runs_too_deep"
    depth, current = 0, run_id
    while found := await children(waiting, current):
        (current,) = found
        depth += 1
    assert depth == 5
    events = await waiting.stage.events(current)
    assert isinstance(events[-2], NodeFailed)


async def test_large_outputs_come_whole(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    await waiting.publish_app("child", child(size=200_000))
    run_id = await waiting.stage.start(parent())

    await waiting.stage.end_of(run_id)

    end = (await waiting.stage.events(run_id))[-1]
    assert isinstance(end, RunSucceeded)
    assert len(end.outputs["given"]["outputs"]["x"]) == 200_000


def test_growing_text_passes_on_what_is_new_and_stops_where_it_would_take_back() -> None:
    passed: list[str] = []
    text = GrowingText(passed.append)

    text.take(1, 0, "one ")
    text.take(1, 2, "e two")
    text.take(0, 9, "of an older worker")
    text.take(2, 4, "tw")
    text.finish("one two three")

    assert "".join(passed) == "one two three"

    text = GrowingText(passed.append)
    passed.clear()
    text.take(1, 0, "one")
    text.take(2, 0, "two")
    text.take(2, 3, " more")
    text.finish("two more")

    assert passed == ["one"]

    text = GrowingText(passed.append)
    passed.clear()
    text.take(1, 5, "late")
    text.finish("and whole")

    assert passed == ["and whole"]


async def test_nothing_is_left_behind(waiting: WaitingStage, projected: Database) -> None:
    await waiting.add_worker()
    await waiting.publish_app("child", child())
    run_id = await waiting.stage.start(parent())
    await waiting.stage.end_of(run_id)
    await asyncio.sleep(0.2)

    assert waiting.held() == 0
    assert await waiting.commands_left() == 0
