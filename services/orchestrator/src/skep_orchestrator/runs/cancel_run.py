"""Carries out `CancelRun`: whoever pulls the command finds the worker that holds the run."""

import logging
from typing import Final

import msgspec

from skep_contracts import subjects
from skep_contracts.calls.run import StopRunHere, StopRunHereReply
from skep_contracts.commands.run import CancelRun
from skep_contracts.run_log import TERMINAL, RunPaused, RunResumed, decode_batch
from skep_orchestrator.runs.waits.paused_runs import end_paused
from skep_runtime.bus import Bus, Delivery, HandBack

logger = logging.getLogger(__name__)

_ANSWER_S: Final = 1.0
_AGAIN_S: Final = 1.0
_MOST_TRIES: Final = 300
"""With two seconds between them; a run that nobody took up for that long never existed."""


async def cancel_run(delivery: Delivery, bus: Bus) -> None:
    """Return when the run has ended, whatever its end.

    Raises:
        HandBack: No worker holds it now; it may still be queued, or between two workers.
    """
    command = delivery.decode(CancelRun)
    tenant = delivery.tenant
    last = await bus.journal.last(subjects.journal(tenant, command.run_id))
    if last is not None and _ends_with(last.data, TERMINAL):
        return
    if (
        last is not None
        and _ends_with(last.data, (RunPaused, RunResumed))
        and await end_paused(bus, tenant, command)
    ):
        return
    call = StopRunHere(run_id=command.run_id, reason=command.reason, by=command.by)
    stopped = await bus.broadcast(call, tenant=tenant, reply=StopRunHereReply, timeout_s=_ANSWER_S)
    if stopped is not None:
        return
    if delivery.delivered >= _MOST_TRIES and last is None:
        logger.warning("run to cancel was never started", extra={"run_id": command.run_id})
        return
    raise HandBack(_AGAIN_S)


def _ends_with(data: bytes, kinds: tuple[type, ...]) -> bool:
    try:
        return isinstance(decode_batch(data).events[-1], kinds)
    except (msgspec.DecodeError, IndexError):
        return False
