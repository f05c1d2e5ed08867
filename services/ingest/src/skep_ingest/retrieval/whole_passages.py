"""Gives the whole passage for the child of it that was found.

A passage is put together from its children, as they are stored now. It has the score of its best
child, and a child written by hand is another way to find it but no part of its text.
"""

from collections.abc import AsyncGenerator, Mapping, Sequence
from typing import Any

import msgspec

from skep_contracts.calls.chunk import FoundChunk
from skep_contracts.plugins.stores import StoredChunk
from skep_ingest.datasets.collections import Collection, Collections
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.indexing.chunk_facts import (
    EDITED,
    PARENT,
    PART_END,
    PART_START,
    version_of,
)
from skep_ingest.retrieval.asking_stores import together


def one_a_passage(found: Sequence[FoundChunk]) -> list[FoundChunk]:
    """Return of the children of each passage only the best, and chunks that are no children."""
    best: dict[tuple[str, object], FoundChunk] = {}
    for chunk in found:
        parent = chunk.metadata.get(PARENT)
        key = (chunk.id, None) if parent is None else (chunk.document_id, parent)
        best.setdefault(key, chunk)
    return list(best.values())


def is_child(chunk: FoundChunk) -> bool:
    """Tell whether a chunk is part of a passage."""
    return isinstance(chunk.metadata.get(PARENT), int)


async def whole_passages(
    found: Sequence[FoundChunk], collections: Collections, datasets: Mapping[str, DatasetRow]
) -> list[FoundChunk]:
    """Return what was found, with the text and the place of its passage instead of a child's."""

    async def whole(hit: FoundChunk) -> FoundChunk:
        if not is_child(hit):
            return hit
        place = await collections.of(datasets[hit.dataset_id])
        return _passage(hit, await _children(place, hit))

    return await together(whole(hit) for hit in found)


async def _children(collection: Collection, hit: FoundChunk) -> list[StoredChunk]:
    """Return the children that a passage was cut into, in order."""
    parent: int = hit.metadata[PARENT]
    version = version_of(hit.id)
    found: list[StoredChunk] = []
    chunks = collection.store.scan(
        collection.ref, document_id=hit.document_id, after_seq=parent - 1
    )
    try:
        async for chunk in chunks:
            if chunk.document_version != version:
                continue
            facts = chunk.metadata
            if facts.get(PARENT) != parent or not isinstance(facts.get(PART_START), int):
                break
            found.append(chunk)
    finally:
        if isinstance(chunks, AsyncGenerator):
            await chunks.aclose()
    return found


def _passage(hit: FoundChunk, children: Sequence[StoredChunk]) -> FoundChunk:
    own = {PARENT, PART_START, PART_END}
    facts = {name: value for name, value in hit.metadata.items() if name not in own}
    if not children:  # they went away a moment ago
        return msgspec.structs.replace(hit, metadata=facts, match=hit.text)
    first: dict[str, Any] = children[0].metadata
    return msgspec.structs.replace(
        hit,
        text=joined(children),
        match=hit.text,
        page=first.get("page"),
        start=first.get("start"),
        end=max(child.metadata.get("end") or 0 for child in children),
        metadata=facts,
        first_seq=children[0].seq,
        last_seq=children[-1].seq,
    )


def joined(children: Sequence[StoredChunk]) -> str:
    """Return the text of a passage; where a child is gone, an empty line stands for it."""
    text, covered = "", None
    for child in children:
        start, end = child.metadata[PART_START], child.metadata[PART_END]
        if covered is None:
            text = child.text
        elif child.metadata.get(EDITED):
            text += _behind(text, child.text, covered - start)
        else:
            text += "\n\n" * (start > covered) + child.text[max(covered - start, 0) :]
        covered = end if covered is None else max(covered, end)
    return text


def _behind(before: str, text: str, overlap: int) -> str:
    """Return a changed text without what it still shares with the one before."""
    for shared in range(max(overlap, 0), 0, -1):
        if before.endswith(text[:shared]):
            return text[shared:]
    return text if overlap == 0 else f"\n\n{text}"
