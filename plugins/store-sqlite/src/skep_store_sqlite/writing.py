"""What changes a collection: each function runs inside one write transaction."""

import sqlite3
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from skep_contracts.plugins.stores import StoredChunk
from skep_contracts.problems import InvalidInput
from skep_store_sqlite.full_text import indexed
from skep_store_sqlite.vector_blocks import forget_old_removals

if TYPE_CHECKING:
    from numpy.typing import NDArray


class PreparedChunk(msgspec.Struct, frozen=True):
    """A checked chunk with the work done that needs no lock."""

    chunk: StoredChunk
    metadata: str
    tokens: str


def prepare(chunks: Sequence[StoredChunk], dimensions: int) -> list[PreparedChunk]:
    """Check chunks and cut their texts into tokens. Of chunks with one id, the last one counts.

    Raises:
        InvalidInput: A vector of the wrong length or with numbers that are not finite, a text that
            is not Unicode, or metadata that is not JSON.
    """
    latest = {chunk.id: chunk for chunk in chunks}
    _check_vectors(latest.values(), dimensions)
    return [_prepare(chunk) for chunk in latest.values()]


def _prepare(chunk: StoredChunk) -> PreparedChunk:
    try:
        chunk.text.encode()
        metadata = msgspec.json.encode(chunk.metadata, order="sorted").decode()
    except UnicodeEncodeError:
        raise InvalidInput(f"The text of chunk {chunk.id} is not valid Unicode.") from None
    except (TypeError, ValueError, OverflowError, RecursionError):
        raise InvalidInput(f"The metadata of chunk {chunk.id} is not JSON.") from None
    return PreparedChunk(chunk, metadata, indexed(chunk.text) if chunk.enabled else "")


def _check_vectors(chunks: Iterable[StoredChunk], dimensions: int) -> None:
    import numpy as np

    for chunk in chunks:
        if len(chunk.vector) != dimensions * 4:
            raise InvalidInput(
                f"The vector of chunk {chunk.id} has {len(chunk.vector) / 4:g} numbers; "
                f"the collection's have {dimensions}.",
                code="dimensions_differ",
            )
        numbers: NDArray[np.float32] = np.frombuffer(chunk.vector, dtype="<f4")
        if not np.isfinite(numbers).all():
            raise InvalidInput(f"The vector of chunk {chunk.id} has a number that is not finite.")


def upsert(connection: sqlite3.Connection, prepared: Sequence[PreparedChunk]) -> None:
    """Insert or replace chunks. What is stored already, exactly so, is left alone."""
    stored = _stored(connection, [one.chunk.id for one in prepared])
    changed = [one for one in prepared if not _is_same(one, stored.get(one.chunk.id))]
    _remove(connection, [(stored[one.chunk.id][0],) for one in changed if one.chunk.id in stored])
    _insert(connection, changed)
    forget_old_removals(connection)


def _stored(
    connection: sqlite3.Connection, ids: Sequence[str]
) -> dict[str, tuple[int, tuple[Any, ...]]]:
    found = connection.execute(
        "SELECT row, id, document_id, document_version, seq, chunks.enabled, metadata, text,"
        " vector FROM chunks JOIN texts USING (row) JOIN vectors USING (row)"
        " WHERE id IN (SELECT value FROM json_each(?))",
        (msgspec.json.encode(ids).decode(),),
    )
    return {chunk_id: (row, tuple(rest)) for row, chunk_id, *rest in found}


def _is_same(one: PreparedChunk, stored: tuple[int, tuple[Any, ...]] | None) -> bool:
    chunk = one.chunk
    return stored is not None and stored[1] == (
        chunk.document_id,
        chunk.document_version,
        chunk.seq,
        int(chunk.enabled),
        one.metadata,
        chunk.text,
        chunk.vector,
    )


def _insert(connection: sqlite3.Connection, prepared: Sequence[PreparedChunk]) -> None:
    for one in prepared:
        chunk = one.chunk
        row = connection.execute(
            "INSERT INTO chunks (id, document_id, document_version, seq, enabled, metadata)"
            " VALUES (?, ?, ?, ?, ?, ?)",
            (
                chunk.id,
                chunk.document_id,
                chunk.document_version,
                chunk.seq,
                chunk.enabled,
                one.metadata,
            ),
        ).lastrowid
        connection.execute("INSERT INTO texts VALUES (?, ?)", (row, chunk.text))
        connection.execute(
            "INSERT INTO vectors VALUES (?, ?, ?)", (row, chunk.enabled, chunk.vector)
        )
        if chunk.enabled:
            connection.execute("INSERT INTO words (rowid, tokens) VALUES (?, ?)", (row, one.tokens))
    _count(connection, sum(one.chunk.enabled for one in prepared))


def delete_document(
    connection: sqlite3.Connection, document_id: str, before_version: int | None
) -> int:
    """Delete a document's chunks, or those of versions before one; return how many."""
    version = 2**63 - 1 if before_version is None else before_version
    rows = connection.execute(
        "SELECT row FROM chunks WHERE document_id = ? AND document_version < ?",
        (document_id, version),
    ).fetchall()
    return _remove(connection, rows)


def delete_chunks(connection: sqlite3.Connection, ids: Sequence[str]) -> int:
    """Delete chunks by id; return how many there were."""
    rows: list[tuple[int]] = []
    for chunk_id in dict.fromkeys(ids):
        rows += connection.execute("SELECT row FROM chunks WHERE id = ?", (chunk_id,)).fetchall()
    return _remove(connection, rows)


def _remove(connection: sqlite3.Connection, rows: Sequence[tuple[int]]) -> int:
    searchable = 0
    for row in rows:
        text, enabled = connection.execute(
            "SELECT text, enabled FROM texts JOIN vectors USING (row) WHERE row = ?", row
        ).fetchone()
        if enabled:
            searchable += 1
            # An index without content is told what it was once given.
            connection.execute(
                "INSERT INTO words (words, rowid, tokens) VALUES ('delete', ?, ?)",
                (*row, indexed(text)),
            )
    for table in ("chunks", "texts", "vectors"):
        connection.executemany(f"DELETE FROM {table} WHERE row = ?", rows)  # noqa: S608  # ours
    connection.executemany("INSERT INTO removed (row) VALUES (?)", rows)
    _count(connection, -searchable)
    forget_old_removals(connection)
    return len(rows)


def _count(connection: sqlite3.Connection, difference: int) -> None:
    connection.execute("UPDATE collection SET searchable = searchable + ?", (difference,))
