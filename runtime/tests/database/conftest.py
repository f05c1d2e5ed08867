"""Databases of both kinds, and packages with migrations written for a test."""

import itertools
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from skep_runtime.database import Database, DatabaseSettings
from skep_testing.postgres import PostgresServer, postgres_server

__all__ = ["postgres_server"]

MakePackage: TypeAlias = Callable[..., str]

FIRST = """
import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    op.create_table(
        "things",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("name", sa.Text, nullable=False, unique=True),
        sa.Column("at", sa.DateTime(timezone=True)),
        sa.Column("data", sa.JSON().with_variant(sa.dialects.postgresql.JSONB, "postgresql")),
        sa.Column("count", sa.BigInteger),
        sa.Column("parent", sa.BigInteger, sa.ForeignKey("things.id")),
    )
    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("subject", sa.Text, nullable=False),
        sa.Column("envelope", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "seen",
        sa.Column("message_id", sa.Text, primary_key=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False, index=True),
    )
"""
_NUMBERS = itertools.count()


@pytest.fixture
def make_package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MakePackage]:
    """Return a maker of packages with these migrations: file names and texts."""
    monkeypatch.syspath_prepend(str(tmp_path))

    def make(files: dict[str, str] | None = None, *, name: str = "") -> str:
        name = name or f"migrated_{next(_NUMBERS)}"
        folder = tmp_path / name / "migrations"
        folder.mkdir(parents=True, exist_ok=True)
        (tmp_path / name / "__init__.py").touch()
        for file, text in ({"0001_create_things.py": FIRST} if files is None else files).items():
            (folder / file).write_text(text)
        return name

    yield make
    for module in [name for name in sys.modules if name.startswith("migrated_")]:
        del sys.modules[module]


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def settings(request: pytest.FixtureRequest, tmp_path: Path) -> DatabaseSettings:
    """Return an empty database of each kind."""
    if request.param == "sqlite":
        return DatabaseSettings(url=f"sqlite:///{tmp_path / 'made' / 'test.db'}")
    server: PostgresServer = request.getfixturevalue("postgres_server")
    return server.settings(f"test_{next(_NUMBERS)}")


@pytest.fixture
async def database(
    settings: DatabaseSettings, make_package: MakePackage
) -> AsyncIterator[Database]:
    """Return a database with a table of things, an outbox and notes of deliveries."""
    database = Database(settings)
    await database.migrate(make_package())
    yield database
    await database.close()


@pytest.fixture
def sqlite_settings(tmp_path: Path) -> Any:
    """Return a SQLite file that does not exist yet."""
    return DatabaseSettings(url=f"sqlite:///{tmp_path / 'test.db'}")
