"""What the operators mean, by the types of the values.

Nothing is converted: ``1`` and ``1.0`` are the same number, ``1`` and ``true`` differ, and so do
``1`` and ``"1"``. Null equals null alone, comes neither before nor after anything, and contains
nothing.
"""

from collections.abc import Callable, Hashable
from typing import Any, Final

from skep_contracts.conditions.condition import Operator

UNARY: Final[frozenset[Operator]] = frozenset({"empty", "not_empty", "null", "not_null"})
OF_ITEMS: Final[frozenset[Operator]] = frozenset({"any_item", "every_item", "no_item"})
"""They ask about the items of an array; see `skep_contracts.conditions.deciding`."""


class ComparisonError(Exception):
    """The operator has no meaning for these values."""


def holds(operator: Operator, left: object, right: object, *, ignore_case: bool = False) -> bool:
    """Tell whether a comparison holds; it is none of `OF_ITEMS`.

    Raises:
        ComparisonError: The values have no order, or no parts.
    """
    if ignore_case:
        left, right = _folded(left), _folded(right)
    return _OPERATORS[operator](left, right)


def prepare(
    operator: Operator, right: object, *, ignore_case: bool = False
) -> Callable[[object], bool]:
    """Return a test for many left sides; it says what `holds` says and looks at `right` once.

    The test raises what `holds` raises.
    """
    if ignore_case:
        folded = prepare(operator, _folded(right))
        return lambda left: folded(_folded(left))
    if operator in {"in", "not_in"} and isinstance(right, list):
        keys = frozenset(_key(item) for item in right)
        is_in = operator == "in"
        return lambda left: (_key(left) in keys) is is_in
    if operator in {"eq", "ne"}:
        key, is_equal = _key(right), operator == "eq"
        return lambda left: (_key(left) == key) is is_equal
    test = _OPERATORS[operator]
    return lambda left: test(left, right)


def _folded(value: object) -> object:
    if isinstance(value, str):
        return value.casefold()
    if isinstance(value, list):
        return [item.casefold() if isinstance(item, str) else item for item in value]
    return value


def _key(value: object) -> Hashable:
    """Return something that is equal for equal values only, and can be in a set."""
    if isinstance(value, bool):
        return ("boolean", value)
    if isinstance(value, dict):
        return ("object", frozenset((name, _key(item)) for name, item in value.items()))
    if isinstance(value, list | tuple):
        return ("array", tuple(_key(item) for item in value))
    return value if isinstance(value, str | int | float) else None


def _equal(left: object, right: object) -> bool:
    return _key(left) == _key(right)


def _ordered(compare: Callable[[Any, Any], bool]) -> Callable[[object, object], bool]:
    def decide(left: object, right: object) -> bool:
        if left is None or right is None:
            return False
        kinds = _kind(left), _kind(right)
        if kinds not in (("a number", "a number"), ("text", "text")):
            raise ComparisonError(f"{kinds[0]} and {kinds[1]} have no order")
        return compare(left, right)

    return decide


def _contains(whole: object, part: object) -> bool:
    """Tell whether a text has a part, an array an item, an object a key."""
    if whole is None:
        return False
    if isinstance(whole, list | tuple):
        key = _key(part)
        return any(_key(item) == key for item in whole)
    if isinstance(whole, str | dict):
        if part is None:
            return False
        if not isinstance(part, str):
            raise ComparisonError(f"{_kind(whole)} cannot contain {_kind(part)}")
        return part in whole
    raise ComparisonError(f"{_kind(whole)} contains nothing")


def _contains_all(whole: object, parts: object) -> bool:
    if isinstance(whole, list) and isinstance(parts, list):
        return {_key(part) for part in parts} <= {_key(item) for item in whole}
    return all(_contains(whole, part) for part in _listed(parts))


def _contains_any(whole: object, parts: object) -> bool:
    if isinstance(whole, list) and isinstance(parts, list):
        return not {_key(part) for part in parts}.isdisjoint({_key(item) for item in whole})
    return any(_contains(whole, part) for part in _listed(parts))


def _listed(parts: object) -> list[object]:
    if not isinstance(parts, list):
        raise ComparisonError(f"the right side must be an array, not {_kind(parts)}")
    return parts


def _text_test(test: Callable[[str, str], bool]) -> Callable[[object, object], bool]:
    def decide(left: object, right: object) -> bool:
        if left is None or right is None:
            return False
        if not isinstance(left, str) or not isinstance(right, str):
            raise ComparisonError(f"needs two texts, not {_kind(left)} and {_kind(right)}")
        return test(left, right)

    return decide


def _empty(value: object, _: object = None) -> bool:
    """Tell whether there is nothing: null, or a text, array or object without content."""
    return value is None or (isinstance(value, str | list | tuple | dict) and not value)


def items_of(value: object) -> list[object]:
    """Return the items that a condition is about; null has none.

    Raises:
        ComparisonError: The value is no array.
    """
    if value is None:
        return []
    if isinstance(value, list | tuple):
        return list(value)
    raise ComparisonError(f"{_kind(value)} has no items")


def _kind(value: object) -> str:
    names = {
        type(None): "null",
        bool: "a boolean",
        int: "a number",
        float: "a number",
        str: "text",
        list: "an array",
    }
    return names.get(type(value), "an object")


_OPERATORS: Final[dict[Operator, Callable[[object, object], bool]]] = {
    "eq": _equal,
    "ne": lambda left, right: not _equal(left, right),
    "lt": _ordered(lambda left, right: left < right),
    "le": _ordered(lambda left, right: left <= right),
    "gt": _ordered(lambda left, right: left > right),
    "ge": _ordered(lambda left, right: left >= right),
    "contains": _contains,
    "not_contains": lambda left, right: not _contains(left, right),
    "contains_any": _contains_any,
    "contains_all": _contains_all,
    "starts_with": _text_test(str.startswith),
    "ends_with": _text_test(str.endswith),
    "in": lambda left, right: _contains(right, left),
    "not_in": lambda left, right: not _contains(right, left),
    "empty": _empty,
    "not_empty": lambda value, _: not _empty(value),
    "null": lambda value, _: value is None,
    "not_null": lambda value, _: value is not None,
}
