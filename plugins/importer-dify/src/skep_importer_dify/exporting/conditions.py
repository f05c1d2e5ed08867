"""Conditions of ours as conditions of the other side."""

from typing import Any, Final

from skep_importer_dify.exporting.desk import Data, NodeDesk
from skep_importer_dify.meaning.conditions import UNARY

_OPERATORS: Final = {
    "contains": "contains", "not_contains": "not contains", "starts_with": "start with",
    "ends_with": "end with", "in": "in", "not_in": "not in", "contains_all": "all of",
    "empty": "empty", "not_empty": "not empty", "null": "null", "not_null": "not null",
    "lt": "<", "le": "≤", "gt": ">", "ge": "≥",
}  # fmt: skip
_EQUAL: Final = {"eq": ("=", "is"), "ne": ("≠", "is not")}


def conditions(given: list[Data], desk: NodeDesk, *steps: str | int) -> list[Data]:
    """Return conditions; what cannot be said there is reported."""
    found: list[Data] = []
    for index, condition in enumerate(given):
        made = _condition(_plain(condition), desk, (*steps, index))
        if made is not None:
            found.append({"id": f"{desk.id[:40]}-{len(found)}", **made})
    return found


def _plain(condition: Data) -> Data:
    """Return the one comparison that a group of two was made of, for null or nothing."""
    inner = condition.get("conditions") or []
    if len(inner) != 2 or any("op" not in each for each in inner):
        return condition
    first: Data = inner[0]
    second: Data = inner[1]
    if first.get("left") != second.get("left"):
        return condition
    match (condition.get("match", "all"), first["op"], second["op"]):
        case ("all", "not_null", "ne"):
            return second
        case ("any", "empty", "eq") | ("all", "not_empty", "ne"):
            if second.get("right") in (0, False):
                return first
        case _:
            pass
    return condition


def _condition(condition: Data, desk: NodeDesk, steps: tuple[str | int, ...]) -> Data | None:
    op = condition.get("op")
    if op is None:
        desk.part.left_out(desk.at(*steps), "a group of conditions inside of others")
        return None
    if condition.get("ignore_case"):
        desk.part.changed(desk.at(*steps), "tells capital letters from small ones")
    left = desk.selector(condition.get("left"), *steps)
    right = condition.get("right")
    kind = _kind(right)
    if op in _EQUAL:
        symbol = _EQUAL[op][0 if kind == "number" else 1]
    elif op in _OPERATORS:
        symbol = _OPERATORS[op]
    else:
        desk.part.left_out(desk.at(*steps), f"there is no operator like `{op}`")
        return None
    made: Data = {"comparison_operator": symbol, "variable_selector": left, "varType": kind}
    if op in UNARY:
        return {**made, "value": ""}
    return {**made, "value": _value(right, desk, steps)}


def _kind(value: Any) -> str:
    if isinstance(value, bool):
        return "boolean"
    return "number" if isinstance(value, int | float) else "string"


def _value(value: Any, desk: NodeDesk, steps: tuple[str | int, ...]) -> Any:
    if isinstance(value, bool):
        return value
    if isinstance(value, list):
        return [desk.text(item, *steps) for item in value]
    return desk.text(value, *steps)
