"""Runs imported apps on the engine itself: pure nodes are real, services are played by a script."""

import importlib.metadata
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final

import msgspec

from skep_contracts.graph_check import CheckedDocument, check_document, decode_graph
from skep_contracts.plugins.manifest import NODES
from skep_contracts.plugins.nodes import NodeDescription, NodeResult
from skep_contracts.problems import ProviderFailed, SkepError
from skep_contracts.run_log import NodeStarted, RunEvent, RunStarted, RunSucceeded, place_of
from skep_orchestrator.engine.apply import apply
from skep_orchestrator.engine.compile import compile_plan
from skep_orchestrator.engine.decide import decide, next_due_ms
from skep_orchestrator.engine.frames import Doing
from skep_orchestrator.engine.state import RunState
from skep_orchestrator.nodes.outcomes import event_of
from skep_orchestrator.nodes.views import PureView
from skep_testing.conformance.nodes import FakePluginContext

MOST_EVENTS: Final = 20_000


class Call(msgspec.Struct, frozen=True):
    """What a service is asked."""

    node: str
    type: str
    view: PureView
    settings: Any
    attempt: int

    @property
    def inputs(self) -> dict[str, Any]:
        """The values that code is given."""
        found: Any = self.view.value(self.settings.inputs)
        return dict(found)


Serve = Callable[[Call], dict[str, Any]]
"""What the service gives, in our names; ``error`` for a failure, ``$port`` for a way out."""


@lru_cache(maxsize=1)
def node_types() -> Mapping[tuple[str, int], NodeDescription]:
    """Return the installed node types."""
    found = (
        description
        for point in importlib.metadata.entry_points(group=NODES)
        for description in point.load().skep_nodes()
    )
    return {(description.type, description.version): description for description in found}


def checked(document: dict[str, Any]) -> CheckedDocument:
    """Return the document, held against the installed node types."""
    return check_document(decode_graph(document), node_types())


class Played(msgspec.Struct, frozen=True):
    """What a run came to."""

    status: str
    outputs: dict[str, Any]
    answer: str | None
    log: list[RunEvent]


def play(
    document: dict[str, Any], serve: Serve, *, inputs: Mapping[str, Any], query: str | None
) -> Played:
    """Run a document to its end."""
    return _Player(checked(document), serve).run(inputs, query)


class _Player:
    def __init__(self, found: CheckedDocument, serve: Serve) -> None:
        self._checked = found
        self._serve = serve
        self._state = RunState(compile_plan(found))
        self._log: list[RunEvent] = []
        self._now_ms = 1_000_000

    def run(self, inputs: Mapping[str, Any], query: str | None) -> Played:
        document = self._checked.document
        self._record(
            RunStarted(
                at_ms=self._now_ms,
                run_id="run_1",
                app_id="app_1",
                version="v",
                mode=document.app.mode,
                inputs=dict(inputs),
                system={"query": query, "user": "test_user", "app_id": "test_app", "files": []},
                environment={each.name: each.value for each in document.environment},
                conversation={each.name: each.default for each in document.conversation},
                conversation_types={each.name: each.type for each in document.conversation},
                conversation_id="conv_1",
            )
        )
        for _ in range(MOST_EVENTS):
            event = decide(self._state, self._now_ms)
            if event is not None:
                self._record(event)
                if isinstance(event, NodeStarted):
                    self._carry_out(place_of(event.scope, event.node))
            elif self._state.ended is not None:
                return self._played()
            else:
                self._now_ms = max(self._now_ms + 1, next_due_ms(self._state))
        raise AssertionError("the run does not end")

    def _record(self, event: RunEvent) -> None:
        self._log.append(event)
        apply(self._state, event)

    def _carry_out(self, place: str) -> None:
        if place not in self._state.running:
            return  # a container: the engine itself carries it out
        doing = self._state.running[place]
        try:
            outcome: NodeResult | SkepError = self._result(doing)
        except SkepError as error:
            outcome = error
        self._record(event_of(self._state, doing, outcome, now_ms=self._now_ms, elapsed_s=0.0))

    def _result(self, doing: Doing) -> NodeResult:
        node = self._checked.nodes[doing.node.id]
        view = PureView(self._state, doing.frame, node.id)
        if node.description.effect == "pure":
            runner: Any = node.description.factory(FakePluginContext())
            result = runner.evaluate(view, node.settings)
            assert isinstance(result, NodeResult)
            return result
        served = self._serve(Call(node.id, node.node.type, view, node.settings, doing.attempt))
        if isinstance(served.get("error"), str):
            raise ProviderFailed(served["error"])
        port = served.pop("$port", "out")
        outputs: dict[str, Any] = {
            output.name: None for output in node.outputs if output.name != "error"
        }
        return NodeResult(outputs=outputs | served, port=port)

    def _played(self) -> Played:
        ended = self._state.ended
        if isinstance(ended, RunSucceeded):
            return Played("succeeded", ended.outputs, ended.answer, self._log)
        problem = getattr(ended, "problem", None)
        return Played(f"failed: {problem}", {}, None, self._log)
