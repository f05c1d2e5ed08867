"""What runs cost is what the ledger has, also when processes are killed and readers go away."""

import asyncio
import contextlib
import http.client
import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import msgspec
import pytest

from skep_contracts import topology
from skep_contracts.envelope import Envelope
from skep_contracts.events.usage import UsageRecorded
from skep_inference.money.under_way import Noted
from skep_runtime.bus import Bus, BusSettings
from skep_testing.stack import RunningStack
from tests.integration.api import create_app, eventually, start_run, wait_until_ended
from tests.integration.documents import model_chain
from tests.integration.models import ScriptedModel, scripted_model

pytestmark = [pytest.mark.integration, pytest.mark.slow]
MODEL = "openai/gpt-4o-mini"
RUNS = 4
CUT = 3


@pytest.fixture(scope="module")
def model() -> Iterator[ScriptedModel]:
    with scripted_model("--latency-s", "0.1", "--token-delay-s", "0.05", "--tokens", "12") as it:
        yield it


@pytest.fixture(scope="module")
def stack(model: ScriptedModel) -> Iterator[RunningStack]:
    with RunningStack() as running:
        model.connect(running)
        yield running


def rows(stack: RunningStack, query: str = "") -> list[dict[str, Any]]:
    usage = stack.request("GET", f"/api/v1/usage{query}")
    found: list[dict[str, Any]] = usage["rows"]
    return found


def cost(found: list[dict[str, Any]]) -> float:
    return float(sum(row["cost_usd"] or 0 for row in found))


def await_cost(stack: RunningStack, app: str, at_least: float) -> None:
    eventually(lambda: cost(rows(stack, f"?app={app}")) >= at_least - 1e-9)


@contextlib.asynccontextmanager
async def bus_of(stack: RunningStack) -> AsyncIterator[Bus]:
    password = (stack.data_dir / "secrets" / "nats.password").read_text().strip()
    settings = BusSettings(url=stack.nats_url, user="skep", password=password)
    bus = await Bus.connect(settings, service="test")
    try:
        yield bus
    finally:
        await bus.close()


async def ledger(stack: RunningStack) -> list[UsageRecorded]:
    """Return the entries of the ledger, as they came."""
    found = []
    async with bus_of(stack) as bus:
        async for message in bus.replay(topology.EVENTS, ["skep.v1.event.>"]):
            envelope = msgspec.json.decode(message.data, type=Envelope)
            if envelope.type == "usage.recorded.v1":
                found.append(msgspec.json.decode(envelope.data, type=UsageRecorded))
    return found


async def noted(stack: RunningStack) -> int:
    """Return how many calls are noted as under way, and have used something."""
    async with bus_of(stack) as bus:
        bucket = bus.bucket(topology.UNDER_WAY)
        pages = [page for key in await bucket.keys() if (page := await bucket.get(key))]
    each = [note for page in pages for note in msgspec.json.decode(page.value, type=list[Noted])]
    return sum(note.entry.output_tokens > 0 for note in each)


def begin_reading(stack: RunningStack) -> http.client.HTTPConnection:
    """Ask for a stream, and read its first piece."""
    connection = http.client.HTTPConnection("127.0.0.1", stack.port, timeout=30)
    body = {"model": MODEL, "messages": [{"role": "user", "content": "hi"}], "stream": True}
    headers = {"Authorization": f"Bearer {stack.key}", "Content-Type": "application/json"}
    connection.request("POST", "/openai/v1/chat/completions", json.dumps(body), headers)
    assert connection.getresponse().read(64)
    return connection


def read_a_little(stack: RunningStack) -> None:
    """Ask for a stream, and go away after its first piece."""
    begin_reading(stack).close()


async def test_costs_of_runs_are_those_of_their_app_whoever_is_killed(
    stack: RunningStack, model: ScriptedModel
) -> None:
    apps = [create_app(stack, model_chain(f"sums-{number}", MODEL, 3)) for number in range(2)]

    runs = [
        (app, start_run(stack, app, inputs={"topic": f"[[{app}]] {number}"}))
        for number in range(RUNS)
        for app in apps
    ]
    for killed in ("orchestrator", "gateway"):
        eventually(lambda: all(model.count(app)["started"] for app in apps))
        stack.kill(killed)
        stack.wait_until_ready()
    for _ in range(CUT):
        read_a_little(stack)
    ended = [(app, wait_until_ended(stack, run_id)) for app, run_id in runs]

    assert {run["status"] for _, run in ended} == {"succeeded"}
    for app in apps:
        of_runs = sum(run["cost_usd"] for owner, run in ended if owner == app)
        await_cost(stack, app, of_runs)
        assert cost(rows(stack, f"?app={app}")) == pytest.approx(of_runs), app
    eventually(lambda: sum(row["calls"] for row in rows(stack) if not row.get("app_id")) >= CUT)
    entries = await ledger(stack)
    assert sum(row["calls"] for row in rows(stack)) == len(entries)
    assert cost(rows(stack)) == pytest.approx(sum(entry.cost_usd or 0 for entry in entries))
    assert [entry.outcome for entry in entries].count("cancelled") >= CUT


async def test_streams_that_end_with_their_gateway_are_in_the_ledger_once() -> None:
    slowly = ("--latency-s", "0.01", "--token-delay-s", "0.1", "--tokens", "3000")
    with scripted_model(*slowly) as slow, RunningStack() as stack:
        slow.connect(stack)
        streams = [begin_reading(stack) for _ in range(CUT)]
        async with asyncio.timeout(30):
            while await noted(stack) < CUT:  # noqa: ASYNC110  # it happens in another process
                await asyncio.sleep(0.1)

        stack.kill("gateway")
        stack.wait_until_ready()
        eventually(lambda: sum(row["calls"] for row in rows(stack)) >= CUT, timeout_s=120)
        entries = await ledger(stack)

        assert [entry.outcome for entry in entries] == ["interrupted"] * CUT
        assert all(entry.is_estimated and entry.output_tokens for entry in entries)
        assert cost(rows(stack)) == pytest.approx(sum(entry.cost_usd or 0 for entry in entries))
        assert await noted(stack) == 0
        for stream in streams:
            stream.close()
