"""Processes of their own for each test."""

import signal
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.orchestrator.tests.process.processes import Processes
from skep_runtime.bus import Bus
from skep_testing.nats import NatsServer, nats_server

__all__ = ["nats_server"]


@pytest.fixture
async def processes(nats_server: NatsServer, tmp_path: Path) -> AsyncIterator[Processes]:
    bus = await Bus.connect(nats_server.settings(), service="gateway")
    await bus.ensure_topology()
    made = Processes(nats_server, tmp_path, bus)
    try:
        yield made
    finally:
        for process in made.started:
            if process.poll() is None:
                process.send_signal(signal.SIGCONT)
                process.kill()
                process.wait()
        await bus.close()
