"""Changes what is said about a document: its name, its metadata, and whether it is found."""

from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.dataset import DocumentInfo
from skep_contracts.calls.dataset_edit import UpdateDocument
from skep_contracts.commands.document import RewriteDocument
from skep_contracts.ids import new_id
from skep_contracts.problems import Conflict
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.documents.create_document import archived, check_fields, check_name
from skep_ingest.documents.repository import DocumentRepository, document_info
from skep_ingest.documents.tables import DocumentRow
from skep_ingest.documents.waiting_line import move_up
from skep_runtime import clock
from skep_runtime.database import Database, add_to_outbox


async def edit_document(database: Database, call: UpdateDocument, *, tenant: str) -> DocumentInfo:
    """Change a document; its stored chunks follow soon after.

    Raises:
        NotFound: There is no such dataset or document.
        InvalidInput: Name or metadata cannot be used.
        Conflict: It is archived, or there is another of that name.
    """
    if call.name is not None:
        check_name(call.name)
    async with database.session() as session:
        dataset = await DatasetRepository(session, tenant).get(call.dataset)
        documents = DocumentRepository(session, tenant)
        row = await documents.get(dataset.id, call.document_id, is_locked=True)
        if row.archived and call.archived is not False:
            raise archived(row)
        is_renamed = call.name is not None and call.name != row.name
        if is_renamed and await documents.find_named(dataset.id, call.name or "") is not None:
            raise Conflict(
                f"The dataset has a document named {call.name!r} already.", code="document_exists"
            )
        is_described = _describe(row, call)
        row.enabled = row.enabled if call.enabled is None else call.enabled
        row.archived = row.archived if call.archived is None else call.archived
        row.updated_at = clock.now()
        if is_described:
            order_rewrite(session, row)
        move_up(session, row.tenant)  # whoever moved others up meanwhile passed this one over
        await documents.flush()
        return document_info(row)


def order_rewrite(session: AsyncSession, row: DocumentRow) -> None:
    """Let the stored chunks of a document follow what is said about it now."""
    order = RewriteDocument(dataset_id=row.dataset_id, document_id=row.id)
    mark = f"{row.id}.rewrite.{new_id('document')}"
    add_to_outbox(session, order, tenant=row.tenant, message_id=mark)


def _describe(row: DocumentRow, call: UpdateDocument) -> bool:
    """Change name and metadata; tell whether anything is different now."""
    fields: dict[str, Any] = {**row.fields, **(call.metadata or {})}
    fields = {name: value for name, value in fields.items() if value is not None}
    if call.metadata is not None:
        check_fields(fields)
    name = row.name if call.name is None else call.name
    is_changed = (name, fields) != (row.name, row.fields)
    if is_changed:
        row.name, row.fields = name, fields
    return is_changed
