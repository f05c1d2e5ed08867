"""Plays runs on the bare engine: the test says what each attempt gives, and which ends first."""

from collections.abc import Callable, Mapping
from typing import Any

from skep_contracts.assignments import Assignment
from skep_contracts.problems import Problem, Retry
from skep_contracts.run_log import (
    NodeStarted,
    NodeSucceeded,
    RunEvent,
    RunResumed,
    RunStarted,
    place_of,
)
from skep_orchestrator.engine.apply import apply, fold
from skep_orchestrator.engine.compile import Plan
from skep_orchestrator.engine.decide import decide, judge_failure, next_due_ms, take_over
from skep_orchestrator.engine.state import RunState

LATER = Problem(code="busy", title="Busy", status=503, detail="Busy.", retry=Retry.LATER)
NEVER = Problem(code="wrong", title="Wrong", status=422, detail="Wrong.", retry=Retry.AFTER_CHANGE)


class Outcome:
    """What one attempt gives: outputs and a port, or a problem."""

    def __init__(
        self,
        outputs: Mapping[str, Any] | None = None,
        port: str = "out",
        problem: Problem | None = None,
        writes: tuple[Assignment, ...] = (),
    ) -> None:
        self.outputs = dict(outputs or {})
        self.port = port
        self.problem = problem
        self.writes = writes


Script = Callable[[str, int], Outcome]
"""From place and attempt to what the attempt gives."""


class Simulation:
    """One run. `log` is what was recorded; `attempts` counts how often each was carried out."""

    def __init__(
        self, plan: Plan, script: Script, *, inputs: Mapping[str, Any] | None = None
    ) -> None:
        self.plan = plan
        self.script = script
        self.now_ms = 1_000_000
        self.log: list[RunEvent] = []
        self.state = RunState(plan)
        self.attempts: dict[tuple[str, int], int] = {}
        self.flying: list[str] = []
        """Places of nodes that run."""
        self.record(
            RunStarted(
                at_ms=self.now_ms,
                run_id="run_1",
                app_id="app_1",
                version="v",
                mode="workflow",
                inputs=dict(inputs or {}),
                system={"query": "q"},
            )
        )

    @classmethod
    def resumed(cls, other: "Simulation", log: list[RunEvent]) -> "Simulation":
        """Another worker goes on with a prefix of a run's log."""
        self = cls.__new__(cls)
        self.plan, self.script, self.attempts = other.plan, other.script, dict(other.attempts)
        self.now_ms = other.now_ms + 1
        self.log = list(log)
        self.state = fold(self.plan, log)
        self.flying = []
        if self.state.ended is None:
            self.record(take_over(self.state, worker="w2", now_ms=self.now_ms))
            self.flying = list(self.state.running)
        return self

    def record(self, event: RunEvent) -> None:
        self.log.append(event)
        apply(self.state, event)

    def decide_all(self) -> None:
        while (event := decide(self.state, self.now_ms)) is not None:
            assert decide(self.state, self.now_ms) == event
            self.record(event)
            if isinstance(event, NodeStarted | RunResumed):
                place = place_of(event.scope, event.node)
                if place in self.state.running:
                    self.flying.append(place)
            # A round that ended early takes what it had under way with it.
            self.flying = [place for place in self.flying if place in self.state.running]

    def finish(self, place: str) -> None:
        """The running attempt of a node ends."""
        self.flying.remove(place)
        doing = self.state.running[place]
        node, attempt = doing.node, doing.attempt
        key = (place, attempt)
        self.attempts[key] = self.attempts.get(key, 0) + 1
        outcome = self.script(place, attempt)
        if outcome.problem is None:
            self.record(
                NodeSucceeded(
                    at_ms=self.now_ms,
                    node=node.id,
                    scope=doing.frame.scope,
                    outputs=outcome.outputs,
                    port=outcome.port,
                    attempt=attempt,
                    writes=outcome.writes,
                )
            )
        else:
            self.record(judge_failure(doing, outcome.problem, now_ms=self.now_ms))

    def run(self, choose: Callable[[int], int] = lambda count: 0) -> RunState:
        """Play to the end; `choose` picks which of several running nodes ends next."""
        for _ in range(10_000):
            self.decide_all()
            if self.state.ended is not None:
                return self.state
            if self.flying:
                self.finish(self.flying[choose(len(self.flying))])
                self.now_ms += 1
            else:
                due = next_due_ms(self.state)
                assert due > self.now_ms, "nothing runs, nothing is due, and the run has not ended"
                self.now_ms = due
        raise AssertionError("the run does not end")

    def events(self, kind: type) -> list[Any]:
        return [event for event in self.log if isinstance(event, kind)]
