"""Canaries: what is secret turns up in no answer, log, event, trace or table, in clear."""

import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from services.gateway.tests.stage import Stage, staged
from services.gateway.tests.support import RunningGateway
from services.gateway.tests.web.canaries import KINDS, plant
from skep_contracts import topology
from skep_testing.http_server import ScriptedServer

Told = dict[str, dict[str, bytes]]
LOGGERS = ("skep_gateway", "skep_runtime", "skep_inference", "uvicorn", "aiohttp", "asyncio")
STREAMS = (topology.EVENTS, topology.JOURNAL, topology.LIVE, topology.DEAD_LETTERS)


class Lines(logging.Handler):
    """Keeps all that is logged, with its fields and errors."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self.lines: list[str] = []
        self._formatter = logging.Formatter()

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{self._formatter.format(record)} {vars(record)}")


@pytest.fixture(scope="module")
def lines() -> Iterator[Lines]:
    handler, levels = Lines(), {}
    for name in LOGGERS:
        logger = logging.getLogger(name)
        levels[name] = logger.level
        logger.setLevel(logging.DEBUG)
        logger.addHandler(handler)
    yield handler
    for name, level in levels.items():
        logging.getLogger(name).removeHandler(handler)
        logging.getLogger(name).setLevel(level)


@pytest.fixture(scope="module")
def spans() -> Iterator[InMemorySpanExporter]:
    exporter, provider = InMemorySpanExporter(), TracerProvider()
    provider.add_span_processor(SimpleSpanProcessor(exporter))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("skep_gateway.serving.edge.tracer", provider.get_tracer)
        patch.setattr("skep_inference.calls.call._TRACER", provider.get_tracer("inference"))
        yield exporter
    provider.shutdown()


@pytest.fixture(scope="module")
def told(lines: Lines, spans: InMemorySpanExporter) -> Iterator[tuple[dict[str, list[str]], Told]]:
    """Return the secrets of each kind, and by surface and place what was told of anything."""
    secrets, found = {}, {}
    with staged() as stage, ScriptedServer() as server:
        for name, hidden, at in plant(stage, server):
            secrets[name] = hidden
            found[f"answers to {name}"] = {str(n): body for n, body in enumerate(at.told)}
        gateway = stage.gateway
        secrets["keys of the gateway itself"] = [gateway.key, str(gateway.settings.vault.key)]
        found["listings"] = listings(stage)
        found["streams"] = gateway.run(lambda: messages(gateway))
        found["buckets"] = gateway.run(lambda: values(gateway))
        found["database"] = database(gateway)
        found["logs"] = {str(n): line.encode() for n, line in enumerate(lines.lines)}
        traced = spans.get_finished_spans()
        found["traces"] = {str(n): str(each.to_json()).encode() for n, each in enumerate(traced)}
        yield secrets, found


def listings(stage: Stage) -> dict[str, bytes]:
    """Return all that can be read at addresses without a part that changes, as the API tells."""
    described: Any = stage.gateway.request("GET", "/api/v1/openapi.json").json()
    paths = [path for path, methods in described["paths"].items() if "get" in methods]
    fixed = [path for path in paths if "{" not in path and not path.endswith("/events")]
    return {path: stage.gateway.request("GET", path).body for path in fixed}


async def messages(gateway: RunningGateway) -> dict[str, bytes]:
    bus, found = gateway.gateway.bus, {}
    for stream in STREAMS:
        async for message in bus.replay(stream, list(stream.subjects)):
            found[f"{stream.name} {message.subject} {message.seq}"] = message.data
    return found


async def values(gateway: RunningGateway) -> dict[str, bytes]:
    found = {}
    for spec in topology.BUCKETS:
        bucket = gateway.gateway.bus.bucket(spec)
        for key in await bucket.keys():
            entry = await bucket.get(key)
            found[f"{spec.name} {key}"] = b"" if entry is None else entry.value
    return found


def database(gateway: RunningGateway) -> dict[str, bytes]:
    """Return the files of the database, as whoever steals the disk has them."""
    path = Path(gateway.settings.database.url.removeprefix("sqlite:///"))
    return {each.name: each.read_bytes() for each in path.parent.glob(f"{path.name}*")}


@pytest.mark.parametrize("kind", [*KINDS, "keys of the gateway itself"])
def test_secrets_are_told_to_nobody(told: tuple[dict[str, list[str]], Told], kind: str) -> None:
    secrets, found = told

    leaks = [
        f"{surface}: {place}"
        for secret in secrets[kind]
        for surface, places in found.items()
        for place, text in places.items()
        if secret.encode() in text
    ]

    assert secrets[kind]
    assert leaks == []


def test_every_surface_was_looked_at(told: tuple[dict[str, list[str]], Told]) -> None:
    _, found = told

    def has(surface: str, pattern: bytes) -> bool:
        return any(re.search(pattern, text) for text in found[surface].values())

    assert has("listings", b'"kind":"mcp"')
    assert {"/api/v1/audit-records", "/api/v1/credentials"} <= found["listings"].keys()
    assert has("logs", b"request answered")
    assert has("logs", b"unauthenticated")
    assert has("traces", b"/openai/v1/chat/completions")
    assert has("traces", b"gpt-4o-mini")
    assert has("streams", b"usage.recorded.v1")
    assert any(place.startswith(topology.CREDENTIALS.name) for place in found["buckets"])
    assert any(place.startswith(topology.SECRETS.name) for place in found["buckets"])
    assert has("database", b"canary@example.org")
