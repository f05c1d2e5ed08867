"""Removes what a deleted dataset left behind."""

from typing import Final

import msgspec

from skep_contracts.events.document import DocumentDeleted
from skep_contracts.ids import DatasetId, DocumentId
from skep_ingest.datasets.collections import Collections
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.documents.repository import DocumentRepository
from skep_ingest.moves.state import Place, move_of
from skep_ingest.sources.repository import SourceRepository
from skep_runtime.database import Database, add_to_outbox

_BATCH: Final = 100


async def purge_dataset(
    database: Database, collections: Collections, *, tenant: str, dataset_id: str
) -> None:
    """Drop a dataset's chunks and remove its rows, if it is deleted. Safe to repeat."""
    async with database.reading() as session:
        dataset = await DatasetRepository(session, tenant).get_deleted(dataset_id)
    if dataset is None:
        return
    collection = await collections.of(dataset)
    await collection.store.drop(collection.ref)
    move = move_of(dataset)
    places = [move.to] if move is not None else []
    if dataset.left_behind is not None:
        places.append(msgspec.convert(dataset.left_behind, Place))
    for place in places:
        other = await collections.at(dataset, place)
        await other.store.drop(other.ref)
    while await _remove_documents(database, tenant, dataset_id):
        pass
    async with database.session() as session:
        await SourceRepository(session, tenant).remove_all_of(dataset_id)
        await DatasetRepository(session, tenant).remove(dataset_id)


async def _remove_documents(database: Database, tenant: str, dataset_id: str) -> int:
    async with database.session() as session:
        documents = DocumentRepository(session, tenant)
        gone = await documents.remove(await documents.some_of(dataset_id, limit=_BATCH))
        for document_id in sorted(gone):
            fact = DocumentDeleted(
                dataset_id=DatasetId(dataset_id), document_id=DocumentId(document_id)
            )
            add_to_outbox(session, fact, tenant=tenant, message_id=f"{document_id}.deleted")
    return len(gone)
