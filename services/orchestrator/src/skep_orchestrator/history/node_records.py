"""What nodes did, folded from the log: one record a place."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, TypeAlias

import msgspec

from skep_contracts.calls.run import NodeTrace
from skep_contracts.problems import Problem
from skep_contracts.run_log import (
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
    RunFailed,
    RunSucceeded,
    place_of,
    round_scope,
)

NodeEvent: TypeAlias = (
    NodeStarted | NodeRetrying | NodeSucceeded | NodeFailed | NodeSkipped | NodeWaiting | NodeStep
)


def instant(at_ms: int) -> datetime:
    """Return the moment `at_ms` milliseconds after the Unix epoch."""
    return datetime.fromtimestamp(at_ms / 1000, UTC)


class NodeRecord(msgspec.Struct, kw_only=True):
    """What one node did, so far."""

    node: str
    scope: str = ""
    index: int = 0
    """How many nodes began before it."""
    node_type: str = ""
    status: str = "running"
    attempt: int = 1
    started_ms: int = 0
    elapsed_s: float | None = None
    port: str | None = None
    outputs: dict[str, Any] = {}
    problem: Problem | None = None
    logs: tuple[str, ...] = ()
    calls: list[ModelCall] = []
    rounds: int | None = None
    failed_rounds: int = 0
    reused: str | None = None
    is_shortened: bool = False

    @property
    def place(self) -> str:
        """Where it stands."""
        return place_of(self.scope, self.node)

    def shorten(self) -> None:
        """Forget what takes space."""
        self.outputs, self.logs, self.is_shortened = {}, (), True

    def to_trace(self) -> NodeTrace:
        """Return it as it travels."""
        costs = [call.cost_usd for call in self.calls if call.cost_usd is not None]
        return NodeTrace(
            node=self.node,
            scope=self.scope,
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
            rounds=self.rounds,
            failed_rounds=self.failed_rounds,
            reused=self.reused,
            is_shortened=self.is_shortened,
        )


Keeper: TypeAlias = Callable[[NodeRecord], None]
"""Called when a node has ended; takes away from its record what is not to be kept."""


def within(budget: int) -> Keeper:
    """Keep outputs and logs until they take more than `budget` bytes together."""
    left = budget

    def keep(record: NodeRecord) -> None:
        nonlocal left
        size = len(msgspec.msgpack.encode((record.outputs, record.logs)))
        if size > left:
            record.shorten()
        else:
            left -= size

    return keep


class NodeRecords(msgspec.Struct, kw_only=True):
    """Records by place, in the order in which they first appeared."""

    by_place: dict[str, NodeRecord] = {}
    under_way: dict[str, None] = {}
    """Places of nodes that began and have not ended."""
    keeper: Keeper | None = None

    def apply(self, event: NodeEvent) -> None:
        """Take an event of a node in."""
        place = place_of(event.scope, event.node)
        record = self.by_place.get(place)
        if record is None:
            index = len(self.by_place)
            record = NodeRecord(node=event.node, scope=event.scope, index=index)
            self.by_place[place] = record
        match event:
            case NodeStarted():
                record.node_type = event.node_type
                record.attempt = event.attempt
                record.status = "running"
                record.started_ms = event.at_ms
                self.under_way[place] = None
                return
            case NodeSkipped():
                record.status = "skipped"
                return
            case NodeRetrying():
                record.status = "retrying"
                record.problem = event.problem
            case NodeWaiting():
                record.status = "waiting"
            case NodeSucceeded():
                self.under_way.pop(place, None)
                record.status = "succeeded"
                record.problem = None
                record.port = event.port
                record.reused = event.reused
                _finish(record, event)
            case NodeFailed():
                self.under_way.pop(place, None)
                record.status = "failed"
                record.problem = event.problem
                _finish(record, event)
        record.calls.extend(event.calls)
        if self.keeper is not None and isinstance(event, NodeSucceeded | NodeFailed):
            self.keeper(record)

    def apply_round(
        self, event: RoundStarted | RoundEnded, *, keeps: Callable[[str], bool]
    ) -> None:
        """Count a container's round; what was under way in one that ended is dropped."""
        record = self.by_place.get(place_of(event.scope, event.node))
        if record is not None and keeps(event.scope):
            if isinstance(event, RoundStarted):
                record.rounds = (record.rounds or 0) + 1
            elif event.problem is not None:
                record.failed_rounds += 1
        if isinstance(event, RoundEnded):
            inside = round_scope(event.scope, event.node, event.index) + "/"
            for place in [place for place in self.under_way if place.startswith(inside)]:
                del self.under_way[place]
                self.by_place[place].status = "dropped"

    def end(self, event: RunSucceeded | RunFailed | RunCancelled) -> None:
        """Let what was under way end with the run."""
        status = "failed" if isinstance(event, RunFailed) else "cancelled"
        for place in self.under_way:
            self.by_place[place].status = status
        self.under_way.clear()


def _finish(record: NodeRecord, event: NodeSucceeded | NodeFailed) -> None:
    record.attempt = event.attempt
    record.elapsed_s = event.elapsed_s
    record.outputs = event.outputs
    record.logs = event.logs
