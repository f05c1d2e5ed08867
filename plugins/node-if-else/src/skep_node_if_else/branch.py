"""Walks the cases in order and leaves by the first that holds."""

from collections.abc import Iterator
from typing import Final

import msgspec

from skep_contracts.plugins.nodes import NodeResult, PureContext
from skep_contracts.problems import FieldError, InvalidInput, json_pointer
from skep_node_if_else.comparing import UNARY, ComparisonError, holds
from skep_node_if_else.settings import Condition, IfElseSettings, Match

ELSE: Final = "else"
MAX_DEPTH: Final = 8
MAX_CONDITIONS: Final = 500
"""In one node, groups included."""


class IfElseNode:
    """Decides by values alone, so that it decides the same when it is asked again."""

    def evaluate(self, ctx: PureContext, settings: IfElseSettings) -> NodeResult:
        """Return the first case that holds; conditions behind a decision are not looked at.

        Raises:
            InvalidInput: A condition orders or searches values that have no order or parts.
        """
        for index, case in enumerate(settings.cases):
            if _group_holds(ctx, case.match, case.conditions, json_pointer("cases", index)):
                return NodeResult(outputs={"case": case.id}, port=case.id)
        return NodeResult(outputs={"case": ELSE}, port=ELSE)


def _group_holds(
    ctx: PureContext, match: Match, conditions: tuple[Condition, ...], pointer: str
) -> bool:
    found = (
        _condition_holds(ctx, condition, f"{pointer}/conditions/{index}")
        for index, condition in enumerate(conditions)
    )
    if match == "all":
        return all(found)
    return any(found) if match == "any" else not any(found)


def _condition_holds(ctx: PureContext, condition: Condition, pointer: str) -> bool:
    if condition.op is None:
        return _group_holds(ctx, condition.match or "all", condition.conditions, pointer)
    left = ctx.value(condition.left)
    right = None if condition.right is msgspec.UNSET else ctx.value(condition.right)
    try:
        return holds(condition.op, left, right, ignore_case=condition.ignore_case)
    except ComparisonError as error:
        raise InvalidInput(
            f"A condition cannot be decided: {error}.",
            errors=[FieldError(pointer=pointer, message=str(error))],
            code="undecidable_condition",
        ) from None


def ports(settings: IfElseSettings) -> tuple[str, ...]:
    """Return a port for each case, and ``else``."""
    return (*(case.id for case in settings.cases), ELSE)


def check_cases(settings: IfElseSettings) -> None:
    """Refuse cases that say too little, too much, or the same twice.

    Raises:
        InvalidInput: With every fault.
    """
    faults: list[FieldError] = []
    seen: set[str] = set()
    conditions = 0
    for index, case in enumerate(settings.cases):
        at = json_pointer("cases", index)
        if case.id in seen:
            faults.append(FieldError(pointer=f"{at}/id", message=f"`{case.id}` is there twice"))
        seen.add(case.id)
        for condition, pointer, depth in _walk(case.conditions, at):
            conditions += 1
            if depth > MAX_DEPTH:
                message = f"groups are nested deeper than {MAX_DEPTH} levels"
                faults.append(FieldError(pointer=pointer, message=message))
                break
            faults += (
                FieldError(pointer=pointer + below, message=message)
                for below, message in _faults_of(condition)
            )
    if conditions > MAX_CONDITIONS:
        message = f"{conditions:,} conditions; the limit is {MAX_CONDITIONS}"
        faults.append(FieldError(pointer="/cases", message=message))
    if faults:
        raise InvalidInput("The cases are not sound.", errors=faults)


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
