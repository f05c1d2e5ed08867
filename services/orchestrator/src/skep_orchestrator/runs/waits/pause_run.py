"""Carries out `PauseRun`: whoever pulls the command finds the worker that holds the run."""

import logging
from typing import Final

from skep_contracts import subjects
from skep_contracts.calls.waits import PauseRunHere, PauseRunHereReply
from skep_contracts.commands.run import PauseRun
from skep_contracts.run_log import TERMINAL, RunPaused, decode_batch
from skep_runtime.bus import Bus, Delivery, HandBack

logger = logging.getLogger(__name__)

_ANSWER_S: Final = 1.0
_AGAIN_S: Final = 1.0
_MOST_TRIES: Final = 300


def hold_reason(call: PauseRunHere) -> dict[str, str]:
    """Return what the log says of a wait that ends when somebody lets the run go on."""
    reason = {"kind": "hold", "reason": call.reason, "by": call.by or ""}
    return {name: text for name, text in reason.items() if text}


async def pause_run(delivery: Delivery, bus: Bus) -> None:
    """Return when the run is paused or has ended.

    Until then the order stays, so that a worker which takes the run over hears of it as well.

    Raises:
        HandBack: What is under way in the run has not ended yet, or nobody holds it now.
    """
    command = delivery.decode(PauseRun)
    last = await bus.journal.last(subjects.journal(delivery.tenant, command.run_id))
    if last is not None:
        events = decode_batch(last.data).events
        if events and isinstance(events[-1], (*TERMINAL, RunPaused)):
            return
    call = PauseRunHere(run_id=command.run_id, reason=command.reason, by=command.by)
    await bus.broadcast(call, tenant=delivery.tenant, reply=PauseRunHereReply, timeout_s=_ANSWER_S)
    if delivery.delivered >= _MOST_TRIES and last is None:
        logger.warning("run to pause was never started", extra={"run_id": command.run_id})
        return
    raise HandBack(_AGAIN_S)
