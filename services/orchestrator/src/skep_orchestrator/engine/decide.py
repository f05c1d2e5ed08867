"""What happens next in a run: from its state to the next event of its log.

Facts come in through `apply`, decisions leave here as the event that records them. The caller
writes the event down, applies it, carries it out (a node that started has to be run) and asks
again. Time is one of the facts: `now_ms`. Asked twice about the same state, the answer is the same.
"""

from collections.abc import Mapping
from typing import Any, Final

import msgspec

from skep_contracts.plugins.nodes import ERROR, TIMED_OUT
from skep_contracts.problems import Problem, Retry, SkepError
from skep_contracts.run_log import (
    ModelCall,
    NodeFailed,
    NodeRetrying,
    NodeSkipped,
    NodeStarted,
    NodeSucceeded,
    RunEvent,
    RunFailed,
    RunPaused,
    RunResumed,
    RunSucceeded,
    WorkerAcquired,
)
from skep_orchestrator.engine.frames import FAILED, Doing, Repetition
from skep_orchestrator.engine.repeating import next_of, outputs_of, timed_out
from skep_orchestrator.engine.state import HOLD, RunState

LONGEST_WAIT_S: Final = 3600.0
"""A provider that asks for more patience than this before the next attempt is not obeyed."""
PATIENCE_MS: Final = 10_000
"""A wait that is over by then is sat out; a run that waits longer is paused."""


def decide(
    state: RunState, now_ms: int, *, hold: Mapping[str, Any] | None = None
) -> RunEvent | None:
    """Return the next event, or None while the run can only wait.

    With `hold`, the reason of somebody who wants the run paused, nothing begins any more, and the
    run is paused once what is under way has ended.
    """
    if state.ended is not None or state.paused_at_ms is not None or state.number == 0:
        return None
    if state.failure is not None or now_ms >= state.deadline_ms:
        return _stop(state, now_ms)
    late = _late(state, now_ms) if state.repeating else None
    if late is not None:
        return judge_failure(late, timed_out(state.repeating[late.place]), now_ms=now_ms)
    if hold is not None:
        return None if state.running else _pause(state, now_ms, {HOLD: dict(hold)})
    return _go_on(state, now_ms) or _due(state, now_ms)


def _go_on(state: RunState, now_ms: int) -> RunEvent | None:
    for frame in state.active:
        if frame.skipping:
            node = frame.plan.nodes[next(iter(frame.skipping))]
            return NodeSkipped(at_ms=now_ms, node=node.id, scope=frame.scope)
        return _start(state, Doing(frame, frame.plan.nodes[next(iter(frame.ready))], 1), now_ms)
    for place in state.stirred:
        return _repeat(state.repeating[place], now_ms)
    return None


def _late(state: RunState, now_ms: int) -> Doing | None:
    for repetition in state.repeating.values():
        if repetition.deadline_ms is not None and now_ms >= repetition.deadline_ms:
            return Doing(repetition.frame, repetition.node, 1)
    return None


def _due(state: RunState, now_ms: int) -> RunEvent | None:
    for retrying in state.retrying.values():
        if retrying.due_ms <= now_ms:
            return _start(state, Doing(retrying.frame, retrying.node, retrying.attempt), now_ms)
    for waiting in state.waiting.values():
        if waiting.until_ms is not None and waiting.until_ms <= now_ms:
            frame, node, _ = waiting.doing
            answer: dict[str, Any] = {TIMED_OUT: True}
            return RunResumed(at_ms=now_ms, node=node.id, scope=frame.scope, answer=answer)
    if state.running or state.retrying:
        return None
    return _rest(state, now_ms)


def _repeat(repetition: Repetition, now_ms: int) -> RunEvent:
    event = next_of(repetition, now_ms)
    if event is not None:
        return event
    doing = Doing(repetition.frame, repetition.node, 1)
    if repetition.fault is not None:
        return judge_failure(doing, repetition.fault, now_ms=now_ms)
    try:
        outputs = outputs_of(repetition)
    except SkepError as error:
        return judge_failure(doing, error.to_problem(), now_ms=now_ms)
    return NodeSucceeded(
        at_ms=now_ms,
        node=repetition.node.id,
        scope=repetition.frame.scope,
        outputs=outputs,
        port=repetition.node.default_port,
    )


def _stop(state: RunState, now_ms: int) -> RunFailed:
    if state.failure is None:
        return _failed(state, now_ms, _timed_out(state))
    node, problem = state.failure
    return _failed(state, now_ms, problem, node=node)


def _rest(state: RunState, now_ms: int) -> RunPaused | RunSucceeded | None:
    if state.waiting:
        soon = now_ms + PATIENCE_MS
        if any(w.until_ms is not None and w.until_ms <= soon for w in state.waiting.values()):
            return None
        return _pause(state, now_ms, {})
    return RunSucceeded(
        at_ms=now_ms,
        outputs=run_outputs(state),
        answer=state.full_answer(),
        elapsed_s=state.elapsed_s(now_ms),
    )


def _pause(state: RunState, now_ms: int, waits: dict[str, Any]) -> RunPaused:
    waits |= {place: waiting.wait for place, waiting in state.waiting.items()}
    return RunPaused(at_ms=now_ms, waits=waits)


def next_due_ms(state: RunState) -> int:
    """Return when `decide` has to be asked again though nothing happened."""
    due = state.deadline_ms
    for retrying in state.retrying.values():
        due = min(due, retrying.due_ms)
    for waiting in state.waiting.values():
        if waiting.until_ms is not None:
            due = min(due, waiting.until_ms)
    for repetition in state.repeating.values():
        if repetition.deadline_ms is not None:
            due = min(due, repetition.deadline_ms)
    return due


def take_over(state: RunState, *, worker: str, now_ms: int) -> WorkerAcquired:
    """Return the event by which another worker goes on: effects in flight will be repeated."""
    return WorkerAcquired(
        at_ms=now_ms,
        worker=worker,
        epoch=state.epoch + 1,
        repeated=tuple(
            effect_key(state, doing) for doing in state.running.values() if not doing.node.is_pure
        ),
    )


def effect_key(state: RunState, doing: Doing) -> str:
    """Return the name of one attempt's effect, the same whoever carries it out."""
    return f"{state.run_id}:{doing.place}:{doing.attempt}"


def run_outputs(state: RunState) -> dict[str, object]:
    """Return what the end nodes that ran gave together; a later one in the plan's order wins.

    Of a run of one node alone, return that node's outputs.
    """
    root = state.root
    if state.only is not None:
        return dict(root.values.get(state.only.id, {}))
    outputs: dict[str, object] = {}
    for node in state.plan.ends:
        given = root.values.get(node.id, {})
        if root.status[node.slot] == FAILED:
            given = {name: value for name, value in given.items() if name != ERROR}
        outputs.update(given)
    return outputs


def judge_failure(
    doing: Doing,
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
    frame, node, attempt = doing
    policy = node.retry
    if policy is not None and attempt < policy.attempts and problem.retry is Retry.LATER:
        delay_s = min(policy.delay_s * policy.factor ** (attempt - 1), policy.max_delay_s)
        asked_s = min(problem.retry_after_s or 0.0, LONGEST_WAIT_S)
        return NodeRetrying(
            at_ms=now_ms,
            node=node.id,
            scope=frame.scope,
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
        scope=frame.scope,
        problem=problem,
        handling=node.on_failure,
        outputs=outputs,
        attempt=attempt,
        elapsed_s=elapsed_s,
        calls=calls,
        logs=logs,
    )


def _start(state: RunState, doing: Doing, now_ms: int) -> NodeStarted | RunFailed:
    frame, node, attempt = doing
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
    is_effect = not node.is_pure and node.rounds is None
    return NodeStarted(
        at_ms=now_ms,
        node=node.id,
        scope=frame.scope,
        node_type=node.type,
        attempt=attempt,
        effect_key=effect_key(state, doing) if is_effect else None,
    )


def _failed(
    state: RunState, now_ms: int, problem: Problem, *, node: str | None = None
) -> RunFailed:
    return RunFailed(at_ms=now_ms, problem=problem, node=node, elapsed_s=state.elapsed_s(now_ms))


def _timed_out(state: RunState) -> Problem:
    limit_s = state.plan.document.limits.timeout_s
    busy = ", ".join(list(state.running)[:5])
    return Problem(
        code="run_timed_out",
        title="The run took too long",
        status=504,
        detail=f"The run did not end within {limit_s:g} s (limits.timeout_s)."
        + (f" It was at: {busy}." if busy else ""),
        retry=Retry.AFTER_CHANGE,
    )
