"""Answers calls about documents, for the caller's tenant only."""

from collections.abc import Callable

from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.dataset import (
    CreateDocument,
    DeleteDocument,
    DocumentReply,
    DocumentStatus,
    DoneReply,
    GetDocument,
    ListDocuments,
    ListDocumentsReply,
    RetryDocument,
)
from skep_contracts.calls.dataset_edit import (
    CancelDocument,
    PauseDocument,
    ResumeDocument,
    UpdateDocument,
)
from skep_contracts.problems import Conflict
from skep_ingest.datasets.answers import check_cursor, page_limit
from skep_ingest.datasets.repository import DatasetRepository
from skep_ingest.documents.create_document import create_document, order_indexing
from skep_ingest.documents.delete_document import delete_document
from skep_ingest.documents.edit_document import edit_document
from skep_ingest.documents.repository import DocumentRepository, document_info
from skep_ingest.documents.stop_indexing import cancel_indexing, pause_indexing, resume_indexing
from skep_ingest.documents.tables import DocumentRow
from skep_runtime.bus import Bus, Incoming
from skep_runtime.database import Database


class DocumentAnswers:
    """The handlers of the calls about documents."""

    def __init__(self, database: Database, *, max_file_bytes: int) -> None:
        """Keep rows in `database`."""
        self._database = database
        self._max_file_bytes = max_file_bytes

    def register(self, bus: Bus) -> None:
        """Begin to answer."""
        bus.answer(CreateDocument, self.create)
        bus.answer(GetDocument, self.get)
        bus.answer(ListDocuments, self.list)
        bus.answer(DeleteDocument, self.delete)
        bus.answer(RetryDocument, self.retry)
        bus.answer(UpdateDocument, self.update)
        bus.answer(PauseDocument, self.pause)
        bus.answer(ResumeDocument, self.resume)
        bus.answer(CancelDocument, self.cancel)

    async def create(self, call: CreateDocument, incoming: Incoming) -> DocumentReply:
        """Add a document and queue it."""
        info = await create_document(
            self._database, call, tenant=incoming.tenant, max_file_bytes=self._max_file_bytes
        )
        return DocumentReply(document=info)

    async def get(self, call: GetDocument, incoming: Incoming) -> DocumentReply:
        """Return one."""
        async with self._database.reading() as session:
            dataset = await DatasetRepository(session, incoming.tenant).get(call.dataset)
            documents = DocumentRepository(session, incoming.tenant)
            row = await documents.get(dataset.id, call.document_id)
        return DocumentReply(document=document_info(row))

    async def list(self, call: ListDocuments, incoming: Incoming) -> ListDocumentsReply:
        """Return a page."""
        limit = page_limit(call.limit)
        before = check_cursor("document", call.cursor)
        async with self._database.reading() as session:
            dataset = await DatasetRepository(session, incoming.tenant).get(call.dataset)
            found = await DocumentRepository(session, incoming.tenant).page(
                dataset.id, limit=limit + 1, before=before, status=call.status, search=call.search
            )
        items = tuple(found[:limit])
        return ListDocumentsReply(
            items=items, next_cursor=items[-1].id if len(found) > limit else None
        )

    async def delete(self, call: DeleteDocument, incoming: Incoming) -> DoneReply:
        """Take a document away at once, also from who indexes it; its chunks go soon after."""
        tenant = incoming.tenant
        async with self._database.session() as session:
            dataset = await DatasetRepository(session, tenant).find(call.dataset)
            if dataset is None:
                return DoneReply(changed=False)
            documents = DocumentRepository(session, tenant)
            row = await documents.find(dataset.id, call.document_id, is_locked=True)
            if row is None:
                return DoneReply(changed=False)
            delete_document(session, row)
        return DoneReply()

    async def retry(self, call: RetryDocument, incoming: Incoming) -> DocumentReply:
        """Queue a failed or cancelled document again.

        Raises:
            Conflict: It is neither.
        """
        async with self._database.session() as session:
            dataset = await DatasetRepository(session, incoming.tenant).get(call.dataset)
            documents = DocumentRepository(session, incoming.tenant)
            row = await documents.get(dataset.id, call.document_id, is_locked=True)
            if row.status not in {DocumentStatus.FAILED, DocumentStatus.CANCELLED}:
                raise Conflict(
                    f"Only a failed document can be tried again; this one is {row.status}.",
                    code="document_not_failed",
                )
            order_indexing(session, row)
        return DocumentReply(document=document_info(row))

    async def update(self, call: UpdateDocument, incoming: Incoming) -> DocumentReply:
        """Change what is said about a document."""
        info = await edit_document(self._database, call, tenant=incoming.tenant)
        return DocumentReply(document=info)

    async def pause(self, call: PauseDocument, incoming: Incoming) -> DocumentReply:
        """Stop a document's indexing for a while."""
        return await self._with(call, incoming.tenant, pause_indexing)

    async def resume(self, call: ResumeDocument, incoming: Incoming) -> DocumentReply:
        """Let a paused document go on."""
        return await self._with(call, incoming.tenant, resume_indexing)

    async def cancel(self, call: CancelDocument, incoming: Incoming) -> DocumentReply:
        """Stop a document's indexing for good."""
        return await self._with(call, incoming.tenant, cancel_indexing)

    async def _with(
        self,
        call: PauseDocument | ResumeDocument | CancelDocument,
        tenant: str,
        change: Callable[[AsyncSession, DocumentRow], None],
    ) -> DocumentReply:
        async with self._database.session() as session:
            dataset = await DatasetRepository(session, tenant).get(call.dataset)
            documents = DocumentRepository(session, tenant)
            row = await documents.get(dataset.id, call.document_id, is_locked=True)
            change(session, row)
            await session.flush()
        return DocumentReply(document=document_info(row))
