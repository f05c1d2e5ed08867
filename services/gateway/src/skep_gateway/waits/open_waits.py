"""Asks the orchestrator what a run waits for."""

from typing import Final

from skep_contracts.calls.run import RunStatus
from skep_contracts.calls.waits import ListRunWaits, ListRunWaitsReply, OpenWait
from skep_contracts.ids import TenantId, is_id
from skep_contracts.problems import Conflict, NotFound
from skep_contracts.run_log import place_of
from skep_runtime.bus import Bus

_CALL_S: Final = 10.0
HOLD: Final = place_of("", "")
"""The place of a wait that is the run's own: an operator paused it."""
ENDED: Final = (RunStatus.SUCCEEDED, RunStatus.FAILED, RunStatus.CANCELLED)


async def open_waits(bus: Bus, tenant: TenantId, run_id: str) -> ListRunWaitsReply:
    """Return what a run waits for.

    Raises:
        NotFound: No worker has begun a run of that id for the tenant.
        Unavailable: No orchestrator answers.
    """
    if not is_id("run", run_id):
        raise NotFound("There is no such run.")
    call = ListRunWaits(run_id=run_id)
    return await bus.call(call, tenant=tenant, reply=ListRunWaitsReply, timeout_s=_CALL_S)


def run_ended(status: RunStatus) -> Conflict:
    """Return what is said of a run that cannot be changed any more."""
    how = "was cancelled" if status is RunStatus.CANCELLED else str(status)
    return Conflict(f"The run has ended: it {how}.", code="run_ended")


def at_place(found: ListRunWaitsReply, place: str) -> OpenWait | None:
    """Return the wait at a place, None when there is none."""
    return next((wait for wait in found.waits if wait.place == place), None)
