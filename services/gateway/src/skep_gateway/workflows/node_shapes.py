"""What the nodes of a document offer as they stand: ports, outputs, and what is held inside.

An editor draws these while somebody writes, so settings that are not finished yet are taken as if
the missing parts were filled in: a class without a name has a port all the same.
"""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any, Final, TypeVar

import msgspec

from skep_contracts.graph import Node, WorkflowDocument
from skep_contracts.graph_check import NodeTypes
from skep_contracts.graph_check.containers import inner_values
from skep_contracts.graph_check.nodes import Draft
from skep_contracts.plugins.nodes import ERROR, FAILED, OUT, NodeDescription, OutputSpec
from skep_gateway.web.shapes import View, inline_schema

T = TypeVar("T")
_TEXTS: Final = ("x", "a.b", ".x", "{{a.b}}", "0")
_MAX_DEPTH: Final = 32


class OutputShape(View):
    """An output of a node."""

    name: str
    type: str
    description: str = ""
    streams: bool = False


class NodeShape(View):
    """What a node offers; null is what its type does not tell for these settings."""

    ports: list[str] | None
    outputs: list[OutputShape] | None
    inner: dict[str, str] | None = None
    """Of a container: what the nodes inside can read of it, by type."""


def node_shapes(document: WorkflowDocument, types: NodeTypes) -> dict[str, NodeShape]:
    """Return the shape of every node whose type is installed."""
    return {
        node_id: _shape(node_id, node, description)
        for node_id, node in document.nodes.items()
        if (description := types.get((node.type, node.version))) is not None
    }


def _shape(node_id: str, node: Node, description: NodeDescription) -> NodeShape:
    settings = _ask(lambda: _settings(node, description))
    if settings is None:
        return NodeShape(ports=None, outputs=None)
    ports_of, rounds_of = description.ports, description.rounds
    ports = _ask(lambda: list(dict.fromkeys(ports_of(settings) if ports_of else (OUT,))))
    outputs = _ask(lambda: [_output(output) for output in description.outputs(settings)])
    if ports is not None and node.on_failure == "edge":
        ports.append(FAILED)
    if outputs is not None and node.on_failure != "stop":
        outputs.append(OutputShape(name=ERROR, type="object"))
    inner = None
    if rounds_of is not None:
        rounds = _ask(lambda: rounds_of(settings))
        inner = inner_values(Draft(id=node_id, node=node, rounds=rounds))
    return NodeShape(ports=ports, outputs=outputs, inner=inner)


def _output(output: OutputSpec) -> OutputShape:
    return OutputShape(
        name=output.name,
        type=output.type,
        description=output.description,
        streams=output.streams,
    )


def _ask(question: Callable[[], T]) -> T | None:
    """Return what a plugin says; nothing when it cannot, which the check tells in words."""
    try:
        return question()
    except Exception:  # noqa: BLE001  # a stranger's code on settings that are half done
        return None


@lru_cache(maxsize=512)
def _schema(settings: type[msgspec.Struct]) -> dict[str, Any]:
    return inline_schema(settings)


def _settings(node: Node, description: NodeDescription) -> Any:
    try:
        return msgspec.convert(node.settings, description.settings, str_keys=True)
    except msgspec.ValidationError:
        filled = fill_in(node.settings, _schema(description.settings))
        return msgspec.convert(filled, description.settings, str_keys=True)


def fill_in(value: Any, schema: Mapping[str, Any], depth: int = 0) -> Any:
    """Return `value` with something of the right kind wherever a schema misses it."""
    if depth > _MAX_DEPTH:
        return value
    fill = _FILLERS.get(_kind(schema))
    return value if fill is None else fill(value, schema, depth)


def _kind(schema: Mapping[str, Any]) -> str:
    for key in ("anyOf", "enum"):
        if key in schema:
            return key
    return str(schema.get("type"))


def _one_of(value: Any, schema: Mapping[str, Any], depth: int) -> Any:
    options: list[Mapping[str, Any]] = schema["anyOf"]
    for option in options:
        if fill_in(value, option, depth + 1) == value:
            return value
    if isinstance(value, dict):
        for option in options:
            kinds = option.get("properties", {}).get("type", {}).get("enum")
            if kinds and value.get("type") in kinds:
                return fill_in(value, option, depth + 1)
    if {"type": "null"} in options:
        return None
    return fill_in(value, options[0], depth + 1)


def _chosen(value: Any, schema: Mapping[str, Any], _depth: int) -> Any:
    return value if value in schema["enum"] else schema.get("default", schema["enum"][0])


def _object(value: Any, schema: Mapping[str, Any], depth: int) -> dict[str, Any]:
    properties: Mapping[str, Any] = schema.get("properties", {})
    others = schema.get("additionalProperties", True)
    filled: dict[str, Any] = {}
    for name, item in value.items() if isinstance(value, dict) else ():
        if name in properties:
            filled[name] = fill_in(item, properties[name], depth + 1)
        elif isinstance(others, dict):
            filled[name] = fill_in(item, others, depth + 1)
        elif others:
            filled[name] = item
    for name in schema.get("required", ()):
        if name not in filled:
            filled[name] = fill_in(None, properties.get(name, {}), depth + 1)
    return filled


def _array(value: Any, schema: Mapping[str, Any], depth: int) -> list[Any]:
    items = schema.get("items", {})
    given = value if isinstance(value, list) else []
    missing = schema.get("minItems", 0) - len(given)
    return [fill_in(item, items, depth + 1) for item in (*given, *[None] * missing)]


def _text(value: Any, schema: Mapping[str, Any], _depth: int) -> str:
    pattern = schema.get("pattern")
    fits = re.compile(pattern).search if pattern else lambda _: True
    for text in (value, "", *_TEXTS):
        if isinstance(text, str) and len(text) >= schema.get("minLength", 0) and fits(text):
            return text
    return "x"


def _number(value: Any, schema: Mapping[str, Any], _depth: int) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    least: float = schema.get("minimum", schema.get("exclusiveMinimum", -1) + 1)
    return least


def _flag(value: Any, _schema: Mapping[str, Any], _depth: int) -> bool:
    return value if isinstance(value, bool) else False


_FILLERS: Final[Mapping[str, Callable[[Any, Mapping[str, Any], int], Any]]] = {
    "anyOf": _one_of,
    "enum": _chosen,
    "object": _object,
    "array": _array,
    "string": _text,
    "integer": _number,
    "number": _number,
    "boolean": _flag,
    "null": lambda _value, _schema, _depth: None,
}
