"""What metadata filters mean, written as plainly as possible, to compare stores with.

- A field is a top-level key of the metadata. Absent and null are the same.
- ``eq``: same kind (number, text, truth value) and equal; null equals absent. ``ne``: not ``eq``.
- ``lt le gt ge``: two numbers, or two texts by code point (so ISO dates compare); else false.
- ``in``: equal to one of a list. ``contains``: a list holds the value, or a text holds the text.
- ``starts_with`` and ``ends_with``: a text begins, or ends, with the text.
- ``exists``: there and not null; false reverses it.
- A group of nothing: ``all`` and ``none`` let everything through, ``any`` nothing.
"""

import operator
from collections.abc import Callable, Mapping
from typing import Any, Final

from skep_contracts.plugins.stores import Condition, Filter

_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


def matches(condition: Filter, metadata: Mapping[str, Any]) -> bool:
    """Tell whether a chunk with this metadata passes the filter."""
    if isinstance(condition, Condition):
        return _holds(condition, metadata.get(condition.field))
    results = [matches(child, metadata) for child in condition.of]
    if condition.match == "all":
        return all(results)
    return any(results) if condition.match == "any" else not any(results)


def _holds(condition: Condition, value: Any) -> bool:
    wanted = condition.value
    match condition.op:
        case "eq":
            result = _equal(value, wanted)
        case "ne":
            result = not _equal(value, wanted)
        case "in":
            result = any(_equal(value, one) for one in wanted)
        case "contains":
            result = _contains(value, wanted)
        case "starts_with":
            result = isinstance(value, str) and value.startswith(wanted)
        case "ends_with":
            result = isinstance(value, str) and value.endswith(wanted)
        case "exists":
            result = (value is not None) is not (wanted is False)
        case _:
            result = _kind(value) == _kind(wanted) and _ORDER[condition.op](value, wanted)
    return result


def _contains(value: Any, wanted: Any) -> bool:
    if isinstance(value, list):
        return any(one is not None and _equal(one, wanted) for one in value)
    return isinstance(value, str) and isinstance(wanted, str) and wanted in value


def _equal(value: Any, wanted: Any) -> bool:
    return _kind(value) == _kind(wanted) and bool(value == wanted)


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "truth value"
    return "number" if isinstance(value, int | float) else type(value).__name__
