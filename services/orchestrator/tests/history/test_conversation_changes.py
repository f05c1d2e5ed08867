"""What turns change in their conversation, on a real database: nothing is lost, nothing twice."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from skep_contracts.assignments import Assignment
from skep_contracts.ids import ConversationId, new_id
from skep_contracts.run_log import (
    Batch,
    NodeStarted,
    NodeSucceeded,
    RunCancelled,
    RunEvent,
    RunStarted,
    RunSucceeded,
)
from skep_orchestrator.conversations.memory import ConversationMemory
from skep_orchestrator.history.fold import RunRecord, fold
from skep_runtime.database import Database, DatabaseSettings

ADD = Assignment(target="conversation.count", operation="add", value=1)
NOTE = Assignment(target="conversation.notes", operation="append", value="x")


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(DatabaseSettings(url=f"sqlite:///{tmp_path / 'o.db'}"))
    await made.migrate("skep_orchestrator")
    yield made
    await made.close()


def turn(
    *changes: Assignment,
    end: RunEvent | None = None,
    held: dict[str, Any] | None = None,
    types: dict[str, str] | None = None,
) -> RunRecord:
    events: list[RunEvent] = [
        RunStarted(
            at_ms=1_000,
            run_id=new_id("run"),
            app_id="app_1",
            version="v",
            mode="chat",
            inputs={},
            system={"query": "q"},
            conversation={"count": 0, "notes": []} if held is None else held,
            conversation_types=types or {"count": "number", "notes": "array[string]"},
            conversation_id=ConversationId("conv_1"),
        ),
        NodeStarted(node="a", node_type="change"),
        NodeSucceeded(node="a", outputs={}, writes=changes),
    ]
    if end is not None:
        events.append(end)
    return fold([Batch(format=1, epoch=1, first=1, events=events)])


DONE = RunSucceeded(outputs={}, answer="a")


async def variables(database: Database) -> dict[str, Any]:
    return (await ConversationMemory(database).load("t_1", "app_1", "conv_1")).variables


async def test_change_is_kept_for_the_next_turn(database: Database) -> None:
    await ConversationMemory(database).save("t_1", turn(ADD, NOTE, end=DONE))

    assert await variables(database) == {"count": 1, "notes": ["x"]}


async def test_turns_that_run_at_the_same_time_both_count(database: Database) -> None:
    memory = ConversationMemory(database)
    turns = [turn(ADD, NOTE, end=DONE) for _ in range(8)]

    async with asyncio.TaskGroup() as tasks:
        for one in turns:
            tasks.create_task(memory.save("t_1", one))

    assert await variables(database) == {"count": 8, "notes": ["x"] * 8}


async def test_turn_that_is_written_twice_counts_once(database: Database) -> None:
    memory = ConversationMemory(database)
    one = turn(ADD, end=DONE)

    await memory.save("t_1", turn(ADD))
    await memory.save("t_1", one)
    await memory.save("t_1", one)

    assert (await variables(database))["count"] == 1


async def test_turn_counts_when_it_has_ended_whatever_its_end(database: Database) -> None:
    memory = ConversationMemory(database)

    await memory.save("t_1", turn(ADD))
    assert (await variables(database))["count"] == 0
    await memory.save("t_1", turn(ADD, end=RunCancelled(reason="enough")))

    assert (await variables(database))["count"] == 1


async def test_change_that_lost_its_meaning_is_left_out_and_the_others_stay(
    database: Database,
) -> None:
    memory = ConversationMemory(database)
    await memory.save("t_1", turn(ADD, end=DONE))
    types = {"count": "string", "notes": "array[string]"}
    change = Assignment(target="conversation.count", operation="append", value=1)

    await memory.save("t_1", turn(change, NOTE, end=DONE, held={"count": ""}, types=types))

    assert await variables(database) == {"count": 1, "notes": ["x"]}


async def test_other_tenant_changes_nothing_here(database: Database) -> None:
    memory = ConversationMemory(database)
    await memory.save("t_1", turn(ADD, end=DONE))

    await memory.save("t_2", turn(ADD, end=DONE))

    assert (await variables(database))["count"] == 1


async def test_turn_that_nobody_wrote_yet_is_caught_up_with_once(database: Database) -> None:
    memory = ConversationMemory(database)
    one = turn(ADD, end=DONE)

    await memory.catch_up("t_1", one)
    await memory.catch_up("t_1", one)

    assert (await variables(database))["count"] == 1
