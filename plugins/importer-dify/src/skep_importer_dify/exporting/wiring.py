"""Nodes on the canvas of the other side, and the edges between them."""

from typing import Final

import msgspec

from skep_contracts.graph import CanvasNote, Position, Size
from skep_importer_dify.exporting.desk import Data, Desk
from skep_importer_dify.source.places import Part

_HANDLES: Final = {"out": "source", "failed": "fail-branch", "timeout": "__timeout"}
_CONTAINERS: Final = {"iteration": "iteration-start", "loop": "loop-start"}
_KEYS: Final = {"iteration": ("isInIteration", "iteration_id"), "loop": ("isInLoop", "loop_id")}
_THEMES: Final = {"amber": "yellow", "grey": "violet", "blue": "blue", "green": "green",
                  "red": "pink"}  # fmt: skip
_WIDTH: Final = 244
_STEP_X: Final = 304


def wire(desk: Desk, made: dict[str, Data], part: Part) -> Data:
    """Return the graph of nodes that were written."""
    part.is_quiet = True
    nodes, edges = [], []
    for index, (node_id, data) in enumerate(made.items()):
        nodes.append(_node(desk, node_id, data, index))
        if data["type"] in _CONTAINERS:
            nodes.append(_mark(desk, node_id, data["type"]))
    nodes += (
        _note(f"note{index}", note)
        for index, note in enumerate(desk.document.notes.values(), start=1)
    )
    pairs = _pairs(desk, made)
    for source, port, target in pairs:
        handle = "false" if _is_else(made[source], port) else _HANDLES.get(port, port)
        edges.append(_edge(desk, made, (source, handle, target)))
    targets = {target for _, _, target in pairs}
    for node_id in made:
        parent = desk.document.nodes[node_id].parent
        if parent in made and node_id not in targets:
            edges.append(_first_edge(desk, made, parent, node_id))
    return {"edges": edges, "nodes": nodes, "viewport": {"x": 0, "y": 0, "zoom": 1}}


def _note(name: str, note: CanvasNote) -> Data:
    """Return a note; its text is kept as the state of an editor."""
    paragraph = {"type": "paragraph", "children": [{"type": "text", "text": note.text}]}
    state = {"root": {"type": "root", "children": [paragraph]}}
    size = note.size or Size(240, 88)
    return {
        "data": {
            "type": "",
            "title": "",
            "text": msgspec.json.encode(state).decode(),
            "theme": _THEMES[note.color],
            "showAuthor": False,
            "width": size.width,
            "height": size.height,
        },
        "height": size.height,
        "id": name,
        "position": {"x": note.at.x, "y": note.at.y},
        "type": "custom-note",
        "width": size.width,
    }


def _is_else(data: Data, port: str) -> bool:
    return data["type"] == "if-else" and port == "else"


def _pairs(desk: Desk, made: dict[str, Data]) -> list[tuple[str, str, str]]:
    """Return source, port and target of edges; what leads to a node left out leads on."""
    pairs = [(e.source_node, e.source_port, e.target) for e in desk.document.edges]
    for lost in desk.document.nodes:
        if lost in made:
            continue
        after = [pair for pair in pairs if pair[0] == lost and pair[1] == "out"]
        before = [pair for pair in pairs if pair[2] == lost]
        bridges = [(s, port, target) for s, port, _ in before for _, _, target in after]
        pairs = [pair for pair in pairs if lost not in (pair[0], pair[2])]
        pairs += [bridge for bridge in bridges if bridge not in pairs]
    return [pair for pair in pairs if pair[0] in made and pair[2] in made]


def _node(desk: Desk, node_id: str, data: Data, index: int) -> Data:
    node = desk.document.nodes[node_id]
    position = desk.document.layout.get(node_id) or Position(index * _STEP_X, 0)
    x, y = position.x, position.y
    inside: Data = {}
    if node.parent is not None:
        parent = desk.document.nodes[node.parent]
        flag, key = _KEYS[parent.type] if parent.type in _KEYS else _KEYS["loop"]
        data |= {flag: True, key: desk.ids[node.parent]}
        inside = {"parentId": desk.ids[node.parent], "zIndex": 1002}
        around = desk.document.layout.get(node.parent) or Position(0, 0)
        x, y = round(x - around.x, 1), round(y - around.y, 1)
    return {
        "data": {**data, "selected": False},
        "id": desk.ids[node_id],
        **inside,
        "position": {"x": x, "y": y},
        "positionAbsolute": {"x": position.x, "y": position.y},
        "sourcePosition": "right",
        "targetPosition": "left",
        "type": "custom",
        "width": _WIDTH,
    }


def _mark(desk: Desk, node_id: str, kind: str) -> Data:
    flag, _ = _KEYS[kind]
    return {
        "data": {"type": _CONTAINERS[kind], "title": "", "desc": "", flag: True},
        "draggable": False,
        "id": f"{desk.ids[node_id]}start",
        "parentId": desk.ids[node_id],
        "position": {"x": 24, "y": 68},
        "selectable": False,
        "type": f"custom-{_CONTAINERS[kind]}",
        "width": 44,
        "zIndex": 1002,
    }


def _edge(desk: Desk, made: dict[str, Data], ends: tuple[str, str, str]) -> Data:
    source, handle, target = ends
    parent = desk.document.nodes[source].parent
    return _connection(
        (desk.ids[source], handle, desk.ids[target]),
        (made[source]["type"], made[target]["type"]),
        _membership(desk, parent),
    )


def _first_edge(desk: Desk, made: dict[str, Data], parent: str, target: str) -> Data:
    """Return the edge that leads from a container's mark to where a round begins."""
    kind = _CONTAINERS.get(made[parent]["type"], "loop-start")
    return _connection(
        (f"{desk.ids[parent]}start", "source", desk.ids[target]),
        (kind, made[target]["type"]),
        _membership(desk, parent),
    )


def _membership(desk: Desk, parent: str | None) -> Data:
    found: Data = {"isInIteration": False, "isInLoop": False}
    if parent is not None:
        flag, key = _KEYS.get(desk.document.nodes[parent].type, _KEYS["loop"])
        found |= {flag: True, key: desk.ids[parent]}
    return found


def _connection(ends: tuple[str, str, str], types: tuple[str, str], membership: Data) -> Data:
    source, handle, target = ends
    return {
        "data": {**membership, "sourceType": types[0], "targetType": types[1]},
        "id": f"{source}-{handle}-{target}-target",
        "source": source,
        "sourceHandle": handle,
        "target": target,
        "targetHandle": "target",
        "type": "custom",
        "zIndex": 1002 if any(membership.get(key) is True for key, _ in _KEYS.values()) else 0,
    }
