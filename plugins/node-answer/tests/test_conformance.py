"""The answer node keeps the promises that every node makes, and renders its text."""

from typing import Any, ClassVar

from skep_node_answer.answer import AnswerNode, AnswerSettings
from skep_testing.conformance.nodes import FakeNodeContext, NodeConformance


class TestConformance(NodeConformance):
    """Inherits the kit."""

    entry_point = "answer"
    node_type = "answer"
    valid_settings: ClassVar[dict[str, Any]] = {"text": "{{reply.text}}\n\n{{quote.summary}}"}
    invalid_settings = ({}, {"text": ""}, {"text": 3}, {"answer": "x"})
    values: ClassVar[dict[str, Any]] = {"reply": {"text": "Yes [1]."}}
    expected_outputs: ClassVar[dict[str, Any]] = {"text": "Yes [1].\n\n"}


def test_structured_value_is_shown_as_compact_json() -> None:
    context = FakeNodeContext({"a": {"list": [1, "x", None], "yes": True}})

    result = AnswerNode().evaluate(context, AnswerSettings(text="{{a.list}} {{a.yes}}"))

    assert result.outputs == {"text": '[1,"x",null] true'}


def test_files_that_the_text_refers_to_are_given_once() -> None:
    stored = {"name": "a.png", "mime_type": "image/png", "size_bytes": 1, "blob": "b"}
    one, two = ({"$file": {"id": f"file_{number}", **stored}} for number in (1, 2))
    context = FakeNodeContext({"a": {"one": one, "all": [two, one, "x"]}})

    result = AnswerNode().evaluate(context, AnswerSettings(text="See {{a.one}}: {{a.all}}"))

    assert result.outputs["files"] == [one, two]
