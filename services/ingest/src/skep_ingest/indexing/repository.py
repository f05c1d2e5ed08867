"""Every statement of indexing about a document's row.

A worker that takes a document up claims it, and each later write demands that the claim still is
its own: whoever was overtaken, or whose document was replaced or deleted, finds out and stops.
"""

from typing import Any, Final

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
_documents: Final = DocumentRow.metadata.tables["documents"]
"""Without the mapping, which costs more than the statement where no object is changed."""


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
        return await self._session.scalar(
            update(DocumentRow)
            .where(
                DocumentRow.tenant == self._tenant,
                DocumentRow.id == self._document_id,
                DocumentRow.version == version,
                DocumentRow.status.in_(_OPEN),
            )
            .values(
                claim=DocumentRow.claim + 1,
                lost_claims=DocumentRow.lost_claims + 1,
                status=DocumentStatus.PARSING.value,
                ordered=True,
                updated_at=clock.now(),
            )
            .returning(DocumentRow)
            .execution_options(synchronize_session=False, populate_existing=True)
        )

    async def find(self) -> DocumentRow | None:
        """Return the document, whatever its status."""
        return await self._session.scalar(
            select(DocumentRow).where(
                DocumentRow.tenant == self._tenant, DocumentRow.id == self._document_id
            )
        )

    async def is_ours(self, claim: int) -> bool:
        """Tell whether the claim still holds."""
        found = await self._session.scalar(select(_documents.c.claim).where(*self._held(claim)))
        return found is not None

    async def write(self, claim: int, **values: Any) -> tuple[str, dict[str, Any]]:
        """Change columns; return the document's name and metadata as they are now.

        Raises:
            NotOursError: The claim does not hold any more; nothing is changed.
        """
        changed = await self._session.execute(
            update(_documents)
            .where(*self._held(claim))
            .values(updated_at=clock.now(), **values)
            .returning(_documents.c.name, _documents.c.metadata)
        )
        described = changed.one_or_none()
        if described is None:
            raise NotOursError
        name, fields = described
        return name, fields

    def _held(self, claim: int) -> tuple[Any, ...]:
        return (
            _documents.c.tenant == self._tenant,
            _documents.c.id == self._document_id,
            _documents.c.claim == claim,
            _documents.c.status.in_(_OPEN),
        )
