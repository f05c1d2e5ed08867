"""The fold of the log: what it refuses, and what it keeps through a pause."""

import copy

import pytest

from services.orchestrator.tests.scripted import node, plan_of
from skep_contracts.run_log import (
    NodeSkipped,
    NodeStarted,
    NodeSucceeded,
    NodeWaiting,
    RunCancelled,
    RunEvent,
    RunPaused,
    RunResumed,
    RunStarted,
    RunSucceeded,
)
from skep_orchestrator.engine.apply import LogError, apply, fold
from skep_orchestrator.engine.decide import decide, next_due_ms, take_over
from skep_orchestrator.engine.state import RunState

PLAN = plan_of(
    {"s": node("begin"), "a": node("act"), "b": node("act"), "e": node("finish")},
    ["s > a > e", "s > b > e"],
    limits={"timeout_s": 10},
)
OPENING = RunStarted(
    at_ms=1_000, run_id="run_1", app_id="a", version="v", mode="workflow", inputs={}, system={}
)
BEGUN: list[RunEvent] = [
    OPENING,
    NodeStarted(node="s", node_type="begin"),
    NodeSucceeded(node="s", outputs={}),
    NodeStarted(node="a", node_type="act"),
    NodeStarted(node="b", node_type="act"),
]


@pytest.mark.parametrize(
    "events",
    [
        [NodeStarted(node="s", node_type="begin")],
        [OPENING, OPENING],
        [OPENING, NodeStarted(node="a", node_type="act")],
        [OPENING, NodeStarted(node="ghost", node_type="act")],
        [OPENING, NodeSucceeded(node="s", outputs={})],
        [OPENING, NodeSkipped(node="a")],
        [*BEGUN, NodeStarted(node="a", node_type="act")],
        [*BEGUN, RunResumed(node="s")],
        [*BEGUN, RunResumed(node="a"), RunResumed(node="a")],
        [*BEGUN, RunResumed(node="a", scope="e:0")],
        [*BEGUN, RunCancelled(reason="x"), NodeSucceeded(node="a", outputs={})],
    ],
)
def test_log_that_contradicts_itself_is_refused(events: list[RunEvent]) -> None:
    with pytest.raises(LogError):
        fold(PLAN, events)


def paused() -> RunState:
    waits = {"a": {"form": 1}}
    return fold(
        PLAN, [*BEGUN, NodeSucceeded(node="b", outputs={}), RunPaused(at_ms=3_000, waits=waits)]
    )


def test_paused_run_decides_nothing_and_remembers_what_it_waits_for() -> None:
    state = paused()

    assert state.is_paused
    assert decide(state, 99_999) is None
    (waiting,) = state.waiting.values()
    assert (waiting.doing.place, waiting.doing.attempt) == ("a", 1)
    assert waiting.wait == {"form": 1}


def test_pause_does_not_count_as_time_of_the_run() -> None:
    state = paused()

    apply(state, RunResumed(at_ms=60_000, node="a", answer={"yes": True}))

    assert not state.is_paused
    assert next_due_ms(state) == 1_000 + 10_000 + 57_000
    assert state.elapsed_s(61_000) == 3.0


def test_node_that_waited_goes_on_with_its_answer() -> None:
    state = paused()
    apply(state, RunResumed(at_ms=60_000, node="a", answer={"yes": True}))

    assert state.resumptions == {"a": ({"yes": True}, None)}
    assert take_over(state, worker="w", now_ms=60_000).repeated == ("run_1:a:1",)
    apply(state, NodeSucceeded(node="a", outputs={"value": 1}))
    assert state.resumptions == {}
    last = decide(state, 60_001)
    assert isinstance(last, NodeStarted)
    assert last.node == "e"


@pytest.mark.parametrize("is_early", [False, True])
def test_answer_comes_with_the_end_that_its_wait_had(is_early: bool) -> None:
    waiting = NodeWaiting(at_ms=3_000, node="a", wait={"until": "1970-01-01T00:01:00Z"})
    answer = RunResumed(at_ms=3_000, node="a", answer={"yes": True})
    steps: list[RunEvent] = [answer, waiting] if is_early else [waiting, answer]

    state = fold(PLAN, [*BEGUN, *steps])

    assert state.resumptions == {"a": ({"yes": True}, 60_000)}


def test_run_waits_again_for_what_is_still_missing() -> None:
    state = fold(
        PLAN, [*BEGUN, RunPaused(at_ms=3_000, waits={"a": 1, "b": 2}), RunResumed(node="a")]
    )
    apply(state, NodeSucceeded(node="a", outputs={}))

    again = decide(state, 4_000)

    assert again == RunPaused(at_ms=4_000, waits={"b": 2})
    apply(state, again)
    assert state.is_paused


def test_run_that_waits_is_put_on_hold_once_and_all_of_it_is_a_pause() -> None:
    state = paused()
    hold = RunPaused(at_ms=9_000, waits={"": {"kind": "hold"}, "a": {"form": 1}})
    apply(state, hold)

    with pytest.raises(LogError):
        apply(copy.deepcopy(state), hold)
    apply(state, RunResumed(at_ms=20_000, node="a", answer={"yes": True}))
    was_paused = state.is_paused
    apply(state, RunResumed(at_ms=60_000, node="", answer={}))
    assert (was_paused, state.is_paused) == (True, False)
    assert state.elapsed_s(61_000) == 3.0
    assert state.resumptions == {"a": ({"yes": True}, None)}


def test_run_is_not_paused_twice_for_what_it_waits_for() -> None:
    state = paused()

    with pytest.raises(LogError):
        apply(state, RunPaused(at_ms=4_000, waits={"a": {"form": 1}}))


def test_nothing_is_decided_before_the_beginning_or_after_the_end() -> None:
    ended = fold(PLAN, [OPENING, RunCancelled(reason="x")])

    assert decide(RunState(PLAN), 0) is None
    assert decide(ended, 99_999) is None


def test_answer_is_none_without_answer_nodes_and_text_with_them() -> None:
    said = plan_of({"s": node("begin"), "say": node("say", text="Hi {{sys.query}}")}, ["s > say"])
    state = fold(
        said,
        [
            OPENING,
            NodeStarted(node="s", node_type="begin"),
            NodeSucceeded(node="s", outputs={}),
            NodeStarted(node="say", node_type="say"),
            NodeSucceeded(node="say", outputs={"answer": "Hi "}),
        ],
    )

    last = decide(state, 2_000)

    assert isinstance(last, RunSucceeded)
    assert last.answer == "Hi "
    assert RunState(PLAN).full_answer() is None
