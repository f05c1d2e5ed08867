"""From what forms, query strings and spreadsheets send to values of a field's type.

Only what cannot mean anything else is converted; the rest stays as it is and is refused with its
place when it does not fit.
"""

import re
from collections.abc import Callable
from typing import Any, Final

import msgspec

from skep_contracts.form_fields.field import FieldType, FormField
from skep_contracts.values import file_from_value

_NUMBER: Final = re.compile(
    r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?\Z"
)
_WHOLE: Final = re.compile(r"[+-]?[0-9]{1,18}\Z")
_TRUE: Final = frozenset({"true", "yes", "on", "1"})
_FALSE: Final = frozenset({"false", "no", "off", "0"})


def converted(field: FormField, value: Any) -> Any:
    """Return a value as its field's type, when it is one that is only written otherwise."""
    convert = _CONVERSIONS.get(field.type)
    if isinstance(value, str) and field.type in _EMPTY_IS_NOTHING and not value.strip():
        return None
    return value if convert is None else convert(value)


def _text(value: Any) -> Any:
    """Leave out what no database stores in a text."""
    return value.replace("\x00", "") if isinstance(value, str) else value


def _number(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    text = value.strip()
    if _WHOLE.match(text):
        return int(text)
    return float(text) if _NUMBER.match(text) else value


def _checkbox(value: Any) -> Any:
    if isinstance(value, str):
        text = value.strip().lower()
        return True if text in _TRUE else False if text in _FALSE else value
    if isinstance(value, int | float) and value in {0, 1}:
        return bool(value)
    return value


def _choices(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _files(value: Any) -> Any:
    return [value] if file_from_value(value) is not None else value


def _object(value: Any) -> Any:
    """Read the text of an object; any other JSON is no object and stays as it is."""
    if not isinstance(value, str):
        return value
    try:
        found = msgspec.json.decode(value)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return value
    return found if isinstance(found, dict) else value


def _moment(value: Any) -> Any:
    return value.strip() if isinstance(value, str) else value


_EMPTY_IS_NOTHING: Final[frozenset[FieldType]] = frozenset(
    {"number", "checkbox", "select", "multi-select", "date", "datetime", "object"}
)
_CONVERSIONS: Final[dict[FieldType, Callable[[Any], Any]]] = {
    "text": _text,
    "paragraph": _text,
    "number": _number,
    "checkbox": _checkbox,
    "multi-select": _choices,
    "date": _moment,
    "datetime": _moment,
    "files": _files,
    "object": _object,
}
