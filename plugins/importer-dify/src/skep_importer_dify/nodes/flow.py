"""Where a run begins and ends, what the user reads, and which way is taken."""

from typing import Any, Final

from skep_importer_dify.meaning.bench import Bench, Converted, shown
from skep_importer_dify.meaning.conditions import conditions_of, match_of
from skep_importer_dify.meaning.forms import form_fields
from skep_importer_dify.meaning.outputs import trigger_fields
from skep_importer_dify.meaning.references import Found
from skep_importer_dify.source.graph import SourceNode, unused
from skep_importer_dify.source.names import valid_name
from skep_importer_dify.source.ports import cases_of, port_names

_JSON_TYPES: Final = {
    "string": "text",
    "number": "number",
    "integer": "number",
    "boolean": "checkbox",
    "file": "file",
}


def start(node: SourceNode, _: Bench) -> Converted:
    """Translate the form that a run begins with."""
    fields = form_fields(node.data.at("variables"), node.part)
    return Converted("start", {"fields": fields} if fields else {})


def trigger(node: SourceNode, _: Bench) -> Converted:
    """Make a form of what a trigger gives, so that the app can be started with the same values."""
    part = node.part
    part.changed(
        node.place.pointer,
        "the app is started through the API or by hand; set up what calls it (a schedule, a "
        "webhook) anew. Its form has what the trigger gave",
    )
    fields = []
    taken: dict[str, object] = {}
    for name, kind, item in trigger_fields(node):
        if not name:
            continue
        field: dict[str, Any] = {"name": unused(valid_name(name), taken), "label": name}
        taken[field["name"]] = None
        field["type"] = _JSON_TYPES.get(kind, "json")
        if item.at("required").flag():
            field["required"] = True
        fields.append(field)
    return Converted("start", {"fields": fields[:200]} if fields else {})


def end(node: SourceNode, bench: Bench) -> Converted:
    """Translate the outputs of a run."""
    outputs: dict[str, Any] = {}
    for item in node.data.at("outputs").items():
        given = item.first_of("variable", "name").text()
        name = unused(valid_name(given), outputs)
        if name != given:
            node.part.changed(item.pointer, f"the output {given!r:.80} is called `{name}` here")
        outputs[name] = bench.value(item.at("value_selector"), node)
    return Converted("end", {"outputs": outputs} if outputs else {})


def answer(node: SourceNode, bench: Bench) -> Converted:
    """Translate what the user reads; what would look different is written out before."""
    segments = bench.segments(node.data.at("answer"), node)
    if any(isinstance(each, Found) and each.type in {"file", "array[file]"} for each in segments):
        message = "files are shown by their names; the files themselves go along with the answer"
        node.part.changed(node.data.at("answer").pointer, message)
    text = shown(segments, node, bench)
    if not text:
        empty = Converted("template", {"template": ""})
        text = f"{{{{{bench.put_before(node, 'empty', empty, 'An empty text')}.text}}}}"
    return Converted("answer", {"text": text})


def if_else(node: SourceNode, bench: Bench) -> Converted:
    """Translate the cases, also the single one of an old file."""
    cases = [(name, case) for name, case in cases_of(node) if name != "false"]
    ports = port_names([name for name, _ in cases])
    made: dict[str, dict[str, Any]] = {}
    for name, case in cases:
        match = match_of(case.at("logical_operator"))
        found: dict[str, Any] = {"id": ports[name]}
        if match != "all":
            found["match"] = match
        found["conditions"] = conditions_of(case.at("conditions"), node, bench, match)
        made.setdefault(ports[name], found)
    if not made:
        node.part.changed(node.data.at("cases").pointer, "there is no case, so else is taken")
        made["none"] = {"id": "none", "conditions": conditions_of(
            node.data.at("cases"), node, bench, "any")}  # fmt: skip
    return Converted("if-else", {"cases": list(made.values())})
