"""Carries out `SyncSource`: takes a source up, and settles what becomes of its sync."""

import asyncio
import logging
from typing import Final

from skep_contracts.commands.source import SyncSource
from skep_contracts.problems import BusOutcome, Conflict, Defect, SkepError
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.sources.claimed_source import ClaimedSource, NotOursError
from skep_ingest.sources.items import Tally, told
from skep_ingest.sources.read_source import SourceReader
from skep_ingest.sources.repository import OPEN, SourceRepository
from skep_ingest.sources.set_up import SourceSetup
from skep_runtime.bus import Delivery, Fenced, HandBack
from skep_runtime.bus.blobs import Blobs
from skep_runtime.database import Database
from skep_runtime.logs import log_context

logger = logging.getLogger(__name__)

BACKOFF_S: Final = (2.0, 10.0, 30.0, 60.0, 120.0)
_MOST_TRIES: Final = 6
_MOST_LOST_WORKERS: Final = 5
_PASSING: Final = (BusOutcome.REDELIVER, BusOutcome.RETRY_THEN_TERMINATE, BusOutcome.DEAD_LETTER)
_MANY: Final = 10
_HARDLY_ANY: Final = 0.2


class SourceSyncer:
    """Syncs sources, one delivery each."""

    def __init__(
        self, database: Database, setup: SourceSetup, *, blobs: Blobs, max_file_bytes: int
    ) -> None:
        """Keep progress in `database`, contents in `blobs`."""
        self._database = database
        self._setup = setup
        self._blobs = blobs
        self._max_file_bytes = max_file_bytes
        self._backoff_s: tuple[float, ...] = BACKOFF_S

    async def handle(self, delivery: Delivery) -> None:
        """Sync what a delivery names; safe to repeat, and goes on where another stopped.

        Raises:
            HandBack: It must be tried again later.
            Fenced: Another worker took the source up; the delivery is its to settle.
        """
        order = delivery.decode(SyncSource)
        with log_context(tenant=delivery.tenant, source_id=order.source_id):
            claimed = await self._claim(order, delivery.tenant)
            if claimed is None:
                return
            try:
                await self._attempt(claimed)
            except NotOursError:
                await self._leave(claimed)
            except asyncio.CancelledError:
                await _released(claimed)
                raise

    async def _claim(self, order: SyncSource, tenant: str) -> ClaimedSource | None:
        async with self._database.session() as session:
            dataset = await DatasetRepository(session, tenant).find(order.dataset_id)
            if dataset is None:
                return None  # whoever removes it removes its sources, too
            row = await SourceRepository(session, tenant).claim(order.source_id, order.number)
        return None if row is None else ClaimedSource(self._database, row)

    async def _attempt(self, claimed: ClaimedSource) -> None:
        if claimed.lost_workers >= _MOST_LOST_WORKERS:
            await self._fail(claimed, _gave_up(claimed))
            return
        try:
            if claimed.row.deleted_at is not None:
                await claimed.remove_all()
            else:
                await self._sync(claimed)
        except NotOursError:
            raise
        except Exception as raised:  # noqa: BLE001  # judged there, and logged
            await self._settle(claimed, raised)

    async def _sync(self, claimed: ClaimedSource) -> None:
        source = await self._setup.build(claimed.row)
        reader = SourceReader(
            claimed, source, blobs=self._blobs, max_file_bytes=self._max_file_bytes
        )
        await reader.read()
        note = None
        if reader.gap is not None:
            why = told(reader.gap.error).detail
            note = f"Nothing was removed, because the listing has gaps. {why}"
        else:
            tally = await claimed.tally()
            if _is_suspicious(tally) and not await claimed.allows_empty():
                raise _emptied(tally)
            await claimed.remove_not_met()
        await claimed.finish(note=note)
        logger.info("source synced")

    async def _settle(self, claimed: ClaimedSource, raised: Exception) -> None:
        """Fail the sync for good, or put it back and let the delivery come again."""
        error = raised if isinstance(raised, SkepError) else None
        if error is None:
            logger.error("source not synced", exc_info=raised)
            error = Defect("The source could not be synced because of a mistake of ours.")
        tries = claimed.failed_tries + 1
        # What is left of a deleted source is removed, however long that takes.
        is_over = error.bus_outcome not in _PASSING or tries >= _MOST_TRIES
        if is_over and claimed.row.deleted_at is None:
            await self._fail(claimed, error)
            return
        await claimed.postpone(error)
        logger.warning("sync waits", extra={"code": error.exact_code, "tries": tries})
        wait_s = self._backoff_s[min(tries, len(self._backoff_s)) - 1]
        raise HandBack(error.retry_after_s or wait_s)

    async def _fail(self, claimed: ClaimedSource, error: SkepError) -> None:
        await claimed.fail(error)
        fields = {"code": error.exact_code, "detail": error.detail}
        logger.info("sync failed", extra=fields)

    async def _leave(self, claimed: ClaimedSource) -> None:
        """Leave a source that was taken away.

        Raises:
            Fenced: Another worker goes on with the same sync.
        """
        mine = claimed.row
        async with self._database.reading() as session:
            row = await SourceRepository(session, mine.tenant).get_any(mine.id)
        is_same = row is not None and row.sync == mine.sync and row.status in OPEN
        if row is not None and is_same and row.claim != mine.claim:
            raise Fenced(0)


async def _released(claimed: ClaimedSource) -> None:
    try:
        await claimed.release()
    except (NotOursError, SkepError, TimeoutError):
        logger.warning("source not released", extra={"source_id": claimed.row.id})


def _is_suspicious(tally: Tally) -> bool:
    """Tell whether a source has so little left that its listing rather went wrong."""
    if not tally.gone:
        return False
    return not tally.listed or (tally.gone >= _MANY and tally.listed < _HARDLY_ANY * tally.known)


def _emptied(tally: Tally) -> SkepError:
    return Conflict(
        f"The source lists {tally.listed} items where there were {tally.known}, so its listing may"
        " have gone wrong and no document was removed. If it is right, sync with `allow_empty`.",
        code="source_emptied",
    )


def _gave_up(claimed: ClaimedSource) -> SkepError:
    return Defect(
        f"{claimed.lost_workers} workers in a row ended while they synced this source. It may be"
        " what ended them; the log of the ingest service says more.",
        code="worker_lost",
    )
