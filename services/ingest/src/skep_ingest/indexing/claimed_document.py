"""A document in a worker's hands: what happens to it, told to the database as it happens."""

import asyncio
import contextlib
import time
from typing import Any, Final, Literal, TypeAlias

from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.dataset import DocumentStatus
from skep_contracts.commands.document import IndexDocument, PurgeDocument, RewriteDocument
from skep_contracts.events.document import DocumentFailed, DocumentIndexed, DocumentProgressed
from skep_contracts.ids import DatasetId, DocumentId
from skep_contracts.problems import SkepError
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.documents.tables import DocumentRow
from skep_ingest.documents.waiting_line import move_up
from skep_ingest.indexing.repository import IndexingRepository, NotOursError
from skep_runtime import clock
from skep_runtime.database import Database, add_to_outbox

Stage: TypeAlias = Literal["split", "enriched", "stored"]

_WATCH_S: Final = 1.0
_TELL_S: Final = 2.0
_RELEASE_S: Final = 5.0


class ClaimedDocument:
    """Moves a document from one status to the next; every method but `watch` ends at once.

    Each raises `NotOursError` when the document is not this worker's any more.
    """

    def __init__(self, database: Database, dataset: DatasetRow, row: DocumentRow) -> None:
        """Hold the claim that `row` shows."""
        self.dataset = dataset
        self.row = row
        self._database = database
        self._lost = row.lost_claims
        self._failed = row.failed_tries
        self._total: int | None = None
        self._tell_again_at = 0.0

    async def begin_indexing(self, total: int) -> None:
        """Its chunks are counted; a second time, with the questions that were written."""
        if total == self._total:
            return
        stage: Stage = "split" if self._total is None else "enriched"
        self._total = total
        async with self._database.session() as session:
            status = DocumentStatus.INDEXING.value
            await self._in(session).write(self.row.claim, status=status, chunks_total=total)
            self._tell(session, stage, done=self.row.chunks_done)

    async def start_over(self) -> None:
        """Nothing of what was done before counts."""
        await self._write(chunks_done=0, done_digest=None)

    async def advance(self, done: int, digest: str) -> None:
        """So many chunks are stored."""
        async with self._database.session() as session:
            await self._in(session).write(
                self.row.claim, chunks_done=done, done_digest=digest, lost_claims=0, failed_tries=0
            )
            if time.monotonic() >= self._tell_again_at:
                self._tell(session, "stored", done=done)
        self._lost = self._failed = 0

    def _tell(self, session: AsyncSession, stage: Stage, *, done: int) -> None:
        row = self.row
        fact = DocumentProgressed(
            dataset_id=DatasetId(row.dataset_id),
            document_id=DocumentId(row.id),
            name=row.name,
            version=row.version,
            stage=stage,
            chunks_done=done,
            chunks_total=self._total or done,
        )
        mark = f"{self._mark}.{stage}.{done}"
        add_to_outbox(session, fact, tenant=row.tenant, message_id=mark)
        self._tell_again_at = time.monotonic() + _TELL_S

    async def finish(self, total: int, *, note: str | None = None) -> None:
        """Everything is stored: from now on this version is the one that is found.

        Args:
            total: How many chunks it has.
            note: What was left out of it.
        """
        row = self.row
        async with self._database.session() as session:
            described = await self._in(session).write(
                row.claim,
                status=DocumentStatus.READY.value,
                ready_version=row.version,
                ready_chunks=total,
                next_seq=None,
                chunks_done=total,
                chunks_total=total,
                lost_claims=0,
                failed_tries=0,
                error=None,
                error_code=None,
                note=note,
            )
            fact = DocumentIndexed(
                dataset_id=DatasetId(row.dataset_id),
                document_id=DocumentId(row.id),
                name=row.name,
                version=row.version,
                chunks=total,
                elapsed_s=(clock.now() - row.ordered_at).total_seconds(),
            )
            add_to_outbox(session, fact, tenant=row.tenant, message_id=f"{self._mark}.indexed")
            move_up(session, row.tenant)
            if described != (row.name, row.fields):
                # Changed meanwhile: the chunks that were stored before say what was true then.
                rewrite = RewriteDocument(dataset_id=row.dataset_id, document_id=row.id)
                mark = f"{self._mark}.rewrite"
                add_to_outbox(session, rewrite, tenant=row.tenant, message_id=mark)
            if row.version > 1:
                order = PurgeDocument(
                    dataset_id=row.dataset_id, document_id=row.id, before_version=row.version
                )
                add_to_outbox(session, order, tenant=row.tenant, message_id=f"{self._mark}.purge")

    async def fail(self, error: SkepError) -> None:
        """It cannot be indexed, and the error says why."""
        row = self.row
        async with self._database.session() as session:
            await self._in(session).write(
                row.claim,
                status=DocumentStatus.FAILED.value,
                error=error.detail,
                error_code=error.exact_code,
            )
            fact = DocumentFailed(
                dataset_id=DatasetId(row.dataset_id),
                document_id=DocumentId(row.id),
                name=row.name,
                version=row.version,
                problem=error.to_problem(),
            )
            add_to_outbox(session, fact, tenant=row.tenant, message_id=f"{self._mark}.failed")
            move_up(session, row.tenant)

    async def postpone(self, error: SkepError, *, is_ordered_again: bool) -> None:
        """It waits for another try; the error says what for.

        Args:
            error: Why this try ended.
            is_ordered_again: Whether a fresh order takes the place of the present one.
        """
        row = self.row
        async with self._database.session() as session:
            await self._in(session).write(
                row.claim,
                status=DocumentStatus.QUEUED.value,
                error=error.detail,
                error_code=error.exact_code,
                lost_claims=max(self._lost - 1, 0),
                failed_tries=self._failed + 1,
            )
            if is_ordered_again:
                order = IndexDocument(
                    dataset_id=row.dataset_id, document_id=row.id, version=row.version
                )
                add_to_outbox(session, order, tenant=row.tenant, message_id=f"{self._mark}.again")

    async def release(self) -> None:
        """It goes to another worker, and that is not its fault."""
        async with asyncio.timeout(_RELEASE_S):
            await self._write(
                status=DocumentStatus.QUEUED.value, lost_claims=max(self._lost - 1, 0)
            )

    @property
    def lost_workers(self) -> int:
        """How many workers in a row ended over it, this one not counted."""
        return self._lost - 1

    @property
    def failed_tries(self) -> int:
        """How many tries in a row failed before this one."""
        return self._failed

    async def watch(self) -> None:
        """Run until the document is not ours any more, and raise `NotOursError` then."""
        while True:
            await asyncio.sleep(_WATCH_S)
            with contextlib.suppress(SkepError):  # a database that is away is met soon enough
                async with self._database.reading() as session:
                    is_ours = await self._in(session).is_ours(self.row.claim)
                if not is_ours:
                    raise NotOursError

    @property
    def _mark(self) -> str:
        return f"{self.row.id}.{self.row.version}.{self.row.claim}"

    async def _write(self, **values: Any) -> None:
        async with self._database.session() as session:
            await self._in(session).write(self.row.claim, **values)

    def _in(self, session: AsyncSession) -> IndexingRepository:
        return IndexingRepository(session, self.row.tenant, self.row.id)
