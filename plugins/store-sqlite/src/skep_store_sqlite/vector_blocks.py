"""Vectors in memory: blocks of half-precision unit vectors, scanned exactly.

Half precision halves what a collection takes and loses at most `SIMILARITY_ERROR` of a similarity,
which the search makes good by computing the best ones again from what the file keeps.

The kernels are NumKong's, those that usearch's exact search runs on. They are called directly
because that search takes and gives back the interpreter's lock every few hundred rows, so that
beside a busy thread it needs a second for what takes ten milliseconds, and because it returns the
best few, while hybrid scores and exact ties need the similarity of every row.
"""

import itertools
import sqlite3
import threading
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

SIMILARITY_ERROR: Final = 1e-3
"""Both vectors are rounded to 11 bits, each a relative error of 2**-11: at most 9.8e-4 together."""
_BLOCK_ROWS: Final = 16_384
_FETCH_ROWS: Final = 2_048
_REMOVED_KEPT: Final = 10_000


class State(msgspec.Struct, frozen=True, order=True):
    """How far a collection has got: the last row made and the number of rows removed."""

    last_row: int
    removals: int


class Block(msgspec.Struct, frozen=True):
    """`rows`: ascending. `codes`: one unit vector a row; zero where a vector had no direction.

    `alive`: which rows still count; None for all.
    """

    rows: "NDArray[np.int64]"
    codes: "NDArray[np.float16]"
    alive: "NDArray[np.bool_] | None" = None

    @property
    def size_bytes(self) -> int:
        """Memory taken."""
        return self.codes.nbytes + self.rows.nbytes

    def without(self, removed: "NDArray[np.int64]") -> "Block":
        """Return the block with rows taken out, compacted when most are gone."""
        import numpy as np

        gone = np.isin(self.rows, removed, assume_unique=True)
        if not gone.any():
            return self
        alive = ~gone if self.alive is None else self.alive & ~gone
        if alive.sum() * 2 < len(alive):
            return Block(self.rows[alive], self.codes[alive])
        return Block(self.rows, self.codes, alive)


def read_state(connection: sqlite3.Connection) -> State:
    """Read the state that the connection's transaction sees."""
    last_row, removals = connection.execute(
        "SELECT (SELECT seq FROM sqlite_sequence WHERE name = 'chunks'),"
        " (SELECT seq FROM sqlite_sequence WHERE name = 'removed')"
    ).fetchone()
    return State(last_row or 0, removals or 0)


def forget_old_removals(connection: sqlite3.Connection) -> None:
    """Bound the list of removed rows; whoever lags behind more than that reads everything again."""
    connection.execute(
        "DELETE FROM removed WHERE number <= (SELECT max(number) FROM removed) - ?",
        (_REMOVED_KEPT,),
    )


def unit_vectors(blobs: Sequence[bytes], dimensions: int) -> "NDArray[np.float32]":
    """Return float32 vectors scaled to length one; a vector of length zero stays zero."""
    import numpy as np

    vectors = np.frombuffer(b"".join(blobs), dtype="<f4").reshape(len(blobs), dimensions)
    # In double precision: the squares of large components would overflow.
    lengths = np.sqrt(np.einsum("ij,ij->i", vectors, vectors, dtype=np.float64))
    lengths[lengths == 0] = 1.0
    units: NDArray[np.float32] = (vectors / lengths[:, None]).astype(np.float32)
    return units


def similarities(
    block: Block, query: "NDArray[np.float32]"
) -> "tuple[NDArray[np.int64], NDArray[np.float64]]":
    """Return the living rows and the cosine of each with a unit vector, to `SIMILARITY_ERROR`."""
    import numkong
    import numpy as np

    half = query.astype(np.float16)[None, :]
    cosines = np.array(numkong.cdist(half, block.codes, metric="dot"), dtype=np.float64)[0]
    if block.alive is None:
        return block.rows, cosines
    return block.rows[block.alive], cosines[block.alive]


def stream_blocks(
    connection: sqlite3.Connection, dimensions: int, *, after_row: int = 0
) -> Iterator[Block]:
    """Read the searchable vectors with greater row numbers, a block at a time."""
    cursor = connection.execute(
        "SELECT row, vector FROM vectors WHERE row > ? AND enabled ORDER BY row", (after_row,)
    )
    while block := _read_block(cursor, dimensions):
        yield block


def _read_block(cursor: sqlite3.Cursor, dimensions: int) -> Block | None:
    import numpy as np

    rows: list[NDArray[np.int64]] = []
    codes: list[NDArray[np.float16]] = []
    for _ in range(_BLOCK_ROWS // _FETCH_ROWS):
        found: list[tuple[int, bytes]] = cursor.fetchmany(_FETCH_ROWS)
        if not found:
            break
        rows.append(np.array([row for row, _ in found], dtype=np.int64))
        codes.append(unit_vectors([blob for _, blob in found], dimensions).astype(np.float16))
    return Block(np.concatenate(rows), np.concatenate(codes)) if rows else None


class VectorCache:
    """The vectors of one collection, brought up to date by whoever searches next. Thread-safe."""

    def __init__(self, dimensions: int) -> None:
        self._dimensions = dimensions
        self._lock = threading.Lock()
        self._state = State(0, 0)
        self._blocks: tuple[Block, ...] = ()

    @property
    def size_bytes(self) -> int:
        """Memory taken."""
        return sum(block.size_bytes for block in self._blocks)

    def clear(self) -> None:
        """Free the memory; the next search reads everything again."""
        with self._lock:
            self._state, self._blocks = State(0, 0), ()

    def blocks(self, connection: sqlite3.Connection, state: State) -> tuple[Block, ...] | None:
        """Return the blocks as of `state`, the one the connection's transaction sees.

        None when somebody with a newer transaction brought the cache further: begin a new one.
        """
        with self._lock:
            if self._state == state:
                return self._blocks
            if self._state.last_row > state.last_row or self._state.removals > state.removals:
                return None
            self._blocks = self._caught_up(connection, state)
            self._state = state
            return self._blocks

    def _caught_up(self, connection: sqlite3.Connection, state: State) -> tuple[Block, ...]:
        import numpy as np

        blocks = self._blocks
        if blocks and self._state.removals < state.removals:
            removed = [
                row
                for (row,) in connection.execute(
                    "SELECT row FROM removed WHERE number > ?", (self._state.removals,)
                )
            ]
            if len(removed) < state.removals - self._state.removals:
                return _merged(stream_blocks(connection, self._dimensions))
            gone = np.array(removed, dtype=np.int64)
            blocks = tuple(block.without(gone) for block in blocks)
        added = stream_blocks(connection, self._dimensions, after_row=self._state.last_row)
        return _merged(itertools.chain(blocks, added))


def _merged(blocks: Iterable[Block]) -> tuple[Block, ...]:
    """Join neighbours that fit into one block: indexing adds a few rows between two searches."""
    import numpy as np

    merged: list[Block] = []
    for block in blocks:
        if not len(block.rows):
            continue
        last = merged[-1] if merged else None
        if last is None or len(last.rows) + len(block.rows) > _BLOCK_ROWS:
            merged.append(block)
            continue
        alive: Any = None
        if last.alive is not None or block.alive is not None:
            alive = np.concatenate([_mask(last), _mask(block)])
        merged[-1] = Block(
            np.concatenate([last.rows, block.rows]),
            np.concatenate([last.codes, block.codes]),
            alive,
        )
    return tuple(merged)


def _mask(block: Block) -> "NDArray[np.bool_]":
    import numpy as np

    return np.ones(len(block.rows), dtype=np.bool_) if block.alive is None else block.alive
