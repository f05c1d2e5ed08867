"""Answers questions about single runs from their logs: what they did, and whether that is right."""

from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from skep_contracts.calls.comparison import CompareRuns, CompareRunsReply
from skep_contracts.calls.run import (
    FindRunHolder,
    FindRunHolderReply,
    GetRun,
    GetRunReply,
    InvariantFault,
    ListRunNodes,
    ListRunNodesReply,
    NodeTrace,
    RunStatus,
    RunSummary,
    VerifyRun,
    VerifyRunReply,
)
from skep_contracts.graph import MAX_DOCUMENT_BYTES, WorkflowDocument, decode_document
from skep_contracts.ids import BlobKey
from skep_contracts.problems import Gone, InvalidInput, NotFound, TooLarge
from skep_contracts.run_log import RunStarted
from skep_contracts.values import FileRef, file_from_value
from skep_orchestrator.conversations.memory import ConversationMemory
from skep_orchestrator.history.comparison import compare, only_of, places_that_differ, sketch
from skep_orchestrator.history.fold import at_the_top, everywhere
from skep_orchestrator.history.node_records import Keeper, NodeRecord, within
from skep_orchestrator.history.run_logs import MOST_BYTES, RunLogs, UnreadableLogError
from skep_orchestrator.history.verification import Verifier
from skep_runtime.bus import Bus, Incoming

_MOST_ITEMS: Final = 200
_HOLDER_S: Final = 1.0
_HOLDER_TRIES: Final = 8
"""Asked once a second: a run whose worker was lost is taken over within six."""
_DECODE_ERRORS: Final = (msgspec.MsgspecError, UnicodeDecodeError, RecursionError)


class RunDetails:
    """The handlers of calls about one run, or two."""

    def __init__(self, bus: Bus, logs: RunLogs, memory: ConversationMemory) -> None:
        """Read from `logs`; ask on `bus` who holds a run; see that `memory` has ended turns."""
        self._bus = bus
        self._logs = logs
        self._memory = memory

    def register(self) -> None:
        """Begin to answer."""
        self._bus.answer(GetRun, self.get_run)
        self._bus.answer(ListRunNodes, self.list_nodes)
        self._bus.answer(VerifyRun, self.verify)
        self._bus.answer(CompareRuns, self.compare)

    async def get_run(self, call: GetRun, incoming: Incoming) -> GetRunReply:
        """Fold the run's log; a run whose log has expired is answered from its row alone."""
        try:
            record = await self._logs.fold(
                incoming.tenant, call.run_id, at_the_top, within(MOST_BYTES)
            )
        except Gone:
            return _without_log(await self._logs.row(incoming.tenant, call.run_id))
        if record.is_ended:
            # Who learns of the end here may say the next thing at once.
            await self._memory.catch_up(incoming.tenant, record)
        return GetRunReply(
            summary=record.to_summary(),
            outputs=record.outputs,
            answer=record.answer,
            nodes=tuple(node.to_trace() for node in record.nodes.by_place.values()),
            last_event=record.last_event,
            waits=record.waits,
            reused_effects=record.reused_effects,
            **_beginning(record.started),
        )

    async def list_nodes(self, call: ListRunNodes, incoming: Incoming) -> ListRunNodesReply:
        """Page through the nodes of one scope, or of all rounds of a container."""
        skipped = _offset(call.cursor)
        limit = max(1, min(call.limit, _MOST_ITEMS))
        page = range(skipped, skipped + limit)
        record = await self._logs.fold(
            incoming.tenant, call.run_id, _scope_filter(call.scope), _only(page)
        )
        found = list(record.nodes.by_place.values())[skipped:]
        if not found and not skipped and call.scope:
            raise NotFound(
                f"Nothing ran in `{call.scope:.200}`. A round is written `each:3`; the container "
                "`each` alone stands for all its rounds.",
                code="unknown_scope",
            )
        items = _that_fit([node.to_trace() for node in found[:limit]])
        more = len(found) > len(items)
        return ListRunNodesReply(
            items=items, next_cursor=str(skipped + len(items)) if more else None
        )

    async def compare(self, call: CompareRuns, incoming: Incoming) -> CompareRunsReply:
        """Compare two runs of the tenant, place by place."""
        limit = max(1, min(call.limit, _MOST_ITEMS))
        tenant, run_ids = incoming.tenant, (call.run_id, call.with_run_id)
        sketches = [await self._logs.fold(tenant, i, everywhere, sketch) for i in run_ids]
        differing = places_that_differ(*sketches)
        shown = frozenset(differing[:limit])
        before, after = [
            await self._logs.fold(tenant, i, everywhere, only_of(shown)) for i in run_ids
        ]
        return compare(before, after, differing, limit=limit)

    async def verify(self, call: VerifyRun, incoming: Incoming) -> VerifyRunReply:
        """Hold a run's log against the rules that every log keeps."""
        tenant, run_id = incoming.tenant, call.run_id
        verifier: Verifier | None = None
        faults: list[InvariantFault] = []
        try:
            async for batch in self._logs.batches(tenant, run_id):
                if verifier is None:
                    verifier = Verifier(await self._document(tenant, batch.events))
                verifier.take(batch)
        except UnreadableLogError:
            number = verifier.events + 1 if verifier is not None else 1
            detail = "a message of the log is no batch of a known form"
            faults.append(InvariantFault(rule="readable", number=number, detail=detail))
            verifier = verifier or Verifier(None)
        if verifier is None:
            await self._logs.row(tenant, run_id)
            raise Gone(f"The log of {run_id} has expired.", code="run_log_expired")
        is_held, fault = await self._holder(tenant, run_id, verifier)
        return VerifyRunReply(
            events=verifier.events,
            repeated_effects=verifier.repeated,
            status=verifier.status,
            is_held=is_held,
            faults=(*verifier.faults, *faults, *([fault] if fault is not None else [])),
        )

    async def _document(self, tenant: str, events: Sequence[object]) -> WorkflowDocument | None:
        started = events[0] if events else None
        if not isinstance(started, RunStarted):
            return None
        try:
            content = await self._bus.blobs.get(
                tenant, BlobKey(started.version), max_bytes=MAX_DOCUMENT_BYTES
            )
            return decode_document(content)
        except (NotFound, TooLarge, *_DECODE_ERRORS):
            return None  # what needs no document is checked all the same

    async def _holder(
        self, tenant: str, run_id: str, verifier: Verifier
    ) -> tuple[bool, InvariantFault | None]:
        """Tell whether a worker holds a run; a fault when it runs, and nobody takes it up."""
        known = await self._logs.last_seq(tenant, run_id)
        for _ in range(_HOLDER_TRIES):
            found = await self._bus.broadcast(
                FindRunHolder(run_id=run_id),
                tenant=tenant,
                reply=FindRunHolderReply,
                timeout_s=_HOLDER_S,
            )
            if found is not None or verifier.status is not RunStatus.RUNNING:
                return found is not None, None
            if await self._logs.last_seq(tenant, run_id) > known:
                return False, None  # somebody was at it: it is between two workers
        detail = "the run is said to be running, and no worker holds it or takes it over"
        return False, InvariantFault(rule="holder", number=verifier.events, detail=detail)


def _beginning(started: RunStarted | None) -> dict[str, Any]:
    if started is None:
        return {"inputs": {}}
    query = started.system.get("query")
    return {
        "inputs": started.inputs,
        "query": query if isinstance(query, str) else None,
        "files": _files(started.system.get("files")),
        "origin_run_id": started.origin.run_id if started.origin is not None else None,
        "parent_run_id": started.parent.run_id if started.parent is not None else None,
    }


def _files(value: object) -> tuple[FileRef, ...]:
    given = value if isinstance(value, list | tuple) else ()
    return tuple(file for item in given if (file := file_from_value(item)) is not None)


def _without_log(summary: RunSummary) -> GetRunReply:
    return GetRunReply(summary=summary, inputs={}, outputs={}, answer=None, nodes=(), last_event=0)


def _scope_filter(asked: str) -> Callable[[str], bool]:
    """Keep one round, or with the place of a container all its rounds."""
    rounds = f"{asked}:"

    def keeps(scope: str) -> bool:
        return scope == asked or (
            bool(asked) and scope.startswith(rounds) and "/" not in scope[len(rounds) :]
        )

    return keeps


def _only(page: range) -> Keeper:
    def keep(record: NodeRecord) -> None:
        if record.index not in page:
            record.shorten()

    return keep


def _that_fit(traces: Sequence[NodeTrace]) -> tuple[NodeTrace, ...]:
    """Return as many as one answer carries, at least one."""
    size = 0
    for count, trace in enumerate(traces):
        size += len(msgspec.json.encode(trace))
        if count and size > MOST_BYTES:
            return tuple(traces[:count])
    return tuple(traces)


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not (cursor.isascii() and cursor.isdigit() and len(cursor) < 10):
        raise InvalidInput("The cursor is not one that a page gave out.")
    return int(cursor)
