"""Conditions on the metadata of documents: an author's own, and those that a model makes up."""

from collections.abc import Callable
from typing import Any, Final

from skep_importer_dify.meaning.models import model_name
from skep_importer_dify.source.names import as_type
from skep_importer_dify.source.places import Place

_OPERATORS: Final = {
    "is": "eq", "=": "eq", "is not": "ne", "≠": "ne", "<": "lt", "≤": "le", ">": "gt", "≥": "ge",
    "before": "lt", "after": "gt", "contains": "contains", "start with": "starts_with",
    "end with": "ends_with", "in": "in",
}  # fmt: skip
_DENIED: Final = {"not contains": "contains", "not in": "in"}
_THERE: Final = {
    "not empty": True, "exists": True, "not null": True,
    "empty": False, "not exists": False, "null": False,
}  # fmt: skip
_NUMERIC: Final = frozenset({"=", "≠", "<", "≤", ">", "≥", "before", "after"})

Data = dict[str, Any]


def filtering(data: Place, value_of: Callable[[Place], Any], *, providers: frozenset[str]) -> Data:
    """Return the settings that say which documents are searched.

    `value_of` reads a value with references in it.
    """
    match data.at("metadata_filtering_mode").text():
        case "automatic":
            model = data.at("metadata_model_config")
            if model.at("completion_params"):
                message = "the search chooses how the model is asked"
                model.part.left_out(model.at("completion_params").pointer, message)
            return {"automatic_filter": {"model": model_name(model, providers)}}
        case "manual":
            return _filter(data.first_of("metadata_filtering_conditions"), value_of)
        case _:
            return {}


def _filter(wanted: Place, value_of: Callable[[Place], Any]) -> Data:
    found = (_condition(item, value_of) for item in wanted.at("conditions").items())
    conditions = [condition for condition in found if condition is not None]
    if not conditions:
        return {}
    match = "any" if wanted.at("logical_operator").text().lower() == "or" else "all"
    # A condition whose value is not there falls away over there.
    return {
        "filter": {"kind": "group", "match": match, "of": conditions},
        "ignore_null_conditions": True,
    }


def _condition(item: Place, value_of: Callable[[Place], Any]) -> Data | None:
    symbol = item.at("comparison_operator").text()
    name = item.at("name").text()
    if name and symbol in _THERE:
        return _is(name, "exists", _THERE[symbol])
    op = _OPERATORS.get(symbol) or _DENIED.get(symbol)
    if not name or op is None:
        item.part.left_out(item.pointer, "metadata cannot be asked this")
        return None
    value = _value(item.at("value"), value_of, symbol=symbol)
    if value is None:
        item.part.left_out(item.pointer, "a condition without a value")
        return None
    if op == "ne" or symbol in _DENIED:
        item.part.changed(item.pointer, f"also holds for documents without `{name:.60}`")
    asked = _is(name, op, value)
    return {"kind": "group", "match": "none", "of": [asked]} if symbol in _DENIED else asked


def _is(name: str, op: str, value: Any) -> Data:
    return {"kind": "is", "field": name, "op": op, "value": value}


def _value(place: Place, value_of: Callable[[Place], Any], *, symbol: str) -> Any:
    value = value_of(place)
    if not isinstance(value, str) or "{{" in value:
        return value
    if symbol in _NUMERIC:
        number, fits = as_type(value, "number")
        return number if fits and number is not None else value
    if symbol in {"in", "not in"}:
        return [part.strip() for part in value.split(",") if part.strip()]
    return value
