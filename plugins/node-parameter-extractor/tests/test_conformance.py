"""The extractor keeps the promises that every node makes, in every mode."""

from typing import Any, ClassVar

from skep_contracts.plugins.models import StreamEnd, ToolCall, ToolCallDelta, Usage
from skep_testing.conformance.nodes import FakeNodeContext, NodeConformance

PARAMETERS = [
    {"name": "size", "type": "number", "required": True, "description": "of {{start.what}}"},
    {"name": "colour", "options": ["black", "brown"]},
    {"name": "notes", "type": "array[string]"},
    {"name": "is_gift", "type": "boolean"},
    {"name": "address", "type": "object"},
]
ANSWER = '{"size": 42, "colour": "brown", "notes": ["wide"], "is_gift": null, "address": null}'


class TestConformance(NodeConformance):
    """Inherits the kit, with a model that finds values."""

    entry_point = "parameter_extractor"
    node_type = "parameter-extractor"
    valid_settings: ClassVar[dict[str, Any]] = {
        "model": "echo/echo",
        "query": "{{sys.query}}",
        "parameters": PARAMETERS,
        "instruction": "Sizes of {{start.what}} are European.",
        "memory": {"window": 4},
        "temperature": 0,
        "extra": {"reasoning_effort": "low"},
    }
    invalid_settings = (
        {},
        {"query": "x"},
        {"query": "x", "parameters": []},
        {"query": "", "parameters": PARAMETERS},
        {"query": "x", "parameters": [{"name": "a b"}]},
        {"query": "x", "parameters": [{"name": "a", "type": "file"}]},
        {"query": "x", "parameters": [{"name": "usage"}]},
        {"query": "x", "parameters": [{"name": "error"}]},
        {"query": "x", "parameters": [{"name": "a"}, {"name": "A"}]},
        {"query": "x", "parameters": [{"name": "a", "type": "number", "options": ["1"]}]},
        {"query": "x", "parameters": PARAMETERS, "mode": "guess"},
    )
    values: ClassVar[dict[str, Any]] = {
        "start": {"what": "boots"},
        "sys": {"query": "Brown ones in 42, wide."},
    }

    def make_context(self, **changes: Any) -> FakeNodeContext:
        """Find three of five values."""
        return super().make_context(**{"chat": [ANSWER], **changes})


class TestByTool(TestConformance):
    """Inherits the kit, with a model that calls the tool."""

    valid_settings: ClassVar[dict[str, Any]] = {**TestConformance.valid_settings, "mode": "tools"}

    def make_context(self, **changes: Any) -> FakeNodeContext:
        """Call the tool."""
        call = ToolCall(id="1", name="extract_parameters", arguments=ANSWER)
        end = StreamEnd(finish_reason="tool_calls", usage=Usage(), model="m")
        return super().make_context(**{"chat": [[ToolCallDelta(call=call), end]], **changes})
