"""Filters for an external knowledge base: as its contract writes them, and what they mean here."""

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from skep_contracts.plugins.stores import Condition, Filter, Group

_ORDER: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}
_FOR_TEXTS: Final = {
    "eq": "is",
    "ne": "is not",
    "contains": "contains",
    "starts_with": "start with",
    "ends_with": "end with",
    "in": "in",
}
_FOR_NUMBERS: Final = {"eq": "=", "ne": "≠", "lt": "<", "le": "≤", "gt": ">", "ge": "≥"}


def written(condition: Filter | None) -> dict[str, Any] | None:
    """Return the contract's `metadata_condition`; None when it cannot be said there.

    It has one level of conditions, joined by ``and`` or ``or``. What it cannot say is left to
    `passes`, so a server that is told nothing may be asked for passages that fall away here.
    """
    if condition is None:
        return None
    group = condition if isinstance(condition, Group) else Group(match="all", of=(condition,))
    said = [_said(each) for each in group.of]
    if group.match == "none" or not said or None in said:
        return None
    joined = "and" if group.match == "all" else "or"
    return {"logical_operator": joined, "conditions": said}


def _said(condition: Filter) -> dict[str, Any] | None:
    if isinstance(condition, Group):
        return None
    value = condition.value
    if condition.op == "exists":
        is_there = value is not False
        return {"name": [condition.field], "comparison_operator": _existence(is_there=is_there)}
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    name = (_FOR_NUMBERS if is_number else _FOR_TEXTS).get(condition.op)
    if name is None or not (is_number or isinstance(value, str | list)):
        return None
    return {"name": [condition.field], "comparison_operator": name, "value": value}


def _existence(*, is_there: bool) -> str:
    return "not empty" if is_there else "empty"


def passes(condition: Filter | None, metadata: Mapping[str, Any]) -> bool:
    """Tell whether a passage with this metadata passes; the meaning is every store's."""
    if condition is None:
        return True
    if isinstance(condition, Condition):
        return _holds(condition, metadata.get(condition.field))
    results = [passes(each, metadata) for each in condition.of]
    if condition.match == "all":
        return all(results)
    return any(results) is (condition.match == "any")


def _holds(condition: Condition, value: Any) -> bool:
    wanted, op = condition.value, condition.op
    if op in _ORDER:
        is_ordered = isinstance(value, str | int | float) and _kind(value) == _kind(wanted)
        return is_ordered and _ORDER[op](value, wanted)
    return _TESTS[op](value, wanted)


def _contains(value: Any, wanted: Any) -> bool:
    if isinstance(value, list):
        return any(each is not None and _equal(each, wanted) for each in value)
    return _texts(value, wanted) and wanted in value


def _texts(value: Any, wanted: Any) -> bool:
    return isinstance(value, str) and isinstance(wanted, str)


def _equal(value: Any, wanted: Any) -> bool:
    return _kind(value) == _kind(wanted) and bool(value == wanted)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "truth"
    return "number" if isinstance(value, int | float) else type(value).__name__


_TESTS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "eq": _equal,
    "ne": lambda value, wanted: not _equal(value, wanted),
    "in": lambda value, wanted: any(_equal(value, each) for each in _listed(wanted)),
    "contains": _contains,
    "starts_with": lambda value, wanted: _texts(value, wanted) and value.startswith(wanted),
    "ends_with": lambda value, wanted: _texts(value, wanted) and value.endswith(wanted),
    "exists": lambda value, wanted: (value is not None) is not (wanted is False),
}


def _listed(wanted: Any) -> list[Any]:
    return list(wanted) if isinstance(wanted, list | tuple) else []
