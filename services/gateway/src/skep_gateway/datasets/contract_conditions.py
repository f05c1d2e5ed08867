"""The conditions of Dify's contract as a filter of ours."""

import contextlib
from collections.abc import Mapping
from typing import Any, Final

from skep_contracts.plugins.stores import Condition, ConditionOperator, Filter, Group
from skep_contracts.problems import FieldError, InvalidInput

_TEXT: Final[Mapping[str, ConditionOperator]] = {
    "contains": "contains",
    "start with": "starts_with",
    "end with": "ends_with",
    "is": "eq",
    "is not": "ne",
    "in": "in",
}
_NUMBER: Final[Mapping[str, ConditionOperator]] = {
    "=": "eq",
    "≠": "ne",
    ">": "gt",
    "<": "lt",
    "≥": "ge",
    "≤": "le",
    "after": "gt",
    "before": "lt",
}
_NEGATED: Final[Mapping[str, ConditionOperator]] = {"not contains": "contains", "not in": "in"}
_EXISTENCE: Final = {"not empty": True, "empty": False}


def filter_of(condition: Mapping[str, Any] | None) -> Filter | None:
    """Return a `metadata_condition` as a filter; None when there is nothing in it.

    Raises:
        InvalidInput: An operator is unknown: leaving it out would find what must not be found.
    """
    if condition is None or not condition["conditions"]:
        return None
    of = tuple(
        _condition(name, each, f"/metadata_condition/conditions/{at}/comparison_operator")
        for at, each in enumerate(condition["conditions"])
        for name in each["name"]
    )
    return Group(match="all" if condition["logical_operator"] == "and" else "any", of=of)


def _condition(field: str, said: Mapping[str, Any], pointer: str) -> Filter:
    name, value = said["comparison_operator"].strip().lower(), said["value"]
    if name in _EXISTENCE:
        return Condition(field=field, op="exists", value=_EXISTENCE[name])
    if name in _NEGATED:
        op = _NEGATED[name]
        return Group(match="none", of=(Condition(field=field, op=op, value=_listed(value, op)),))
    if name in _TEXT:
        op = _TEXT[name]
        return Condition(field=field, op=op, value=_listed(value, op))
    if name in _NUMBER:
        return Condition(field=field, op=_NUMBER[name], value=_number(value))
    message = f"{name[:40]!r} is not known"
    raise InvalidInput(
        f"The condition cannot be used: the operator {message}.",
        errors=[FieldError(pointer=pointer, message=message)],
    )


def _listed(value: Any, op: str) -> Any:
    """Return several values as a list; the contract also writes them with commas."""
    if op != "in" or isinstance(value, list):
        return value
    return [part.strip() for part in value.split(",")] if isinstance(value, str) else [value]


def _number(value: Any) -> Any:
    """Return a number that is written as a text as the number."""
    if isinstance(value, str):
        with contextlib.suppress(ValueError):
            number = float(value)
            return int(number) if number.is_integer() else number
    return value
