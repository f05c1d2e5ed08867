"""The shapes of bench/shapes.py in graphon, Dify's engine, read from its DSL. It keeps nothing.

Its nodes here are variable aggregators, which compute in place. It has no node that only waits.
"""

import json
import sys
import time
from collections.abc import Sequence
from typing import Any

from graphon.dsl import loads

Selector = Sequence[str]


def _node(name: str, data: dict[str, Any]) -> dict[str, Any]:
    return {"id": name, "type": "custom", "data": data, "position": {"x": 0, "y": 0}}


def _pass(name: str, source: Selector, **inside: Any) -> dict[str, Any]:
    data = {"type": "variable-aggregator", "title": name, "output_type": "any"}
    return _node(name, {**data, "variables": [list(source)], **inside})


def _edge(source: str, target: str, **inside: Any) -> dict[str, Any]:
    handles = {"sourceHandle": "source", "targetHandle": "target"}
    ends = {"id": f"{source}-{target}", "source": source, "target": target}
    return {**ends, **handles, "data": inside}


def document(nodes: list[Any], edges: list[Any], output: Selector) -> str:
    """Return a whole app: a start, these nodes, and an end."""
    variable = {"variable": "x", "type": "text-input", "label": "x", "required": False}
    start = _node("s", {"type": "start", "title": "s", "variables": [variable]})
    given = [{"variable": "o", "value_selector": list(output), "value_type": "any"}]
    end = _node("e", {"type": "end", "title": "e", "outputs": given})
    graph = {"nodes": [start, *nodes, end], "edges": edges}
    return json.dumps(
        {
            "kind": "app",
            "version": "0.3.1",
            "app": {"name": "shape", "mode": "workflow"},
            "workflow": {"graph": graph, "features": {}},
        }
    )


def chain(length: int = 50) -> str:
    """Return nodes in a row."""
    nodes, edges = [], []
    before: Selector = ("s", "x")
    for number in range(length):
        nodes.append(_pass(f"n{number}", before))
        edges.append(_edge(before[0], f"n{number}"))
        before = (f"n{number}", "output")
    return document(nodes, [*edges, _edge(before[0], "e")], before)


def fan(width: int = 100) -> str:
    """Return nodes side by side, joined by one."""
    names = [f"n{number}" for number in range(width)]
    nodes = [_pass(name, ("s", "x")) for name in names]
    nodes.append(_pass("join", (names[-1], "output")))
    edges = [_edge("s", name) for name in names] + [_edge(name, "join") for name in names]
    return document(nodes, [*edges, _edge("join", "e")], ("join", "output"))


def iteration() -> str:
    """Return two nodes that are run for every item of the environment variable `items`."""
    inside = {"isInIteration": True, "iteration_id": "each"}
    each = {
        "type": "iteration",
        "title": "each",
        "start_node_id": "eachstart",
        "iterator_selector": ["s", "items"],
        "output_selector": ["second", "output"],
        "is_parallel": True,
        "parallel_nums": 10,
        "flatten_output": False,
    }
    nodes = [
        _node("each", each),
        _node("eachstart", {"type": "iteration-start", "title": "", **inside}),
        _pass("first", ("each", "item"), **inside),
        _pass("second", ("first", "output"), **inside),
    ]
    edges = [
        _edge("s", "each"),
        _edge("eachstart", "first", **inside),
        _edge("first", "second", **inside),
        _edge("each", "e"),
    ]
    return document(nodes, edges, ("each", "output"))


def measure(text: str, inputs: dict[str, Any], repeats: int, units: int) -> list[float]:
    """Return µs a unit, run after run; reading the document is not counted."""
    found = []
    for _ in range(repeats + 1):
        engine = loads(text, start_inputs=inputs)
        began = time.perf_counter()
        events = list(engine.run())
        found.append((time.perf_counter() - began) / units * 1e6)
        if type(events[-1]).__name__ != "GraphRunSucceededEvent":
            raise RuntimeError(str(events[-1]))
    return found[1:]


def main(repeats: int) -> None:
    """Print a line of JSON for every shape."""
    cases = [
        ("chain", chain(), {"x": "v"}, 50, "µs a node"),
        ("fan-out", fan(), {"x": "v"}, 100, "µs a node"),
        ("iteration", iteration(), {"x": "v", "items": list(range(1000))}, 1000, "µs an item"),
    ]
    for name, text, inputs, units, unit in cases:
        found = measure(text, inputs, repeats, units)
        print(json.dumps(["graphon, in memory", name, found, unit]), flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]))
