"""Nodes that make values of values: code, templates, variables, lists, documents."""

import re
from collections.abc import Callable
from typing import Any, Final

from skep_importer_dify.meaning.bench import Bench, Converted
from skep_importer_dify.meaning.conditions import OPERATORS, UNARY, file_field, match_of
from skep_importer_dify.meaning.templates import jinja
from skep_importer_dify.source.graph import SourceNode
from skep_importer_dify.source.names import as_type, valid_name, value_type
from skep_importer_dify.source.places import Place

_LANGUAGES: Final = {"python3": "python", "python": "python", "javascript": "javascript"}
_NETWORK: Final = re.compile(r"^\s*(?:import|from)\s+(requests|httpx|aiohttp|urllib\d?|socket)\b",
                             re.MULTILINE)  # fmt: skip
_RENAMES_OUTPUT: Final = """

_imported_main = main


def main(**inputs):
    found = _imported_main(**inputs)
    return {{({names}).get(key, key): value for key, value in found.items()}}
"""
OPERATIONS: Final = {
    "over-write": "set", "set": "set", "clear": "clear", "append": "append", "extend": "extend",
    "remove-first": "remove-first", "remove-last": "remove-last",
    "+=": "add", "-=": "subtract", "*=": "multiply", "/=": "divide",
}  # fmt: skip
_NO_GROUP: Final[dict[str, Any]] = {"name": "output", "values": [None]}
_ARITHMETIC: Final = frozenset({"add", "subtract", "multiply", "divide"})
_WITHOUT_VALUE: Final = frozenset({"clear", "remove-first", "remove-last"})


def code(node: SourceNode, bench: Bench) -> Converted:
    """Translate code; what `main` takes and gives is the same on both sides."""
    data = node.data
    language = _language(data.at("code_language"))
    source, outputs = _with_outputs(data, language)
    if _NETWORK.search(source):
        data.part.changed(data.at("code").pointer, "code has no network; an HTTP request has")
    if data.at("dependencies"):
        message = "packages are chosen by the operator, as an environment"
        data.part.left_out(data.at("dependencies").pointer, message)
    settings: dict[str, Any] = {} if language == "python" else {"language": language}
    if inputs := bench.inputs(data.at("variables"), node):
        settings["inputs"] = inputs
    settings["code"] = source
    if outputs:
        settings["outputs"] = outputs
    return Converted("code", settings)


def _language(place: Place) -> str:
    given = place.text() or "python3"
    language = _LANGUAGES.get(given)
    if language is None:
        place.part.changed(place.pointer, f"the sandbox may not know {given!r:.40}")
        language = re.sub(r"^[^a-z]+|[^a-z0-9+#.-]", "", given.lower())[:31]
    return language or "python"


def _with_outputs(data: Place, language: str) -> tuple[str, dict[str, str]]:
    """Return the code and the outputs it declares, some of which have other names here."""
    source = data.at("code").text()
    if not source.strip():
        data.part.changed(data.at("code").pointer, "there is no code")
        source = "def main(**inputs):\n    return {}\n"
    outputs: dict[str, str] = {}
    renamed: dict[str, str] = {}
    place = data.at("outputs")
    for name, item in place.entries():
        valid = valid_name(name)
        if valid != name:
            renamed[name] = valid
        outputs[valid] = value_type(item.at("type").text())
    if renamed:
        names = ", ".join(renamed.values())
        data.part.changed(place.pointer, f"called otherwise here: {names:.200}")
        if language == "python":
            source += _RENAMES_OUTPUT.format(names=renamed)
    if not outputs:
        data.part.changed(place.pointer, "no output is declared, so main must give none")
    return source, outputs


def template(node: SourceNode, bench: Bench) -> Converted:
    """Translate a Jinja template."""
    return jinja(node.data.at("template"), bench.inputs(node.data.at("variables"), node))


def aggregator(node: SourceNode, bench: Bench) -> Converted:
    """Translate the choice of the first value that there is."""
    settings = node.data.at("advanced_settings")
    if settings.at("group_enabled").flag() and settings.at("groups"):
        groups = []
        for group in settings.at("groups").items():
            if not (name := group.at("group_name").text()):
                continue
            values = _references(group.at("variables"), node, bench)
            made = {"name": valid_name(name), "values": values}
            groups.append(made | _declared(group.at("output_type")))
        return Converted("variable-aggregator", {"groups": groups or [_NO_GROUP]})
    values = _references(node.data.at("variables"), node, bench)
    return Converted(
        "variable-aggregator", {"values": values, **_declared(node.data.at("output_type"))}
    )


def _declared(place: Place) -> dict[str, str]:
    kind = value_type(place.text())
    return {} if kind == "any" else {"type": kind}


def _references(place: Place, node: SourceNode, bench: Bench) -> list[str | None]:
    found: list[str | None] = [bench.value(item, node) for item in place.items()]
    return [reference for reference in found if reference is not None] or [None]


def assigner(node: SourceNode, bench: Bench) -> Converted:
    """Translate changes of variables, of both versions."""
    data = node.data
    if data.at("items"):
        made = [_change(item, node, bench) for item in data.at("items").items()]
    else:
        made = [_old_change(data, node, bench)]
    changes = [change for change in made if change]
    if not changes:
        node.part.changed(node.place.pointer, "changes nothing, and only passes on")
        return Converted("template", {"template": ""})
    return Converted("variable-assigner", {"changes": changes})


def _old_change(data: Place, node: SourceNode, bench: Bench) -> dict[str, Any] | None:
    return _made(
        data.at("assigned_variable_selector"),
        data.at("write_mode"),
        lambda _: bench.value(data.at("input_variable_selector"), node),
        (node, bench),
    )


def _change(item: Place, node: SourceNode, bench: Bench) -> dict[str, Any] | None:
    place = item.at("value")

    def value(kind: str) -> Any:
        if item.at("input_type").text() == "variable":
            return bench.value(place, node)
        if isinstance(place.value, str) and "{{#" in place.value:
            return bench.text(place, node)
        found, fits = as_type(place.value, kind)
        if not fits:
            place.part.changed(place.pointer, f"is not of the type {kind} and became null")
        return found

    return _made(item.at("variable_selector"), item.at("operation"), value, (node, bench))


def _made(
    target: Place, operation: Place, value: Callable[[str], Any], at: tuple[SourceNode, Bench]
) -> dict[str, Any] | None:
    node, bench = at
    name = operation.text() or "over-write"
    if name not in OPERATIONS:
        target.part.left_out(operation.pointer, f"there is no operation {name!r:.40}")
        return None
    found = bench.references.selected(target, node)
    inside = {bench.graph.nodes[around].new_id for around in bench.graph.around(node.id)}
    if found is None or found.path.partition(".")[0] not in {"conversation", *inside}:
        message = "only variables of the conversation or of a loop around can be changed"
        target.part.left_out(target.pointer, message)
        return None
    ours = OPERATIONS[name]
    change: dict[str, Any] = {"target": found.path, "operation": ours}
    if ours not in _WITHOUT_VALUE:
        item_type = found.type
        if ours == "append" and found.type.startswith("array["):
            item_type = found.type[len("array[") : -1]
        change["value"] = value(item_type)
    if ours in _ARITHMETIC and change["value"] is None:
        target.part.left_out(target.pointer, "a change by nothing")
        return None
    if isinstance(change.get("value"), str) and "{{" in change["value"]:
        # A value that is null leaves the variable as it is over there.
        change["skip_null"] = True
    return change


def document_extractor(node: SourceNode, bench: Bench) -> Converted:
    """Translate the reading of documents."""
    file = bench.value(node.data.at("variable_selector"), node)
    return Converted(
        "document-extractor", {"file": file if file is not None else "no file is chosen"}
    )


def list_operator(node: SourceNode, bench: Bench) -> Converted:
    """Translate filter, choice, order and limit, which follow each other as they do over there."""
    data = node.data
    settings: dict[str, Any] = {"items": bench.value(data.at("variable"), node) or []}
    if data.at("filter_by").at("enabled").flag():
        conditions = [
            made
            for item in data.at("filter_by").at("conditions").items()
            if (made := _filter(item, node, bench)) is not None
        ]
        if conditions:
            settings["filter"] = {"conditions": conditions}
            if match_of(data.at("filter_by").at("logical_operator")) == "any":
                settings["filter"]["match"] = "any"
    if data.at("extract_by").at("enabled").flag():
        position = data.at("extract_by").at("serial")
        text = bench.text(position, node) or "1"
        settings["pick"] = {"position": int(text) if text.isdecimal() else text}
    order = data.at("order_by")
    if order.at("enabled").flag():
        settings["sort"] = {"field": file_field(order.at("key")), "order": "desc" if order.at(
            "value").text().lower() == "desc" else "asc"}  # fmt: skip
    limit = data.at("limit")
    if limit.at("enabled").flag():
        settings["limit"] = {"count": limit.at("size").whole(1, 10_000, 10)}
    return Converted("list-operator", settings)


def _filter(item: Place, node: SourceNode, bench: Bench) -> dict[str, Any] | None:
    op = OPERATORS.get(item.at("comparison_operator").text())
    if op is None:
        item.part.left_out(item.pointer, "there is no such operator")
        return None
    made: dict[str, Any] = {"field": file_field(item.at("key")), "op": op}
    if op not in UNARY:
        value = bench.typed(item.at("value"), node)
        symbol = item.at("comparison_operator").text()
        if symbol in {"=", "≠", ">", "<", "≥", "≤"} and isinstance(value, str):
            value = as_type(value, "number")[0] if "{{" not in value else value
        made["right"] = value
    return made
