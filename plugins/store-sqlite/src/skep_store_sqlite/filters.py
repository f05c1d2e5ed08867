"""Metadata filters as SQL. Names and values only ever travel as parameters.

What the operators mean, for every store:

- A field is a top-level key of the metadata. Absent and null are the same.
- ``eq``: same kind (number, text, truth value) and equal; null equals absent. ``ne``: not ``eq``.
- ``lt le gt ge``: two numbers, or two texts by code point (so ISO dates compare); else false.
- ``in``: equal to one of a list. ``contains``: a list holds the value, or a text holds the text.
- ``starts_with`` and ``ends_with``: a text begins, or ends, with the text.
- ``exists``: there and not null; false reverses it.
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, Final

import msgspec

from skep_contracts.plugins.stores import Condition, Filter, Group
from skep_contracts.problems import FieldError, InvalidInput

MAX_DEPTH: Final = 16
MAX_SIZE: Final = 4_000

_ORDER: Final = {"lt": "<", "le": "<=", "gt": ">", "ge": ">="}
# A path's quoted name is compared with the JSON text as it stands, so these names would miss.
_NEEDS_ESCAPES: Final = {'"', "\\"}


class Clause(msgspec.Struct, frozen=True):
    """An SQL expression over the table `chunks` that is 0 or 1, and its parameters in order."""

    sql: str
    parameters: tuple[Any, ...] = ()


def compile_filter(condition: Filter) -> Clause:
    """Return the filter as SQL.

    Raises:
        InvalidInput: A value does not fit its operator, or the filter is too large.
    """
    left = [MAX_SIZE]
    return _compile(condition, "/filter", 0, left)


def _compile(node: Filter, pointer: str, depth: int, left: list[int]) -> Clause:
    left[0] -= 1
    if isinstance(node, Condition) and isinstance(node.value, list | tuple):
        left[0] -= len(node.value)
    if depth > MAX_DEPTH or left[0] < 0:
        raise _refused(
            pointer, f"It has at most {MAX_SIZE:,} conditions and values, {MAX_DEPTH} levels deep."
        )
    if isinstance(node, Condition):
        return _compile_condition(node, pointer)
    return _compile_group(node, pointer, depth, left)


def _compile_group(group: Group, pointer: str, depth: int, left: list[int]) -> Clause:
    parts = [
        _compile(child, f"{pointer}/of/{at}", depth + 1, left) for at, child in enumerate(group.of)
    ]
    if not parts:
        return Clause("0" if group.match == "any" else "1")
    clause = _joined(parts, "AND" if group.match == "all" else "OR")
    return _negated(clause) if group.match == "none" else clause


def _joined(parts: list[Clause], operator: str) -> Clause:
    """Join as a balanced tree: SQLite bounds the depth of an expression, which a chain reaches."""
    if len(parts) == 1:
        return parts[0]
    middle = len(parts) // 2
    first, second = _joined(parts[:middle], operator), _joined(parts[middle:], operator)
    return Clause(f"({first.sql} {operator} {second.sql})", first.parameters + second.parameters)


def _negated(clause: Clause) -> Clause:
    return Clause(f"(NOT {clause.sql})", clause.parameters)


def _compile_condition(condition: Condition, pointer: str) -> Clause:
    if any(character in _NEEDS_ESCAPES or character < " " for character in condition.field):
        raise _refused(
            f"{pointer}/field", "Names of fields hold no quotes, backslashes or control characters."
        )
    _encodable(condition.field, f"{pointer}/field")
    return _COMPILERS[condition.op](condition, pointer)


def _path(field: str) -> str:
    return f'$."{field}"'


def _equals(condition: Condition, pointer: str) -> Clause:
    return _one_of(condition.field, [condition.value], f"{pointer}/value")


def _differs(condition: Condition, pointer: str) -> Clause:
    return _negated(_equals(condition, pointer))


def _in(condition: Condition, pointer: str) -> Clause:
    if not isinstance(condition.value, list | tuple):
        raise _refused(f"{pointer}/value", "'in' needs a list.")
    return _one_of(condition.field, condition.value, f"{pointer}/value")


def _one_of(field: str, values: Sequence[Any], pointer: str) -> Clause:
    """Compile: the field equals one of the values."""
    kinds: list[str] = []
    texts: list[str] = []
    numbers: list[float] = []
    for value in values:
        match value:
            case None:
                kinds.append("null")  # json_type() of an absent field is NULL, taken for this too
            case bool():
                kinds.append("true" if value else "false")
            case int() | float():
                numbers.append(_number(value, pointer))
            case str():
                texts.append(_encodable(value, pointer))
            case _:
                raise _refused(pointer, "Only texts, numbers, truth values and null are compared.")
    path = _path(field)
    parts = []
    if kinds:
        sql = f"(coalesce(json_type(metadata, ?), 'null') IN ({_marks(kinds)}))"
        parts.append(Clause(sql, (path, *kinds)))
    for found, wanted in (("'text'", texts), ("'integer', 'real'", numbers)):
        if wanted:
            sql = (
                f"(coalesce(json_type(metadata, ?), '') IN ({found})"
                f" AND coalesce(json_extract(metadata, ?) IN ({_marks(wanted)}), 0))"
            )
            parts.append(Clause(sql, (path, path, *wanted)))
    return _joined(parts, "OR") if parts else Clause("0")


def _marks(values: Sequence[Any]) -> str:
    return ", ".join("?" * len(values))


def _ordered(condition: Condition, pointer: str) -> Clause:
    path, value = _path(condition.field), condition.value
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise _refused(f"{pointer}/value", f"'{condition.op}' needs a number or a text.")
    if isinstance(value, str):
        kinds, value = "'text'", _encodable(value, pointer)
    else:
        kinds, value = "'integer', 'real'", _number(value, pointer)
    sql = (
        f"(coalesce(json_type(metadata, ?), '') IN ({kinds})"
        f" AND coalesce(json_extract(metadata, ?) {_ORDER[condition.op]} ?, 0))"
    )
    return Clause(sql, (path, path, value))


def _contains(condition: Condition, pointer: str) -> Clause:
    path, value = _path(condition.field), condition.value
    wanted: str | float
    if isinstance(value, bool):
        kinds, column, wanted = "'true', 'false'", "type", "true" if value else "false"
    elif isinstance(value, int | float):
        kinds, column, wanted = "'integer', 'real'", "value", _number(value, f"{pointer}/value")
    elif isinstance(value, str):
        kinds, column, wanted = "'text'", "value", _encodable(value, f"{pointer}/value")
    else:
        raise _refused(f"{pointer}/value", "'contains' needs a text, a number or a truth value.")
    held = Clause(
        "(coalesce(json_type(metadata, ?), '') = 'array'"  # noqa: S608  # constants of ours
        " AND EXISTS (SELECT 1 FROM json_each(metadata, ?)"
        f" WHERE type IN ({kinds}) AND {column} = ?))",
        (path, path, wanted),
    )
    if not isinstance(value, str):
        return held
    within = Clause(
        "(coalesce(json_type(metadata, ?), '') = 'text'"
        " AND instr(json_extract(metadata, ?), ?) > 0)",
        (path, path, value),
    )
    return _joined([held, within], "OR")


def _starts_with(condition: Condition, pointer: str) -> Clause:
    text = _affix(condition, pointer)
    return _at_edge(condition.field, "substr({}, 1, ?)", (len(text), text))


def _ends_with(condition: Condition, pointer: str) -> Clause:
    text = _affix(condition, pointer)
    # A start of 0 would give the whole text for the empty one, and so would one before the text.
    length = len(text)
    return _at_edge(condition.field, "substr({}, length({}) - ? + 1, ?)", (length, length, text))


def _affix(condition: Condition, pointer: str) -> str:
    if not isinstance(condition.value, str):
        raise _refused(f"{pointer}/value", f"'{condition.op}' needs a text.")
    return _encodable(condition.value, f"{pointer}/value")


def _at_edge(field: str, part: str, parameters: tuple[int | str, ...]) -> Clause:
    path = _path(field)
    extract = "json_extract(metadata, ?)"
    sql = f"(coalesce(json_type(metadata, ?), '') = 'text' AND {part.format(extract, extract)} = ?)"
    return Clause(sql, (path, *(path,) * part.count("{}"), *parameters))


def _exists(condition: Condition, pointer: str) -> Clause:
    if condition.value is not None and not isinstance(condition.value, bool):
        raise _refused(f"{pointer}/value", "'exists' takes true or false.")
    wanted = "=" if condition.value is False else "<>"
    return Clause(
        f"(coalesce(json_type(metadata, ?), 'null') {wanted} 'null')", (_path(condition.field),)
    )


_COMPILERS: Final[dict[str, Callable[[Condition, str], Clause]]] = {
    "eq": _equals,
    "ne": _differs,
    "lt": _ordered,
    "le": _ordered,
    "gt": _ordered,
    "ge": _ordered,
    "in": _in,
    "contains": _contains,
    "starts_with": _starts_with,
    "ends_with": _ends_with,
    "exists": _exists,
}


def _number(value: float, pointer: str) -> float:
    try:
        finite = math.isfinite(value)
    except OverflowError:
        finite = False
    if not finite:
        raise _refused(pointer, "Numbers are finite, and not beyond what a float can hold.")
    # SQLite, too, takes an integer of more than 64 bits for a float.
    return value if -(2**63) <= value < 2**63 else float(value)


def _encodable(text: str, pointer: str) -> str:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _refused(pointer, "A text holds half of a surrogate pair.") from None
    return text


def _refused(pointer: str, message: str) -> InvalidInput:
    return InvalidInput(
        f"The filter cannot be used: {message}",
        errors=[FieldError(pointer=pointer, message=message)],
        code="invalid_filter",
    )
