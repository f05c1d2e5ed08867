"""A chain of 50 nodes through the real journal: µs a node.

Pure nodes compute in place. Effect nodes are asynchronous, as a model call is; each starts when
all it depends on is in the log, so a chain of them waits for the log once a node. Ordering the run
is part of what is measured. The floor is the same chain as bare coroutines, with nothing kept.
"""

import argparse
import asyncio
import statistics
import time
from collections.abc import Mapping
from typing import Any

import msgspec
import uvloop

from skep_contracts.commands.run import StartRun
from skep_contracts.graph import canonical, version_hash
from skep_contracts.graph_check import decode_graph
from skep_contracts.ids import AppId, RunId, new_id
from skep_contracts.plugins.nodes import NodeDescription, NodeResult, OutputSpec
from skep_contracts.run_log import RunCancelled, RunFailed, RunSucceeded, decode_batch
from skep_contracts.subjects import live_of_run
from skep_orchestrator.nodes.outside import Outside
from skep_orchestrator.runs.worker import Worker
from skep_runtime.bus import Bus
from skep_testing.nats import NatsServer

LENGTH = 50


class Settings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`value`: what the node passes on."""

    value: Any = None


class Pure:
    """Passes its value on."""

    def evaluate(self, ctx: Any, settings: Settings) -> NodeResult:
        """Return the value."""
        return NodeResult(outputs={"value": ctx.value(settings.value)})


class Effect:
    """Passes its value on, one turn of the loop later."""

    async def run(self, ctx: Any, settings: Settings) -> NodeResult:
        """Return the value."""
        await asyncio.sleep(0)
        return NodeResult(outputs={"value": ctx.value(settings.value)})


def describe(name: str, factory: Any, **more: Any) -> NodeDescription:
    """Describe a node type of a bench."""
    return NodeDescription(
        type=name,
        title=name,
        description=name,
        settings=Settings,
        outputs=lambda _: (OutputSpec(name="value"),),
        factory=lambda _: factory(),
        **more,
    )


class Host:
    """Offers the node types of this bench."""

    generation = 1
    nodes: Mapping[tuple[str, int], NodeDescription] = {
        ("begin", 1): describe("begin", Pure, role="start"),
        ("finish", 1): describe("finish", Pure, role="end"),
        ("pure", 1): describe("pure", Pure),
        ("effect", 1): describe("effect", Effect, effect="repeatable"),
    }

    def context(self, owner: str) -> Any:
        """Give factories nothing."""
        return None


def chain(kind: str) -> Any:
    """Return a document of `LENGTH` nodes in a row."""
    nodes: dict[str, Any] = {"begin": {"type": "begin", "settings": {"value": "x"}}}
    edges = []
    before = "begin"
    for number in range(LENGTH):
        name = f"n{number}"
        nodes[name] = {"type": kind, "settings": {"value": f"{{{{{before}.value}}}}"}}
        edges.append({"from": before, "to": name})
        before = name
    nodes["finish"] = {"type": "finish", "settings": {"value": f"{{{{{before}.value}}}}"}}
    edges.append({"from": before, "to": "finish"})
    return decode_graph({"skep": 1, "app": {"name": kind}, "nodes": nodes, "edges": edges})


async def floor(runs: int) -> float:
    """Return µs a node of bare coroutines that do the same and keep nothing."""

    async def one() -> None:
        values: dict[str, Any] = {"begin": "x"}
        before = "begin"
        for number in range(LENGTH):
            await asyncio.sleep(0)
            values[f"n{number}"] = values[before]
            before = f"n{number}"

    began = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(runs):
            tasks.create_task(one())
    return (time.perf_counter() - began) / runs / LENGTH * 1e6


async def measure(bus: Bus, version: str, runs: int, *, units: float = LENGTH) -> float:
    """Return µs a node, or a unit, from the orders to the last end."""
    tenant = "t_bench"
    commands = [
        StartRun(
            run_id=RunId(new_id("run")),
            app_id=AppId("app_bench"),
            version=version,  # type: ignore[arg-type]
            inputs={},
        )
        for _ in range(runs)
    ]
    ended: dict[str, float] = {}

    async def follow(run_id: str) -> None:
        async with bus.subscribe(live_of_run(tenant, run_id)) as heard:
            ready.release()
            async for message in heard:
                now = time.perf_counter()
                batch = decode_batch(message.data)
                match batch.events[-1]:
                    case RunSucceeded():
                        ended[run_id] = now
                        return
                    case RunFailed() | RunCancelled() as end:
                        raise RuntimeError(str(end))

    ready = asyncio.Semaphore(0)
    async with asyncio.TaskGroup() as tasks:
        for command in commands:
            tasks.create_task(follow(command.run_id))
        for _ in commands:
            await ready.acquire()
        ordered = time.perf_counter()
        await bus.publish_many([(command, tenant, command.run_id) for command in commands])
    return (max(ended.values()) - ordered) / runs / units * 1e6


async def bench(sync: str, repeats: int) -> None:
    """Measure one sync setting."""
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
            for kind in ("effect", "pure"):
                document = chain(kind)
                await client_bus.blobs.put("t_bench", canonical(document))
                version = version_hash(document)
                for runs in (1, 64):
                    await measure(client_bus, version, runs)
                    found = [await measure(client_bus, version, runs) for _ in range(repeats)]
                    bare = [await floor(runs) for _ in range(5)]
                    print(
                        f"sync {sync:>6}  {kind:<6} ×{runs:<3} "
                        f"{statistics.median(found):7.1f} µs a node  (min {min(found):.1f}; "
                        f"bare asyncio {statistics.median(bare):.1f})",
                        flush=True,
                    )
            working.cancel()
        await worker_bus.close()
        await client_bus.close()


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sync", nargs="*", default=["always", "100ms"])
    parser.add_argument("--repeats", type=int, default=15)
    options = parser.parse_args()
    for sync in options.sync:
        uvloop.run(bench(sync, options.repeats))


if __name__ == "__main__":
    main()
