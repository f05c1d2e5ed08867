"""The shapes of bench/shapes.py in Haystack, which keeps nothing; it has no iteration."""

import asyncio
import json
import sys
import time
from typing import Any, NamedTuple

from haystack import Pipeline, component
from haystack.core.component.types import Variadic


class Case(NamedTuple):
    """A shape, where it begins, and how its time is shown."""

    name: str
    pipeline: Pipeline
    first: str
    units: float
    unit: str
    ideal: float = 0.0


@component
class Pass:
    """Passes its value on."""

    @component.output_types(value=str)
    def run(self, value: str) -> dict[str, Any]:
        """Return the value."""
        return {"value": value}


@component
class Wait:
    """Waits 50 ms."""

    @component.output_types(value=str)
    def run(self, value: str) -> dict[str, Any]:
        """Return the value."""
        time.sleep(0.05)
        return {"value": value}

    @component.output_types(value=str)
    async def run_async(self, value: str) -> dict[str, Any]:
        """Return the value."""
        await asyncio.sleep(0.05)
        return {"value": value}


@component
class Join:
    """Takes what all give."""

    @component.output_types(values=list[str])
    def run(self, values: Variadic[str]) -> dict[str, Any]:
        """Return them."""
        return {"values": list(values)}


def chain(length: int = 50) -> Pipeline:
    """Return components in a row."""
    pipeline = Pipeline(max_runs_per_component=10)
    for number in range(length):
        pipeline.add_component(f"n{number}", Pass())
        if number:
            pipeline.connect(f"n{number - 1}.value", f"n{number}.value")
    return pipeline


def fan(width: int, kind: Any) -> Pipeline:
    """Return components side by side, joined by one."""
    pipeline = Pipeline(max_runs_per_component=width + 10)
    pipeline.add_component("begin", Pass())
    pipeline.add_component("join", Join())
    for number in range(width):
        pipeline.add_component(f"n{number}", kind())
        pipeline.connect("begin.value", f"n{number}.value")
        pipeline.connect(f"n{number}.value", "join.values")
    return pipeline


async def measure(case: Case, repeats: int) -> list[float]:
    """Return what a unit takes, run after run."""
    found = []
    for _ in range(repeats + 1):
        began = time.perf_counter()
        await case.pipeline.run_async({case.first: {"value": "x"}}, concurrency_limit=100)
        found.append((time.perf_counter() - began) / case.units * 1e6 - case.ideal)
    return found[1:]


async def main(repeats: int) -> None:
    """Print a line of JSON for every shape."""
    cases = [
        Case("chain", chain(), "n0", 50, "µs a node"),
        Case("fan-out", fan(100, Pass), "begin", 100, "µs a node"),
        Case("parallel", fan(20, Wait), "begin", 1000, "ms over 50", 50.0),
    ]
    for case in cases:
        found = await measure(case, repeats)
        print(json.dumps(["haystack, in memory", case.name, found, case.unit]), flush=True)


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
