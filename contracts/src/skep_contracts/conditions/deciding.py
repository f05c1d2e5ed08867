"""Whether conditions hold, for values and for the items of an array."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, TypeAlias, cast

import msgspec

from skep_contracts.conditions.comparing import (
    OF_ITEMS,
    ComparisonError,
    holds,
    items_of,
    prepare,
)
from skep_contracts.conditions.condition import Condition, Match, Operator
from skep_contracts.problems import FieldError, InvalidInput, TooLarge
from skep_contracts.references import Reference, resolve
from skep_contracts.values import Value

Resolve: TypeAlias = Callable[[Value], Value]
"""From what is written in a condition to the value it stands for."""
MAX_STEPS: Final = 500_000
"""Comparisons with items in one decision; those with long texts and arrays count as several."""
_Test: TypeAlias = Callable[[Any], bool]
_CHARACTERS_A_STEP: Final = 1_000
_PART_BY_PART: Final = frozenset({"contains_any", "contains_all"})
_MATCHES: Final[dict[Operator, Match]] = {"any_item": "any", "every_item": "all", "no_item": "none"}


def all_hold(
    conditions: tuple[Condition, ...],
    resolve: Resolve,
    *,
    match: Match = "all",
    pointer: str = "",
) -> bool:
    """Tell whether conditions hold together; those behind a decision are not looked at.

    Args:
        conditions: Looked at in order.
        resolve: Puts values in the place of references, as `PureContext.value` does.
        match: Whether all, any, or none of them have to hold.
        pointer: Where the conditions stand; their errors point below ``{pointer}/conditions``.

    Raises:
        InvalidInput: A condition orders or searches values that have no order or parts.
        TooLarge: Those about items take more than `MAX_STEPS`.
    """
    deciding = _Deciding(resolve)
    return _decided(deciding.each(conditions, pointer), match)


def items_that_hold(
    conditions: tuple[Condition, ...],
    items: list[Value],
    resolve: Resolve,
    *,
    match: Match = "all",
    pointer: str = "",
) -> list[Value]:
    """Return the items that fulfil conditions, of which each has a `field` and no `left`.

    Raises:
        InvalidInput: As `all_hold`; its detail names the item.
        TooLarge: As `all_hold`.
    """
    test = _ItemTests(resolve).joined(conditions, match, pointer)
    kept: list[Value] = []
    for number, item in enumerate(items, start=1):
        try:
            if test(item):
                kept.append(item)
        except InvalidInput as error:
            raise InvalidInput(
                f"Item {number}: {error.detail}", errors=error.errors, code=error.exact_code
            ) from None
    return kept


def part_of(field: str) -> Callable[[Any], Value]:
    """Return what reads the part of an item that a path such as ``name`` or ``a.0.b`` leads to.

    It is null when there is none. Of a file these are its fields; an empty path is the item itself.
    """
    if not field:
        return lambda item: cast("Value", item)
    reference = Reference("item", tuple(field.split(".")))
    return lambda item: resolve(reference, lambda _: item)


def _decided(found: Iterable[bool], match: Match) -> bool:
    if match == "all":
        return all(found)
    return any(found) if match == "any" else not any(found)


def _undecidable(error: ComparisonError, pointer: str) -> InvalidInput:
    return InvalidInput(
        f"A condition cannot be decided: {error}.",
        errors=[FieldError(pointer=pointer, message=str(error))],
        code="undecidable_condition",
    )


class _Deciding:
    """Decides comparisons of values, each as it comes."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve

    def each(self, conditions: tuple[Condition, ...], pointer: str) -> Iterator[bool]:
        for index, condition in enumerate(conditions):
            yield self._holds(condition, f"{pointer}/conditions/{index}")

    def _holds(self, condition: Condition, pointer: str) -> bool:
        if condition.op is None:
            return _decided(self.each(condition.conditions, pointer), condition.match or "all")
        left = self._resolve(condition.left)
        if condition.op in OF_ITEMS:
            return _ItemTests(self._resolve).about(condition, lambda array: array, pointer)(left)
        right = None if condition.right is msgspec.UNSET else self._resolve(condition.right)
        try:
            return holds(condition.op, left, right, ignore_case=condition.ignore_case)
        except ComparisonError as error:
            raise _undecidable(error, pointer) from None


class _ItemTests:
    """Makes tests of conditions. There may be many items, so right sides are looked at once."""

    def __init__(self, resolve: Resolve) -> None:
        self._resolve = resolve
        self._steps = 0

    def joined(self, conditions: tuple[Condition, ...], match: Match, pointer: str) -> _Test:
        tests = [
            self._test(condition, f"{pointer}/conditions/{index}")
            for index, condition in enumerate(conditions)
        ]
        if len(tests) == 1 and match != "none":
            return tests[0]
        return lambda item: _decided((test(item) for test in tests), match)

    def about(self, condition: Condition, read: Callable[[Any], Value], pointer: str) -> _Test:
        """Return the test of a condition about the items of an array."""
        holds_for = self.joined(condition.conditions, condition.match or "all", pointer)
        match: Match = _MATCHES[cast("Operator", condition.op)]

        def test(item: Any) -> bool:
            try:
                items = items_of(read(item))
            except ComparisonError as error:
                raise _undecidable(error, pointer) from None
            return _decided(map(holds_for, items), match)

        return test

    def _test(self, condition: Condition, pointer: str) -> _Test:
        if condition.op is None:
            return self.joined(condition.conditions, condition.match or "all", pointer)
        read = part_of(condition.field or "")
        if condition.op in OF_ITEMS:
            return self.about(condition, read, pointer)
        right = None if condition.right is msgspec.UNSET else self._resolve(condition.right)
        compare = prepare(condition.op, right, ignore_case=condition.ignore_case)
        steps = 1 + _extra_steps(condition.op, right)

        def test(item: Any) -> bool:
            left = read(item)
            self._steps += steps
            if type(left) is str:
                self._steps += len(left) // _CHARACTERS_A_STEP
            if self._steps > MAX_STEPS:
                raise TooLarge(
                    f"Conditions about items take more than {MAX_STEPS:,} steps; give them fewer "
                    "items, or shorter values to compare with."
                )
            try:
                return compare(left)
            except ComparisonError as error:
                raise _undecidable(error, pointer) from None

        return test


def _extra_steps(operator: Operator, right: Value) -> int:
    """Return how much longer a comparison may take because of its right side."""
    if isinstance(right, str):
        return len(right) // _CHARACTERS_A_STEP
    return len(right) if isinstance(right, list) and operator in _PART_BY_PART else 0
