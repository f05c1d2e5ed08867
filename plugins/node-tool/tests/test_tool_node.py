"""What the node hands over, and what it makes of what comes back."""

import asyncio
from typing import Any

import pytest

from skep_contracts.plugins.nodes import NodeResult
from skep_contracts.plugins.tools import ToolDescription, ToolResult
from skep_contracts.problems import FieldError, InvalidInput, NotFound, RateLimited
from skep_node_tool.node import ToolNode, ToolSettings
from skep_testing.conformance.nodes import FakeNodeContext


def no_tool(*_: object) -> Any:
    raise NotImplementedError


WEATHER = ToolDescription(
    name="weather",
    title="Weather",
    description="Tells the weather.",
    parameters={"type": "object"},
    factory=no_tool,
)


def context(*results: Any) -> FakeNodeContext:
    values = {"start": {"city": "Oslo", "days": 3}}
    return FakeNodeContext(values, tools=[WEATHER], tool_results=results or [ToolResult(text="x")])


def run(ctx: FakeNodeContext, **settings: Any) -> NodeResult:
    return asyncio.run(ToolNode().run(ctx, ToolSettings(**{"tool": "weather", **settings})))


def test_arguments_are_resolved_and_keep_their_types() -> None:
    ctx = context()

    run(ctx, arguments={"days": "{{start.days}}", "where": ["to {{start.city}}"]})

    assert ctx.tool_calls[0].arguments == {"days": 3, "where": ["to Oslo"]}


def test_refusal_of_the_tool_is_a_result() -> None:
    result = run(context(ToolResult(text="No such city.", is_error=True)))

    assert result.outputs == {"text": "No such city.", "data": None, "is_error": True}


def test_unknown_tool_fails_the_node() -> None:
    with pytest.raises(NotFound):
        run(context(), tool="wether")


def test_fault_in_an_argument_names_its_place_in_the_settings() -> None:
    fault = FieldError(pointer="/city", message="is required")

    with pytest.raises(InvalidInput) as refused:
        run(context(InvalidInput("Wrong.", errors=[fault], code="bad_arguments")))

    assert refused.value.errors[0].pointer == "/arguments/city"
    assert refused.value.exact_code == "bad_arguments"


def test_failure_outside_is_the_nodes_own() -> None:
    with pytest.raises(RateLimited):
        run(context(RateLimited("Later.", retry_after_s=3)))
