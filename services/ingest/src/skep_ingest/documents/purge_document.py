"""Removes the chunks of a deleted document, or of contents that were replaced."""

from skep_contracts.commands.document import PurgeDocument
from skep_contracts.events.document import DocumentDeleted
from skep_contracts.ids import DatasetId, DocumentId
from skep_ingest.datasets.collections import Collections
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.documents.repository import DocumentRepository
from skep_runtime.database import Database, add_to_outbox


async def purge_document(
    database: Database, collections: Collections, order: PurgeDocument, *, tenant: str
) -> None:
    """Do what `order` says. Safe to repeat; nothing happens to a document that is not deleted."""
    async with database.reading() as session:
        dataset = await DatasetRepository(session, tenant).get_any(order.dataset_id)
        documents = DocumentRepository(session, tenant)
        row = await documents.find_deleting(order.dataset_id, order.document_id)
    if dataset is None or (row is None and order.before_version is None):
        return
    collection = await collections.of(dataset)
    await collection.store.delete_document(
        collection.ref, order.document_id, before_version=order.before_version
    )
    if order.before_version is not None:
        return
    async with database.session() as session:
        if await DocumentRepository(session, tenant).remove([order.document_id]):
            fact = DocumentDeleted(
                dataset_id=DatasetId(order.dataset_id), document_id=DocumentId(order.document_id)
            )
            add_to_outbox(session, fact, tenant=tenant, message_id=f"{order.document_id}.deleted")
