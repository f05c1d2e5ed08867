"""What an attempt came to, as the event that goes into the log."""

from typing import Any, TypeAlias

import msgspec

from skep_contracts.assignments import Assignment
from skep_contracts.plugins.nodes import NodeResult, NodeWait
from skep_contracts.problems import BudgetExhausted, Problem, SkepError
from skep_contracts.run_log import (
    ModelCall,
    NodeFailed,
    NodeRetrying,
    NodeSucceeded,
    NodeWaiting,
)
from skep_contracts.values import Value
from skep_orchestrator.engine.decide import judge_failure
from skep_orchestrator.engine.frames import Doing
from skep_orchestrator.engine.state import RunState
from skep_orchestrator.engine.variables import change_variables
from skep_orchestrator.nodes.results import accept, accept_wait, notes_of, problem_of
from skep_orchestrator.nodes.views import PureView


class Served(msgspec.Struct, frozen=True, kw_only=True):
    """A result that nobody worked for: it was pinned, or comes from the record of another run."""

    outputs: dict[str, Value]
    port: str
    reused: str
    """See `NodeSucceeded.reused`."""
    logs: tuple[str, ...] = ()
    writes: tuple[Assignment, ...] = ()


Outcome: TypeAlias = NodeResult | Served | NodeWait | Problem | BaseException
"""What an attempt gave; an error is still to be judged."""
AttemptEvent: TypeAlias = NodeSucceeded | NodeWaiting | NodeRetrying | NodeFailed


def event_of(
    state: RunState,
    doing: Doing,
    outcome: Outcome,
    *,
    now_ms: int,
    elapsed_s: float,
    calls: tuple[ModelCall, ...] = (),
) -> AttemptEvent:
    """Return the event; changes to variables that cannot be made are the node's failure."""
    frame, node, attempt = doing
    common: dict[str, Any] = {
        "at_ms": now_ms,
        "node": node.id,
        "scope": frame.scope,
        "attempt": attempt,
        "elapsed_s": elapsed_s,
        "calls": calls,
    }
    try:
        if isinstance(outcome, NodeWait):
            return NodeWaiting(wait=accept_wait(outcome, node), **common)
        if isinstance(outcome, NodeResult | Served) and outcome.writes:
            change_variables(state, frame, outcome.writes, is_trial=True)
    except SkepError as error:
        outcome = error
    if isinstance(outcome, NodeResult):
        return NodeSucceeded(
            outputs=outcome.outputs,
            port=outcome.port,
            logs=outcome.logs,
            writes=outcome.writes,
            **common,
        )
    if isinstance(outcome, Served):
        given = msgspec.structs.asdict(outcome)
        return NodeSucceeded(**common | given | {"elapsed_s": 0.0, "calls": ()})
    problem = outcome if isinstance(outcome, Problem) else problem_of(outcome, node)
    if _is_out_of_money(problem):
        # Not a failure of the node: it is tried again once somebody lets the run go on.
        return NodeRetrying(problem=problem, delay_s=0.0, **common)
    return judge_failure(
        doing,
        problem,
        now_ms=now_ms,
        elapsed_s=elapsed_s,
        calls=calls,
        logs=notes_of(outcome),
    )


def _is_out_of_money(problem: Problem) -> bool:
    return problem.status == BudgetExhausted.status and problem.code == BudgetExhausted.code


def hold_of(event: AttemptEvent) -> dict[str, str] | None:
    """Return why a run is to be paused after an event: a budget does not cover what comes next."""
    if isinstance(event, NodeRetrying) and _is_out_of_money(event.problem):
        return {"kind": "hold", "cause": "budget", "reason": event.problem.detail, "by": ""}
    return None


def evaluate(state: RunState, doing: Doing, runner: Any) -> Outcome:
    """Return what a pure node gives; it is carried out at once."""
    try:
        view = PureView(state, doing.frame, doing.node.id)
        return accept(runner.evaluate(view, doing.node.settings), doing.node)
    except (Exception, SystemExit) as error:  # noqa: BLE001 - a plugin's fault is the node's
        return error
