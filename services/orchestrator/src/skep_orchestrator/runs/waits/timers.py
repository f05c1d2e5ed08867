"""Wakes paused runs whose time has come."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from skep_contracts.commands.run import ResumeRun
from skep_contracts.ids import RunId
from skep_contracts.plugins.nodes import TIMED_OUT
from skep_contracts.problems import SkepError
from skep_orchestrator.runs.waits.repository import DueWait, due_waits, put_off
from skep_runtime.bus import Bus
from skep_runtime.clock import now as system_now
from skep_runtime.database import Database

logger = logging.getLogger(__name__)

_POLL_S: Final = 0.5
_AGAIN: Final = timedelta(seconds=60)
"""A run that did not go on by then is ordered to once more."""
_BATCH: Final = 200


class WaitTimers:
    """Looks at the rows of waits. Several processes may: the same order twice is one."""

    def __init__(
        self, bus: Bus, database: Database, *, now: Callable[[], datetime] = system_now
    ) -> None:
        """Read rows from `database` and order over `bus`, once `run`."""
        self._bus = bus
        self._database = database
        self._now = now

    async def run(self) -> None:
        """Wake until cancelled; what is unavailable is waited out."""
        while True:
            try:
                while await self.wake() == _BATCH:
                    pass
            except SkepError as error:
                logger.warning("waits are not looked at", extra={"code": error.exact_code})
            await asyncio.sleep(_POLL_S)

    async def wake(self) -> int:
        """Order the runs whose time has come to go on; return how many waits that were.

        Raises:
            Unavailable: Bus or database cannot be reached.
        """
        at = self._now()
        async with self._database.reading() as session:
            due = await due_waits(session, at, limit=_BATCH)
        if not due:
            return 0
        for wait in due:
            await self._order(wait)
        async with self._database.session() as session:
            await put_off(session, due, at + _AGAIN)
        return len(due)

    async def _order(self, wait: DueWait) -> None:
        # The end of the wait is in the id: a node may wait several times at one place.
        until_ms = round(wait.until_at.timestamp() * 1000)
        await self._bus.publish(
            ResumeRun(run_id=RunId(wait.run_id), place=wait.place, answer={TIMED_OUT: True}),
            tenant=wait.tenant,
            message_id=f"{wait.run_id}:{wait.place}:{until_ms}:time",
            correlation=wait.run_id,
        )
