"""Writes, changes and deletes single chunks by hand.

The store holds the chunk, and the document's row is locked while one is changed, so that two people
cannot undo each other. A model is asked before that: nothing waits for it.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol

import msgspec

from skep_contracts.calls.chunk_edit import CreateChunk, DeleteChunk, UpdateChunk
from skep_contracts.calls.dataset import DocumentStatus
from skep_contracts.plugins.models import Embeddings
from skep_contracts.plugins.stores import StoredChunk
from skep_contracts.problems import Conflict, FieldError, InvalidInput, NotFound
from skep_inference import CallScope
from skep_ingest.datasets.collections import Collection, Collections
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.documents.create_document import archived
from skep_ingest.documents.repository import DocumentRepository
from skep_ingest.documents.rewrite_document import chunks_after
from skep_ingest.documents.tables import DocumentRow
from skep_ingest.indexing.chunk_facts import EDITED, KEYWORDS, PARENT, chunk_id
from skep_ingest.moves.state import refuse_while_moving
from skep_runtime import clock
from skep_runtime.database import Database

_MAX_CHARS: Final = 32_000
_MAX_KEYWORDS: Final = 50
_MAX_KEYWORD_CHARS: Final = 100


class ChunkEmbedder(Protocol):
    """What is needed of `Inference`."""

    async def embed(self, model: str, texts: list[str], *, scope: CallScope) -> Embeddings:
        """Return one vector a text."""
        ...


class ChunkEditor:
    """Changes chunks of documents that are ready."""

    def __init__(
        self, database: Database, collections: Collections, embedder: ChunkEmbedder
    ) -> None:
        """Embed new texts with `embedder`."""
        self._database = database
        self._collections = collections
        self._embedder = embedder

    async def create(self, call: CreateChunk, *, tenant: str) -> StoredChunk:
        """Add a chunk at the end.

        Raises:
            NotFound: There is no such dataset or document.
            InvalidInput: Text or keywords cannot be used.
            Conflict: The document is not ready, or archived.
        """
        _check(call.text, call.keywords)
        dataset = await self._dataset(call.dataset, tenant)
        vector = await self._embed(dataset, call.text)
        async with self._locked(dataset, call.document_id) as (row, collection):
            version = row.ready_version or row.version
            seq = row.next_seq if row.next_seq is not None else row.ready_chunks
            facts: dict[str, Any] = {**row.fields, "document_name": row.name, EDITED: True}
            if call.parent is not None:
                await _check_passage(collection, row, call.parent)
                facts[PARENT] = call.parent
            if call.keywords:
                facts[KEYWORDS] = list(call.keywords)
            chunk = StoredChunk(
                id=chunk_id(row.id, version, seq),
                document_id=row.id,
                document_version=version,
                seq=seq,
                text=call.text,
                vector=vector,
                metadata=facts,
            )
            await collection.store.upsert(collection.ref, [chunk])
            row.next_seq = seq + 1
            row.ready_chunks += 1
        return chunk

    async def update(self, call: UpdateChunk, *, tenant: str) -> StoredChunk:
        """Change a chunk.

        Raises:
            NotFound: There is no such dataset, document or chunk.
            InvalidInput: Text or keywords cannot be used.
            Conflict: The document is not ready, or archived.
        """
        _check(call.text, call.keywords)
        dataset = await self._dataset(call.dataset, tenant)
        vector = None if call.text is None else await self._embed(dataset, call.text)
        async with self._locked(dataset, call.document_id) as (row, collection):
            known = await _find(collection, row, call.chunk_id)
            if known is None:
                raise NotFound("The document has no chunk of that id.", code="unknown_chunk")
            changed = _changed(known, call, vector)
            await collection.store.upsert(collection.ref, [changed])
        return changed

    async def delete(self, call: DeleteChunk, *, tenant: str) -> bool:
        """Delete a chunk; tell whether there was one.

        Raises:
            NotFound: There is no such dataset or document.
            Conflict: The document is not ready, or archived.
        """
        dataset = await self._dataset(call.dataset, tenant)
        async with self._locked(dataset, call.document_id) as (row, collection):
            if await _find(collection, row, call.chunk_id) is None:
                return False
            # The next one written by hand must not take the place of one that was deleted.
            row.next_seq = row.next_seq if row.next_seq is not None else row.ready_chunks
            await collection.store.delete_chunks(collection.ref, [call.chunk_id])
            row.ready_chunks -= 1
        return True

    async def _dataset(self, dataset: str, tenant: str) -> DatasetRow:
        async with self._database.reading() as session:
            row = await DatasetRepository(session, tenant).get(dataset)
        refuse_while_moving(row)
        return row

    async def _embed(self, dataset: DatasetRow, text: str) -> bytes:
        scope = CallScope(tenant=dataset.tenant, dataset_id=dataset.id)
        made = await self._embedder.embed(dataset.embedding_model, [text], scope=scope)
        if made.dimensions != dataset.dimensions:
            raise Conflict(
                f"{dataset.embedding_model} now gives vectors of another length.",
                code="dimensions_changed",
            )
        return made.vectors[0]

    @asynccontextmanager
    async def _locked(
        self, dataset: DatasetRow, document_id: str
    ) -> AsyncIterator[tuple[DocumentRow, Collection]]:
        """Hold a document that is ready, and nothing else may change it meanwhile."""
        collection = await self._collections.of(dataset)
        async with self._database.session() as session:
            documents = DocumentRepository(session, dataset.tenant)
            row = await documents.get(dataset.id, document_id, is_locked=True)
            if row.archived:
                raise archived(row)
            if row.status != DocumentStatus.READY:
                raise Conflict(
                    f"Chunks can be changed once their document is ready; it is {row.status}.",
                    code="document_status",
                )
            yield row, collection
            row.updated_at = clock.now()
            await session.flush()


async def _find(collection: Collection, row: DocumentRow, wanted: str) -> StoredChunk | None:
    version = row.ready_version or row.version
    _, _, rest = wanted.partition(".")
    seq = rest.partition(".")[2]
    if not (seq.isascii() and seq.isdecimal()) or wanted != chunk_id(
        row.id, version, int(seq[:12])
    ):
        return None
    found = await chunks_after(collection, row.id, version, after=int(seq) - 1, limit=1)
    return found[0] if found and found[0].id == wanted else None


async def _check_passage(collection: Collection, row: DocumentRow, parent: int) -> None:
    version = row.ready_version or row.version
    found = await chunks_after(collection, row.id, version, after=parent - 1, limit=1)
    if parent < 0 or not found or found[0].metadata.get(PARENT) != parent:
        raise InvalidInput(
            "The document has no passage at this position.",
            errors=[FieldError(pointer="/parent", message="is the position of no passage")],
            code="unknown_passage",
        )


def _changed(known: StoredChunk, call: UpdateChunk, vector: bytes | None) -> StoredChunk:
    facts = dict(known.metadata)
    if call.keywords is not None:
        facts[KEYWORDS] = list(call.keywords)
    if call.text is not None and call.text != known.text:
        facts[EDITED] = True
    return msgspec.structs.replace(
        known,
        text=known.text if call.text is None else call.text,
        vector=known.vector if vector is None else vector,
        enabled=known.enabled if call.enabled is None else call.enabled,
        metadata=facts,
    )


def _check(text: str | None, keywords: tuple[str, ...] | None) -> None:
    faults = []
    if text is not None and not (text.strip() and len(text) <= _MAX_CHARS):
        faults.append(FieldError(pointer="/text", message=f"has 1 to {_MAX_CHARS} characters"))
    given = keywords or ()
    if len(given) > _MAX_KEYWORDS or any(
        not one.strip() or len(one) > _MAX_KEYWORD_CHARS for one in given
    ):
        message = f"at most {_MAX_KEYWORDS}, each of 1 to {_MAX_KEYWORD_CHARS} characters"
        faults.append(FieldError(pointer="/keywords", message=message))
    if faults:
        raise InvalidInput("The chunk cannot be written so.", errors=faults)
