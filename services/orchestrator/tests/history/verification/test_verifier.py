"""Each rule, broken."""

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from services.orchestrator.tests.history.logs import PROBLEM
from services.orchestrator.tests.scripted import document, node
from skep_contracts.commands.run import RunOrigin
from skep_contracts.plugins.models import Usage
from skep_contracts.problems import Problem
from skep_contracts.run_log import (
    Batch,
    ModelCall,
    NodeFailed,
    NodeRetrying,
    NodeSkipped,
    NodeStarted,
    NodeSucceeded,
    NodeWaiting,
    RoundEnded,
    RoundStarted,
    RunCancelled,
    RunEvent,
    RunFailed,
    RunPaused,
    RunResumed,
    RunStarted,
    RunSucceeded,
    WorkerAcquired,
)
from skep_orchestrator.history.verification import verify

DOCUMENT = document(
    {
        "s": node("begin"),
        "a": node("act", ports=["out", "other"]),
        "b": node("act"),
        "c": node("act"),
        "e": node("finish"),
    },
    ["s > a > b > e", "a.other > c > e"],
)
ROUNDS = document(
    {
        "s": node("begin"),
        "each": node("each", items=[1, 2], parallel=2),
        "x": node("act", parent="each"),
        "e": node("finish"),
    },
    ["s > each > e"],
)
EMPTY = Problem(code="", title="", status=500, detail="")
Change = Callable[[list[RunEvent]], list[RunEvent]]


def started(**more: Any) -> RunStarted:
    return RunStarted(
        run_id="run_1", app_id="app_1", version="v", mode="workflow", inputs={}, system={}, **more
    )


def begin(name: str, scope: str = "", attempt: int = 1, *, pure: bool = False) -> NodeStarted:
    place = f"{scope}/{name}" if scope else name
    key = None if pure else f"run_1:{place}:{attempt}"
    return NodeStarted(node=name, scope=scope, node_type="t", attempt=attempt, effect_key=key)


def done(name: str, scope: str = "", port: str = "out", **more: Any) -> NodeSucceeded:
    return NodeSucceeded(node=name, scope=scope, outputs={}, port=port, **more)


def sound(**more: Any) -> list[RunEvent]:
    return [
        started(**more),
        begin("s", pure=True),
        done("s"),
        begin("a"),
        done("a"),
        begin("b"),
        NodeSkipped(node="c"),
        done("b"),
        begin("e", pure=True),
        done("e"),
        RunSucceeded(outputs={}),
    ]


def sound_rounds() -> list[RunEvent]:
    return [
        started(),
        begin("s", pure=True),
        done("s"),
        begin("each", pure=True),
        RoundStarted(node="each", index=0),
        begin("x", "each:0"),
        RoundStarted(node="each", index=1),
        begin("x", "each:1"),
        done("x", "each:1"),
        RoundEnded(node="each", index=1),
        done("x", "each:0"),
        RoundEnded(node="each", index=0),
        done("each"),
        begin("e", pure=True),
        done("e"),
        RunSucceeded(outputs={}),
    ]


def rules(
    events: list[RunEvent], document: Any = DOCUMENT, epochs: dict[int, int] | None = None
) -> set[str]:
    epoch, batches = 1, []
    for number, event in enumerate(events, 1):
        epoch = (epochs or {}).get(
            number, event.epoch if isinstance(event, WorkerAcquired) else epoch
        )
        batches.append(Batch(1, epoch, number, [event]))
    return {fault.rule for fault in verify(batches, document)}


def put(events: list[RunEvent], at: int, *new: RunEvent, instead: int = 0) -> list[RunEvent]:
    return [*events[:at], *new, *events[at + instead :]]


def test_sound_logs_break_nothing() -> None:
    assert rules(sound()) == set()
    assert rules(sound_rounds(), ROUNDS) == set()
    assert rules(sound(), None) == set()


def test_gap_between_messages_is_found() -> None:
    events = sound()
    batches = [Batch(1, 1, 1, events[:3]), Batch(1, 1, 5, events[3:])]

    (fault,) = verify(batches, DOCUMENT)

    assert (fault.rule, fault.number) == ("numbers", 4)


def test_epoch_that_falls_is_found() -> None:
    assert rules(sound(), epochs={3: 2, 4: 1}) == {"epochs"}
    acquired = WorkerAcquired(worker="w", epoch=3)
    assert rules(put(sound(), 4, acquired), epochs={5: 2}) == {"epochs"}


@pytest.mark.parametrize(
    ("rule", "events"),
    [
        ("beginning", sound()[1:]),
        ("beginning", put(sound(), 4, started())),
        ("end", [*sound(), RunCancelled(reason="late")]),
        ("attempts", put(sound(), 4, begin("a"))),
        ("attempts", put(sound(), 5, done("a"))),
        ("attempts", put(sound(), 3, begin("a", attempt=2), instead=1)),
        ("attempts", put(sound(), 4, done("a", attempt=2), instead=1)),
        ("attempts", put(sound(), 3, done("a"), instead=1)),
        ("joins", put(sound(), 8, begin("b"), done("b"))),
        ("joins", put(sound(), 7, NodeSkipped(node="c"))),
        ("inputs", put(sound(), 3, begin("b"))),
        ("inputs", put(sound(), 6, begin("c"), instead=1)),
        ("skips", put(sound(), 5, NodeSkipped(node="b"), instead=1)),
        ("skips", put(sound(), 4, NodeSkipped(node="c"))),
        (
            "effect_keys",
            put(sound(), 3, msgspec.structs.replace(begin("a"), effect_key="k"), instead=1),
        ),
        ("repeats", put(sound(), 4, WorkerAcquired(worker="w", epoch=2, repeated=("run_1:b:1",)))),
        (
            "repeats",
            put(sound(), 4, WorkerAcquired(worker="w", epoch=2, repeated=("run_1:a:1",) * 2)),
        ),
        ("repeats", put(sound(), 5, WorkerAcquired(worker="w", epoch=2, repeated=("run_1:a:1",)))),
        ("document", put(sound(), 5, begin("nobody"))),
        ("rest", put(sound(), 6, instead=1)),
        ("rest", put(sound(), 9, instead=1)),
        ("reuse", put(sound(), 4, done("a", reused="run_0"), instead=1)),
        ("reuse", put(sound(), 4, done("a", reused="pin"), instead=1)),
        ("cause", put(sound(), 10, RunFailed(problem=EMPTY), instead=1)),
        ("cause", put(sound(), 10, RunFailed(problem=PROBLEM, node="a"), instead=1)),
        ("cause", put(sound(), 10, RunCancelled(reason=""), instead=1)),
        (
            "cause",
            put(
                sound(),
                4,
                NodeFailed(node="a", problem=EMPTY),
                RunFailed(problem=PROBLEM, node="a"),
                instead=7,
            ),
        ),
        ("cause", put(sound(), 4, RunPaused(waits={}))),
        ("waits", put(sound(), 4, RunPaused(waits={"a": {}}))),
        (
            "waits",
            put(sound(), 4, NodeWaiting(node="a", wait={}), RunPaused(waits={"a": {}}), begin("b")),
        ),
    ],
)
def test_broken_rule_is_named(rule: str, events: list[RunEvent]) -> None:
    assert rule in rules(events)


@pytest.mark.parametrize(
    ("rule", "events"),
    [
        ("rounds", put(sound_rounds(), 4, instead=1)),
        ("rounds", put(sound_rounds(), 6, RoundStarted(node="each", index=2), instead=1)),
        ("rounds", put(sound_rounds(), 6, RoundStarted(node="each", index=0), instead=1)),
        ("rounds", put(sound_rounds(), 10, RoundEnded(node="each", index=1))),
        ("rounds", put(sound_rounds(), 11, instead=1)),
        ("rounds", put(sound_rounds(), 12, begin("x", "each:0"))),
        ("rest", put(sound_rounds(), 8, instead=1)),
        ("rounds", put(sound_rounds(), 3, RoundStarted(node="each", index=0))),
        ("document", put(sound_rounds(), 4, begin("x"))),
        ("document", put(sound_rounds(), 5, begin("e", "each:0"))),
        (
            "cause",
            put(
                sound_rounds(),
                9,
                RoundEnded(node="each", index=1, problem=PROBLEM, cause="each:1/x"),
                instead=1,
            ),
        ),
    ],
)
def test_broken_rule_of_rounds_is_named(rule: str, events: list[RunEvent]) -> None:
    assert rule in rules(events, ROUNDS)


def test_result_of_a_record_that_called_a_model_is_found() -> None:
    call = ModelCall(provider="p", model="m", usage=Usage(input_tokens=1, output_tokens=1))
    origin = RunOrigin(run_id="run_0")  # type: ignore[arg-type]  # a NewType
    served = done("a", reused="run_0")
    paid = done("a", reused="run_0", calls=(call,))

    assert rules(put(sound(origin=origin), 4, served, instead=1)) == set()
    assert rules(put(sound(origin=origin), 4, paid, instead=1)) == {"reuse"}


def test_pause_and_early_answer_are_sound() -> None:
    wait = NodeWaiting(node="a", wait={"kind": "form"})
    paused = put(
        sound(),
        4,
        wait,
        RunPaused(waits={"a": {}}),
        RunResumed(node="a"),
        WorkerAcquired(worker="w", epoch=2),
    )
    early = put(sound(), 4, RunResumed(node="a"), wait)
    held = put(
        sound(),
        4,
        NodeRetrying(node="a", attempt=1, problem=PROBLEM, delay_s=1),
        RunPaused(waits={"": {"kind": "hold"}}),
        RunResumed(node=""),
        begin("a", attempt=2),
        done("a", attempt=2),
        instead=1,
    )

    assert [rules(events) for events in (paused, early, held)] == [set(), set(), set()]


def test_run_of_one_node_needs_no_other() -> None:
    alone: list[RunEvent] = [
        started(only="b", pins={"a": {"text": "x"}}),
        begin("b"),
        done("b"),
        RunSucceeded(outputs={}),
    ]
    inside: list[RunEvent] = [
        started(only="x", pins={"each": {"item": 1}}),
        begin("x"),
        done("x"),
        RunSucceeded(outputs={}),
    ]

    assert rules(alone) == set()
    assert rules(inside, ROUNDS) == set()
    assert rules([alone[0], begin("c")]) == {"inputs"}
