"""A whole ingest service inside a test: all is real, and models do what a test says."""

import asyncio
import base64
import contextlib
import secrets
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec

from skep_contracts import subjects
from skep_contracts.calls.chunk import FoundChunk, SearchChunks, SearchChunksReply
from skep_contracts.calls.dataset import (
    CreateDataset,
    CreateDocument,
    DatasetInfo,
    DatasetReply,
    DeleteDataset,
    DeleteDocument,
    DocumentInfo,
    DocumentReply,
    DocumentStatus,
    DoneReply,
    GetDataset,
    GetDocument,
    ListDatasets,
    ListDatasetsReply,
)
from skep_contracts.envelope import Envelope
from skep_contracts.ids import FileId, new_id
from skep_contracts.plugins.models import Embeddings
from skep_contracts.plugins.stores import StoredChunk
from skep_contracts.problems import SkepError, Unavailable
from skep_contracts.subjects import Kind
from skep_contracts.topology import EVENTS
from skep_contracts.values import FileRef
from skep_inference import CallScope
from skep_ingest.app import GROUPS, Ingest
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.indexing.index_document import IndexingSettings
from skep_ingest.parsing.parse_process import ParsingSettings
from skep_ingest.settings import IngestSettings
from skep_runtime.bus import Bus
from skep_runtime.database import Database, DatabaseSettings
from skep_runtime.egress import EgressClient, EgressSettings
from skep_runtime.lifecycle import Stop
from skep_runtime.plugins import PluginHost, PluginSettings
from skep_runtime.vault import VaultSettings
from skep_testing.nats import NatsServer

TENANT = "t_one"
OTHER = "t_two"
CALL_S = 20.0


class ScriptedEmbedder:
    """Stands before `Inference`: counts what is embedded, waits at a gate, fails on demand."""

    def __init__(self, inference: Any) -> None:
        self._inference = inference
        self.texts: list[str] = []
        self.batches = 0
        self.gate_after: int | None = None
        self.gate = asyncio.Event()
        self.errors: list[SkepError] = []

    async def embed(self, model: str, texts: Sequence[str], *, scope: CallScope) -> Embeddings:
        if self.errors:
            raise self.errors.pop(0)
        if self.gate_after is not None and self.batches >= self.gate_after:
            await self.gate.wait()
        self.batches += 1
        self.texts += texts
        made: Embeddings = await self._inference.embed(model, texts, scope=scope)
        return made


class Stage:
    """Starts and stops the service, and asks it things."""

    def __init__(
        self,
        bus: Bus,
        server: NatsServer,
        tasks: asyncio.TaskGroup,
        *,
        folder: Path,
        database: DatabaseSettings,
    ) -> None:
        self.bus = bus
        self.folder = folder
        self.parsing = ParsingSettings()
        self.indexing = IndexingSettings(scratch_dir=str(folder / "scratch"))
        self.egress = EgressSettings()
        self._server = server
        self._tasks = tasks
        self._database = database
        self._running: asyncio.Task[None] | None = None
        self._stop = Stop()
        self._key = base64.b64encode(secrets.token_bytes(32)).decode()

    async def start(self) -> None:
        """Start the service; settings changed before count."""
        settings = IngestSettings(
            default_store="sqlite",
            database=self._database,
            vault=VaultSettings(key=self._key),
            indexing=self.indexing,
            parsing=self.parsing,
            plugins=PluginSettings(
                data_dir=str(self.folder / "plugin-data"), directory=str(self.folder / "plugins")
            ),
        )
        self._stop = Stop()
        self._own_bus = await Bus.connect(self._server.settings(), service="ingest")
        self.database = Database(settings.database)
        await self.database.migrate("skep_ingest")
        self._egress = EgressClient(self.egress)
        host = PluginHost(GROUPS, settings.plugins, http=self._egress)
        await asyncio.to_thread(host.load)
        self.host = host
        self.ingest = Ingest(
            settings, bus=self._own_bus, database=self.database, host=host, http=self._egress
        )
        self.embedder = ScriptedEmbedder(self.ingest.inference)
        self.ingest.indexer._embedder = self.embedder
        self.ingest.filler._embedder = self.embedder
        self._running = self._tasks.create_task(self.ingest.run(self._stop))
        await self._until_answering()

    async def _until_answering(self) -> None:
        call = ListDatasets(limit=1)
        async with asyncio.timeout(CALL_S):
            while True:
                with contextlib.suppress(Unavailable):
                    await self.bus.call(call, tenant="t_", reply=ListDatasetsReply, timeout_s=1)
                    return

    async def stop(self) -> None:
        """Stop it in order."""
        self._stop.set()
        if self._running is not None:
            await asyncio.wait([self._running])
        self._running = None
        await self._close()

    async def kill(self) -> None:
        """As `kill -9`: not another word to the bus or the database."""
        self._own_bus._connection.send = lambda *args, **kwargs: False  # type: ignore[method-assign]
        if self.ingest.inference._publishing is not None:
            self.ingest.inference._publishing.cancel()  # it would try again until it is closed

        async def silent(**values: Any) -> None:
            return None

        from skep_ingest.indexing import claimed_document

        original = claimed_document.ClaimedDocument._write
        claimed_document.ClaimedDocument._write = lambda self, **values: silent()  # type: ignore[method-assign]
        try:
            await self.stop()
        finally:
            claimed_document.ClaimedDocument._write = original  # type: ignore[method-assign]

    async def _close(self) -> None:
        await self.ingest.collections.close()
        await self._own_bus.close()
        await self._egress.close()
        await self.database.close()

    async def dataset(
        self, name: str = "docs", *, tenant: str = TENANT, **call: Any
    ) -> DatasetInfo:
        reply = await self.bus.call(
            CreateDataset(name=name, **call), tenant=tenant, reply=DatasetReply, timeout_s=CALL_S
        )
        return reply.dataset

    async def get_dataset(self, dataset: str, *, tenant: str = TENANT) -> DatasetInfo:
        reply = await self.bus.call(
            GetDataset(dataset=dataset), tenant=tenant, reply=DatasetReply, timeout_s=CALL_S
        )
        return reply.dataset

    async def add(
        self,
        dataset: str,
        name: str,
        content: str | bytes,
        *,
        tenant: str = TENANT,
        mime_type: str = "text/plain",
        **call: Any,
    ) -> DocumentInfo:
        data = content.encode() if isinstance(content, str) else content
        file = await self.file(name, data, tenant=tenant, mime_type=mime_type)
        order = CreateDocument(dataset=dataset, file=file, name=name, **call)
        reply = await self.bus.call(order, tenant=tenant, reply=DocumentReply, timeout_s=CALL_S)
        return reply.document

    async def file(
        self, name: str, data: bytes, *, tenant: str = TENANT, mime_type: str = "text/plain"
    ) -> FileRef:
        return FileRef(
            id=FileId(new_id("file")),
            name=name,
            mime_type=mime_type,
            size_bytes=len(data),
            blob=await self.bus.blobs.put(tenant, data),
        )

    async def get(self, document: DocumentInfo, *, tenant: str = TENANT) -> DocumentInfo:
        call = GetDocument(dataset=document.dataset_id, document_id=document.id)
        reply = await self.bus.call(call, tenant=tenant, reply=DocumentReply, timeout_s=CALL_S)
        return reply.document

    async def until(
        self, document: DocumentInfo, *statuses: DocumentStatus, timeout_s: float = 30.0
    ) -> DocumentInfo:
        """Wait until the document has one of these statuses."""
        deadline = time.monotonic() + timeout_s
        while (seen := await self.get(document)).status not in statuses:
            assert time.monotonic() < deadline, seen
            await asyncio.sleep(0.02)
        return seen

    async def settled(self, document: DocumentInfo, *, timeout_s: float = 30.0) -> DocumentInfo:
        """Wait until it is ready or has failed."""
        return await self.until(
            document, DocumentStatus.READY, DocumentStatus.FAILED, timeout_s=timeout_s
        )

    async def until_done(self, document: DocumentInfo, chunks: int) -> DocumentInfo:
        """Wait until so many chunks are stored."""
        deadline = time.monotonic() + 20
        while (seen := await self.get(document)).chunks_done < chunks:
            assert time.monotonic() < deadline, seen
            await asyncio.sleep(0.01)
        return seen

    async def indexed(
        self, dataset: str, name: str, content: str | bytes, **call: Any
    ) -> DocumentInfo:
        """Add a document and wait until it is ready."""
        done = await self.settled(await self.add(dataset, name, content, **call))
        assert done.status is DocumentStatus.READY, done
        return done

    async def delete(self, document: DocumentInfo) -> bool:
        call = DeleteDocument(dataset=document.dataset_id, document_id=document.id)
        reply = await self.bus.call(call, tenant=TENANT, reply=DoneReply, timeout_s=CALL_S)
        return reply.changed

    async def delete_dataset(self, dataset: str, *, tenant: str = TENANT) -> bool:
        call = DeleteDataset(dataset=dataset)
        reply = await self.bus.call(call, tenant=tenant, reply=DoneReply, timeout_s=CALL_S)
        return reply.changed

    async def search(
        self, query: str, *datasets: str, tenant: str = TENANT, **call: Any
    ) -> tuple[FoundChunk, ...]:
        search = SearchChunks(query=query, datasets=datasets, **call)
        reply = await self.bus.call(
            search, tenant=tenant, reply=SearchChunksReply, timeout_s=CALL_S
        )
        return reply.chunks

    async def stored(self, dataset_id: str, *, tenant: str = TENANT) -> list[StoredChunk]:
        """Return every chunk in a dataset's store, whatever SQL says."""
        async with self.database.reading() as session:
            row = await DatasetRepository(session, tenant).get_any(dataset_id)
        assert row is not None
        collection = await self.ingest.collections.of(row)
        return [chunk async for chunk in collection.store.scan(collection.ref)]

    async def until_stored(self, dataset_id: str, count: int) -> list[StoredChunk]:
        """Wait until the store holds so many chunks."""
        deadline = time.monotonic() + 15
        while len(chunks := await self.stored(dataset_id)) != count:
            assert time.monotonic() < deadline, len(chunks)
            await asyncio.sleep(0.05)
        return chunks

    async def facts_about(self, document_id: str, *, steps: bool = False) -> list[Envelope]:
        """Return the public events about a document so far; its steps only when asked for.

        A slow machine tells steps that a quick one has no time for.
        """
        decoder = msgspec.json.Decoder(Envelope)
        every = subjects.all_of(Kind.EVENT)
        facts = [
            decoder.decode(message.data)
            async for message in self.bus.replay(EVENTS, [every], start_seq=1)
            if document_id in message.subject
        ]
        return [fact for fact in facts if steps or fact.type != "document.progressed.v1"]


def words(count: int, *, mark: str = "word") -> str:
    """Return paragraphs that each make about one chunk at the usual size."""
    return "\n\n".join(
        f"Paragraph {number} {mark}{number}. " + " ".join(["honey"] * 140)
        for number in range(count)
    )
