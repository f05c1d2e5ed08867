"""Nodes that repeat those inside of them."""

from typing import Any, Final

from skep_importer_dify.meaning.bench import Bench, Converted
from skep_importer_dify.meaning.conditions import conditions_of, match_of
from skep_importer_dify.source.graph import SourceNode
from skep_importer_dify.source.names import as_type, valid_name, value_type
from skep_importer_dify.source.places import Place

_ON_FAILED_ROUND: Final = {
    "terminated": "stop",
    "continue-on-error": "null",
    "continue_on_error": "null",
    "remove-abnormal-output": "drop",
    "remove_abnormal_output": "drop",
}


def iteration(node: SourceNode, bench: Bench) -> Converted:
    """Translate rounds over the items of a list."""
    data = node.data
    settings: dict[str, Any] = {"items": bench.value(data.at("iterator_selector"), node) or []}
    settings["output"] = bench.value(data.at("output_selector"), node)
    if data.at("is_parallel").flag():
        settings["parallel"] = data.at("parallel_nums").whole(1, 100, 10)
    mode = data.at("error_handle_mode").text()
    if mode and _ON_FAILED_ROUND.get(mode, "stop") != "stop":
        settings["on_failed_round"] = _ON_FAILED_ROUND[mode]
    if not data.at("flatten_output").flag(default=True):
        settings["flatten"] = False
    return Converted("iteration", settings)


def loop(node: SourceNode, bench: Bench) -> Converted:
    """Translate rounds that end by a condition or by their number."""
    data = node.data
    found = (_variable(item, node, bench) for item in data.at("loop_variables").items())
    variables = list({made["name"]: made for made in found if made is not None}.values())
    settings: dict[str, Any] = {"variables": variables} if variables else {}
    if data.at("break_conditions"):
        match = match_of(data.at("logical_operator"))
        settings["until"] = conditions_of(data.at("break_conditions"), node, bench, match)
        if match != "all":
            settings["match"] = match
    settings["max_rounds"] = data.at("loop_count").whole(1, 1000, 10)
    return Converted("loop", settings)


def _variable(item: Place, node: SourceNode, bench: Bench) -> dict[str, Any] | None:
    name = item.first_of("label", "variable").text()
    if not name:
        return None
    kind = value_type(item.at("var_type").text())
    made: dict[str, Any] = {"name": valid_name(name), "type": kind}
    value = item.at("value")
    if item.at("value_type").text() == "variable":
        made["value"] = bench.value(value, node)
        return made
    made["value"], fits = as_type(value.value, kind)
    if not fits:
        item.part.changed(value.pointer, f"is not of the type {kind} and became null")
    return made


def loop_end(_: SourceNode, __: Bench) -> Converted:
    """Translate the way out of a loop."""
    return Converted("loop-break", {})
