"""Takes a document away from everybody, also from who indexes it."""

from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.dataset import DocumentStatus
from skep_contracts.commands.document import PurgeDocument
from skep_ingest.documents.tables import DocumentRow
from skep_runtime import clock
from skep_runtime.database import add_to_outbox


def delete_document(session: AsyncSession, row: DocumentRow) -> None:
    """Mark a document, and order that its chunks are removed."""
    row.status = DocumentStatus.DELETING.value
    row.updated_at = clock.now()
    order = PurgeDocument(dataset_id=row.dataset_id, document_id=row.id)
    add_to_outbox(session, order, tenant=row.tenant, message_id=f"{row.id}.purge")
