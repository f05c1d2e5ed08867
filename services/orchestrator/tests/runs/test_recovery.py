"""Workers die, freeze and leave; runs go on, and what was done is not done again."""

import asyncio
import time

import msgspec
import pytest

from services.orchestrator.tests.runs.stage import TENANT, Stage, shown
from services.orchestrator.tests.scripted import document, node
from skep_contracts.run_log import (
    Batch,
    NodeStarted,
    NodeSucceeded,
    RunEvent,
    RunFailed,
    RunStarted,
    RunSucceeded,
    WorkerAcquired,
    decode_batch,
    encode_batch,
)

BEGIN = node("begin")
CHAIN = {
    "s": BEGIN,
    "a": node("act"),
    "b": node("compute", value="{{a.value}}"),
    "c": node("act", script={"gate": "c"}, input="{{b.value}}"),
    "d": node("write"),
    "e": node("finish", outputs={"x": "{{c.value}}"}),
}
FLOW = document(CHAIN, ["s > a > b > c > d > e"])


def acquired(events: tuple[RunEvent, ...]) -> list[WorkerAcquired]:
    return [event for event in events if isinstance(event, WorkerAcquired)]


async def test_another_worker_finishes_what_a_killed_one_began(stage: Stage) -> None:
    first = await stage.add_worker()
    run_id = await stage.start(FLOW)
    await stage.until_begun("c")

    await first.kill()
    await stage.add_worker()
    await stage.until_begun("c", 2)
    stage.deeds.gate("c").set()
    end = await stage.end_of(run_id)

    assert isinstance(end, RunSucceeded)
    assert stage.deeds.begun.count(f"{run_id}:a:1") == 1
    assert stage.deeds.begun.count(f"{run_id}:c:1") == 2
    assert stage.deeds.begun.count(f"{run_id}:d:1") == 1
    taken = acquired(await stage.events(run_id))
    assert [(event.epoch, event.repeated) for event in taken] == [(2, (f"{run_id}:c:1",))]


async def test_worker_that_leaves_hands_its_runs_over_at_once(stage: Stage) -> None:
    first = await stage.add_worker()
    run_ids = [await stage.start(FLOW) for _ in range(5)]
    await stage.until_begun("c", 5)
    await stage.add_worker()
    loop = asyncio.get_running_loop()

    left_s = loop.time()
    await first.stop()
    await stage.until_begun("c", 10)
    took_s = loop.time() - left_s
    stage.deeds.gate("c").set()

    for run_id in run_ids:
        assert isinstance(await stage.end_of(run_id), RunSucceeded)
    assert took_s < 0.8, "leases were waited for"
    assert stage.count("a") == 5


async def test_result_that_was_not_written_yet_is_written_before_leaving(stage: Stage) -> None:
    first = await stage.add_worker()
    run_id = await stage.start(
        document(
            {
                "s": BEGIN,
                "a": node("act", script={"gate": "a"}),
                "b": node("act", script={"gate": "b"}),
                "e": node("finish"),
            },
            ["s > a > e", "s > b > e"],
        )
    )
    await stage.until_begun("b")
    stage.deeds.gate("a").set()
    await asyncio.sleep(0)
    await asyncio.sleep(0)

    await first.stop()
    events = await stage.events(run_id)
    await stage.add_worker()
    stage.deeds.gate("b").set()
    await stage.end_of(run_id)

    assert [e.node for e in events if isinstance(e, NodeSucceeded)] == ["s", "a"]
    assert stage.deeds.begun.count(f"{run_id}:a:1") == 1


async def test_frozen_worker_that_wakes_up_cannot_write_and_falls_silent(stage: Stage) -> None:
    first = await stage.add_worker()
    flow = document(
        {
            "s": BEGIN,
            "m": node("act", script={"pieces": ["one", " two"], "gate": "m"}),
            "say": node("say", text="{{m.text}}"),
        },
        ["s > m > say"],
    )
    run_id = await stage.start(flow)
    await stage.until_begun("m")
    held = first.worker.held.find(TENANT, run_id)
    assert held is not None
    # Frozen: no heartbeat leaves any more. Its own loop goes on, which is as if it woke up later.
    send = first.bus._connection.send
    first.bus._connection.send = lambda *args, **kwargs: True  # type: ignore[method-assign]
    await stage.add_worker()
    await stage.until_begun("m", 2)
    first.bus._connection.send = send  # type: ignore[method-assign]

    async with stage.reading(run_id) as live:
        stage.deeds.gate("m").set()
        end = await stage.end_of(run_id)
        await asyncio.wait_for(held.is_over.wait(), 5)

    assert isinstance(end, RunSucceeded)
    recorded = await stage.recorded(run_id)
    assert recorded.epoch == 2
    assert held.execution.state.epoch == 1
    assert sum(isinstance(e, NodeSucceeded) and e.node == "m" for e in recorded.events) == 1
    assert {piece.epoch for piece in live} <= {2}
    await asyncio.sleep(0.2)
    assert not first.task.done()


async def test_worker_that_stood_still_finds_out_what_it_lost(stage: Stage) -> None:
    first = await stage.add_worker()
    run_id = await stage.start(FLOW)
    await stage.until_begun("c")
    held = first.worker.held.find(TENANT, run_id)
    assert held is not None
    send = first.bus._connection.send
    first.bus._connection.send = lambda *args, **kwargs: True  # type: ignore[method-assign]
    await stage.add_worker()
    await stage.until_begun("c", 2)
    first.bus._connection.send = send  # type: ignore[method-assign]

    await first.worker.held._check_leases()
    await asyncio.wait_for(held.is_over.wait(), 2)

    assert first.worker.held.find(TENANT, run_id) is None
    assert len(stage.deeds.cancelled) == 1
    stage.deeds.gate("c").set()
    assert isinstance(await stage.end_of(run_id), RunSucceeded)


async def test_stream_begins_again_where_the_repeated_call_began(stage: Stage) -> None:
    first = await stage.add_worker()
    flow = document(
        {
            "s": BEGIN,
            "m": node("act", script={"pieces": ["alpha ", "beta"], "gate": "m"}),
            "say": node("say", text="Says: {{m.text}}."),
        },
        ["s > m > say"],
    )
    run_id = await stage.start(flow)
    async with stage.reading(run_id) as live:
        await stage.until_begun("m")
        await asyncio.sleep(0.15)
        assert shown(live) == "Says: alpha beta"
        await first.kill()
        await stage.add_worker()
        await stage.until_begun("m", 2)
        stage.deeds.gate("m").set()
        end = await stage.end_of(run_id)

    again = next(piece for piece in live if piece.epoch == 2)
    assert (again.offset, again.text) == (len("Says: "), "")
    assert shown(live) == end.answer == "Says: alpha beta."


async def test_retry_that_was_waiting_is_still_due(stage: Stage) -> None:
    first = await stage.add_worker()
    flow = document(
        {
            "s": BEGIN,
            "a": node("act", script={"failures": 1}, retry={"attempts": 2, "delay_s": 1.5}),
            "e": node("finish"),
        },
        ["s > a > e"],
    )
    run_id = await stage.start(flow)
    await stage.until_begun("a")
    await asyncio.sleep(0.1)

    await first.stop()
    await stage.add_worker()
    end = await stage.end_of(run_id)

    assert isinstance(end, RunSucceeded)
    assert stage.deeds.begun == [f"{run_id}:a:1", f"{run_id}:a:2"]
    assert end.elapsed_s >= 1.5


async def test_large_values_are_put_back_for_the_next_worker(stage: Stage) -> None:
    first = await stage.add_worker()
    flow = document(
        {
            "s": BEGIN,
            "a": node("act", script={"size": 200_000}),
            "c": node("act", script={"gate": "c"}, input="{{a.value}}"),
            "e": node("finish", outputs={"x": "{{c.value}}"}),
        },
        ["s > a > c > e"],
    )
    run_id = await stage.start(flow)
    await stage.until_begun("c")

    await first.stop()
    await stage.add_worker()
    stage.deeds.gate("c").set()
    await stage.end_of(run_id)

    end = (await stage.events(run_id))[-1]
    assert isinstance(end, RunSucceeded)
    assert end.outputs == {"x": "x" * 200_000}


async def test_run_that_ends_its_workers_is_given_up(stage: Stage) -> None:
    run_id = await stage.start(FLOW)
    for count in range(1, 4):
        worker = await stage.add_worker(max_takeovers=2)
        await stage.until_begun("c", count)
        await worker.stop()

    await stage.add_worker(max_takeovers=2)
    end = await stage.end_of(run_id)

    assert isinstance(end, RunFailed)
    assert end.problem.code == "run_keeps_failing"


async def test_command_that_comes_twice_runs_once(stage: Stage) -> None:
    await stage.add_worker()
    run_id = await stage.start(FLOW)
    await stage.until_begun("c")
    recorded = await stage.recorded(run_id)
    opening = recorded.events[0]
    assert isinstance(opening, RunStarted)

    await stage.start(FLOW, run_id=run_id, message_id="another")
    await asyncio.sleep(0.3)
    stage.deeds.gate("c").set()
    await stage.end_of(run_id)

    assert acquired(await stage.events(run_id)) == []
    assert stage.deeds.begun.count(f"{run_id}:c:1") == 1


async def test_command_that_comes_twice_to_two_workers_runs_once(stage: Stage) -> None:
    await stage.add_worker()
    run_id = await stage.start(FLOW)
    await stage.until_begun("c")
    await stage.add_worker()

    for number in range(4):
        await stage.start(FLOW, run_id=run_id, message_id=f"again-{number}")
    await asyncio.sleep(0.5)
    stage.deeds.gate("c").set()
    await stage.end_of(run_id)

    assert acquired(await stage.events(run_id)) == []
    assert stage.deeds.begun.count(f"{run_id}:c:1") == 1


async def test_run_that_has_ended_is_only_acknowledged(stage: Stage) -> None:
    await stage.add_worker()
    flow = document({"s": BEGIN, "a": node("act"), "e": node("finish")}, ["s > a > e"])
    run_id = await stage.start(flow)
    await stage.end_of(run_id)
    before = await stage.recorded(run_id)

    await stage.start(flow, run_id=run_id, message_id="late")
    await asyncio.sleep(0.3)

    assert await stage.recorded(run_id) == before
    assert stage.count("a") == 1


async def test_bus_that_is_restarted_loses_nothing(stage: Stage) -> None:
    await stage.add_worker()
    run_id = await stage.start(FLOW)
    await stage.until_begun("c")

    stage.server.kill()
    stage.deeds.gate("c").set()
    await asyncio.sleep(0.3)
    stage.server.start()
    end = await stage.end_of(run_id)

    assert isinstance(end, RunSucceeded)
    assert stage.deeds.done.count(f"{run_id}:a:1") == 1
    assert stage.deeds.done.count(f"{run_id}:c:1") == 1
    assert stage.deeds.done.count(f"{run_id}:d:1") == 1


async def test_log_that_makes_no_sense_fails_the_run(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("skep_orchestrator.runs.start_run._UNREADABLE_TRIES", 1)
    run_id = await stage.start(FLOW)
    subject = f"skep.v1.journal.{TENANT}.run.{run_id}"
    await stage.bus.journal.append(subject, b"\xc1 no batch", expected_last=0)
    await stage.add_worker()

    for _ in range(100):
        await asyncio.sleep(0.05)
        last = await stage.bus.journal.last(subject)
        if last is not None and b"run_log_damaged" in last.data:
            return
    raise AssertionError(run_id)


async def test_two_workers_share_the_work(stage: Stage) -> None:
    workers = [await stage.add_worker(), await stage.add_worker()]
    await asyncio.sleep(0.1)
    run_ids = [await stage.start(FLOW) for _ in range(20)]
    await stage.until_begun("c", 20)
    shares = [len(worker.worker.held) for worker in workers]
    stage.deeds.gate("c").set()

    for run_id in run_ids:
        assert isinstance(await stage.end_of(run_id), RunSucceeded)
    assert min(shares) >= 5
    assert len(stage.deeds.done) == 60


async def test_effects_start_only_when_the_log_has_what_they_depend_on(stage: Stage) -> None:
    worker = await stage.add_worker()
    append = worker.bus.journal.append
    logged: list[bytes] = []
    begun_before: list[int] = []

    async def slow_append(subject: str, data: bytes, *, expected_last: int) -> int:
        begun_before.append(len(stage.deeds.begun))
        await asyncio.sleep(0.05)
        seq = await append(subject, data, expected_last=expected_last)
        logged.append(data)
        assert len(stage.deeds.begun) == begun_before[-1]
        return seq

    worker.bus.journal.append = slow_append  # type: ignore[method-assign]
    stage.deeds.gate("c").set()
    run_id = await stage.start(FLOW)
    await stage.end_of(run_id)

    assert len(logged) == 4
    events = await stage.events(run_id)
    assert [e.node for e in events if isinstance(e, NodeStarted)] == list("sabcde")


async def test_run_that_ended_its_worker_unseen_is_begun_with_care(stage: Stage) -> None:
    first = await stage.add_worker()

    async def hang(subject: str, data: bytes, *, expected_last: int) -> int:
        await asyncio.Event().wait()
        return 0

    first.bus.journal.append = hang  # type: ignore[method-assign]
    flow = document({"s": BEGIN, "c": node("compute"), "e": node("finish")}, ["s > c > e"])
    run_id = await stage.start(flow)
    await asyncio.sleep(0.2)
    await first.kill()

    await stage.add_worker()
    await stage.end_of(run_id)

    messages = await stage.bus.journal.read(f"skep.v1.journal.{TENANT}.run.{run_id}")
    batches = [decode_batch(message.data) for message in messages]
    assert [type(event) for event in batches[0].events] == [RunStarted]
    assert len(batches) == 2


async def test_interrupted_pure_node_is_computed_again(stage: Stage) -> None:
    flow = document({"s": BEGIN, "c": node("compute", value=1), "e": node("finish")}, ["s > c > e"])
    run_id = await stage.start(flow)
    opening = RunStarted(
        run_id=run_id, app_id="a", version="v", mode="workflow", inputs={}, system={}
    )
    opening = msgspec.structs.replace(opening, at_ms=time.time_ns() // 1_000_000)
    batch = Batch(1, 1, 1, [opening, NodeStarted(node="s", node_type="begin")])
    await stage.bus.journal.append(
        f"skep.v1.journal.{TENANT}.run.{run_id}", encode_batch(batch), expected_last=0
    )

    await stage.add_worker()

    assert isinstance(await stage.end_of(run_id), RunSucceeded)
    assert acquired(await stage.events(run_id))[0].repeated == ()
