"""One collection: its file, the connections to it, and its vectors in memory. Thread-safe."""

import contextlib
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from skep_contracts.problems import Conflict, NotFound, SkepError, TooLarge, Unavailable
from skep_store_sqlite.schema import Synchronous, connect, create_tables, is_complete
from skep_store_sqlite.vector_blocks import VectorCache

_IDLE_READERS: Final = 4


class CollectionFile:
    """Hands out transactions. Notices when another process has dropped or replaced the file."""

    def __init__(self, path: Path, dimensions: int, *, synchronous: Synchronous) -> None:
        self.path = path
        self.dimensions = dimensions
        self.cache = VectorCache(dimensions)
        self._synchronous = synchronous
        self._lock = threading.Lock()
        self._writing = threading.Lock()
        self._writer: sqlite3.Connection | None = None
        self._readers: list[sqlite3.Connection] = []
        self._inode: tuple[int, int] | None = None

    def ensure(self) -> None:
        """Make the file and its tables unless they are there."""
        with explained(), self._writing:
            self._forget_replaced()
            if self._writer is not None:
                return
            self.path.parent.mkdir(parents=True, exist_ok=True)
            writer = connect(self.path, synchronous=self._synchronous, create=True)
            try:
                create_tables(writer, self.dimensions)
                self._adopt(writer)
            except BaseException:
                writer.close()
                raise
            self._writer = writer

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open a write transaction; it commits at the end, durably, or rolls back on an error.

        Raises:
            NotFound: The collection does not exist.
        """
        with explained(), self._writing:
            self._forget_replaced()
            if self._writer is None:
                self._writer = self._open()
            connection = self._writer
            connection.execute("BEGIN IMMEDIATE")
            try:
                yield connection
                connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    connection.execute("ROLLBACK")
                raise
            if self._is_replaced():
                raise NotFound("The collection was dropped meanwhile.", code="collection_missing")

    @contextlib.contextmanager
    def reading(self) -> Iterator[sqlite3.Connection]:
        """Open a read transaction: everything in it sees one moment.

        Raises:
            NotFound: The collection does not exist.
        """
        with explained():
            connection = self._borrow()
            try:
                connection.execute("BEGIN")
                yield connection
            except BaseException:
                connection.close()
                raise
            connection.execute("ROLLBACK")
            self._give_back(connection)

    def drop(self) -> None:
        """Delete the file; whoever still reads it sees its end."""
        with explained(), self._writing:
            self.close()
            for suffix in ("", "-wal", "-shm"):
                Path(f"{self.path}{suffix}").unlink(missing_ok=True)

    def close(self) -> None:
        """Close every idle connection and free the vectors."""
        with self._lock:
            connections = [*self._readers, *([self._writer] if self._writer else [])]
            self._readers, self._writer, self._inode = [], None, None
        for connection in connections:
            connection.close()
        self.cache.clear()

    def _borrow(self) -> sqlite3.Connection:
        self._forget_replaced()
        with self._lock:
            if self._readers:
                return self._readers.pop()
        return self._open()

    def _give_back(self, connection: sqlite3.Connection) -> None:
        with self._lock:
            if self._inode is not None and len(self._readers) < _IDLE_READERS:
                self._readers.append(connection)
                return
        connection.close()

    def _open(self) -> sqlite3.Connection:
        if not self.path.exists():
            raise NotFound("The collection does not exist.", code="collection_missing")
        try:
            return self._opened()
        except sqlite3.OperationalError as error:
            if self.path.exists():
                raise
            # Somebody dropped it while it was being opened.
            raise NotFound("The collection does not exist.", code="collection_missing") from error

    def _opened(self) -> sqlite3.Connection:
        connection = connect(self.path, synchronous=self._synchronous, create=False)
        try:
            if not is_complete(connection):
                raise NotFound("The collection does not exist.", code="collection_missing")
            self._adopt(connection)
        except BaseException:
            connection.close()
            raise
        return connection

    def _adopt(self, connection: sqlite3.Connection) -> None:
        (found,) = connection.execute("SELECT dimensions FROM collection").fetchone()
        if found != self.dimensions:
            raise Conflict(
                f"The collection holds vectors of {found} dimensions, not {self.dimensions}; "
                "another embedding model needs a new generation.",
                code="dimensions_differ",
            )
        with self._lock:
            self._inode = _inode(self.path)

    def _is_replaced(self) -> bool:
        return self._inode is not None and _inode(self.path) != self._inode

    def _forget_replaced(self) -> None:
        if self._is_replaced():
            self.close()


def _inode(path: Path) -> tuple[int, int] | None:
    try:
        status = path.stat()
    except FileNotFoundError:
        return None
    return status.st_dev, status.st_ino


@contextlib.contextmanager
def explained() -> Iterator[None]:
    """Turn what SQLite and the disk report into errors that say what to do."""
    try:
        yield
    except sqlite3.Error as error:
        raise _explain(error) from error
    except OSError as error:
        raise Unavailable(
            f"The store's directory cannot be used: {error.strerror}. Check its disk and rights.",
            code="store_unusable",
        ) from error


def _explain(error: sqlite3.Error) -> SkepError:
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    match code:
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return Unavailable("The store is busy with other writers; try again.", retry_after_s=1)
        case sqlite3.SQLITE_FULL:
            return Unavailable("The store's disk is full; free some space.", code="disk_full")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return Unavailable(
                "The collection's file is damaged. Restore it from a backup, or delete the dataset "
                "and add its documents again.",
                code="collection_damaged",
            )
        case sqlite3.SQLITE_TOOBIG:
            return TooLarge("A chunk is too large for the store.")
        case sqlite3.SQLITE_IOERR | sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_READONLY:
            return Unavailable(
                "The store's file cannot be read or written. Check its disk and rights.",
                code="store_unusable",
            )
        case _:
            return Unavailable("The store failed; the log has the cause.", code="store_failed")
