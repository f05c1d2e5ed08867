"""Many handlers, few transactions."""

import asyncio
from collections.abc import Sequence

import pytest

from skep_orchestrator.history.group_commit import GroupCommit


async def test_what_gathers_is_written_together_and_in_order() -> None:
    written: list[list[int]] = []

    async def write(items: Sequence[int]) -> None:
        await asyncio.sleep(0)
        written.append(list(items))

    commit = GroupCommit(write)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(commit.run())
        async with asyncio.TaskGroup() as handlers:
            for number in range(100):
                handlers.create_task(commit.put(number))
        running.cancel()

    assert [number for batch in written for number in batch] == list(range(100))
    assert len(written) < 5


async def test_failed_write_fails_its_handlers_and_nobody_else() -> None:
    async def write(items: Sequence[int]) -> None:
        if 1 in items:
            raise ValueError("no")

    commit = GroupCommit(write)
    async with asyncio.TaskGroup() as tasks:
        running = tasks.create_task(commit.run())
        with pytest.raises(ValueError, match="no"):
            await commit.put(1)
        await commit.put(2)
        running.cancel()
