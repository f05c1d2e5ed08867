"""Every statement about datasets, scoped to one tenant."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import ColumnElement, Select, case, delete, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from skep_contracts.calls.dataset import DatasetInfo, DatasetMove, DocumentStatus, ExternalInfo
from skep_contracts.ids import is_id
from skep_contracts.plugins.parsers import ChunkSpec
from skep_contracts.problems import Conflict, NotFound
from skep_ingest.datasets.tables import DatasetRow, DatasetTagRow
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

    async def get_granted(self, dataset: str, granted: Collection[str]) -> DatasetRow:
        """Return a dataset that the asker may read: open to all, or named in `granted`.

        Raises:
            NotFound: There is none of that id or name, or the asker may not know of it.
        """
        row = await self.get(dataset)
        if row.restricted and dataset not in granted:
            raise unknown_dataset(dataset)
        return row

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
        name = row.name  # a row that could not be written has none to read any more
        self._session.add(row)
        try:
            await self._session.flush()
        except IntegrityError:
            raise Conflict(
                f"There is a dataset named {name!r} already.", code="dataset_exists"
            ) from None

    async def page(
        self,
        *,
        limit: int,
        before: str | None,
        search: str | None = None,
        tag: str | None = None,
        granted: Sequence[str] | None = (),
    ) -> list[DatasetInfo]:
        """Return datasets with ids below `before`, newest first.

        With `search`, those that have all of its words; with `tag`, those that have it; of those
        that are restricted, the `granted`.
        """
        conditions = [DatasetRow.id < before] if before else []
        conditions += _seen(granted)
        if tag is not None:
            conditions.append(DatasetRow.id.in_(self._tagged(tag)))
        conditions += words_in(search, DatasetRow.name, DatasetRow.description)
        query = self._alive(*conditions)
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
        tags = await self._tags([row.id for row in rows])
        return [_info(row, counts.get(row.id, (0, 0)), tuple(tags.get(row.id, ()))) for row in rows]

    async def set_tags(self, dataset_id: str, tags: Sequence[str]) -> None:
        """Replace a dataset's tags."""
        await self._forget_tags(dataset_id)
        self._session.add_all(
            DatasetTagRow(dataset_id=dataset_id, tag=tag, tenant=self._tenant) for tag in tags
        )
        await self._session.flush()

    async def counted_tags(
        self, *, limit: int, granted: Sequence[str] | None
    ) -> list[tuple[str, int]]:
        """Return the tags there are, with how many datasets have each, the most used first."""
        count = func.count()
        query = (
            select(DatasetTagRow.tag, count)
            .join(DatasetRow, DatasetRow.id == DatasetTagRow.dataset_id)
            .where(
                DatasetTagRow.tenant == self._tenant,
                DatasetRow.deleted_at.is_(None),
                *_seen(granted),
            )
            .group_by(DatasetTagRow.tag)
            .order_by(count.desc(), DatasetTagRow.tag)
            .limit(limit)
        )
        return [(tag, number) for tag, number in await self._session.execute(query)]

    def _tagged(self, tag: str) -> Select[str]:
        return select(DatasetTagRow.dataset_id).where(
            DatasetTagRow.tenant == self._tenant, DatasetTagRow.tag == tag
        )

    async def _tags(self, dataset_ids: Sequence[str]) -> dict[str, list[str]]:
        query = (
            select(DatasetTagRow.dataset_id, DatasetTagRow.tag)
            .where(DatasetTagRow.tenant == self._tenant, DatasetTagRow.dataset_id.in_(dataset_ids))
            .order_by(DatasetTagRow.tag)
        )
        found: dict[str, list[str]] = {}
        for dataset_id, tag in await self._session.execute(query):
            found.setdefault(dataset_id, []).append(tag)
        return found

    async def _forget_tags(self, dataset_id: str) -> None:
        await self._session.execute(
            delete(DatasetTagRow).where(
                DatasetTagRow.tenant == self._tenant, DatasetTagRow.dataset_id == dataset_id
            )
        )

    async def mark_deleted(self, row: DatasetRow, *, at: datetime) -> None:
        """Take a dataset away from everybody; its name is free from now on."""
        row.deleted_at = at
        await self._session.flush()

    async def remove(self, dataset_id: str) -> None:
        """Remove the row of a dataset without documents."""
        await self._forget_tags(dataset_id)
        await self._session.execute(
            delete(DatasetRow).where(DatasetRow.tenant == self._tenant, DatasetRow.id == dataset_id)
        )

    def _alive(self, *conditions: ColumnElement[bool]) -> Select[DatasetRow]:
        return select(DatasetRow).where(
            DatasetRow.tenant == self._tenant, DatasetRow.deleted_at.is_(None), *conditions
        )


def _seen(granted: Sequence[str] | None) -> list[ColumnElement[bool]]:
    if granted is None:
        return []
    return [or_(~DatasetRow.restricted, DatasetRow.id.in_(granted))]


def words_in(search: str | None, *columns: InstrumentedAttribute[str]) -> list[ColumnElement[bool]]:
    """Return the conditions that each word of `search` is in one of the columns."""
    return [
        or_(*(column.icontains(word, autoescape=True) for column in columns))
        for word in (search or "").split()
    ]


def unknown_dataset(dataset: str) -> NotFound:
    """Return the error that names a dataset that is not there."""
    shown = dataset if len(dataset) <= _SHOWN_CHARS else dataset[:_SHOWN_CHARS] + "…"
    return NotFound(f"There is no dataset {shown!r}.", code="unknown_dataset")


def _is_called(dataset: str) -> ColumnElement[bool]:
    # A name never looks like an id, see `create_dataset`.
    return DatasetRow.id == dataset if is_id("dataset", dataset) else DatasetRow.name == dataset


def _info(row: DatasetRow, counts: tuple[int, int], tags: tuple[str, ...]) -> DatasetInfo:
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
        move=_shown_move(row.move),
        external=None if row.external is None else msgspec.convert(row.external, ExternalInfo),
        tags=tags,
        restricted=row.restricted,
    )


def _shown_move(move: dict[str, Any] | None) -> DatasetMove | None:
    if move is None:
        return None
    return DatasetMove(
        store=move["to"]["store"],
        embedding_model=move["embedding_model"],
        chunks_done=move.get("done", 0),
        error=move.get("error"),
    )
