"""Writes into the log of a paused run: nobody holds it, so whoever pulls an order does."""

from collections.abc import Mapping

from skep_contracts.commands.run import CancelRun
from skep_contracts.run_log import RunCancelled, RunEvent, RunPaused
from skep_orchestrator.engine.state import HOLD
from skep_orchestrator.runs.claims import check_out
from skep_orchestrator.runs.run_journal import RunJournal
from skep_orchestrator.runs.run_log import RecordedRun, read_run
from skep_orchestrator.runs.waits.open_waits import waits_of
from skep_runtime.bus import Bus, Fenced, HandBack
from skep_runtime.clock import now_ms as system_now_ms


async def end_paused(bus: Bus, tenant: str, command: CancelRun) -> bool:
    """Write the end of a run that is paused; return whether it has one now.

    Raises:
        HandBack: It was let go on in this very moment.
    """
    recorded = await read_run(bus.journal, tenant, command.run_id)
    waits = waits_of(recorded.events)
    if recorded.is_ended:
        return True
    if recorded.fault is not None or not waits.is_paused:
        return False
    at_ms = system_now_ms()
    elapsed_s = waits.elapsed_s(at_ms)
    end = RunCancelled(at_ms=at_ms, reason=command.reason, by=command.by, elapsed_s=elapsed_s)
    await _write(bus, tenant, recorded, end, run_id=command.run_id)
    return True


async def hold_paused(
    bus: Bus, tenant: str, run_id: str, recorded: RecordedRun, *, reason: Mapping[str, str]
) -> None:
    """Write that a run which is paused is on hold too: its answers do not let it go on any more.

    Raises:
        HandBack: It was let go on in this very moment.
    """
    last = next(event for event in reversed(recorded.events) if isinstance(event, RunPaused))
    whole = await check_out(last, bus.blobs, tenant)
    waits = whole.waits if isinstance(whole, RunPaused) else {}
    held = RunPaused(at_ms=system_now_ms(), waits={HOLD: dict(reason), **waits})
    await _write(bus, tenant, recorded, held, run_id=run_id)


async def _write(
    bus: Bus, tenant: str, recorded: RecordedRun, event: RunEvent, *, run_id: str
) -> None:
    journal = RunJournal(bus, tenant=tenant, run_id=run_id)
    journal.continue_after(number=len(recorded.events), seq=recorded.last_seq, epoch=recorded.epoch)
    journal.add(event)
    try:
        await journal.flush()
    except Fenced:
        raise HandBack from None
