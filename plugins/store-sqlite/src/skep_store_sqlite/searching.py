"""Search: exact, and the same whatever the limit, so that the best k begin the best k + 1.

1. Every searchable row gets a similarity, a text score, or both; a filter takes rows out.
2. ``score = vector_weight * similarity + (1 - vector_weight) * text``, each in [0, 1].
3. Similarities from memory are rounded. All rows that could be among the best within that error are
   computed again in full precision from the file; these scores rank.
4. What has nothing in common with the query scores 0 and comes last, by id, in a search by vectors;
   a search by text alone leaves it out.
"""

import sqlite3
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, Final

import msgspec

from skep_contracts.plugins.stores import Filter, Hit, SearchMode, StoreQuery
from skep_contracts.problems import InvalidInput
from skep_store_sqlite import full_text
from skep_store_sqlite.filters import Clause, compile_filter
from skep_store_sqlite.vector_blocks import (
    SIMILARITY_ERROR,
    Block,
    State,
    similarities,
    unit_vectors,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_LIMIT: Final = 1_000
_ROWS_AT_ONCE: Final = 500
_DIGITS: Final = 6
"""Scores are rounded to these, so that equal vectors tie."""
_STEP: Final = 10.0**-_DIGITS
_FILTERS_KEPT: Final = 16
_IDS: Final = "SELECT row, id FROM chunks WHERE row IN (SELECT value FROM json_each(?))"
_VECTORS: Final = "SELECT row, vector FROM vectors WHERE row IN (SELECT value FROM json_each(?))"
_DETAILS: Final = (
    "SELECT row, document_id, seq, metadata, text FROM chunks JOIN texts USING (row)"
    " WHERE row IN (SELECT value FROM json_each(?))"
)


class Scored(msgspec.Struct):
    """Rows with their scores, side by side. `vector` and `text` are None where not asked for."""

    rows: "NDArray[np.int64]"
    total: "NDArray[np.float64]"
    vector: "NDArray[np.float64] | None"
    text: "NDArray[np.float64] | None"

    def only(self, wanted: "NDArray[np.bool_] | NDArray[np.intp]") -> "Scored":
        """Return some of the rows."""
        return Scored(
            self.rows[wanted],
            self.total[wanted],
            None if self.vector is None else self.vector[wanted],
            None if self.text is None else self.text[wanted],
        )


class Ranked(msgspec.Struct, frozen=True):
    """A row that is among the best, with its rounded scores."""

    id: str
    row: int
    score: float
    vector: float | None
    text: float | None


class FilterCache:
    """Rows that filters let through, as of one state of the collection."""

    def __init__(self) -> None:
        self._state = State(-1, -1)
        self._kept: OrderedDict[bytes, NDArray[np.int64]] = OrderedDict()

    def rows(
        self, connection: sqlite3.Connection, state: State, condition: Filter
    ) -> "NDArray[np.int64]":
        """Return the rows, ascending."""
        import numpy as np

        if state != self._state:
            self._state, self._kept = state, OrderedDict()
        kept, key = self._kept, msgspec.json.encode(condition)
        if key not in kept:
            clause = compile_filter(condition)
            found = connection.execute(
                f"SELECT row FROM chunks WHERE enabled AND {clause.sql} ORDER BY row",  # noqa: S608  # compiled by us
                clause.parameters,
            )
            kept[key] = np.fromiter((row for (row,) in found), dtype=np.int64)
            if len(kept) > _FILTERS_KEPT:
                kept.popitem(last=False)
        return kept[key]


class Search:
    """One search within one read transaction."""

    def __init__(
        self, connection: sqlite3.Connection, query: StoreQuery, *, dimensions: int
    ) -> None:
        """Prepare the search.

        Raises:
            InvalidInput: A limit out of range, a weight outside [0, 1], no vector or one of another
                length, or a filter that cannot be used.
        """
        if not 1 <= query.limit <= MAX_LIMIT:
            raise InvalidInput(f"A search returns 1 to {MAX_LIMIT:,} hits, not {query.limit:,}.")
        if not 0.0 <= query.vector_weight <= 1.0:
            raise InvalidInput("The weight of vectors is between 0 and 1.")
        self._connection = connection
        self._query = query
        self._dimensions = dimensions
        weights = {SearchMode.SEMANTIC: 1.0, SearchMode.FULL_TEXT: 0.0}
        self._weight = weights.get(query.mode, query.vector_weight)
        self._filter = Clause("1") if query.filter is None else compile_filter(query.filter)
        self.uses_vectors = self._weight > 0.0
        self._unit = self._unit_vector() if self.uses_vectors else None

    def run(self, blocks: Iterable[Block], allowed: "NDArray[np.int64] | None") -> list[Hit]:
        """Return the hits.

        Args:
            blocks: Every searchable vector; none when the search does not use them.
            allowed: The rows the filter lets through; None without a filter.
        """
        scored = self._scored(blocks, allowed)
        best = self._ranked(self._exact(self._band(scored)))
        if self._unit is not None and len(best) < self._query.limit:
            best += self._strangers(best)
        return self._hits(best)

    def _unit_vector(self) -> "NDArray[np.float32]":
        import numpy as np

        vector = self._query.vector
        if vector is None or len(vector) != self._dimensions * 4:
            raise InvalidInput(
                f"A {self._query.mode} search needs the query's vector of {self._dimensions} "
                "numbers.",
                code="dimensions_differ",
            )
        if not np.isfinite(np.frombuffer(vector, dtype="<f4")).all():
            raise InvalidInput("The query's vector has a number that is not finite.")
        unit: NDArray[np.float32] = unit_vectors([vector], self._dimensions)[0]
        return unit

    def _scored(self, blocks: Iterable[Block], allowed: "NDArray[np.int64] | None") -> Scored:
        """Score every row: similarities as they are in memory, clipped to [0, 1]."""
        import numpy as np

        scored = None if self._unit is None else _by_vector(blocks, self._unit)
        if self._weight < 1.0:
            text = self._text_scores()
            if scored is None or scored.vector is None:
                scored = Scored(text.rows, text.scores, None, text.scores)
            else:
                words = np.zeros(len(scored.rows))
                words[np.searchsorted(scored.rows, text.rows)] = text.scores
                total = self._weight * scored.vector + (1.0 - self._weight) * words
                scored = Scored(scored.rows, total, scored.vector, words)
        assert scored is not None  # noqa: S101  # the weight is below one or above zero
        if allowed is not None:
            scored = scored.only(np.isin(scored.rows, allowed, assume_unique=True))
        return scored

    def _text_scores(self) -> full_text.TextScores:
        (searchable,) = self._connection.execute("SELECT searchable FROM collection").fetchone()
        return full_text.score(self._connection, self._query.text, searchable=searchable)

    def _band(self, scored: Scored) -> Scored:
        """Keep the rows that may be among the best: those that rounding cannot have pushed out."""
        import numpy as np

        limit = self._query.limit
        least = 0.0
        if len(scored.total) > limit:
            least = float(np.partition(scored.total, -limit)[-limit])
        # Rounding moves both ends, and `_exact` takes what is below the error for nothing.
        least -= 3 * SIMILARITY_ERROR * self._weight + _STEP
        return scored.only((scored.total > 0.0) & (scored.total >= least))

    def _exact(self, scored: Scored) -> Scored:
        """Compute similarities again in full precision, and with them the scores."""
        import numpy as np

        if scored.vector is None or self._unit is None:
            return scored
        unit = self._unit.astype(np.float64)
        vector = np.empty(len(scored.rows))
        for at in range(0, len(scored.rows), _ROWS_AT_ONCE):
            part = scored.rows[at : at + _ROWS_AT_ONCE].tolist()
            blobs = dict(self._fetch(_VECTORS, part))
            full = unit_vectors([blobs[row] for row in part], self._dimensions)
            # Not a matrix product, which may add up in another order for another number of rows.
            vector[at : at + len(part)] = (full * unit).sum(axis=1)
        vector[vector < SIMILARITY_ERROR] = 0.0
        vector = np.minimum(vector, 1.0)
        total = self._weight * vector
        if scored.text is not None:
            total = total + (1.0 - self._weight) * scored.text
        return Scored(scored.rows, total, vector, scored.text)

    def _ranked(self, scored: Scored) -> list[Ranked]:
        """Return the best, best first, ties by id."""
        import numpy as np

        scored = scored.only(np.round(scored.total, _DIGITS) > 0.0)
        limit = self._query.limit
        if len(scored.total) > limit:
            # Rows with the very score of the last one stay: their ids decide between them.
            last = np.partition(scored.total, -limit)[-limit] - _STEP
            scored = scored.only(scored.total >= last)
        ids = dict(self._fetch(_IDS, scored.rows.tolist()))
        ranked = [
            Ranked(
                id=ids[int(scored.rows[at])],
                row=int(scored.rows[at]),
                score=round(float(scored.total[at]), _DIGITS),
                vector=None if scored.vector is None else round(float(scored.vector[at]), _DIGITS),
                text=None if scored.text is None else round(float(scored.text[at]), _DIGITS),
            )
            for at in range(len(scored.rows))
        ]
        return sorted(ranked, key=lambda one: (-one.score, one.id))[:limit]

    def _strangers(self, best: Sequence[Ranked]) -> list[Ranked]:
        """Return chunks that have nothing in common with the query, by id, to fill up."""
        known = {one.row for one in best}
        text = 0.0 if self._weight < 1.0 else None
        found = self._connection.execute(
            f"SELECT id, row FROM chunks WHERE enabled AND {self._filter.sql} ORDER BY id LIMIT ?",  # noqa: S608  # compiled by us
            (*self._filter.parameters, self._query.limit),
        )
        strangers = [Ranked(chunk_id, row, 0.0, 0.0, text) for chunk_id, row in found]
        return [one for one in strangers if one.row not in known][: self._query.limit - len(best)]

    def _hits(self, best: Sequence[Ranked]) -> list[Hit]:
        details = {row: rest for row, *rest in self._fetch(_DETAILS, [one.row for one in best])}
        hits = []
        for one in best:
            document_id, seq, metadata, text = details[one.row]
            hits.append(
                Hit(
                    id=one.id,
                    document_id=document_id,
                    seq=seq,
                    text=text,
                    metadata=msgspec.json.decode(metadata),
                    score=one.score,
                    vector_score=one.vector,
                    text_score=one.text,
                )
            )
        return hits

    def _fetch(self, statement: str, rows: Sequence[int]) -> Iterator[tuple[Any, ...]]:
        """Run a statement whose one parameter is a JSON list of rows."""
        return self._connection.execute(statement, (msgspec.json.encode(rows).decode(),))


def _by_vector(blocks: Iterable[Block], unit: "NDArray[np.float32]") -> Scored:
    import numpy as np

    found = [similarities(block, unit) for block in blocks]
    if not found:
        return Scored(np.empty(0, dtype=np.int64), np.empty(0), np.empty(0), None)
    vector = np.clip(np.concatenate([cosines for _, cosines in found]), 0.0, 1.0)
    return Scored(np.concatenate([rows for rows, _ in found]), vector, vector, None)
