"""Metadata filters: what the index can rule out, and what each chunk is held against exactly.

The names of fields are the users' own, and Weaviate's properties are ours; so every scalar of the
metadata is indexed as a digest of field, kind and value. A condition becomes digests that a chunk
must have where there are such; orders, beginnings and negations are decided here, chunk by chunk.
"""

import hashlib
import math
import operator
from collections.abc import Callable, Mapping
from typing import Any, Final, TypeAlias

import msgspec

from skep_contracts.plugins.stores import Condition, Filter, Group
from skep_contracts.problems import FieldError, InvalidInput

MAX_DEPTH: Final = 16
MAX_SIZE: Final = 4_000
_THERE: Final = "there"
_HELD: Final = "held"
_ORDER: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "lt": operator.lt,
    "le": operator.le,
    "gt": operator.gt,
    "ge": operator.ge,
}


class AnyOf(msgspec.Struct, frozen=True):
    """A chunk has one of these facts, or it is ruled out."""

    facts: tuple[str, ...]


class AllOf(msgspec.Struct, frozen=True):
    """A chunk fulfils all of these, or it is ruled out."""

    parts: "tuple[Needed, ...]"


Needed: TypeAlias = AnyOf | AllOf


def facts_of(metadata: Mapping[str, Any]) -> list[str]:
    """Return what is indexed of a chunk's metadata."""
    facts: set[str] = set()
    for field, value in metadata.items():
        if value is None:
            continue
        facts.add(_digest(field, _THERE, ""))
        if isinstance(value, list):
            facts.update(
                _digest(field, _HELD + _kind(each), _canonical(each))
                for each in value
                if _is_scalar(each)
            )
        elif _is_scalar(value):
            facts.add(_digest(field, _kind(value), _canonical(value)))
    return sorted(facts)


def check(condition: Filter) -> None:
    """Pass when a filter can be used.

    Raises:
        InvalidInput: A value does not fit its operator, or the filter is too large.
    """
    left = [MAX_SIZE]
    _check(condition, "/filter", 0, left)


def needed(condition: Filter) -> Needed | None:
    """Return what the index can ask for without losing a chunk that passes; None for nothing."""
    if isinstance(condition, Condition):
        return _needed_of(condition)
    parts = [needed(child) for child in condition.of]
    if condition.match == "all":
        known = tuple(part for part in parts if part is not None)
        return AllOf(known) if known else None
    if condition.match == "none" or not all(isinstance(part, AnyOf) for part in parts):
        return None
    return AnyOf(tuple(fact for part in parts if isinstance(part, AnyOf) for fact in part.facts))


def passes(condition: Filter, metadata: Mapping[str, Any]) -> bool:
    """Tell whether a chunk with this metadata passes; the meaning is every store's."""
    if isinstance(condition, Condition):
        return _holds(condition, metadata.get(condition.field))
    results = (passes(child, metadata) for child in condition.of)
    if condition.match == "all":
        return all(results)
    return any(results) is (condition.match == "any")


def _needed_of(condition: Condition) -> Needed | None:
    field, value, op = condition.field, condition.value, condition.op
    if op == "ne" or (op == "exists" and value is False):
        return None
    if op in {"eq", "in"}:
        values = value if op == "in" else (value,)
        if any(each is None for each in values):
            return None  # what is absent has no fact
        return AnyOf(tuple(_digest(field, _kind(each), _canonical(each)) for each in values))
    if op == "contains" and not isinstance(value, str):
        return AnyOf((_digest(field, _HELD + _kind(value), _canonical(value)),))
    return AnyOf((_digest(field, _THERE, ""),))


def _holds(condition: Condition, value: Any) -> bool:
    wanted, op = condition.value, condition.op
    if op in _ORDER:
        return _kind(value) == _kind(wanted) and _ORDER[op](value, wanted)
    return _TESTS[op](value, wanted)


def _contains(value: Any, wanted: Any) -> bool:
    if isinstance(value, list):
        return any(each is not None and _equal(each, wanted) for each in value)
    return isinstance(value, str) and isinstance(wanted, str) and wanted in value


def _equal(value: Any, wanted: Any) -> bool:
    return _kind(value) == _kind(wanted) and bool(value == wanted)


_TESTS: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "eq": _equal,
    "ne": lambda value, wanted: not _equal(value, wanted),
    "in": lambda value, wanted: any(_equal(value, each) for each in wanted),
    "contains": _contains,
    "starts_with": lambda value, wanted: isinstance(value, str) and value.startswith(wanted),
    "ends_with": lambda value, wanted: isinstance(value, str) and value.endswith(wanted),
    "exists": lambda value, wanted: (value is not None) is not (wanted is False),
}


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "truth"
    return "number" if isinstance(value, int | float) else type(value).__name__


def _is_scalar(value: Any) -> bool:
    return isinstance(value, bool | int | float | str)


def _canonical(value: Any) -> str:
    """Return the same text for values that are equal, whatever the kind of number."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return value if isinstance(value, str) else repr(value)


def _digest(field: str, kind: str, value: str) -> str:
    text = msgspec.json.encode([field, kind, value])
    return hashlib.blake2b(text, digest_size=12).hexdigest()


def _check(node: Filter, pointer: str, depth: int, left: list[int]) -> None:
    left[0] -= 1
    if isinstance(node, Condition) and isinstance(node.value, list | tuple):
        left[0] -= len(node.value)
    if depth > MAX_DEPTH or left[0] < 0:
        raise _refused(
            pointer, f"It has at most {MAX_SIZE:,} conditions and values, {MAX_DEPTH} levels deep."
        )
    if isinstance(node, Group):
        for at, child in enumerate(node.of):
            _check(child, f"{pointer}/of/{at}", depth + 1, left)
        return
    _check_text(node.field, f"{pointer}/field")
    _check_value(node, f"{pointer}/value")


def _check_value(condition: Condition, pointer: str) -> None:
    value, op = condition.value, condition.op
    fault = None
    if op == "in" and not isinstance(value, list | tuple):
        fault = "'in' needs a list."
    elif op in _ORDER and (isinstance(value, bool) or not isinstance(value, int | float | str)):
        fault = f"'{op}' needs a number or a text."
    elif op in {"starts_with", "ends_with"} and not isinstance(value, str):
        fault = f"'{op}' needs a text."
    elif op == "contains" and not _is_scalar(value):
        fault = "'contains' needs a text, a number or a truth value."
    elif op == "exists" and not (value is None or isinstance(value, bool)):
        fault = "'exists' takes true or false."
    if fault is not None:
        raise _refused(pointer, fault)
    for each in value if op == "in" else (value,):
        _check_scalar(each, pointer)


def _check_scalar(value: Any, pointer: str) -> None:
    if value is None or isinstance(value, bool):
        return
    if isinstance(value, str):
        _check_text(value, pointer)
    elif not isinstance(value, int | float):
        raise _refused(pointer, "Only texts, numbers, truth values and null are compared.")
    else:
        try:
            is_finite = math.isfinite(value)
        except OverflowError:
            is_finite = False
        if not is_finite:
            raise _refused(pointer, "Numbers are finite, and not beyond what a float can hold.")


def _check_text(text: str, pointer: str) -> None:
    try:
        text.encode()
    except UnicodeEncodeError:
        raise _refused(pointer, "A text holds half of a surrogate pair.") from None


def _refused(pointer: str, message: str) -> InvalidInput:
    return InvalidInput(
        f"The filter cannot be used: {message}",
        errors=[FieldError(pointer=pointer, message=message)],
        code="invalid_filter",
    )
