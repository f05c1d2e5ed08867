"""A trivial run of code in each language and runtime, warm and cold, beside a plain subprocess."""

import argparse
import asyncio
import contextlib
import json
import logging
import os
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from typing import Any

import uvloop

from skep_contracts.plugins.manifest import RUNTIMES
from skep_contracts.plugins.runtimes import (
    CodeRequest,
    ImageOrder,
    RuntimeHooks,
    SandboxRuntime,
)
from skep_testing.conformance.loading import load_hooks
from skep_testing.conformance.node_context import FakePluginContext
from skep_testing.conformance.runtime_kit.runtime_process import descendants
from skep_testing.docker_engine import DockerEngine, why_none

PYTHON = "def main(number):\n    return {'doubled': number * 2}\n"
SCRIPTS = {
    "python": PYTHON,
    "javascript": "function main({number}) {\n  return {doubled: number * 2};\n}\n",
}
PLAIN = f"import json, sys\n{PYTHON}print(json.dumps(main(**json.load(sys.stdin))))\n"
ROUNDS = 3
"""The best of so many: other work on the machine only adds."""


def request(language: str) -> CodeRequest:
    """Return a trivial run."""
    return CodeRequest(language=language, code=SCRIPTS[language], inputs={"number": 21})


def line(name: str, rounds: list[list[float]]) -> None:
    """Print the median and the 95th percentile of the best round."""
    ordered = sorted(min(rounds, key=statistics.median))
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
        sys.executable, "-I", "-c", PLAIN, stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    output, _ = await process.communicate(b'{"number": 21}')
    assert json.loads(output) == {"doubled": 42}


def make(name: str, settings: dict[str, Any]) -> SandboxRuntime:
    """Return an installed runtime."""
    for offers in load_hooks(RUNTIMES, name, RuntimeHooks).skep_runtimes():
        for offer in offers:
            runtime: SandboxRuntime = offer.factory(FakePluginContext(**settings))
            return runtime
    raise LookupError(name)


@contextlib.contextmanager
def engine(address: str | None) -> Iterator[str | None]:
    """Yield the address of an engine with the image: the one given, else one of our own."""
    if address is None and why_none():
        print(f"\ndocker: {why_none()}")
        yield None
        return
    own = None if address else DockerEngine()
    try:
        place = address or (own.start().address if own else "")
        for offers in load_hooks(RUNTIMES, "docker", RuntimeHooks).skep_runtimes():
            for offer in offers:
                assert offer.build_image is not None
                list(offer.build_image(FakePluginContext(engine=place), ImageOrder()))
        yield place
    finally:
        if own is not None:
            own.remove()


def private_kb(pid: int) -> int:
    """Return what a process would give back if it ended, in KiB."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(
        int(row.split()[1])
        for row in text.splitlines()
        if row.startswith(("Private_Clean", "Private_Dirty"))
    )


def in_containers() -> set[int]:
    """Return the containers' first processes, and what the engine keeps beside each."""
    found = set()
    for entry in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(OSError):
            command = entry.read_bytes()
            if b"programs.keeper" in command or command.startswith(b"/usr/bin/containerd-shim"):
                found.add(int(entry.parent.name))
    return found


def weigh() -> None:
    """Print what the processes of an idle runtime weigh."""
    for pid in sorted(descendants(os.getpid()) | in_containers()):
        try:
            name = Path(f"/proc/{pid}/comm").read_text().strip()
        except OSError:
            continue  # a spare that was just replaced
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
    try:
        for language in report.languages:
            await measure_language(runtime, language, count)
        await asyncio.sleep(0.5)
        weigh()
    finally:
        await runtime.stop()


async def measure_language(runtime: SandboxRuntime, language: str, count: int) -> None:
    """Print what a run costs, one at a time and several."""

    async def run() -> None:
        result = await runtime.run(request(language))
        assert result.result == {"doubled": 42}, result

    await one_by_one(run, max(2, count // 30))
    used = resource.getrusage(resource.RUSAGE_SELF)
    line(f"  {language}", [await one_by_one(run, count) for _ in range(ROUNDS)])
    after = resource.getrusage(resource.RUSAGE_SELF)
    host = (after.ru_utime + after.ru_stime - used.ru_utime - used.ru_stime) / count / ROUNDS
    print(f"  {'processor time of the host':<32} {host * 1e3:10.2f} ms a run")
    for clients in (2, 4, 8):
        best = max([await rate(run, count, clients) for _ in range(ROUNDS)])
        print(f"  {f'{clients} clients':<32} {best:10.1f} runs/s")


async def main(count: int, address: str | None) -> None:
    """Measure the floor, then each runtime, with and without spares."""
    line("plain subprocess, no isolation", [await one_by_one(plain, 30) for _ in range(ROUNDS)])
    best = max([await rate(plain, 60, 2) for _ in range(ROUNDS)])
    print(f"{'  2 clients':<34} {best:10.1f} runs/s")
    for spares in (2, 0):
        runtime = make("bubblewrap", {"spares": spares})
        await measure(f"bubblewrap, {spares} forked ahead", runtime, count)
    with engine(address) as place:
        for spares in (4, 0) if place else ():
            runtime = make("docker", {"engine": place, "spares": spares})
            await measure(f"docker, {spares} started ahead", runtime, max(20, count // 20))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=600, help="runs of each kind")
    parser.add_argument("--engine", help="address of a Docker Engine; else one is started")
    logging.basicConfig(level=logging.ERROR)
    asked = parser.parse_args()
    print(f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} processors")
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        runner.run(main(asked.count, asked.engine))
    print(f"load of the machine after: {os.getloadavg()[0]:.1f}")
