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
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.documents.answers import DocumentAnswers
from skep_ingest.documents.purge_document import purge_document
from skep_ingest.documents.rewrite_document import rewrite_document
from skep_ingest.external.ask_source import ExternalKnowledge
from skep_ingest.indexing.index_document import DocumentIndexer
from skep_ingest.indexing.split_document import DocumentSplitter
from skep_ingest.moves.fill_generation import GenerationFiller
from skep_ingest.moves.order_move import MoveAnswers
from skep_ingest.moves.state import put_off
from skep_ingest.parsing.choose_parser import Parsers
from skep_ingest.parsing.open_file import FileOpener
from skep_ingest.parsing.parse_file import FileParsing
from skep_ingest.parsing.scratch import Scratch
from skep_ingest.retrieval.list_fields import FieldAnswers
from skep_ingest.retrieval.search_chunks import ChunkSearch
from skep_ingest.settings import IngestSettings
from skep_ingest.sources.answers import SourceAnswers
from skep_ingest.sources.order_syncs import SyncSchedule
from skep_ingest.sources.set_up import SourceSetup
from skep_ingest.sources.sync_source import SourceSyncer
from skep_runtime.bus import Bus, Delivery
from skep_runtime.database import Database, OutboxRelay
from skep_runtime.egress import EgressClient
from skep_runtime.lifecycle import Stop
from skep_runtime.plugins import PluginHost
from skep_runtime.vault import Vault

logger = logging.getLogger(__name__)

GROUPS = (
    manifest.PARSERS,
    manifest.CHUNKERS,
    manifest.STORES,
    manifest.MODELS,
    manifest.SOURCES,
)
_PURGES = 4
_SYNCS = 8
"""Most of their time they wait for the other side."""

Background = Callable[[], Awaitable[None]]


class Ingest:
    """Everything made for one process, put together."""

    def __init__(
        self,
        settings: IngestSettings,
        *,
        bus: Bus,
        database: Database,
        host: PluginHost,
        http: EgressClient,
    ) -> None:
        """Construct; nothing runs yet."""
        vault = Vault(settings.vault)
        self._bus = bus
        self._database = database
        self._documents = settings.indexing.documents
        self.inference = Inference(
            host=host, bus=bus, vault=vault, settings=settings.inference, source="ingest"
        )
        self.collections = Collections(host, default_store=settings.default_store)
        self.scratch = Scratch(settings.indexing.scratch_dir)
        parsers = Parsers(host, directory=settings.plugins.directory)
        opener = FileOpener(bus.blobs, parsers, settings.parsing)
        self._opener = opener
        splitter = DocumentSplitter(opener, host, writer=self.inference)
        self.indexer = DocumentIndexer(
            database,
            collections=self.collections,
            splitter=splitter,
            embedder=self.inference,
            writer=self.inference,
            scratch=self.scratch,
            settings=settings.indexing,
        )
        self.filler = GenerationFiller(
            database, collections=self.collections, embedder=self.inference
        )
        max_bytes = settings.indexing.max_file_bytes
        creator = self._creator(host, http)
        self.answers = (
            *self._dataset_answers(host, creator),
            self._source_answers(host, vault, max_bytes),
            DocumentAnswers(database, max_file_bytes=max_bytes),
            *self._search_answers(ExternalKnowledge(http, vault)),
            FileParsing(bus.blobs, opener, self.scratch, max_file_bytes=max_bytes),
            *self._chunk_answers(splitter, host, creator=creator, max_file_bytes=max_bytes),
        )
        self.background: tuple[Background, ...] = (
            lambda: host.watch(bus),
            OutboxRelay(database, bus).run,
            self.schedule.run,
        )
        """What runs beside the consumers, from start to stop."""

    def _creator(self, host: PluginHost, http: EgressClient) -> DatasetCreator:
        return DatasetCreator(
            self._database,
            inference=self.inference,
            collections=self.collections,
            host=host,
            check_url=http.check,
        )

    def _dataset_answers(
        self, host: PluginHost, creator: DatasetCreator
    ) -> tuple[DatasetAnswers, MoveAnswers]:
        return (
            DatasetAnswers(self._database, creator, self.collections),
            MoveAnswers(self._database, creator, collections=self.collections, host=host),
        )

    def _source_answers(self, host: PluginHost, vault: Vault, max_file_bytes: int) -> SourceAnswers:
        setup = SourceSetup(host, vault)
        self.schedule = SyncSchedule(self._database)
        self.syncer = SourceSyncer(
            self._database, setup, blobs=self._bus.blobs, max_file_bytes=max_file_bytes
        )
        return SourceAnswers(self._database, setup)

    def _search_answers(self, external: ExternalKnowledge) -> tuple[ChunkSearch, FieldAnswers]:
        search = ChunkSearch(self._database, self.collections, self.inference, external=external)
        return search, FieldAnswers(self._database)

    def _chunk_answers(
        self,
        splitter: DocumentSplitter,
        host: PluginHost,
        *,
        creator: DatasetCreator,
        max_file_bytes: int,
    ) -> tuple[ChunkAnswers, ChunkPreview]:
        editor = ChunkEditor(self._database, self.collections, self.inference)
        preview = ChunkPreview(
            self._database,
            splitter=splitter,
            inference=self.inference,
            scratch=self.scratch,
            host=host,
            creator=creator,
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
        await asyncio.to_thread(self._opener.close)

    async def _consume(self) -> None:
        bus = self._bus
        async with asyncio.TaskGroup() as tasks:
            for spec, handler, concurrency in (
                (topology.INGEST_DOCUMENTS, self.indexer.handle, self._documents),
                (topology.INGEST_DOCUMENT_PURGES, self._purge_document, _PURGES),
                (topology.INGEST_DOCUMENT_REWRITES, self._rewrite_document, _PURGES),
                (topology.INGEST_DATASET_PURGES, self._purge_dataset, _PURGES),
                (topology.INGEST_DATASET_MOVES, self.filler.handle, 1),
                (topology.INGEST_SOURCE_SYNCS, self.syncer.handle, _SYNCS),
            ):
                tasks.create_task(bus.consume(spec, handler, concurrency=concurrency))

    async def _purge_document(self, delivery: Delivery) -> None:
        order = delivery.decode(PurgeDocument)
        if await self._moves(order.dataset_id, delivery):
            await put_off(self._database, delivery, order)
            return
        await purge_document(self._database, self.collections, order, tenant=delivery.tenant)

    async def _rewrite_document(self, delivery: Delivery) -> None:
        order = delivery.decode(RewriteDocument)
        if await self._moves(order.dataset_id, delivery):
            await put_off(self._database, delivery, order)
            return
        await rewrite_document(self._database, self.collections, order, tenant=delivery.tenant)

    async def _moves(self, dataset_id: str, delivery: Delivery) -> bool:
        async with self._database.reading() as session:
            row = await DatasetRepository(session, delivery.tenant).get_any(dataset_id)
        return row is not None and row.move is not None

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
        ingest = Ingest(settings, bus=bus, database=database, host=host, http=egress)
        try:
            await ingest.run(stop)
        finally:
            await ingest.collections.close()
    finally:
        await bus.close()
        await egress.close()
        await database.close()
