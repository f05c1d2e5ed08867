"""The graph of the source: what is run, without what is only drawn."""

import re
from collections.abc import Iterator
from typing import Final

import msgspec

from skep_contracts.graph import MAX_NODES
from skep_contracts.ids import NODE_ID_PATTERN
from skep_contracts.problems import FieldError, InvalidInput
from skep_contracts.references import NAMESPACES
from skep_importer_dify.source.names import json_value
from skep_importer_dify.source.places import Part, Place, Report

CONTAINERS: Final = frozenset({"iteration", "loop"})
MARKERS: Final = frozenset({"iteration-start", "loop-start"})
NOTES: Final = frozenset({"custom-note"})
TRIGGERS: Final = frozenset({"trigger-webhook", "trigger-schedule", "trigger-plugin"})
ROOTS: Final = frozenset({"start"}) | TRIGGERS
LEGACY_TYPES: Final = {"variable-assigner": "variable-aggregator"}
MAX_DEPTH: Final = 5
MAX_EDGES: Final = 4 * MAX_NODES
_ID: Final = re.compile(NODE_ID_PATTERN)
_LONGEST_ID: Final = 56


class SourceNode(msgspec.Struct, eq=False):
    """A node of the source."""

    id: str
    type: str
    place: Place
    data: Place
    part: Part
    new_id: str
    parent: str | None = None

    @property
    def title(self) -> str:
        """What people call it."""
        return self.data.at("title").text()

    @property
    def strategy(self) -> str:
        """How it takes failure: ``fail-branch``, ``default-value``, or nothing."""
        found = self.data.at("error_strategy").text()
        return "" if found == "none" else found


class SourceEdge(msgspec.Struct, frozen=True):
    """A connection of the source."""

    source: str
    handle: str
    target: str
    pointer: str


class SourceNote(msgspec.Struct, frozen=True):
    """A note beside the nodes."""

    text: str
    place: Place


class SourceGraph:
    """Nodes by id and edges between them; both may be taken out."""

    def __init__(self) -> None:
        self.nodes: dict[str, SourceNode] = {}
        self.edges: list[SourceEdge] = []
        self.notes: list[SourceNote] = []

    def parent_of(self, node_id: str) -> str | None:
        """Return the container a node is inside of."""
        node = self.nodes.get(node_id)
        return node.parent if node is not None else None

    def around(self, node_id: str) -> Iterator[str]:
        """Yield the containers around a node, the innermost first."""
        seen = {node_id}
        parent = self.parent_of(node_id)
        while parent is not None and parent not in seen:
            yield parent
            seen.add(parent)
            parent = self.parent_of(parent)

    def leaving(self, node_id: str) -> list[SourceEdge]:
        """Return the edges that leave a node."""
        return [edge for edge in self.edges if edge.source == node_id]

    def remove(self, *node_ids: str) -> None:
        """Take nodes out, with their edges."""
        gone = set(node_ids)
        for node_id in gone:
            self.nodes.pop(node_id, None)
        self.edges = [e for e in self.edges if e.source not in gone and e.target not in gone]

    def bypass(self, node_id: str) -> None:
        """Take a node out and lead what came to it on to what came after it."""
        after = [edge for edge in self.leaving(node_id) if edge.handle == "source"]
        bridges = [
            SourceEdge(edge.source, edge.handle, following.target, edge.pointer)
            for edge in self.edges
            if edge.target == node_id
            for following in after
            if following.target != edge.source
        ]
        self.remove(node_id)
        known = {(edge.source, edge.handle, edge.target) for edge in self.edges}
        for edge in bridges[:MAX_EDGES]:
            key = (edge.source, edge.handle, edge.target)
            if key not in known:
                known.add(key)
                self.edges.append(edge)


def read_graph(place: Place, report: Report, part: Part) -> SourceGraph:
    """Return the nodes that do something, and the edges between them."""
    graph = SourceGraph()
    graph.notes = list(_read_notes(place.at("nodes")))
    taken: set[str] = set()
    _bound(place.at("nodes"), MAX_NODES)
    _bound(place.at("edges"), MAX_EDGES)
    for item in place.at("nodes").items():
        node = _read_node(item, report, taken)
        if node is None:
            continue
        if node.id in graph.nodes:
            node.part.drop(f"another node is called {node.id:.80} already")
            continue
        taken.add(node.new_id)
        graph.nodes[node.id] = node
    _find_parents(graph)
    _read_edges(place, graph, part)
    return graph


def _bound(place: Place, limit: int) -> None:
    count = len(place.value) if isinstance(place.value, list) else 0
    if count > limit:
        message = f"{count:,} of them; the limit is {limit:,}"
        raise InvalidInput(
            f"The graph is too large at {place.pointer}: {message}.",
            errors=[FieldError(pointer=place.pointer, message=message)],
            code="invalid_source",
        )


def _is_note(place: Place) -> bool:
    kind = place.at("data").at("type").text()
    is_drawn = place.at("type").text() in NOTES
    return is_drawn or (kind in {"", "note"} and bool(place.at("data").at("text")))


def _read_notes(place: Place) -> Iterator[SourceNote]:
    for item in place.items():
        if _is_note(item):
            yield SourceNote(_note_text(item.at("data")), item)


def _read_node(place: Place, report: Report, taken: set[str]) -> SourceNode | None:
    data = place.at("data")
    kind = data.at("type").text()
    node_id = place.at("id").text()
    if _is_note(place):
        report.part(place.pointer, "note")
        return None
    kind = LEGACY_TYPES.get(kind, kind)
    title = data.at("title").text()
    label = f"{kind:.60} “{title:.100}”" if title else f"{kind:.60} {node_id:.80}"
    # A mark is no node: nobody misses it.
    part = Part(place.pointer, label) if kind in MARKERS else report.part(place.pointer, label)
    place = Place(place.value, place.pointer, part)
    new_id = part.node = _valid_id(node_id, taken)
    if not node_id:
        part.drop("a node without an id, which nothing can lead to")
        return None
    if new_id != node_id and kind not in MARKERS:
        part.changed(f"{place.pointer}/id", f"is called `{new_id}` here")
    return SourceNode(node_id, kind, place, place.at("data"), part, new_id)


def _valid_id(node_id: str, taken: set[str]) -> str:
    valid = node_id
    if not _ID.match(node_id) or node_id in NAMESPACES:
        valid = re.sub(r"[^A-Za-z0-9_-]+", "_", node_id)[:_LONGEST_ID]
        if not _ID.match(valid) or valid in NAMESPACES:
            valid = f"node_{valid}".rstrip("_-")[:_LONGEST_ID]
    return unused(valid, taken)


def unused(name: str, taken: "set[str] | dict[str, object]") -> str:
    """Return a name that is not taken: itself, or with a number."""
    count = 2
    found = name
    while found in taken:
        found = f"{name}_{count}"
        count += 1
    return found


def _find_parents(graph: SourceGraph) -> None:
    for node in graph.nodes.values():
        stated = node.place.at("parentId")
        parent = stated.text() or _stated_container(node)
        if parent in graph.nodes and graph.nodes[parent].type in CONTAINERS:
            node.parent = parent
        elif parent:
            node.part.changed(stated.pointer, f"stands outside: no container {parent:.80} is there")
    for node in graph.nodes.values():
        around = list(graph.around(node.id))
        if len(around) > MAX_DEPTH or node.id in around or _is_inside_itself(node, graph):
            node.part.changed(node.place.pointer, "stands outside: its containers are inside out")
            node.parent = None


def _stated_container(node: SourceNode) -> str:
    for flag, key in (("isInIteration", "iteration_id"), ("isInLoop", "loop_id")):
        if node.data.at(key) and (node.data.at(flag).value is not False):
            return node.data.at(key).text()
    return ""


def _is_inside_itself(node: SourceNode, graph: SourceGraph) -> bool:
    around = list(graph.around(node.id))
    return bool(around) and graph.parent_of(around[-1]) is not None


def _read_edges(place: Place, graph: SourceGraph, part: Part) -> None:
    seen: set[tuple[str, str, str]] = set()
    for item in place.at("edges").items():
        source, target = item.at("source").text(), item.at("target").text()
        handle = item.at("sourceHandle").text() or "source"
        ends = [graph.nodes.get(source), graph.nodes.get(target)]
        if None in ends:
            missing = source if ends[0] is None else target
            part.left_out(item.pointer, f"an edge of a node that is not there: {missing:.80}")
            continue
        if ends[0].parent != ends[1].parent:  # type: ignore[union-attr]  # both are there
            part.left_out(item.pointer, f"{source:.80} → {target:.80} crosses a container's border")
            continue
        if (source, handle, target) in seen or source == target:
            continue
        seen.add((source, handle, target))
        graph.edges.append(SourceEdge(source, handle, target, item.pointer))


_NOTE_WORDS: Final = re.compile(r'"text"\s*:\s*"((?:[^"\\]|\\.)*)"')


def _note_text(data: Place) -> str:
    """Return the words of a note, which is kept as the state of an editor."""
    text = data.at("text").text()
    words = [str(json_value(f'"{word}"', word)) for word in _NOTE_WORDS.findall(text)]
    return "\n".join(words) if words else text
