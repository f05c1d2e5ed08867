"""Brings a schema to its newest revision; loads Alembic only when there is something to do.

Revisions are the files ``NNNN_verb_noun.py`` in a package's folder `migrations`, each with its
number as `revision`, with `down_revision` and `upgrade`. All pending ones run in one transaction,
which is also the lock: BEGIN IMMEDIATE on SQLite, an advisory lock on PostgreSQL.
"""

import importlib.util
import logging
import re
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.engine import Connection

from skep_runtime.database.engine import DatabaseSettings, open_engine

_LOG: Final = logging.getLogger(__name__)
_FILE: Final = re.compile(r"\d{4}_[a-z0-9_]+\.py\Z")
_REVISION: Final = re.compile(r"""^revision(?:: str)? = ["'](\w+)["']""", re.MULTILINE)
_LOCK: Final = "SELECT pg_advisory_xact_lock(hashtextextended(:name, 0))"


async def upgrade(settings: DatabaseSettings, package: str) -> None:
    """Run the revisions of `package` that the database does not have.

    Raises:
        ValueError: The package has no migrations, or a file in there breaks the rules.
    """
    folder = _folder(package)
    known = _revisions(folder)
    engine = open_engine(settings, is_migrating=True)
    is_sqlite = engine.dialect.name == "sqlite"
    schema = None if is_sqlite else settings.schema
    try:
        async with engine.begin() as connection:
            if not is_sqlite:
                await connection.execute(text(_LOCK), {"name": f"skep.migrate.{schema}"})
            if schema:
                await connection.execute(text(f'CREATE SCHEMA IF NOT EXISTS "{schema}"'))
            await connection.execute(
                text(
                    "CREATE TABLE IF NOT EXISTS alembic_version (version_num VARCHAR(32) NOT NULL,"
                    " CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num))"
                )
            )
            stored = await connection.scalar(text("SELECT version_num FROM alembic_version"))
            fields = {"package": package, "from_revision": stored, "to_revision": known[-1]}
            if stored == known[-1]:
                return
            if stored is not None and stored > known[-1]:
                _LOG.warning("schema is newer than this release", extra=fields)
                return
            await connection.run_sync(_run, folder)
            if is_sqlite and (await connection.execute(text("PRAGMA foreign_key_check"))).first():
                raise ValueError(f"the migrations of {package} leave rows that refer to nothing")
            _LOG.info("schema migrated", extra=fields)
    finally:
        await engine.dispose()


def _folder(package: str) -> Path:
    spec = importlib.util.find_spec(package)
    for location in (spec and spec.submodule_search_locations) or ():
        if (folder := Path(location) / "migrations").is_dir():
            return folder
    raise ValueError(f"{package} has no folder `migrations`")


def _revisions(folder: Path) -> list[str]:
    """Return the revisions in order, without importing them."""
    found = []
    for file in sorted(folder.glob("[0-9]*.py")):
        declared = _REVISION.search(file.read_text(encoding="utf-8"))
        if not _FILE.match(file.name) or not declared or declared[1] != file.name[:4]:
            raise ValueError(
                f'{file}: name it NNNN_verb_noun.py and write `revision = "NNNN"` with its number'
            )
        found.append(declared[1])
    if not found:
        raise ValueError(f"{folder} holds no migration")
    return found


def _run(connection: Connection, folder: Path) -> None:
    from alembic.config import Config
    from alembic.runtime.environment import EnvironmentContext
    from alembic.script import ScriptDirectory

    logging.getLogger("alembic").setLevel(logging.WARNING)  # we say ourselves what was done
    script = ScriptDirectory(str(folder), version_locations=[str(folder)])
    # What `alembic upgrade` does; the way over its commands needs an env.py in every package.
    steps = script._upgrade_revs  # noqa: SLF001  # no public name
    environment = EnvironmentContext(Config(), script, fn=lambda done, _: steps("head", done))
    environment.configure(connection=connection)
    environment.run_migrations()
