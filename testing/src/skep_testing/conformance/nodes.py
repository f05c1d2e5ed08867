"""What every node promises, whoever wrote it. A plugin's test inherits `NodeConformance`.

The test of a container inherits `ContainerConformance`, that of a node that waits
`WaitingNodeConformance`.
"""

import asyncio
import contextlib
import random
import time
from collections.abc import Mapping
from typing import Any, ClassVar, Final

import pytest

from skep_contracts.plugins.nodes import OUT, NodeDescription, NodeResult, NodeWait
from skep_contracts.problems import SkepError
from skep_contracts.values import check_value, has_type
from skep_testing.conformance.isolation import forbidden_io
from skep_testing.conformance.node_context import (
    AppRun,
    FakeHttpClient,
    FakeNodeContext,
    FakePluginContext,
    SentRequest,
    ToolCall,
)
from skep_testing.conformance.node_kit.containers import ContainerConformance
from skep_testing.conformance.node_kit.describing import DescriptionChecks, describe
from skep_testing.conformance.node_kit.hostile import Everything, hostile_values

__all__ = [
    "AppRun",
    "ContainerConformance",
    "FakeHttpClient",
    "FakeNodeContext",
    "FakePluginContext",
    "NodeConformance",
    "SentRequest",
    "ToolCall",
    "WaitingNodeConformance",
    "carry_out",
    "describe",
    "hostile_values",
    "run_node",
]

MAX_RUN_S: Final = 5.0


def carry_out(
    description: NodeDescription, settings: Any, context: FakeNodeContext
) -> NodeResult | NodeWait:
    """Run a node of a fresh factory, as its effect says, to its end or to where it waits."""
    runner: Any = description.factory(FakePluginContext(http=context.http))
    result: object
    if description.effect == "pure":
        result = runner.evaluate(context, settings)
    else:
        result = asyncio.run(runner.run(context, settings))
        if isinstance(result, NodeWait):
            return result
    assert isinstance(result, NodeResult), f"a {type(result).__name__} is no NodeResult"
    return result


def run_node(description: NodeDescription, settings: Any, context: FakeNodeContext) -> NodeResult:
    """Run a node to its end; give its context a `resumption` if it waits."""
    result = carry_out(description, settings, context)
    assert isinstance(result, NodeResult), f"a {type(result).__name__} is no NodeResult"
    return result


class NodeConformance(DescriptionChecks):
    """Inherit, fill in the attributes, and override `make_context` where a node needs a script."""

    values: ClassVar[Mapping[str, Mapping[str, Any]]] = {}
    """Outputs by node that `valid_settings` refer to."""
    inputs: ClassVar[Mapping[str, Any]] = {}
    expected_outputs: ClassVar[Mapping[str, Any] | None] = None
    """Of `valid_settings`; None to leave it to other tests."""
    expected_port: ClassVar[str | None] = None

    def make_context(self, **changes: Any) -> FakeNodeContext:
        """Return a fresh context in which `valid_settings` run; pass `changes` on."""
        return FakeNodeContext(**{"values": self.values, "inputs": self.inputs, **changes})

    def test_result_keeps_to_what_is_declared(self, description: NodeDescription) -> None:
        """Whoever refers to an output finds it, and finds it of the declared type."""
        settings = self._settings(description)

        result = run_node(description, settings, self.make_context())

        declared = {output.name: output.type for output in description.outputs(settings)}
        ports = description.ports(settings) if description.ports is not None else (OUT,)
        assert result.outputs.keys() <= declared.keys()
        for name, value in result.outputs.items():
            check_value(value, pointer=f"/{name}")
            assert has_type(value, declared[name]), f"{name} is not of type {declared[name]}"
        if description.role != "end":
            assert result.port in ports
        assert all(isinstance(line, str) for line in result.logs)
        writes = description.writes(settings) if description.writes is not None else ()
        for change in result.writes:
            check_value(change.value, pointer=f"/{change.target}")
            assert (change.target, change.operation) in writes, f"{change.target} is not declared"

    def test_result_is_as_expected(self, description: NodeDescription) -> None:
        """With the values of this test, the node gives what its author says."""
        result = run_node(description, self._settings(description), self.make_context())

        if self.expected_outputs is not None:
            assert result.outputs == self.expected_outputs
        if self.expected_port is not None:
            assert result.port == self.expected_port

    def test_streamed_text_is_the_output(self, description: NodeDescription) -> None:
        """What was shown piece by piece is what later nodes read."""
        settings = self._settings(description)
        context = self.make_context()

        result = run_node(description, settings, context)

        streaming = {out.name for out in description.outputs(settings) if out.streams}
        assert {name for name, _ in context.emitted} <= streaming
        for name in streaming:
            assert context.emitted_text(name) == (result.outputs.get(name) or "")

    def test_pure_node_repeats_itself_and_touches_nothing(
        self, description: NodeDescription
    ) -> None:
        """A pure node is recomputed on recovery: the same values must give the same result."""
        if description.effect != "pure":
            pytest.skip("only pure nodes promise this")
        settings = self._settings(description)
        random.seed(1)
        first = run_node(description, settings, self.make_context())

        random.seed(2)
        with forbidden_io() as witness:
            second = run_node(description, settings, self.make_context())

        assert first == second
        assert witness.seen == []

    @pytest.mark.parametrize("name", hostile_values())
    def test_hostile_value_is_a_problem_at_the_most(
        self, description: NodeDescription, name: str
    ) -> None:
        """Whatever the values are, a node gives a result or one of the known errors, and soon."""
        value = hostile_values()[name]
        context = self.make_context(
            lookup=lambda _: Everything(value), inputs=dict.fromkeys(self.inputs, value)
        )
        begin = time.monotonic()

        with contextlib.suppress(SkepError):
            carry_out(description, self._settings(description), context)

        assert time.monotonic() - begin < MAX_RUN_S


class WaitingNodeConformance(NodeConformance):
    """For a node that waits; `make_context` has a `resumption`, with which it goes on."""

    expected_wait: ClassVar[str]
    """The kind of wait that `valid_settings` give."""

    def test_wait_says_what_for(self, description: NodeDescription) -> None:
        """Whoever answers sees what is asked; it is kept in the log until then."""
        settings = self._settings(description)

        wait = carry_out(description, settings, self.make_context(resumption=None))

        assert isinstance(wait, NodeWait)
        assert wait.kind == self.expected_wait
        check_value(wait.data, pointer="/data")

    @pytest.mark.parametrize("name", hostile_values())
    def test_hostile_answer_is_a_problem_at_the_most(
        self, description: NodeDescription, name: str
    ) -> None:
        """Whoever answers a wait may be a stranger."""
        value = hostile_values()[name]
        known = self.make_context().resumption or {}
        context = self.make_context(resumption=dict.fromkeys(known, value))

        with contextlib.suppress(SkepError):
            carry_out(description, self._settings(description), context)
