"""Embeds chunks and stores them, batch after batch; every stored batch is kept for good."""

import asyncio
from typing import Final, Protocol

import msgspec

from skep_contracts.plugins.models import Embeddings
from skep_contracts.plugins.stores import StoredChunk
from skep_contracts.problems import InvalidInput
from skep_inference import CallScope
from skep_ingest.datasets.collections import Collection
from skep_ingest.indexing.chunk_facts import chunk_id, stored_facts
from skep_ingest.indexing.claimed_document import ClaimedDocument
from skep_ingest.indexing.spool import NumberedChunk, RunningDigest, Spool

BATCH: Final = 64
_SOON_S: Final = 0.25
_AHEAD: Final = 3
"""Batches that wait for the store, which takes all of them at once."""
_IN_FLIGHT: Final = 2 * (_AHEAD + 1) * BATCH
"""How far the store may be ahead of what the row says."""


class _Embedded(msgspec.Struct, frozen=True):
    """A batch for the store, and what is done with it; None for the last one."""

    chunks: list[StoredChunk]
    progress: tuple[int, str] | None


class Embedder(Protocol):
    """What is needed of `Inference`."""

    async def embed(self, model: str, texts: list[str], *, scope: CallScope) -> Embeddings:
        """Return one vector a text."""
        ...


async def fill_collection(
    document: ClaimedDocument, spool: Spool, collection: Collection, *, embedder: Embedder
) -> None:
    """Store the chunks that are not stored yet. The next ones are embedded while some are stored.

    What is done is noted after each time but the last: that is noted when the document is.

    Raises:
        NotOursError: The document was taken away.
        SkepError: A batch cannot be embedded or stored now; those before it are.
    """
    await collection.store.ensure(collection.ref)
    digest = await _resume(document, spool, collection)
    is_told = spool.count - digest.count > BATCH
    if is_told:
        await document.begin_indexing(spool.count)
    embedded: asyncio.Queue[_Embedded | None] = asyncio.Queue(_AHEAD)
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(_store_all(document, embedded, collection))
        for batch in spool.batches(BATCH, digest=digest):
            embedding = tasks.create_task(_embed(document, batch, embedder))
            if not is_told:  # what is ready before anybody has looked needs no word in between
                await asyncio.wait([embedding], timeout=_SOON_S)
                if not embedding.done():
                    await document.begin_indexing(spool.count)
            chunks = _stored(document, batch, await embedding)
            for chunk in batch:
                digest.add(chunk.draft)
            progress = _progress(digest) if digest.count < spool.count else None
            await embedded.put(_Embedded(chunks, progress))
        await embedded.put(None)


async def _resume(document: ClaimedDocument, spool: Spool, collection: Collection) -> RunningDigest:
    """Return the digest of what is stored already; nothing when it was split differently then."""
    row = document.row
    if row.chunks_done == 0:
        return RunningDigest()
    digest = await asyncio.to_thread(spool.digest_of, row.chunks_done)
    if digest.count == row.chunks_done and digest.hexdigest() == row.done_digest:
        return digest
    # Another parser or chunker since: ids would not mean the same text any more.
    await collection.store.delete_chunks(
        collection.ref,
        [chunk_id(row.id, row.version, seq) for seq in range(row.chunks_done + _IN_FLIGHT)],
    )
    await document.start_over()
    return RunningDigest()


async def _embed(
    document: ClaimedDocument, batch: list[NumberedChunk], embedder: Embedder
) -> tuple[bytes, ...]:
    row, dataset = document.row, document.dataset
    scope = CallScope(
        tenant=row.tenant,
        dataset_id=row.dataset_id,
        idempotency_key=f"{row.id}.{row.version}.{batch[0].seq}",
    )
    texts = [chunk.draft.text for chunk in batch]
    made = await embedder.embed(dataset.embedding_model, texts, scope=scope)
    if made.dimensions != dataset.dimensions:
        raise InvalidInput(
            f"{dataset.embedding_model} now gives vectors of {made.dimensions} dimensions, but the "
            f"dataset holds {dataset.dimensions}. Create another dataset for it.",
            code="dimensions_changed",
        )
    return made.vectors


def _stored(
    document: ClaimedDocument, batch: list[NumberedChunk], vectors: tuple[bytes, ...]
) -> list[StoredChunk]:
    row = document.row
    return [
        StoredChunk(
            id=chunk_id(row.id, row.version, chunk.seq),
            document_id=row.id,
            document_version=row.version,
            seq=chunk.seq,
            text=chunk.draft.text,
            vector=vector,
            metadata=stored_facts(chunk.draft, name=row.name, fields=row.fields),
        )
        for chunk, vector in zip(batch, vectors, strict=True)
    ]


async def _store_all(
    document: ClaimedDocument, embedded: asyncio.Queue[_Embedded | None], collection: Collection
) -> None:
    """Store what comes until None; what has come meanwhile shares a transaction."""
    is_over = False
    while not is_over:
        chunks: list[StoredChunk] = []
        progress: tuple[int, str] | None = None
        while not chunks or not embedded.empty():
            one = await embedded.get()
            if one is None:
                is_over = True
                break
            chunks += one.chunks
            progress = one.progress
        if chunks:
            await collection.store.upsert(collection.ref, chunks)
        if progress is not None:
            await document.advance(*progress)


def _progress(digest: RunningDigest) -> tuple[int, str]:
    return digest.count, digest.hexdigest()
