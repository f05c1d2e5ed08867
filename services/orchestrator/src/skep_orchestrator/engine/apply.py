"""The fold of a run's log: the rules by which each event changes what is known of the run."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from skep_contracts.plugins.nodes import FAILED as FAILED_PORT
from skep_contracts.problems import SkepError
from skep_contracts.references import Segment, resolve
from skep_contracts.run_log import (
    NodeFailed,
    NodeRetrying,
    NodeSkipped,
    NodeStarted,
    NodeStep,
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
    place_of,
)
from skep_contracts.values import to_text
from skep_orchestrator.engine import repeating
from skep_orchestrator.engine.compile import AnswerPlan, Plan, PlanNode
from skep_orchestrator.engine.frames import (
    FAILED,
    PENDING,
    READY,
    RETRYING,
    RUNNING,
    SKIPPED,
    SUCCEEDED,
    WAITING,
    Doing,
    Frame,
    Resumption,
    Retrying,
    Waiting,
)
from skep_orchestrator.engine.state import HOLD, RunState
from skep_orchestrator.engine.variables import CONVERSATION, change_variables


class LogError(Exception):
    """The log contradicts the document, or itself. Nothing this engine writes does."""


def fold(plan: Plan, events: Iterable[RunEvent]) -> RunState:
    """Return the state that a log leads to.

    Raises:
        LogError: The log contradicts the document.
    """
    state = RunState(plan)
    for event in events:
        apply(state, event)
    return state


def apply(state: RunState, event: RunEvent) -> None:
    """Take the next event of the log in.

    Raises:
        LogError: The event cannot follow what came before; the state is then unusable.
    """
    if state.ended is not None:
        raise LogError(f"{type(event).__name__} after the end of the run")
    if (state.number == 0) != isinstance(event, RunStarted):
        raise LogError(f"{type(event).__name__} as event {state.number + 1}")
    state.number += 1
    try:
        _APPLY[type(event)](state, event)
    except repeating.NoSuchRoundError as error:
        raise LogError(str(error)) from None


def _run_started(state: RunState, event: RunStarted) -> None:
    state.run_id = event.run_id
    state.started_at_ms = event.at_ms
    state.deadline_ms = event.at_ms + round(state.plan.document.limits.timeout_s * 1000)
    state.inputs = event.inputs
    state.history = event.history
    state.pins = event.pins
    if event.only is not None:
        _begin_with(state, event.only)
    values = state.root.values
    values["sys"] = event.system
    values["env"] = event.environment
    values["conversation"] = event.conversation
    if state.only is None:
        repeating.begin(state, state.root)


def _begin_with(state: RunState, node_id: str) -> None:
    node = state.plan.node(node_id)
    if node is None:
        raise LogError(f"the document has no node {node_id!r}")
    # Wherever the node stands, its own level is the top here; pins hold what is around it.
    state.only = node
    state.root = state.frames[""] = Frame(state.plan.scopes[node.scope])
    state.root.values.update(
        {place: given for place, given in state.pins.items() if place != node.id}
    )
    state.root.status[node.slot] = READY
    state.root.ready[node.slot] = None
    state.active[state.root] = None


def _worker_acquired(state: RunState, event: WorkerAcquired) -> None:
    state.epoch = event.epoch
    state.takeovers += 1


def _find(state: RunState, event: Any, *expected: int) -> tuple[Frame, PlanNode]:
    index = state.plan.index.get(event.node)
    if index is None:
        raise LogError(f"the document has no node {event.node!r}")
    node = state.plan.nodes[index]
    frame = state.frames.get(event.scope)
    if frame is None or not frame.has(node):
        raise LogError(f"node {event.node!r} has no place in {event.scope!r}")
    if frame.status[node.slot] not in expected:
        raise LogError(f"node {event.node!r} cannot do this in state {frame.status[node.slot]}")
    return frame, node


def _node_started(state: RunState, event: NodeStarted) -> None:
    frame, node = _find(state, event, READY, RETRYING)
    slot = node.slot
    if frame.status[slot] == RETRYING:
        del state.retrying[frame.place(node)]
    else:
        frame.open += 1
        frame.ready.pop(slot, None)
        if not frame.ready and not frame.skipping:
            state.active.pop(frame, None)
    frame.status[slot] = RUNNING
    state.steps += 1
    if node.rounds is not None:
        repeating.open_container(state, frame, node, event.at_ms)
    else:
        state.running[frame.place(node)] = Doing(frame, node, event.attempt)


def _ended_attempt(state: RunState, event: Any) -> tuple[Frame, PlanNode, str]:
    frame, node = _find(state, event, RUNNING)
    place = frame.place(node)
    state.running.pop(place, None)
    state.takeovers = 0
    return frame, node, place


def _node_retrying(state: RunState, event: NodeRetrying) -> None:
    frame, node, place = _ended_attempt(state, event)
    frame.status[node.slot] = RETRYING
    due_ms = event.at_ms + round(event.delay_s * 1000)
    state.step_results.pop(place, None)
    state.retrying[place] = Retrying(frame, node, event.attempt + 1, due_ms)


def _decided(state: RunState, event: NodeSucceeded | NodeFailed) -> tuple[Frame, PlanNode]:
    frame, node, place = _ended_attempt(state, event)
    frame.open -= 1
    if node.rounds is not None:
        repeating.close_container(state, place)
    elif state.resumptions or state.step_results:
        state.resumptions.pop(place, None)
        state.step_results.pop(place, None)
    return frame, node


def _node_succeeded(state: RunState, event: NodeSucceeded) -> None:
    frame, node = _decided(state, event)
    frame.status[node.slot] = SUCCEEDED
    frame.values[event.node] = event.outputs
    if event.writes:
        try:
            change_variables(state, frame, event.writes)
            kept = [change for change in event.writes if change.root == CONVERSATION]
            state.conversation_changes += kept
        except SkepError as error:
            raise LogError(error.detail) from None
    if node.role == "answer" and node.answer is not None:
        planned = frame.plan.answers[node.answer]
        if isinstance(planned, AnswerPlan):
            frame.answers[node.answer] = render(frame, planned.segments)
    if node.role == "break" and frame.container is not None:
        frame.is_broken = True
        repeating.halt(state, frame)
    else:
        _leave(state, frame, node, event.port)


def _node_failed(state: RunState, event: NodeFailed) -> None:
    frame, node = _decided(state, event)
    frame.status[node.slot] = FAILED
    if event.handling == "stop":
        if frame.container is None:
            state.failure = (frame.place(node), event.problem)
        else:
            frame.failure = (frame.place(node), event.problem)
            repeating.halt(state, frame)
        return
    frame.values[event.node] = event.outputs
    port = FAILED_PORT if event.handling == "edge" else node.default_port
    frame.ports[node.slot] = port
    _leave(state, frame, node, port)


def _node_skipped(state: RunState, event: NodeSkipped) -> None:
    frame, node = _find(state, event, PENDING)
    if node.slot not in frame.skipping:
        raise LogError(f"node {event.node!r} is skipped before its edges are decided")
    del frame.skipping[node.slot]
    if not frame.ready and not frame.skipping:
        state.active.pop(frame, None)
    frame.status[node.slot] = SKIPPED
    _leave(state, frame, node, None)


def _leave(state: RunState, frame: Frame, node: PlanNode, port: str | None) -> None:
    if node.is_branching and port is not None:
        frame.ports[node.slot] = port
    if state.only is not None and frame is state.root:
        return
    undecided, taken = frame.undecided, frame.taken
    for edge_port, target in node.edges:
        undecided[target] -= 1
        if edge_port == port:
            taken[target] = 1
        if undecided[target] == 0:
            state.active[frame] = None
            if taken[target]:
                frame.status[target] = READY
                frame.ready[target] = None
            else:
                frame.skipping[target] = None
    if frame.container is not None and frame.is_at_rest:
        repeating.come_to_rest(state, frame)


def _node_waiting(state: RunState, event: NodeWaiting) -> None:
    frame, node = _find(state, event, RUNNING)
    place = frame.place(node)
    doing = state.running[place]
    state.takeovers = 0
    answer = state.early.pop(place, None)
    if answer is not None:
        state.resumptions[place] = Resumption(answer, _until_ms(event.wait))
        return
    del state.running[place]
    state.resumptions.pop(place, None)
    frame.status[node.slot] = WAITING
    state.waiting[place] = Waiting(doing, event.wait, _until_ms(event.wait))


def _until_ms(wait: object) -> int | None:
    until = wait.get("until") if isinstance(wait, Mapping) else None
    if isinstance(until, datetime):
        return round(until.timestamp() * 1000)
    if not isinstance(until, str):
        return None
    try:
        return round(datetime.fromisoformat(until).timestamp() * 1000)
    except (ValueError, OverflowError):
        return None


def _node_step(state: RunState, event: NodeStep) -> None:
    frame, node = _find(state, event, RUNNING)
    state.takeovers = 0
    state.step_results.setdefault(frame.place(node), {})[event.key] = event.value.get("value")


def _run_paused(state: RunState, event: RunPaused) -> None:
    if state.paused_at_ms is None:
        state.paused_at_ms = event.at_ms
    elif state.is_on_hold or HOLD not in event.waits:
        raise LogError("the run is paused already")
    for place, wait in event.waits.items():
        doing = state.running.pop(place, None)
        if doing is not None:
            doing.frame.status[doing.node.slot] = WAITING
            state.waiting[place] = Waiting(doing, wait, _until_ms(wait))
        elif place == HOLD:
            state.is_on_hold = True
        elif place not in state.waiting:
            raise LogError(f"{place!r} does not wait")


def _run_resumed(state: RunState, event: RunResumed) -> None:
    place = place_of(event.scope, event.node)
    if not state.awaits(place):
        raise LogError(f"{place!r} does not wait")
    if place == HOLD:
        state.is_on_hold = False
    else:
        state.early[place] = event.answer
    if not state.is_on_hold:
        _go_on(state, event.at_ms)
        for answered in [place for place in state.early if place in state.waiting]:
            _answer(state, answered)


def _answer(state: RunState, place: str) -> None:
    doing, _, until_ms = state.waiting.pop(place)
    doing.frame.status[doing.node.slot] = RUNNING
    state.running[place] = doing
    state.resumptions[place] = Resumption(state.early.pop(place), until_ms)


def _go_on(state: RunState, at_ms: int) -> None:
    if state.paused_at_ms is None:
        return
    paused_ms = max(0, at_ms - state.paused_at_ms)
    state.paused_ms += paused_ms
    state.deadline_ms += paused_ms
    state.paused_at_ms = None
    for repetition in state.repeating.values():
        if repetition.deadline_ms is not None:
            repetition.deadline_ms += paused_ms


def _ended(state: RunState, event: RunSucceeded | RunFailed | RunCancelled) -> None:
    state.ended = event


def render(frame: Frame, segments: Iterable[Segment]) -> str:
    """Return the text of an answer's segments with what is decided now."""
    return "".join(
        segment if isinstance(segment, str) else to_text(resolve(segment, frame.lookup))
        for segment in segments
    )


_APPLY: Final[dict[type, Callable[[RunState, Any], None]]] = {
    RunStarted: _run_started,
    WorkerAcquired: _worker_acquired,
    NodeStarted: _node_started,
    NodeRetrying: _node_retrying,
    NodeSucceeded: _node_succeeded,
    NodeFailed: _node_failed,
    NodeSkipped: _node_skipped,
    NodeWaiting: _node_waiting,
    NodeStep: _node_step,
    RoundStarted: repeating.start_round,
    RoundEnded: repeating.end_round,
    RunSucceeded: _ended,
    RunFailed: _ended,
    RunCancelled: _ended,
    RunPaused: _run_paused,
    RunResumed: _run_resumed,
}
