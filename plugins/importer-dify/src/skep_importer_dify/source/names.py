"""Names and types: what is valid here."""

import re
from typing import Final, get_args

from skep_contracts.graph import ValueType
from skep_contracts.values import Value, has_type
from skep_importer_dify.source.places import to_number

_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")
_RESERVED: Final = frozenset({"error"})
_TYPES: Final = frozenset(get_args(ValueType))
_TYPE_NAMES: Final = {
    "integer": "number",
    "float": "number",
    "bool": "boolean",
    "secret": "string",
    "select": "string",
    "text-input": "string",
    "paragraph": "string",
    "array": "array[any]",
    "array[bool]": "array[boolean]",
    "array[integer]": "array[number]",
    "array[float]": "array[number]",
    "file-list": "array[file]",
}


def valid_name(name: str) -> str:
    """Return a name for a variable or an output: the same one where that is possible."""
    if _NAME.match(name) and name not in _RESERVED:
        return name
    found = re.sub(r"[^A-Za-z0-9_]+", "_", name)[:60] + ("_" if name in _RESERVED else "")
    return found if _NAME.match(found) else f"v_{found}"[:64]


def value_type(name: str) -> str:
    """Return a type of ours; ``any`` for what is none."""
    found = _TYPE_NAMES.get(name, name)
    return found if found in _TYPES else "any"


def as_type(value: Value, declared: str) -> tuple[Value, bool]:
    """Return a constant as a value of a type, and whether it could be made one.

    Constants are often kept as text: ``"5"`` is a number where one is declared.
    """
    if isinstance(value, str) and declared not in {"string", "any"}:
        value = _read(value, declared)
    if declared == "string" and isinstance(value, int | float | bool):
        value = str(value)
    return (value, True) if has_type(value, declared) else (None, False)


def _read(text: str, declared: str) -> Value:
    stripped = text.strip()
    if not stripped:
        return None
    if declared == "number":
        found = to_number(stripped)
        return found if found is not None else text
    if declared == "boolean":
        return {"true": True, "1": True, "false": False, "0": False}.get(stripped.lower(), text)
    return json_value(stripped, text)


def json_value(text: str, default: Value) -> Value:
    """Return the value that JSON text holds, `default` when it is none."""
    import msgspec

    try:
        found: Value = msgspec.json.decode(text)
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return default
    return found
