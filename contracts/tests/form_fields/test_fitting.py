"""Which values fit a field; each fault has its place."""

from typing import Any

import msgspec
import pytest

from skep_contracts.form_fields.conversion import converted
from skep_contracts.form_fields.field import FormField
from skep_contracts.form_fields.fitting import MAX_FAULTS, faults_of_default, faults_of_value

PHOTO = {"$file": {"id": "file_1", "name": "a.PNG", "mime_type": "image/png", "size_bytes": 9,
                   "blob": "b"}}  # fmt: skip


def field_of(**settings: Any) -> FormField:
    return msgspec.convert({"name": "a", **settings}, FormField)


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
    found = faults_of_value(field_of(**field), converted(field_of(**field), value), pointer="/a")

    assert [(fault.pointer, fault.message) for fault in found] == [("/a", message)]


@pytest.mark.parametrize("value", [None, "", []])
def test_required_value_must_say_something(value: object) -> None:
    assert [fault.message for fault in faults_of_value(field_of(required=True), value)] == [
        "is required"
    ]
    assert faults_of_value(field_of(), None) == []


def test_required_text_may_be_empty_where_that_is_said() -> None:
    field = field_of(required=True, allow_empty=True)

    assert faults_of_value(field, "") == []
    assert len(faults_of_value(field, None)) == 1


@pytest.mark.parametrize(("kind", "value"), [("number", 0), ("checkbox", False)])
def test_zero_and_false_say_something(kind: str, value: object) -> None:
    assert faults_of_value(field_of(type=kind, required=True), value) == []


def test_fault_in_a_list_has_its_place_and_many_are_cut() -> None:
    field = field_of(type="files")

    found = faults_of_value(field, [PHOTO, *["x"] * 50], pointer="/a")

    assert found[0].pointer == "/a/1"
    assert len(found) == MAX_FAULTS


def test_default_that_says_nothing_is_none() -> None:
    assert faults_of_default(field_of(required=True, default="")) == []
    assert faults_of_default(field_of(required=True)) == []
    assert len(faults_of_default(field_of(type="number", default="three"))) == 1
