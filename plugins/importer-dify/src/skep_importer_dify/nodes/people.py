"""Nodes that wait for people."""

import re
from typing import Any, Final

from skep_importer_dify.meaning.bench import Bench, Converted
from skep_importer_dify.meaning.forms import accepted
from skep_importer_dify.source.graph import SourceNode, unused
from skep_importer_dify.source.names import valid_name
from skep_importer_dify.source.places import Place
from skep_importer_dify.source.ports import port_names

_FIELD_MARK: Final = re.compile(r"\{\{#\$output\.([A-Za-z0-9_]+)#\}\}")
_TYPES: Final = {
    "paragraph": "paragraph",
    "text-input": "text",
    "text": "text",
    "select": "select",
    "file": "file",
    "file-list": "files",
    "number": "number",
    "checkbox": "checkbox",
}
_STYLES: Final = {"primary": "primary", "accent": "primary", "ghost": "quiet", "danger": "danger"}
_UNITS_S: Final = {"hour": 3600, "day": 86_400, "minute": 60}
_LONGEST_S: Final = 7_776_000

Data = dict[str, Any]


def human_input(node: SourceNode, bench: Bench) -> Converted:
    """Translate a form that a person answers."""
    data, part = node.data, node.part
    content = data.at("form_content")
    text = _FIELD_MARK.sub("", content.text())
    if text != content.text():
        part.changed(content.pointer, "fields stand below the text and not inside of it")
    settings: Data = {}
    shown = bench.text(Place(text, content.pointer, part), node).strip()
    if shown:
        settings["content"] = shown
    if fields := _fields(data.at("inputs"), node, bench):
        settings["fields"] = fields
    if actions := _actions(data.at("user_actions")):
        settings["actions"] = actions
    limit = data.at("timeout").number()
    unit = _UNITS_S.get(data.at("timeout_unit").text() or "hour", 3600)
    settings["timeout_s"] = min((limit if limit and limit > 0 else 36) * unit, _LONGEST_S)
    for method in data.at("delivery_methods").items():
        if method.at("type").text() not in {"", "webapp"} and method.at("enabled").flag(
            default=True
        ):
            message = "nobody is written to; the form is answered in the app, or by API"
            part.left_out(method.pointer, message)
    return Converted("human-input", settings)


def _fields(place: Place, node: SourceNode, bench: Bench) -> list[Data]:
    fields: list[Data] = []
    taken: dict[str, object] = {}
    for item in place.items():
        given = item.at("output_variable_name").text()
        if not given:
            continue
        name = unused(valid_name(given), taken)
        taken[name] = None
        kind = _TYPES.get(item.at("type").text(), "paragraph")
        field: Data = {"name": name}
        if name != given:
            field["label"] = given
        if kind == "select":
            options = _options(item.at("option_source"), node, bench)
            if options:
                field["options"] = options
            else:
                kind = "text"
        if kind != "text":
            field["type"] = kind
        if kind in {"file", "files"} and (accept := accepted(item)):
            field["accept"] = accept
        if kind == "files" and item.at("number_limits"):
            field["max_items"] = item.at("number_limits").whole(1, 100, 1)
        if (default := _default(item.at("default"), node, bench)) is not None:
            field["default"] = default
        fields.append(field)
    return fields[:100]


def _options(source: Place, node: SourceNode, bench: Bench) -> list[str] | str:
    """Return the options of a choice, or a reference to them."""
    if source.at("type").text() == "variable":
        return bench.value(source.at("selector"), node) or ""
    return list(dict.fromkeys(source.at("value").texts()))


def _default(place: Place, node: SourceNode, bench: Bench) -> str | None:
    if place.at("type").text() == "variable":
        return bench.value(place.at("selector"), node)
    value = place.at("value") if isinstance(place.value, dict) else place
    return bench.text(value, node) or None


def _actions(place: Place) -> list[Data]:
    ports = port_names([item.at("id").text() for item in place.items()])
    actions: dict[str, Data] = {}
    for item in place.items():
        port = ports[item.at("id").text()]
        action: Data = {"id": port}
        if label := item.at("title").text():
            action["label"] = label[:200]
        style = _STYLES.get(item.at("button_style").text())
        if style is not None:
            action["style"] = style
        actions.setdefault(port, action)
    return list(actions.values())[:20]
