"""The aggregator keeps the promises that every node makes, alone and with groups."""

from typing import Any, ClassVar

from skep_testing.conformance.nodes import NodeConformance


class TestConformance(NodeConformance):
    """Inherits the kit."""

    entry_point = "variable_aggregator"
    node_type = "variable-aggregator"
    valid_settings: ClassVar[dict[str, Any]] = {
        "values": ["{{fast.text}}", "{{thorough.text}}"],
        "type": "string",
    }
    invalid_settings = (
        {},
        {"values": []},
        {"values": "{{a.b}}"},
        {"values": ["{{a.b}}"], "type": "text"},
        {"values": ["{{a.b}}"], "groups": [{"name": "a", "values": ["{{a.b}}"]}]},
        {"groups": [{"name": "a", "values": []}]},
        {"groups": [{"name": "a", "values": [1]}, {"name": "a", "values": [1]}]},
        {"groups": [{"name": "error", "values": [1]}]},
        {"groups": [{"name": "not a name", "values": [1]}]},
        {"groups": [{"name": "a", "values": [1]}], "type": "string"},
    )
    values: ClassVar[dict[str, Any]] = {"thorough": {"text": "Yes."}}
    expected_outputs: ClassVar[dict[str, Any]] = {"output": "Yes."}


class TestGroups(TestConformance):
    """The same with groups."""

    valid_settings: ClassVar[dict[str, Any]] = {
        "groups": [
            {"name": "reply", "values": ["{{fast.text}}", "{{thorough.text}}"]},
            {"name": "count", "type": "number", "values": ["{{fast.count}}"]},
        ]
    }
    expected_outputs: ClassVar[dict[str, Any]] = {
        "reply": {"output": "Yes."},
        "count": {"output": None},
    }
