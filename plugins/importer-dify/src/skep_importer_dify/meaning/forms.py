"""Form fields: of a start, of an app with one prompt, and of a question to a person."""

import re
from collections.abc import Iterator
from typing import Any, Final

from skep_importer_dify.meaning.outputs import FIELD_TYPES
from skep_importer_dify.source.graph import unused
from skep_importer_dify.source.names import as_type, json_value, valid_name
from skep_importer_dify.source.places import Part, Place

MAX_FIELDS: Final = 200
TYPES: Final = {
    "text-input": "text",
    "text": "text",
    "paragraph": "paragraph",
    "select": "select",
    "number": "number",
    "checkbox": "checkbox",
    "file": "file",
    "file-list": "files",
    "json_object": "object",
    "json": "json",
    "external_data_tool": "text",
}
_KINDS: Final = frozenset({"image", "audio", "video", "document"})
_EXTENSION: Final = re.compile(r"\.[^./\s]+\Z")

Data = dict[str, Any]


def form_fields(place: Place, part: Part) -> list[Data]:
    """Return the fields of a form."""
    fields: list[Data] = []
    taken: dict[str, object] = {}
    for item in _described(place):
        given = item.at("variable").text()
        if not given:
            part.left_out(item.pointer, "a field without a name")
            continue
        if len(fields) == MAX_FIELDS:
            part.left_out(item.pointer, f"a form has at most {MAX_FIELDS} fields")
            break
        name = unused(valid_name(given), taken)
        taken[name] = None
        if name != given:
            part.changed(item.pointer, f"the field {given!r:.80} is called `{name}` here")
        fields.append(_field(item, name, part))
    return fields


def _described(place: Place) -> Iterator[Place]:
    """Yield what describes each field; old apps put its type around it."""
    for item in place.items():
        keys = [key for key in item.mapping() if key in TYPES]
        if len(keys) == 1 and "variable" not in item.mapping():
            inner = item.at(keys[0])
            yield Place({"type": keys[0], **inner.mapping()}, inner.pointer, inner.part)
        else:
            yield item


def _field(item: Place, name: str, part: Part) -> Data:
    given = item.at("type").text() or "text-input"
    kind = TYPES.get(given)
    if kind is None or given == "external_data_tool":
        part.changed(item.pointer, f"a field of the type {given!r:.60} became a text")
        kind = "text"
    field: Data = {"name": name}
    label = item.at("label").text()
    if label and label != name:
        field["label"] = label
    for key in ("description", "placeholder"):
        if text := item.first_of(key, "hint" if key == "description" else key).text():
            field[key] = text
    if kind != "text":
        field["type"] = kind
    if item.at("required").flag():
        field["required"] = True
        if kind in {"text", "paragraph"}:
            # Over there an empty text counts as given.
            field["allow_empty"] = True
    if item.at("hide").flag():
        field["hidden"] = True
    _add_limits(field, kind, item, part)
    _add_default(field, kind, item, part)
    return field


def _add_limits(field: Data, kind: str, item: Place, part: Part) -> None:
    longest = item.at("max_length")
    limit = longest.number() if longest else None
    if limit is not None and limit >= 1:
        if kind in {"text", "paragraph"}:
            field["max_length"] = int(limit)
        elif kind == "files":
            field["max_items"] = int(limit)
    if kind == "select":
        options = list(dict.fromkeys(item.at("options").texts()))
        if not options:
            part.changed(item.pointer, "a choice without options became a text")
            field.pop("type", None)
        else:
            field["options"] = options[:1000]
    if kind in {"file", "files"} and (accept := accepted(item)):
        field["accept"] = accept
    if kind in {"json", "object"} and item.at("json_schema"):
        field_schema(field, item.at("json_schema"), part)


def accepted(item: Place) -> list[str]:
    """Return which files are taken, as media types and extensions."""
    found: list[str] = []
    for kind in item.at("allowed_file_types").texts():
        if kind in _KINDS:
            found.append(kind)
        elif kind == "custom":
            for extension in item.at("allowed_file_extensions").texts():
                ending = f".{extension.lstrip('.').lower()}"
                if _EXTENSION.match(ending):
                    found.append(ending)
    return list(dict.fromkeys(found))


def field_schema(field: Data, place: Place, part: Part) -> None:
    """Give a field the schema at a place, which may be kept as text."""
    schema = place.value
    if isinstance(schema, str):
        schema = json_value(schema, None)
    if isinstance(schema, dict):
        field["schema"] = schema
    else:
        part.left_out(place.pointer, "no JSON Schema")


def _add_default(field: Data, kind: str, item: Place, part: Part) -> None:
    place = item.at("default")
    if place.value in (None, "", [], {}):
        return
    declared = {v: FIELD_TYPES.get(k, "string") for k, v in TYPES.items()}.get(kind, "string")
    value, fits = as_type(place.value, declared)
    options = field.get("options")
    if isinstance(value, str) and options and value not in options:
        fits = False
    longest = field.get("max_length")
    if isinstance(value, str) and longest and len(value) > longest:
        fits = False
    if kind in {"file", "files"} or not fits or value is None:
        part.left_out(place.pointer, "the default does not fit its field")
        return
    field["default"] = value
