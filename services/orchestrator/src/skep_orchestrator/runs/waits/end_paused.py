"""Ends a paused run: nobody holds it, so whoever pulls the order writes its end."""

from skep_contracts.commands.run import CancelRun
from skep_contracts.run_log import RunCancelled
from skep_orchestrator.runs.run_journal import RunJournal
from skep_orchestrator.runs.run_log import read_run
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
    journal = RunJournal(bus, tenant=tenant, run_id=command.run_id)
    journal.continue_after(number=len(recorded.events), seq=recorded.last_seq, epoch=recorded.epoch)
    journal.add(
        RunCancelled(
            at_ms=at_ms, reason=command.reason, by=command.by, elapsed_s=waits.elapsed_s(at_ms)
        )
    )
    try:
        await journal.flush()
    except Fenced:
        raise HandBack from None
    return True
