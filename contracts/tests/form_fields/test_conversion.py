"""Only what cannot mean anything else is converted."""

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from skep_contracts.form_fields.conversion import converted
from skep_contracts.form_fields.field import VALUE_TYPES, FormField

PHOTO = {"$file": {"id": "file_1", "name": "a.PNG", "mime_type": "image/png", "size_bytes": 9,
                   "blob": "b"}}  # fmt: skip


def field_of(**settings: Any) -> FormField:
    return msgspec.convert({"name": "a", **settings}, FormField)


@pytest.mark.parametrize(
    ("field", "value", "taken"),
    [
        ({"type": "text"}, "a\x00b", "ab"),
        ({"type": "text"}, "  ", "  "),
        ({"type": "number"}, " 3 ", 3),
        ({"type": "number"}, "-0.50", -0.5),
        ({"type": "number"}, "2e3", 2000.0),
        ({"type": "number"}, "", None),
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
        ({"type": "file"}, PHOTO, PHOTO),
        ({"type": "object"}, '{"a": [1]}', {"a": [1]}),
        ({"type": "json"}, '{"a": 1}', '{"a": 1}'),
    ],
)
def test_value_that_is_only_written_otherwise_is_converted(
    field: dict[str, Any], value: object, taken: object
) -> None:
    found = converted(field_of(**field), value)

    assert found == taken
    assert type(found) is type(taken)


@pytest.mark.parametrize("kind", VALUE_TYPES)
@given(text=st.text())
def test_what_was_converted_is_not_converted_further(kind: str, text: str) -> None:
    field = field_of(type=kind)
    once = converted(field, text)

    assert converted(field, once) == once
