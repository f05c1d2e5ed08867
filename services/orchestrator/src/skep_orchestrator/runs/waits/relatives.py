"""What the beginning and the end of a run mean for the runs above and below it.

Told by the journal, so that it happens whoever held them and however that ended.
"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.commands.run import CancelRun, ResumeRun
from skep_contracts.ids import RunId
from skep_contracts.run_log import TERMINAL, Batch, RunPaused, RunStarted
from skep_orchestrator.history.fold import RunRecord
from skep_orchestrator.runs.claims import BlobStore, check_out
from skep_orchestrator.runs.waits.open_waits import until_of
from skep_orchestrator.runs.waits.repository import (
    TimedWaits,
    orphans,
    save_children,
    save_waits,
)
from skep_runtime.bus import Bus


class RelativesWriter:
    """Gathers what one transaction of the projector writes, and what is ordered after it."""

    def __init__(self, bus: Bus) -> None:
        """Read waits that were stored apart from the blobs of `bus`, and order over it."""
        self._bus = bus
        self._waits: list[TimedWaits] = []
        self._children: list[tuple[str, str, str]] = []
        self._changed: list[str] = []
        self._parents: list[tuple[str, ResumeRun]] = []
        self._orphans: Sequence[tuple[str, str]] = ()

    async def take(self, tenant: str, batch: Batch, record: RunRecord) -> None:
        """Take a batch in, and the run folded to its end."""
        started = record.started
        if started is None:
            return
        run_id = started.run_id
        for event in batch.events:
            if isinstance(event, RunStarted) and event.parent is not None:
                self._children.append((tenant, run_id, event.parent.run_id))
                self._changed.append(run_id)
            elif isinstance(event, TERMINAL):
                self._changed.append(run_id)
                self._tell_parent(tenant, record)
        if record.pauses:
            self._waits.append(await _timed(tenant, batch, record, self._bus.blobs))

    def _tell_parent(self, tenant: str, record: RunRecord) -> None:
        started = record.started
        if started is None or started.parent is None or not record.pauses:
            return  # whoever waits for it does so in person
        parent = started.parent
        answer: dict[str, Any] = {"run_id": started.run_id}
        order = ResumeRun(
            run_id=parent.run_id, place=parent.place, answer=answer, by=started.run_id
        )
        self._parents.append((tenant, order))

    async def write(self, session: AsyncSession) -> None:
        """Write, after the rows of the runs themselves."""
        await save_waits(session, self._waits)
        await save_children(session, self._children)
        self._orphans = await orphans(session, self._changed)

    async def order(self) -> None:
        """Let those above go on and end those below. Safe to repeat."""
        for tenant, order in self._parents:
            await self._bus.publish(
                order, tenant=tenant, message_id=f"{order.by}.ended", correlation=order.run_id
            )
        for tenant, run_id in self._orphans:
            command = CancelRun(
                run_id=RunId(run_id), reason="the run it was a step of has ended", by="run"
            )
            await self._bus.publish(
                command, tenant=tenant, message_id=f"{run_id}.cancel", correlation=run_id
            )


async def _timed(tenant: str, batch: Batch, record: RunRecord, blobs: BlobStore) -> TimedWaits:
    started, until = record.started, {}
    assert started is not None  # noqa: S101 - the caller has looked
    last = batch.events[-1]
    if isinstance(last, RunPaused) and record.last_event == batch.first + len(batch.events) - 1:
        whole = await check_out(last, blobs, tenant)
        assert isinstance(whole, RunPaused)  # noqa: S101 - the same event
        for place, wait in whole.waits.items():
            moment = until_of(wait) if isinstance(wait, dict) else None
            if moment is not None:
                until[place] = moment
    return TimedWaits(
        tenant=tenant, run_id=started.run_id, last_event=record.last_event, until=until
    )
