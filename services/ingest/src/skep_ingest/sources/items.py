"""Every statement about the items of one source."""

import hashlib
from collections.abc import Collection, Sequence
from typing import Final

import msgspec
from sqlalchemy import ColumnElement, case, delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.calls.dataset import DocumentStatus
from skep_contracts.calls.source import ItemOutcome
from skep_contracts.plugins.sources.kinds import SourceItem
from skep_contracts.problems import Problem, SkepError
from skep_ingest.documents.tables import DocumentRow
from skep_ingest.sources.tables import SourceItemRow
from skep_runtime import clock

_MAX_CODE: Final = 100
_MAX_DETAIL: Final = 2_000
_HAS_DOCUMENT: Final = (
    select(DocumentRow.id)
    .where(
        DocumentRow.id == SourceItemRow.document_id,
        DocumentRow.status != DocumentStatus.DELETING.value,
    )
    .exists()
)


class Tally(msgspec.Struct, frozen=True, kw_only=True):
    """How a listing compares with what was known."""

    listed: int
    """Items that this sync met and could have."""
    known: int
    """Documents that there were before this sync, or that it has not removed yet."""
    gone: int
    """Of these, how many have an item that this sync did not meet."""


def key_of(item_id: str) -> str:
    """Return what an item is found by."""
    return hashlib.sha256(item_id.encode("utf-8", "surrogatepass")).hexdigest()


def facts_of(item: SourceItem) -> str:
    """Return a digest of what is said about an item beside its content."""
    said = msgspec.json.encode([item.name, item.metadata], order="sorted")
    return hashlib.sha256(said).hexdigest()


def told(error: SkepError) -> Problem:
    """Return an error of a plugin as it can be stored: printable, and not endless."""
    problem = error.to_problem()
    return msgspec.structs.replace(
        problem,
        code=_printable(problem.code)[:_MAX_CODE],
        detail=_printable(problem.detail)[:_MAX_DETAIL],
        errors=(),
    )


def _printable(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text)


class ItemRepository:
    """The items of one source of one tenant."""

    def __init__(self, session: AsyncSession, tenant: str, source_id: str) -> None:
        """Work through `session`."""
        self._session = session
        self._tenant = tenant
        self._source_id = source_id

    async def find(self, key: str) -> SourceItemRow | None:
        """Return what is remembered of an item; a document that is gone is left out."""
        found = await self._session.execute(
            select(SourceItemRow, _HAS_DOCUMENT).where(*self._mine(), SourceItemRow.key == key)
        )
        for row, has_document in found:
            if not has_document:
                self._session.expunge(row)
                row.document_id = None
            return row
        return None

    async def stored(self, key: str) -> SourceItemRow | None:
        """Return the row itself, for this transaction alone to change."""
        query = select(SourceItemRow).where(*self._mine(), SourceItemRow.key == key)
        return await self._session.scalar(query.with_for_update())

    async def mark(self, keys: Collection[str], *, sync: int, outcome: ItemOutcome) -> None:
        """Note that a sync met items."""
        await self._session.execute(
            update(SourceItemRow)
            .where(*self._mine(), SourceItemRow.key.in_(keys))
            .values(sync=sync, outcome=outcome, error=None, error_code=None, updated_at=clock.now())
            .execution_options(synchronize_session=False)
        )

    async def tally(self, sync: int) -> Tally:
        """Count what this sync met and did not meet."""
        is_met = SourceItemRow.sync == sync
        is_had = is_met & (SourceItemRow.outcome != "failed")
        is_known = _HAS_DOCUMENT & ~(is_met & (SourceItemRow.outcome == "added"))
        listed, known, gone = (
            await self._session.execute(
                select(
                    func.coalesce(func.sum(case((is_had, 1), else_=0)), 0),
                    func.coalesce(func.sum(case((is_known, 1), else_=0)), 0),
                    func.coalesce(func.sum(case((is_known & ~is_met, 1), else_=0)), 0),
                ).where(*self._mine())
            )
        ).one()
        return Tally(listed=int(listed), known=int(known), gone=int(gone))

    async def not_met(self, sync: int | None, *, limit: int) -> Sequence[SourceItemRow]:
        """Return items that a sync did not meet, all when there is none, oldest first."""
        query = select(SourceItemRow).where(*self._mine())
        if sync is not None:
            query = query.where(SourceItemRow.sync != sync)
        return (await self._session.scalars(query.order_by(SourceItemRow.id).limit(limit))).all()

    async def remove(self, ids: Collection[str]) -> None:
        """Forget items."""
        await self._session.execute(
            delete(SourceItemRow)
            .where(*self._mine(), SourceItemRow.id.in_(ids))
            .execution_options(synchronize_session=False)
        )

    async def page(
        self, *, limit: int, after: str | None, outcome: ItemOutcome | None
    ) -> Sequence[SourceItemRow]:
        """Return items behind one, in the order in which they were met."""
        query = select(SourceItemRow).where(*self._mine())
        if after is not None:
            query = query.where(SourceItemRow.id > after)
        if outcome is not None:
            query = query.where(SourceItemRow.outcome == outcome)
        return (await self._session.scalars(query.order_by(SourceItemRow.id).limit(limit))).all()

    def _mine(self) -> tuple[ColumnElement[bool], ...]:
        return (
            SourceItemRow.tenant == self._tenant,
            SourceItemRow.source_id == self._source_id,
        )
