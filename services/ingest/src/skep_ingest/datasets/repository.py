"""Every statement about datasets, scoped to one tenant."""

from collections.abc import Sequence
from datetime import datetime

import msgspec
from sqlalchemy import ColumnElement, Select, case, delete, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.dataset import DatasetInfo, DocumentStatus
from skep_contracts.ids import is_id
from skep_contracts.plugins.parsers import ChunkSpec
from skep_contracts.problems import Conflict, NotFound
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.documents.tables import DocumentRow

_SHOWN_CHARS = 100

_SERVED_CHUNKS = case(
    (DocumentRow.ready_version.is_not(None), DocumentRow.ready_chunks),
    else_=DocumentRow.chunks_done,
)


class DatasetRepository:
    """The datasets of one tenant."""

    def __init__(self, session: AsyncSession, tenant: str) -> None:
        """Work through `session`."""
        self._session = session
        self._tenant = tenant

    async def find(self, dataset: str, *, is_locked: bool = False) -> DatasetRow | None:
        """Return the dataset of that id or name, None when there is none.

        Args:
            dataset: Id or name.
            is_locked: Keep it from being deleted until the transaction ends.
        """
        query = self._alive(_is_called(dataset))
        return await self._session.scalar(query.with_for_update() if is_locked else query)

    async def get(self, dataset: str, *, is_locked: bool = False) -> DatasetRow:
        """Return the dataset of that id or name.

        Raises:
            NotFound: There is none.
        """
        row = await self.find(dataset, is_locked=is_locked)
        if row is None:
            raise unknown_dataset(dataset)
        return row

    async def get_deleted(self, dataset_id: str) -> DatasetRow | None:
        """Return a dataset that is deleted, but not gone yet."""
        query = select(DatasetRow).where(
            DatasetRow.tenant == self._tenant,
            DatasetRow.id == dataset_id,
            DatasetRow.deleted_at.is_not(None),
        )
        return await self._session.scalar(query)

    async def get_any(self, dataset_id: str) -> DatasetRow | None:
        """Return a dataset, deleted or not."""
        query = select(DatasetRow).where(
            DatasetRow.tenant == self._tenant, DatasetRow.id == dataset_id
        )
        return await self._session.scalar(query)

    async def add(self, row: DatasetRow) -> None:
        """Add a dataset.

        Raises:
            Conflict: There is one of that name.
        """
        self._session.add(row)
        try:
            await self._session.flush()
        except IntegrityError:
            raise Conflict(
                f"There is a dataset named {row.name!r} already.", code="dataset_exists"
            ) from None

    async def page(self, *, limit: int, before: str | None) -> list[DatasetInfo]:
        """Return datasets with ids below `before`, newest first."""
        query = self._alive(*([DatasetRow.id < before] if before else []))
        rows = await self._session.scalars(query.order_by(DatasetRow.id.desc()).limit(limit))
        return await self.describe(list(rows))

    async def describe(self, rows: Sequence[DatasetRow]) -> list[DatasetInfo]:
        """Return the datasets as others see them, counted."""
        query = (
            select(DocumentRow.dataset_id, func.count(), func.sum(_SERVED_CHUNKS))
            .where(
                DocumentRow.dataset_id.in_([row.id for row in rows]),
                DocumentRow.status != DocumentStatus.DELETING.value,
            )
            .group_by(DocumentRow.dataset_id)
        )
        counts = {
            dataset_id: (documents, int(chunks or 0))
            for dataset_id, documents, chunks in await self._session.execute(query)
        }
        return [_info(row, counts.get(row.id, (0, 0))) for row in rows]

    async def mark_deleted(self, row: DatasetRow, *, at: datetime) -> None:
        """Take a dataset away from everybody; its name is free from now on."""
        row.deleted_at = at
        await self._session.flush()

    async def remove(self, dataset_id: str) -> None:
        """Remove the row of a dataset without documents."""
        await self._session.execute(
            delete(DatasetRow).where(DatasetRow.tenant == self._tenant, DatasetRow.id == dataset_id)
        )

    def _alive(self, *conditions: ColumnElement[bool]) -> Select[DatasetRow]:
        return select(DatasetRow).where(
            DatasetRow.tenant == self._tenant, DatasetRow.deleted_at.is_(None), *conditions
        )


def unknown_dataset(dataset: str) -> NotFound:
    """Return the error that names a dataset that is not there."""
    shown = dataset if len(dataset) <= _SHOWN_CHARS else dataset[:_SHOWN_CHARS] + "…"
    return NotFound(f"There is no dataset {shown!r}.", code="unknown_dataset")


def _is_called(dataset: str) -> ColumnElement[bool]:
    # A name never looks like an id, see `create_dataset`.
    return DatasetRow.id == dataset if is_id("dataset", dataset) else DatasetRow.name == dataset


def _info(row: DatasetRow, counts: tuple[int, int]) -> DatasetInfo:
    documents, chunks = counts
    return DatasetInfo(
        id=row.id,
        name=row.name,
        description=row.description,
        embedding_model=row.embedding_model,
        dimensions=row.dimensions,
        store=row.store,
        chunker=row.chunker,
        chunk_spec=msgspec.convert(row.chunk_spec, ChunkSpec),
        documents=documents,
        chunks=chunks,
        created_at=row.created_at,
    )
