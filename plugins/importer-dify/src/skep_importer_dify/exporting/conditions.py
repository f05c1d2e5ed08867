"""Conditions of ours as conditions of the other side."""

from typing import Any, Final

from skep_importer_dify.exporting.desk import FILE_KEYS, Data, NodeDesk
from skep_importer_dify.meaning.conditions import UNARY

_OPERATORS: Final = {
    "contains": "contains", "not_contains": "not contains", "starts_with": "start with",
    "ends_with": "end with", "in": "in", "not_in": "not in", "contains_all": "all of",
    "empty": "empty", "not_empty": "not empty", "null": "null", "not_null": "not null",
    "lt": "<", "le": "≤", "gt": ">", "ge": "≥",
}  # fmt: skip
_OF_ITEMS: Final = frozenset({"any_item", "every_item", "no_item"})
_REVERSED: Final = {
    "contains": "not_contains", "in": "not_in", "eq": "ne", "empty": "not_empty",
    "null": "not_null",
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
    tests = _tests(condition)
    if tests is not None:
        return _about_items(condition, tests, desk, steps)
    op = condition.get("op")
    if op is None:
        desk.part.left_out(desk.at(*steps), "a group of conditions inside of others")
        return None
    symbol = _symbol(condition, desk, steps)
    if symbol is None:
        return None
    left = desk.selector(condition.get("left"), *steps)
    right = condition.get("right")
    made: Data = {
        "comparison_operator": symbol,
        "variable_selector": left,
        "varType": _kind(right),
    }
    return {**made, "value": "" if op in UNARY else _value(right, desk, steps)}


def _symbol(test: Data, desk: NodeDesk, steps: tuple[str | int, ...]) -> str | None:
    """Return the operator over there; one that there is none for is reported."""
    op = test.get("op")
    if test.get("ignore_case"):
        desk.part.changed(desk.at(*steps), "tells capital letters from small ones")
    if op in _EQUAL:
        return _EQUAL[op][0 if _kind(test.get("right")) == "number" else 1]
    if op not in _OPERATORS:
        desk.part.left_out(desk.at(*steps), f"there is no operator like `{op}`")
        return None
    return _OPERATORS[op]


def _tests(condition: Data) -> list[Data] | None:
    """Return what is asked about the files of one list, None for any other condition."""
    if condition.get("op") in _OF_ITEMS:
        return [condition]
    inner: list[Data] = condition.get("conditions") or []
    lefts = [each.get("left") for each in inner]
    is_one = bool(inner) and all(left == lefts[0] for left in lefts)
    return inner if is_one and all(each.get("op") in _OF_ITEMS for each in inner) else None


def _about_items(
    condition: Data, tests: list[Data], desk: NodeDesk, steps: tuple[str | int, ...]
) -> Data | None:
    made: list[Data] = []
    for each in tests:
        asked = each.get("conditions") or []
        written = _about_file(each["op"], asked[0], desk, steps) if len(asked) == 1 else None
        if written is None:
            desk.part.left_out(desk.at(*steps), "files there cannot be asked this")
        else:
            made.append({"id": f"{desk.id[:40]}-file-{len(made)}", **written})
    match = condition.get("match") if tests[0] is not condition else "all"
    if match == "none":
        desk.part.left_out(desk.at(*steps), "conditions of which none may hold")
    return {
        "comparison_operator": "contains",
        "variable_selector": desk.selector(tests[0].get("left"), *steps),
        "varType": "array[file]",
        "value": "",
        "sub_variable_condition": {
            "logical_operator": "or" if match == "any" else "and",
            "conditions": made,
        },
    }


def _about_file(
    about: str, test: Data, desk: NodeDesk, steps: tuple[str | int, ...]
) -> Data | None:
    key = FILE_KEYS.get(str(test.get("field", "")))
    if about == "no_item":
        # No file has it when all of them do not.
        about, test = "every_item", {**test, "op": _REVERSED.get(str(test.get("op")))}
    symbol = _symbol(test, desk, steps) if key is not None else None
    if symbol is None or (about == "every_item") is not ("not" in symbol):
        return None
    right = "" if test["op"] in UNARY else _value(test.get("right"), desk, steps)
    return {"key": key, "comparison_operator": symbol, "value": right}


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
