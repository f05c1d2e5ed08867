"""Queries on who may know of restricted datasets."""

from collections.abc import Iterable

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.ids import TenantId
from skep_gateway.datasets.access.tables import DatasetReaderRow
from skep_gateway.identity.tables import ApiKeyRow, MemberRow

_NOBODY = ""


class ReaderRepository:
    """The restricted datasets of one tenant."""

    def __init__(self, session: AsyncSession, tenant: TenantId) -> None:
        self._session = session
        self._tenant = tenant

    async def by_dataset(self) -> dict[str, frozenset[str]]:
        """Return the ids of readers by restricted dataset; one without any is there, too."""
        rows = await self._session.execute(
            select(DatasetReaderRow.dataset_id, DatasetReaderRow.reader_id).where(
                DatasetReaderRow.tenant_id == self._tenant
            )
        )
        found: dict[str, set[str]] = {}
        for dataset_id, reader_id in rows:
            found.setdefault(dataset_id, set()).update({reader_id} - {_NOBODY})
        return {dataset_id: frozenset(readers) for dataset_id, readers in found.items()}

    async def restrict(self, dataset_id: str, readers: Iterable[str]) -> None:
        """Let only these know of a dataset."""
        await self.open(dataset_id)
        self._session.add_all(
            DatasetReaderRow(tenant_id=self._tenant, dataset_id=dataset_id, reader_id=reader_id)
            for reader_id in sorted({_NOBODY, *readers})
        )
        await self._session.flush()

    async def open(self, dataset_id: str) -> None:
        """Let everybody of the tenant know of a dataset."""
        await self._session.execute(
            delete(DatasetReaderRow).where(
                DatasetReaderRow.tenant_id == self._tenant,
                DatasetReaderRow.dataset_id == dataset_id,
            )
        )

    async def names(self, reader_ids: Iterable[str]) -> dict[str, str]:
        """Return what members and API keys are called, by id; unknown ones are left out."""
        wanted = [*reader_ids]
        found: dict[str, str] = {}
        for table in (MemberRow, ApiKeyRow):
            query = select(table.id, table.name).where(
                table.tenant_id == self._tenant, table.id.in_(wanted)
            )
            found.update({each.id: each.name for each in await self._session.execute(query)})
        return found
