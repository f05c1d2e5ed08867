"""A stage with waits on it for each test."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from services.orchestrator.tests.runs.stage import Stage
from services.orchestrator.tests.runs.waits.waiting import WaitingStage
from skep_orchestrator.engine import decide
from skep_orchestrator.history.projector import Projector
from skep_orchestrator.runs.waits.timers import WaitTimers
from skep_runtime.bus import Bus
from skep_runtime.database import Database, DatabaseSettings
from skep_testing.postgres import PostgresServer, postgres_server

__all__ = ["postgres_server"]


@pytest.fixture
async def waiting(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[WaitingStage]:
    monkeypatch.setattr(decide, "PATIENCE_MS", 50)
    before = asyncio.all_tasks()
    made = WaitingStage(stage)
    yield made
    for run_id in made.started:
        assert await made.faults(run_id) == []
    followers = [t for t in asyncio.all_tasks() - before if "_until_gone" in repr(t.get_coro())]
    for task in followers:
        task.cancel()


@pytest.fixture
async def projected(waiting: WaitingStage, tmp_path: Path) -> AsyncIterator[Database]:
    """What reads the journal, and the timers of what it finds."""
    settings = DatabaseSettings(url=f"sqlite:///{tmp_path / 'history.db'}")
    async with projecting(waiting, settings) as database:
        yield database


@pytest.fixture
async def projected_on_postgres(
    waiting: WaitingStage, postgres_server: PostgresServer
) -> AsyncIterator[Database]:
    """The same on PostgreSQL."""
    async with projecting(waiting, postgres_server.settings("waits")) as database:
        yield database


@contextlib.asynccontextmanager
async def projecting(waiting: WaitingStage, settings: DatabaseSettings) -> AsyncIterator[Database]:
    bus = await Bus.connect(waiting.stage.server.settings(), service="orchestrator")
    database = Database(settings)
    await database.migrate("skep_orchestrator")
    tasks = [
        waiting.stage.tasks.create_task(Projector(bus, database).run()),
        waiting.stage.tasks.create_task(WaitTimers(bus, database).run()),
    ]
    yield database
    for task in tasks:
        task.cancel()
    await asyncio.wait(tasks)
    await bus.close()
    await database.close()
