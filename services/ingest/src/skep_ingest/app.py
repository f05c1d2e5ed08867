"""The composition root: the only place that constructs things."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

from skep_contracts import topology
from skep_contracts.commands.document import PurgeDataset, PurgeDocument, RewriteDocument
from skep_contracts.plugins import manifest
from skep_inference import Inference
from skep_ingest.chunks.answers import ChunkAnswers
from skep_ingest.chunks.edit_chunk import ChunkEditor
from skep_ingest.chunks.preview import ChunkPreview
from skep_ingest.datasets.answers import DatasetAnswers
from skep_ingest.datasets.collections import Collections
from skep_ingest.datasets.create_dataset import DatasetCreator
from skep_ingest.datasets.purge_dataset import purge_dataset
from skep_ingest.documents.answers import DocumentAnswers
from skep_ingest.documents.purge_document import purge_document
from skep_ingest.documents.rewrite_document import rewrite_document
from skep_ingest.indexing.index_document import DocumentIndexer
from skep_ingest.indexing.split_document import DocumentSplitter
from skep_ingest.parsing.choose_parser import Parsers
from skep_ingest.parsing.open_file import FileOpener
from skep_ingest.parsing.parse_file import FileParsing
from skep_ingest.parsing.scratch import Scratch
from skep_ingest.retrieval.list_fields import FieldAnswers
from skep_ingest.retrieval.search_chunks import ChunkSearch
from skep_ingest.settings import IngestSettings
from skep_runtime.bus import Bus, Delivery
from skep_runtime.database import Database, OutboxRelay
from skep_runtime.egress import EgressClient
from skep_runtime.lifecycle import Stop
from skep_runtime.plugins import PluginHost
from skep_runtime.vault import Vault

logger = logging.getLogger(__name__)

GROUPS = (manifest.PARSERS, manifest.CHUNKERS, manifest.STORES, manifest.MODELS)
_PURGES = 4

Background = Callable[[], Awaitable[None]]


class Ingest:
    """Everything made for one process, put together."""

    def __init__(
        self, settings: IngestSettings, *, bus: Bus, database: Database, host: PluginHost
    ) -> None:
        """Construct; nothing runs yet."""
        self._bus = bus
        self._database = database
        self._documents = settings.indexing.documents
        self.inference = Inference(
            host=host,
            bus=bus,
            vault=Vault(settings.vault),
            settings=settings.inference,
            source="ingest",
        )
        self.collections = Collections(host, default_store=settings.default_store)
        self.scratch = Scratch(settings.indexing.scratch_dir)
        creator = DatasetCreator(
            database, inference=self.inference, collections=self.collections, host=host
        )
        parsers = Parsers(host, directory=settings.plugins.directory)
        opener = FileOpener(bus.blobs, parsers, settings.parsing)
        splitter = DocumentSplitter(opener, host)
        self.indexer = DocumentIndexer(
            database,
            collections=self.collections,
            splitter=splitter,
            embedder=self.inference,
            scratch=self.scratch,
            settings=settings.indexing,
        )
        self.answers = (
            DatasetAnswers(database, creator, self.collections),
            DocumentAnswers(database, max_file_bytes=settings.indexing.max_file_bytes),
            ChunkSearch(database, self.collections, self.inference),
            FieldAnswers(database),
            FileParsing(
                bus.blobs,
                opener,
                self.scratch,
                max_file_bytes=settings.indexing.max_file_bytes,
            ),
            *self._chunk_answers(splitter, host, settings.indexing.max_file_bytes),
        )
        self.background: tuple[Background, ...] = (
            lambda: host.watch(bus),
            OutboxRelay(database, bus).run,
        )
        """What runs beside the consumers, from start to stop."""

    def _chunk_answers(
        self, splitter: DocumentSplitter, host: PluginHost, max_file_bytes: int
    ) -> tuple[ChunkAnswers, ChunkPreview]:
        editor = ChunkEditor(self._database, self.collections, self.inference)
        preview = ChunkPreview(
            self._database,
            splitter=splitter,
            inference=self.inference,
            scratch=self.scratch,
            host=host,
            max_file_bytes=max_file_bytes,
        )
        return ChunkAnswers(self._database, self.collections, editor), preview

    async def run(self, stop: Stop) -> None:
        """Run until asked to stop; documents in hand are given to others before that."""
        async with asyncio.TaskGroup() as tasks:
            await self.inference.start(tasks)
            for answers in self.answers:
                answers.register(self._bus)
            beside = [tasks.create_task(_forever(each)) for each in self.background]
            consuming = tasks.create_task(self._consume())
            logger.info("ingest ready")
            await stop.wait()
            consuming.cancel()
            await asyncio.wait([consuming])
            await self.inference.close()
            for task in beside:
                task.cancel()
        self.scratch.close()

    async def _consume(self) -> None:
        bus = self._bus
        async with asyncio.TaskGroup() as tasks:
            for spec, handler, concurrency in (
                (topology.INGEST_DOCUMENTS, self.indexer.handle, self._documents),
                (topology.INGEST_DOCUMENT_PURGES, self._purge_document, _PURGES),
                (topology.INGEST_DOCUMENT_REWRITES, self._rewrite_document, _PURGES),
                (topology.INGEST_DATASET_PURGES, self._purge_dataset, _PURGES),
            ):
                tasks.create_task(bus.consume(spec, handler, concurrency=concurrency))

    async def _purge_document(self, delivery: Delivery) -> None:
        order = delivery.decode(PurgeDocument)
        await purge_document(self._database, self.collections, order, tenant=delivery.tenant)

    async def _rewrite_document(self, delivery: Delivery) -> None:
        order = delivery.decode(RewriteDocument)
        await rewrite_document(self._database, self.collections, order, tenant=delivery.tenant)

    async def _purge_dataset(self, delivery: Delivery) -> None:
        order = delivery.decode(PurgeDataset)
        await purge_dataset(
            self._database,
            self.collections,
            tenant=delivery.tenant,
            dataset_id=order.dataset_id,
        )


async def _forever(background: Background) -> None:
    await background()


async def serve(settings: IngestSettings, stop: Stop) -> None:
    """Connect, migrate, load plugins, and run until `stop`."""
    bus = await Bus.connect(settings.bus, service="ingest")
    database = Database(settings.database)
    egress = EgressClient(settings.egress)
    try:
        await bus.ensure_topology()
        await database.migrate("skep_ingest")
        host = PluginHost(GROUPS, settings.plugins, http=egress)
        await asyncio.to_thread(host.load)
        ingest = Ingest(settings, bus=bus, database=database, host=host)
        try:
            await ingest.run(stop)
        finally:
            await ingest.collections.close()
    finally:
        await bus.close()
        await egress.close()
        await database.close()
