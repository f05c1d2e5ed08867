"""What commits, what does not, who waits for whom, and what failures say."""

import asyncio
import multiprocessing
import sqlite3
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from skep_contracts.problems import InvalidInput, Unavailable
from skep_runtime.database import (
    Database,
    DatabaseSettings,
    Json,
    Table,
    UtcDateTime,
    engine,
    metadata_of,
)
from skep_testing.postgres import PostgresServer


class ThingRow(Table):
    __tablename__ = "things"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    at: Mapped[datetime | None]
    data: Mapped[dict[str, Any] | None]
    count: Mapped[int | None]
    parent: Mapped[int | None]


async def add(database: Database, name: str, **fields: Any) -> None:
    async with database.session() as session:
        session.add(ThingRow(name=name, **fields))


async def count(database: Database) -> int:
    async with database.reading() as session:
        return await session.scalar(select(func.count()).select_from(ThingRow)) or 0


async def read(database: Database, name: str) -> ThingRow:
    async with database.reading() as session:
        return (await session.scalars(select(ThingRow).where(ThingRow.name == name))).one()


async def test_transaction_commits_at_its_end(database: Database) -> None:
    await add(database, "a")

    assert await count(database) == 1


async def test_transaction_rolls_back_on_an_error(database: Database) -> None:
    async def fail() -> None:
        async with database.session() as session:
            session.add(ThingRow(name="a"))
            await session.flush()
            raise LookupError

    with pytest.raises(LookupError):
        await fail()

    assert await count(database) == 0


async def test_reading_session_keeps_nothing(database: Database) -> None:
    async with database.reading() as session:
        session.add(ThingRow(name="a"))

    assert await count(database) == 0


async def test_reader_sees_one_state_and_does_not_wait_for_a_writer(
    settings: DatabaseSettings, database: Database
) -> None:
    async with asyncio.timeout(5), database.session() as session:
        session.add(ThingRow(name="a"))
        await session.flush()

        assert await count(database) == 0


async def test_reader_goes_on_seeing_the_state_it_began_with(database: Database) -> None:
    query = select(func.count()).select_from(ThingRow)
    async with database.reading() as session:
        assert await session.scalar(query) == 0
        await add(database, "a")
        assert await session.scalar(query) == 0

    assert await count(database) == 1


async def test_values_come_back_as_they_were(database: Database) -> None:
    at = datetime(2026, 1, 2, 3, 4, 5, 678901, tzinfo=timezone(timedelta(hours=5)))
    data = {"a": [1, 2.5, None, "ü", {"b": True}]}

    await add(database, "wide 𝄞 ünïcode", at=at, data=data, count=2**62)

    row = await read(database, "wide 𝄞 ünïcode")
    assert row.at == at
    assert row.at.tzinfo is UTC
    assert (row.data, row.count) == (data, 2**62)


async def test_missing_json_is_null_for_the_database_too(database: Database) -> None:
    await add(database, "a", data=None)

    async with database.reading() as session:
        assert await session.scalar(text("SELECT count(*) FROM things WHERE data IS NULL")) == 1


async def test_instant_without_a_time_zone_is_refused(database: Database) -> None:
    with pytest.raises(Exception, match="needs a time zone"):
        await add(database, "a", at=datetime(2026, 1, 1))  # noqa: DTZ001  # what is refused


@pytest.mark.parametrize("fields", [{"count": 2**63}, {"data": {"a": "\ud800"}}])
async def test_value_that_cannot_be_stored_is_invalid_input(
    database: Database, fields: dict[str, Any]
) -> None:
    with pytest.raises(InvalidInput):
        await add(database, "a", **fields)
    await add(database, "b")


@pytest.mark.parametrize("name", ["\ud800", "nul\0nul"])
async def test_text_that_cannot_be_stored_is_invalid_input(database: Database, name: str) -> None:
    try:
        await add(database, name)
    except InvalidInput:
        assert await count(database) == 0
    else:  # SQLite keeps NUL characters
        assert (await read(database, name)).name == name


async def test_broken_rule_of_the_schema_reaches_the_caller(database: Database) -> None:
    await add(database, "a")

    with pytest.raises(IntegrityError) as raised:
        await add(database, "a", data={"prompt": "hunter2"})
    assert "hunter2" not in str(raised.value)
    with pytest.raises(IntegrityError):
        await add(database, "b", parent=77)

    assert await count(database) == 1


async def test_writers_side_by_side_all_get_their_turn(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.session() as session:
            query = select(ThingRow).where(ThingRow.name == "sum").with_for_update()
            row = (await session.scalars(query)).one()
            await asyncio.sleep(0.001)
            row.count = (row.count or 0) + number

    await add(database, "sum", count=0)
    async with asyncio.TaskGroup() as tasks:
        for number in range(40):
            tasks.create_task(write(number))

    assert (await read(database, "sum")).count == sum(range(40))


async def test_cancelled_transactions_leave_the_database_usable(database: Database) -> None:
    async def write(number: int) -> None:
        async with database.session() as session:
            session.add(ThingRow(name=str(number)))
            await session.flush()
            await asyncio.sleep(0.01 * (number % 3))

    for turn in range(10):
        async with asyncio.TaskGroup() as tasks:
            numbers = range(turn * 20, turn * 20 + 20)
            running = [tasks.create_task(write(number)) for number in numbers]
            await asyncio.sleep(0.002 * turn)
            for task in running:
                task.cancel()

    async with asyncio.timeout(10):
        await add(database, "after")
        assert (await read(database, "after")).name == "after"


async def test_more_readers_than_connections_wait_their_turn(database: Database) -> None:
    async with asyncio.timeout(20), asyncio.TaskGroup() as tasks:
        for _ in range(50):
            tasks.create_task(count(database))


async def test_busy_database_is_unavailable(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "WAIT_S", 0.1)
    async with asyncio.timeout(10), asyncio.TaskGroup() as tasks:
        release = asyncio.Event()

        async def hold() -> None:
            async with database.session():
                await release.wait()

        for _ in range(1 if database.is_sqlite else database.settings.pool_size):
            tasks.create_task(hold())
        await asyncio.sleep(0.05)
        with pytest.raises(Unavailable, match="busy"):
            async with database.session():
                raise AssertionError
        release.set()


async def test_close_can_be_repeated(database: Database) -> None:
    await database.close()
    await database.close()


async def test_unreachable_server_is_unavailable() -> None:
    database = Database(DatabaseSettings(url="postgresql://x:y@127.0.0.1:1/z"))

    with pytest.raises(Unavailable, match="cannot be reached"):
        async with database.session():
            raise AssertionError
    await database.close()


@pytest.mark.postgres
async def test_restart_of_the_server_is_survived(postgres_server: PostgresServer) -> None:
    database = Database(postgres_server.settings("restarts"))
    async with database.session() as session:
        await session.execute(text("SELECT 1"))

    async def be_interrupted() -> None:
        async with database.session() as session:
            postgres_server.restart()
            await session.execute(text("SELECT 1"))

    with pytest.raises(Unavailable, match="went away"):
        await be_interrupted()

    async with database.session() as session:
        assert await session.scalar(text("SELECT 1")) == 1
    await database.close()


async def test_sqlite_is_set_up_to_keep_what_it_acknowledged(
    sqlite_settings: DatabaseSettings,
) -> None:
    database = Database(sqlite_settings)

    async with database.reading() as session:
        names = ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        values = [await session.scalar(text(f"PRAGMA {name}")) for name in names]

    assert values == ["wal", 2, 1, 30_000]
    await database.close()


async def test_file_locked_by_another_process_is_unavailable(
    sqlite_settings: DatabaseSettings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine, "WAIT_S", 0.2)
    database = Database(sqlite_settings)
    async with database.session() as session:
        await session.execute(text("CREATE TABLE t (x)"))

    other = sqlite3.connect(tmp_path / "test.db", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked by another process"):
        async with database.session() as session:
            await session.execute(text("SELECT 1"))
    other.execute("ROLLBACK")
    other.close()

    async with database.session() as session:
        await session.execute(text("INSERT INTO t VALUES (1)"))
    await database.close()


async def test_file_that_cannot_be_opened_is_unavailable(tmp_path: Path) -> None:
    (tmp_path / "test.db").mkdir()
    database = Database(DatabaseSettings(url=f"sqlite:///{tmp_path / 'test.db'}"))

    with pytest.raises(Unavailable, match="cannot be opened"):
        async with database.reading():
            raise AssertionError
    await database.close()
    await asyncio.sleep(0.05)  # aiosqlite's thread still reports to this loop


def _write_many(url: str, process: int) -> None:
    async def write() -> None:
        database = Database(DatabaseSettings(url=url))
        for number in range(25):
            await add(database, f"{process}-{number}")
        await database.close()

    asyncio.run(write())


async def test_processes_share_one_file(
    sqlite_settings: DatabaseSettings, make_package: Any
) -> None:
    database = Database(sqlite_settings)
    await database.migrate(make_package())
    context = multiprocessing.get_context("fork")
    writers = [context.Process(target=_write_many, args=(sqlite_settings.url, n)) for n in range(4)]

    for writer in writers:
        writer.start()
    for writer in writers:
        await asyncio.to_thread(writer.join, 60)

    assert [writer.exitcode for writer in writers] == [0] * 4
    assert await count(database) == 100
    await database.close()


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("", "not a database URL"),
        ("nonsense", "not a database URL"),
        ("mysql://u:hunter2@h/d", "must start with"),
        ("sqlite://", "must name a file"),
        ("sqlite:///:memory:", "must name a file"),
        ("postgresql://u:hunter2@h:port/d", "not a database URL"),
    ],
)
def test_unusable_url_is_refused_without_showing_it(url: str, said: str) -> None:
    with pytest.raises(ValueError, match=said) as raised:
        DatabaseSettings(url=url)

    assert "hunter2" not in str(raised.value)


@pytest.mark.parametrize("schema", ["", "A", "1a", 'a"; DROP SCHEMA public', "a" * 64, "a\n"])
def test_odd_name_of_a_schema_is_refused(schema: str) -> None:
    with pytest.raises(ValueError, match="schema takes"):
        DatabaseSettings(url="postgresql://h/d", schema=schema)


@pytest.mark.parametrize(
    ("url", "driver"),
    [
        ("sqlite:////a/b.db", "sqlite+aiosqlite"),
        ("sqlite+aiosqlite:////a/b.db", "sqlite+aiosqlite"),
        ("postgres://h/d?sslmode=require", "postgresql+asyncpg"),
        ("postgresql+psycopg://h/d", "postgresql+asyncpg"),
    ],
)
def test_url_gets_the_driver_we_use(url: str, driver: str) -> None:
    made = engine.engine_url(DatabaseSettings(url=url))

    assert made.drivername == driver
    assert "sslmode" not in made.query


def test_two_packages_may_name_their_tables_alike() -> None:
    class OtherRow(Table):
        __module__ = "another_package.tables"
        __tablename__ = "things"

        id: Mapped[int] = mapped_column(primary_key=True)

    assert OtherRow.__table__ is not ThingRow.__table__
    assert list(metadata_of("another_package").tables) == ["things"]


def test_constraints_have_names() -> None:
    table = metadata_of(ThingRow.__module__.partition(".")[0]).tables["things"]
    names = {constraint.name for constraint in table.constraints}

    assert names == {"pk_things", "uq_things_name"}
    assert isinstance(ThingRow.__table__.c.at.type, UtcDateTime)
    assert isinstance(ThingRow.__table__.c.data.type, Json)
