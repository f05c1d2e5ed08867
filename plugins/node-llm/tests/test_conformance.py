"""The model node keeps the promises that every node makes, streaming and structured."""

from typing import Any, ClassVar

from skep_testing.conformance.nodes import FakeNodeContext, NodeConformance

SCHEMA = {
    "type": "object",
    "properties": {"topic": {"type": "string", "enum": ["delivery", "returns"]}},
    "required": ["topic"],
    "additionalProperties": False,
}


class TestConformance(NodeConformance):
    """Inherits the kit, with an answer that streams."""

    entry_point = "llm"
    node_type = "llm"
    valid_settings: ClassVar[dict[str, Any]] = {
        "model": "echo/echo",
        "system": "You answer {{start.name}}.",
        "prompt": "{{sys.query}}",
        "context": "{{search.passages}}",
        "memory": {"enabled": True, "window": 6},
        "temperature": 0,
        "top_p": 0.9,
        "max_tokens": 100,
        "stop": ["END"],
        "extra": {"frequency_penalty": 1},
    }
    invalid_settings = (
        {},
        {"prompt": " "},
        {"promt": "x"},
        {"prompt": "x", "model": ""},
        {"prompt": "x", "temperature": 3},
        {"prompt": "x", "max_tokens": 0},
        {"prompt": "x", "memory": {"windw": 1}},
        {"prompt": "x", "response_schema": {"type": "thing"}},
        {"prompt": "x", "response_schema": {"$ref": "http://example.org/schema"}},
        {"messages": [{"role": "system", "content": "x"}]},
        {"prompt": "x", "messages": [{"role": "tool", "content": "x"}]},
        {"prompt": "x", "memory": {"prefixes": {"user": ""}}},
    )
    values: ClassVar[dict[str, Any]] = {
        "start": {"name": "Ada"},
        "sys": {"query": "Can I return boots?"},
        "search": {"passages": [{"number": 1, "text": "Within 30 days."}]},
    }


class TestStructured(TestConformance):
    """Inherits the kit, with an answer that follows a schema."""

    valid_settings: ClassVar[dict[str, Any]] = {
        "prompt": "{{sys.query}}",
        "response_schema": SCHEMA,
    }

    def make_context(self, **changes: Any) -> FakeNodeContext:
        """Answer in JSON."""
        return super().make_context(**{"chat": ['{"topic": "returns"}'], **changes})
