"""The classifier keeps the promises that every node makes."""

from typing import Any, ClassVar

from skep_testing.conformance.nodes import FakeNodeContext, NodeConformance

CLASSES = [
    {"id": "returns", "name": "Returns", "description": "refunds of {{start.shop}}"},
    {"id": "other", "name": "Anything else"},
]


class TestConformance(NodeConformance):
    """Inherits the kit, with a model that chooses."""

    entry_point = "question_classifier"
    node_type = "question-classifier"
    valid_settings: ClassVar[dict[str, Any]] = {
        "model": "echo/echo",
        "query": "{{sys.query}}",
        "classes": CLASSES,
        "instruction": "You answer for {{start.shop}}.",
        "memory": {"window": 4},
        "temperature": 0,
        "extra": {"reasoning_effort": "low"},
    }
    invalid_settings = (
        {},
        {"query": "x"},
        {"query": "x", "classes": []},
        {"query": "", "classes": CLASSES},
        {"query": "x", "classes": [{"id": "a b", "name": "x"}]},
        {"query": "x", "classes": [{"id": "a", "name": ""}]},
        {"query": "x", "classes": [{"id": "failed", "name": "x"}]},
        {"query": "x", "classes": [{"id": "a", "name": "x"}, {"id": "a", "name": "y"}]},
        {"query": "x", "classes": CLASSES, "memory": {"windw": 1}},
    )
    values: ClassVar[dict[str, Any]] = {
        "start": {"shop": "Skep"},
        "sys": {"query": "Can I send boots back?"},
    }
    expected_port = "returns"

    def make_context(self, **changes: Any) -> FakeNodeContext:
        """Choose the first class."""
        return super().make_context(**{"chat": ['{"class_id": "returns"}'], **changes})
