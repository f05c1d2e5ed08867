"""What an attempt came to, as the event that goes into the log."""

from typing import Any, TypeAlias

from skep_contracts.plugins.nodes import NodeResult, NodeWait
from skep_contracts.problems import Problem, SkepError
from skep_contracts.run_log import (
    ModelCall,
    NodeFailed,
    NodeRetrying,
    NodeSucceeded,
    NodeWaiting,
)
from skep_orchestrator.engine.decide import judge_failure
from skep_orchestrator.engine.frames import Doing
from skep_orchestrator.engine.state import RunState
from skep_orchestrator.engine.variables import change_variables
from skep_orchestrator.nodes.results import accept_wait, notes_of, problem_of

Outcome: TypeAlias = NodeResult | NodeWait | Problem | BaseException
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
        if isinstance(outcome, NodeResult) and outcome.writes:
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
    problem = outcome if isinstance(outcome, Problem) else problem_of(outcome, node)
    return judge_failure(
        doing,
        problem,
        now_ms=now_ms,
        elapsed_s=elapsed_s,
        calls=calls,
        logs=notes_of(outcome),
    )
