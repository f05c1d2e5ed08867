"""A trivial run of code, warm and cold, one at a time and several, beside a plain subprocess."""

import argparse
import asyncio
import json
import logging
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable
from pathlib import Path

import uvloop

from skep_contracts.plugins.manifest import RUNTIMES
from skep_contracts.plugins.runtimes import CodeRequest, RuntimeHooks, SandboxRuntime
from skep_testing.conformance.loading import load_hooks
from skep_testing.conformance.node_context import FakePluginContext
from skep_testing.conformance.runtime_kit.runtime_process import descendants

CODE = "def main(number):\n    return {'doubled': number * 2}\n"
SCRIPT = f"import json, sys\n{CODE}print(json.dumps(main(**json.load(sys.stdin))))\n"
REQUEST = CodeRequest(language="python", code=CODE, inputs={"number": 21})


def line(name: str, seconds: list[float]) -> None:
    """Print the median and the 95th percentile."""
    ordered = sorted(seconds)
    p95 = ordered[int(len(ordered) * 0.95)]
    print(f"{name:<34} p50 {statistics.median(ordered) * 1e3:6.2f} ms   p95 {p95 * 1e3:6.2f} ms")


async def one_by_one(run: Callable[[], Awaitable[None]], count: int) -> list[float]:
    """Return how long each of `count` runs takes."""
    seconds = []
    for _ in range(count):
        began = time.perf_counter()
        await run()
        seconds.append(time.perf_counter() - began)
    return seconds


async def rate(run: Callable[[], Awaitable[None]], count: int, clients: int) -> float:
    """Return runs a second with so many clients."""
    left = iter(range(count))

    async def client() -> None:
        for _ in left:
            await run()

    began = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(clients):
            tasks.create_task(client())
    return count / (time.perf_counter() - began)


async def plain() -> None:
    """Run the code in a new interpreter, without any isolation."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-I", "-c", SCRIPT, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    output, _ = await process.communicate(b'{"number": 21}')
    assert json.loads(output) == {"doubled": 42}


def runtimes(spares: int) -> dict[str, SandboxRuntime]:
    """Return every installed runtime by name."""
    found: dict[str, SandboxRuntime] = {}
    context = FakePluginContext(spares=spares)
    for name in sorted(entry_points_of()):
        for offers in load_hooks(RUNTIMES, name, RuntimeHooks).skep_runtimes():
            found |= {offer.name: offer.factory(context) for offer in offers}
    return found


def entry_points_of() -> set[str]:
    """Return the names of the installed entry points."""
    from importlib.metadata import entry_points

    return {point.name for point in entry_points(group=RUNTIMES)}


def private_kb(pid: int) -> int:
    """Return what a process would give back if it ended, in KiB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(
        int(row.split()[1])
        for row in text.splitlines()
        if row.startswith(("Private_Clean", "Private_Dirty"))
    )


def weigh() -> None:
    """Print what the processes of an idle runtime weigh."""
    for pid in sorted(descendants(os.getpid())):
        name = Path(f"/proc/{pid}/comm").read_text().strip()
        status = Path(f"/proc/{pid}/status").read_text()
        rss = next(row.split()[1] for row in status.splitlines() if row.startswith("VmRSS"))
        print(f"  {name:<16} private {private_kb(pid) / 1024:5.1f} MiB, RSS {int(rss) / 1024:.1f}")


async def measure(name: str, runtime: SandboxRuntime, count: int) -> None:
    """Print everything about one runtime."""
    began = time.perf_counter()
    report = await runtime.start()
    print(f"\n{name}: ready after {time.perf_counter() - began:.2f} s, usable: {report.usable}")
    if not report.usable:
        return

    async def run() -> None:
        result = await runtime.run(REQUEST)
        assert result.result == {"doubled": 42}, result

    await one_by_one(run, 20)
    used = resource.getrusage(resource.RUSAGE_SELF)
    line("  one at a time", await one_by_one(run, count))
    after = resource.getrusage(resource.RUSAGE_SELF)
    host = (after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime) / count
    print(f"  {'processor time of the host':<32} {host * 1e3:10.2f} ms a run")
    for clients in (2, 4, 8):
        print(f"  {f'{clients} clients':<32} {await rate(run, count, clients):10.0f} runs/s")
    await asyncio.sleep(0.3)
    weigh()
    await runtime.stop()


async def main(count: int) -> None:
    """Measure the floor, then each runtime, with and without children forked ahead."""
    line("plain subprocess, no isolation", await one_by_one(plain, 30))
    print(f"{'  2 clients':<34} {await rate(plain, 60, 2):10.0f} runs/s")
    for spares in (2, 0):
        for name, runtime in runtimes(spares).items():
            await measure(f"{name}, {spares} forked ahead", runtime, count)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=600, help="runs of each kind")
    logging.basicConfig()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(parser.parse_args().count))
