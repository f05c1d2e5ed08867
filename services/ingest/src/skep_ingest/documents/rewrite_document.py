"""Carries out `RewriteDocument`: stored chunks say what is said about their document now."""

from collections.abc import AsyncGenerator
from typing import Any, Final

import msgspec

from skep_contracts.commands.document import RewriteDocument
from skep_contracts.plugins.stores import StoredChunk
from skep_ingest.datasets.collections import Collection, Collections
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.documents.repository import DocumentRepository
from skep_ingest.documents.tables import DocumentRow
from skep_ingest.indexing.chunk_facts import OWN_FIELDS, PARENT
from skep_runtime.database import Database

_BATCH: Final = 200


async def rewrite_document(
    database: Database, collections: Collections, order: RewriteDocument, *, tenant: str
) -> None:
    """Bring name and metadata into every stored chunk, a batch at a time. Safe to repeat."""
    done: set[int] = set()
    while (version := await _next_version(database, order, tenant, done)) is not None:
        done.add(version)
        after: int | None = -1
        while after is not None:
            # The row stays locked over a batch: chunks edited meanwhile are not undone.
            async with database.session() as session:
                dataset = await DatasetRepository(session, tenant).get_any(order.dataset_id)
                documents = DocumentRepository(session, tenant)
                row = await documents.find(order.dataset_id, order.document_id, is_locked=True)
                if dataset is None or row is None:
                    return
                place = await collections.of(dataset)
                after = await _rewrite(place, row, version, after)


async def _next_version(
    database: Database, order: RewriteDocument, tenant: str, done: set[int]
) -> int | None:
    """Return a version that has chunks and is not done: the one that is served comes first."""
    async with database.reading() as session:
        row = await DocumentRepository(session, tenant).find(order.dataset_id, order.document_id)
    versions = () if row is None else (row.ready_version, row.version)
    return next((one for one in versions if one is not None and one not in done), None)


async def _rewrite(
    collection: Collection, row: DocumentRow, version: int, after: int
) -> int | None:
    """Rewrite the chunks after a position; return the last, None when there are no more."""
    chunks = await chunks_after(collection, row.id, version, after=after, limit=_BATCH)
    changed = [
        msgspec.structs.replace(chunk, metadata=_facts(row, chunk.metadata)) for chunk in chunks
    ]
    if changed:
        await collection.store.upsert(collection.ref, changed)
    return chunks[-1].seq if len(chunks) == _BATCH else None


def _facts(row: DocumentRow, known: dict[str, Any]) -> dict[str, Any]:
    own = {name: value for name, value in known.items() if name in OWN_FIELDS}
    return {**row.fields, **own, "document_name": row.name}


async def chunks_after(
    collection: Collection,
    document_id: str,
    version: int,
    *,
    after: int,
    limit: int,
    parent: int | None = None,
) -> list[StoredChunk]:
    """Return at most `limit` chunks of a document version that follow a position, in order.

    With `parent`, only the children of that passage.
    """
    found: list[StoredChunk] = []
    chunks = collection.store.scan(collection.ref, document_id=document_id, after_seq=after)
    try:
        async for chunk in chunks:
            is_wanted = parent is None or chunk.metadata.get(PARENT) == parent
            if chunk.document_version == version and is_wanted:
                found.append(chunk)
            if len(found) >= limit:
                break
    finally:
        if isinstance(chunks, AsyncGenerator):
            await chunks.aclose()
    return found
