"""Every statement of indexing about a document's row.

A worker that takes a document up claims it, and each later write demands that the claim still is
its own: whoever was overtaken, or whose document was replaced or deleted, finds out and stops.
"""

from typing import Any

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.dataset import DocumentStatus
from skep_ingest.documents.tables import DocumentRow
from skep_runtime import clock

_OPEN = (
    DocumentStatus.QUEUED.value,
    DocumentStatus.PARSING.value,
    DocumentStatus.INDEXING.value,
)


class NotOursError(Exception):
    """The document is not this worker's any more."""


class IndexingRepository:
    """One document version of one tenant, as a worker sees it."""

    def __init__(self, session: AsyncSession, tenant: str, document_id: str) -> None:
        """Work through `session`."""
        self._session = session
        self._tenant = tenant
        self._document_id = document_id

    async def claim(self, version: int) -> DocumentRow | None:
        """Take the document up; None when that version is settled, replaced or deleted."""
        row = await self._session.scalar(
            select(DocumentRow)
            .where(
                DocumentRow.tenant == self._tenant,
                DocumentRow.id == self._document_id,
                DocumentRow.version == version,
                DocumentRow.status.in_(_OPEN),
            )
            .with_for_update()
        )
        if row is None:
            return None
        row.claim += 1
        row.lost_claims += 1
        row.status = DocumentStatus.PARSING.value
        row.updated_at = clock.now()
        await self._session.flush()
        return row

    async def find(self) -> DocumentRow | None:
        """Return the document, whatever its status."""
        return await self._session.scalar(
            select(DocumentRow).where(
                DocumentRow.tenant == self._tenant, DocumentRow.id == self._document_id
            )
        )

    async def is_described_otherwise(self, known: DocumentRow) -> bool:
        """Tell whether name or metadata are not any more what `known` says."""
        found = await self._session.execute(
            select(DocumentRow.name, DocumentRow.fields).where(
                DocumentRow.tenant == self._tenant, DocumentRow.id == self._document_id
            )
        )
        return any((name, fields) != (known.name, known.fields) for name, fields in found)

    async def is_ours(self, claim: int) -> bool:
        """Tell whether the claim still holds."""
        found = await self._session.scalar(select(DocumentRow.claim).where(*self._held(claim)))
        return found is not None

    async def write(self, claim: int, **values: Any) -> None:
        """Change columns.

        Raises:
            NotOursError: The claim does not hold any more; nothing is changed.
        """
        changed = await self._session.scalar(
            update(DocumentRow)
            .where(*self._held(claim))
            .values(updated_at=clock.now(), **values)
            .returning(DocumentRow.id)
        )
        if changed is None:
            raise NotOursError

    def _held(self, claim: int) -> tuple[Any, ...]:
        return (
            DocumentRow.tenant == self._tenant,
            DocumentRow.id == self._document_id,
            DocumentRow.claim == claim,
            DocumentRow.status.in_(_OPEN),
        )
