"""What happens next in a run: from its state to the next event of its log.

Facts come in through `apply`, decisions leave here as the event that records them. The caller
writes the event down, applies it, carries it out (a node that started has to be run) and asks
again. Time is one of the facts: `now_ms`. Asked twice about the same state, the answer is the same.
"""

from typing import Final

import msgspec

from skep_contracts.plugins.nodes import ERROR
from skep_contracts.problems import Problem, Retry
from skep_contracts.run_log import (
    ModelCall,
    NodeFailed,
    NodeRetrying,
    NodeSkipped,
    NodeStarted,
    RunEvent,
    RunFailed,
    RunPaused,
    RunSucceeded,
    WorkerAcquired,
)
from skep_orchestrator.engine.compile import PlanNode
from skep_orchestrator.engine.state import FAILED, RunState

LONGEST_WAIT_S: Final = 3600.0
"""A provider that asks for more patience than this before the next attempt is not obeyed."""


def decide(state: RunState, now_ms: int) -> RunEvent | None:
    """Return the next event, or None while the run can only wait."""
    if state.ended is not None or state.paused_at_ms is not None or state.number == 0:
        return None
    if state.failure is not None or now_ms >= state.deadline_ms:
        return _stop(state, now_ms)
    if state.skipping:
        return NodeSkipped(at_ms=now_ms, node=state.plan.nodes[next(iter(state.skipping))].id)
    if state.ready:
        return _start(state, now_ms, next(iter(state.ready)), 1)
    for index, (attempt, due_ms) in state.retrying.items():
        if due_ms <= now_ms:
            return _start(state, now_ms, index, attempt)
    return None if state.running or state.retrying else _rest(state, now_ms)


def _stop(state: RunState, now_ms: int) -> RunFailed:
    if state.failure is None:
        return _failed(state, now_ms, _timed_out(state))
    node, problem = state.failure
    return _failed(state, now_ms, problem, node=node)


def _rest(state: RunState, now_ms: int) -> RunPaused | RunSucceeded:
    if state.waiting:
        nodes = state.plan.nodes
        waits = {nodes[index].id: wait for index, (_, wait) in state.waiting.items()}
        return RunPaused(at_ms=now_ms, waits=waits)
    return RunSucceeded(
        at_ms=now_ms,
        outputs=run_outputs(state),
        answer=state.full_answer(),
        elapsed_s=state.elapsed_s(now_ms),
    )


def next_due_ms(state: RunState) -> int:
    """Return when `decide` has to be asked again though nothing happened."""
    due = state.deadline_ms
    for _, due_ms in state.retrying.values():
        due = min(due, due_ms)
    return due


def take_over(state: RunState, *, worker: str, now_ms: int) -> WorkerAcquired:
    """Return the event by which another worker goes on: effects in flight will be repeated."""
    nodes = state.plan.nodes
    return WorkerAcquired(
        at_ms=now_ms,
        worker=worker,
        epoch=state.epoch + 1,
        repeated=tuple(
            effect_key(state, nodes[index], attempt)
            for index, attempt in state.running.items()
            if not nodes[index].is_pure
        ),
    )


def effect_key(state: RunState, node: PlanNode, attempt: int) -> str:
    """Return the name of one attempt's effect, the same whoever carries it out."""
    return f"{state.run_id}:{node.id}:{attempt}"


def run_outputs(state: RunState) -> dict[str, object]:
    """Return what the end nodes that ran gave together; a later one in the plan's order wins."""
    outputs: dict[str, object] = {}
    for index in state.plan.ends:
        given = state.values.get(state.plan.nodes[index].id, {})
        if state.status[index] == FAILED:
            given = {name: value for name, value in given.items() if name != ERROR}
        outputs.update(given)
    return outputs


def judge_failure(
    state: RunState,
    node: PlanNode,
    problem: Problem,
    *,
    now_ms: int,
    elapsed_s: float = 0.0,
    calls: tuple[ModelCall, ...] = (),
    logs: tuple[str, ...] = (),
) -> NodeRetrying | NodeFailed:
    """Return what follows from a failed attempt of a running node.

    It is tried again when its policy has attempts left and the problem says that trying later can
    help.
    """
    attempt = state.running[node.index]
    policy = node.retry
    if policy is not None and attempt < policy.attempts and problem.retry is Retry.LATER:
        delay_s = min(policy.delay_s * policy.factor ** (attempt - 1), policy.max_delay_s)
        asked_s = min(problem.retry_after_s or 0.0, LONGEST_WAIT_S)
        return NodeRetrying(
            at_ms=now_ms,
            node=node.id,
            attempt=attempt,
            problem=problem,
            delay_s=max(delay_s, asked_s),
            elapsed_s=elapsed_s,
            calls=calls,
        )
    outputs: dict[str, object] = {}
    if node.on_failure != "stop":
        stand_ins = node.defaults if node.on_failure == "defaults" else {}
        outputs = {**stand_ins, ERROR: msgspec.to_builtins(problem)}
    return NodeFailed(
        at_ms=now_ms,
        node=node.id,
        problem=problem,
        handling=node.on_failure,
        outputs=outputs,
        attempt=attempt,
        elapsed_s=elapsed_s,
        calls=calls,
        logs=logs,
    )


def _start(state: RunState, now_ms: int, index: int, attempt: int) -> NodeStarted | RunFailed:
    limit = state.plan.document.limits.steps
    if state.steps >= limit:
        problem = Problem(
            code="step_limit_exceeded",
            title="The run took too many steps",
            status=422,
            detail=f"The run reached the {limit:,} steps that its document allows (limits.steps).",
            retry=Retry.AFTER_CHANGE,
        )
        return _failed(state, now_ms, problem)
    node = state.plan.nodes[index]
    return NodeStarted(
        at_ms=now_ms,
        node=node.id,
        node_type=node.type,
        attempt=attempt,
        effect_key=None if node.is_pure else effect_key(state, node, attempt),
    )


def _failed(
    state: RunState, now_ms: int, problem: Problem, *, node: str | None = None
) -> RunFailed:
    return RunFailed(at_ms=now_ms, problem=problem, node=node, elapsed_s=state.elapsed_s(now_ms))


def _timed_out(state: RunState) -> Problem:
    limit_s = state.plan.document.limits.timeout_s
    nodes = state.plan.nodes
    busy = ", ".join(nodes[index].id for index in list(state.running)[:5])
    return Problem(
        code="run_timed_out",
        title="The run took too long",
        status=504,
        detail=f"The run did not end within {limit_s:g} s (limits.timeout_s)."
        + (f" It was at: {busy}." if busy else ""),
        retry=Retry.AFTER_CHANGE,
    )
