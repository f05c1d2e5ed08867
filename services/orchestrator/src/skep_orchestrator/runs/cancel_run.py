"""Carries out `CancelRun`: whoever pulls the command finds the worker that holds the run."""

import logging
from typing import Final

from skep_contracts.calls.run import StopRunHere, StopRunHereReply
from skep_contracts.commands.run import CancelRun
from skep_orchestrator.runs.run_log import read_run
from skep_runtime.bus import Bus, Delivery, HandBack

logger = logging.getLogger(__name__)

_ANSWER_S: Final = 2.0
_AGAIN_S: Final = 1.0
_MOST_TRIES: Final = 600
"""With a second between them; a run that nobody took up for that long never existed."""


async def cancel_run(delivery: Delivery, bus: Bus) -> None:
    """Return when the run has ended, whatever its end.

    Raises:
        HandBack: No worker holds it now; it may still be queued, or between two workers.
    """
    command = delivery.decode(CancelRun)
    tenant = delivery.tenant
    call = StopRunHere(run_id=command.run_id, reason=command.reason, by=command.by)
    stopped = await bus.broadcast(call, tenant=tenant, reply=StopRunHereReply, timeout_s=_ANSWER_S)
    if stopped is not None:
        return
    recorded = await read_run(bus.journal, tenant, command.run_id)
    if recorded.is_ended:
        return
    if delivery.delivered >= _MOST_TRIES and not recorded.events:
        logger.warning("run to cancel was never started", extra={"run_id": command.run_id})
        return
    raise HandBack(_AGAIN_S)
