"""Whoever is cancelled in the middle of a statement leaves no lock behind."""

import asyncio

import pytest
from sqlalchemy import text

from skep_runtime.database import Database

CHANGE = text("UPDATE things SET count = count + 1 WHERE name = 'one' RETURNING count")
MOMENTS = 25


@pytest.fixture
async def one(database: Database) -> Database:
    """A database with one thing in it."""
    async with database.session() as session:
        await session.execute(text("INSERT INTO things (name, count) VALUES ('one', 0)"))
    return database


async def change_without_end(database: Database) -> None:
    async with database.session() as session:
        while True:
            await session.scalar(CHANGE)


@pytest.mark.parametrize("times", [1, 2])
async def test_cancelled_at_any_moment_a_transaction_leaves_nothing(
    one: Database, times: int
) -> None:
    # Each task is kept, and with it the traceback, its frames, and the cursors in them.
    kept: list[asyncio.Task[None]] = []
    async with asyncio.TaskGroup() as tasks:
        for moment in range(MOMENTS):
            kept.append(tasks.create_task(change_without_end(one)))
            await asyncio.sleep(0.002 + moment * 0.0005)
            for _ in range(times):
                kept[-1].cancel()
                await asyncio.sleep(0)
            await asyncio.wait(kept)

            async with asyncio.timeout(5), one.session() as session:
                assert await session.scalar(CHANGE) == moment + 1
