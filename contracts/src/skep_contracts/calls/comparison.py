"""Two runs beside each other: what came out differently, and what each of them took."""

from typing import Any, ClassVar, Literal, TypeAlias

import msgspec

from skep_contracts.calls.run import RunStatus
from skep_contracts.envelope import Call, Reply

Difference: TypeAlias = Literal["changed", "added", "removed"]


class ValueChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A named value that differs. `before` is of the first run, `after` of the second."""

    name: str
    change: Difference
    before: Any = None
    after: Any = None
    is_shortened: bool = False
    """The values are too large to be shown whole; what is left of them is text."""


class NodeChange(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A node that came to something else, by place; `added` ran in the second run alone."""

    place: str
    node_type: str
    change: Difference
    status_before: str | None = None
    status_after: str | None = None
    port_before: str | None = None
    port_after: str | None = None
    outputs: tuple[ValueChange, ...] = ()
    is_reused: bool = False
    """The second run took the result from a record."""


class RunFigures(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one of the two came to, and what it took."""

    run_id: str
    version: str
    status: RunStatus
    elapsed_s: float | None = None
    input_tokens: int = 0
    output_tokens: int = 0
    cost_usd: float | None = None
    model_calls: int = 0
    nodes_done: int = 0
    reused_effects: int = 0
    """Nodes whose result came from the record of another run."""


class NodeCounts(msgspec.Struct, frozen=True, kw_only=True):
    """Places by how they compare."""

    same: int = 0
    changed: int = 0
    added: int = 0
    removed: int = 0
    reused: int = 0
    """Of the second run's, those that came from a record, changed or not."""


class CompareRuns(Call, frozen=True, kw_only=True, tag="run.compare.v1"):
    """Compare a run with another one, place by place."""

    owner: ClassVar[str] = "orchestrator"
    imperative: ClassVar[str] = "compare_runs"

    run_id: str
    with_run_id: str
    limit: int = 200
    """Of nodes that are listed; all are counted."""


class CompareRunsReply(Reply, frozen=True, kw_only=True):
    """How the second run differs from the first."""

    before: RunFigures
    after: RunFigures
    outputs: tuple[ValueChange, ...] = ()
    """Of the runs."""
    answer: ValueChange | None = None
    """None when both said the same, or nothing."""
    counts: NodeCounts = NodeCounts()
    nodes: tuple[NodeChange, ...] = ()
    """In the order in which they began, those of the second run first."""
    has_more: bool = False
