"""Words: how a text is cut into tokens, how they are indexed, and how a query scores rows by them.

Both sides go through `words.tokens`, and SQLite's own tokenizer only splits at the spaces between
them
(its ``ascii`` tokenizer takes every character beyond ASCII for a letter). So what a query looks
up is exactly what the index holds, whatever version of Unicode SQLite was built with.

Each token is indexed once per text, with its weight in that text in five steps (the impacts of
Anh and Moffat, "Pruned query evaluation using pre-computed impacts", SIGIR 2006). That makes the
index a third of one with positions, and a query four times as fast as SQLite's bm25(), which looks
up the length of every row it meets.
"""

import math
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

import msgspec

from skep_contracts.words.tokens import is_unspaced, tokens

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

MAX_TERMS: Final = 64
"""Words of a query beyond these are ignored."""
MAX_POSTINGS: Final = 40_000
"""Rows a query visits, counted once a word: its most frequent words are ignored beyond that."""

_ENTRIES: Final = 64


class Term(msgspec.Struct, frozen=True):
    """A token a query looks for, or with `is_prefix` the beginning of one."""

    token: str
    is_prefix: bool = False


_K1: Final = 1.2
_B: Final = 0.75
_MEAN_LENGTH: Final = 150
"""Tokens of a common chunk. BM25 compares with the mean of the collection, which an index of
weights cannot; but chunks are cut to about the same length, and `_LENGTHS` bounds the rest."""
_LENGTHS: Final = (0.3, 1.5)
_STEPS: Final = (0.9, 1.15, 1.45, 1.75)
_IMPACTS: Final = {"\ue000": 0.8, "\ue001": 1.0, "\ue002": 1.3, "\ue003": 1.6, "\ue004": 1.9}
"""What ends a token in the index, and what it weighs. Private characters are in no token."""
_AFTER_IMPACTS: Final = "\ue005"
_MARKERS: Final = tuple(_IMPACTS)


def indexed(text: str) -> str:
    """Return what the index is given for a text. Deleting from it needs the very same string."""
    found = tokens(text)
    shortest, longest = _LENGTHS
    length = min(max(len(found) / _MEAN_LENGTH, shortest), longest)
    normal = _K1 * (1 - _B + _B * length)
    markers: dict[int, str] = {}
    entries = []
    for token, times in Counter(found).items():
        marker = markers.get(times)
        if marker is None:
            impact = times * (_K1 + 1) / (times + normal)
            marker = markers[times] = _MARKERS[sum(impact >= step for step in _STEPS)]
        entries.append(token + marker)
    return " ".join(entries)


def terms(query: str) -> list[Term]:
    """Return the distinct terms of a query, at most `MAX_TERMS`."""
    return list(dict.fromkeys(_terms(query)))[:MAX_TERMS]


def _terms(query: str) -> Iterator[Term]:
    found = tokens(query)
    previous = ""
    for token in found:
        alone = len(token) == 1 and is_unspaced(token)
        if not alone:
            yield Term(token)
        elif not (len(previous) == 2 and previous[1] == token):
            # One character by itself: it begins every pair it is first in. (The last character of a
            # longer run adds nothing to the pair before it.)
            yield Term(token, is_prefix=True)
        previous = token


class TextScores(msgspec.Struct, frozen=True):
    """`rows`: ascending, those with a word of the query. `scores`: one per row, in (0, 1]."""

    rows: "NDArray[np.int64]"
    scores: "NDArray[np.float64]"


class Posting(msgspec.Struct, frozen=True):
    """An entry of the index that a term asks for: in how many rows it is, and what it weighs."""

    entry: str
    frequency: int
    impact: float


def score(connection: sqlite3.Connection, query: str, *, searchable: int) -> TextScores:
    """Score every row that has a word of `query` by BM25, compared with what the query can attain.

    With x, BM25 divided by the weights of all words asked for, the score is x / (x + 1), scaled so
    that the most there can be is 1. A chunk of common length that has every word once has x = 1 and
    scores 0.73, next to the similarities of good vectors. Nothing depends on what else is found,
    as scores divided by the best one would, and a score is low when only frequent words match.
    """
    import numpy as np

    found: list[NDArray[np.int64]] = []
    parts: list[NDArray[np.float64]] = []
    weights = 0.0
    for postings in _planned([_postings(connection, term) for term in terms(query)]):
        frequency = min(sum(posting.frequency for posting in postings), searchable)
        weight = math.log1p((searchable - frequency + 0.5) / (frequency + 0.5))
        weights += weight
        for posting in postings:
            rows = np.fromiter(
                (
                    row
                    for (row,) in connection.execute(
                        "SELECT rowid FROM words WHERE words MATCH ?", (f'"{posting.entry}"',)
                    )
                ),
                dtype=np.int64,
            )
            found.append(rows)
            parts.append(np.full(len(rows), weight * posting.impact))
    if not found:
        return TextScores(np.empty(0, dtype=np.int64), np.empty(0))
    rows, places = np.unique(np.concatenate(found), return_inverse=True)
    share = np.bincount(places, weights=np.concatenate(parts)) / weights
    return TextScores(rows, np.clip(share / (share + 1.0) * (_K1 + 2) / (_K1 + 1), 0.0, 1.0))


def _postings(connection: sqlite3.Connection, term: Term) -> list[Posting]:
    """Return the entries of a term. Of a prefix, those of the pairs that most rows have."""
    least = term.token if term.is_prefix else term.token + _MARKERS[0]
    found = connection.execute(
        "SELECT term, doc FROM vocabulary WHERE term >= ? AND term < ? ORDER BY doc DESC LIMIT ?",
        (least, term.token + _AFTER_IMPACTS, _ENTRIES),
    )
    return [Posting(entry, frequency, _IMPACTS[entry[-1]]) for entry, frequency in found]


def _planned(asked: Iterable[list[Posting]]) -> list[list[Posting]]:
    """Return the terms worth looking for, the rarest first."""
    counted = [(sum(posting.frequency for posting in postings), postings) for postings in asked]
    visited, planned = 0, []
    for frequency, postings in sorted(counted, key=lambda pair: pair[0]):
        if visited and visited + frequency > MAX_POSTINGS:
            break
        visited += frequency
        planned.append(postings)
    return planned
