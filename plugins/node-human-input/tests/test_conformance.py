"""The human-input node keeps the promises that every node makes."""

from typing import Any, ClassVar

from skep_testing.conformance.nodes import FakeNodeContext, WaitingNodeConformance

YES = {"id": "yes", "label": "Yes"}


class TestConformance(WaitingNodeConformance):
    """Inherits the kit."""

    entry_point = "human_input"
    node_type = "human-input"
    expected_wait = "form"
    valid_settings: ClassVar[dict[str, Any]] = {
        "content": "## Send it?\n{{draft.text}}",
        "fields": [
            {"name": "text", "type": "paragraph", "default": "{{draft.text}}", "required": True},
            {"name": "score", "type": "number", "min": 1, "max": 5},
            {"name": "agreed", "type": "checkbox", "default": False},
            {"name": "reason", "type": "select", "options": "{{draft.reasons}}"},
            {"name": "tags", "type": "multi-select", "options": ["a", "b"], "max_items": 1},
            {"name": "paper", "type": "file", "accept": [".pdf", "document"]},
            {"name": "day", "type": "date"},
            {"name": "terms", "type": "object"},
        ],
        "actions": [{**YES, "style": "primary"}, {"id": "no", "label": "No"}],
        "timeout_s": 60,
        "on_timeout": "no",
    }
    invalid_settings = (
        {"actions": []},
        {"actions": [YES, YES]},
        {"actions": [{"id": "timeout"}]},
        {"actions": [{"id": "failed"}]},
        {"actions": [{"id": "a b"}]},
        {"fields": [{"name": "not a name"}]},
        {"fields": [{"name": "a"}, {"name": "a"}]},
        {"fields": [{"name": "action"}]},
        {"fields": [{"name": "content"}]},
        {"fields": [{"name": "error"}]},
        {"fields": [{"name": "a", "type": "select"}]},
        {"fields": [{"name": "a", "type": "select", "options": "no reference"}]},
        {"fields": [{"name": "a", "type": "select", "options": ["x", "x"]}]},
        {"fields": [{"name": "a", "type": "text", "options": ["x"]}]},
        {"fields": [{"name": "a", "type": "text", "options": "{{draft.reasons}}"}]},
        {"fields": [{"name": "a", "type": "number", "min": 2, "max": 1}]},
        {"fields": [{"name": "a", "type": "number", "default": "3"}]},
        {"fields": [{"name": "a", "type": "json"}]},
        {"timeout_s": 0},
        {"on_timeout": "later"},
        {"delivery": "mail"},
    )
    values: ClassVar[dict[str, Any]] = {"draft": {"text": "Dear Ada", "reasons": ["tone", "facts"]}}
    expected_outputs: ClassVar[dict[str, Any]] = {
        "text": "Dear Ada",
        "score": 3,
        "agreed": True,
        "reason": "tone",
        "tags": None,
        "paper": None,
        "day": None,
        "terms": {"days": 30},
        "action": "yes",
        "content": "## Send it?\nDear Ada",
    }
    expected_port = "yes"

    def make_context(self, **changes: Any) -> FakeNodeContext:
        answer = {
            "action": "yes",
            "fields": {"score": "3", "agreed": True, "reason": "tone", "terms": {"days": 30}},
        }
        return super().make_context(**{"resumption": answer, **changes})
