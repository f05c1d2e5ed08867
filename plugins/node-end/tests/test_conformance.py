"""The end node keeps the promises that every node makes, and collects what it is told to."""

from typing import Any, ClassVar

from skep_node_end.end import EndNode, EndSettings, outputs
from skep_testing.conformance.nodes import FakeNodeContext, NodeConformance


class TestConformance(NodeConformance):
    """Inherits the kit."""

    entry_point = "end"
    node_type = "end"
    valid_settings: ClassVar[dict[str, Any]] = {
        "outputs": {
            "text": "{{reply.text}}",
            "count": "{{list.items.1}}",
            "fixed": 3,
            "nested": {"all": ["{{list.items}}", "n = {{list.items.0}}"]},
        }
    }
    invalid_settings = (
        {"output": {}},
        {"outputs": {"not a name": 1}},
        {"outputs": {"error": 1}},
        {"outputs": []},
    )
    values: ClassVar[dict[str, Any]] = {"reply": {"text": "Hi"}, "list": {"items": [1, 2]}}
    expected_outputs: ClassVar[dict[str, Any]] = {
        "text": "Hi",
        "count": 2,
        "fixed": 3,
        "nested": {"all": [[1, 2], "n = 1"]},
    }


def test_output_of_a_skipped_branch_is_null() -> None:
    settings = EndSettings(outputs={"quote": "{{quote.summary}}", "said": "So: {{quote.summary}}"})

    result = EndNode().evaluate(FakeNodeContext(), settings)

    assert result.outputs == {"quote": None, "said": "So: "}


def test_types_are_declared_as_far_as_they_are_known() -> None:
    templates: dict[str, Any] = {
        "one": "{{a.b}}",
        "text": "n = {{a.b}}",
        "fixed": "x",
        "yes": True,
        "n": 1.5,
        "list": ["{{a.b}}"],
        "object": {"k": "{{a.b}}"},
        "none": None,
    }

    declared = {output.name: output.type for output in outputs(EndSettings(outputs=templates))}

    assert declared == {
        "one": "any",
        "text": "string",
        "fixed": "string",
        "yes": "boolean",
        "n": "number",
        "list": "array[any]",
        "object": "object",
        "none": "any",
    }
