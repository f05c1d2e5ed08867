"""Reads a log from its first event to its last and notes every rule that it breaks."""

from collections.abc import Callable, Iterable
from typing import Any, Final

from skep_contracts.calls.run import InvariantFault, RunStatus
from skep_contracts.graph import WorkflowDocument
from skep_contracts.run_log import (
    Batch,
    NodeFailed,
    NodeRetrying,
    NodeSkipped,
    NodeStarted,
    NodeStep,
    NodeSucceeded,
    NodeWaiting,
    RoundEnded,
    RoundStarted,
    RunCancelled,
    RunEvent,
    RunFailed,
    RunPaused,
    RunResumed,
    RunStarted,
    RunSucceeded,
    WorkerAcquired,
)
from skep_orchestrator.history.verification.drawing import Drawing
from skep_orchestrator.history.verification.findings import Findings, name_of
from skep_orchestrator.history.verification.node_rules import NodeRules
from skep_orchestrator.history.verification.places import Places, Status
from skep_orchestrator.history.verification.round_rules import RoundRules

HOLD: Final = ""
"""The place of the wait of a run that an operator paused; answers to others let it rest."""
_AFTER_PAUSE: Final = (RunPaused, RunResumed, WorkerAcquired, RunCancelled, RunFailed)


def verify(batches: Iterable[Batch], document: WorkflowDocument | None) -> list[InvariantFault]:
    """Return what a log breaks; without its document, what can be told without."""
    verifier = Verifier(document)
    for batch in batches:
        verifier.take(batch)
    return verifier.faults


class Verifier:
    """One log. `take` its batches in order."""

    def __init__(self, document: WorkflowDocument | None) -> None:
        """Verify a run of `document`."""
        self.events = 0
        self.repeated = 0
        self.status = RunStatus.RUNNING
        drawing = Drawing(document) if document is not None else None
        self._findings = Findings()
        self._places = Places()
        self._nodes = NodeRules(self._findings, self._places, drawing)
        self._rounds = RoundRules(self._findings, self._places, drawing, self._nodes)
        self._epoch = 0
        self._is_on_hold = False
        self._end: RunEvent | None = None
        self._handlers: dict[type, Callable[[Any], None]] = {
            RunStarted: self._run_started,
            WorkerAcquired: self._worker_acquired,
            NodeStarted: self._nodes.started,
            NodeRetrying: self._nodes.retrying,
            NodeStep: self._nodes.step,
            NodeSucceeded: self._nodes.succeeded,
            NodeFailed: self._nodes.failed,
            NodeSkipped: self._nodes.skipped,
            NodeWaiting: self._nodes.waiting,
            RoundStarted: self._rounds.started,
            RoundEnded: self._rounds.ended,
            RunPaused: self._run_paused,
            RunResumed: self._run_resumed,
            RunSucceeded: self._run_succeeded,
            RunFailed: self._run_failed,
            RunCancelled: self._run_cancelled,
        }

    @property
    def faults(self) -> list[InvariantFault]:
        """What was found."""
        return self._findings.faults

    def take(self, batch: Batch) -> None:
        """Take the next message of the log in."""
        self._findings.number = self.events + 1
        if batch.first != self.events + 1:
            message = f"an event numbered {batch.first} follows the one numbered {self.events}"
            self.note("numbers", message)
        if batch.epoch < max(self._epoch, 1):
            self.note("epochs", f"epoch {batch.epoch} follows epoch {self._epoch}")
        self._epoch = max(self._epoch, batch.epoch)
        for event in batch.events:
            self.events += 1
            self._findings.number = self.events
            self._take(event, batch.epoch)

    def note(self, rule: str, detail: str) -> None:
        """Note that a rule is broken by the present event."""
        self._findings.note(rule, detail)

    def _take(self, event: RunEvent, epoch: int) -> None:
        if self._end is not None:
            self.note("end", f"{name_of(event)} after {name_of(self._end)}")
        if (self.events == 1) != isinstance(event, RunStarted):
            self.note("beginning", f"{name_of(event)} is event {self.events}")
        if self.status is RunStatus.PAUSED and not isinstance(event, _AFTER_PAUSE):
            self.note("waits", f"{name_of(event)} while the run is paused")
        if isinstance(event, WorkerAcquired) and event.epoch != epoch:
            message = f"worker.acquired says epoch {event.epoch} in a message of epoch {epoch}"
            self.note("epochs", message)
        handler = self._handlers.get(type(event))
        if handler is not None:
            handler(event)

    def _run_started(self, event: RunStarted) -> None:
        if self._nodes.opening is None:
            self._nodes.opening = event

    def _worker_acquired(self, event: WorkerAcquired) -> None:
        self.repeated += len(event.repeated)
        records = (self._places.records[place] for place in self._places.under_way)
        in_flight = {record.effect_key for record in records if record.status is Status.RUNNING}
        for key in event.repeated:
            if key not in in_flight:
                self.note("repeats", f"{key} is repeated though it was not under way")
        if len(set(event.repeated)) != len(event.repeated):
            self.note("repeats", "an effect is repeated twice by one worker")

    def _run_paused(self, event: RunPaused) -> None:
        if self.status is RunStatus.PAUSED and (self._is_on_hold or HOLD not in event.waits):
            self.note("waits", "the run is paused while it is paused")
        self.status = RunStatus.PAUSED
        if not event.waits:
            self.note("cause", "the run is paused and waits for nothing")
        self._is_on_hold = HOLD in event.waits
        at_rest = (Status.WAITING, Status.RETRYING) if self._is_on_hold else (Status.WAITING,)
        for place in self._places.under_way:
            status = self._places.records[place].status
            if status not in at_rest and place not in self._places.rounds:
                self.note("waits", f"the run is paused while `{place}` is {status.value}")
        for place in event.waits:
            waiting = self._places.records.get(place)
            if place != HOLD and (waiting is None or waiting.status is not Status.WAITING):
                self.note("waits", f"the run waits for `{place}`, which does not wait")

    def _run_resumed(self, event: RunResumed) -> None:
        if event.node == HOLD:
            self._is_on_hold = False
        if not self._is_on_hold:
            self.status = RunStatus.RUNNING
        self._nodes.resumed(event)

    def _run_succeeded(self, event: RunSucceeded) -> None:
        self._end, self.status = event, RunStatus.SUCCEEDED
        if self._nodes.opening is None or self._nodes.opening.only is None:
            self._rounds.check_decided("", None)
        for place in self._nodes.stopped & self._places.records.keys():
            if "/" not in place:
                self.note("cause", f"the run succeeds though `{place}` failed for good")

    def _run_failed(self, event: RunFailed) -> None:
        self._end, self.status = event, RunStatus.FAILED
        if not event.problem.code or not event.problem.detail:
            self.note("cause", "the run failed without a reason")
        if event.node is not None and event.node not in self._nodes.stopped:
            self.note("cause", f"the run failed by `{event.node}`, which did not fail for good")

    def _run_cancelled(self, event: RunCancelled) -> None:
        self._end, self.status = event, RunStatus.CANCELLED
        if not event.reason:
            self.note("cause", "the run was cancelled without a reason")
