"""Every statement about documents that calls make, scoped to one tenant."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Select, case, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.dataset import DocumentInfo, DocumentStatus
from skep_contracts.problems import Conflict, NotFound
from skep_ingest.datasets.repository import words_in
from skep_ingest.documents.tables import DocumentRow

_DELETING = DocumentStatus.DELETING.value


class DocumentRepository:
    """The documents of one tenant."""

    def __init__(self, session: AsyncSession, tenant: str) -> None:
        """Work through `session`."""
        self._session = session
        self._tenant = tenant

    async def find(
        self, dataset_id: str, document_id: str, *, is_locked: bool = False
    ) -> DocumentRow | None:
        """Return a document, None when the dataset has none of that id."""
        query = self._alive(dataset_id, DocumentRow.id == document_id)
        return await self._session.scalar(query.with_for_update() if is_locked else query)

    async def get(
        self, dataset_id: str, document_id: str, *, is_locked: bool = False
    ) -> DocumentRow:
        """Return a document.

        Raises:
            NotFound: The dataset has none of that id.
        """
        row = await self.find(dataset_id, document_id, is_locked=is_locked)
        if row is None:
            raise NotFound("The dataset has no document of that id.", code="unknown_document")
        return row

    async def find_named(self, dataset_id: str, name: str) -> DocumentRow | None:
        """Return the document of that name, for this transaction alone to change."""
        query = self._alive(dataset_id, DocumentRow.name == name)
        return await self._session.scalar(query.with_for_update())

    async def add(self, row: DocumentRow) -> None:
        """Add a document.

        Raises:
            Conflict: Another transaction added one of that name.
        """
        self._session.add(row)
        await self.flush()

    async def flush(self) -> None:
        """Send what was changed.

        Raises:
            Conflict: Another transaction took a document's new name.
        """
        try:
            await self._session.flush()
        except IntegrityError:
            raise Conflict("A document of that name is being added.") from None

    async def page(
        self,
        dataset_id: str,
        *,
        limit: int,
        before: str | None,
        status: DocumentStatus | None,
        search: str | None = None,
    ) -> list[DocumentInfo]:
        """Return documents with ids below `before`, newest first.

        With `search`, those whose names have all of its words.
        """
        conditions = [DocumentRow.id < before] if before else []
        if status is not None:
            conditions.append(DocumentRow.status == status.value)
        conditions += words_in(search, DocumentRow.name)
        query = self._alive(dataset_id, *conditions)
        rows = await self._session.scalars(query.order_by(DocumentRow.id.desc()).limit(limit))
        return [document_info(row) for row in rows]

    async def served(self, document_ids: Collection[str]) -> dict[str, tuple[int, str]]:
        """Return by document the version that is to be found at present, and its name.

        Documents that are deleted, switched off or archived are left out.
        """
        query = select(
            DocumentRow.id, DocumentRow.ready_version, DocumentRow.version, DocumentRow.name
        ).where(
            DocumentRow.tenant == self._tenant,
            DocumentRow.status != _DELETING,
            DocumentRow.enabled,
            ~DocumentRow.archived,
            DocumentRow.id.in_(document_ids),
        )
        rows = await self._session.execute(query)
        return {
            document_id: (newest if ready is None else ready, name)
            for document_id, ready, newest, name in rows
        }

    async def counted(self, dataset_id: str) -> list[tuple[str, int, int, int]]:
        """Return by status: documents, bytes, and those switched off or archived."""
        is_off = case((DocumentRow.enabled & ~DocumentRow.archived, 0), else_=1)
        query = (
            select(
                DocumentRow.status, func.count(), func.sum(DocumentRow.size_bytes), func.sum(is_off)
            )
            .where(DocumentRow.tenant == self._tenant, DocumentRow.dataset_id == dataset_id)
            .group_by(DocumentRow.status)
        )
        rows = await self._session.execute(query)
        return [(status, count, int(size or 0), int(off or 0)) for status, count, size, off in rows]

    async def is_being_indexed(self, dataset_id: str) -> bool:
        """Tell whether a document of a dataset is under way."""
        query = select(DocumentRow.id).where(
            DocumentRow.tenant == self._tenant,
            DocumentRow.dataset_id == dataset_id,
            DocumentRow.status.in_([DocumentStatus.PARSING.value, DocumentStatus.INDEXING.value]),
        )
        return await self._session.scalar(query.limit(1)) is not None

    async def after(
        self, dataset_id: str, document_id: str, *, statuses: Collection[str], limit: int
    ) -> Sequence[DocumentRow]:
        """Return documents with ids above one, in order and locked; archived ones are left out."""
        query = select(DocumentRow).where(
            DocumentRow.tenant == self._tenant,
            DocumentRow.dataset_id == dataset_id,
            DocumentRow.id > document_id,
            DocumentRow.status.in_(statuses),
            DocumentRow.archived.is_(False),
        )
        query = query.order_by(DocumentRow.id).limit(limit).with_for_update()
        return (await self._session.scalars(query)).all()

    async def failures(self, dataset_id: str) -> list[tuple[str, int, str]]:
        """Return by error code: how many documents failed, and an error."""
        query = (
            select(DocumentRow.error_code, func.count(), func.max(DocumentRow.error))
            .where(
                DocumentRow.tenant == self._tenant,
                DocumentRow.dataset_id == dataset_id,
                DocumentRow.status == DocumentStatus.FAILED.value,
            )
            .group_by(DocumentRow.error_code)
        )
        rows = await self._session.execute(query)
        return [(code or "defect", count, error or "") for code, count, error in rows]

    async def newest_fields(
        self, dataset_ids: Collection[str], *, limit: int
    ) -> list[tuple[str, dict[str, Any]]]:
        """Return names and metadata of the newest documents of some datasets."""
        query = (
            select(DocumentRow.name, DocumentRow.fields)
            .where(
                DocumentRow.tenant == self._tenant,
                DocumentRow.dataset_id.in_(dataset_ids),
                DocumentRow.status != _DELETING,
            )
            .order_by(DocumentRow.id.desc())
            .limit(limit)
        )
        return [(name, fields) for name, fields in await self._session.execute(query)]

    async def find_deleting(self, dataset_id: str, document_id: str) -> DocumentRow | None:
        """Return a document that is deleted, but not gone yet."""
        query = select(DocumentRow).where(
            DocumentRow.tenant == self._tenant,
            DocumentRow.dataset_id == dataset_id,
            DocumentRow.id == document_id,
            DocumentRow.status == _DELETING,
        )
        return await self._session.scalar(query)

    async def some_of(self, dataset_id: str, *, limit: int) -> list[str]:
        """Return the ids of some documents, whatever their status."""
        query = select(DocumentRow.id).where(
            DocumentRow.tenant == self._tenant, DocumentRow.dataset_id == dataset_id
        )
        return list(await self._session.scalars(query.order_by(DocumentRow.id).limit(limit)))

    async def mark_all_deleting(self, dataset_id: str) -> None:
        """Take every document of a dataset away from everybody."""
        await self._session.execute(
            update(DocumentRow)
            .where(DocumentRow.tenant == self._tenant, DocumentRow.dataset_id == dataset_id)
            .values(status=_DELETING)
        )

    async def remove(self, document_ids: Sequence[str]) -> set[str]:
        """Remove rows; return the ids of those that were there."""
        gone = await self._session.scalars(
            delete(DocumentRow)
            .where(DocumentRow.tenant == self._tenant, DocumentRow.id.in_(document_ids))
            .returning(DocumentRow.id)
        )
        return set(gone)

    def _alive(self, dataset_id: str, *conditions: ColumnElement[bool]) -> Select[DocumentRow]:
        return select(DocumentRow).where(
            DocumentRow.tenant == self._tenant,
            DocumentRow.dataset_id == dataset_id,
            DocumentRow.status != _DELETING,
            *conditions,
        )


def document_info(row: DocumentRow) -> DocumentInfo:
    """Return a document as others see it."""
    return DocumentInfo(
        id=row.id,
        dataset_id=row.dataset_id,
        name=row.name,
        mime_type=row.mime_type,
        size_bytes=row.size_bytes,
        status=DocumentStatus(row.status),
        chunks_done=row.chunks_done,
        chunks_total=row.chunks_total,
        error=row.error,
        error_code=row.error_code,
        metadata=row.fields,
        content_hash=row.content_hash,
        enabled=row.enabled,
        archived=row.archived,
        note=row.note,
        created_at=row.created_at,
        updated_at=row.updated_at,
    )
