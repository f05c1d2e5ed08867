"""Joins hits with what stands before and behind them in their documents.

Hits are taken best first. One that overlaps a better passage, or stands beside it, becomes part of
it; two passages never share a chunk. A passage keeps id, score and place of its best hit, so that
the passages of k are, by id, the first of those of k + 1.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

import msgspec

from skep_contracts.calls.chunk import FoundChunk
from skep_contracts.plugins.stores import StoredChunk
from skep_ingest.datasets.collections import Collections
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.documents.rewrite_document import chunks_after
from skep_ingest.indexing.chunk_facts import EDITED, version_of
from skep_ingest.retrieval.asking_stores import together

_MOST_BLANK: Final = 4
"""So many characters between two chunks are taken for line breaks."""


class Span:
    """The positions of a passage, `first` to `last`, and its best hit."""

    def __init__(self, hit: FoundChunk, first: int, last: int) -> None:
        """Begin with a hit."""
        self.hit = hit
        self.first = first
        self.last = last


def spans(found: Sequence[FoundChunk], *, around: int, most: int) -> list[Span]:
    """Return what passages cover, at most `most`, best first."""
    passages: list[Span] = []
    by_document: dict[str, list[Span]] = {}
    for hit in found:
        near = by_document.setdefault(hit.document_id, [])
        first, last = max(hit.seq - around, 0), hit.seq + around
        joined = next((s for s in near if first <= s.last + 1 and last >= s.first - 1), None)
        if joined is None:
            if len(passages) == most:
                break
            near.append(span := Span(hit, first, last))
            passages.append(span)
            continue
        others = [span for span in near if span is not joined]
        joined.first = max(
            min(joined.first, first), *(s.last + 1 for s in others if s.last < joined.first), 0
        )
        joined.last = min(
            [max(joined.last, last), *(s.first - 1 for s in others if s.first > joined.last)]
        )
    return passages


async def widened(
    passages: Sequence[Span], collections: Collections, datasets: Mapping[str, DatasetRow]
) -> list[FoundChunk]:
    """Return the passages with the texts of all their chunks."""

    async def widen(span: Span) -> FoundChunk:
        hit = span.hit
        place = await collections.of(datasets[hit.dataset_id])
        chunks = await chunks_after(
            place,
            hit.document_id,
            version_of(hit.id),
            after=span.first - 1,
            limit=span.last - span.first + 1,
        )
        return _joined(
            hit,
            [
                each
                for each in chunks
                if each.seq <= span.last and (each.enabled or each.id == hit.id)
            ],
        )

    return await together(widen(span) for span in passages)


def _joined(hit: FoundChunk, chunks: Sequence[StoredChunk]) -> FoundChunk:
    if hit.id not in {chunk.id for chunk in chunks}:
        return hit  # it went away a moment ago
    text, start, end = chunks[0].text, *_offsets(chunks[0])
    for chunk in chunks[1:]:
        begins, ends = _offsets(chunk)
        text += _behind(text, chunk.text, None if end is None or begins is None else begins - end)
        start = begins if start is None else start
        end = end if ends is None else ends
    return msgspec.structs.replace(
        hit, text=text, start=start, end=end, first_seq=chunks[0].seq, last_seq=chunks[-1].seq
    )


def _behind(before: str, text: str, gap: int | None) -> str:
    """Return what is added to a text: without what it ends with already."""
    # What was cleaned away is in the offsets, and not in the texts.
    for shared in range(-(gap or 0), 0, -1):
        if before.endswith(text[:shared]):
            return text[shared:]
    if gap is not None and 0 <= gap <= _MOST_BLANK:
        return "\n" * gap + text
    return f"\n\n{text}"


def _offsets(chunk: StoredChunk) -> tuple[int | None, int | None]:
    """Return where a chunk stands; what was written by hand stands nowhere."""
    facts: dict[str, Any] = chunk.metadata
    start, end = facts.get("start"), facts.get("end")
    if facts.get(EDITED) or not isinstance(start, int) or not isinstance(end, int):
        return None, None
    return start, end
