"""A source in a worker's hands: what its sync does, told to the database as it happens."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Collection
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.source import ItemOutcome, SyncStatus
from skep_contracts.events.source import SourceFailed, SourceSynced
from skep_contracts.ids import DatasetId, SourceId
from skep_contracts.problems import SkepError
from skep_ingest.documents.delete_document import delete_document
from skep_ingest.documents.repository import DocumentRepository
from skep_ingest.sources.items import ItemRepository, Tally, told
from skep_ingest.sources.repository import SourceRepository
from skep_ingest.sources.tables import SourceItemRow, SourceRow
from skep_runtime import clock
from skep_runtime.database import Database, add_to_outbox

_BATCH: Final = 100
_RELEASE_S: Final = 5.0


class NotOursError(Exception):
    """The source is not this worker's any more."""


class ClaimedSource:
    """Writes what a sync does. Each write raises `NotOursError` once the claim does not hold."""

    def __init__(self, database: Database, row: SourceRow) -> None:
        """Hold the claim that `row` shows."""
        self.row = row
        self._database = database
        self._lost = row.lost_claims
        self._failed = row.failed_tries

    @property
    def lost_workers(self) -> int:
        """How many workers in a row ended over it, this one not counted."""
        return self._lost - 1

    @property
    def failed_tries(self) -> int:
        """How many tries in a row failed before this one got anywhere."""
        return self._failed

    @contextlib.asynccontextmanager
    async def transaction(self, *, is_progress: bool = True) -> AsyncIterator[AsyncSession]:
        """Open a transaction that commits only while the source is this worker's.

        One that is progress makes earlier failures forgotten.
        """
        async with self._database.session() as session:
            await self._write(
                session, **({"lost_claims": 0, "failed_tries": 0} if is_progress else {})
            )
            yield session
        if is_progress:
            self._lost = self._failed = 0

    async def find(self, key: str) -> SourceItemRow | None:
        """Return what is remembered of an item."""
        async with self._database.reading() as session:
            return await self.items(session).find(key)

    async def mark(self, keys: Collection[str], outcome: ItemOutcome) -> None:
        """Note that this sync met items."""
        if keys:
            async with self.transaction() as session:
                await self.items(session).mark(keys, sync=self.row.sync, outcome=outcome)

    async def tally(self) -> Tally:
        """Count what this sync met and did not meet."""
        async with self._database.reading() as session:
            return await self.items(session).tally(self.row.sync)

    async def allows_empty(self) -> bool:
        """Tell whether nearly everything may be removed; that can be said while a sync runs."""
        async with self._database.reading() as session:
            row = await SourceRepository(session, self.row.tenant).get_any(self.row.id)
        return row is not None and row.allow_empty

    async def remove_not_met(self) -> None:
        """Remove the documents of items that this sync did not meet."""
        while await self._remove_some(self.row.sync):
            pass

    async def remove_all(self) -> None:
        """Remove every document, and then the source."""
        while await self._remove_some(None):
            pass
        async with self._database.session() as session:
            await self._write(session)
            await SourceRepository(session, self.row.tenant).remove(self.row.id)

    async def _remove_some(self, sync: int | None) -> int:
        async with self.transaction() as session:
            items = self.items(session)
            found = await items.not_met(sync, limit=_BATCH)
            documents = DocumentRepository(session, self.row.tenant)
            removed = 0
            for item in found:
                document = None
                if item.document_id is not None:
                    document = await documents.find(
                        self.row.dataset_id, item.document_id, is_locked=True
                    )
                if document is not None:
                    delete_document(session, document)
                    removed += 1
            await session.flush()
            await items.remove([item.id for item in found])
            self.row.removed += removed
            await self._write(session, removed=self.row.removed)
        return len(found)

    async def finish(self, *, note: str | None) -> None:
        """The sync has ended."""
        row = self.row
        async with self._database.session() as session:
            at = clock.now()
            await self._write(
                session,
                status=SyncStatus.SUCCEEDED.value,
                note=note,
                error=None,
                error_code=None,
                ended_at=at,
            )
            counts = (await SourceRepository(session, row.tenant).counts([row]))[row.id]
            fact = SourceSynced(
                dataset_id=DatasetId(row.dataset_id),
                source_id=SourceId(row.id),
                name=row.name,
                number=row.sync,
                added=counts.added,
                changed=counts.changed,
                unchanged=counts.unchanged,
                removed=counts.removed,
                failed=counts.failed,
                elapsed_s=(at - row.ordered_at).total_seconds(),
            )
            add_to_outbox(session, fact, tenant=row.tenant, message_id=f"{self._mark}.synced")

    async def fail(self, error: SkepError) -> None:
        """The sync is given up, and the error says why."""
        row, problem = self.row, told(error)
        async with self._database.session() as session:
            await self._write(
                session,
                status=SyncStatus.FAILED.value,
                error=problem.detail,
                error_code=problem.code,
                ended_at=clock.now(),
            )
            fact = SourceFailed(
                dataset_id=DatasetId(row.dataset_id),
                source_id=SourceId(row.id),
                name=row.name,
                number=row.sync,
                problem=problem,
            )
            add_to_outbox(session, fact, tenant=row.tenant, message_id=f"{self._mark}.failed")

    async def postpone(self, error: SkepError) -> None:
        """It waits for another try; the error says what for."""
        problem = told(error)
        async with self._database.session() as session:
            await self._write(
                session,
                status=SyncStatus.QUEUED.value,
                error=problem.detail,
                error_code=problem.code,
                lost_claims=max(self._lost - 1, 0),
                failed_tries=self._failed + 1,
            )

    async def release(self) -> None:
        """It goes to another worker, and that is not its fault."""
        async with asyncio.timeout(_RELEASE_S), self._database.session() as session:
            await self._write(
                session, status=SyncStatus.QUEUED.value, lost_claims=max(self._lost - 1, 0)
            )

    def items(self, session: AsyncSession) -> ItemRepository:
        """Return the items, through a session."""
        return ItemRepository(session, self.row.tenant, self.row.id)

    @property
    def _mark(self) -> str:
        return f"{self.row.id}.{self.row.sync}"

    async def _write(self, session: AsyncSession, **values: Any) -> None:
        if not await SourceRepository(session, self.row.tenant).write(self.row, **values):
            raise NotOursError
