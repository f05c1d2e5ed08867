"""The tables of one collection's file, and how a connection to it is opened."""

import contextlib
import sqlite3
import time
from pathlib import Path
from typing import Final, Literal

Synchronous = Literal["full", "normal"]

VERSION: Final = 1
"""`PRAGMA user_version` of a file with every table in place; a new, empty file has 0."""
BUSY_TIMEOUT_S: Final = 30.0

# Rows are never changed: an update is a new row under a new, never reused number. So whoever keeps
# vectors in memory reads what has a greater number than the greatest it knows, and forgets what
# `removed` lists. Text and vectors stand apart from what filters read, which stays small to scan.
_TABLES: Final = """
CREATE TABLE IF NOT EXISTS collection (
    only_row INTEGER PRIMARY KEY CHECK (only_row = 1),
    dimensions INTEGER NOT NULL,
    searchable INTEGER NOT NULL DEFAULT 0
);
CREATE TABLE IF NOT EXISTS chunks (
    row INTEGER PRIMARY KEY AUTOINCREMENT,
    id TEXT NOT NULL UNIQUE,
    document_id TEXT NOT NULL,
    document_version INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    enabled INTEGER NOT NULL,
    metadata TEXT NOT NULL
);
CREATE INDEX IF NOT EXISTS chunks_by_document ON chunks (document_id, document_version, seq);
CREATE TABLE IF NOT EXISTS texts (row INTEGER PRIMARY KEY, text TEXT NOT NULL);
CREATE TABLE IF NOT EXISTS vectors (
    row INTEGER PRIMARY KEY,
    enabled INTEGER NOT NULL,
    vector BLOB NOT NULL
);
CREATE TABLE IF NOT EXISTS removed (number INTEGER PRIMARY KEY AUTOINCREMENT, row INTEGER NOT NULL);
CREATE VIRTUAL TABLE IF NOT EXISTS words USING fts5 (
    tokens, content = '', columnsize = 0, detail = 'none', tokenize = 'ascii'
);
CREATE VIRTUAL TABLE IF NOT EXISTS vocabulary USING fts5vocab (words, row);
"""


def connect(path: Path, *, synchronous: Synchronous, create: bool) -> sqlite3.Connection:
    """Open a file; transactions are begun and ended by hand.

    Raises:
        sqlite3.OperationalError: There is no such file and `create` is False, or it cannot be
            opened.
    """
    mode = "rwc" if create else "rw"
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=BUSY_TIMEOUT_S,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.execute(f"PRAGMA synchronous = {'FULL' if synchronous == 'full' else 'NORMAL'}")
    connection.execute("PRAGMA cache_size = -4096")
    connection.execute("PRAGMA temp_store = MEMORY")
    return connection


def is_complete(connection: sqlite3.Connection) -> bool:
    """Tell whether the tables are there: a process may have died before it made them."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    return bool(version == VERSION)


def create_tables(connection: sqlite3.Connection, dimensions: int) -> None:
    """Make the tables unless they are there. Several processes may do so at once."""
    _switch_to_wal(connection)
    connection.execute("BEGIN IMMEDIATE")
    try:
        if not is_complete(connection):
            for statement in _TABLES.split(";\n"):
                connection.execute(statement)
            connection.execute(
                "INSERT OR IGNORE INTO collection (only_row, dimensions) VALUES (1, ?)",
                (dimensions,),
            )
            connection.execute(f"PRAGMA user_version = {VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        with contextlib.suppress(sqlite3.Error):
            connection.execute("ROLLBACK")
        raise


def _switch_to_wal(connection: sqlite3.Connection) -> None:
    """Set the journal mode, which SQLite refuses at once while another process holds a lock."""
    deadline = time.monotonic() + BUSY_TIMEOUT_S
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.01)
        else:
            return
