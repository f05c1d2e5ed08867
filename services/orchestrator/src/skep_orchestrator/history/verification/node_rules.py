"""What holds for each node: when it may start, how often, and how it ends."""

from typing import Any, Final

from skep_contracts.plugins.nodes import FAILED
from skep_contracts.run_log import (
    NodeFailed,
    NodeRetrying,
    NodeSkipped,
    NodeStarted,
    NodeStep,
    NodeSucceeded,
    NodeWaiting,
    RunResumed,
    RunStarted,
    place_of,
)
from skep_orchestrator.history.verification.drawing import ANY_PORT, Drawing
from skep_orchestrator.history.verification.findings import Findings, name_of
from skep_orchestrator.history.verification.places import UNDER_WAY, PlaceRecord, Places, Status

PIN: Final = "pin"


class NodeRules:
    """Follows the events of nodes."""

    def __init__(self, findings: Findings, places: Places, drawing: Drawing | None) -> None:
        """Note in `findings` what breaks a rule, and keep `places` up to date."""
        self.opening: RunStarted | None = None
        """The run's first event."""
        self.stopped: set[str] = set()
        """Places and ids of nodes that failed for good."""
        self._findings = findings
        self._places = places
        self._drawing = drawing
        self._keys: set[str] = set()
        self._early: set[str] = set()
        """Places that were answered before they waited."""

    def started(self, event: NodeStarted) -> None:
        """An attempt begins."""
        place = place_of(event.scope, event.node)
        known = self._places.find(event.scope, event.node)
        if not self._may_stand(event):
            return
        if known is None:
            self._first_attempt(event, place)
            known = PlaceRecord(node=event.node, scope=event.scope, status=Status.RUNNING)
        elif known.status is Status.RETRYING:
            if event.attempt != known.attempt + 1:
                message = f"`{place}` goes from attempt {known.attempt} to {event.attempt}"
                self._findings.note("attempts", message)
        else:
            rule = "attempts" if known.status in UNDER_WAY else "joins"
            self._findings.note(rule, f"`{place}` starts though it is {known.status.value}")
        self._check_key(event, place)
        known.attempt, known.effect_key = event.attempt, event.effect_key
        self._places.change(known, Status.RUNNING)

    def _may_stand(self, event: NodeStarted | NodeSkipped) -> bool:
        """Check that the place exists: the node in the document, its round under way."""
        if event.scope not in self._places.open_scopes:
            place = place_of(event.scope, event.node)
            self._findings.note(
                "rounds", f"{name_of(event)} of `{place}`, whose round is not under way"
            )
            return False
        if self._drawing is None:
            return True
        if event.node not in self._drawing.parents:
            self._findings.note("document", f"the document has no node `{event.node}`")
            return False
        parent = self._drawing.parents[event.node]
        is_alone = self._only == event.node and not event.scope
        if parent != _container_of(event.scope) and not is_alone:
            place = place_of(event.scope, event.node)
            self._findings.note("document", f"`{place}`: the node stands inside of `{parent}`")
            return False
        return True

    def _first_attempt(self, event: NodeStarted, place: str) -> None:
        if event.attempt != 1:
            self._findings.note("attempts", f"`{place}` begins with attempt {event.attempt}")
        only = self._only
        if only is not None and event.node != only and only not in _around(event.scope):
            self._findings.note("inputs", f"`{place}` runs in a run of `{only}` alone")
        if only is None or event.node != only:
            self._check_edges(event.scope, event.node, skips=False)

    @property
    def _only(self) -> str | None:
        """The one node that runs."""
        return self.opening.only if self.opening is not None else None

    def _check_edges(self, scope: str, node: str, *, skips: bool) -> None:
        """Hold a start, or a skip, against what has become of the edges that lead to the node."""
        if self._drawing is None:
            return
        place = place_of(scope, node)
        edges = self._drawing.incoming[node]
        taken: list[bool | None] = []
        for edge in edges:
            source = self._places.find(scope, edge.source)
            if source is None or source.status in UNDER_WAY or source.status is Status.STOPPED:
                rule = "skips" if skips else "inputs"
                self._findings.note(
                    rule, f"`{place}` is decided before `{edge.source}`, which leads to it"
                )
                return
            taken.append(edge.is_taken(source.left_by))
        if skips and True in taken:
            self._findings.note("skips", f"`{place}` is skipped though an edge to it was taken")
        if not skips and edges and not any(found is not False for found in taken):
            self._findings.note("inputs", f"`{place}` starts though no edge to it was taken")

    def _check_key(self, event: NodeStarted, place: str) -> None:
        key = event.effect_key
        if key is None:
            return
        run_id = self.opening.run_id if self.opening is not None else ""
        if key in self._keys:
            self._findings.note("effect_keys", f"the effect key {key} was used before")
        elif key != f"{run_id}:{place}:{event.attempt}":
            message = f"the effect key {key} does not name attempt {event.attempt} of `{place}`"
            self._findings.note("effect_keys", message)
        self._keys.add(key)

    def _running(self, event: Any, *expected: Status) -> PlaceRecord | None:
        """Return the record of a node that is under way; note when it is not."""
        known = self._places.find(event.scope, event.node)
        place = place_of(event.scope, event.node)
        if known is None or known.status not in (expected or (Status.RUNNING,)):
            is_now = "not begun" if known is None else known.status.value
            self._findings.note("attempts", f"{name_of(event)} of `{place}`, which is {is_now}")
            return None
        if getattr(event, "attempt", known.attempt) != known.attempt:
            message = f"{name_of(event)} of attempt {event.attempt} of `{place}` during attempt "
            self._findings.note("attempts", f"{message}{known.attempt}")
        if event.scope not in self._places.open_scopes:
            self._findings.note("rounds", f"{name_of(event)} of `{place}`, whose round is over")
        return known

    def retrying(self, event: NodeRetrying) -> None:
        """An attempt failed and another follows."""
        known = self._running(event)
        if known is not None:
            self._places.change(known, Status.RETRYING)

    def step(self, event: NodeStep) -> None:
        """A part of an effect is done."""
        self._running(event)

    def succeeded(self, event: NodeSucceeded) -> None:
        """A node gave its outputs."""
        known = self._running(event)
        if known is None:
            return
        self._check_reuse(event)
        self._check_rounds_over(event)
        known.left_by = event.port
        self._places.change(known, Status.DONE)

    def _check_reuse(self, event: NodeSucceeded) -> None:
        if event.reused is None or self.opening is None:
            return
        place = place_of(event.scope, event.node)
        if event.calls:
            self._findings.note("reuse", f"`{place}` came from a record and yet called a model")
        if event.reused == PIN:
            if not {place, event.node} & self.opening.pins.keys():
                self._findings.note(
                    "reuse", f"`{place}` came from a pin that the run was not given"
                )
        elif self.opening.origin is None or self.opening.origin.run_id != event.reused:
            self._findings.note(
                "reuse", f"`{place}` came from {event.reused}, which does not serve this run"
            )

    def _check_rounds_over(self, event: NodeSucceeded) -> None:
        open_rounds = self._places.open_rounds_of(event.scope, event.node)
        if open_rounds:
            place = place_of(event.scope, event.node)
            self._findings.note("rounds", f"`{place}` ends before its round `{open_rounds[0]}`")

    def failed(self, event: NodeFailed) -> None:
        """A node failed for good."""
        known = self._running(event, Status.RUNNING, Status.WAITING, Status.RETRYING)
        if known is None:
            return
        for scope in self._places.open_rounds_of(event.scope, event.node):
            self._places.close(scope)
        if not event.problem.code or not event.problem.detail:
            self._findings.note(
                "cause", f"`{place_of(event.scope, event.node)}` failed without a reason"
            )
        if event.handling == "stop":
            self.stopped |= {event.node, place_of(event.scope, event.node)}
            self._places.change(known, Status.STOPPED)
            return
        known.left_by = FAILED if event.handling == "edge" else ANY_PORT
        self._places.change(known, Status.DONE)

    def skipped(self, event: NodeSkipped) -> None:
        """No edge to a node was taken."""
        if not self._may_stand(event):
            return
        known = self._places.find(event.scope, event.node)
        if known is not None:
            place = place_of(event.scope, event.node)
            self._findings.note("joins", f"`{place}` is skipped though it is {known.status.value}")
            return
        self._check_edges(event.scope, event.node, skips=True)
        skipped = PlaceRecord(node=event.node, scope=event.scope, status=Status.SKIPPED)
        self._places.change(skipped, Status.SKIPPED)

    def waiting(self, event: NodeWaiting) -> None:
        """A node waits for something outside."""
        place = place_of(event.scope, event.node)
        known = self._running(event)
        if place in self._early:
            self._early.discard(place)  # it goes on with what had come before
        elif known is not None:
            self._places.change(known, Status.WAITING)

    def resumed(self, event: RunResumed) -> None:
        """What a node waits for has come, or what it will wait for."""
        known = self._places.find(event.scope, event.node)
        if known is not None and known.status is Status.WAITING:
            self._places.change(known, Status.RUNNING)
        elif known is None or known.status in UNDER_WAY:
            self._early.add(place_of(event.scope, event.node))


def _container_of(scope: str) -> str | None:
    return scope.rpartition("/")[2].rpartition(":")[0] or None


def _around(scope: str) -> list[str]:
    """Return the containers around a scope's nodes."""
    return [part.rpartition(":")[0] for part in scope.split("/") if part]
