"""Conditions of the source as conditions of ours."""

from typing import Any, Final

from skep_importer_dify.meaning.bench import Bench
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
_KINDS: Final = {"image": "image/", "audio": "audio/", "video": "video/"}

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
    kind = _file_kind(selector, node, bench)
    if kind is not None:
        return _of_kind(op, kind, place)
    found = bench.references.selected(selector, node)
    if place.at("sub_variable_condition"):
        message = "conditions on each file of a list are not here; put a list operator before"
        place.part.left_out(place.at("sub_variable_condition").pointer, message)
        return {"left": found.text if found else None, "op": "not_empty"}
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


def _file_kind(selector: Place, node: SourceNode, bench: Bench) -> Found | None:
    """Return the media type of the file whose kind is asked for; None for anything else."""
    steps = selector.texts() if isinstance(selector.value, list) else []
    if len(steps) < 3 or steps[-1] not in {"type", "extension"}:
        return None
    of_file = Place(steps[:-1], selector.pointer, selector.part)
    found = bench.references.selected(of_file, node)
    if found is None or found.type != "file":
        return None
    field = "mime_type" if steps[-1] == "type" else "name"
    return Found(f"{found.path}.{field}", "string")


def _of_kind(op: str, found: Found, place: Place) -> Data:
    values = place.at("value")
    wanted = values.texts() if isinstance(values.value, list) else [values.text()]
    if found.path.endswith(".name"):
        endings = [text if text.startswith(".") else f".{text}" for text in wanted]
        tests = [_test(found, "ends_with", ending) for ending in endings]
    else:
        tests = [_kind_test(found, text) for text in wanted]
    is_negative = op in {"ne", "not_in", "not_contains"}
    return {"match": "none" if is_negative else "any", "conditions": tests}


def _kind_test(found: Found, kind: str) -> Data:
    if kind in _KINDS:
        return _test(found, "starts_with", _KINDS[kind])
    # A document is what is none of the others.
    return {
        "match": "none",
        "conditions": [_test(found, "starts_with", prefix) for prefix in _KINDS.values()],
    }


def _test(found: Found, op: str, right: str) -> Data:
    return {"left": found.text, "op": op, "right": right, "ignore_case": True}
