"""What the converters of nodes work with: the graph, the references, and room for nodes of ours."""

import keyword
import re
from collections.abc import Callable
from typing import Any, Final, TypeAlias

import msgspec

from skep_contracts.plugins.importers import Installed
from skep_importer_dify.meaning.references import Found, References, Segment, joined
from skep_importer_dify.source.graph import SourceGraph, SourceNode, unused
from skep_importer_dify.source.places import Place

NodeData: TypeAlias = dict[str, Any]
_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]{0,63}\Z")


class Converted(msgspec.Struct, frozen=True):
    """A node type of ours and its settings."""

    type: str
    settings: dict[str, Any]


class Bench:
    """Holds what has been made: nodes of ours, each before the node it was made for."""

    def __init__(
        self, graph: SourceGraph, references: References, installed: Installed, *, is_chat: bool
    ) -> None:
        """Work on a pruned graph."""
        self.graph = graph
        self.references = references
        self.installed = installed
        self.is_chat = is_chat
        self.before: dict[str, list[str]] = {}
        """By a node of the source, the nodes of ours that go before it."""
        self.extras: dict[str, NodeData] = {}
        self._taken: dict[str, object] = {node.new_id: None for node in graph.nodes.values()}

    def new_id(self, node: SourceNode, suffix: str) -> str:
        """Return an id for a node that is made for another."""
        found = unused(f"{node.new_id[:48]}_{suffix}", self._taken)
        self._taken[found] = None
        return found

    def put_before(self, node: SourceNode, suffix: str, made: Converted, title: str) -> str:
        """Put a node between what leads to `node` and `node`; return its id."""
        node_id = self.new_id(node, suffix)
        data: NodeData = {"type": made.type, "title": title, "settings": made.settings}
        if node.parent is not None:
            data["parent"] = self.graph.nodes[node.parent].new_id
        self.extras[node_id] = data
        self.before.setdefault(node.id, []).append(node_id)
        return node_id

    def value(self, place: Place, node: SourceNode) -> str | None:
        """Return the reference that a selector stands for."""
        return self.references.value(place, node)

    def text(self, place: Place, node: SourceNode) -> str:
        """Return a template of the source as one of ours."""
        return self.references.template(place, node)

    def segments(self, place: Place, node: SourceNode) -> list[Segment]:
        """Return the pieces of a template."""
        return self.references.segments(place.text(), node, place)

    def typed(self, place: Place, node: SourceNode) -> Any:
        """Return a template as a value: one that is a reference keeps its type."""
        if isinstance(place.value, str):
            return self.text(place, node)
        if isinstance(place.value, list | dict):
            return _each(place, lambda item: self.typed(item, node))
        return place.value

    def inputs(self, place: Place, node: SourceNode) -> dict[str, Any]:
        """Return the variables of a code or a template by the name it gives them."""
        found: dict[str, Any] = {}
        for item in place.items():
            name = item.at("variable").text()
            if _NAME.match(name) and not keyword.iskeyword(name):
                found[name] = self.value(item.at("value_selector"), node)
            elif name:
                node.part.left_out(item.pointer, f"{name!r:.60} cannot name a value")
        return found


def _each(place: Place, convert: Callable[[Place], Any]) -> Any:
    if isinstance(place.value, list):
        return [convert(item) for item in place.items()]
    return {key: convert(item) for key, item in place.entries()}


Converter: TypeAlias = Callable[[SourceNode, Bench], Converted]

AS_MARKDOWN: Final = r"""
{%- if v is string %}{{ v }}
{%- elif v is mapping %}{{ v|tojson(indent=2)
  |replace("\\\\", "\u0000")|replace("\\u003c", "<")|replace("\\u003e", ">")
  |replace("\\u0026", "&")|replace("\\u0027", "'")|replace("\u0000", "\\\\") }}
{%- elif v is sequence %}
  {%- for item in v %}{% if not loop.first %}{{ "\n" }}{% endif %}- {{ item }}{% endfor %}
{%- elif v is not none %}{{ v }}
{%- endif %}"""
"""Writes a value as an answer over there shows it: objects as indented JSON, arrays as lists."""
_SHORT: Final = {
    "boolean": "{% if v is not none %}{{ v }}{% endif %}",
    "array[file]": '{% for file in v or "" %}{% if not loop.first %}{{ "\n" }}{% endif %}'
    "- {{ file.name }}{% endfor %}",
}


def shown(segments: list[Segment], node: SourceNode, bench: Bench) -> str:
    """Return a text for people; values that look different here are written out before.

    A text or a number is the same on both sides and stays a reference, so that it can stream.
    """
    parts: list[Segment] = []
    made: dict[str, Found] = {}
    for segment in segments:
        if isinstance(segment, str) or segment.type in {"string", "number", "file"}:
            parts.append(segment)
            continue
        if segment.path not in made:
            text = _SHORT.get(segment.type, AS_MARKDOWN)
            template = Converted("template", {"inputs": {"v": segment.text}, "template": text})
            title = f"{segment.path:.60} as text"
            made[segment.path] = Found(
                f"{bench.put_before(node, 'shown', template, title)}.text", "string"
            )
        parts.append(made[segment.path])
    return joined(parts)
