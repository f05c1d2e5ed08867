"""Joins rankings by reciprocal ranks, and leaves out what says the same.

Cormack, Clarke, Büttcher: Reciprocal Rank Fusion outperforms Condorcet and individual rank learning
methods (SIGIR 2009), with their constant; divided by the most there can be, so that scores are in
[0, 1].
"""

from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from skep_contracts.calls.chunk import FoundChunk

_CONSTANT: Final = 60
_DIGITS: Final = 6


def fuse(
    rankings: Sequence[Sequence[Sequence[FoundChunk]]], weights: Mapping[str, float]
) -> list[FoundChunk]:
    """Return the passages of several rankings with new scores, best first; ties by id.

    Equal scores have equal ranks. What has nothing in common with a query has no rank in its list;
    what has none in any comes last.

    Args:
        rankings: Of each search, its lists: one for each scale its scores are on.
        weights: What is known of datasets by id; 1 where nothing is said.
    """
    chunks: dict[str, FoundChunk] = {}
    shares: dict[str, float] = {}
    for ranking in rankings:
        for found in ranking:
            chunks.update((chunk.id, chunk) for chunk in found)
            for name, share in _shares(found).items():
                shares[name] = shares.get(name, 0.0) + share
    most = len(rankings) / (_CONSTANT + 1)
    fused = (
        msgspec.structs.replace(
            chunk,
            score=round(shares.get(name, 0.0) / most * weights.get(chunk.dataset_id, 1.0), _DIGITS),
        )
        for name, chunk in chunks.items()
    )
    return sorted(fused, key=lambda chunk: (-chunk.score, chunk.id))


def _shares(found: Sequence[FoundChunk]) -> dict[str, float]:
    shares: dict[str, float] = {}
    rank, last = 0, None
    for position, chunk in enumerate(sorted(found, key=lambda each: -each.score), start=1):
        if chunk.score <= 0.0:
            break
        if chunk.score != last:
            rank, last = position, chunk.score
        shares[chunk.id] = 1.0 / (_CONSTANT + rank)
    return shares


def distinct(found: Sequence[FoundChunk]) -> list[FoundChunk]:
    """Leave out passages that say what a better one says, spaces and line breaks aside."""
    best: dict[str, FoundChunk] = {}
    for chunk in found:
        best.setdefault(" ".join(chunk.text.split()), chunk)
    return list(best.values())
