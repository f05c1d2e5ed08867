"""An operator pauses a run and lets it go on."""

import asyncio

from services.orchestrator.tests.runs.stage import starts
from services.orchestrator.tests.runs.waits.waiting import WaitingStage, eventually
from services.orchestrator.tests.scripted import document, node
from skep_contracts.run_log import NodeSucceeded, RunCancelled, RunSucceeded

CHAIN = document(
    {
        "s": node("begin"),
        "a": node("act", script={"gate": "a"}),
        "b": node("act", script={"sleep_s": 1.3}, input="{{a.text}}"),
        "e": node("finish"),
    },
    ["s > a > b > e"],
)
HOLD = {"kind": "hold", "reason": "look", "by": "mem_1"}


async def test_paused_run_ends_what_is_under_way_and_begins_nothing(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    run_id = await waiting.stage.start(CHAIN)
    await waiting.stage.until_begun("a")

    await waiting.pause(run_id)
    await asyncio.sleep(0.2)
    held_meanwhile = waiting.held()
    waiting.stage.deeds.gate("a").set()
    paused = await waiting.until_paused(run_id)

    events = await waiting.stage.events(run_id)
    assert held_meanwhile == 1
    assert paused.waits == {"": HOLD}
    assert [e.node for e in events if isinstance(e, NodeSucceeded)] == ["s", "a"]
    assert "b" not in starts(events)

    await waiting.resume(run_id, "", {}, by="mem_2")
    assert isinstance(await waiting.stage.end_of(run_id), RunSucceeded)
    await eventually(lambda: _none_left(waiting))


async def _none_left(waiting: WaitingStage) -> bool:
    return await waiting.commands_left() == 0


async def test_answer_does_not_let_a_run_go_on_that_an_operator_paused(
    waiting: WaitingStage,
) -> None:
    await waiting.add_worker()
    run_id = await waiting.stage.start(
        document(
            {
                "s": node("begin"),
                "ask": node("act", script={"wait": {}}),
                "a": node("act", script={"gate": "a"}),
                "e": node("finish", outputs={"said": "{{ask.value}}"}),
            },
            ["s > ask > e", "s > a > e"],
        )
    )
    await waiting.stage.until_begun("a")
    await waiting.pause(run_id)
    await asyncio.sleep(0.2)
    waiting.stage.deeds.gate("a").set()
    paused = await waiting.until_paused(run_id)
    assert list(paused.waits) == ["", "ask"]

    await waiting.resume(run_id, "ask", {"action": "yes"})
    await eventually(lambda: _none_left(waiting))
    assert waiting.held() == 0
    assert await waiting.answers(run_id) == [("ask", {"action": "yes"})]

    await waiting.resume(run_id, "", {})
    end = await waiting.stage.end_of(run_id)
    assert end.outputs == {"said": {"action": "yes"}}


async def test_run_that_waits_is_put_on_hold_and_its_answer_kept(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    run_id = await waiting.stage.start(
        document(
            {
                "s": node("begin"),
                "ask": node("act", script={"wait": {}}),
                "more": node("act", script={"wait": {}}),
                "e": node("finish", outputs={"said": "{{ask.value}}"}),
            },
            ["s > ask > e", "s > more > e"],
        )
    )
    before = await waiting.until_paused(run_id)

    await waiting.pause(run_id)
    held = await waiting.until_paused(run_id, 2)
    await waiting.pause(run_id)
    await eventually(lambda: _none_left(waiting))
    await waiting.resume(run_id, "ask", {"action": "yes"})
    await eventually(lambda: _none_left(waiting))

    assert held.waits == {"": HOLD, **before.waits}
    assert waiting.held() == 0
    assert await waiting.answers(run_id) == [("ask", {"action": "yes"})]
    await waiting.resume(run_id, "", {})
    again = await waiting.until_paused(run_id, 3)
    assert list(again.waits) == ["more"]
    await waiting.resume(run_id, "more", {})
    end = await waiting.stage.end_of(run_id)
    assert end.outputs == {"said": {"action": "yes"}}
    assert await waiting.faults(run_id) == []


async def test_run_on_hold_is_cancelled_at_once(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    nodes = {"s": node("begin"), "ask": node("act", script={"wait": {}}), "e": node("finish")}
    run_id = await waiting.stage.start(document(nodes, ["s > ask > e"]))
    await waiting.until_paused(run_id)
    await waiting.pause(run_id)
    await waiting.until_paused(run_id, 2)

    await waiting.stage.cancel(run_id)

    end = await waiting.stage.end_of(run_id)
    assert isinstance(end, RunCancelled)
    assert end.elapsed_s < 1


async def test_run_that_was_let_go_on_is_not_paused_by_the_same_order_again(
    waiting: WaitingStage,
) -> None:
    await waiting.add_worker()
    run_id = await waiting.stage.start(CHAIN)
    await waiting.stage.until_begun("a")
    await waiting.pause(run_id)
    await asyncio.sleep(0.1)
    waiting.stage.deeds.gate("a").set()
    await waiting.until_paused(run_id)

    await waiting.resume(run_id, "", {})

    assert isinstance(await waiting.stage.end_of(run_id), RunSucceeded)


async def test_order_to_pause_outlives_the_worker(waiting: WaitingStage) -> None:
    first = await waiting.add_worker()
    run_id = await waiting.stage.start(CHAIN)
    await waiting.stage.until_begun("a")
    await waiting.pause(run_id)
    await asyncio.sleep(0.2)

    await first.kill()
    await waiting.add_worker()
    await waiting.stage.until_begun("a", 2)
    await asyncio.sleep(1.2)
    waiting.stage.deeds.gate("a").set()

    await waiting.until_paused(run_id)
    assert "b" not in starts(await waiting.stage.events(run_id))
    await waiting.stage.cancel(run_id)
    assert isinstance(await waiting.stage.end_of(run_id), RunCancelled)


async def test_run_that_has_ended_is_not_paused(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    waiting.stage.deeds.gate("a").set()
    run_id = await waiting.stage.start(CHAIN)
    await waiting.stage.end_of(run_id)

    await waiting.pause(run_id)
    await eventually(lambda: _none_left(waiting))

    assert isinstance(await waiting.stage.end_of(run_id), RunSucceeded)


async def test_run_that_meets_a_budget_is_paused_and_tried_again_when_let_go_on(
    waiting: WaitingStage,
) -> None:
    await waiting.add_worker()
    run_id = await waiting.stage.start(
        document(
            {
                "s": node("begin"),
                "a": node("act", script={}),
                "b": node("act", script={"broke": 2}),
                "beside": node("act", script={"sleep_s": 0.2}),
                "e": node("finish"),
            },
            ["s > a > b > e", "s > beside > e"],
        )
    )

    for number in (1, 2):
        paused = await waiting.until_paused(run_id, number)
        assert paused.waits[""]["cause"] == "budget"
        assert "trial" in paused.waits[""]["reason"]
        await waiting.resume(run_id, "", {}, by="mem_1")

    assert isinstance(await waiting.stage.end_of(run_id), RunSucceeded)
    events = await waiting.stage.events(run_id)
    ended = [event.node for event in events if isinstance(event, NodeSucceeded)]
    assert sorted(ended) == ["a", "b", "beside", "e", "s"]
    assert await waiting.faults(run_id) == []
