"""What an app is beside its graph: name, variables, features."""

from typing import Any, Final

from skep_importer_dify.meaning.outputs import Output
from skep_importer_dify.source.graph import unused
from skep_importer_dify.source.names import as_type, json_value, valid_name, value_type
from skep_importer_dify.source.places import Part, Place, Report

_ENVIRONMENT_TYPES: Final = frozenset({"string", "number", "boolean", "object", "secret"})
_FEATURES: Final = {
    "suggested_questions_after_answer": "questions suggested after an answer",
    "speech_to_text": "speech to text",
    "text_to_speech": "text to speech",
    "sensitive_word_avoidance": "moderation",
    "annotation_reply": "replies from annotations",
    "more_like_this": "more like this",
}

Data = dict[str, Any]


def app_info(app: Place, features: Place, mode: str, part: Part) -> Data:
    """Return name, mode, description and what opens a chat."""
    name = " ".join(app.at("name").text().split())[:200].strip() or "Imported app"
    info: Data = {"name": name}
    if mode != "workflow":
        info["mode"] = mode
    if description := app.at("description").text():
        info["description"] = description
    icon, kind = app.at("icon").text(), app.at("icon_type").text()
    if icon and kind in {"", "emoji"} and len(icon) <= 16:
        info["icon"] = icon
    elif icon:
        part.left_out(app.at("icon").pointer, "an icon that is a picture")
    if opening := features.at("opening_statement").text():
        info["opening"] = opening
    if suggestions := features.at("suggested_questions").texts():
        info["suggestions"] = suggestions
    return info


def report_features(features: Place, part: Part) -> None:
    """Say which features are switched on and have no counterpart."""
    for key, words in _FEATURES.items():
        place = features.at(key)
        if isinstance(place.value, dict) and place.at("enabled").flag():
            part.left_out(place.pointer, words)
    upload = features.at("file_upload")
    if isinstance(upload.value, dict) and upload.at("enabled").flag():
        part.changed(upload.pointer, "files can be sent; which ones and how many is not limited")


def report_sources(features: Place, part: Part, nodes: Data) -> None:
    """Say where the sources of an answer are, when they were to be shown and there are any."""
    place = features.at("retriever_resource")
    if not isinstance(place.value, dict) or not place.at("enabled").flag():
        return
    for kind, setting, output in (
        ("llm", "context", "citations"),
        ("knowledge-retrieval", "query", "passages"),
    ):
        found = [
            f"`{node_id}.{output}`"
            for node_id, node in nodes.items()
            if node["type"] == kind and setting in node.get("settings", {})
        ]
        if found:
            message = f"the sources of an answer are outputs here: {', '.join(found):.300}"
            part.changed(place.pointer, message)
            return


def report_dependencies(place: Place, report: Report) -> None:
    """Say which plugins of the other side the app was made with."""
    names = []
    for item in place.items():
        value = item.at("value")
        named = value.first_of("marketplace_plugin_unique_identifier", "plugin_unique_identifier",
                               "github_plugin_unique_identifier", "repo")  # fmt: skip
        if name := named.text().partition("@")[0]:
            names.append(name)
    if names:
        part = report.part(place.pointer, "plugins")
        part.changed(
            place.pointer,
            f"was made with {', '.join(names):.500}; what they bring has to be installed here",
        )


def _part(place: Place, report: Report, name: str) -> Part:
    return report.part(place.pointer, name) if place else place.part


def environment(place: Place, report: Report) -> tuple[list[Data], dict[str, Output]]:
    """Return the environment variables, and what references to them find."""
    part = _part(place, report, "environment variables")
    place = Place(place.value, place.pointer, part)
    made: list[Data] = []
    known: dict[str, Output] = {}
    taken: dict[str, object] = {}
    for item in place.items():
        given = item.at("name").text()
        if not given or given in known:
            part.left_out(item.pointer, "a variable without a name of its own")
            continue
        name = unused(valid_name(given), taken)
        taken[name] = None
        kind = item.at("value_type").text() or "string"
        kind = kind if kind == "secret" else value_type(kind)
        variable: Data = {"name": name}
        if kind == "secret":
            message = f"a secret's value is never in the document: set `{name}`"
            part.changed(item.at("value").pointer, message)
            variable["type"] = kind
        else:
            _set_value(variable, kind, item, part)
        _describe(variable, item)
        made.append(variable)
        known[given] = Output(f"env.{name}", value_type(kind), is_secret=kind == "secret")
    return made, known


def _set_value(variable: Data, kind: str, item: Place, part: Part) -> None:
    if kind not in _ENVIRONMENT_TYPES:
        part.changed(item.pointer, f"of the type {kind}, which became an object")
        kind = "object"
    value, fits = as_type(item.at("value").value, kind)
    if not fits:
        part.left_out(item.at("value").pointer, f"a value that is not of the type {kind}")
    if kind != "string":
        variable["type"] = kind
    if value is not None:
        variable["value"] = value


def _describe(variable: Data, item: Place) -> None:
    if description := item.at("description").text():
        variable["description"] = description


def conversation(place: Place, report: Report) -> tuple[list[Data], dict[str, Output]]:
    """Return the conversation variables, and what references to them find."""
    part = _part(place, report, "conversation variables")
    place = Place(place.value, place.pointer, part)
    made: list[Data] = []
    known: dict[str, Output] = {}
    taken: dict[str, object] = {}
    for item in place.items():
        given = item.at("name").text()
        if not given or given in known:
            part.left_out(item.pointer, "a variable without a name of its own")
            continue
        name = unused(valid_name(given), taken)
        taken[name] = None
        kind = value_type(item.at("value_type").text() or "string")
        default = item.at("value").value
        if isinstance(default, str) and kind not in {"string", "any"}:
            default = json_value(default, default)
        value, fits = as_type(default, kind)
        if not fits:
            part.left_out(item.at("value").pointer, f"a value that is not of the type {kind}")
        variable: Data = {"name": name}
        if kind != "string":
            variable["type"] = kind
        if value is not None:
            variable["default"] = value
        _describe(variable, item)
        made.append(variable)
        known[given] = Output(f"conversation.{name}", kind)
    return made, known
