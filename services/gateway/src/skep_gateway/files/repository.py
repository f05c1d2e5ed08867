"""Queries on the files of one tenant."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.ids import BlobKey, FileId, TenantId, is_id
from skep_contracts.problems import NotFound
from skep_contracts.values import FileRef
from skep_gateway.files.tables import FileRow
from skep_runtime.database import Database


class FileRepository:
    """The files of one tenant."""

    def __init__(self, session: AsyncSession, tenant: TenantId) -> None:
        self._session = session
        self._tenant = tenant

    async def get(self, file_id: str) -> FileRow:
        """Return a file.

        Raises:
            NotFound: The tenant has none of that id.
        """
        found = await self.find([file_id])
        if not found:
            raise NotFound("There is no such file.", code="unknown_file")
        return found[0]

    async def find(self, file_ids: Sequence[str]) -> list[FileRow]:
        """Return the files among those ids that exist."""
        wanted = {file_id for file_id in file_ids if is_id("file", file_id)}
        if not wanted:
            return []
        query = select(FileRow).where(FileRow.tenant_id == self._tenant, FileRow.id.in_(wanted))
        return [*await self._session.scalars(query)]

    async def add(self, row: FileRow) -> None:
        """Add a file."""
        self._session.add(row)
        await self._session.flush()


class StoredFiles:
    """Finds files outside a request's transaction."""

    def __init__(self, database: Database) -> None:
        """Read from `database`."""
        self._database = database

    async def find(self, tenant: TenantId, file_ids: Sequence[str]) -> dict[str, FileRef]:
        """Return the tenant's files by id; unknown ones are left out."""
        async with self._database.reading() as session:
            rows = await FileRepository(session, tenant).find(file_ids)
        return {row.id: file_ref(row) for row in rows}


def file_ref(row: FileRow) -> FileRef:
    """Return the file as it travels."""
    return FileRef(
        id=FileId(row.id),
        name=row.name,
        mime_type=row.mime_type,
        size_bytes=row.size_bytes,
        blob=BlobKey(row.blob),
    )
