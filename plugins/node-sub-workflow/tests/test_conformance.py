"""The sub-workflow node keeps the promises that every node makes."""

import asyncio
from collections.abc import Mapping
from typing import Any, ClassVar

import msgspec
import pytest

from skep_contracts.plugins.nodes import AppResult, NodeResult, NodeWait
from skep_contracts.problems import NotFound
from skep_contracts.values import Value
from skep_node_sub_workflow.calling import SubWorkflowNode
from skep_node_sub_workflow.settings import SubWorkflowSettings
from skep_testing.conformance.nodes import FakeNodeContext, NodeConformance

GIVEN = AppResult(run_id="run_child", outputs={"total": 3}, answer="It is 3.")


class Host(FakeNodeContext):
    """Shows the answer of an app as it grows, as the real host does."""

    async def run_app(
        self, app: str, *, inputs: Mapping[str, Value], query: str | None = None
    ) -> AppResult | NodeWait:
        given = await super().run_app(app, inputs=inputs, query=query)
        if isinstance(given, AppResult) and given.answer:
            self.emit_text(given.answer, output="answer")
        return given


class TestConformance(NodeConformance):
    """Inherits the kit."""

    entry_point = "sub_workflow"
    node_type = "sub-workflow"
    valid_settings: ClassVar[dict[str, Any]] = {
        "app": "adder",
        "inputs": {"n": "{{start.n}}", "deep": [{"text": "for {{start.who}}"}]},
        "query": "Add for {{start.who}}",
    }
    invalid_settings = (
        {},
        {"app": ""},
        {"app": 7},
        {"app": "x", "inputs": []},
        {"app": "x", "version": "1"},
    )
    values: ClassVar[dict[str, Any]] = {"start": {"n": 3, "who": "Ada"}}
    expected_outputs: ClassVar[dict[str, Any]] = {
        "outputs": {"total": 3},
        "answer": "It is 3.",
        "run_id": "run_child",
    }

    def make_context(self, **changes: Any) -> FakeNodeContext:
        return Host(**{"values": self.values, "apps": {"adder": GIVEN}, **changes})


def run(context: FakeNodeContext, **settings: Any) -> NodeResult | NodeWait:
    decoded = msgspec.convert(settings, SubWorkflowSettings)
    return asyncio.run(SubWorkflowNode().run(context, decoded))


def test_values_are_passed_on_with_their_types() -> None:
    context = FakeNodeContext({"start": {"n": 3}}, apps={"adder": GIVEN})

    run(
        context,
        app="adder",
        inputs={"n": "{{start.n}}", "t": "{{start.n}} bees"},
        query="{{start.n}}",
    )

    (sent,) = context.app_runs
    assert sent.inputs == {"n": 3, "t": "3 bees"}
    assert sent.query == "3"


def test_app_that_waits_makes_the_node_wait() -> None:
    wait = NodeWait(kind="run", data={"run_id": "run_child"})

    assert run(FakeNodeContext(apps={"adder": wait}), app="adder") is wait


def test_unknown_app_is_the_nodes_problem() -> None:
    with pytest.raises(NotFound):
        run(FakeNodeContext(), app="nowhere")
