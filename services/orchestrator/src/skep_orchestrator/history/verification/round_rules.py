"""What holds for rounds: begun one after the other, each whole, none outliving its container."""

from skep_contracts.run_log import RoundEnded, RoundStarted, place_of, round_scope
from skep_orchestrator.history.verification.drawing import Drawing
from skep_orchestrator.history.verification.findings import Findings
from skep_orchestrator.history.verification.node_rules import NodeRules
from skep_orchestrator.history.verification.places import Places, Status


class RoundRules:
    """Follows the rounds of containers."""

    def __init__(
        self, findings: Findings, places: Places, drawing: Drawing | None, nodes: NodeRules
    ) -> None:
        """Note in `findings` what breaks a rule, and keep `places` up to date."""
        self._findings = findings
        self._places = places
        self._drawing = drawing
        self._nodes = nodes

    def started(self, event: RoundStarted) -> None:
        """A round begins."""
        place = place_of(event.scope, event.node)
        container = self._places.find(event.scope, event.node)
        if container is None or container.status is not Status.RUNNING:
            self._findings.note("rounds", f"a round of `{place}` begins, which is not running")
            return
        begun = self._places.rounds.get(place, 0)
        if event.index != begun:
            self._findings.note(
                "rounds", f"round {event.index} of `{place}` begins after {begun} rounds"
            )
        if self._drawing is not None and not self._drawing.members.get(event.node):
            self._findings.note("document", f"`{place}` holds no nodes that a round could repeat")
        self._places.begin_round(event.scope, event.node, event.index)

    def ended(self, event: RoundEnded) -> None:
        """A round is over, whole or not."""
        scope = round_scope(event.scope, event.node, event.index)
        if scope not in self._places.open_scopes:
            self._findings.note("rounds", f"the round `{scope}` ends though it is not under way")
            return
        if event.problem is None and not event.is_last:
            self.check_decided(scope, event.node)
        known = self._nodes.stopped | {place_of(event.scope, event.node)}
        if event.problem is not None and event.cause and event.cause not in known:
            self._findings.note(
                "cause", f"the round `{scope}` failed by `{event.cause}`, which did not"
            )
        self._places.close(scope)

    def check_decided(self, scope: str, container: str | None) -> None:
        """Note nodes of a scope whose edges were not decided, or that are under way."""
        under_way = self._places.under_way_in(scope)
        what = f"the round `{scope}`" if scope else "the run"
        if under_way:
            self._findings.note("rest", f"{what} ends while `{under_way[0]}` is under way")
        if self._drawing is None:
            return
        for node in self._drawing.members.get(container, ()):
            if self._places.find(scope, node) is None:
                self._findings.note(
                    "rest", f"{what} ends before `{place_of(scope, node)}` is decided"
                )
