"""Carries out `IndexDocument`: takes a document up, and settles what becomes of it."""

import asyncio
import logging
from pathlib import Path
from typing import Annotated, Final

import msgspec

from skep_contracts.calls.dataset import DocumentStatus
from skep_contracts.commands.document import IndexDocument
from skep_contracts.plugins.parsers import ChunkSpec
from skep_contracts.problems import BusOutcome, Defect, NotFound, SkepError, Unavailable
from skep_inference import CallScope
from skep_ingest.datasets.collections import Collections
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.documents.waiting_line import move_up
from skep_ingest.enriching.add_questions import add_questions
from skep_ingest.enriching.answers import Writer
from skep_ingest.indexing.claimed_document import ClaimedDocument
from skep_ingest.indexing.fill_collection import Embedder, fill_collection
from skep_ingest.indexing.repository import IndexingRepository, NotOursError
from skep_ingest.indexing.split_document import DocumentSplitter
from skep_ingest.indexing.spool import Spool
from skep_ingest.moves.state import put_off
from skep_ingest.parsing.scratch import Scratch
from skep_runtime.bus import Delivery, Fenced, HandBack
from skep_runtime.database import Database
from skep_runtime.logs import log_context

logger = logging.getLogger(__name__)

_BACKOFF_S: Final = (1.0, 5.0, 15.0, 30.0, 60.0, 120.0)
_DELIVERIES: Final = 20
"""After so many a fresh order takes the place of one, before the bus gives that up."""
_PASSING: Final = (BusOutcome.REDELIVER, BusOutcome.RETRY_THEN_TERMINATE, BusOutcome.DEAD_LETTER)
_STOPPED: Final = (DocumentStatus.PAUSED.value, DocumentStatus.CANCELLED.value)


class IndexingSettings(msgspec.Struct, frozen=True, kw_only=True):
    """How much one process takes on."""

    documents: Annotated[int, msgspec.Meta(ge=1)] = 4
    """Documents indexed side by side."""
    max_file_mb: Annotated[int, msgspec.Meta(ge=1)] = 1024
    max_lost_workers: Annotated[int, msgspec.Meta(ge=1)] = 5
    """A document that so many workers in a row did not survive has failed."""
    max_tries: Annotated[int, msgspec.Meta(ge=1)] = 8
    """So has one that could not go on so often, for a reason that might have passed."""
    scratch_dir: str | None = None
    """Where files lie while they are parsed; the system's temporary folder when left out."""

    @property
    def max_file_bytes(self) -> int:
        """The limit in bytes."""
        return self.max_file_mb * 1024 * 1024


class _MovesError(Exception):
    """The document must wait until its dataset has moved."""


class DocumentIndexer:
    """Indexes documents, one delivery each."""

    def __init__(
        self,
        database: Database,
        *,
        collections: Collections,
        splitter: DocumentSplitter,
        embedder: Embedder,
        writer: Writer,
        scratch: Scratch,
        settings: IndexingSettings,
    ) -> None:
        """Keep progress in `database`."""
        self._database = database
        self._collections = collections
        self._splitter = splitter
        self._embedder = embedder
        self._writer = writer
        self._scratch = scratch
        self._settings = settings

    async def handle(self, delivery: Delivery) -> None:
        """Index what a delivery names; safe to repeat, and goes on where another stopped.

        Raises:
            SkepError: It must be tried again later.
            Fenced: Another worker took the document up; the delivery is its to settle.
        """
        order = delivery.decode(IndexDocument)
        with log_context(tenant=delivery.tenant, document_id=order.document_id):
            try:
                document = await self._claim(order, delivery.tenant)
            except _MovesError:
                await put_off(self._database, delivery, order)
                return
            if document is None:
                return
            try:
                await self._attempt(document, delivery.delivered)
            except NotOursError:
                await self._leave(document)
            except asyncio.CancelledError:
                await _released(document)
                raise

    async def _claim(self, order: IndexDocument, tenant: str) -> ClaimedDocument | None:
        """Take the document up; None when there is nothing to do any more.

        Raises:
            _MovesError: The dataset moves; what was under way when that began goes on.
        """
        async with self._database.session() as session:
            dataset = await DatasetRepository(session, tenant).get_any(order.dataset_id)
            repository = IndexingRepository(session, tenant, order.document_id)
            if dataset is not None and dataset.move is not None:
                row = await repository.find()
                if row is not None and row.status == DocumentStatus.QUEUED.value:
                    raise _MovesError
            row = await repository.claim(order.version)
            if row is None:  # its place in the line is free: the document was stopped or replaced
                move_up(session, tenant)
        if row is None or dataset is None:
            return None
        return ClaimedDocument(self._database, dataset, row)

    async def _attempt(self, document: ClaimedDocument, delivered: int) -> None:
        if document.lost_workers >= self._settings.max_lost_workers:
            await self._fail(document, _gave_up(document))
            return
        try:
            async with asyncio.TaskGroup() as tasks:
                watching = tasks.create_task(document.watch())
                await self._index(document)
                watching.cancel()
        except Exception as raised:  # noqa: BLE001  # judged there, and logged
            await self._settle(document, _cause(raised), delivered)

    async def _index(self, document: ClaimedDocument) -> None:
        collection = await self._collections.of(document.dataset)
        with self._scratch.folder() as folder:
            split = await self._splitter.split(
                document.dataset,
                document.row,
                folder,
                max_bytes=self._settings.max_file_bytes,
            )
            spool = await self._with_questions(document, split.spool, folder)
            await fill_collection(document, spool, collection, embedder=self._embedder)
        await document.finish(spool.count, note=split.note)
        logger.info("document indexed", extra={"chunks": spool.count})

    async def _with_questions(self, document: ClaimedDocument, spool: Spool, folder: Path) -> Spool:
        row = document.row
        spec = msgspec.convert(document.dataset.chunk_spec, ChunkSpec).questions
        if spec is None:
            return spool
        await document.begin_indexing(spool.count)
        scope = CallScope(tenant=row.tenant, dataset_id=row.dataset_id)
        spool = await add_questions(
            spool, folder / "questions", spec, writer=self._writer, scope=scope
        )
        await document.begin_indexing(spool.count)
        return spool

    async def _settle(self, document: ClaimedDocument, raised: Exception, delivered: int) -> None:
        """Fail the document for good, or put it back and let the delivery come again."""
        if isinstance(raised, NotOursError):
            raise raised
        error = raised if isinstance(raised, SkepError) else None
        if error is None:
            logger.error("document not indexed", exc_info=raised)
            error = Defect("The document could not be indexed because of a mistake of ours.")
        if isinstance(error, NotFound):  # the collection, while its dataset is being deleted
            error = Unavailable(error.detail)
        tries = document.failed_tries + 1
        if error.bus_outcome not in _PASSING or tries >= self._settings.max_tries:
            await self._fail(document, error)
            return
        is_ordered_again = delivered >= _DELIVERIES
        await document.postpone(error, is_ordered_again=is_ordered_again)
        logger.warning("document waits", extra={"code": error.exact_code, "tries": tries})
        if not is_ordered_again:
            raise HandBack(error.retry_after_s or _BACKOFF_S[min(tries, len(_BACKOFF_S)) - 1])

    async def _fail(self, document: ClaimedDocument, error: SkepError) -> None:
        await document.fail(error)
        fields = {"code": error.exact_code, "detail": error.detail}
        logger.info("document failed", extra=fields)

    async def _leave(self, document: ClaimedDocument) -> None:
        """Clean up behind a document that was taken away while this worker stored its chunks.

        Raises:
            Fenced: Another worker goes on with it.
        """
        mine = document.row
        async with self._database.session() as session:
            row = await IndexingRepository(session, mine.tenant, mine.id).find()
            dataset = await DatasetRepository(session, mine.tenant).get_any(mine.dataset_id)
            move_up(session, mine.tenant)
        collection = await self._collections.of(document.dataset)
        if dataset is None or dataset.deleted_at is not None:
            await collection.store.drop(collection.ref)
        elif row is None or row.status == DocumentStatus.DELETING.value:
            await collection.store.delete_document(collection.ref, mine.id)
        elif row.status == DocumentStatus.CANCELLED.value and row.ready_version is None:
            await collection.store.delete_document(
                collection.ref, mine.id, before_version=row.version
            )
        elif row.status in _STOPPED:
            return
        elif row.version > mine.version and row.ready_version is not None:
            await collection.store.delete_document(
                collection.ref, mine.id, before_version=row.ready_version
            )
        elif row.version == mine.version and row.status != DocumentStatus.READY.value:
            raise Fenced(0)


async def _released(document: ClaimedDocument) -> None:
    try:
        await document.release()
    except (NotOursError, SkepError, TimeoutError):
        logger.warning("document not released", extra={"document_id": document.row.id})


def _gave_up(document: ClaimedDocument) -> SkepError:
    return Defect(
        f"{document.lost_workers} workers in a row ended while they handled this document. "
        "It may be what ended them; the log of the ingest service says more.",
        code="worker_lost",
    )


def _cause(raised: Exception) -> Exception:
    """Return what a task group wrapped; that the document is not ours counts before all else."""
    if not isinstance(raised, ExceptionGroup):
        return raised
    causes = [_cause(each) for each in raised.exceptions]
    return next((each for each in causes if isinstance(each, NotOursError)), causes[0])
