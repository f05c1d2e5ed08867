"""The agent node keeps the promises that every node makes."""

from typing import Any, ClassVar

from skep_testing.conformance.agents import SmallestStrategy, says
from skep_testing.conformance.nodes import FakeNodeContext, NodeConformance
from skep_testing.conformance.tools import describe_tool

ADD = describe_tool("calculator", "calculator")


class TestConformance(NodeConformance):
    """Inherits the kit, with an agent that calculates once and streams its answer."""

    entry_point = "agent"
    node_type = "agent"
    valid_settings: ClassVar[dict[str, Any]] = {
        "strategy": "smallest",
        "instruction": "Be {{start.manner}}.",
        "query": "{{start.question}}",
        "tools": [{"name": "calculator"}],
        "max_steps": 3,
    }
    invalid_settings: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"query": " "},
        {"query": "x", "max_steps": 0},
        {"query": "x", "output_schema": {"type": "no such type"}},
        {"query": "x", "tools": [{"tool": "calculator"}]},
    )
    values: ClassVar[dict[str, Any]] = {"start": {"manner": "brief", "question": "1 + 2?"}}

    def make_context(self, **changes: Any) -> FakeNodeContext:
        scene = {
            "chat": [says("Wait.", ("calculator", {"expression": "1 + 2"})), says("Three.")],
            "tools": [ADD],
            "strategies": {"smallest": SmallestStrategy()},
        }
        return super().make_context(**{**scene, **changes})


class TestStructured(TestConformance):
    """With a schema nothing streams."""

    valid_settings: ClassVar[dict[str, Any]] = {
        **TestConformance.valid_settings,
        "output_schema": {
            "type": "object",
            "properties": {"sum": {"type": "number"}},
            "required": ["sum"],
            "additionalProperties": False,
        },
    }

    def make_context(self, **changes: Any) -> FakeNodeContext:
        chat = [says("", ("calculator", {"expression": "1 + 2"})), says('```json\n{"sum": 3}\n```')]
        return super().make_context(**{"chat": chat, **changes})
