"""Workflows of other shapes than a chain, each with the real journal; peers beside them.

chain       50 nodes in a row
fan-out     100 nodes side by side, and one that joins them
parallel    20 waits of 50 ms side by side: how much longer than 50 ms
iteration   1,000 items through two nodes each, 10 at a time
stream      2,000 pieces of text to a client of the event stream, through gateway and HTTP

`--peers` runs the same shapes in LangGraph, Haystack and graphon, each in an environment of its
own that is made for it (bench/peers/). They keep nothing, unless the row says so.
"""

import argparse
import asyncio
import itertools
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import uvloop
from chain import Effect, Pure, Settings, describe, measure
from load import Caller

from skep_contracts.graph import canonical, version_hash
from skep_contracts.graph_check import decode_graph
from skep_contracts.plugins.nodes import NodeDescription, NodeResult, OutputSpec, Rounds
from skep_orchestrator.nodes.outside import Outside
from skep_orchestrator.runs.worker import Worker
from skep_runtime.bus import Bus
from skep_testing.nats import NatsServer
from skep_testing.stack import RunningStack
from tests.integration.api import create_app
from tests.integration.documents import model_chain

PEERS = ("langgraph", "haystack", "graphon")
PIECES = 2000


class EachSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Goes through items."""

    items: Any
    output: Any
    parallel: int = 10


class Wait:
    """Waits 50 ms."""

    async def run(self, ctx: Any, settings: Settings) -> NodeResult:
        """Return the value."""
        await asyncio.sleep(0.05)
        return NodeResult(outputs={"value": settings.value})


class Host:
    """Offers the node types of this bench."""

    generation = 1
    nodes: Mapping[tuple[str, int], NodeDescription] = {
        ("begin", 1): describe("begin", Pure, role="start"),
        ("finish", 1): describe("finish", Pure, role="end"),
        ("pure", 1): describe("pure", Pure),
        ("effect", 1): describe("effect", Effect, effect="repeatable"),
        ("wait", 1): describe("wait", Wait, effect="repeatable"),
        ("each", 1): NodeDescription(
            type="each",
            title="each",
            description="each",
            role="container",
            settings=EachSettings,
            rounds=lambda s: Rounds(
                items=s.items, output=s.output, parallel=s.parallel, max_rounds=10_000
            ),
            inner_fields=frozenset({"output"}),
            outputs=lambda _: (OutputSpec(name="output"), OutputSpec(name="rounds")),
        ),
    }

    def context(self, owner: str) -> Any:
        """Give factories nothing."""
        return None


def _document(nodes: dict[str, Any], edges: list[tuple[str, str]]) -> Any:
    return decode_graph(
        {
            "skep": 1,
            "app": {"name": "shape"},
            "limits": {"steps": 100_000},
            "nodes": {"begin": {"type": "begin", "settings": {"value": "x"}}, **nodes},
            "edges": [{"from": source, "to": target} for source, target in edges],
        }
    )


def chain(kind: str, length: int = 50) -> Any:
    """Return nodes in a row."""
    names = ["begin", *(f"n{number}" for number in range(length)), "finish"]
    nodes: dict[str, Any] = {
        name: {"type": kind, "settings": {"value": f"{{{{{before}.value}}}}"}}
        for before, name in itertools.pairwise(names)
    }
    nodes["finish"]["type"] = "finish"
    return _document(nodes, list(itertools.pairwise(names)))


def fan(kind: str, width: int) -> Any:
    """Return nodes side by side, joined by one."""
    names = [f"n{number}" for number in range(width)]
    nodes: dict[str, Any] = {
        name: {"type": kind, "settings": {"value": "{{begin.value}}"}} for name in names
    }
    nodes["finish"] = {"type": "finish", "settings": {"value": f"{{{{{names[-1]}.value}}}}"}}
    edges = [("begin", name) for name in names] + [(name, "finish") for name in names]
    return _document(nodes, edges)


def iteration(kind: str, items: int) -> Any:
    """Return two nodes that are run for every item."""
    nodes: dict[str, Any] = {
        "each": {
            "type": "each",
            "settings": {"items": list(range(items)), "output": "{{second.value}}"},
        },
        "first": {"type": kind, "parent": "each", "settings": {"value": "{{each.item}}"}},
        "second": {"type": kind, "parent": "each", "settings": {"value": "{{first.value}}"}},
        "finish": {"type": "finish", "settings": {"value": "{{each.rounds}}"}},
    }
    return _document(nodes, [("begin", "each"), ("first", "second"), ("each", "finish")])


async def ours(sync: str, repeats: int) -> None:
    """Measure every shape with one sync setting."""
    cases: list[tuple[str, Any, float, str, float]] = [
        *(("chain, " + kind, chain(kind), 50, "µs a node", 0.0) for kind in ("pure", "effect")),
        *(("fan-out, " + kind, fan(kind, 100), 100, "µs a node", 0) for kind in ("pure", "effect")),
        ("parallel", fan("wait", 20), 1000, "ms over 50", 50.0),
        *(
            ("iteration, " + kind, iteration(kind, 1000), 1000, "µs an item", 0)
            for kind in ("pure", "effect")
        ),
        *(
            (f"chain of {length:,}, pure", chain("pure", length), length, "µs a node", 0)
            for length in (10, 500, 2000)
        ),
    ]
    with NatsServer(sync=sync) as server:
        worker_bus = await Bus.connect(server.settings(), service="orchestrator")
        client_bus = await Bus.connect(server.settings(), service="bench")
        await client_bus.ensure_topology()
        worker = Worker(
            worker_bus,
            host=Host(),
            outside=Outside(bus=worker_bus, http=None, models=None),  # type: ignore[arg-type]
        )
        async with asyncio.TaskGroup() as tasks:
            working = tasks.create_task(worker.run())
            for name, document, units, unit, ideal in cases:
                await client_bus.blobs.put("t_bench", canonical(document))
                version = version_hash(document)
                await measure(client_bus, version, 1)
                found = [
                    await measure(client_bus, version, 1, units=units) - ideal
                    for _ in range(repeats)
                ]
                _print(f"skep, sync {sync}", name, found, unit)
            working.cancel()
        await worker_bus.close()
        await client_bus.close()


async def stream(stack: RunningStack, app: str, repeats: int) -> list[float]:
    """Return µs a piece, from the request to the last event a client reads."""
    body = {"app": app, "inputs": {"topic": "word " * PIECES}, "respond": "stream"}
    found = []
    caller = Caller(stack.port, stack.key)
    await caller.connect()
    for _ in range(repeats):
        began = time.perf_counter()
        await caller.first_byte("/api/v1/runs", body, b"run.succeeded")
        found.append((time.perf_counter() - began) / PIECES * 1e6)
    caller.close()
    return found


def _print(who: str, name: str, found: list[float], unit: str) -> None:
    median, least = statistics.median(found), min(found)
    print(f"{who:<24} {name:<22} {median:9.1f} {unit:<11} (min {least:.1f})", flush=True)


def peers(names: list[str], repeats: int, newer: str) -> None:
    """Make an environment for each peer, run its shapes there, print what it says."""
    here = Path(__file__).resolve().parent
    uv = subprocess.run(
        [here.parent / "scripts" / "find-uv"], check=True, capture_output=True, text=True
    ).stdout.strip()
    for name in names:
        requirements = here / "peers" / f"{name}.txt"
        with tempfile.TemporaryDirectory(prefix="skep-peer-") as folder:
            python = newer if name == "graphon" else sys.executable
            try:
                subprocess.run([uv, "venv", "-q", "-p", python, folder], check=True)
                install = [uv, "pip", "install", "-q", "-p", f"{folder}/bin/python"]
                subprocess.run([*install, "-r", requirements], check=True)
                script = [f"{folder}/bin/python", str(here / "peers" / f"{name}_shapes.py")]
                said = subprocess.run(
                    [*script, str(repeats)], check=True, capture_output=True, text=True
                )
            except subprocess.CalledProcessError as error:
                print(f"{name}: not measured ({error.stderr or error})")
                continue
        for line in said.stdout.splitlines():
            who, shape, found, unit = json.loads(line)
            _print(who, shape, found, unit)


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sync", nargs="*", default=["always", "100ms"])
    parser.add_argument("--repeats", type=int, default=9)
    parser.add_argument("--peers", nargs="*", choices=PEERS, default=None)
    parser.add_argument("--newer", default=">=3.12", help="the Python for graphon, 3.12 at least")
    options = parser.parse_args()
    for sync in options.sync:
        uvloop.run(ours(sync, options.repeats))
    with RunningStack(options=["--log-level", "warning"]) as stack:
        app = create_app(stack, model_chain("stream", "echo/echo", 1))
        found = uvloop.run(stream(stack, app, options.repeats))
        _print("skep, sync always, HTTP", "stream", found, "µs a piece")
    if options.peers is not None:
        peers(options.peers or list(PEERS), options.repeats, options.newer)


if __name__ == "__main__":
    main()
