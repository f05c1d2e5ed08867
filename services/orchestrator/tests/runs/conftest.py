"""One server for all tests of a module, and a stage on it for each test."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from services.orchestrator.tests.runs.stage import Stage, short_leases
from skep_runtime.bus import Bus
from skep_testing.nats import NatsServer, nats_server

__all__ = ["nats_server"]


@pytest.fixture
async def stage(nats_server: NatsServer, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Stage]:
    short_leases(monkeypatch)
    bus = await Bus.connect(nats_server.settings(), service="gateway")
    await bus.ensure_topology()
    async with asyncio.TaskGroup() as tasks:
        stage = Stage(bus, nats_server, tasks)
        try:
            yield stage
        finally:
            stage.deeds.gate("clings").set()
            for worker in stage.workers:
                if not worker.task.done():
                    await worker.stop()
    await bus.close()
