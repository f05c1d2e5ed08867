"""Reads usage facts into the ledger; the same fact twice leaves one entry."""

import asyncio
from collections.abc import Sequence
from typing import Any, Final

from skep_contracts import topology
from skep_contracts.events.usage import UsageRecorded
from skep_orchestrator.history.group_commit import GroupCommit
from skep_orchestrator.ledger.repository import save_entries
from skep_runtime.bus import Bus, Delivery
from skep_runtime.database import Database

_CONCURRENCY: Final = 1_000


class LedgerRecorder:
    """One of any number of processes that read usage through the same consumer."""

    def __init__(self, bus: Bus, database: Database) -> None:
        """Read from `bus` and write to `database`, once `run`."""
        self._bus = bus
        self._database = database
        self._commit = GroupCommit(self._write)

    async def run(self) -> None:
        """Record until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self._commit.run())
            await self._bus.consume(
                topology.ORCHESTRATOR_LEDGER, self._handle, concurrency=_CONCURRENCY
            )

    async def _handle(self, delivery: Delivery) -> None:
        usage = delivery.decode(UsageRecorded)
        hour = delivery.envelope.time.replace(minute=0, second=0, microsecond=0)
        row = {
            **{name: getattr(usage, name) for name in UsageRecorded.__struct_fields__},
            "tenant": delivery.tenant,
            "hour": hour,
        }
        await self._commit.put(row)

    async def _write(self, rows: Sequence[dict[str, Any]]) -> None:
        async with self._database.session() as session:
            await save_entries(session, rows)
