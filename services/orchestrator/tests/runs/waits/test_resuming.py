"""Runs wait without a worker, and go on by the first answer, whoever was lost meanwhile."""

import asyncio
import time
from typing import Any

from services.orchestrator.tests.runs.stage import TENANT, shown, starts
from services.orchestrator.tests.runs.waits.waiting import WaitingStage, eventually
from services.orchestrator.tests.scripted import document, node
from skep_contracts.run_log import (
    NodeWaiting,
    RunCancelled,
    RunFailed,
    RunResumed,
    RunSucceeded,
    WorkerAcquired,
)
from skep_orchestrator.runs.waits.open_waits import waits_of


def flow(
    ask: dict[str, Any] | None = None, *, after: dict[str, Any] | None = None, **rest: Any
) -> Any:
    """A node that waits, and one after it."""
    return document(
        {
            "s": node("begin"),
            "ask": node("act", script={"wait": {}, **(ask or {})}),
            "b": node("act", script=after or {}, input="{{ask.value}}"),
            "e": node("finish", outputs={"said": "{{b.value}}"}),
        },
        ["s > ask > b > e"],
        **rest,
    )


async def test_run_that_waits_holds_no_worker_and_goes_on_at_once(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    run_id = await waiting.stage.start(flow())
    paused = await waiting.until_paused(run_id)
    assert list(paused.waits) == ["ask"]
    assert waiting.held() == 0
    await eventually(lambda: _none_left(waiting))

    begin = time.monotonic()
    await waiting.resume(run_id, "ask", {"action": "yes"})
    end = await waiting.stage.end_of(run_id)
    took_s = time.monotonic() - begin

    assert isinstance(end, RunSucceeded)
    assert end.outputs == {"said": {"action": "yes"}}
    assert took_s < 1.0
    assert starts(await waiting.stage.events(run_id)).count("ask") == 1
    await eventually(lambda: _none_left(waiting))


async def _none_left(waiting: WaitingStage) -> bool:
    return await waiting.commands_left() == 0


async def test_first_answer_counts(waiting: WaitingStage) -> None:
    for _ in range(2):
        await waiting.add_worker()
    run_id = await waiting.stage.start(flow(after={"gate": "b"}))
    await waiting.until_paused(run_id)

    async with asyncio.TaskGroup() as tasks:
        for number in range(6):
            tasks.create_task(waiting.resume(run_id, "ask", {"n": number}))
    await eventually(lambda: _answered(waiting, run_id))
    await waiting.resume(run_id, "ask", {"n": 99})
    await asyncio.sleep(0.2)
    waiting.stage.deeds.gate("b").set()

    end = await waiting.stage.end_of(run_id)
    ((place, answer),) = await waiting.answers(run_id)
    assert place == "ask"
    assert end.outputs == {"said": answer}
    await eventually(lambda: _none_left(waiting))


async def _answered(waiting: WaitingStage, run_id: str) -> bool:
    return bool(await waiting.answers(run_id))


async def test_answer_before_the_node_waits_is_kept(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    run_id = await waiting.stage.start(flow({"gate": "ask"}))
    await waiting.stage.until_begun("ask")

    await waiting.resume(run_id, "ask", {"early": True})
    await eventually(lambda: _answered(waiting, run_id))
    waiting.stage.deeds.gate("ask").set()

    end = await waiting.stage.end_of(run_id)
    assert end.outputs == {"said": {"early": True}}


async def test_answer_before_the_run_begins_is_kept(waiting: WaitingStage) -> None:
    run_id = await waiting.stage.start(flow())
    await waiting.resume(run_id, "ask", {"early": True})

    await waiting.add_worker()

    end = await waiting.stage.end_of(run_id)
    assert end.outputs == {"said": {"early": True}}


async def test_early_answer_to_another_wait_of_a_paused_run_is_kept(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    run_id = await waiting.stage.start(
        document(
            {
                "s": node("begin"),
                "a": node("act", script={"wait": {}}),
                "b": node("act", script={"wait": {"kind": "callback"}}),
                "e": node("finish", outputs={"a": "{{a.value}}", "b": "{{b.value}}"}),
            },
            ["s > a > b > e"],
        )
    )
    await waiting.until_paused(run_id)

    await waiting.resume(run_id, "b", {"body": 1})
    await waiting.until_paused(run_id, 2)
    await waiting.resume(run_id, "a", {"action": "yes"})

    end = await waiting.stage.end_of(run_id)
    assert end.outputs == {"a": {"action": "yes"}, "b": {"body": 1}}


async def test_answer_to_nothing_changes_nothing(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    run_id = await waiting.stage.start(flow())
    await waiting.until_paused(run_id)
    before = len((await waiting.stage.recorded(run_id)).events)

    for place in ("", "nowhere", "ask/ask", "each:3/ask", "s", "../ask"):
        await waiting.resume(run_id, place, {"action": "yes"})
    await waiting.resume(run_id, "ask", {"timed_out": True})
    await eventually(lambda: _none_left(waiting))

    assert len((await waiting.stage.recorded(run_id)).events) == before


async def test_waits_in_branches_are_answered_one_by_one(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    run_id = await waiting.stage.start(
        document(
            {
                "s": node("begin"),
                **{name: node("act", script={"wait": {}}) for name in "abc"},
                "e": node("finish", outputs={name: f"{{{{{name}.value}}}}" for name in "abc"}),
            },
            [f"s > {name} > e" for name in "abc"],
        )
    )
    paused = await waiting.until_paused(run_id)
    assert list(paused.waits) == ["a", "b", "c"]

    for times, name in enumerate("bca", 2):
        await waiting.resume(run_id, name, {"n": name})
        if name != "a":
            paused = await waiting.until_paused(run_id, times)
            assert name not in paused.waits

    end = await waiting.stage.end_of(run_id)
    assert end.outputs == {name: {"n": name} for name in "abc"}


async def test_run_outlives_its_worker_while_it_is_paused(waiting: WaitingStage) -> None:
    first = await waiting.add_worker()
    run_id = await waiting.stage.start(flow())
    await waiting.until_paused(run_id)
    await first.kill()
    await waiting.add_worker()

    await waiting.resume(run_id, "ask", {"action": "yes"})

    assert isinstance(await waiting.stage.end_of(run_id), RunSucceeded)
    assert not _takeovers(await waiting.stage.events(run_id))


def _takeovers(events: Any) -> list[WorkerAcquired]:
    return [event for event in events if isinstance(event, WorkerAcquired)]


async def test_worker_lost_after_the_answer_leaves_the_run_to_the_next(
    waiting: WaitingStage,
) -> None:
    first = await waiting.add_worker()
    run_id = await waiting.stage.start(flow(after={"gate": "b"}))
    await waiting.until_paused(run_id)
    await waiting.resume(run_id, "ask", {"action": "yes"})
    await waiting.stage.until_begun("b")

    await first.kill()
    await waiting.add_worker()
    await waiting.stage.until_begun("b", 2)
    waiting.stage.deeds.gate("b").set()

    end = await waiting.stage.end_of(run_id)
    assert end.outputs == {"said": {"action": "yes"}}
    assert len(_takeovers(await waiting.stage.events(run_id))) == 1
    assert waiting.stage.count("ask") == 1
    await eventually(lambda: _none_left(waiting))


async def test_worker_that_stops_hands_a_resumed_run_on_at_once(waiting: WaitingStage) -> None:
    first = await waiting.add_worker()
    run_id = await waiting.stage.start(flow(after={"gate": "b"}))
    await waiting.until_paused(run_id)
    await waiting.resume(run_id, "ask", {"action": "yes"})
    await waiting.stage.until_begun("b")
    await waiting.add_worker()

    begin = time.monotonic()
    await first.stop()
    await waiting.stage.until_begun("b", 2)
    took_s = time.monotonic() - begin
    waiting.stage.deeds.gate("b").set()

    assert isinstance(await waiting.stage.end_of(run_id), RunSucceeded)
    assert took_s < 0.9


async def test_other_answer_finds_the_worker_that_took_the_run_over(waiting: WaitingStage) -> None:
    first = await waiting.add_worker()
    run_id = await waiting.stage.start(
        document(
            {
                "s": node("begin"),
                "a": node("act", script={"wait": {}}),
                "b": node("act", script={"wait": {}}),
                "c": node("act", script={"gate": "c"}),
                "e": node("finish", outputs={"b": "{{b.value}}"}),
            },
            ["s > a > c > e", "s > b > e"],
        )
    )
    await waiting.until_paused(run_id)
    await waiting.resume(run_id, "a", {"n": "a"})
    await waiting.stage.until_begun("c")

    await first.kill()
    await waiting.resume(run_id, "b", {"n": "b"})
    await waiting.add_worker()
    await waiting.stage.until_begun("c", 2)
    waiting.stage.deeds.gate("c").set()

    end = await waiting.stage.end_of(run_id)
    assert end.outputs == {"b": {"n": "b"}}
    await eventually(lambda: _none_left(waiting))


async def test_order_to_start_that_comes_again_leaves_a_paused_run_alone(
    waiting: WaitingStage,
) -> None:
    await waiting.add_worker()
    run_id = await waiting.stage.start(flow(after={"gate": "b"}))
    await waiting.until_paused(run_id)
    before = len((await waiting.stage.recorded(run_id)).events)

    await waiting.stage.start(flow(after={"gate": "b"}), run_id=run_id, message_id="again")
    await eventually(lambda: _none_left(waiting))

    assert len((await waiting.stage.recorded(run_id)).events) == before


async def test_time_of_a_run_stands_still_while_it_is_paused(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    run_id = await waiting.stage.start(flow(limits={"timeout_s": 1.0}))
    await waiting.until_paused(run_id)
    await asyncio.sleep(1.3)

    await waiting.resume(run_id, "ask", {"action": "yes"})

    end = await waiting.stage.end_of(run_id)
    assert isinstance(end, RunSucceeded)
    assert end.elapsed_s < 1.0


async def test_paused_run_is_cancelled_at_once(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    run_id = await waiting.stage.start(flow())
    await waiting.until_paused(run_id)
    await asyncio.sleep(0.3)

    begin = time.monotonic()
    await waiting.stage.cancel(run_id)
    end = await waiting.stage.end_of(run_id)
    took_s = time.monotonic() - begin
    await waiting.resume(run_id, "ask", {"action": "yes"})
    await eventually(lambda: _none_left(waiting))

    assert isinstance(end, RunCancelled)
    assert end.reason == "enough"
    assert end.elapsed_s < 0.3
    assert took_s < 0.5
    assert isinstance((await waiting.stage.events(run_id))[-1], RunCancelled)


async def test_cancelling_and_answering_at_once_leaves_one_of_both(waiting: WaitingStage) -> None:
    for _ in range(2):
        await waiting.add_worker()
    run_ids = [await waiting.stage.start(flow(after={"sleep_s": 0.05})) for _ in range(8)]
    for run_id in run_ids:
        await waiting.until_paused(run_id)

    async with asyncio.TaskGroup() as tasks:
        for run_id in run_ids:
            tasks.create_task(waiting.resume(run_id, "ask", {"action": "yes"}))
            tasks.create_task(waiting.stage.cancel(run_id))

    for run_id in run_ids:
        end = await waiting.stage.end_of(run_id)
        recorded = await waiting.stage.recorded(run_id)
        assert isinstance(end, RunCancelled | RunSucceeded)
        assert recorded.fault is None
    await eventually(lambda: _none_left(waiting))


async def test_text_goes_on_where_it_stood(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    run_id = "run_00000000000000000000000000"
    chat = document(
        {
            "s": node("begin"),
            "a": node("act", script={"pieces": ["one ", "two "]}),
            "ask": node("act", script={"wait": {}}),
            "b": node("act", script={"pieces": ["three ", "four"]}),
            "say": node("say", text="{{a.text}}and {{b.text}}"),
        },
        ["s > a > ask > b > say"],
    )

    async with waiting.stage.reading(run_id) as pieces:
        await waiting.stage.start(chat, run_id=run_id)
        await waiting.until_paused(run_id)
        before = shown(pieces)
        await waiting.resume(run_id, "ask", {"action": "yes"})
        end = await waiting.stage.end_of(run_id)

    assert before == "one two and "
    assert end.answer == shown(pieces) == "one two and three four"
    assert [piece.offset for piece in pieces] == sorted(piece.offset for piece in pieces)


async def test_run_whose_document_is_gone_ends_when_it_should_go_on(waiting: WaitingStage) -> None:
    await waiting.add_worker()
    run_id = await waiting.stage.start(flow())
    await waiting.until_paused(run_id)
    del waiting.stage.host.nodes["act", 1]  # type: ignore[attr-defined]  # a plain dict in tests
    waiting.stage.host.generation += 1

    await waiting.resume(run_id, "ask", {"action": "yes"})

    end = await waiting.stage.end_of(run_id)
    assert isinstance(end, RunFailed)
    assert end.problem.code == "unknown_node_type"


async def test_stranger_cannot_answer(waiting: WaitingStage) -> None:
    from skep_contracts.commands.run import ResumeRun
    from skep_contracts.ids import RunId

    await waiting.add_worker()
    run_id = await waiting.stage.start(flow())
    await waiting.until_paused(run_id)

    command = ResumeRun(run_id=RunId(run_id), place="ask", answer={"action": "yes"})
    await waiting.bus.publish(command, tenant="t_other")
    await asyncio.sleep(0.3)

    assert await waiting.answers(run_id) == []
    waits = waits_of((await waiting.stage.recorded(run_id)).events)
    assert waits.is_paused
    assert TENANT != "t_other"


async def test_answer_too_large_for_the_log_is_stored_apart(waiting: WaitingStage) -> None:
    first = await waiting.add_worker()
    run_id = await waiting.stage.start(flow(after={"gate": "b"}))
    await waiting.until_paused(run_id)
    await waiting.resume(run_id, "ask", {"body": "x" * 100_000})
    await waiting.stage.until_begun("b")

    await first.kill()
    await waiting.add_worker()
    await waiting.stage.until_begun("b", 2)
    waiting.stage.deeds.gate("b").set()

    end = await waiting.stage.end_of(run_id)
    assert isinstance(end, RunSucceeded)
    events = (await waiting.stage.recorded(run_id)).events
    (logged,) = (event for event in events if isinstance(event, RunResumed))
    assert "$blob" in str(logged.answer)
    assert sum(isinstance(event, NodeWaiting) for event in events) == 1
