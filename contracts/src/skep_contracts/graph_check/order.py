"""What comes before what: a topological order, cycles, what cannot be reached, ancestors."""

from collections.abc import Iterable, Mapping, Sequence
from heapq import heappop, heappush
from typing import Final, TypeAlias

from skep_contracts.graph_check.checked import CheckedEdge
from skep_contracts.graph_check.faults import Faults
from skep_contracts.problems import json_pointer

EdgesByNode: TypeAlias = Mapping[str, Sequence[CheckedEdge]]
MAX_CYCLES: Final = 10
_LONGEST_CYCLE_SHOWN: Final = 12


def group_edges(
    nodes: Iterable[str], edges: Iterable[CheckedEdge]
) -> tuple[dict[str, list[CheckedEdge]], dict[str, list[CheckedEdge]]]:
    """Return the edges into and out of each node, in the order of the document."""
    incoming: dict[str, list[CheckedEdge]] = {node: [] for node in nodes}
    outgoing: dict[str, list[CheckedEdge]] = {node: [] for node in incoming}
    for edge in edges:
        incoming[edge.target].append(edge)
        outgoing[edge.source].append(edge)
    return incoming, outgoing


def find_order(incoming: EdgesByNode, outgoing: EdgesByNode, faults: Faults) -> tuple[str, ...]:
    """Return the nodes, each after all it depends on; ties in the order of the document.

    Nodes on a cycle or behind one are reported and left out.
    """
    waiting = {node: len(edges) for node, edges in incoming.items()}
    names = list(waiting)
    position = {node: index for index, node in enumerate(names)}
    ready = [index for index, node in enumerate(names) if waiting[node] == 0]
    order: list[str] = []
    while ready:
        node = names[heappop(ready)]
        order.append(node)
        for edge in outgoing[node]:
            waiting[edge.target] -= 1
            if waiting[edge.target] == 0:
                heappush(ready, position[edge.target])
    if len(order) < len(waiting):
        _report_cycles(incoming, set(order), faults)
    return tuple(order)


def _report_cycles(incoming: EdgesByNode, ordered: set[str], faults: Faults) -> None:
    """Report cycles that share no node. What is left over has a predecessor that is left over."""
    done: set[str] = set()
    cycles = 0
    for begin in incoming:
        if begin in ordered or begin in done:
            continue
        path: list[CheckedEdge] = []
        position: dict[str, int] = {}
        node = begin
        while node not in position and node not in done:
            position[node] = len(path)
            edge = next(e for e in incoming[node] if e.source not in ordered)
            path.append(edge)
            node = edge.source
        if node not in done and cycles < MAX_CYCLES:
            cycles += 1
            _report_cycle(path[position[node] :], faults)
        done.update(position)


def _report_cycle(backwards: list[CheckedEdge], faults: Faults) -> None:
    edges = backwards[::-1]
    names = [edges[0].source, *(edge.target for edge in edges)]
    if len(names) > _LONGEST_CYCLE_SHOWN:
        names[_LONGEST_CYCLE_SHOWN - 2 : -1] = ["…"]
    last = max(edge.index for edge in edges)
    faults.add(json_pointer("edges", last), f"edges form a cycle: {' → '.join(names)}")


def find_reachable(starts: Iterable[str], outgoing: EdgesByNode) -> set[str]:
    """Return the nodes that some path of edges leads to, the starts among them."""
    reached = set(starts)
    frontier = list(reached)
    while frontier:
        for edge in outgoing[frontier.pop()]:
            if edge.target not in reached:
                reached.add(edge.target)
                frontier.append(edge.target)
    return reached


class Ancestors:
    """Who stands before whom. A set is one integer with a bit for each node of the document."""

    def __init__(self, order: Sequence[str], incoming: EdgesByNode) -> None:
        self._bit = {node: index for index, node in enumerate(order)}
        self._sets: list[int] = []
        for node in order:
            found = 0
            for edge in incoming[node]:
                index = self._bit[edge.source]
                found |= self._sets[index] | (1 << index)
            self._sets.append(found)

    def knows(self, node: str) -> bool:
        """Whether the node has a place in the order."""
        return node in self._bit

    def stands_before(self, earlier: str, later: str) -> bool:
        """Whether a path of edges leads from `earlier` to `later`."""
        return bool(self._sets[self._bit[later]] >> self._bit[earlier] & 1)
