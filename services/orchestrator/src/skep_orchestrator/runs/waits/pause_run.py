"""Carries out `PauseRun`: whoever pulls the command finds the worker that holds the run.

A run that only waits has none, and is put on hold in its log.
"""

import logging
from datetime import datetime
from typing import Final

from skep_contracts.calls.waits import PauseRunHere, PauseRunHereReply
from skep_contracts.commands.run import PauseRun
from skep_contracts.run_log import RunPaused
from skep_orchestrator.engine.state import HOLD
from skep_orchestrator.runs.run_log import RecordedRun, read_run
from skep_orchestrator.runs.waits.open_waits import waits_of
from skep_orchestrator.runs.waits.paused_runs import hold_paused
from skep_runtime.bus import Bus, Delivery, HandBack

logger = logging.getLogger(__name__)

_ANSWER_S: Final = 1.0
_AGAIN_S: Final = 1.0
_MOST_TRIES: Final = 300
_SKEW_MS: Final = 1_000


def hold_reason(call: PauseRunHere) -> dict[str, str]:
    """Return what the log says of a wait that ends when somebody lets the run go on."""
    reason = {"kind": "hold", "reason": call.reason, "by": call.by or ""}
    return {name: text for name, text in reason.items() if text}


async def pause_run(delivery: Delivery, bus: Bus) -> None:
    """Return when the run is on hold or has ended.

    Until then the order stays, so that a worker which takes the run over hears of it as well.

    Raises:
        HandBack: What is under way in the run has not ended yet, or nobody holds it now.
    """
    command = delivery.decode(PauseRun)
    recorded = await read_run(bus.journal, delivery.tenant, command.run_id)
    if recorded.is_ended or _was_obeyed(recorded, delivery.envelope.time):
        return
    call = PauseRunHere(run_id=command.run_id, reason=command.reason, by=command.by)
    if waits_of(recorded.events).is_paused:
        reason = hold_reason(call)
        await hold_paused(bus, delivery.tenant, command.run_id, recorded, reason=reason)
        return
    await bus.broadcast(call, tenant=delivery.tenant, reply=PauseRunHereReply, timeout_s=_ANSWER_S)
    if delivery.delivered >= _MOST_TRIES and not recorded.events:
        logger.warning("run to pause was never started", extra={"run_id": command.run_id})
        return
    raise HandBack(_AGAIN_S)


def _was_obeyed(recorded: RecordedRun, ordered_at: datetime) -> bool:
    """Tell whether the run is on hold, or was since the order and has been let go on."""
    if HOLD in waits_of(recorded.events).by_place:
        return True
    since_ms = ordered_at.timestamp() * 1000 - _SKEW_MS
    return any(
        isinstance(event, RunPaused) and HOLD in event.waits and event.at_ms >= since_ms
        for event in recorded.events
    )
