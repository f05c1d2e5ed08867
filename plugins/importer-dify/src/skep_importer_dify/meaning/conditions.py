"""Conditions of the source as conditions of ours."""

from typing import Any, Final

from skep_importer_dify.meaning.bench import Bench
from skep_importer_dify.meaning.outputs import FILE_FIELDS
from skep_importer_dify.meaning.references import Found
from skep_importer_dify.source.graph import SourceNode
from skep_importer_dify.source.names import as_type
from skep_importer_dify.source.places import Place

OPERATORS: Final = {
    "contains": "contains", "not contains": "not_contains",
    "start with": "starts_with", "end with": "ends_with",
    "is": "eq", "is not": "ne", "=": "eq", "≠": "ne", "!=": "ne", "==": "eq",
    ">": "gt", "<": "lt", "≥": "ge", "≤": "le", ">=": "ge", "<=": "le",
    "in": "in", "not in": "not_in", "all of": "contains_all",
    "empty": "empty", "not empty": "not_empty",
    "null": "null", "not null": "not_null", "exists": "not_null", "not exists": "null",
    "before": "lt", "after": "gt",
}  # fmt: skip
UNARY: Final = frozenset({"empty", "not_empty", "null", "not_null"})
_NUMERIC: Final = frozenset({"=", "≠", "!=", "==", ">", "<", "≥", "≤", ">=", "<="})
_NEVER: Final[dict[str, Any]] = {"left": 0, "op": "eq", "right": 1}
_ALWAYS: Final[dict[str, Any]] = {"left": 0, "op": "eq", "right": 0}
_EMPTY_VALUES: Final[dict[str, Any]] = {"number": 0, "boolean": False}

Data = dict[str, Any]


def match_of(place: Place) -> str:
    """Return whether all or any of some conditions have to hold."""
    return "any" if place.text().lower() == "or" else "all"


def conditions_of(place: Place, node: SourceNode, bench: Bench, match: str) -> list[Data]:
    """Return conditions; where there are none, one that decides as none do over there."""
    found = [_condition(item, node, bench) for item in place.items()]
    return found or [_NEVER if match == "any" else _ALWAYS]


def _condition(place: Place, node: SourceNode, bench: Bench) -> Data:
    symbol = place.at("comparison_operator").text()
    op = OPERATORS.get(symbol)
    if op is None:
        message = f"there is no operator {symbol!r:.60}; this never holds"
        place.part.left_out(place.pointer, message)
        return _NEVER
    selector = place.at("variable_selector")
    found = bench.references.selected(selector, node)
    inner = place.at("sub_variable_condition")
    if inner.at("conditions") and found is not None:
        return _about_items(found, inner, node, bench)
    if found is None:
        # What is not there is null on both sides.
        found = Found("", "any")
    return _comparison(op, symbol, found, place, node, bench)


def _comparison(  # noqa: PLR0917  # what one comparison is made of
    op: str, symbol: str, found: Found, place: Place, node: SourceNode, bench: Bench
) -> Data:
    left = found.text if found.path else None
    if op in UNARY:
        return _unary(left, op, found.type)
    declared = place.at("varType").text() or found.type
    if symbol in _NUMERIC or found.type == "number":
        declared = "number"
    right = _right(place.at("value"), declared, node, bench)
    if op == "contains_all" and not isinstance(right, list):
        right = [right]
    compared = {"left": left, "op": op, "right": right}
    if op == "ne":
        # Null is not unequal to anything over there.
        return {"match": "all", "conditions": [{"left": left, "op": "not_null"}, compared]}
    return compared


def _unary(left: Any, op: str, kind: str) -> Data:
    """Return a test for nothing; over there zero and false are empty too."""
    plain = {"left": left, "op": op}
    if kind not in _EMPTY_VALUES or op not in {"empty", "not_empty"}:
        return plain
    second = {"left": left, "op": "eq" if op == "empty" else "ne", "right": _EMPTY_VALUES[kind]}
    return {"match": "any" if op == "empty" else "all", "conditions": [plain, second]}


def _right(place: Place, declared: str, node: SourceNode, bench: Bench) -> Any:
    value = bench.typed(place, node)
    if isinstance(value, str) and "{{" not in value and declared in {"number", "boolean"}:
        converted, fits = as_type(value, declared)
        if fits and converted is not None:
            return converted
        place.part.changed(place.pointer, f"{value!r:.60} is no {declared}, so this never holds")
    return value


def _about_items(found: Found, place: Place, node: SourceNode, bench: Bench) -> Data:
    """Return conditions on the files of a list: each holds for one of them, or for all.

    Over there it is all of them where the name of the operator has a ``not`` in it.
    """
    made: list[Data] = []
    for item in place.at("conditions").items():
        symbol = item.at("comparison_operator").text()
        op = OPERATORS.get(symbol)
        if op is None:
            place.part.left_out(item.pointer, f"there is no operator {symbol!r:.60}")
            continue
        test = {"field": file_field(item.at("key")), "op": op}
        if op not in UNARY:
            declared = "number" if symbol in _NUMERIC else "string"
            test["right"] = _right(item.at("value"), declared, node, bench)
            if test["field"] == "extension":
                test["right"] = _with_dot(test["right"])
        about = "every_item" if "not" in symbol else "any_item"
        made.append({"left": found.text, "op": about, "conditions": [test]})
    match = match_of(place.at("logical_operator"))
    return {"match": match, "conditions": made or [_NEVER]}


def _with_dot(value: Any) -> Any:
    """Return an extension as files have it; over there the dot may be left out."""
    is_bare = isinstance(value, str) and value and not value.startswith((".", "{{"))
    return f".{value}" if is_bare else value


def file_field(place: Place) -> str:
    """Return the field of a file; what has no counterpart is reported."""
    name = place.text()
    if name and name not in FILE_FIELDS:
        place.part.changed(place.pointer, f"files have no `{name:.40}` here")
    return FILE_FIELDS.get(name, name)
