"""Inputs are held against the form: faults have places, and only the unmistakable is converted."""

from typing import Any

import msgspec
import pytest

from skep_contracts.problems import InvalidInput
from skep_node_start.form import StartNode
from skep_node_start.settings import StartSettings
from skep_testing.conformance.nodes import FakeNodeContext


def outputs_of(inputs: dict[str, Any], *fields: dict[str, Any]) -> dict[str, Any]:
    settings = msgspec.convert({"fields": fields}, StartSettings)
    return StartNode().evaluate(FakeNodeContext(inputs=inputs), settings).outputs


def faults_of(inputs: dict[str, Any], *fields: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refusal:
        outputs_of(inputs, *fields)
    assert refusal.value.exact_code == "invalid_inputs"
    return {error.pointer: error.message for error in refusal.value.errors}


def test_missing_input_takes_the_default_and_else_null() -> None:
    found = outputs_of({}, {"name": "a", "type": "number", "default": 3}, {"name": "b"})

    assert found == {"a": 3, "b": None}


def test_default_satisfies_required() -> None:
    assert outputs_of({}, {"name": "a", "required": True, "default": "x"}) == {"a": "x"}


@pytest.mark.parametrize("given", [{}, {"a": None}, {"a": ""}])
def test_required_input_must_say_something(given: dict[str, Any]) -> None:
    assert faults_of(given, {"name": "a", "required": True}) == {"/a": "is required"}


def test_required_text_may_be_empty_where_that_is_said() -> None:
    field = {"name": "a", "required": True, "allow_empty": True}

    assert outputs_of({"a": ""}, field) == {"a": ""}
    assert faults_of({}, field) == {"/a": "is required"}


def test_every_fault_is_told_at_once() -> None:
    found = faults_of({"a": 1, "b": "x"}, {"name": "a"}, {"name": "b", "type": "number"})

    assert found == {"/a": "must be text, not a number", "/b": "must be a number, not text"}


def test_unknown_input_is_refused_with_a_hint() -> None:
    found = faults_of({"nmae": "Ada"}, {"name": "name"})

    assert found == {"/nmae": "is not in the form; did you mean `name`?"}


def test_question_at_the_end_needs_no_full_stop() -> None:
    with pytest.raises(InvalidInput) as refusal:
        outputs_of({"nmae": "Ada"}, {"name": "name"})

    assert refusal.value.detail.endswith("did you mean `name`?")


def test_value_that_is_only_written_otherwise_is_converted_and_one_of_no_sense_is_refused() -> None:
    assert outputs_of({"a": " 3 "}, {"name": "a", "type": "number"}) == {"a": 3}
    assert outputs_of({"a": ""}, {"name": "a", "type": "number", "default": 7}) == {"a": 7}
    assert faults_of({"a": "1_000"}, {"name": "a", "type": "number"}) == {
        "/a": "must be a number, not text"
    }


def test_empty_text_does_not_satisfy_required() -> None:
    assert faults_of({"a": " "}, {"name": "a", "type": "number", "required": True}) == {
        "/a": "is required"
    }


def test_fault_below_a_json_input_has_its_own_place() -> None:
    schema = {"properties": {"id": {"type": "integer"}}}

    found = faults_of({"a": {"id": "x"}}, {"name": "a", "type": "json", "schema": schema})

    assert list(found) == ["/a/id"]


def test_pattern_in_a_schema_takes_linear_time() -> None:
    schema = {"pattern": "^(a+)+$"}

    found = faults_of({"a": "a" * 5000 + "b"}, {"name": "a", "type": "json", "schema": schema})

    assert list(found) == ["/a"]
