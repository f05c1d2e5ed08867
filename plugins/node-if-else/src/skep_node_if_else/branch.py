"""Walks the cases in order and leaves by the first that holds."""

from typing import Final

from skep_contracts.conditions import MAX_CONDITIONS, all_hold, find_condition_faults
from skep_contracts.plugins.nodes import NodeResult, PureContext
from skep_contracts.problems import FieldError, InvalidInput, json_pointer
from skep_node_if_else.settings import IfElseSettings

ELSE: Final = "else"


class IfElseNode:
    """Decides by values alone, so that it decides the same when it is asked again."""

    def evaluate(self, ctx: PureContext, settings: IfElseSettings) -> NodeResult:
        """Return the first case that holds; conditions behind a decision are not looked at.

        Raises:
            InvalidInput: A condition orders or searches values that have no order or parts.
        """
        for index, case in enumerate(settings.cases):
            at = json_pointer("cases", index)
            if all_hold(case.conditions, ctx.value, match=case.match, pointer=at):
                return NodeResult(outputs={"case": case.id}, port=case.id)
        return NodeResult(outputs={"case": ELSE}, port=ELSE)


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
        found, count = find_condition_faults(case.conditions, at)
        faults += found
        conditions += count
    if conditions > MAX_CONDITIONS:
        message = f"{conditions:,} conditions; the limit is {MAX_CONDITIONS}"
        faults.append(FieldError(pointer="/cases", message=message))
    if faults:
        raise InvalidInput("The cases are not sound.", errors=faults)
