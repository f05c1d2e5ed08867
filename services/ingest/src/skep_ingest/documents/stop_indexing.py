"""Pauses, resumes and cancels the indexing of a document.

Each takes the claim away from whoever works on the document; a worker looks every second.
"""

from typing import Final

from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.dataset import DocumentStatus
from skep_contracts.commands.document import PurgeDocument
from skep_contracts.problems import Conflict
from skep_ingest.documents.create_document import order_indexing
from skep_ingest.documents.tables import DocumentRow
from skep_runtime import clock
from skep_runtime.database import add_to_outbox

_OPEN: Final = (DocumentStatus.QUEUED, DocumentStatus.PARSING, DocumentStatus.INDEXING)


def pause_indexing(session: AsyncSession, row: DocumentRow) -> None:
    """Stop until it is resumed; nothing happens to a document that is paused already.

    Raises:
        Conflict: It is not being indexed.
    """
    del session
    if row.status == DocumentStatus.PAUSED:
        return
    _expect(row, *_OPEN)
    _stop(row, DocumentStatus.PAUSED)


def resume_indexing(session: AsyncSession, row: DocumentRow) -> None:
    """Queue a paused document.

    Raises:
        Conflict: It is not paused.
    """
    _expect(row, DocumentStatus.PAUSED)
    order_indexing(session, row)


def cancel_indexing(session: AsyncSession, row: DocumentRow) -> None:
    """Stop for good, and remove what is stored of a version that was never ready.

    The version counts on: what is still under way for the old one can neither be taken for a later
    try nor be removed from under it.

    Raises:
        Conflict: It is not being indexed.
    """
    if row.status == DocumentStatus.CANCELLED:
        return
    _expect(row, *_OPEN, DocumentStatus.PAUSED)
    _stop(row, DocumentStatus.CANCELLED)
    row.version += 1
    row.chunks_done = 0
    row.chunks_total = None
    row.done_digest = None
    if row.ready_version is None:
        order = PurgeDocument(
            dataset_id=row.dataset_id, document_id=row.id, before_version=row.version
        )
        mark = f"{row.id}.{row.version}.cancelled"
        add_to_outbox(session, order, tenant=row.tenant, message_id=mark)


def _stop(row: DocumentRow, status: DocumentStatus) -> None:
    row.status = status.value
    row.claim += 1
    row.error = None
    row.error_code = None
    row.updated_at = clock.now()


def _expect(row: DocumentRow, *statuses: DocumentStatus) -> None:
    if row.status not in statuses:
        raise Conflict(
            f"That cannot be done to a document that is {row.status}.", code="document_status"
        )
