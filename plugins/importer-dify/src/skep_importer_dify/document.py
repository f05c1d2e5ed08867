"""Puts a document together: nodes, edges, layout."""

from itertools import pairwise
from typing import Any, Final

from skep_importer_dify.failures import handling
from skep_importer_dify.meaning.bench import Bench, Converted
from skep_importer_dify.nodes import CONVERTERS
from skep_importer_dify.source.graph import SourceGraph, SourceNode, SourceNote
from skep_importer_dify.source.places import Place
from skep_importer_dify.source.ports import ELSE, FAILED, OUT, TIMEOUT, ports_of

Data = dict[str, Any]
_GAP_X: Final = 40
_GAP_Y: Final = 130
MAX_NESTED: Final = 6
_LARGEST: Final = 100_000
_COLORS: Final = {"blue": "blue", "cyan": "blue", "green": "green", "pink": "red",
                  "violet": "grey"}  # fmt: skip


def build(graph: SourceGraph, bench: Bench) -> Data:
    """Return the nodes, edges and layout of a document."""
    nodes: Data = {}
    for node in graph.nodes.values():
        made = _node(node, CONVERTERS[node.type](node, bench), bench)
        for before in bench.before.get(node.id, ()):
            nodes[before] = bench.extras[before]
        nodes[node.new_id] = made
    edges = _edges(graph, bench)
    layout = _layout(graph, bench)
    _lead_failures_somewhere(nodes, edges, layout)
    _end_somewhere(nodes, edges, layout, is_chat=bench.is_chat)
    made = {"nodes": nodes, "edges": edges, "layout": layout}
    notes = {f"note_{index}": _note(note) for index, note in enumerate(graph.notes, start=1)}
    return made | ({"notes": notes} if notes else {})


def _note(note: SourceNote) -> Data:
    x, y = _own_position(note.place)
    made: Data = {"text": note.text[:20_000], "at": [_tidy(x), _tidy(y)]}
    width, height = (note.place.at(key).number() or 0 for key in ("width", "height"))
    if 0 < width <= _LARGEST and 0 < height <= _LARGEST:
        made["size"] = [_tidy(width), _tidy(height)]
    color = _COLORS.get(note.place.at("data").at("theme").text())
    return {**made, "color": color} if color is not None else made


def _node(node: SourceNode, made: Converted, bench: Bench) -> Data:
    data: Data = {"type": made.type}
    if node.title:
        data["title"] = node.title
    if note := node.data.at("desc").text():
        data["note"] = note
    if node.parent is not None:
        data["parent"] = bench.graph.nodes[node.parent].new_id
    if made.settings:
        data["settings"] = made.settings
    known = bench.installed.node_types
    if known and made.type not in known:
        message = f"the node type `{made.type}` is not installed; install the plugin that brings it"
        node.part.changed(node.data.at("type").pointer, message)
    return data | handling(node)


def _edges(graph: SourceGraph, bench: Bench) -> list[Data]:
    """Return the edges; what was put before a node stands between it and those before it."""
    edges: list[Data] = []
    seen: set[tuple[str, str]] = set()

    def connect(source: str, target: str) -> None:
        if (source, target) not in seen:
            seen.add((source, target))
            edges.append({"from": source, "to": target})

    ports = {node.id: ports_of(node) for node in graph.nodes.values()}
    for edge in graph.edges:
        source, target = graph.nodes[edge.source], graph.nodes[edge.target]
        port = ports[edge.source][edge.handle]
        first = bench.before.get(edge.target, [target.new_id])[0]
        connect(source.new_id if port == OUT else f"{source.new_id}.{port}", first)
    for node_id, before in bench.before.items():
        chain = [*before, graph.nodes[node_id].new_id]
        for source_id, target_id in pairwise(chain):
            connect(source_id, target_id)
    return edges


def _layout(graph: SourceGraph, bench: Bench) -> Data:
    layout: Data = {}
    for node in graph.nodes.values():
        x, y = _position(node, graph)
        for index, before in enumerate(bench.before.get(node.id, ()), start=1):
            layout[before] = [_tidy(x - _GAP_X * index), _tidy(y - _GAP_Y * index)]
        layout[node.new_id] = [x, y]
    return layout


def _position(node: SourceNode, graph: SourceGraph) -> tuple[float, float]:
    """Return where a node stands on the canvas; over there it is counted from its container."""
    x, y = _own_position(node.place)
    for count, around in enumerate(graph.around(node.id)):
        if count == MAX_NESTED:
            break
        more_x, more_y = _own_position(graph.nodes[around].place)
        x, y = x + more_x, y + more_y
    return _tidy(x), _tidy(y)


def _own_position(place: Place) -> tuple[float, float]:
    position = place.at("position")
    return position.at("x").number() or 0, position.at("y").number() or 0


def _tidy(number: float) -> float:
    rounded = round(min(max(number, -1e9), 1e9), 1)
    return int(rounded) if rounded == int(rounded) else rounded


def _lead_failures_somewhere(nodes: Data, edges: list[Data], layout: Data) -> None:
    """Give a failure that leads nowhere a place to go, so that the run goes on without it."""
    leaving = {edge["from"] for edge in edges}
    for node_id in list(nodes):
        node = nodes[node_id]
        if node.get("on_failure") != "edge" or f"{node_id}.{FAILED}" in leaving:
            continue
        sink = _unused(f"{node_id[:50]}_failed", nodes)
        nodes[sink] = {"type": "template", "title": "The failure ends here",
                       "settings": {"template": ""}}  # fmt: skip
        if "parent" in node:
            nodes[sink]["parent"] = node["parent"]
        edges.append({"from": f"{node_id}.{FAILED}", "to": sink})
        x, y = layout[node_id]
        layout[sink] = [_tidy(x + 300), _tidy(y + _GAP_Y)]


def _end_somewhere(nodes: Data, edges: list[Data], layout: Data, *, is_chat: bool) -> None:
    """Give a run an end, or a chat an empty answer, where there is none; it may just stop there."""
    ends = {"answer"} if is_chat else {"end", "answer"}
    if any(node["type"] in ends for node in nodes.values()):
        return
    outer = [node_id for node_id, node in nodes.items() if "parent" not in node]
    sources = {edge["from"].partition(".")[0] for edge in edges}
    last = [node_id for node_id in outer if node_id not in sources]
    made: Data = {"end": {"type": "end", "title": "End"}}
    if is_chat:
        last = [node_id for node_id in last if nodes[node_id]["type"] != "end"] or outer[:1]
        empty, answer = _unused("nothing", nodes), _unused("answer", nodes)
        made = {
            empty: {"type": "template", "title": "An empty text", "settings": {"template": ""}},
            answer: {"type": "answer", "settings": {"text": f"{{{{{empty}.text}}}}"}},
        }
        edges.append({"from": empty, "to": answer})
    else:
        made = {_unused("end", nodes): made["end"]}
    first = next(iter(made))
    edges += (
        {"from": f"{node_id}{way}", "to": first}
        for node_id in last
        for way in _ways_out(nodes[node_id])
    )
    right = max((layout[node_id][0] for node_id in outer), default=0)
    for index, node_id in enumerate(made, start=1):
        layout[node_id] = [_tidy(right + 300 * index), layout[outer[0]][1]]
    nodes |= made


def _ways_out(node: Data) -> list[str]:
    """Return what stands behind a node's id in edges that leave it."""
    settings = node.get("settings", {})
    match node["type"]:
        case "if-else":
            return [*(f".{case['id']}" for case in settings["cases"]), f".{ELSE}"]
        case "question-classifier":
            return [f".{each['id']}" for each in settings["classes"]]
        case "human-input":
            actions = settings.get("actions", [{"id": "submit"}])
            return [*(f".{each['id']}" for each in actions), f".{TIMEOUT}"]
        case _:
            return [""]


def _unused(name: str, nodes: Data) -> str:
    count = 2
    found = name
    while found in nodes:
        found = f"{name}_{count}"
        count += 1
    return found
