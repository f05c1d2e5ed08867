"""Answers calls about single chunks, for the caller's tenant only."""

from typing import Any, Final

from skep_contracts.calls.chunk_edit import (
    ChunkInfo,
    ChunkReply,
    CreateChunk,
    DeleteChunk,
    ListChunks,
    ListChunksReply,
    UpdateChunk,
)
from skep_contracts.calls.dataset import DoneReply
from skep_contracts.plugins.stores import StoredChunk
from skep_contracts.problems import InvalidInput
from skep_ingest.chunks.edit_chunk import ChunkEditor
from skep_ingest.datasets.answers import page_limit
from skep_ingest.datasets.collections import Collections
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.documents.repository import DocumentRepository
from skep_ingest.documents.rewrite_document import chunks_after
from skep_ingest.indexing.chunk_facts import EDITED, KEYWORDS, PARENT, PART_END, PART_START
from skep_runtime.bus import Bus, Incoming
from skep_runtime.database import Database

_MOST_DIGITS: Final = 12
_LAST: Final = 10**_MOST_DIGITS


class ChunkAnswers:
    """The handlers of the calls about chunks."""

    def __init__(self, database: Database, collections: Collections, editor: ChunkEditor) -> None:
        """Read from `collections`, write through `editor`."""
        self._database = database
        self._collections = collections
        self._editor = editor

    def register(self, bus: Bus) -> None:
        """Begin to answer."""
        bus.answer(ListChunks, self.list)
        bus.answer(CreateChunk, self.create)
        bus.answer(UpdateChunk, self.update)
        bus.answer(DeleteChunk, self.delete)

    async def list(self, call: ListChunks, incoming: Incoming) -> ListChunksReply:
        """Return a page of the version that is served."""
        limit, after = page_limit(call.limit), _position(call.cursor)
        if call.parent is not None:
            after = max(after, min(call.parent, _LAST) - 1)
        async with self._database.reading() as session:
            dataset = await DatasetRepository(session, incoming.tenant).get(call.dataset)
            documents = DocumentRepository(session, incoming.tenant)
            row = await documents.get(dataset.id, call.document_id)
        found = await chunks_after(
            await self._collections.of(dataset),
            row.id,
            row.ready_version or row.version,
            after=after,
            limit=limit + 1,
            parent=call.parent,
        )
        items = tuple(chunk_info(chunk) for chunk in found[:limit])
        return ListChunksReply(
            items=items, next_cursor=str(items[-1].seq) if len(found) > limit else None
        )

    async def create(self, call: CreateChunk, incoming: Incoming) -> ChunkReply:
        """Add a chunk."""
        chunk = await self._editor.create(call, tenant=incoming.tenant)
        return ChunkReply(chunk=chunk_info(chunk))

    async def update(self, call: UpdateChunk, incoming: Incoming) -> ChunkReply:
        """Change a chunk."""
        chunk = await self._editor.update(call, tenant=incoming.tenant)
        return ChunkReply(chunk=chunk_info(chunk))

    async def delete(self, call: DeleteChunk, incoming: Incoming) -> DoneReply:
        """Delete a chunk."""
        return DoneReply(changed=await self._editor.delete(call, tenant=incoming.tenant))


def chunk_info(chunk: StoredChunk) -> ChunkInfo:
    """Return a chunk as others see it."""
    facts: dict[str, Any] = dict(chunk.metadata)
    facts.pop("document_name", None)
    page, start, end = (facts.pop(name, None) for name in ("page", "start", "end"))
    facts.pop(PART_START, None)
    facts.pop(PART_END, None)
    return ChunkInfo(
        id=chunk.id,
        seq=chunk.seq,
        text=chunk.text,
        enabled=chunk.enabled,
        keywords=tuple(facts.pop(KEYWORDS, ())),
        is_edited=bool(facts.pop(EDITED, False)),
        page=page,
        heading_path=tuple(facts.pop("heading_path", ())),
        start=start,
        end=end,
        parent=facts.pop(PARENT, None),
        metadata=facts,
    )


def _position(cursor: str | None) -> int:
    if cursor is None:
        return -1
    if not (cursor.isascii() and cursor.isdecimal() and len(cursor) <= _MOST_DIGITS):
        raise InvalidInput("The cursor is not one that was given out.", code="bad_cursor")
    return int(cursor)
