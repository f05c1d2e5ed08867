"""Answers are held against the form: faults have places, and only the unmistakable is converted."""

from contextlib import suppress
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.ids import FileId
from skep_contracts.problems import InvalidInput
from skep_contracts.values import FileRef, blob_key, file_to_value
from skep_contracts.waits.forms import Form, FormAnswer, default_answer, read_answer

PAPER = file_to_value(
    FileRef(
        id=FileId("file_1"),
        name="a.PDF",
        mime_type="application/pdf",
        size_bytes=9,
        blob=blob_key(b"a"),
    )
)


def form(*fields: dict[str, Any]) -> Form:
    actions = [{"id": "yes"}, {"id": "no"}]
    return msgspec.convert({"fields": fields, "actions": actions}, Form)


def faults_of(answer: object, *fields: dict[str, Any]) -> dict[str, str]:
    with pytest.raises(InvalidInput) as refusal:
        read_answer(form(*fields), answer)
    assert refusal.value.exact_code == "bad_answer"
    return {error.pointer: error.message for error in refusal.value.errors}


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ({"type": "text", "max_length": 3}, "abc"),
        ({"type": "paragraph"}, "a\nb"),
        ({"type": "number", "min": 1, "max": 2.5}, 2.5),
        ({"type": "checkbox", "required": True}, True),
        ({"type": "select", "options": ["x", "y"]}, "y"),
        ({"type": "multi-select", "options": ["x", "y"], "max_items": 2}, ["y", "x"]),
        ({"type": "file", "accept": [".pdf", "image/*"], "max_size_bytes": 9}, PAPER),
        ({"type": "files", "max_items": 2}, [PAPER, PAPER]),
        ({"type": "date"}, "2026-03-31"),
        ({"type": "datetime"}, "2026-03-31T09:30:00Z"),
        ({"type": "object"}, {"a": [1]}),
    ],
)
def test_value_that_fits_is_passed_on(field: dict[str, Any], value: object) -> None:
    answer = read_answer(form({"name": "a", **field}), {"action": "no", "fields": {"a": value}})

    assert answer == FormAnswer(action="no", fields={"a": value})


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ({"max_length": 3}, "abcd", "has 4 characters; the limit is 3"),
        ({"required": True}, "", "is required"),
        ({"type": "number"}, "three", "must be a number, not text"),
        ({"type": "number"}, True, "must be a number, not true or false"),
        ({"type": "number", "min": 0.5}, 0, "must be at least 0.5"),
        ({"type": "number", "max": 10}, 11, "must be at most 10"),
        ({"type": "checkbox"}, "perhaps", "must be true or false, not text"),
        ({"type": "checkbox", "required": True}, False, "must be ticked"),
        ({"type": "select", "options": ["x", "y"]}, "z", "must be one of x, y"),
        ({"type": "multi-select", "options": ["x"]}, 7, "must be a list, not a number"),
        ({"type": "multi-select", "options": ["x"]}, ["x", "x"], "names an option twice"),
        ({"type": "file"}, "photo.png", "must be a file, not text"),
        (
            {"type": "file", "accept": [".png"]},
            PAPER,
            "is of type application/pdf; accepted are .png",
        ),
        ({"type": "files", "max_items": 1}, [PAPER, PAPER], "has 2 items; the limit is 1"),
    ],
)
def test_value_that_does_not_fit_is_refused(
    field: dict[str, Any], value: object, message: str
) -> None:
    found = faults_of({"action": "yes", "fields": {"a": value}}, {"name": "a", **field})

    assert found == {"/fields/a": message}


@pytest.mark.parametrize(
    ("field", "value", "taken"),
    [
        ({"type": "number"}, " 3 ", 3),
        ({"type": "number", "default": 7}, "", None),
        ({"type": "checkbox"}, "true", True),
        ({"type": "multi-select", "options": ["x"]}, "x", ["x"]),
        ({"type": "object"}, '{"a": 1}', {"a": 1}),
    ],
)
def test_value_that_is_only_written_otherwise_is_converted(
    field: dict[str, Any], value: object, taken: object
) -> None:
    asked = form({"name": "a", **field})

    assert read_answer(asked, {"action": "yes", "fields": {"a": value}}).fields == {"a": taken}


def test_every_fault_is_told_at_once() -> None:
    answer = {"action": "maybe", "fields": {"a": 1, "nmae": "x"}}

    found = faults_of(answer, {"name": "a"}, {"name": "name", "required": True})

    assert found == {
        "/action": "must be one of yes, no",
        "/fields/a": "must be text, not a number",
        "/fields/name": "is required",
        "/fields/nmae": "is not in the form; did you mean `name`?",
    }


def test_field_without_a_value_takes_its_default_and_else_null() -> None:
    asked = form({"name": "a", "default": "x"}, {"name": "b"})

    assert read_answer(asked, {"action": "yes"}).fields == {"a": "x", "b": None}
    assert read_answer(asked, {"action": "yes", "fields": {"a": None}}).fields["a"] is None
    assert default_answer(asked, "timeout").fields == {"a": "x", "b": None}


anything = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner),
    max_leaves=10,
)


@given(answer=anything | st.fixed_dictionaries({"action": anything, "fields": anything}))
def test_whatever_is_sent_is_an_answer_or_a_problem(answer: object) -> None:
    asked = form({"name": "a", "type": "multi-select", "options": ["x"]}, {"name": "b"})
    read = FormAnswer(action="yes", fields={"a": None, "b": None})

    with suppress(InvalidInput):
        read = read_answer(asked, answer)

    assert read.action in {"yes", "no"}
    assert read.fields.keys() == {"a", "b"}
