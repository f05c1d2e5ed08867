"""Whole requests, from a client through HTTP, gateway, NATS, orchestrator and back.

The client, the scripted model and the stack share the machine, so what they cost is in the numbers.
"""

import argparse
import asyncio
import os
import time
from typing import Any

import uvloop
from load import Caller, percentile

from skep_testing.stack import RunningStack
from tests.integration.api import create_app
from tests.integration.documents import code_app, model_chain, start, text_field, workflow
from tests.integration.models import scripted_model

INPUTS = {"topic": "bees and their ways"}
CODE = "def main(topic):\n    return {'result': topic.upper()}\n"


async def closed_loop(
    stack: RunningStack, body: dict[str, Any], *, clients: int, seconds: float
) -> tuple[list[float], float]:
    """Let clients ask again as soon as they have an answer; return latencies and runs a second."""
    latencies: list[float] = []
    deadline = time.perf_counter() + seconds

    async def client() -> None:
        caller = Caller(stack.port, stack.key)
        await caller.connect()
        while time.perf_counter() < deadline:
            began = time.perf_counter()
            run = await caller.post("/api/v1/runs", body)
            if run["status"] != "succeeded":
                raise RuntimeError(str(run))
            latencies.append(time.perf_counter() - began)
        caller.close()

    began = time.perf_counter()
    async with asyncio.TaskGroup() as tasks:
        for _ in range(clients):
            tasks.create_task(client())
    return latencies, len(latencies) / (time.perf_counter() - began)


async def first_bytes(
    stack: RunningStack, body: dict[str, Any], *, clients: int, seconds: float
) -> list[float]:
    """Return seconds to the first piece of text."""
    found: list[float] = []
    deadline = time.perf_counter() + seconds

    async def client() -> None:
        caller = Caller(stack.port, stack.key)
        await caller.connect()
        while time.perf_counter() < deadline:
            first, _ = await caller.first_byte("/api/v1/runs", body, b"answer.delta")
            found.append(first)
        caller.close()

    async with asyncio.TaskGroup() as tasks:
        for _ in range(clients):
            tasks.create_task(client())
    return found


def report(name: str, latencies: list[float], rate: float | None = None) -> None:
    """Print one line."""
    p50, p95 = percentile(latencies, 0.5) * 1e3, percentile(latencies, 0.95) * 1e3
    tail = f"  {rate:7.0f} runs/s" if rate else ""
    print(f"{name:<46} p50 {p50:7.1f} ms  p95 {p95:7.1f} ms{tail}", flush=True)


async def bench(stack: RunningStack, apps: dict[str, str], seconds: float) -> None:
    """Measure everything on one stack."""
    simple = {"app": apps["simple"], "inputs": INPUTS}
    await closed_loop(stack, simple, clients=4, seconds=2)
    for clients in (1, 32):
        found, rate = await closed_loop(stack, simple, clients=clients, seconds=seconds)
        report(f"prompt → mock model → output, {clients} clients", found, rate)
    for clients in (1, 64):
        body = {"app": apps["pure"], "inputs": INPUTS}
        found, rate = await closed_loop(stack, body, clients=clients, seconds=seconds)
        report(f"start → template → end, {clients} clients", found, rate)
    for clients in (1, 16):
        body = {"app": apps["code"], "inputs": INPUTS}
        found, rate = await closed_loop(stack, body, clients=clients, seconds=seconds)
        report(f"start → code in the sandbox → end, {clients} clients", found, rate)
    for clients in (1, 60):
        body = {"app": apps["echo"], "inputs": INPUTS, "respond": "stream"}
        first = await first_bytes(stack, body, clients=clients, seconds=seconds)
        report(f"echo, first byte of the answer, {clients} clients", first)


def pure_app() -> dict[str, Any]:
    """Return an app without effects."""
    return workflow(
        "pure",
        {
            "start": start(text_field("topic")),
            "say": {
                "type": "template",
                "settings": {
                    "template": "Hello {{ topic }}",
                    "inputs": {"topic": "{{start.topic}}"},
                },
            },
            "end": {"type": "end", "settings": {"outputs": {"text": "{{say.text}}"}}},
        },
        [("start", "say"), ("say", "end")],
    )


def main() -> None:
    """Start a stack and a model, and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=6.0, help="for each measurement")
    parser.add_argument("--workers", type=int, default=1, help="orchestrator processes")
    parser.add_argument("--sync", default="always", help="always, 100ms or 1s")
    options = parser.parse_args()
    flags = ["--sync", options.sync, "--workers", str(options.workers), "--log-level", "warning"]
    with scripted_model("--tokens", "8") as model, RunningStack(options=flags) as stack:
        model.connect(stack)
        simple = model_chain("simple", "openai/gpt-4o-mini", 1)
        del simple["nodes"]["answer"]
        simple["edges"] = [{"from": "start", "to": "n1"}, {"from": "n1", "to": "end"}]
        apps = {
            "simple": create_app(stack, simple),
            "pure": create_app(stack, pure_app()),
            "code": create_app(stack, code_app("code", CODE)),
            "echo": create_app(stack, model_chain("echo", "echo/echo", 1)),
        }
        print(f"sync {options.sync}, {options.workers} orchestrator(s), {os.cpu_count()} cores")
        uvloop.run(bench(stack, apps, options.seconds))


if __name__ == "__main__":
    main()
