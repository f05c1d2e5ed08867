"""Reads the logs of runs for those who ask about them, piece by piece."""

import logging
from collections.abc import AsyncIterator
from typing import Final

import msgspec

from skep_contracts import subjects
from skep_contracts.calls.run import RunSummary
from skep_contracts.ids import is_id
from skep_contracts.problems import Gone, NotFound
from skep_contracts.run_log import (
    Batch,
    NodeWaiting,
    RunEvent,
    RunPaused,
    RunStarted,
    RunSucceeded,
    decode_batch,
)
from skep_orchestrator.history.fold import RunRecord, ScopeFilter
from skep_orchestrator.history.node_records import Keeper, NodeRecords
from skep_orchestrator.history.repository import RunRepository
from skep_orchestrator.runs.claims import check_out, claimed_bytes
from skep_runtime.bus import Bus
from skep_runtime.database import Database

logger = logging.getLogger(__name__)

MOST_BYTES: Final = 2 * 1024 * 1024
"""Of values that were stored apart and are put back into one answer."""


_RESTORED: Final = (RunStarted, NodeWaiting, RunPaused, RunSucceeded)


class UnreadableLogError(Exception):
    """A message of a run's log is no batch of a known form."""


class RunLogs:
    """The logs of all tenants' runs, and the rows that outlive them."""

    def __init__(self, bus: Bus, database: Database) -> None:
        """Read logs from the journal on `bus`, rows from `database`."""
        self._bus = bus
        self._database = database

    async def batches(self, tenant: str, run_id: str) -> AsyncIterator[Batch]:
        """Yield a run's log from its beginning; nothing when that has expired.

        Raises:
            NotFound: It is not the id of a run.
            UnreadableLogError: A message is no batch of a known form.
        """
        if not is_id("run", run_id):
            raise NotFound("There is no such run.")
        expected = 1
        async for page in self._bus.journal.pages(subjects.journal(tenant, run_id)):
            for message in page:
                batch = _decoded(message.data)
                if expected == 1 and batch.first > 1:
                    return
                expected += len(batch.events)
                yield batch

    async def fold(
        self, tenant: str, run_id: str, keeps: ScopeFilter | None, keeper: Keeper | None = None
    ) -> RunRecord:
        """Return what a run's log says, as far as it can be read.

        Inputs and results that were stored apart are put back. `keeper` bounds what is kept of
        nodes.

        Raises:
            NotFound: The tenant has no such run.
            Gone: Its log has expired; lists still have it.
        """
        record = RunRecord(keeps=keeps, nodes=NodeRecords(keeper=keeper))
        try:
            async for batch in self.batches(tenant, run_id):
                if not record.apply_batch(await self._with_values(batch, tenant)):
                    break
        except UnreadableLogError:
            logger.warning("run log cannot be read", extra={"run_id": run_id})
        if record.started is None:
            await self.row(tenant, run_id)
            raise Gone(
                f"The log of {run_id} has expired; what is left of the run stands in the list.",
                code="run_log_expired",
            )
        return record

    async def last_seq(self, tenant: str, run_id: str) -> int:
        """Return where a run's log ends now."""
        last = await self._bus.journal.last(subjects.journal(tenant, run_id))
        return last.seq if last is not None else 0

    async def row(self, tenant: str, run_id: str) -> RunSummary:
        """Return what lists know of a run.

        Raises:
            NotFound: The tenant has no such run.
        """
        async with self._database.reading() as session:
            summary = await RunRepository(session, tenant).find(run_id)
        if summary is None:
            raise NotFound(f"There is no run {run_id}.")
        return summary

    async def whole(self, event: RunEvent, tenant: str) -> RunEvent:
        """Return an event with what was stored apart, unless that would fill an answer."""
        if claimed_bytes(event) >= MOST_BYTES:
            return event
        try:
            whole = await check_out(event, self._bus.blobs, tenant)
        except NotFound:
            return event  # it has expired; the rest can still be read
        return whole if len(msgspec.json.encode(whole)) < MOST_BYTES else event

    async def _with_values(self, batch: Batch, tenant: str) -> Batch:
        """Put back inputs, waits and results; what single nodes gave stays a reference."""
        if not any(isinstance(event, _RESTORED) for event in batch.events):
            return batch
        events = [
            await self.whole(event, tenant) if isinstance(event, _RESTORED) else event
            for event in batch.events
        ]
        return Batch(batch.format, batch.epoch, batch.first, events)


def _decoded(data: bytes) -> Batch:
    try:
        return decode_batch(data)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError) as error:
        raise UnreadableLogError from error
