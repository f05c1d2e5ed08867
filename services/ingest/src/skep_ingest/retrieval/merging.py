"""Joins what several searches found."""

import math
from collections.abc import Iterable, Mapping, Sequence

import msgspec

from skep_contracts.calls.chunk import FoundChunk
from skep_contracts.plugins.stores import Hit


def merge(
    found: Iterable[tuple[str, Iterable[FoundChunk]]], weights: Mapping[str, float] | None = None
) -> list[FoundChunk]:
    """Return the passages of several searches, best first; ties by id.

    Scores are compared within a scale only. Searches on different scales take turns: first the best
    passage of each, then the second of each; within a turn the higher score comes first. Of a
    dataset that counts half, the first passage comes in the second turn.

    Args:
        found: The scale of a search, and its passages.
        weights: What scores are multiplied by, by the id of a dataset; 1 where nothing is said.
    """
    weights = weights or {}
    by_scale: dict[str, list[FoundChunk]] = {}
    for scale, chunks in found:
        by_scale.setdefault(scale, []).extend(weighted(chunks, weights))
    ranked = [
        (rank / weights.get(chunk.dataset_id, 1.0), chunk)
        for chunks in by_scale.values()
        for rank, chunk in enumerate(sorted(chunks, key=_by_score), start=1)
    ]
    if len(by_scale) > 1:
        return [chunk for _, chunk in sorted(ranked, key=lambda one: (one[0], *_by_score(one[1])))]
    return [chunk for _, chunk in ranked]


def weighted(found: Iterable[FoundChunk], weights: Mapping[str, float]) -> list[FoundChunk]:
    """Return the passages with scores multiplied by what their datasets count."""
    return [
        msgspec.structs.replace(chunk, score=chunk.score * weights[chunk.dataset_id])
        if chunk.dataset_id in weights
        else chunk
        for chunk in found
    ]


def by_scale(found: Iterable[tuple[str, Iterable[FoundChunk]]]) -> list[list[FoundChunk]]:
    """Return the passages of one search as one list for each scale."""
    lists: dict[str, list[FoundChunk]] = {}
    for scale, chunks in found:
        lists.setdefault(scale, []).extend(chunks)
    return list(lists.values())


def _by_score(chunk: FoundChunk) -> tuple[float, str]:
    return (-chunk.score, chunk.id)


def rescored(
    found: Sequence[FoundChunk],
    scores: Sequence[float],
    weights: Mapping[str, float] | None = None,
) -> list[FoundChunk]:
    """Return the passages with the scores of a reranker, best first.

    Models score in ranges of their own; what is not in [0, 1] passes a logistic function.
    """
    finite = [score if math.isfinite(score) else 0.0 for score in scores]
    if any(not 0.0 <= score <= 1.0 for score in finite):
        finite = [0.5 * (1.0 + math.tanh(score / 2.0)) for score in finite]
    scored = (
        msgspec.structs.replace(chunk, score=score)
        for chunk, score in zip(found, finite, strict=True)
    )
    return sorted(weighted(scored, weights or {}), key=_by_score)


def found_chunk(hit: Hit, *, dataset_id: str, dataset_name: str, document_name: str) -> FoundChunk:
    """Return a hit with all that a citation needs."""
    facts = dict(hit.metadata)
    facts.pop("document_name", None)
    page, start, end = (_whole(facts.pop(field, None)) for field in ("page", "start", "end"))
    path = facts.pop("heading_path", None)
    return FoundChunk(
        id=hit.id,
        dataset_id=dataset_id,
        dataset_name=dataset_name,
        document_id=hit.document_id,
        document_name=document_name,
        seq=hit.seq,
        text=hit.text,
        score=hit.score,
        page=page,
        heading_path=tuple(map(str, path)) if isinstance(path, list) else (),
        start=start,
        end=end,
        metadata=facts,
    )


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) else None
