"""Inputs are held against the form: faults have places, and only the unmistakable is converted."""

from typing import Any

import msgspec
import pytest

from skep_contracts.problems import InvalidInput
from skep_node_start.form import StartNode
from skep_node_start.settings import StartSettings
from skep_testing.conformance.nodes import FakeNodeContext

PHOTO = {"$file": {"id": "file_1", "name": "a.PNG", "mime_type": "image/png", "size_bytes": 9,
                   "blob": "b"}}  # fmt: skip


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


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ({"max_length": 3}, "abcd", "has 4 characters; the limit is 3"),
        ({"type": "number"}, "three", "must be a number, not text"),
        ({"type": "number"}, "1_000", "must be a number, not text"),
        ({"type": "number"}, "1e999", "must be a finite number"),
        ({"type": "number"}, "\u0663", "must be a number, not text"),
        ({"type": "number"}, True, "must be a number, not true or false"),
        ({"type": "number", "min": 0.5}, 0, "must be at least 0.5"),
        ({"type": "number", "max": 10}, 11, "must be at most 10"),
        ({"type": "checkbox"}, "maybe", "must be true or false, not text"),
        ({"type": "checkbox"}, 2, "must be true or false, not a number"),
        ({"type": "select", "options": ["x", "y"]}, "z", "must be one of x, y"),
        ({"type": "multi-select", "options": ["x"]}, 7, "must be a list, not a number"),
        ({"type": "date"}, "2026-02-30", "must be a date such as 2026-03-31"),
        ({"type": "date"}, "20260301", "must be a date such as 2026-03-31"),
        ({"type": "date"}, 20260301, "must be a date, not a number"),
        (
            {"type": "datetime"},
            "2026-03-31T09:30:00",
            "must be a date with a time and a zone, such as 2026-03-31T09:30:00Z",
        ),
        (
            {"type": "datetime"},
            "2026-03-31T25:30:00Z",
            "must be a date with a time and a zone, such as 2026-03-31T09:30:00Z",
        ),
        ({"type": "object"}, "[1]", "must be an object, not text"),
        ({"type": "object"}, [1], "must be an object, not a list"),
        ({"type": "object"}, PHOTO, "must be an object, not a file"),
        (
            {"type": "file", "accept": ["document", ".gif"]},
            PHOTO,
            "is of type image/png; accepted are document, .gif",
        ),
        ({"type": "multi-select", "options": ["x"]}, ["x", "x"], "names an option twice"),
        ({"type": "file"}, "photo.png", "must be a file, not text"),
        ({"type": "files"}, {"$file": 1}, "must be a list of files, not an object"),
    ],
)
def test_value_that_does_not_fit_is_refused(
    field: dict[str, Any], value: object, message: str
) -> None:
    assert faults_of({"a": value}, {"name": "a", **field}) == {"/a": message}


@pytest.mark.parametrize(
    ("field", "value", "taken"),
    [
        ({"type": "text"}, "a\x00b", "ab"),
        ({"type": "text"}, "  ", "  "),
        ({"type": "number"}, " 3 ", 3),
        ({"type": "number"}, "-0.50", -0.5),
        ({"type": "number"}, "2e3", 2000.0),
        ({"type": "number"}, "", None),
        ({"type": "number", "default": 7}, "", 7),
        ({"type": "number"}, "123456789012345678901", 123456789012345678901.0),
        ({"type": "checkbox"}, "True", True),
        ({"type": "checkbox"}, "off", False),
        ({"type": "checkbox"}, 1, True),
        ({"type": "checkbox"}, 0.0, False),
        ({"type": "select", "options": ["x"]}, "", None),
        ({"type": "multi-select", "options": ["x", "y"]}, "x", ["x"]),
        ({"type": "date"}, " 2026-03-31 ", "2026-03-31"),
        ({"type": "datetime"}, "2026-03-31T09:30+02:00", "2026-03-31T09:30+02:00"),
        ({"type": "files"}, PHOTO, [PHOTO]),
        ({"type": "file", "accept": ["image"]}, PHOTO, PHOTO),
        ({"type": "object"}, '{"a": [1]}', {"a": [1]}),
        ({"type": "json"}, '{"a": 1}', '{"a": 1}'),
    ],
)
def test_value_that_is_only_written_otherwise_is_converted(
    field: dict[str, Any], value: object, taken: object
) -> None:
    found = outputs_of({"a": value}, {"name": "a", **field})["a"]

    assert found == taken
    assert type(found) is type(taken)


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
