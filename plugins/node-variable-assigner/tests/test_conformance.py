"""The assigner keeps the promises that every node makes."""

from typing import Any, ClassVar

from skep_testing.conformance.nodes import NodeConformance


def change(**fields: Any) -> dict[str, Any]:
    return {"changes": [{"target": "conversation.x", **fields}]}


class TestConformance(NodeConformance):
    """Inherits the kit."""

    entry_point = "variable_assigner"
    node_type = "variable-assigner"
    valid_settings: ClassVar[dict[str, Any]] = {
        "changes": [
            {"target": "conversation.facts", "operation": "append", "value": "{{extract.fact}}"},
            {"target": "loop-1.count", "operation": "add", "value": 1},
            {"target": "loop-1.queue", "operation": "remove-first"},
            {"target": "conversation.name", "value": "{{extract.name}}", "skip_null": True},
        ]
    }
    invalid_settings = (
        {},
        {"changes": []},
        change(value=1, operation="increase"),
        change(),
        change(operation="append"),
        change(operation="clear", value=1),
        change(operation="remove-first", skip_null=True),
        change(operation="extend", value="{{a.b}} x"),
        change(operation="add", value="1"),
        change(operation="multiply", value=True),
        change(operation="divide", value=0),
        {"changes": [{"target": "env.x", "value": 1}]},
        {"changes": [{"target": "sys.query", "value": 1}]},
        {"changes": [{"target": "{{conversation.x}}", "value": 1}]},
        {"changes": [{"target": "conversation", "value": 1}]},
        {"changes": [{"target": "conversation.a.b", "value": 1}]},
    )
    values: ClassVar[dict[str, Any]] = {"extract": {"fact": "likes tea", "name": "Ada"}}
    expected_outputs: ClassVar[dict[str, Any]] = {}
