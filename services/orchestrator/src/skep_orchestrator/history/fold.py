"""Folds a run's log into what people read about it. Pure."""

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeAlias

import msgspec

from skep_contracts.assignments import Assignment
from skep_contracts.calls.run import RunStatus, RunSummary
from skep_contracts.problems import Problem
from skep_contracts.run_log import (
    Batch,
    ModelCall,
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
    round_scope,
)
from skep_orchestrator.engine.state import HOLD
from skep_orchestrator.history.node_records import NodeEvent, NodeRecords, instant

ScopeFilter: TypeAlias = Callable[[str], bool]
"""Says of which scopes the nodes are kept."""
_NODE_EVENTS: Final = (
    NodeStarted,
    NodeRetrying,
    NodeSucceeded,
    NodeFailed,
    NodeSkipped,
    NodeWaiting,
    NodeStep,
)


def at_the_top(scope: str) -> bool:
    """Keep the nodes outside of containers."""
    return not scope


def everywhere(_scope: str) -> bool:
    """Keep all nodes."""
    return True


class RunRecord(msgspec.Struct, kw_only=True):
    """Everything a run's log says, up to `last_event`; of its nodes, those that are kept."""

    keeps: ScopeFilter | None = at_the_top
    """None keeps no node at all: lists do without them."""
    last_event: int = 0
    started: RunStarted | None = None
    status: RunStatus = RunStatus.RUNNING
    started_ms: int = 0
    ended_ms: int | None = None
    elapsed_s: float | None = None
    outputs: dict[str, Any] = {}
    answer: str | None = None
    answer_blob: str | None = None
    """Where the whole answer is, when `answer` is only its beginning."""
    problem: Problem | None = None
    waits: dict[str, Any] = {}
    pauses: int = 0
    """How often it was paused."""
    repeated_effects: int = 0
    reused_effects: int = 0
    model_calls: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    nodes_done: int = 0
    nodes: NodeRecords = msgspec.field(default_factory=NodeRecords)
    changes: tuple[Assignment, ...] = ()
    """What nodes changed in variables of the conversation, in order."""

    @property
    def is_ended(self) -> bool:
        """Whether nothing can follow."""
        return self.ended_ms is not None

    def apply_batch(self, batch: Batch) -> bool:
        """Take the events that are new; return False when some before them are missing."""
        if batch.first > self.last_event + 1:
            return False
        for event in batch.events[self.last_event + 1 - batch.first :]:
            self._apply(event)
            self.last_event += 1
        return True

    def _apply(self, event: RunEvent) -> None:
        match event:
            case RunStarted():
                self.started = event
                self.started_ms = event.at_ms
            case WorkerAcquired():
                self.repeated_effects += len(event.repeated)
            case RoundStarted() | RoundEnded():
                self._apply_round(event)
            case RunPaused():
                self.status = RunStatus.PAUSED
                self.waits = dict(event.waits)
                self.pauses += 1
            case RunResumed():
                self._no_longer_waits(event)
                if HOLD not in self.waits:
                    self.status = RunStatus.RUNNING
            case RunSucceeded() | RunFailed() | RunCancelled():
                self._end(event)
            case _ if isinstance(event, _NODE_EVENTS):
                self._apply_node(event)

    def _apply_round(self, event: RoundStarted | RoundEnded) -> None:
        if self.keeps is not None:
            self.nodes.apply_round(event, keeps=self.keeps)
        if self.waits and isinstance(event, RoundEnded):
            inside = round_scope(event.scope, event.node, event.index) + "/"
            for place in [place for place in self.waits if place.startswith(inside)]:
                del self.waits[place]

    def _no_longer_waits(self, event: RunResumed | NodeSucceeded | NodeFailed) -> None:
        self.waits.pop(place_of(event.scope, event.node), None)

    def _apply_node(self, event: NodeEvent) -> None:
        if self.keeps is not None and self.keeps(event.scope):
            self.nodes.apply(event)
        if isinstance(event, NodeWaiting):
            self.waits[place_of(event.scope, event.node)] = event.wait
        if isinstance(event, NodeSucceeded | NodeFailed):
            self.nodes_done += 1
            self._no_longer_waits(event)
        if isinstance(event, NodeSucceeded) and event.writes:
            self.changes += tuple(c for c in event.writes if c.root == "conversation")
        if isinstance(event, NodeSucceeded) and event.reused is not None:
            self.reused_effects += 1
        if not isinstance(event, NodeStarted | NodeSkipped):
            self._count(event.calls)

    def _count(self, calls: tuple[ModelCall, ...]) -> None:
        self.model_calls += len(calls)
        for call in calls:
            self.input_tokens += call.usage.input_tokens
            self.output_tokens += call.usage.output_tokens
            if call.cost_usd is not None:
                self.cost_usd = (self.cost_usd or 0.0) + call.cost_usd

    def _end(self, event: RunSucceeded | RunFailed | RunCancelled) -> None:
        self.ended_ms = event.at_ms
        self.elapsed_s = event.elapsed_s
        self.waits = {}
        match event:
            case RunSucceeded():
                self.status = RunStatus.SUCCEEDED
                self.outputs = event.outputs
                self.answer = event.answer
                self.answer_blob = event.answer_blob
            case RunFailed():
                self.status = RunStatus.FAILED
                self.problem = event.problem
            case RunCancelled():
                self.status = RunStatus.CANCELLED
        self.nodes.end(event)

    def to_summary(self) -> RunSummary:
        """Return the run as it stands in a list.

        Raises:
            ValueError: The log does not begin with ``run.started``.
        """
        started = self.started
        if started is None:
            raise ValueError("the log does not begin with run.started")
        return RunSummary(
            id=started.run_id,
            app_id=started.app_id,
            version=started.version,
            status=self.status,
            started_at=instant(self.started_ms),
            ended_at=instant(self.ended_ms) if self.ended_ms is not None else None,
            elapsed_s=self.elapsed_s,
            input_tokens=self.input_tokens,
            output_tokens=self.output_tokens,
            cost_usd=self.cost_usd,
            nodes_done=self.nodes_done,
            problem=self.problem,
            conversation_id=started.conversation_id,
            is_draft=started.is_draft,
            via=started.caller.via,
            end_user=started.caller.end_user,
            repeated_effects=self.repeated_effects,
            origin_run_id=started.origin.run_id if started.origin is not None else None,
        )


def fold(batches: Iterable[Batch], *, keeps: ScopeFilter | None = at_the_top) -> RunRecord:
    """Fold a run's whole log, from its first event."""
    record = RunRecord(keeps=keeps)
    for batch in batches:
        if not record.apply_batch(batch):
            break
    return record
