"""Every statement about sources, scoped to one tenant; but for `DueSources`."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, delete, func, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.dataset import DocumentStatus
from skep_contracts.calls.source import SourceInfo, SyncCounts, SyncInfo, SyncStatus
from skep_contracts.ids import is_id
from skep_contracts.problems import Conflict, NotFound
from skep_ingest.datasets.tables import DatasetRow
from skep_ingest.documents.tables import DocumentRow
from skep_ingest.sources.tables import SourceItemRow, SourceRow
from skep_runtime import clock

OPEN = (SyncStatus.QUEUED.value, SyncStatus.RUNNING.value)
_SHOWN_CHARS = 100


class SourceRepository:
    """The sources of one tenant."""

    def __init__(self, session: AsyncSession, tenant: str) -> None:
        """Work through `session`."""
        self._session = session
        self._tenant = tenant

    async def find(
        self, dataset_id: str, source: str, *, is_locked: bool = False
    ) -> SourceRow | None:
        """Return the source of that id or name, None when the dataset has none."""
        # A name never looks like an id, see `set_up`.
        is_called = SourceRow.id if is_id("source", source) else SourceRow.name
        query = select(SourceRow).where(*self._alive(dataset_id), is_called == source)
        return await self._session.scalar(query.with_for_update() if is_locked else query)

    async def get(self, dataset_id: str, source: str, *, is_locked: bool = False) -> SourceRow:
        """Return the source of that id or name.

        Raises:
            NotFound: The dataset has none.
        """
        row = await self.find(dataset_id, source, is_locked=is_locked)
        if row is None:
            shown = source if len(source) <= _SHOWN_CHARS else source[:_SHOWN_CHARS] + "…"
            raise NotFound(f"The dataset has no source {shown!r}.", code="unknown_source")
        return row

    async def get_any(self, source_id: str, *, is_locked: bool = False) -> SourceRow | None:
        """Return a source, deleted or not."""
        query = select(SourceRow).where(SourceRow.tenant == self._tenant, SourceRow.id == source_id)
        return await self._session.scalar(query.with_for_update() if is_locked else query)

    async def all_of(self, dataset_id: str) -> Sequence[SourceRow]:
        """Return the sources of a dataset, oldest first."""
        query = select(SourceRow).where(*self._alive(dataset_id)).order_by(SourceRow.id)
        return (await self._session.scalars(query)).all()

    async def add(self, row: SourceRow) -> None:
        """Write a new or renamed source.

        Raises:
            Conflict: The dataset has another one of that name.
        """
        name = row.name  # a row that could not be written has none to read any more
        self._session.add(row)
        try:
            await self._session.flush()
        except IntegrityError:
            raise Conflict(
                f"The dataset has a source named {name!r} already.", code="source_exists"
            ) from None

    async def describe(self, rows: Sequence[SourceRow]) -> list[SourceInfo]:
        """Return sources as others see them, counted."""
        ids = [row.id for row in rows]
        documents = (
            select(SourceItemRow.source_id, func.count())
            .join(DocumentRow, DocumentRow.id == SourceItemRow.document_id)
            .where(
                SourceItemRow.source_id.in_(ids),
                DocumentRow.status != DocumentStatus.DELETING.value,
            )
            .group_by(SourceItemRow.source_id)
        )
        found = await self._session.execute(documents)
        held: dict[str, int] = {source: count for source, count in found}  # noqa: C416  # rows
        counts = await self.counts(rows)
        return [_info(row, held.get(row.id, 0), counts[row.id]) for row in rows]

    async def counts(self, rows: Sequence[SourceRow]) -> dict[str, SyncCounts]:
        """Return by source what its latest sync did so far."""
        outcomes = (
            select(SourceItemRow.source_id, SourceItemRow.outcome, func.count())
            .join(SourceRow, SourceRow.id == SourceItemRow.source_id)
            .where(
                SourceItemRow.source_id.in_([row.id for row in rows]),
                SourceItemRow.sync == SourceRow.sync,
            )
            .group_by(SourceItemRow.source_id, SourceItemRow.outcome)
        )
        counted: dict[str, dict[str, int]] = {row.id: {} for row in rows}
        for source, outcome, count in await self._session.execute(outcomes):
            counted[source][outcome] = count
        return {
            row.id: SyncCounts(
                added=counted[row.id].get("added", 0),
                changed=counted[row.id].get("changed", 0),
                unchanged=counted[row.id].get("unchanged", 0),
                removed=row.removed,
                failed=counted[row.id].get("failed", 0),
            )
            for row in rows
        }

    async def claim(self, source_id: str, number: int) -> SourceRow | None:
        """Take a source up; None when that sync has ended or another one was ordered."""
        row = await self.get_any(source_id, is_locked=True)
        if row is None or row.sync != number or row.status not in OPEN:
            return None
        row.claim += 1
        row.lost_claims += 1
        row.status = SyncStatus.RUNNING.value
        row.updated_at = clock.now()
        await self._session.flush()
        return row

    async def write(self, row: SourceRow, **values: Any) -> bool:
        """Change columns if the claim of `row` still holds; tell whether it does."""
        changed = await self._session.scalar(
            update(SourceRow)
            .where(
                SourceRow.tenant == self._tenant,
                SourceRow.id == row.id,
                SourceRow.claim == row.claim,
                SourceRow.status.in_(OPEN),
            )
            .values(updated_at=clock.now(), **values)
            .returning(SourceRow.id)
            .execution_options(synchronize_session=False)
        )
        return changed is not None

    async def remove(self, source_id: str) -> None:
        """Remove a source and what is remembered of its items."""
        await self._remove(SourceRow.id == source_id)

    async def remove_all_of(self, dataset_id: str) -> None:
        """Remove every source of a dataset."""
        await self._remove(SourceRow.dataset_id == dataset_id)

    async def _remove(self, condition: ColumnElement[bool]) -> None:
        chosen = (SourceRow.tenant == self._tenant, condition)
        ids = select(SourceRow.id).where(*chosen)
        for statement in (
            delete(SourceItemRow).where(SourceItemRow.source_id.in_(ids)),
            delete(SourceRow).where(*chosen),
        ):
            await self._session.execute(statement.execution_options(synchronize_session=False))

    def _alive(self, dataset_id: str) -> tuple[ColumnElement[bool], ...]:
        return (
            SourceRow.tenant == self._tenant,
            SourceRow.dataset_id == dataset_id,
            SourceRow.deleted_at.is_(None),
        )


class DueSources:
    """Sources of all tenants whose next sync is due."""

    def __init__(self, session: AsyncSession) -> None:
        """Read through `session`."""
        self._session = session

    async def some(self, at: datetime, *, limit: int) -> list[tuple[str, str]]:
        """Return tenant and id of sources that are due, the longest due first."""
        query = (
            select(SourceRow.tenant, SourceRow.id)
            .join(DatasetRow, DatasetRow.id == SourceRow.dataset_id)
            .where(*_is_due(at), DatasetRow.deleted_at.is_(None))
            .order_by(SourceRow.next_at)
            .limit(limit)
        )
        return [(tenant, source) for tenant, source in await self._session.execute(query)]

    async def take(self, tenant: str, source_id: str, at: datetime) -> SourceRow | None:
        """Return a source for this transaction alone to change, None when it is not due."""
        query = select(SourceRow).where(
            SourceRow.tenant == tenant, SourceRow.id == source_id, *_is_due(at)
        )
        return await self._session.scalar(query.with_for_update())


def _is_due(at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        SourceRow.next_at <= at,
        SourceRow.status.not_in(OPEN),
        SourceRow.deleted_at.is_(None),
    )


def _info(row: SourceRow, documents: int, counts: SyncCounts) -> SourceInfo:
    return SourceInfo(
        id=row.id,
        dataset_id=row.dataset_id,
        name=row.name,
        kind=row.kind,
        settings=row.settings,
        secrets=tuple(row.secret_names),
        every_hours=row.every_hours,
        documents=documents,
        created_at=row.created_at,
        next_at=row.next_at,
        sync=SyncInfo(
            number=row.sync,
            status=SyncStatus(row.status),
            counts=counts,
            ordered_at=row.ordered_at,
            ended_at=row.ended_at,
            error=row.error,
            error_code=row.error_code,
            note=row.note,
        ),
    )
