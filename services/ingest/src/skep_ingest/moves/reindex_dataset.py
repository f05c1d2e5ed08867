"""Splits and embeds every document of a dataset anew."""

from typing import Final

import msgspec

from skep_contracts.calls.dataset import DocumentStatus
from skep_contracts.calls.dataset_edit import ReindexDataset
from skep_contracts.plugins.parsers import ChunkSpec
from skep_ingest.datasets.create_dataset import check_chunking
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.documents.create_document import order_indexing
from skep_ingest.documents.repository import DocumentRepository
from skep_ingest.moves.state import refuse_while_moving
from skep_runtime.database import Database

_BATCH: Final = 100
_AGAIN: Final = (
    DocumentStatus.READY.value,
    DocumentStatus.FAILED.value,
    DocumentStatus.QUEUED.value,
    DocumentStatus.PARSING.value,
    DocumentStatus.INDEXING.value,
)


async def reindex_dataset(
    database: Database, call: ReindexDataset, *, tenant: str, known: list[str]
) -> int:
    """Queue every document that is not archived, paused or cancelled; return how many.

    Raises:
        NotFound: There is no such dataset.
        InvalidInput: Chunker or lengths make no sense.
        Conflict: The dataset moves.
    """
    async with database.session() as session:
        row = await DatasetRepository(session, tenant).get(call.dataset, is_locked=True)
        refuse_while_moving(row)
        chunker = call.chunker or row.chunker
        spec = call.chunk_spec or msgspec.convert(row.chunk_spec, ChunkSpec)
        check_chunking(chunker, spec, known=known)
        row.chunker = chunker
        row.chunk_spec = msgspec.to_builtins(spec)
        await session.flush()
        dataset_id = row.id
    count, after = 0, ""
    while True:
        async with database.session() as session:
            documents = DocumentRepository(session, tenant)
            rows = await documents.after(dataset_id, after, statuses=_AGAIN, limit=_BATCH)
            for document in rows:
                document.version += 1
                document.chunks_done = 0
                document.done_digest = None
                document.next_seq = None
                order_indexing(session, document, is_bulk=True)
            await session.flush()
            count += len(rows)
            if len(rows) < _BATCH:
                return count
            after = rows[-1].id
