"""Folds a run's log into what people read about it. Pure."""

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Any

import msgspec

from skep_contracts.calls.run import NodeTrace, RunStatus, RunSummary
from skep_contracts.problems import Problem
from skep_contracts.run_log import (
    Batch,
    ModelCall,
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


def instant(at_ms: int) -> datetime:
    """Return the moment `at_ms` milliseconds after the Unix epoch."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)


class NodeRecord(msgspec.Struct, kw_only=True):
    """What one node did, so far."""

    node: str
    node_type: str = ""
    status: str = "running"
    attempt: int = 1
    started_ms: int = 0
    elapsed_s: float | None = None
    port: str | None = None
    outputs: dict[str, Any] = {}
    problem: Problem | None = None
    logs: tuple[str, ...] = ()
    calls: tuple[ModelCall, ...] = ()

    def to_trace(self) -> NodeTrace:
        """Return it as it travels."""
        costs = [call.cost_usd for call in self.calls if call.cost_usd is not None]
        return NodeTrace(
            node=self.node,
            node_type=self.node_type,
            status=self.status,
            attempt=self.attempt,
            started_at=instant(self.started_ms) if self.started_ms else None,
            elapsed_s=self.elapsed_s,
            port=self.port,
            outputs=self.outputs,
            problem=self.problem,
            input_tokens=sum(call.usage.input_tokens for call in self.calls),
            output_tokens=sum(call.usage.output_tokens for call in self.calls),
            cost_usd=sum(costs) if costs else None,
            logs=self.logs,
        )


class RunRecord(msgspec.Struct, kw_only=True):
    """Everything a run's log says, up to `last_event`."""

    keeps_nodes: bool = True
    """Whether outputs and logs of nodes are kept; lists do without them."""
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
    repeated_effects: int = 0
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    nodes_done: int = 0
    nodes: dict[str, NodeRecord] = {}

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
            case NodeStarted() | NodeRetrying() | NodeSucceeded() | NodeFailed() | NodeSkipped():
                self._apply_node(event)
            case RunPaused():
                self.status = RunStatus.PAUSED
                self.waits = event.waits
            case RunResumed():
                self.status = RunStatus.RUNNING
                self.waits = {}
            case RunSucceeded() | RunFailed() | RunCancelled():
                self._end(event)

    def _apply_node(
        self, event: NodeStarted | NodeRetrying | NodeSucceeded | NodeFailed | NodeSkipped
    ) -> None:
        record = self.nodes.setdefault(event.node, NodeRecord(node=event.node))
        match event:
            case NodeStarted():
                record.node_type = event.node_type
                record.attempt = event.attempt
                record.status = "running"
                record.started_ms = event.at_ms
            case NodeRetrying():
                record.status = "retrying"
                record.problem = event.problem
            case NodeSkipped():
                record.status = "skipped"
            case NodeSucceeded():
                record.status = "succeeded"
                record.problem = None
                record.port = event.port
                self._finish(record, event)
            case NodeFailed():
                record.status = "failed"
                record.problem = event.problem
                self._finish(record, event)

    def _finish(self, record: NodeRecord, event: NodeSucceeded | NodeFailed) -> None:
        record.attempt = event.attempt
        record.elapsed_s = event.elapsed_s
        if self.keeps_nodes:
            record.outputs = event.outputs
            record.logs = event.logs
            record.calls = event.calls
        self.nodes_done += 1
        for call in event.calls:
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
        for record in self.nodes.values():  # what was under way ended with the run
            if record.status in {"running", "retrying"}:
                record.status = "cancelled" if not isinstance(event, RunFailed) else "failed"

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
        )


def fold(batches: Iterable[Batch], *, keeps_nodes: bool = True) -> RunRecord:
    """Fold a run's whole log, from its first event."""
    record = RunRecord(keeps_nodes=keeps_nodes)
    for batch in batches:
        if not record.apply_batch(batch):
            break
    return record
