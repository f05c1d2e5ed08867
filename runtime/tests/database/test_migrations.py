"""Migrations: once, by whoever comes first, and quick when there is nothing to do."""

import asyncio
import subprocess
import sys
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from skep_runtime.database import Database, DatabaseSettings

FIRST = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table("a", sa.Column("id", sa.Integer, primary_key=True))
    op.create_table(
        "b",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("a", sa.Integer, sa.ForeignKey("a.id", ondelete="CASCADE")),
    )
    op.execute("INSERT INTO a VALUES (1)")
    op.execute("INSERT INTO b VALUES (1, 1)")
"""
SECOND = """
import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    with op.batch_alter_table("a", recreate="auto") as table:
        table.alter_column("id", type_=sa.BigInteger)
        table.add_column(sa.Column("name", sa.Text, nullable=False, server_default="x"))
"""
BROKEN = """
from alembic import op

revision: str = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.execute("CREATE TABLE half_done (id INTEGER)")
    op.execute("SELECT nonsense FROM nowhere")
"""
ONE = {"0001_create_tables.py": FIRST}
TWO = {**ONE, "0002_rebuild_tables.py": SECOND}


async def values(settings: DatabaseSettings, query: str) -> list[Any]:
    database = Database(settings)
    async with database.reading() as session:
        found = list(await session.scalars(text(query)))
    await database.close()
    return found


async def migrate(settings: DatabaseSettings, package: str) -> None:
    database = Database(settings)
    await database.migrate(package)
    await database.close()


async def test_new_database_gets_every_revision(
    settings: DatabaseSettings, make_package: Any
) -> None:
    await migrate(settings, make_package(TWO))

    assert await values(settings, "SELECT version_num FROM alembic_version") == ["0002"]
    assert await values(settings, "SELECT name FROM a") == ["x"]


async def test_later_revision_is_added_and_rows_are_kept(
    settings: DatabaseSettings, make_package: Any
) -> None:
    await migrate(settings, make_package(ONE))

    await migrate(settings, make_package(TWO))

    assert await values(settings, "SELECT name FROM a") == ["x"]
    assert await values(settings, "SELECT a FROM b") == [1]


async def test_several_at_once_do_it_once(settings: DatabaseSettings, make_package: Any) -> None:
    package = make_package(TWO)

    async with asyncio.TaskGroup() as tasks:
        for _ in range(6):
            tasks.create_task(migrate(settings, package))

    assert await values(settings, "SELECT id FROM b") == [1]


async def test_failing_revision_leaves_everything_as_it_was(
    settings: DatabaseSettings, make_package: Any
) -> None:
    await migrate(settings, make_package(ONE))

    with pytest.raises(DBAPIError):
        await migrate(settings, make_package({**TWO, "0003_break_things.py": BROKEN}))

    assert await values(settings, "SELECT version_num FROM alembic_version") == ["0001"]
    with pytest.raises(DBAPIError):
        await values(settings, "SELECT id FROM half_done")


async def test_schema_of_a_newer_release_is_left_alone(
    settings: DatabaseSettings, make_package: Any
) -> None:
    await migrate(settings, make_package(TWO))

    await migrate(settings, make_package(ONE))

    assert await values(settings, "SELECT version_num FROM alembic_version") == ["0002"]


async def test_rows_that_refer_to_nothing_fail_the_migration(
    sqlite_settings: DatabaseSettings, make_package: Any
) -> None:
    orphan = FIRST.replace("INSERT INTO a VALUES (1)", "SELECT 1")

    with pytest.raises(ValueError, match="refer to nothing"):
        await migrate(sqlite_settings, make_package({"0001_create_tables.py": orphan}))


def test_neither_alembic_nor_another_dialect_is_loaded_when_nothing_is_to_be_done(
    sqlite_settings: DatabaseSettings, make_package: Any
) -> None:
    package = make_package(ONE)
    asyncio.run(migrate(sqlite_settings, package))
    code = (
        "import asyncio, sys; sys.path.insert(0, sys.argv[1]);"
        "from skep_runtime.database import *;"
        "asyncio.run(Database(DatabaseSettings(url=sys.argv[2])).migrate(sys.argv[3]));"
        "sys.exit('alembic' in sys.modules or 'sqlalchemy.dialects.postgresql' in sys.modules)"
    )
    folder = sqlite_settings.url.removeprefix("sqlite:///").rpartition("/")[0]

    command = [sys.executable, "-c", code, folder, sqlite_settings.url, package]

    assert subprocess.run(command, check=False, timeout=30).returncode == 0


@pytest.mark.parametrize(
    ("files", "said"),
    [
        ({}, "holds no migration"),
        ({"0001_x.py": "revision = '0002'\n"}, "NNNN_verb_noun.py"),
        ({"0001_x.py": "down_revision = None\n"}, "NNNN_verb_noun.py"),
        ({"1_x.py": "revision = '1'\n"}, "NNNN_verb_noun.py"),
    ],
)
async def test_migrations_that_break_the_rules_are_refused(
    sqlite_settings: DatabaseSettings, make_package: Any, files: dict[str, str], said: str
) -> None:
    with pytest.raises(ValueError, match=said):
        await migrate(sqlite_settings, make_package(files))


@pytest.mark.parametrize("package", ["no_such_package_at_all", "skep_contracts"])
async def test_package_without_migrations_is_refused(
    sqlite_settings: DatabaseSettings, package: str
) -> None:
    with pytest.raises(ValueError, match="has no folder"):
        await migrate(sqlite_settings, package)
