"""One NATS server for the tests of a module, and an ingest service for each test."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.ingest.tests.stage import Stage
from skep_runtime.bus import Bus
from skep_runtime.database import DatabaseSettings
from skep_testing.nats import NatsServer, nats_server
from skep_testing.postgres import PostgresServer, postgres_server

__all__ = ["nats_server", "postgres_server"]


@pytest.fixture
async def stage(nats_server: NatsServer, tmp_path: Path) -> AsyncIterator[Stage]:
    settings = DatabaseSettings(url=f"sqlite:///{tmp_path / 'ingest.db'}", synchronous="normal")
    async for made in _staged(nats_server, tmp_path, settings):
        yield made


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
async def any_stage(
    request: pytest.FixtureRequest, nats_server: NatsServer, tmp_path: Path
) -> AsyncIterator[Stage]:
    """A stage on SQLite, and one on PostgreSQL."""
    settings = DatabaseSettings(url=f"sqlite:///{tmp_path / 'ingest.db'}", synchronous="normal")
    if request.param == "postgres":
        server: PostgresServer = request.getfixturevalue("postgres_server")
        settings = server.settings(f"t_{tmp_path.name.lower().replace('-', '_')[-40:]}")
    async for made in _staged(nats_server, tmp_path, settings):
        yield made


async def _staged(
    server: NatsServer, folder: Path, settings: DatabaseSettings
) -> AsyncIterator[Stage]:
    bus = await Bus.connect(server.settings(), service="gateway")
    await bus.ensure_topology()
    async with asyncio.TaskGroup() as tasks:
        stage = Stage(bus, server, tasks, folder=folder, database=settings)
        await stage.start()
        try:
            yield stage
        finally:
            await stage.stop()
    await bus.close()
