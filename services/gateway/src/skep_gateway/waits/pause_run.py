"""Pausing a run and letting it go on, by whoever may write runs."""

from skep_contracts.calls.waits import ListRunWaitsReply
from skep_contracts.commands.run import PauseRun, ResumeRun
from skep_contracts.ids import RunId
from skep_contracts.problems import Conflict
from skep_gateway.waits.open_waits import ENDED, HOLD, at_place, open_waits, run_ended
from skep_gateway.web.caller import CallerIdentity
from skep_runtime.bus import Bus


async def order_pause(bus: Bus, caller: CallerIdentity, run_id: RunId, *, reason: str) -> None:
    """Have a run paused once what its nodes do has come to its end.

    Raises:
        NotFound: There is no such run.
        Conflict: It has ended, or an operator has paused it already.
    """
    found = await open_waits(bus, caller.tenant, run_id)
    if found.status in ENDED:
        raise run_ended(found.status)
    if at_place(found, HOLD) is not None:
        raise Conflict("An operator has paused the run already.", code="paused_already")
    await bus.publish(
        PauseRun(run_id=run_id, reason=reason, by=caller.member_id or caller.id),
        tenant=caller.tenant,
        correlation=run_id,
    )


async def order_resumption(bus: Bus, caller: CallerIdentity, run_id: RunId) -> None:
    """Let a run go on.

    Raises:
        NotFound: There is no such run.
        Conflict: It has ended, or no operator has paused it.
    """
    found = await open_waits(bus, caller.tenant, run_id)
    wait = at_place(found, HOLD)
    if found.status in ENDED:
        raise run_ended(found.status)
    if wait is None:
        raise Conflict(f"No operator has paused the run; it {_does(found)}.", code="not_paused")
    await bus.publish(
        ResumeRun(run_id=run_id, place=HOLD, by=caller.member_id or caller.id),
        tenant=caller.tenant,
        message_id=f"{run_id}:{HOLD}:{wait.number}",
        correlation=run_id,
    )


def _does(found: ListRunWaitsReply) -> str:
    places = ", ".join(f"`{wait.place}`" for wait in found.waits)
    return f"waits at {places:.500}" if places else f"is {found.status}"
