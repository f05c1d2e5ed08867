"""Conditions on the metadata of documents."""

from typing import Any, Final

from skep_importer_dify.exporting.desk import Data, NodeDesk

_OPERATORS: Final = {
    "eq": "is", "ne": "is not", "lt": "<", "le": "≤", "gt": ">", "ge": "≥",
    "contains": "contains", "starts_with": "start with", "ends_with": "end with", "in": "in",
}  # fmt: skip
_NUMERIC: Final = {"eq": "=", "ne": "≠"}
_DENIED: Final = {"contains": "not contains", "in": "not in"}


def filtering(desk: NodeDesk) -> Data:
    """Return which documents are searched."""
    wanted = desk.get("filter", {})
    automatic = desk.settings.get("automatic_filter")
    if automatic is not None:
        return _automatic(automatic, desk)
    if not wanted:
        return {"metadata_filtering_mode": "disabled"}
    each = wanted.get("of", []) if wanted.get("kind") == "group" else [wanted]
    if wanted.get("match") == "none":
        desk.part.left_out(desk.at("filter"), "conditions of which none may hold")
        each = []
    made = []
    for index, condition in enumerate(each):
        written = _condition(condition, desk, index)
        if written is None:
            desk.part.left_out(desk.at("filter", "of", index), "cannot be asked there")
        else:
            made.append(written)
    if not desk.get("ignore_null_conditions", False) and any(map(_refers, made)):
        message = "a condition whose value is null falls away there"
        desk.part.changed(desk.at("ignore_null_conditions"), message)
    return {
        "metadata_filtering_mode": "manual",
        "metadata_filtering_conditions": {
            "logical_operator": "or" if wanted.get("match") == "any" else "and",
            "conditions": made,
        },
    }


def _automatic(automatic: Data, desk: NodeDesk) -> Data:
    if desk.get("filter"):
        desk.lost("filter", "there is either a filter or a model that makes one up")
    for name in ("instruction", "fields"):
        if automatic.get(name):
            pointer = desk.at("automatic_filter", name)
            desk.part.left_out(pointer, "the model is not told there")
    provider, _, name = str(automatic.get("model", "default")).partition("/")
    if not name:
        provider = ""
        pointer = desk.at("automatic_filter", "model")
        desk.part.changed(pointer, "the default model has to be chosen there")
    return {
        "metadata_filtering_mode": "automatic",
        "metadata_model_config": {"provider": provider, "name": name, "mode": "chat"},
    }


def _condition(condition: Data, desk: NodeDesk, index: int) -> Data | None:
    is_denied = condition.get("kind") == "group" and condition.get("match") == "none"
    if is_denied and len(condition.get("of", [])) == 1:
        condition = condition["of"][0]
        operators = _DENIED
    else:
        operators = _OPERATORS
    if condition.get("kind") != "is":
        return None
    op, value = condition.get("op", ""), condition.get("value")
    if op == "exists" and not is_denied:
        symbol: str | None = "empty" if value is False else "not empty"
        return {"name": condition["field"], "comparison_operator": symbol, "value": ""}
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    symbol = _NUMERIC.get(op) if is_number and not is_denied else None
    symbol = symbol or operators.get(op)
    if symbol is None:
        return None
    return {
        "name": condition["field"],
        "comparison_operator": symbol,
        "value": _value(value, desk, index),
    }


def _value(value: Any, desk: NodeDesk, index: int) -> str:
    given = value if isinstance(value, list) else [value]
    return ",".join(desk.text(item, "filter", "of", index) for item in given)


def _refers(condition: Data) -> bool:
    return "{{#" in condition["value"]
