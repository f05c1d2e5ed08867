"""Whether a value fits a field."""

import math
import re
from collections.abc import Callable, Iterator
from datetime import date, datetime
from fnmatch import fnmatchcase
from itertools import islice
from typing import Final, TypeAlias

import msgspec

from skep_contracts.form_fields.field import FieldType, FormField
from skep_contracts.problems import FieldError, json_pointer
from skep_contracts.values import FileRef, file_fields, file_from_value

MAX_FAULTS: Final = 20
"""Of one value; the others are like them."""
_Faults: TypeAlias = Iterator[tuple[str, str]]
_MAX_OPTIONS_SHOWN: Final = 10
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
_DATETIME: Final = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]{1,6})?)?"
    r"(Z|[+-][0-9]{2}:[0-9]{2})\Z"
)


def faults_of_value(field: FormField, value: object, *, pointer: str = "") -> list[FieldError]:
    """Return what keeps a value from fitting the field; null fits one that is not required."""
    if field.required and value in (None, "", []) and not (field.allow_empty and value == ""):
        return [FieldError(pointer=pointer, message="is required")]
    if value is None:
        return []
    found = islice(_CHECKS[field.type](field, value), MAX_FAULTS)
    return [FieldError(pointer=pointer + below, message=message) for below, message in found]


def faults_of_default(field: FormField, *, pointer: str = "") -> list[FieldError]:
    """Return what keeps the default from fitting; one that says nothing is none, and no fault."""
    asked = msgspec.structs.replace(field, required=False)
    return faults_of_value(asked, field.default, pointer=pointer)


def _text(field: FormField, value: object) -> _Faults:
    if not isinstance(value, str):
        yield "", f"must be text, not {_kind(value)}"
    elif field.max_length is not None and len(value) > field.max_length:
        yield "", f"has {len(value):,} characters; the limit is {field.max_length:,}"


def _number(field: FormField, value: object) -> _Faults:
    if isinstance(value, bool) or not isinstance(value, int | float):
        yield "", f"must be a number, not {_kind(value)}"
    elif not math.isfinite(value):
        yield "", "must be a finite number"
    elif field.min is not None and value < field.min:
        yield "", f"must be at least {field.min:g}"
    elif field.max is not None and value > field.max:
        yield "", f"must be at most {field.max:g}"


def _checkbox(_field: FormField, value: object) -> _Faults:
    if not isinstance(value, bool):
        yield "", f"must be true or false, not {_kind(value)}"


def _select(field: FormField, value: object) -> _Faults:
    if not isinstance(value, str) or value not in field.options:
        shown = ", ".join(field.options[:_MAX_OPTIONS_SHOWN])
        more = ", …" if len(field.options) > _MAX_OPTIONS_SHOWN else ""
        yield "", f"must be one of {shown}{more}"


def _multi_select(field: FormField, value: object) -> _Faults:
    if not isinstance(value, list):
        yield "", f"must be a list, not {_kind(value)}"
        return
    yield from _too_many(field, value)
    for index, item in enumerate(value[: len(field.options) + 1]):
        yield from ((json_pointer(index), message) for _, message in _select(field, item))
    if len({item for item in value if isinstance(item, str)}) < len(value):
        yield "", "names an option twice"


def _date(_field: FormField, value: object) -> _Faults:
    if not isinstance(value, str):
        yield "", f"must be a date, not {_kind(value)}"
    elif not _DATE.match(value) or not _is_read_by(date.fromisoformat, value):
        yield "", "must be a date such as 2026-03-31"


def _datetime(_field: FormField, value: object) -> _Faults:
    if not isinstance(value, str):
        yield "", f"must be a date with a time, not {_kind(value)}"
    elif not _DATETIME.match(value) or not _is_read_by(datetime.fromisoformat, value):
        yield "", "must be a date with a time and a zone, such as 2026-03-31T09:30:00Z"


def _is_read_by(read: Callable[[str], object], text: str) -> bool:
    try:
        read(text)
    except ValueError:
        return False
    return True


def _file(field: FormField, value: object) -> _Faults:
    file = file_from_value(value)
    if file is None:
        yield "", f"must be a file, not {_kind(value)}"
        return
    if field.max_size_bytes is not None and file.size_bytes > field.max_size_bytes:
        yield "", f"has {file.size_bytes:,} bytes; the limit is {field.max_size_bytes:,}"
    if field.accept and not any(_is_accepted(file, rule.lower()) for rule in field.accept):
        mime_type = file.mime_type.lower()
        yield "", f"is of type {mime_type:.100}; accepted are {', '.join(field.accept)}"


def _is_accepted(file: FileRef, rule: str) -> bool:
    if rule.startswith("."):
        return file.name.lower().endswith(rule)
    if "/" in rule:
        return fnmatchcase(file.mime_type.lower(), rule)
    return file_fields(msgspec.to_builtins(file))["kind"] == rule


def _files(field: FormField, value: object) -> _Faults:
    if not isinstance(value, list):
        yield "", f"must be a list of files, not {_kind(value)}"
        return
    yield from _too_many(field, value)
    for index, item in enumerate(value):
        yield from ((json_pointer(index), message) for _, message in _file(field, item))


def _object(_field: FormField, value: object) -> _Faults:
    if not isinstance(value, dict) or file_from_value(value) is not None:
        yield "", f"must be an object, not {_kind(value)}"


def _json(_field: FormField, _value: object) -> _Faults:
    return iter(())


def _too_many(field: FormField, value: list[object]) -> _Faults:
    if field.max_items is not None and len(value) > field.max_items:
        yield "", f"has {len(value):,} items; the limit is {field.max_items:,}"


def _kind(value: object) -> str:
    if value is None:
        return "null"
    if file_from_value(value) is not None:
        return "a file"
    names = {bool: "true or false", int: "a number", float: "a number", str: "text"}
    return names.get(type(value), "a list" if isinstance(value, list) else "an object")


_CHECKS: Final[dict[FieldType, Callable[[FormField, object], _Faults]]] = {
    "text": _text,
    "paragraph": _text,
    "number": _number,
    "checkbox": _checkbox,
    "select": _select,
    "multi-select": _multi_select,
    "date": _date,
    "datetime": _datetime,
    "file": _file,
    "files": _files,
    "object": _object,
    "json": _json,
}
