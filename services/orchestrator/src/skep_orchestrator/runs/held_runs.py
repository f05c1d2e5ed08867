"""The runs this process holds, and whether it still does."""

import asyncio
import contextlib
import logging
from collections.abc import Iterator
from typing import Final, NoReturn

from skep_contracts import subjects
from skep_contracts.problems import SkepError
from skep_orchestrator.runs.execution import RunExecution
from skep_runtime.bus import Bus

logger = logging.getLogger(__name__)

_TICK_S: Final = 1.0
_LATE_S: Final = 2.0
"""A tick this late means that the process stood still, or that the bus was away: a lease may be
lost without anyone having told us."""
_STOPPED_S: Final = 5.0


class HeldRun:
    """A run in hand."""

    __slots__ = ("execution", "is_over", "run_id", "tenant")

    def __init__(self, tenant: str, run_id: str, execution: RunExecution) -> None:
        self.tenant = tenant
        self.run_id = run_id
        self.execution = execution
        self.is_over = asyncio.Event()


class HeldRuns:
    """By run id."""

    def __init__(self, bus: Bus) -> None:
        self._bus = bus
        self._runs: dict[str, HeldRun] = {}
        self._claimed: set[str] = set()

    def __len__(self) -> int:
        """How many there are."""
        return len(self._runs)

    @contextlib.contextmanager
    def claim(self, run_id: str) -> Iterator[bool]:
        """Say whether nobody else in this process is at the run; if so, nobody else is inside."""
        if run_id in self._claimed:
            yield False
            return
        self._claimed.add(run_id)
        try:
            yield True
        finally:
            self._claimed.discard(run_id)

    @contextlib.contextmanager
    def hold(self, run: HeldRun) -> Iterator[None]:
        """Let a claimed run be found while inside."""
        self._runs[run.run_id] = run
        try:
            yield
        finally:
            del self._runs[run.run_id]
            run.is_over.set()

    def find(self, tenant: str, run_id: str) -> HeldRun | None:
        """Return a tenant's run, when it is held here."""
        run = self._runs.get(run_id)
        return run if run is not None and run.tenant == tenant else None

    async def stop(self, tenant: str, run_id: str, *, reason: str, by: str | None) -> bool:
        """Cancel a run; return whether its end is in its log, False when it is not held here."""
        run = self.find(tenant, run_id)
        if run is None:
            return False
        run.execution.cancel(reason, by)
        try:
            async with asyncio.timeout(_STOPPED_S):
                await run.is_over.wait()
        except TimeoutError:
            return False
        return not run.execution.is_held

    async def watch_leases(self) -> NoReturn:
        """Find out, after this process stood still or was cut off, which runs went on elsewhere.

        A worker learns of a lost lease by its next write. One that waits for a model may not write
        for minutes, and would show text of a run that somebody else carries on.
        """
        loop = asyncio.get_running_loop()
        expected_s = loop.time() + _TICK_S
        was_away = False
        while True:
            await asyncio.sleep(_TICK_S)
            late_s = loop.time() - expected_s
            expected_s = loop.time() + _TICK_S
            if not self._bus.is_connected:
                was_away = True
            elif was_away or late_s > _LATE_S:
                was_away = False
                await self._check_leases()

    async def _check_leases(self) -> None:
        logger.warning("leases may be lost", extra={"runs": len(self._runs)})
        for run in list(self._runs.values()):
            seq = run.execution.journal.last_seq
            try:
                last = await self._bus.journal.last(subjects.journal(run.tenant, run.run_id))
            except SkepError:
                return
            is_ours = run.execution.journal.last_seq != seq or last is None or last.seq <= seq
            if not is_ours and run.run_id in self._runs:
                run.execution.lose()
