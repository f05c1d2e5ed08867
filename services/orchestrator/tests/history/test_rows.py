"""Rows of runs and turns, on a real database."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest

from services.orchestrator.tests.history.logs import batches, cancelled_log, whole_log
from skep_contracts.calls.run import ListRuns, RunStatus
from skep_contracts.commands.run import RunOrigin
from skep_contracts.ids import RunId, new_id
from skep_contracts.run_log import RunEvent, RunStarted
from skep_orchestrator.conversations.memory import ConversationMemory
from skep_orchestrator.conversations.repository import ConversationRepository
from skep_orchestrator.conversations.turns import turn_of, write_turns
from skep_orchestrator.history.fold import RunRecord, fold
from skep_orchestrator.history.repository import RunRepository, row_values, save_runs
from skep_runtime.database import Database, DatabaseSettings


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    made = Database(DatabaseSettings(url=f"sqlite:///{tmp_path / 'o.db'}"))
    await made.migrate("skep_orchestrator")
    yield made
    await made.close()


def record_of(events: list[RunEvent]) -> RunRecord:
    return fold(batches(events))


async def save(database: Database, record: RunRecord, tenant: str = "t_1") -> None:
    async with database.session() as session:
        await save_runs(session, [row_values(tenant, record)])
        await write_turns(session, turn_of(tenant, record))


async def test_row_gives_back_the_summary(database: Database) -> None:
    record = record_of(whole_log())
    await save(database, record)

    async with database.reading() as session:
        found = await RunRepository(session, "t_1").find(record.to_summary().id)

    assert found == record.to_summary()


async def test_row_that_knows_more_stays(database: Database) -> None:
    whole = record_of(whole_log())
    await save(database, whole)

    await save(database, record_of(whole_log()[:3]))

    async with database.reading() as session:
        found = await RunRepository(session, "t_1").find(whole.to_summary().id)
    assert found is not None
    assert found.status is RunStatus.SUCCEEDED


async def test_runs_of_another_tenant_are_not_there(database: Database) -> None:
    record = record_of(whole_log())
    await save(database, record)

    async with database.reading() as session:
        other = RunRepository(session, "t_2")
        assert await other.find(record.to_summary().id) is None
        assert await other.page(limit=10, before=None) == []


async def test_lists_are_narrowed_by_what_is_known_of_runs(database: Database) -> None:
    record = record_of(whole_log())
    await save(database, record)
    known = record.to_summary()
    later = known.started_at + timedelta(seconds=1)
    fitting = [
        ListRuns(version=known.version, via=known.via),
        ListRuns(end_user=known.end_user, status=known.status),
        ListRuns(since=known.started_at, until=later),
    ]
    others = [
        ListRuns(version="0"),
        ListRuns(via="mcp"),
        ListRuns(end_user="nobody"),
        ListRuns(since=later),
        ListRuns(until=known.started_at),
    ]

    async with database.reading() as session:
        runs = RunRepository(session, "t_1")
        found = [await runs.page(limit=9, before=None, wanted=call) for call in fitting + others]

    assert [len(page) for page in found] == [1, 1, 1, 0, 0, 0, 0, 0]


async def test_forks_are_listed_by_the_run_they_come_from(database: Database) -> None:
    opening, *rest = whole_log()
    assert isinstance(opening, RunStarted)
    origin = RunOrigin(run_id=RunId(opening.run_id))
    fork = msgspec.structs.replace(opening, run_id=RunId(new_id("run")), origin=origin)
    for log in ([opening, *rest], [fork, *rest]):
        await save(database, record_of(log))

    wanted = ListRuns(origin_run_id=opening.run_id)
    async with database.reading() as session:
        found = await RunRepository(session, "t_1").page(limit=9, before=None, wanted=wanted)

    assert [(run.id, run.origin_run_id) for run in found] == [(fork.run_id, opening.run_id)]


async def test_pages_run_from_the_newest_without_gaps(database: Database) -> None:
    ids = sorted(new_id("run") for _ in range(7))
    for run_id in ids:
        await save(database, record_of(cancelled_log(run_id)))

    seen: list[str] = []
    async with database.reading() as session:
        repository = RunRepository(session, "t_1")
        while page := await repository.page(limit=3, before=seen[-1] if seen else None):
            seen += [item.id for item in page]

    assert seen == ids[::-1]


async def test_filters_narrow_a_page(database: Database) -> None:
    await save(database, record_of(cancelled_log(new_id("run"))))
    await save(database, record_of(whole_log()))

    wanted = ListRuns(app_id="app_1", status=RunStatus.CANCELLED)
    async with database.reading() as session:
        found = await RunRepository(session, "t_1").page(limit=10, before=None, wanted=wanted)

    assert [item.status for item in found] == [RunStatus.CANCELLED]


def chat_log(run_id: str, conversation_id: str, query: str) -> list[RunEvent]:
    log = whole_log(run_id=run_id, conversation_id=conversation_id)
    log[0] = log[0].__class__(
        **{
            **{name: getattr(log[0], name) for name in log[0].__struct_fields__},
            "system": {"query": query},
            "mode": "chat",
        }
    )
    return log


async def test_turn_saved_twice_is_one_turn(database: Database) -> None:
    conversation = new_id("conversation")
    record = record_of(chat_log(new_id("run"), conversation, "hello"))
    await ConversationMemory(database).save("t_1", record)
    await save(database, record)

    async with database.reading() as session:
        info = await ConversationRepository(session, "t_1").info(conversation)

    assert info is not None
    assert (info.messages, info.title) == (1, "hello")


async def test_beginning_seen_late_does_not_undo_an_answer(database: Database) -> None:
    conversation, run_id = new_id("conversation"), new_id("run")
    log = chat_log(run_id, conversation, "hello")
    await save(database, record_of(log))

    await save(database, record_of(log[:1]))

    async with database.reading() as session:
        repository = ConversationRepository(session, "t_1")
        (turn,) = await repository.turns(conversation, limit=5, after=None)
    assert (turn.status, turn.answer) == (RunStatus.SUCCEEDED, "hi")


async def test_memory_holds_earlier_turns_of_the_same_app_only(database: Database) -> None:
    conversation = new_id("conversation")
    memory = ConversationMemory(database)
    for query in ("one", "two"):
        await memory.save("t_1", record_of(chat_log(new_id("run"), conversation, query)))

    ours = await memory.load("t_1", "app_1", conversation)

    assert [(m.role, m.text()) for m in ours.history] == [
        ("user", "one"),
        ("assistant", "hi"),
        ("user", "two"),
        ("assistant", "hi"),
    ]
    assert (await memory.load("t_1", "app_2", conversation)).history == ()
    assert (await memory.load("t_2", "app_1", conversation)).history == ()


async def test_conversation_cannot_be_taken_over_by_another_tenant(database: Database) -> None:
    conversation, run_id = new_id("conversation"), new_id("run")
    record = record_of(chat_log(run_id, conversation, "mine"))
    await save(database, record)

    await save(database, record, tenant="t_2")

    async with database.reading() as session:
        info = await ConversationRepository(session, "t_1").info(conversation)
        assert info is not None
        assert info.title == "mine"
        assert await ConversationRepository(session, "t_2").info(conversation) is None
