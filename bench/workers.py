"""What a second orchestrator process gives when there is work for it.

Runs of nodes that keep a processor busy, shared by one process and then by two. The machine's other
processes take their part of the cores; the floor is the same work in plain processes.
"""

import argparse
import asyncio
import itertools
import multiprocessing
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any

import msgspec

from services.orchestrator.tests.process.processes import Processes
from skep_runtime.bus import Bus
from skep_testing.nats import NatsServer

LENGTH = 20


def document(takes_s: float) -> bytes:
    """Return nodes in a row that keep the processor busy."""
    names = ["s", *(f"n{number}" for number in range(LENGTH)), "e"]
    nodes: dict[str, Any] = {
        name: {"type": "burn", "settings": {"takes_s": takes_s}} for name in names
    }
    nodes["s"], nodes["e"] = {"type": "begin"}, {"type": "finish"}
    edges = [{"from": a, "to": b} for a, b in itertools.pairwise(names)]
    return msgspec.json.encode({"skep": 1, "app": {"name": "busy"}, "nodes": nodes, "edges": edges})


async def measure(processes: Processes, runs: int, takes_s: float) -> float:
    """Return seconds from the first order to the last end."""
    text = document(takes_s)
    began = time.perf_counter()
    ids = [await processes.run(text) for _ in range(runs)]
    for run_id in ids:
        await processes.end_of(run_id)
    return time.perf_counter() - began


async def bench(runs: int, takes_s: float, repeats: int) -> list[float]:
    """Return the median seconds with one process and with two."""
    found = []
    with tempfile.TemporaryDirectory(prefix="skep-workers-") as folder, NatsServer() as server:
        bus = await Bus.connect(server.settings(), service="gateway")
        await bus.ensure_topology()
        processes = Processes(server, Path(folder), bus)
        try:
            for _ in range(2):
                await processes.start()
                await measure(processes, 4, takes_s)
                times = [await measure(processes, runs, takes_s) for _ in range(repeats)]
                found.append(statistics.median(times))
        finally:
            for process in processes.started:
                process.kill()
                process.wait()
            await bus.close()
    return found


def _burn(seconds: float) -> None:
    until_s = time.thread_time() + seconds
    while time.thread_time() < until_s:
        pass


def floor(count: int, seconds: float) -> float:
    """Return how long so many plain processes take to burn `seconds` together."""
    began = time.perf_counter()
    parts = [multiprocessing.Process(target=_burn, args=(seconds / count,)) for _ in range(count)]
    for part in parts:
        part.start()
    for part in parts:
        part.join()
    return time.perf_counter() - began


def main() -> None:
    """Read the options and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=64)
    parser.add_argument("--takes-s", type=float, default=0.002, help="processor time of a node")
    parser.add_argument("--repeats", type=int, default=5)
    options = parser.parse_args()
    one, two = asyncio.run(bench(options.runs, options.takes_s, options.repeats))
    work_s = options.runs * LENGTH * options.takes_s
    print(
        f"work {work_s:.2f} s   one process {one:.2f} s   two {two:.2f} s   {one / two:.2f} times"
    )
    print(f"plain processes: {floor(1, work_s) / floor(2, work_s):.2f} times")


if __name__ == "__main__":
    main()
