"""The tool node keeps the promises that every node makes."""

from typing import Any, ClassVar

from skep_contracts.plugins.tools import ToolDescription, ToolResult
from skep_testing.conformance.nodes import FakeNodeContext, NodeConformance


def no_tool(*_: object) -> Any:
    raise NotImplementedError


WEATHER = ToolDescription(
    name="weather",
    title="Weather",
    description="Tells the weather.",
    parameters={"type": "object"},
    factory=no_tool,
)


class TestConformance(NodeConformance):
    """Inherits the kit, with a tool that answers."""

    entry_point = "tool"
    node_type = "tool"
    valid_settings: ClassVar[dict[str, Any]] = {
        "tool": "weather",
        "arguments": {"city": "{{start.city}}"},
    }
    invalid_settings: ClassVar[tuple[dict[str, Any], ...]] = (
        {},
        {"tool": ""},
        {"tool": "weather", "arguments": []},
    )
    values: ClassVar[dict[str, Any]] = {"start": {"city": "Oslo"}}
    expected_outputs: ClassVar[dict[str, Any]] = {
        "text": "Rain.",
        "data": {"degrees": 7},
        "is_error": False,
    }

    def make_context(self, **changes: Any) -> FakeNodeContext:
        result = ToolResult(text="Rain.", data={"degrees": 7})
        return super().make_context(**{"tools": [WEATHER], "tool_results": [result], **changes})
