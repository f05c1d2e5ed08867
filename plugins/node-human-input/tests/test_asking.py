"""What is asked, and what comes of an answer or of none."""

import asyncio
from datetime import UTC, datetime
from typing import Any

import msgspec
import pytest

from skep_contracts.plugins.nodes import NodeResult, NodeWait
from skep_contracts.problems import InvalidInput
from skep_contracts.waits.forms import Form
from skep_node_human_input.asking import HumanInputNode
from skep_node_human_input.settings import HumanInputSettings
from skep_testing.conformance.nodes import FakeNodeContext, FakePluginContext

ACTIONS = [{"id": "yes", "label": "Yes"}, {"id": "no", "label": "No"}]


def run(
    settings: dict[str, Any],
    *,
    values: dict[str, Any] | None = None,
    **resumed: Any,
) -> NodeResult | NodeWait:
    context = FakeNodeContext(values, **resumed)
    decoded = msgspec.convert({"actions": ACTIONS, **settings}, HumanInputSettings)
    return asyncio.run(HumanInputNode(FakePluginContext()).run(context, decoded))


def test_form_is_asked_with_the_values_of_the_run() -> None:
    field = {"name": "text", "default": "{{draft.n}}", "label": "For {{draft.who}}"}

    wait = run(
        {"content": "Hello {{draft.who}}", "fields": [field], "timeout_s": 60},
        values={"draft": {"who": "Ada", "n": 7}},
    )

    assert isinstance(wait, NodeWait)
    assert wait.until == datetime.fromtimestamp(1_700_000_060, UTC)
    form = msgspec.convert(wait.data, Form)
    assert form.content == "Hello Ada"
    assert [(asked.label, asked.default) for asked in form.fields] == [("For Ada", "7")]
    assert [action.id for action in form.actions] == ["yes", "no"]


def test_without_a_limit_it_waits_as_long_as_it_takes() -> None:
    wait = run({})

    assert isinstance(wait, NodeWait)
    assert wait.until is None


def test_answer_leaves_by_its_action_with_defaults_for_what_was_not_given() -> None:
    fields = [{"name": "a", "default": "x"}, {"name": "b"}]

    result = run({"fields": fields}, resumption={"action": "no", "fields": {"b": "y"}})

    assert isinstance(result, NodeResult)
    assert result.port == "no"
    assert result.outputs == {"a": "x", "b": "y", "action": "no", "content": ""}


@pytest.mark.parametrize(("on_timeout", "port"), [("timeout", "timeout"), ("no", "no")])
def test_time_out_takes_its_port_or_stands_for_an_action(on_timeout: str, port: str) -> None:
    settings = {"fields": [{"name": "a", "default": "x", "required": True}]}

    result = run(
        {**settings, "timeout_s": 1, "on_timeout": on_timeout}, resumption={"timed_out": True}
    )

    assert isinstance(result, NodeResult)
    assert result.port == port
    assert result.outputs == {"a": "x", "action": port, "content": ""}


@pytest.mark.parametrize(
    "answer",
    [
        {},
        {"body": {"paid": True}},
        {"action": "maybe"},
        {"action": "timeout"},
        {"action": "yes", "fields": {"a": 1}},
        {"action": "yes", "fields": {"a": "x", "b": "y"}},
        {"action": "yes", "fields": {"a": ""}},
        {"action": "yes", "fields": []},
        {"action": "yes", "timed_out": "true", "fields": {"a": None}},
    ],
)
def test_answer_that_does_not_fit_is_asked_anew(answer: dict[str, Any]) -> None:
    fields = [{"name": "a", "required": True}]

    assert run({"fields": fields}, resumption=answer) == run({"fields": fields})


def test_answer_that_does_not_fit_gives_no_more_time() -> None:
    first = datetime(2026, 3, 31, tzinfo=UTC)

    wait = run({"timeout_s": 60}, resumption={"body": 1}, waited_until=first)

    assert isinstance(wait, NodeWait)
    assert wait.until == first


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ({"type": "number", "default": "{{v.x}}"}, "seven"),
        ({"type": "select", "options": ["a"], "default": "{{v.x}}"}, "b"),
        ({"type": "select", "options": "{{v.x}}"}, "no array"),
        ({"type": "select", "options": "{{v.x}}"}, list(range(2000))),
    ],
)
def test_value_that_does_not_fit_the_form_fails_before_anybody_is_asked(
    field: dict[str, Any], value: object
) -> None:
    with pytest.raises(InvalidInput):
        run({"fields": [{"name": "a", **field}]}, values={"v": {"x": value}})


def test_required_field_whose_default_turns_out_empty_is_asked() -> None:
    field = {"name": "a", "required": True, "default": "{{v.x}}"}

    assert isinstance(run({"fields": [field]}, values={"v": {"x": ""}}), NodeWait)
