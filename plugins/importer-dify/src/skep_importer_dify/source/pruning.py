"""Takes out of a graph what could not run here, so that the rest can."""

from collections.abc import Callable
from typing import Final

from skep_importer_dify.source.graph import CONTAINERS, MARKERS, ROOTS, SourceGraph, SourceNode
from skep_importer_dify.source.places import Part
from skep_importer_dify.source.ports import ports_of

MAX_BYPASSED: Final = 200


def prune(graph: SourceGraph, known: frozenset[str], part: Part) -> SourceNode | None:
    """Leave what can run and return where it begins, None when nothing does."""
    unknown = _of(graph, lambda found: found.type not in known | MARKERS)
    for node in unknown:
        node.part.drop(f"there is no node type for `{node.type:.60}`; what follows it runs without")
    for node in unknown[:MAX_BYPASSED]:
        graph.bypass(node.id)
    graph.remove(*(node.id for node in unknown))
    _leave_what_fits(graph)
    root = _choose_root(graph)
    _drop_odd_edges(graph, part)
    while _drop_unreached(graph, root) | _drop_empty(graph):
        pass
    graph.remove(*(node.id for node in graph.nodes.values() if node.type in MARKERS))
    return root


def _of(graph: SourceGraph, wanted: Callable[[SourceNode], bool]) -> list[SourceNode]:
    return [node for node in graph.nodes.values() if wanted(node)]


def _leave_what_fits(graph: SourceGraph) -> None:
    for node in _of(graph, lambda found: found.parent is not None):
        if node.type in ROOTS | {"end"}:
            node.part.drop("cannot stand inside of a container")
            graph.bypass(node.id)
    for node in _of(graph, lambda found: found.type == "loop-end" and found.parent is None):
        node.part.drop("stands in no loop that it could end")
        graph.bypass(node.id)


def _choose_root(graph: SourceGraph) -> SourceNode | None:
    roots = _of(graph, lambda found: found.type in ROOTS)
    roots.sort(key=lambda found: found.type != "start")
    for extra in roots[1:]:
        extra.part.drop(
            f"an app here begins in one place, which is {roots[0].id:.80}; what only this one led "
            "to is left out too"
        )
        graph.remove(extra.id)
    return roots[0] if roots else None


def _drop_odd_edges(graph: SourceGraph, part: Part) -> None:
    kept = []
    handles = {node.id: ports_of(node) for node in graph.nodes.values()}
    for edge in graph.edges:
        target = graph.nodes[edge.target]
        if graph.nodes[edge.source].type in MARKERS:
            kept.append(edge)
        elif edge.handle not in handles[edge.source]:
            message = f"{edge.source:.80} has no way out called {edge.handle:.80}"
            part.left_out(edge.pointer, message)
        elif target.type in ROOTS | MARKERS:
            part.left_out(edge.pointer, f"nothing comes before {edge.target:.80}")
        else:
            kept.append(edge)
    graph.edges = kept


def _drop_unreached(graph: SourceGraph, root: SourceNode | None) -> bool:
    """Drop what no path leads to; over there it stands on the canvas and never runs."""
    following: dict[str, list[str]] = {}
    for edge in graph.edges:
        following.setdefault(edge.source, []).append(edge.target)
    reached: set[str] = set()
    frontier = [root.id] if root is not None else []
    while frontier:
        node_id = frontier.pop()
        if node_id in reached or node_id not in graph.nodes:
            continue
        reached.add(node_id)
        frontier += following.get(node_id, ())
        if graph.nodes[node_id].type in CONTAINERS:
            frontier += _entries(graph, node_id)
    lost = [node for node in graph.nodes.values() if node.id not in reached]
    for node in lost:
        if not node.part.is_left_out and node.type not in MARKERS:
            node.part.drop("no path leads here, so it never ran")
    graph.remove(*(node.id for node in lost))
    return bool(lost)


def _entries(graph: SourceGraph, container: str) -> list[str]:
    """Return where a round begins: at the mark, at the named node, or where no edge leads."""
    inner = [node for node in graph.nodes.values() if node.parent == container]
    marks = [node.id for node in inner if node.type in MARKERS]
    if marks:
        return marks
    named = graph.nodes[container].data.at("start_node_id").text()
    if named in {node.id for node in inner}:
        return [named]
    targets = {edge.target for edge in graph.edges}
    return [node.id for node in inner if node.id not in targets]


def _drop_empty(graph: SourceGraph) -> bool:
    filled = {node.parent for node in graph.nodes.values() if node.type not in MARKERS}
    empty = _of(graph, lambda found: found.type in CONTAINERS and found.id not in filled)
    for node in empty:
        node.part.drop("holds no nodes that could run")
        graph.remove(*(found.id for found in graph.nodes.values() if found.parent == node.id))
        graph.bypass(node.id)
    return bool(empty)
