"""Fields that nobody could fill in are refused before anybody is asked."""

from typing import Any

import msgspec
import pytest

from skep_contracts.form_fields.field import FormField
from skep_contracts.form_fields.soundness import faults_of_field, faults_of_names


@pytest.mark.parametrize(
    ("settings", "faults"),
    [
        ({}, {}),
        ({"type": "number", "min": 0, "max": 0, "default": 0}, {}),
        ({"type": "select", "options": ["x"], "default": "x"}, {}),
        ({"required": True, "default": ""}, {}),
        ({"min": 0}, {"min": "is for number, not for text"}),
        ({"max_length": 3, "default": "four"}, {"default": "has 4 characters; the limit is 3"}),
        ({"type": "number", "allow_empty": True}, {
            "allow_empty": "is for text and paragraph, not for number"}),
        ({"type": "select"}, {"options": "a select needs options"}),
        ({"type": "select", "options": ["x", "x"]}, {"options": "an option is there twice"}),
        ({"type": "number", "min": 2, "max": 1}, {"min": "is greater than max"}),
        ({"type": "multi-select", "options": ["x"], "default": ["y"]}, {
            "default/0": "must be one of x"}),
        ({"type": "date", "default": "tomorrow"}, {
            "default": "must be a date such as 2026-03-31"}),
    ],
)  # fmt: skip
def test_faults_of_a_field_have_places_in_it(
    settings: dict[str, Any], faults: dict[str, str]
) -> None:
    field = msgspec.convert({"name": "a", **settings}, FormField)

    assert dict(faults_of_field(field)) == faults


def test_names_are_there_once_and_not_taken() -> None:
    found = list(faults_of_names(["a", "b", "a", "error"], reserved={"error"}))

    assert found == [(2, "`a` is there twice"), (3, "`error` is a reserved name")]
