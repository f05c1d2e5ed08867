"""Which nodes of a run are not carried out: their results are pinned, or come from a record."""

from collections.abc import Iterable
from typing import Protocol

import msgspec

from skep_contracts.plugins.nodes import NodeContext
from skep_contracts.problems import NotFound, Problem, Retry
from skep_contracts.run_log import (
    NodeFailed,
    NodeStarted,
    NodeSucceeded,
    RunEvent,
    RunStarted,
    place_of,
    split_place,
)
from skep_orchestrator.engine.compile import PlanNode
from skep_orchestrator.engine.frames import Doing
from skep_orchestrator.nodes.outcomes import Served
from skep_orchestrator.runs.records.record import PIN, Entry, Record


class Store(Protocol):
    """Where the results are that a record does not keep at hand."""

    async def fetch(self, run_id: str, entry: Entry) -> NodeSucceeded | NodeFailed:
        """Return how an effect ended."""
        ...


class StoredResult:
    """Stands for a node's runner: fetches what the record has instead of doing it again."""

    __slots__ = ("_entry", "_node", "_run_id", "_store")

    def __init__(self, store: Store, run_id: str, entry: Entry, node: PlanNode) -> None:
        """Fetch `entry` of the run `run_id`."""
        self._store = store
        self._run_id = run_id
        self._entry = entry
        self._node = node

    async def run(self, ctx: NodeContext, settings: object) -> Served | Problem:
        """Return the recorded result.

        Raises:
            NotFound: It has expired since the run began.
        """
        event = await self._store.fetch(self._run_id, self._entry)
        return served(event, self._run_id, self._node)


def served(event: NodeSucceeded | NodeFailed, run_id: str, node: PlanNode) -> Served | Problem:
    """Return a recorded end as the result of a node."""
    if isinstance(event, NodeFailed):
        # What failed for good there is not tried again here.
        return msgspec.structs.replace(event.problem, retry=Retry.NEVER, retry_after_s=None)
    port = event.port if event.port in node.ports else node.default_port
    return Served(
        outputs=event.outputs, port=port, reused=run_id, logs=event.logs, writes=event.writes
    )


class Serving:
    """The rules for one run."""

    __slots__ = ("_live", "_origin", "_pins", "_record", "_store", "_stored")

    def __init__(
        self, opening: RunStarted, record: Record | None = None, store: Store | None = None
    ) -> None:
        """Serve the run that begins with `opening`: pins first, then what the record has."""
        origin = opening.origin
        self._pins = {
            place: outputs for place, outputs in opening.pins.items() if place != opening.only
        }
        self._origin = origin
        self._record = record
        self._stored: dict[str, StoredResult] = {}
        self._store = store
        self._live = frozenset(origin.live) if origin is not None else frozenset()

    def find(self, doing: Doing, fingerprint: str | None) -> Served | Problem | None:
        """Return the result of a node that has begun; None when it is to be carried out.

        Args:
            doing: The node, also a pure one or a container: those are served from pins alone.
            fingerprint: Of an effect.
        """
        frame, node, _ = doing
        place = frame.place(node)
        pinned = self._pins.get(place, self._pins.get(node.id)) if self._pins else None
        if pinned is not None:
            return Served(outputs=pinned, port=node.default_port, reused=PIN)
        if fingerprint is None or self._runs_again(place):
            return None
        return self._from_record(place, node, fingerprint)

    def stored(self, place: str) -> StoredResult | None:
        """Return what fetches the result of a place that `find` knew of but had not at hand."""
        return self._stored.get(place)

    def _from_record(self, place: str, node: PlanNode, fingerprint: str) -> Served | Problem | None:
        origin, record, store = self._origin, self._record, self._store
        if origin is None or record is None or store is None:
            return None
        entry = record.take(place, fingerprint)
        if entry is None and origin.changed == "stub":
            entry = record.at(place)
            if entry is None:
                return _no_stub(place, record.run_id)
        if entry is None:
            return None
        if entry.ended is None:
            self._stored[place] = StoredResult(store, record.run_id, entry, node)
            return None
        return served(entry.ended, record.run_id, node)

    def recall(self, events: Iterable[RunEvent]) -> None:
        """Count as given out what the run had been served when its worker was lost."""
        if self._record is None:
            return
        prints: dict[str, str | None] = {}
        for event in events:
            match event:
                case NodeStarted():
                    prints[place_of(event.scope, event.node)] = event.fingerprint
                case NodeSucceeded() if event.reused == self._record.run_id:
                    place = place_of(event.scope, event.node)
                    fingerprint = prints.get(place)
                    if fingerprint is not None:
                        self._record.take(place, fingerprint)

    def _runs_again(self, place: str) -> bool:
        """Tell whether a node, its round, or a container around it is to run again."""
        live = self._live
        if not live:
            return False
        scope, node = split_place(place)
        if node in live or place in live:
            return True
        while scope:
            outer, last = split_place(scope)
            container = last.rpartition(":")[0]
            around = f"{outer}/{container}" if outer else container
            if not live.isdisjoint((scope, around, container)):
                return True
            scope = outer
        return False


def _no_stub(place: str, run_id: str) -> Problem:
    return NotFound(
        f"The record of {run_id} has nothing for `{place}`, and this replay carries nothing out. "
        "Replay with `changed: live`, or name the node in `live`.",
        code="nothing_recorded",
    ).to_problem()
