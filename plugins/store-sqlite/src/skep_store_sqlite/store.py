"""The store: finds a collection's file, runs what blocks in threads, bounds memory for vectors."""

import asyncio
import re
import threading
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable, Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import msgspec

from skep_contracts.plugins.stores import CollectionRef, Hit, StoredChunk, StoreQuery
from skep_contracts.problems import InvalidInput, NotFound, Unavailable
from skep_store_sqlite import writing
from skep_store_sqlite.collection_file import CollectionFile
from skep_store_sqlite.schema import Synchronous
from skep_store_sqlite.searching import FilterCache, Search
from skep_store_sqlite.vector_blocks import Block, read_state, stream_blocks

T = TypeVar("T")

_NAME: Final = re.compile(r"[A-Za-z0-9_-]{1,80}\Z")
_MEBIBYTE: Final = 1024 * 1024
_OPEN_COLLECTIONS: Final = 64
_SCAN_ROWS: Final = 200
_READERS: Final = 4
_WRITERS: Final = 2
_SNAPSHOT_TRIES: Final = 100
_NO_CHUNKS: Final[list[tuple[int, StoredChunk]]] = []


class StoreSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What an operator can set."""

    cache_mb: int = 512
    synchronous: Synchronous = "full"

    @classmethod
    def read(cls, settings: Mapping[str, Any]) -> "StoreSettings":
        """Check what was configured.

        Raises:
            InvalidInput: An unknown setting, or a value that does not fit.
        """
        try:
            return msgspec.convert(dict(settings), cls)
        except msgspec.ValidationError as error:
            raise InvalidInput(f"The settings of the sqlite store are wrong: {error}.") from error


class OpenCollection:
    """A collection in use: its file and what is remembered about its filters."""

    def __init__(self, file: CollectionFile) -> None:
        self.file = file
        self.filters = FilterCache()


class SqliteStore:
    """A `VectorStore` with one SQLite file per collection, for as many processes as like."""

    def __init__(self, directory: str, settings: StoreSettings) -> None:
        self._directory = Path(directory)
        self._settings = settings
        self._lock = threading.Lock()
        self._open: OrderedDict[Path, OpenCollection] = OrderedDict()
        # Writers of one collection wait for each other; they must not take the readers' threads.
        self._reading = ThreadPoolExecutor(_READERS, thread_name_prefix="store-read")
        self._writing = ThreadPoolExecutor(_WRITERS, thread_name_prefix="store-write")

    async def ensure(self, collection: CollectionRef) -> None:
        """Create the collection when it is missing."""
        opened = self._collection(collection)
        await self._run(self._writing, opened.file.ensure)

    async def upsert(self, collection: CollectionRef, chunks: Sequence[StoredChunk]) -> None:
        """Insert or replace chunks by id; on disk when it returns.

        Raises:
            InvalidInput: A chunk cannot be kept.
            NotFound: The collection does not exist, or was dropped meanwhile.
        """
        file = self._collection(collection).file

        def write() -> None:
            prepared = writing.prepare(chunks, file.dimensions)
            with file.writing() as connection:
                writing.upsert(connection, prepared)

        await self._run(self._writing, write)

    async def delete_document(
        self, collection: CollectionRef, document_id: str, *, before_version: int | None = None
    ) -> int:
        """Delete a document's chunks, or only those of versions before one; return how many."""
        file = self._collection(collection).file

        def write() -> int:
            with file.writing() as connection:
                return writing.delete_document(connection, document_id, before_version)

        return await self._run(self._writing, _or_when_missing(write, 0))

    async def delete_chunks(self, collection: CollectionRef, chunk_ids: Sequence[str]) -> int:
        """Delete chunks by id; unknown ids are ignored. Return how many went."""
        file = self._collection(collection).file

        def write() -> int:
            with file.writing() as connection:
                return writing.delete_chunks(connection, chunk_ids)

        return await self._run(self._writing, _or_when_missing(write, 0))

    async def drop(self, collection: CollectionRef) -> None:
        """Delete the collection; no error when it is missing."""
        file = self._collection(collection).file
        await self._run(self._writing, file.drop)

    async def search(self, collection: CollectionRef, query: StoreQuery) -> list[Hit]:
        """Return at most `limit` hits, best first; ties by id. A missing collection has none.

        Raises:
            InvalidInput: The query makes no sense, or its filter cannot be used.
        """
        opened = self._collection(collection)

        def read() -> list[Hit]:
            for _ in range(_SNAPSHOT_TRIES):
                hits = self._search(opened, query)
                if hits is not None:
                    return hits
            raise Unavailable("The collection changes too fast to be read; try again.")

        return await self._run(self._reading, _or_when_missing(read, []))

    async def count(self, collection: CollectionRef, *, document_id: str | None = None) -> int:
        """Count the chunks kept."""
        file = self._collection(collection).file
        where, parameters = (
            ("", ()) if document_id is None else (" WHERE document_id = ?", (document_id,))
        )

        def read() -> int:
            with file.reading() as connection:
                (number,) = connection.execute(
                    f"SELECT count(*) FROM chunks{where}",  # noqa: S608  # one of two constants
                    parameters,
                ).fetchone()
                return int(number)

        return await self._run(self._reading, _or_when_missing(read, 0))

    async def scan(
        self, collection: CollectionRef, *, document_id: str | None = None, after_seq: int = -1
    ) -> AsyncIterator[StoredChunk]:
        """Yield chunks by document, version and position. No transaction is held in between."""
        file = self._collection(collection).file
        after: tuple[str, int, int, int] = ("", -1, -1, 0)
        while True:
            read = partial(_page, file, after, document_id, after_seq)
            page = await self._run(self._reading, _or_when_missing(read, _NO_CHUNKS))
            for _, chunk in page:
                yield chunk
            if len(page) < _SCAN_ROWS:
                return
            row, last = page[-1]
            after = (last.document_id, last.document_version, last.seq, row)

    async def close(self) -> None:
        """Close every file once what runs has ended."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        self._writing.shutdown(wait=True, cancel_futures=True)
        self._reading.shutdown(wait=True, cancel_futures=True)
        with self._lock:
            opened, self._open = list(self._open.values()), OrderedDict()
        for one in opened:
            one.file.close()

    async def _run(self, executor: ThreadPoolExecutor, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(executor, work)

    def _collection(self, ref: CollectionRef) -> OpenCollection:
        """Return the collection, open or to be opened by its first use."""
        for name in (ref.tenant, ref.dataset_id):
            if not _NAME.match(name):
                raise InvalidInput(f"{name!r} cannot name a collection.")
        if ref.dimensions < 1 or ref.generation < 0:
            raise InvalidInput("A collection has at least one dimension and a generation.")
        path = self._directory / ref.tenant / f"{ref.dataset_id}.{ref.generation}.sqlite3"
        closed: list[OpenCollection] = []
        with self._lock:
            opened = self._open.get(path)
            if opened is None or opened.file.dimensions != ref.dimensions:
                opened = self._open[path] = OpenCollection(
                    CollectionFile(path, ref.dimensions, synchronous=self._settings.synchronous)
                )
            self._open.move_to_end(path)
            while len(self._open) > _OPEN_COLLECTIONS:
                closed.append(self._open.popitem(last=False)[1])
        for one in closed:
            one.file.close()
        return opened

    def _search(self, opened: OpenCollection, query: StoreQuery) -> list[Hit] | None:
        """Search at one moment; None when the vectors in memory are of a later one."""
        file = opened.file
        with file.reading() as connection:
            search = Search(connection, query, dimensions=file.dimensions)
            state = read_state(connection)
            allowed = None
            if query.filter is not None:
                allowed = opened.filters.rows(connection, state, query.filter)
            blocks: Iterable[Block] | None = ()
            if search.uses_vectors:
                (searchable,) = connection.execute("SELECT searchable FROM collection").fetchone()
                if searchable * file.dimensions * 2 > self._settings.cache_mb * _MEBIBYTE:
                    blocks = stream_blocks(connection, file.dimensions)
                else:
                    blocks = file.cache.blocks(connection, state)
            hits = None if blocks is None else search.run(blocks, allowed)
        self._bound_memory(opened)
        return hits

    def _bound_memory(self, newest: OpenCollection) -> None:
        """Free the vectors of the collections searched longest ago."""
        with self._lock:
            collections = list(self._open.values())
        taken = sum(one.file.cache.size_bytes for one in collections)
        for one in collections:
            if taken <= self._settings.cache_mb * _MEBIBYTE:
                return
            if one is not newest:
                taken -= one.file.cache.size_bytes
                one.file.cache.clear()


def _or_when_missing(work: Callable[[], T], otherwise: T) -> Callable[[], T]:
    def attempt() -> T:
        try:
            return work()
        except NotFound:
            return otherwise

    return attempt


def _page(
    file: CollectionFile,
    after: tuple[str, int, int, int],
    document_id: str | None,
    after_seq: int,
) -> list[tuple[int, StoredChunk]]:
    with file.reading() as connection:
        found = connection.execute(
            "SELECT row, id, document_id, document_version, seq, text, vector, metadata,"
            " chunks.enabled FROM chunks JOIN texts USING (row) JOIN vectors USING (row)"
            " WHERE (document_id, document_version, seq, row) > (?, ?, ?, ?) AND seq > ?"
            " AND (? IS NULL OR document_id = ?)"
            " ORDER BY document_id, document_version, seq, row LIMIT ?",
            (*after, after_seq, document_id, document_id, _SCAN_ROWS),
        ).fetchall()
    return [
        (
            row,
            StoredChunk(
                id=chunk_id,
                document_id=document,
                document_version=version,
                seq=seq,
                text=text,
                vector=vector,
                metadata=msgspec.json.decode(metadata),
                enabled=bool(enabled),
            ),
        )
        for row, chunk_id, document, version, seq, text, vector, metadata, enabled in found
    ]
