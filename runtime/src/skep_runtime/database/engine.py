"""Connections and transactions, and what their failures mean."""

import asyncio
import contextlib
import re
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path
from typing import Annotated, Any, Final, Literal

import msgspec
from sqlalchemy import URL, event, make_url
from sqlalchemy.dialects.sqlite import aiosqlite
from sqlalchemy.engine import Connection
from sqlalchemy.exc import DBAPIError, StatementError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.pool import NullPool

from skep_contracts.problems import InvalidInput, Unavailable

WAIT_S: Final = 30.0
"""How long a transaction waits for its turn, a connection or a lock."""
_STATEMENT_S: Final = 60.0
_SCHEMA: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}\Z")
_DRIVERS: Final = {
    "sqlite": "sqlite+aiosqlite",
    "postgres": "postgresql+asyncpg",
    "postgresql": "postgresql+asyncpg",
}
_READING: Final[dict[bool, dict[str, Any]]] = {  # by whether it is SQLite
    True: {"skep_reading": True},
    False: {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True},
}
_SQLITE_AWAY: Final = {
    sqlite3.SQLITE_BUSY: "is locked by another process",
    sqlite3.SQLITE_LOCKED: "is locked by another process",
    sqlite3.SQLITE_READONLY: "cannot be written to",
    sqlite3.SQLITE_IOERR: "cannot be read or written",
    sqlite3.SQLITE_FULL: "has no space left on its disk",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened",
}
_TOO_WIDE: Final = (OverflowError, UnicodeEncodeError)  # numbers, and texts with lone surrogates
_POSTGRES_AWAY: Final = ("08", "40", "53", "57P")  # connection, conflict, resources, shutdown


class _SqliteConnection(sqlite3.Connection):
    def close(self) -> None:
        # SQLite keeps it, and its transaction's lock, while a cursor of a cancelled one is there.
        with contextlib.suppress(sqlite3.Error):
            self.rollback()
        super().close()


class _Cursor(aiosqlite.AsyncAdapt_aiosqlite_cursor):
    """Makes one trip to the connection's thread a statement, where the driver's makes four."""

    __slots__ = ()

    def _make_new_cursor(self, connection: Any) -> Any:
        return connection._conn.cursor()  # noqa: SLF001  # there is no public name; below too

    def _aenter_cursor(self, cursor: Any) -> Any:
        return cursor

    async def _execute_async(self, operation: Any, parameters: Any) -> None:
        cursor: Any = self._cursor
        adapted: Any = self._adapt_connection
        found = await adapted.run(lambda: list(cursor.execute(operation, parameters or ())))
        self._rows = deque(found)

    async def _executemany_async(self, operation: Any, seq_of_parameters: Any) -> None:
        cursor: Any = self._cursor
        adapted: Any = self._adapt_connection
        await adapted.run(lambda: cursor.executemany(operation, seq_of_parameters))

    async def _async_soft_close(self) -> None:
        """Everything is fetched: nothing is held open."""

    def close(self) -> None:
        self._rows.clear()


class _AsyncConnection(aiosqlite.AsyncAdapt_aiosqlite_connection):
    """Begins a transaction on the trip of its first statement."""

    __slots__ = ("begin_with",)
    _cursor_cls = _Cursor

    def __init__(self, driver: Any, connection: Any) -> None:
        super().__init__(driver, connection)
        self.begin_with: str | None = None

    async def run(self, work: Callable[[], Any]) -> Any:
        connection: Any = self._connection
        begin_with, self.begin_with = self.begin_with, None

        def begun() -> Any:
            if begin_with:
                connection._conn.execute(begin_with)  # noqa: SLF001
            return work()

        async with self._execute_mutex:
            return await connection._execute(begun)  # noqa: SLF001

    def commit(self) -> None:
        self.begin_with = None
        super().commit()

    def rollback(self) -> None:
        connection: Any = self._connection
        if self.begin_with is None and connection._conn.in_transaction:  # noqa: SLF001
            super().rollback()
        self.begin_with = None


class DatabaseSettings(msgspec.Struct, frozen=True, kw_only=True):
    """Where a service keeps its rows: ``sqlite:///file`` or ``postgresql://…``."""

    url: str
    schema: str | None = None
    """Of PostgreSQL: each service has its own in one database."""
    pool_size: Annotated[int, msgspec.Meta(ge=1)] = 5
    synchronous: Literal["full", "normal"] = "full"
    """Of SQLite. ``full`` syncs each commit to disk, so what was acknowledged survives a power cut;
    ``normal`` is several times quicker and may lose the last commits then, but stays consistent."""

    def __post_init__(self) -> None:
        """Refuse what would fail later, in words that help."""
        engine_url(self)
        if self.schema is not None and not _SCHEMA.match(self.schema):
            raise ValueError("schema takes lower-case letters, digits and _, at most 63 of them")


def engine_url(settings: DatabaseSettings) -> URL:
    """Return the URL with the driver we use.

    Raises:
        ValueError: It is no URL of a kind we know.
    """
    try:
        url = make_url(settings.url)
    except Exception:  # noqa: BLE001  # whatever it is, the text (it may hold a password) is not shown
        raise ValueError("url is not a database URL") from None
    driver = _DRIVERS.get(url.drivername.partition("+")[0])
    if driver is None:
        raise ValueError("url must start with sqlite:/// or postgresql://")
    if driver == _DRIVERS["sqlite"] and url.database in {None, "", ":memory:"}:
        raise ValueError("url must name a file: sqlite:////absolute/path.db")
    if "sslmode" in url.query:  # libpq's name for it
        url = url.set(query={"ssl" if k == "sslmode" else k: v for k, v in url.query.items()})
    return url.set(drivername=driver)


def open_engine(settings: DatabaseSettings, *, is_migrating: bool = False) -> AsyncEngine:
    """Return an engine; it connects when first used.

    Args:
        settings: Which database.
        is_migrating: Wait for locks as long as it takes, and let tables be rebuilt on SQLite.
    """
    url = engine_url(settings)
    options: dict[str, Any] = {
        "hide_parameters": True,  # an error's text goes to the log; users' values do not
        "json_serializer": lambda value: msgspec.json.encode(value).decode(),
        "json_deserializer": msgspec.json.decode,
    }
    if is_migrating:
        options["poolclass"] = NullPool
    else:
        options |= {"pool_size": settings.pool_size, "max_overflow": 0, "pool_timeout": WAIT_S}
    if url.drivername == _DRIVERS["sqlite"]:
        Path(url.database or "").parent.mkdir(parents=True, exist_ok=True)
        options["connect_args"] = {
            "timeout": 600.0 if is_migrating else WAIT_S,
            "isolation_level": None,  # BEGIN is ours, see below
            "factory": _SqliteConnection,
            "check_same_thread": False,  # cursors are made here, and used over there
        }
        engine = create_async_engine(url, **options)
        _prepare_sqlite(engine, settings.synchronous, enforce_keys=not is_migrating)
        return engine
    options["connect_args"] = {
        "timeout": WAIT_S,
        "command_timeout": None if is_migrating else _STATEMENT_S,
        "server_settings": {
            "application_name": "skep",
            "jit": "off",  # our queries are short; compiling them takes longer than they do
            **({"search_path": settings.schema} if settings.schema else {}),
        },
    }
    return create_async_engine(url, pool_pre_ping=not is_migrating, **options)


def _prepare_sqlite(engine: AsyncEngine, synchronous: str, *, enforce_keys: bool) -> None:
    pragmas = (
        "PRAGMA journal_mode=WAL",
        f"PRAGMA synchronous={synchronous}",
        f"PRAGMA foreign_keys={'on' if enforce_keys else 'off'}",
        "PRAGMA journal_size_limit=67108864",
    )

    def connect(connection: Any, _record: object) -> None:
        with contextlib.closing(connection.cursor()) as cursor:
            for pragma in pragmas:
                cursor.execute(pragma)

    def open_one(dialect: Any, _record: object, args: Any, options: Any) -> _AsyncConnection:
        driver = dialect.loaded_dbapi
        return _AsyncConnection(driver, driver.connect(*args, **options)._connection)  # noqa: SLF001

    def begin(connection: Connection) -> None:
        # A reader that turns writer is refused when somebody wrote meanwhile; asking first waits.
        is_reading = connection.get_execution_options().get("skep_reading", False)
        statement = "BEGIN" if is_reading else "BEGIN IMMEDIATE"
        driver: Any = connection.connection.dbapi_connection
        driver.begin_with = statement

    event.listen(engine.sync_engine, "do_connect", open_one)
    event.listen(engine.sync_engine, "connect", connect)
    event.listen(engine.sync_engine, "begin", begin)


class Database:
    """One service's tables. Connections are opened as needed and shared by all sessions."""

    def __init__(self, settings: DatabaseSettings) -> None:
        """Prepare; nothing is opened before the first session or `migrate`."""
        self.settings = settings
        self.on_outbox: list[Callable[[], None]] = []
        """Called after a commit that added to the outbox."""
        self._engine = open_engine(settings)
        self._reading = self._engine.execution_options(**_READING[self.is_sqlite])
        # Waiting in line here is fair and free; waiting in SQLite polls, and blocks a thread.
        self._writers = asyncio.Semaphore(1 if self.is_sqlite else settings.pool_size)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a SQLite file."""
        return self._engine.dialect.name == "sqlite"

    @contextlib.asynccontextmanager
    async def session(self) -> AsyncIterator[AsyncSession]:
        """Open one transaction: committed at the end, rolled back on an error.

        On SQLite writers take turns, so nothing slow belongs inside, and no second `session`.

        Raises:
            Unavailable: The database is away, or busy for longer than half a minute.
            InvalidInput: A value cannot be stored, such as a text with a NUL character.
        """
        with _failures_explained():
            async with asyncio.timeout(WAIT_S):
                await self._writers.acquire()
            try:
                async with self._opened(self._engine) as session:
                    yield session
                    await session.commit()
            finally:
                self._writers.release()
        if session.info.get("outbox"):
            for wake in self.on_outbox:
                wake()

    @contextlib.asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a session that sees one state of the database and changes nothing.

        Raises:
            Unavailable: The database is away, or no connection is free for half a minute.
        """
        with _failures_explained():
            async with self._opened(self._reading) as session:
                yield session

    @contextlib.asynccontextmanager
    async def _opened(self, engine: AsyncEngine) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(engine, expire_on_commit=False) as session:
            try:
                await session.connection()
            except OSError as error:
                raise _away("cannot be reached") from error
            yield session

    async def migrate(self, package: str) -> None:
        """Bring the schema to the newest revision in ``<package>/migrations``.

        Safe when several processes do it at once. Quick when there is nothing to do. A schema that
        a newer release has migrated is left alone: migrations keep the release before them working.
        """
        from skep_runtime.database import migrations

        await migrations.upgrade(self.settings, package)

    async def close(self) -> None:
        """Close every connection; safe to repeat."""
        await self._engine.dispose()


def _away(what: str) -> Unavailable:
    return Unavailable(f"The database {what}. Try again shortly.", code="database_unavailable")


@contextlib.contextmanager
def _failures_explained() -> Iterator[None]:
    """Raise what a caller can act on in place of what the drivers say; defects pass unchanged."""
    try:
        yield
    except (PoolTimeoutError, TimeoutError) as error:
        raise _away("is busy") from error
    except (StatementError, sqlite3.Error) as error:  # the latter: BEGIN, which is ours
        cause = error.orig if isinstance(error, StatementError) else error
        sqlite_code = getattr(cause, "sqlite_errorcode", 0) & 0xFF
        sql_state = str(getattr(cause, "sqlstate", None) or "")
        if sqlite_code in _SQLITE_AWAY:
            raise _away(_SQLITE_AWAY[sqlite_code]) from error
        is_lost = isinstance(error, DBAPIError) and error.connection_invalidated
        if is_lost or sql_state.startswith(_POSTGRES_AWAY):
            raise _away("went away or is overloaded") from error
        if sql_state.startswith("22") or isinstance(cause, _TOO_WIDE):
            raise InvalidInput("A value is beyond what can be stored.") from error
        raise
    except _TOO_WIDE as error:
        raise InvalidInput("A value is beyond what can be stored.") from error
