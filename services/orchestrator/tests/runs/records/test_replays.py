"""A replay shows what another version makes of what was recorded."""

from services.orchestrator.tests.runs.records.descent import (
    FLOW,
    changed,
    check_log,
    did,
    fork,
    served,
)
from services.orchestrator.tests.runs.records.test_forks import INPUTS, ran
from services.orchestrator.tests.runs.stage import Stage
from services.orchestrator.tests.scripted import document, node
from skep_contracts.run_log import RunFailed, RunSucceeded

DRAFT = changed(
    a=node("act", input="louder: {{s.x}}"),
    b=node("act", input="{{a.value}}?"),
)


async def test_changed_effects_are_carried_out_live(stage: Stage) -> None:
    await stage.add_worker()
    origin = await ran(stage)

    run_id = await fork(stage, origin, DRAFT, inputs=INPUTS, kind="replay")
    end = await stage.end_of(run_id)

    assert end.outputs == {"b": "louder: hi?", "c": 7}
    assert did(stage, run_id) == ["a", "b"]


async def test_stub_carries_nothing_out(stage: Stage) -> None:
    await stage.add_worker()
    origin = await ran(stage)

    run_id = await fork(stage, origin, DRAFT, inputs=INPUTS, kind="replay", changed="stub")
    end = await stage.end_of(run_id)

    assert end.outputs == {"b": "hi!", "c": 7}
    assert did(stage, run_id) == []
    assert await served(stage, run_id) == dict.fromkeys("abc", origin)
    await check_log(stage, run_id, DRAFT)


async def test_stub_runs_what_is_named_and_nothing_else(stage: Stage) -> None:
    await stage.add_worker()
    origin = await ran(stage)

    run_id = await fork(
        stage, origin, DRAFT, inputs=INPUTS, kind="replay", changed="stub", live=("b",)
    )
    end = await stage.end_of(run_id)

    assert end.outputs["b"] == "hi?"
    assert did(stage, run_id) == ["b"]


async def test_stub_fails_where_nothing_was_recorded(stage: Stage) -> None:
    await stage.add_worker()
    origin = await ran(stage)
    draft = document(
        {"s": node("begin"), "fresh": node("act"), "e": node("finish")}, ["s > fresh > e"]
    )

    run_id = await fork(stage, origin, draft, inputs=INPUTS, kind="replay", changed="stub")
    end = await stage.end_of(run_id)

    assert isinstance(end, RunFailed)
    assert (end.node, end.problem.code) == ("fresh", "nothing_recorded")
    assert did(stage, run_id) == []


async def test_recorded_failure_is_replayed_and_forked_away(stage: Stage) -> None:
    await stage.add_worker()
    retry = {"attempts": 3, "delay_s": 0.01}
    flaky = changed(
        a=node("act", script={"failures": 9}, retry=retry, on_failure="defaults", defaults={}),
    )
    origin = await ran(stage, flaky)

    replay = await fork(stage, origin, flaky, inputs=INPUTS, kind="replay")
    forked = await fork(stage, origin, flaky, inputs=INPUTS)

    assert isinstance(await stage.end_of(replay), RunSucceeded)
    await stage.end_of(forked)
    assert not [key for key in stage.deeds.begun if key.startswith(f"{replay}:a:")]
    assert len([key for key in stage.deeds.begun if key.startswith(f"{forked}:a:")]) == 3
    await check_log(stage, replay, flaky)


async def test_replay_of_an_unchanged_run_gives_its_very_end(stage: Stage) -> None:
    await stage.add_worker()
    origin = await ran(stage)

    run_id = await fork(stage, origin, FLOW, inputs=INPUTS, kind="replay")
    end = await stage.end_of(run_id)

    assert end.outputs == (await stage.end_of(origin)).outputs
    assert did(stage, run_id) == []
