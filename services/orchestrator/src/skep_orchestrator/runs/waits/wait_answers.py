"""Answers what runs wait for, to the caller's tenant only."""

from skep_contracts.calls.run import RunStatus
from skep_contracts.calls.waits import ListRunWaits, ListRunWaitsReply, OpenWait
from skep_contracts.ids import is_id
from skep_contracts.problems import NotFound
from skep_contracts.run_log import (
    NodeWaiting,
    RunCancelled,
    RunFailed,
    RunPaused,
    RunSucceeded,
)
from skep_orchestrator.history.node_records import instant
from skep_orchestrator.runs.claims import check_out
from skep_orchestrator.runs.run_log import read_run
from skep_orchestrator.runs.waits.open_waits import OpenWaits
from skep_runtime.bus import Bus, Incoming


class WaitAnswers:
    """The handler of `ListRunWaits`."""

    def __init__(self, bus: Bus) -> None:
        """Read logs from the journal on `bus`."""
        self._bus = bus

    def register(self) -> None:
        """Begin to answer."""
        self._bus.answer(ListRunWaits, self.list_waits)

    async def list_waits(self, call: ListRunWaits, incoming: Incoming) -> ListRunWaitsReply:
        """Fold the run's log; what waits say that was stored apart is put back."""
        if not is_id("run", call.run_id):
            raise NotFound("There is no such run.")
        recorded = await read_run(self._bus.journal, incoming.tenant, call.run_id)
        waits = OpenWaits()
        for event in recorded.events:
            is_claimed = isinstance(event, NodeWaiting | RunPaused)
            waits.apply(
                await check_out(event, self._bus.blobs, incoming.tenant) if is_claimed else event
            )
        if waits.started is None:
            raise NotFound(f"There is no run {call.run_id}.")
        return ListRunWaitsReply(
            app_id=waits.started.app_id,
            status=_status(waits),
            waits=tuple(
                OpenWait(place=place, number=wait.number, since=instant(wait.at_ms), wait=wait.wait)
                for place, wait in waits.by_place.items()
            ),
        )


def _status(waits: OpenWaits) -> RunStatus:
    match waits.end:
        case RunSucceeded():
            return RunStatus.SUCCEEDED
        case RunFailed():
            return RunStatus.FAILED
        case RunCancelled():
            return RunStatus.CANCELLED
    return RunStatus.PAUSED if waits.is_paused else RunStatus.RUNNING
