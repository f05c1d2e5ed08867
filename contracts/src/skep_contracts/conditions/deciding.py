"""Whether conditions hold, and whether they can be asked at all."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

import msgspec

from skep_contracts.conditions.comparing import UNARY, ComparisonError, holds
from skep_contracts.conditions.condition import Condition, Match
from skep_contracts.problems import FieldError, InvalidInput
from skep_contracts.values import Value

MAX_DEPTH: Final = 8
MAX_CONDITIONS: Final = 500
"""In one node, groups included."""
Resolve: TypeAlias = Callable[[Value], Value]
"""From what is written in a condition to the value it stands for."""


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
    """
    found = (
        _condition_holds(condition, resolve, f"{pointer}/conditions/{index}")
        for index, condition in enumerate(conditions)
    )
    if match == "all":
        return all(found)
    return any(found) if match == "any" else not any(found)


def _condition_holds(condition: Condition, resolve: Resolve, pointer: str) -> bool:
    if condition.op is None:
        match = condition.match or "all"
        return all_hold(condition.conditions, resolve, match=match, pointer=pointer)
    left = resolve(condition.left)
    right = None if condition.right is msgspec.UNSET else resolve(condition.right)
    try:
        return holds(condition.op, left, right, ignore_case=condition.ignore_case)
    except ComparisonError as error:
        raise InvalidInput(
            f"A condition cannot be decided: {error}.",
            errors=[FieldError(pointer=pointer, message=str(error))],
            code="undecidable_condition",
        ) from None


def find_condition_faults(
    conditions: tuple[Condition, ...], pointer: str = ""
) -> tuple[list[FieldError], int]:
    """Return what is wrong with conditions, and how many there are with those inside groups."""
    faults: list[FieldError] = []
    count = 0
    for condition, place, depth in _walk(conditions, pointer):
        count += 1
        if depth > MAX_DEPTH:
            message = f"groups are nested deeper than {MAX_DEPTH} levels"
            faults.append(FieldError(pointer=place, message=message))
            break
        faults += (
            FieldError(pointer=place + below, message=message)
            for below, message in _faults_of(condition)
        )
    return faults, count


def _walk(conditions: tuple[Condition, ...], pointer: str) -> Iterator[tuple[Condition, str, int]]:
    """Yield every condition with its place and depth, in the order of the document."""
    stack = [(conditions, pointer, 1)]
    while stack:
        group, at, depth = stack.pop()
        for index, condition in enumerate(group):
            place = f"{at}/conditions/{index}"
            yield condition, place, depth
            if condition.conditions:
                stack.append((condition.conditions, place, depth + 1))


def _faults_of(condition: Condition) -> Iterator[tuple[str, str]]:
    is_group = condition.match is not None or bool(condition.conditions)
    if is_group and (condition.op is not None or condition.left is not msgspec.UNSET):
        yield "", "is both a comparison (left, op) and a group (match, conditions); split it"
    elif is_group and not condition.conditions:
        yield "/conditions", "a group needs conditions"
    elif not is_group and condition.op is None:
        yield "", "needs left and op, or match and conditions"
    elif not is_group:
        if condition.left is msgspec.UNSET:
            yield "", f"`{condition.op}` needs left"
        if condition.op in UNARY and condition.right is not msgspec.UNSET:
            yield "/right", f"`{condition.op}` takes no right"
        if condition.op not in UNARY and condition.right is msgspec.UNSET:
            yield "", f"`{condition.op}` needs right"
