"""The state of a run: a fold of its log, and nothing else.

`apply` takes one event after another and leaves the state that follows. It never looks at a clock
and never fails on a log that this engine wrote; one that contradicts its document raises
`LogError`.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from skep_contracts.plugins.models import ChatMessage
from skep_contracts.plugins.nodes import FAILED as FAILED_PORT
from skep_contracts.problems import Problem
from skep_contracts.references import Segment, resolve
from skep_contracts.run_log import (
    NodeFailed,
    NodeRetrying,
    NodeSkipped,
    NodeStarted,
    NodeSucceeded,
    RunCancelled,
    RunEvent,
    RunFailed,
    RunPaused,
    RunResumed,
    RunStarted,
    RunSucceeded,
    WorkerAcquired,
)
from skep_contracts.values import to_text
from skep_orchestrator.engine.compile import Plan

PENDING: Final = 0
READY: Final = 1
RUNNING: Final = 2
RETRYING: Final = 3
WAITING: Final = 4
SUCCEEDED: Final = 5
FAILED: Final = 6
SKIPPED: Final = 7
DECIDED: Final = SUCCEEDED
"""A status from here on is final."""


class LogError(Exception):
    """The log contradicts the document, or itself. Nothing this engine writes does."""


class RunState:
    """What is known of a run. Only `apply` changes it.

    Nodes are named by their index in the plan. Dictionaries keep the order in which things
    happened, so that decisions depend on the log alone.
    """

    __slots__ = (
        "answers",
        "deadline_ms",
        "ended",
        "epoch",
        "failure",
        "history",
        "inputs",
        "number",
        "paused_at_ms",
        "paused_ms",
        "plan",
        "ports",
        "ready",
        "resumptions",
        "retrying",
        "run_id",
        "running",
        "skipping",
        "started_at_ms",
        "status",
        "steps",
        "taken",
        "takeovers",
        "undecided",
        "values",
        "waiting",
    )

    def __init__(self, plan: Plan) -> None:
        self.plan = plan
        self.run_id = ""
        self.number = 0
        """Number of the last event."""
        self.steps = 0
        """Attempts of nodes that were started."""
        self.epoch = 1
        self.takeovers = 0
        """Workers that took the run over since a node last ended."""
        self.started_at_ms = 0
        self.paused_at_ms: int | None = None
        self.paused_ms = 0
        self.deadline_ms = 0
        """When the run exceeds its time; pauses extend it."""
        self.inputs: Mapping[str, Any] = {}
        self.history: tuple[ChatMessage, ...] = ()
        self.values: dict[str, Mapping[str, Any]] = {}
        """By root of a reference: outputs of nodes that are done, and the namespaces."""
        self.status = bytearray(len(plan.nodes))
        self.undecided = [node.fan_in for node in plan.nodes]
        """By node, edges that lead to it and are neither taken nor skipped yet."""
        self.taken = bytearray(len(plan.nodes))
        self.ports: dict[int, str] = {}
        """Where branching nodes left, and nodes that failed."""
        self.ready: dict[int, None] = {}
        self.skipping: dict[int, None] = {}
        self.running: dict[int, int] = {}
        """Attempt by node."""
        self.retrying: dict[int, tuple[int, int]] = {}
        """By node, the next attempt and when it is due, in milliseconds since the epoch."""
        self.waiting: dict[int, tuple[int, Any]] = {}
        """By node that waits, its attempt and what it waits for."""
        self.resumptions: dict[int, dict[str, Any]] = {}
        """What a node that waited was answered, until it ends."""
        self.answers: dict[int, str] = {}
        """Text by position among the plan's answers."""
        self.failure: tuple[str, Problem] | None = None
        """The node that failed for good, when that stops the run."""
        self.ended: RunSucceeded | RunFailed | RunCancelled | None = None

    @property
    def is_paused(self) -> bool:
        """Whether the run holds no worker until something comes."""
        return self.paused_at_ms is not None

    def lookup(self, root: str) -> Mapping[str, Any] | None:
        """Return what a reference to `root` reads, None when there is nothing (yet)."""
        return self.values.get(root)

    def elapsed_s(self, now_ms: int) -> float:
        """Return seconds since the start, pauses excluded."""
        return max(0, now_ms - self.started_at_ms - self.paused_ms) / 1000

    def full_answer(self) -> str | None:
        """Return the text of all answer nodes that ran, None when the document has none."""
        if not self.plan.answers:
            return None
        return "".join(self.answers[place] for place in sorted(self.answers))


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
    _APPLY[type(event)](state, event)


def _run_started(state: RunState, event: RunStarted) -> None:
    state.run_id = event.run_id
    state.started_at_ms = event.at_ms
    state.deadline_ms = event.at_ms + round(state.plan.document.limits.timeout_s * 1000)
    state.inputs = event.inputs
    state.history = event.history
    state.values["sys"] = event.system
    state.values["env"] = event.environment
    state.values["conversation"] = event.conversation
    for node in state.plan.nodes:
        if node.role == "start":
            state.status[node.index] = READY
            state.ready[node.index] = None
        elif node.fan_in == 0:
            state.skipping[node.index] = None


def _worker_acquired(state: RunState, event: WorkerAcquired) -> None:
    state.epoch = event.epoch
    state.takeovers += 1


def _place(state: RunState, node_id: str, *expected: int) -> int:
    index = state.plan.index.get(node_id)
    if index is None:
        raise LogError(f"the document has no node {node_id!r}")
    if state.status[index] not in expected:
        raise LogError(f"node {node_id!r} cannot do this in state {state.status[index]}")
    return index


def _node_started(state: RunState, event: NodeStarted) -> None:
    index = _place(state, event.node, READY, RETRYING)
    state.ready.pop(index, None)
    state.retrying.pop(index, None)
    state.status[index] = RUNNING
    state.running[index] = event.attempt
    state.steps += 1


def _node_retrying(state: RunState, event: NodeRetrying) -> None:
    index = _place(state, event.node, RUNNING)
    del state.running[index]
    state.takeovers = 0
    state.status[index] = RETRYING
    state.retrying[index] = (event.attempt + 1, event.at_ms + round(event.delay_s * 1000))


def _node_succeeded(state: RunState, event: NodeSucceeded) -> None:
    index = _place(state, event.node, RUNNING)
    del state.running[index]
    state.takeovers = 0
    state.resumptions.pop(index, None)
    state.status[index] = SUCCEEDED
    state.values[event.node] = event.outputs
    position = state.plan.answer_position.get(index)
    if position is not None:
        state.answers[position] = render(state, state.plan.answers[position].segments)
    _leave(state, index, event.port)


def _node_failed(state: RunState, event: NodeFailed) -> None:
    index = _place(state, event.node, RUNNING)
    del state.running[index]
    state.takeovers = 0
    state.resumptions.pop(index, None)
    state.status[index] = FAILED
    if event.handling == "stop":
        state.failure = (event.node, event.problem)
        return
    state.values[event.node] = event.outputs
    node = state.plan.nodes[index]
    port = FAILED_PORT if event.handling == "edge" else node.default_port
    state.ports[index] = port
    _leave(state, index, port)


def _node_skipped(state: RunState, event: NodeSkipped) -> None:
    index = _place(state, event.node, PENDING)
    if index not in state.skipping:
        raise LogError(f"node {event.node!r} is skipped before its edges are decided")
    del state.skipping[index]
    state.status[index] = SKIPPED
    _leave(state, index, None)


def _leave(state: RunState, index: int, port: str | None) -> None:
    node = state.plan.nodes[index]
    if node.is_branching and port is not None:
        state.ports[index] = port
    undecided, taken = state.undecided, state.taken
    for edge_port, target in node.edges:
        undecided[target] -= 1
        if edge_port == port:
            taken[target] = 1
        if undecided[target] == 0:
            if taken[target]:
                state.status[target] = READY
                state.ready[target] = None
            else:
                state.skipping[target] = None


def _run_paused(state: RunState, event: RunPaused) -> None:
    state.paused_at_ms = event.at_ms
    for node_id, wait in event.waits.items():
        index = _place(state, node_id, RUNNING, WAITING)
        attempt = state.running.pop(index, None) or state.waiting[index][0]
        state.status[index] = WAITING
        state.waiting[index] = (attempt, wait)


def _run_resumed(state: RunState, event: RunResumed) -> None:
    index = _place(state, event.node, WAITING)
    if state.paused_at_ms is not None:
        paused_ms = max(0, event.at_ms - state.paused_at_ms)
        state.paused_ms += paused_ms
        state.deadline_ms += paused_ms
        state.paused_at_ms = None
    attempt, _ = state.waiting.pop(index)
    state.status[index] = RUNNING
    state.running[index] = attempt
    state.resumptions[index] = event.answer


def _ended(state: RunState, event: RunSucceeded | RunFailed | RunCancelled) -> None:
    state.ended = event


def render(state: RunState, segments: Iterable[Segment]) -> str:
    """Return the text of an answer's segments with what is decided now."""
    lookup = state.values.get
    return "".join(
        segment if isinstance(segment, str) else to_text(resolve(segment, lookup))
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
    RunSucceeded: _ended,
    RunFailed: _ended,
    RunCancelled: _ended,
    RunPaused: _run_paused,
    RunResumed: _run_resumed,
}
