"""What a node of the source gives: names over there, paths and types here."""

from collections.abc import Callable, Iterator
from typing import Final, TypeAlias

import msgspec

from skep_importer_dify.source.graph import SourceNode
from skep_importer_dify.source.names import valid_name, value_type
from skep_importer_dify.source.places import Place


class Output(msgspec.Struct, frozen=True):
    """Where a value is found here, below the node's id, and of which type it is."""

    path: str
    type: str = "any"
    note: str = ""
    """What is different about it."""
    below: str = "any"
    """The type of what is one level below."""
    is_secret: bool = False


Outputs: TypeAlias = dict[str, Output]

FILE_FIELDS: Final = {
    "name": "name",
    "filename": "name",
    "size": "size_bytes",
    "mime_type": "mime_type",
    "extension": "extension",
    "type": "kind",
    "related_id": "id",
}
"""Attributes of files; the others have no counterpart."""
USAGE: Final = {
    "prompt_tokens": "input_tokens",
    "completion_tokens": "output_tokens",
}
FIELD_TYPES: Final = {
    "text-input": "string",
    "paragraph": "string",
    "select": "string",
    "number": "number",
    "checkbox": "boolean",
    "file": "file",
    "file-list": "array[file]",
    "json_object": "object",
    "json": "any",
}
_ONE_FILE: Final = "one file and no list"


def outputs_of(node: SourceNode) -> Outputs:
    """Return what a node gives by the names it has over there."""
    make = _OUTPUTS.get(node.type)
    found = make(node) if make is not None else {}
    if node.strategy:
        found |= {"error_message": Output("error.detail", "string"),
                  "error_type": Output("error.code", "string")}  # fmt: skip
    return found


def open_output(node: SourceNode, name: str) -> Output | None:
    """Return where a value is that only the outside knows of; None when there is none."""
    if node.type in {"tool", "agent"}:
        return Output(f"data.{name}", "any")
    return None


def inner_outputs(node: SourceNode) -> Outputs:
    """Return what can be read of a container inside of its rounds."""
    if node.type == "iteration":
        kind = value_type(node.data.at("iterator_input_type").text())
        item = kind[len("array[") : -1] if kind.startswith("array[") else "any"
        return {"item": Output("item", item), "index": Output("index", "number")}
    variables = {name: output for name, output in _loop(node).items() if name != "loop_round"}
    return {**variables, "index": Output("index", "number")}


def _start(node: SourceNode) -> Outputs:
    found: Outputs = {}
    for field in node.data.at("variables").items():
        name = field.at("variable").text()
        kind = FIELD_TYPES.get(field.at("type").text(), "string")
        found[name] = Output(valid_name(name), kind)
    return found


def trigger_fields(node: SourceNode) -> Iterator[tuple[str, str, Place]]:
    """Yield name, type and place of what a trigger gives."""
    if node.type == "trigger-webhook":
        for section in ("headers", "params", "body"):
            for item in node.data.at(section).items():
                name = item.at("name").text()
                shown = name.replace("-", "_") if section == "headers" else name
                yield shown, item.at("type").text(), item
        yield "_webhook_raw", "object", node.data
    elif node.type == "trigger-plugin":
        properties = node.data.at("output_schema").at("properties")
        for name, item in properties.entries() if properties else ():
            yield name, item.at("type").text(), item


def _trigger(node: SourceNode) -> Outputs:
    return {name: Output(valid_name(name), "any") for name, _, _ in trigger_fields(node) if name}


def _llm(_: SourceNode) -> Outputs:
    return {
        "text": Output("text", "string"),
        "reasoning_content": Output("reasoning", "string"),
        "usage": Output("usage", "object", "its fields are called otherwise here"),
        "finish_reason": Output("finish_reason", "string"),
        "structured_output": Output("structured", "any"),
    }


def _code(node: SourceNode) -> Outputs:
    return {
        name: Output(valid_name(name), value_type(item.at("type").text()))
        for name, item in node.data.at("outputs").entries()
    }


def _aggregator(node: SourceNode) -> Outputs:
    settings = node.data.at("advanced_settings")
    if settings.at("group_enabled").flag() and settings.at("groups"):
        return {
            name: Output(
                valid_name(name), "object", below=value_type(group.at("output_type").text())
            )
            for group in settings.at("groups").items()
            if (name := group.at("group_name").text())
        }
    return {"output": Output("output", value_type(node.data.at("output_type").text()))}


def _loop(node: SourceNode) -> Outputs:
    variables = {
        name: Output(valid_name(name), value_type(item.at("var_type").text()))
        for item in node.data.at("loop_variables").items()
        if (name := item.first_of("label", "variable").text())
    }
    return {**variables, "loop_round": Output("rounds", "number")}


def extracted_name(name: str) -> str:
    """Return the name of an extracted value; some are taken by what the node says of itself."""
    return f"{name}_" if name in {"is_success", "reason", "usage"} else valid_name(name)


def _extractor(node: SourceNode) -> Outputs:
    fields = {
        name: Output(extracted_name(name), value_type(item.at("type").text()))
        for item in node.data.at("parameters").items()
        if (name := item.at("name").text())
    }
    return {
        **fields,
        "__is_success": Output("is_success", "boolean", "true or false and no number"),
        "__reason": Output("reason", "string"),
        "__usage": Output("usage", "object", "its fields are called otherwise here"),
    }


def _http(_: SourceNode) -> Outputs:
    return {
        "status_code": Output("status", "number"),
        "body": Output("body", "string"),
        "headers": Output("headers", "object"),
        "files": Output("file", "file", _ONE_FILE),
    }


def _classifier(_: SourceNode) -> Outputs:
    return {
        "class_name": Output("class_name", "string"),
        "class_id": Output("class_id", "string"),
        "class_label": Output("class_name", "string", "the name, for there are no labels"),
        "usage": Output("usage", "object", "its fields are called otherwise here"),
    }


_FORM_TYPES: Final = {"file": "file", "file-list": "array[file]", "number": "number",
                      "checkbox": "boolean"}  # fmt: skip


def _human(node: SourceNode) -> Outputs:
    fields = {
        name: Output(valid_name(name), _FORM_TYPES.get(item.at("type").text(), "string"))
        for item in node.data.at("inputs").items()
        if (name := item.at("output_variable_name").text())
    }
    return {**fields, "__action_id": Output("action", "string")}


def _extracted(node: SourceNode) -> Outputs:
    is_list = node.data.at("is_array_file").flag()
    return {"text": Output("text", "array[string]" if is_list else "string")}


def _answer(_: SourceNode) -> Outputs:
    return {"answer": Output("text", "string")}


_LIST_NOTE: Final = "null, and no failure, when the list is empty"
_OUTPUTS: Final[dict[str, Callable[[SourceNode], Outputs]]] = {
    "start": _start,
    "trigger-webhook": _trigger,
    "trigger-plugin": _trigger,
    "answer": _answer,
    "llm": _llm,
    "code": _code,
    "template-transform": lambda _: {"output": Output("text", "string")},
    "variable-aggregator": _aggregator,
    "iteration": lambda _: {"output": Output("output", "array[any]")},
    "loop": _loop,
    "parameter-extractor": _extractor,
    "question-classifier": _classifier,
    "http-request": _http,
    "knowledge-retrieval": lambda _: {
        "result": Output("passages", "array[object]", "passages have `text` and `document` in "
                         "place of `content` and `title`")
    },
    "document-extractor": _extracted,
    "list-operator": lambda _: {
        "result": Output("result", "array[any]"),
        "first_record": Output("first", "any", _LIST_NOTE),
        "last_record": Output("last", "any", _LIST_NOTE),
    },
    "if-else": lambda _: {"selected_case_id": Output("case", "string", "`else` for `false`")},
    "tool": lambda _: {"text": Output("text", "string"),
                       "json": Output("data", "any", "the data itself and no list of it")},
    "agent": lambda _: {"text": Output("text", "string"), "usage": Output("usage", "object"),
                        "json": Output("data", "any", "the data itself and no list of it")},
    "human-input": _human,
}  # fmt: skip
