"""Orders syncs: when somebody asks for one, and when one is due."""

import asyncio
import logging
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.source import SyncStatus
from skep_contracts.commands.source import SyncSource
from skep_contracts.problems import SkepError
from skep_ingest.sources.repository import OPEN, DueSources
from skep_ingest.sources.tables import SourceRow
from skep_runtime import clock
from skep_runtime.database import Database, add_to_outbox

logger = logging.getLogger(__name__)

LOOK_S: Final = 10.0
_BATCH: Final = 100


def is_open(row: SourceRow) -> bool:
    """Tell whether a sync of a source is queued or under way."""
    return row.sync > 0 and row.status in OPEN


def order_sync(session: AsyncSession, row: SourceRow, *, allow_empty: bool = False) -> None:
    """Begin the next sync of a source; whoever is at an earlier one stops."""
    at = clock.now()
    row.sync += 1
    row.claim += 1
    row.status = SyncStatus.QUEUED.value
    row.allow_empty = allow_empty
    row.removed = 0
    row.note = None
    row.error = None
    row.error_code = None
    row.lost_claims = 0
    row.failed_tries = 0
    row.ordered_at = at
    row.ended_at = None
    row.updated_at = at
    row.next_at = next_after(row)
    order = SyncSource(dataset_id=row.dataset_id, source_id=row.id, number=row.sync)
    mark = f"{row.id}.sync.{row.sync}"
    add_to_outbox(session, order, tenant=row.tenant, message_id=mark)


def cancel_sync(row: SourceRow) -> None:
    """End the open sync of a source; whoever is at it stops at the next item."""
    row.claim += 1
    row.status = SyncStatus.CANCELLED.value
    row.error = None
    row.error_code = None
    row.ended_at = row.updated_at = clock.now()


def next_after(row: SourceRow) -> datetime | None:
    """Return when the sync after the latest is due, None when somebody must ask for it."""
    if row.every_hours is None or row.deleted_at is not None:
        return None
    return row.ordered_at + timedelta(hours=row.every_hours)


class SyncSchedule:
    """One of any number of processes that look for sources that are due."""

    def __init__(self, database: Database, *, look_s: float = LOOK_S) -> None:
        """Look into `database` every `look_s` seconds."""
        self._database = database
        self._look_s = look_s

    async def run(self) -> None:
        """Order what is due until cancelled; waits out what is unavailable."""
        while True:
            try:
                while await self.order_due() == _BATCH:
                    pass
            except SkepError as error:
                logger.warning("syncs not ordered", extra={"code": error.exact_code})
            await asyncio.sleep(self._look_s)

    async def order_due(self) -> int:
        """Order the syncs that are due, at most a hundred; return how many were."""
        at = clock.now()
        async with self._database.reading() as session:
            due = await DueSources(session).some(at, limit=_BATCH)
        for tenant, source_id in due:
            async with self._database.session() as session:
                row = await DueSources(session).take(tenant, source_id, at)
                if row is not None:  # else another process was quicker
                    order_sync(session, row)
                    await session.flush()
        return len(due)
