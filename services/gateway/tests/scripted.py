"""Orchestrator and ingest, scripted: they speak as the real ones do and do what a test says."""

import asyncio
import hashlib
from collections import defaultdict
from collections.abc import Awaitable, Callable

from services.gateway.tests.scripted_sources import ScriptedSources
from skep_contracts import subjects, topology
from skep_contracts.calls import chunk_edit as chunks
from skep_contracts.calls import dataset as ingest
from skep_contracts.calls import dataset_edit as edit
from skep_contracts.calls import run as orchestrator
from skep_contracts.calls import statistics
from skep_contracts.calls.chunk import SearchChunks, SearchChunksReply
from skep_contracts.calls.comparison import CompareRuns, CompareRunsReply, RunFigures
from skep_contracts.calls.waits import ListRunWaits, ListRunWaitsReply, OpenWait
from skep_contracts.commands.run import CancelRun, PauseRun, ResumeRun, StartRun
from skep_contracts.ids import new_id
from skep_contracts.problems import NotFound
from skep_contracts.run_log import (
    TERMINAL,
    Batch,
    LiveText,
    RunEvent,
    RunStarted,
    RunSucceeded,
    decode_batch,
    encode_batch,
    encode_text,
)
from skep_runtime.bus import Bus, Delivery, Incoming
from skep_runtime.clock import now, now_ms

NO_RUNS = statistics.RunFiguresOver(
    runs=0,
    succeeded=0,
    failed=0,
    cancelled=0,
    paused=0,
    active=0,
    p50_s=None,
    p95_s=None,
    input_tokens=0,
    output_tokens=0,
    cost_usd=None,
    end_users=0,
)


class ScriptedRun:
    """One run, as the worker that holds it would write it down."""

    def __init__(self, bus: Bus, tenant: str, command: StartRun) -> None:
        self.bus = bus
        self.tenant = tenant
        self.command = command
        self.log: list[bytes] = []
        self.number = 0
        self.length = 0
        self.waits: list[OpenWait] = []

    def write(self, *events: RunEvent, live: bool = True, logged: bool = True) -> None:
        """Append a batch; without `live` nobody hears of it, without `logged` it is lost later."""
        batch = Batch(1, 1, self.number + 1, list(events))
        self.number += len(events)
        encoded = encode_batch(batch)
        if logged:
            self.log.append(encoded)
        if live:
            channel = subjects.live(self.tenant, self.command.run_id, "events")
            self.bus.publish_live(channel, encoded)

    def begin(self, **how: bool) -> None:
        """Take the run up."""
        started = RunStarted(
            at_ms=now_ms(),
            run_id=self.command.run_id,
            app_id=self.command.app_id,
            version=self.command.version,
            mode="workflow",
            inputs=self.command.inputs,
            system={},
        )
        self.write(started, **how)

    def say(self, text: str, *, offset: int | None = None, epoch: int = 1) -> None:
        """Stream a piece of the answer."""
        begins = self.length if offset is None else offset
        self.length = begins + len(text)
        channel = subjects.live(self.tenant, self.command.run_id, "text")
        self.bus.publish_live(channel, encode_text(LiveText(epoch, begins, text)))

    def succeed(self, answer: str | None = None, **how: bool) -> None:
        """Bring the run to its end."""
        outputs = {"said": self.command.inputs.get("topic")}
        self.write(RunSucceeded(at_ms=now_ms(), outputs=outputs, answer=answer), **how)


Script = Callable[[ScriptedRun], Awaitable[None]]


async def at_once(run: ScriptedRun) -> None:
    """Do what most tests want of a run."""
    run.begin()
    run.succeed()


class ScriptedOrchestrator:
    """Carries runs out as `scripts` say, by the input `topic`."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.commands: list[StartRun] = []
        self.cancelled: list[str] = []
        self.resumed: list[ResumeRun] = []
        self.paused: list[PauseRun] = []
        self.calls: list[str] = []
        self.scripts: dict[object, Script] = {}
        self.runs: dict[tuple[str, str], ScriptedRun] = {}
        self.conversations: dict[tuple[str, str], orchestrator.ConversationInfo] = {}

    def answer(self) -> None:
        """Begin to answer calls."""
        for call, handler in (
            (orchestrator.GetRun, self._get_run),
            (orchestrator.ReadRunEvents, self._read_events),
            (orchestrator.ListRuns, self._list_runs),
            (ListRunWaits, self._list_waits),
            (orchestrator.GetConversation, self._get_conversation),
            (orchestrator.ListConversations, self._list_conversations),
            (orchestrator.ListMessages, self._list_messages),
            (orchestrator.ReadUsage, self._read_usage),
            (statistics.ReadStatistics, self._read_statistics),
            (orchestrator.ListRunNodes, self._list_nodes),
            (orchestrator.VerifyRun, self._verify),
            (CompareRuns, self._compare),
        ):
            self.bus.answer(call, handler)  # type: ignore[arg-type]  # each handler has its call

    async def work(self) -> None:
        """Carry runs out until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            self._tasks = tasks
            consume = self.bus.consume
            tasks.create_task(consume(topology.ORCHESTRATOR_RUNS, self._start))
            tasks.create_task(consume(topology.ORCHESTRATOR_CONTROL, self._cancel))
            tasks.create_task(consume(topology.ORCHESTRATOR_RESUMPTIONS, self._resume))
            tasks.create_task(consume(topology.ORCHESTRATOR_PAUSES, self._pause))

    async def _start(self, delivery: Delivery) -> None:
        command = delivery.decode(StartRun)
        self.commands.append(command)
        run = ScriptedRun(self.bus, delivery.tenant, command)
        self.runs[delivery.tenant, command.run_id] = run
        script = self.scripts.get(command.inputs.get("topic", command.query), at_once)
        self._tasks.create_task(_carried_out(script, run))

    async def _cancel(self, delivery: Delivery) -> None:
        self.cancelled.append(delivery.decode(CancelRun).run_id)

    async def _resume(self, delivery: Delivery) -> None:
        self.resumed.append(delivery.decode(ResumeRun))

    async def _pause(self, delivery: Delivery) -> None:
        self.paused.append(delivery.decode(PauseRun))

    async def _list_waits(self, call: ListRunWaits, incoming: Incoming) -> ListRunWaitsReply:
        run = self._find(incoming.tenant, call.run_id)
        last = decode_batch(run.log[-1]).events[-1]
        status = orchestrator.RunStatus.PAUSED if run.waits else orchestrator.RunStatus.RUNNING
        if isinstance(last, TERMINAL):
            status = orchestrator.RunStatus.SUCCEEDED
        return ListRunWaitsReply(app_id=run.command.app_id, status=status, waits=tuple(run.waits))

    def _find(self, tenant: str, run_id: str) -> ScriptedRun:
        run = self.runs.get((tenant, run_id))
        if run is None or not run.log:
            raise NotFound(f"There is no run {run_id}.")
        return run

    async def _get_run(
        self, call: orchestrator.GetRun, incoming: Incoming
    ) -> orchestrator.GetRunReply:
        run = self._find(incoming.tenant, call.run_id)
        events = [event for encoded in run.log for event in decode_batch(encoded).events]
        ends = [event for event in events if isinstance(event, RunSucceeded)]
        summary = orchestrator.RunSummary(
            id=call.run_id,
            app_id=run.command.app_id,
            version=run.command.version,
            status=orchestrator.RunStatus.SUCCEEDED if ends else orchestrator.RunStatus.RUNNING,
            started_at=now(),
            is_draft=run.command.is_draft,
            via=run.command.caller.via,
            end_user=run.command.caller.end_user,
        )
        return orchestrator.GetRunReply(
            summary=summary,
            inputs=run.command.inputs,
            outputs=ends[0].outputs if ends else {},
            answer=ends[0].answer if ends else None,
            nodes=(),
            last_event=run.number,
            query=run.command.query,
            files=run.command.files,
        )

    async def _read_events(
        self, call: orchestrator.ReadRunEvents, incoming: Incoming
    ) -> orchestrator.ReadRunEventsReply:
        self.calls.append(call.run_id)
        run = self._find(incoming.tenant, call.run_id)
        batches = [decode_batch(encoded) for encoded in run.log]
        wanted = [
            encoded
            for encoded, batch in zip(run.log, batches, strict=True)
            if batch.first + len(batch.events) - 1 > call.after
        ]
        return orchestrator.ReadRunEventsReply(
            batches=tuple(wanted[:2]),  # few, so that readers must ask again
            has_more=len(wanted) > 2,
            is_ended=len(wanted) <= 2 and isinstance(batches[-1].events[-1], TERMINAL),
        )

    async def _list_runs(
        self, call: orchestrator.ListRuns, incoming: Incoming
    ) -> orchestrator.ListRunsReply:
        return orchestrator.ListRunsReply(items=())

    async def _get_conversation(
        self, call: orchestrator.GetConversation, incoming: Incoming
    ) -> orchestrator.ConversationReply:
        found = self.conversations.get((incoming.tenant, call.conversation_id))
        if found is None:
            raise NotFound("There is no such conversation.")
        return orchestrator.ConversationReply(conversation=found)

    async def _list_conversations(
        self, call: orchestrator.ListConversations, incoming: Incoming
    ) -> orchestrator.ListConversationsReply:
        theirs = [
            info
            for (tenant, _), info in self.conversations.items()
            if tenant == incoming.tenant and call.app_id in {None, info.app_id}
        ]
        return orchestrator.ListConversationsReply(items=tuple(theirs))

    async def _list_messages(
        self, call: orchestrator.ListMessages, incoming: Incoming
    ) -> orchestrator.ListMessagesReply:
        if (incoming.tenant, call.conversation_id) not in self.conversations:
            raise NotFound("There is no such conversation.")
        return orchestrator.ListMessagesReply(items=())

    async def _read_usage(
        self, call: orchestrator.ReadUsage, incoming: Incoming
    ) -> orchestrator.ReadUsageReply:
        return orchestrator.ReadUsageReply(rows=())

    async def _read_statistics(
        self, call: statistics.ReadStatistics, incoming: Incoming
    ) -> statistics.ReadStatisticsReply:
        return statistics.ReadStatisticsReply(
            total=NO_RUNS, buckets=(), apps=(), problems=(), counted_since=call.since
        )

    async def _list_nodes(
        self, call: orchestrator.ListRunNodes, incoming: Incoming
    ) -> orchestrator.ListRunNodesReply:
        self._find(incoming.tenant, call.run_id)
        names = [f"n{index}" for index in range(5)][int(call.cursor or 0) :]
        items = tuple(
            orchestrator.NodeTrace(node=name, scope=call.scope, node_type="t", status="succeeded")
            for name in names[: call.limit]
        )
        more = len(names) > len(items)
        after = int(call.cursor or 0) + len(items)
        return orchestrator.ListRunNodesReply(items=items, next_cursor=str(after) if more else None)

    async def _verify(
        self, call: orchestrator.VerifyRun, incoming: Incoming
    ) -> orchestrator.VerifyRunReply:
        run = self._find(incoming.tenant, call.run_id)
        return orchestrator.VerifyRunReply(
            events=run.number,
            repeated_effects=0,
            status=orchestrator.RunStatus.SUCCEEDED,
            is_held=False,
        )

    async def _compare(self, call: CompareRuns, incoming: Incoming) -> CompareRunsReply:
        runs = [self._find(incoming.tenant, each) for each in (call.run_id, call.with_run_id)]
        before, after = (
            RunFigures(
                run_id=run.command.run_id,
                version=run.command.version,
                status=orchestrator.RunStatus.SUCCEEDED,
            )
            for run in runs
        )
        return CompareRunsReply(before=before, after=after)

    def add_conversation(self, tenant: str, app_id: str) -> str:
        """Make a conversation and return its id."""
        conversation_id = new_id("conversation")
        self.conversations[tenant, conversation_id] = orchestrator.ConversationInfo(
            id=conversation_id,
            app_id=app_id,
            title="x",
            created_at=now(),
            updated_at=now(),
            messages=1,
        )
        return conversation_id


async def _carried_out(script: Script, run: ScriptedRun) -> None:
    await script(run)


OfDocument = (
    ingest.GetDocument
    | ingest.RetryDocument
    | edit.UpdateDocument
    | edit.PauseDocument
    | edit.ResumeDocument
    | edit.CancelDocument
    | chunks.ListChunks
    | chunks.CreateChunk
    | chunks.UpdateChunk
    | chunks.DeleteChunk
)


class ScriptedIngest:
    """Keeps datasets and documents in memory."""

    def __init__(self, bus: Bus) -> None:
        self.bus = bus
        self.created: list[ingest.CreateDocument] = []
        self.searched: list[SearchChunks] = []
        self.made: list[ingest.CreateDataset] = []
        self.datasets: dict[tuple[str, str], ingest.DatasetInfo] = {}
        self.documents: dict[str, dict[str, ingest.DocumentInfo]] = defaultdict(dict)
        self.sources = ScriptedSources(bus, self._find)

    def answer(self) -> None:
        """Begin to answer calls."""
        for call, handler in (
            (ingest.CreateDataset, self._create),
            (ingest.GetDataset, self._get),
            (ingest.ListDatasets, self._list),
            (ingest.DeleteDataset, self._delete),
            (ingest.CreateDocument, self._add),
            (ingest.GetDocument, self._get_document),
            (ingest.ListDocuments, self._list_documents),
            (ingest.DeleteDocument, self._delete_document),
            (ingest.RetryDocument, self._get_document),
            (edit.UpdateDataset, self._get),
            (edit.UpdateDocument, self._get_document),
            (edit.PauseDocument, self._get_document),
            (edit.ResumeDocument, self._get_document),
            (edit.CancelDocument, self._get_document),
            (edit.DescribeDataset, self._describe),
            (edit.MoveDataset, self._get),
            (edit.CancelDatasetMove, self._found),
            (edit.ReindexDataset, self._found),
            (ingest.ListDatasetFields, self._list_fields),
            (chunks.ListChunks, self._list_chunks),
            (chunks.CreateChunk, self._change_chunk),
            (chunks.UpdateChunk, self._change_chunk),
            (chunks.DeleteChunk, self._change_chunk),
            (SearchChunks, self._search),
        ):
            self.bus.answer(call, handler)  # type: ignore[arg-type]  # each handler has its call
        self.sources.answer()

    def _find(self, tenant: str, dataset: str) -> ingest.DatasetInfo:
        for (owner, _), info in self.datasets.items():
            if owner == tenant and dataset in {info.id, info.name}:
                return info
        raise NotFound("There is no such dataset.")

    async def _create(self, call: ingest.CreateDataset, incoming: Incoming) -> ingest.DatasetReply:
        self.made.append(call)
        info = ingest.DatasetInfo(
            id=new_id("dataset"),
            name=call.name,
            description=call.description,
            embedding_model="m",
            dimensions=8,
            chunker=call.chunker,
            chunk_spec=call.chunk_spec,
            store="s",
            documents=0,
            chunks=0,
            created_at=now(),
        )
        self.datasets[incoming.tenant, info.id] = info
        return ingest.DatasetReply(dataset=info)

    async def _get(
        self, call: ingest.GetDataset | edit.UpdateDataset | edit.MoveDataset, incoming: Incoming
    ) -> ingest.DatasetReply:
        return ingest.DatasetReply(dataset=self._find(incoming.tenant, call.dataset))

    async def _list(
        self, call: ingest.ListDatasets, incoming: Incoming
    ) -> ingest.ListDatasetsReply:
        theirs = [info for (owner, _), info in self.datasets.items() if owner == incoming.tenant]
        return ingest.ListDatasetsReply(items=tuple(theirs))

    async def _delete(self, call: ingest.DeleteDataset, incoming: Incoming) -> ingest.DoneReply:
        try:
            info = self._find(incoming.tenant, call.dataset)
        except NotFound:
            return ingest.DoneReply(changed=False)
        del self.datasets[incoming.tenant, info.id]
        return ingest.DoneReply()

    async def _add(self, call: ingest.CreateDocument, incoming: Incoming) -> ingest.DocumentReply:
        dataset = self._find(incoming.tenant, call.dataset)
        self.created.append(call)
        info = ingest.DocumentInfo(
            id=new_id("document"),
            dataset_id=dataset.id,
            name=call.name,
            mime_type=call.file.mime_type,
            size_bytes=call.file.size_bytes,
            status=ingest.DocumentStatus.QUEUED,
            chunks_done=0,
            chunks_total=None,
            error=None,
            error_code=None,
            metadata=call.metadata,
            content_hash=hashlib.sha256(call.file.blob.encode()).hexdigest(),
            created_at=now(),
            updated_at=now(),
        )
        self.documents[dataset.id][info.id] = info
        return ingest.DocumentReply(document=info)

    async def _get_document(self, call: OfDocument, incoming: Incoming) -> ingest.DocumentReply:
        dataset = self._find(incoming.tenant, call.dataset)
        found = self.documents[dataset.id].get(call.document_id)
        if found is None:
            raise NotFound("There is no such document.")
        return ingest.DocumentReply(document=found)

    async def _list_documents(
        self, call: ingest.ListDocuments, incoming: Incoming
    ) -> ingest.ListDocumentsReply:
        dataset = self._find(incoming.tenant, call.dataset)
        return ingest.ListDocumentsReply(items=tuple(self.documents[dataset.id].values()))

    async def _delete_document(
        self, call: ingest.DeleteDocument, incoming: Incoming
    ) -> ingest.DoneReply:
        try:
            dataset = self._find(incoming.tenant, call.dataset)
        except NotFound:
            return ingest.DoneReply(changed=False)
        gone = self.documents[dataset.id].pop(call.document_id, None)
        return ingest.DoneReply(changed=gone is not None)

    async def _found(
        self, call: edit.CancelDatasetMove | edit.ReindexDataset, incoming: Incoming
    ) -> ingest.DoneReply | edit.ReindexReply:
        self._find(incoming.tenant, call.dataset)
        is_move = isinstance(call, edit.CancelDatasetMove)
        return ingest.DoneReply() if is_move else edit.ReindexReply(documents=1)

    async def _describe(
        self, call: edit.DescribeDataset, incoming: Incoming
    ) -> edit.DescribeDatasetReply:
        self._find(incoming.tenant, call.dataset)
        return edit.DescribeDatasetReply(
            by_status={}, disabled=0, size_bytes=0, chunks=0, stored_chunks=0
        )

    async def _list_fields(
        self, call: ingest.ListDatasetFields, incoming: Incoming
    ) -> ingest.ListDatasetFieldsReply:
        for dataset in call.datasets:
            self._find(incoming.tenant, dataset)
        return ingest.ListDatasetFieldsReply(fields=())

    async def _list_chunks(
        self, call: chunks.ListChunks, incoming: Incoming
    ) -> chunks.ListChunksReply:
        await self._get_document(call, incoming)
        return chunks.ListChunksReply(items=())

    async def _change_chunk(self, call: OfDocument, incoming: Incoming) -> chunks.ChunkReply:
        await self._get_document(call, incoming)
        return chunks.ChunkReply(chunk=chunks.ChunkInfo(id="1", seq=1, text="changed"))

    async def _search(self, call: SearchChunks, incoming: Incoming) -> SearchChunksReply:
        for dataset in call.datasets:
            self._find(incoming.tenant, dataset)
        self.searched.append(call)
        return SearchChunksReply(chunks=())
