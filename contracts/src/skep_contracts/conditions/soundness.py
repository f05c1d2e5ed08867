"""Whether conditions can be asked at all."""

from collections.abc import Iterator
from typing import Final

import msgspec

from skep_contracts.conditions.comparing import OF_ITEMS, UNARY
from skep_contracts.conditions.condition import Condition
from skep_contracts.problems import FieldError

MAX_DEPTH: Final = 8
MAX_CONDITIONS: Final = 500
"""In one node, groups included."""


def find_condition_faults(
    conditions: tuple[Condition, ...], pointer: str = "", *, of_items: bool = False
) -> tuple[list[FieldError], int]:
    """Return what is wrong with conditions, and how many there are with those inside others.

    Args:
        conditions: What an author wrote.
        pointer: Where they stand.
        of_items: Whether they are about an item and say `field` instead of `left`.
    """
    faults: list[FieldError] = []
    count = 0
    for condition, place, depth, subject in _walk(conditions, pointer, of_items=of_items):
        count += 1
        if depth > MAX_DEPTH:
            message = f"groups are nested deeper than {MAX_DEPTH} levels"
            faults.append(FieldError(pointer=place, message=message))
            break
        faults += (
            FieldError(pointer=place + below, message=message)
            for below, message in _faults_of(condition, subject)
        )
    return faults, count


def _walk(
    conditions: tuple[Condition, ...], pointer: str, *, of_items: bool
) -> Iterator[tuple[Condition, str, int, str]]:
    """Yield every condition, its place, its depth, and what it calls the value it is about."""
    stack = [(conditions, pointer, 1, "field" if of_items else "left")]
    while stack:
        group, at, depth, subject = stack.pop()
        for index, condition in enumerate(group):
            place = f"{at}/conditions/{index}"
            yield condition, place, depth, subject
            if condition.conditions:
                inner = "field" if condition.op in OF_ITEMS else subject
                stack.append((condition.conditions, place, depth + 1, inner))


def _faults_of(condition: Condition, subject: str) -> Iterator[tuple[str, str]]:
    other = "left" if subject == "field" else "field"
    if getattr(condition, other) is not msgspec.UNSET:
        yield f"/{other}", f"here it is `{subject}` that says what is compared, not `{other}`"
        return
    has_subject = getattr(condition, subject) is not msgspec.UNSET
    is_group = condition.match is not None or bool(condition.conditions)
    if condition.op in OF_ITEMS:
        if not has_subject:
            yield "", f"`{condition.op}` needs {subject}, the array"
        yield from _faults_of_right(condition, takes_right=False)
        if not condition.conditions:
            message = f"`{condition.op}` needs conditions that an item has to fulfil"
            yield "/conditions", message
    elif is_group and (condition.op is not None or has_subject):
        yield "", f"is both a comparison ({subject}, op) and a group (match, conditions); split it"
    elif is_group and not condition.conditions:
        yield "/conditions", "a group needs conditions"
    elif not is_group and condition.op is None:
        yield "", f"needs {subject} and op, or match and conditions"
    elif not is_group:
        if not has_subject:
            yield "", f"`{condition.op}` needs {subject}"
        yield from _faults_of_right(condition, takes_right=condition.op not in UNARY)


def _faults_of_right(condition: Condition, *, takes_right: bool) -> Iterator[tuple[str, str]]:
    if not takes_right and condition.right is not msgspec.UNSET:
        yield "/right", f"`{condition.op}` takes no right"
    elif takes_right and condition.right is msgspec.UNSET:
        yield "", f"`{condition.op}` needs right"
