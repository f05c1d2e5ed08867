"""The shapes of bench/shapes.py in LangGraph: in memory, and with a checkpoint for every step."""

import asyncio
import json
import operator
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, NamedTuple, TypedDict

from langgraph.checkpoint.sqlite.aio import AsyncSqliteSaver
from langgraph.graph import END, START, StateGraph
from langgraph.types import Send


class Case(NamedTuple):
    """A shape, and how its time is shown."""

    name: str
    graph: Any
    units: float
    unit: str
    ideal: float = 0.0


class State(TypedDict):
    """What flows: the last value, and what nodes side by side gave."""

    value: Any
    gathered: Annotated[list[Any], operator.add]


class Gathered(TypedDict):
    """What a round gives."""

    gathered: Annotated[list[Any], operator.add]


async def _pass(state: State) -> dict[str, Any]:
    await asyncio.sleep(0)
    return {"value": state["value"]}


async def _gather(state: State) -> dict[str, Any]:
    await asyncio.sleep(0)
    return {"gathered": [state["value"]]}


async def _wait(_state: State) -> dict[str, Any]:
    await asyncio.sleep(0.05)
    return {"gathered": [1]}


async def _nothing(_state: State) -> dict[str, Any]:
    return {}


def chain(length: int = 50) -> StateGraph:
    """Return nodes in a row."""
    graph = StateGraph(State)
    before = START
    for number in range(length):
        graph.add_node(f"n{number}", _pass)
        graph.add_edge(before, f"n{number}")
        before = f"n{number}"
    graph.add_edge(before, END)
    return graph


def fan(width: int, node: Callable[..., Any]) -> StateGraph:
    """Return nodes side by side, joined by one."""
    graph = StateGraph(State)
    names = [f"n{number}" for number in range(width)]
    for name in names:
        graph.add_node(name, node)
        graph.add_edge(START, name)
    graph.add_node("join", _nothing)
    graph.add_edge(names, "join")
    graph.add_edge("join", END)
    return graph


def iteration(items: int) -> StateGraph:
    """Return two nodes that are run for every item."""
    inner = StateGraph(State, output_schema=Gathered)
    inner.add_node("first", _pass)
    inner.add_node("second", _gather)
    inner.add_edge(START, "first")
    inner.add_edge("first", "second")
    inner.add_edge("second", END)
    graph = StateGraph(State)
    graph.add_node("begin", _nothing)
    graph.add_node("each", inner.compile())
    graph.add_edge(START, "begin")
    graph.add_conditional_edges(
        "begin", lambda _state: [Send("each", {"value": n, "gathered": []}) for n in range(items)]
    )
    graph.add_edge("each", END)
    return graph


async def measure(graph: Any, repeats: int, case: Case, **config: Any) -> list[float]:
    """Return what a unit takes, run after run."""
    found = []
    for number in range(repeats + 1):
        settings = {"recursion_limit": 5000, "configurable": {"thread_id": str(number)}}
        began = time.perf_counter()
        await graph.ainvoke({"value": "x", "gathered": []}, settings, **config)
        found.append((time.perf_counter() - began) / case.units * 1e6 - case.ideal)
    return found[1:]


async def main(repeats: int) -> None:
    """Print a line of JSON for every shape."""
    cases = [
        Case("chain", chain(), 50, "µs a node"),
        Case("fan-out", fan(100, _gather), 100, "µs a node"),
        Case("parallel", fan(20, _wait), 1000, "ms over 50", 50.0),
        Case("iteration", iteration(1000), 1000, "µs an item"),
    ]
    for case in cases:
        found = await measure(case.graph.compile(), repeats, case)
        print(json.dumps(["langgraph, in memory", case.name, found, case.unit]), flush=True)
    with tempfile.TemporaryDirectory() as folder:
        async with AsyncSqliteSaver.from_conn_string(str(Path(folder) / "c.db")) as saver:
            for case in cases[:3]:
                compiled = case.graph.compile(checkpointer=saver)
                found = await measure(compiled, repeats, case, durability="sync")
                print(json.dumps(["langgraph, SQLite", case.name, found, case.unit]), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
