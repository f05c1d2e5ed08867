"""Queries on the feedback of one tenant."""

import msgspec
from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.ids import TenantId
from skep_gateway.feedback.tables import FeedbackRow


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which feedback: all that are None are any."""

    app_id: str | None = None
    conversation_id: str | None = None
    rater: str | None = None
    rating: str | None = None
    has_correction: bool | None = None


class FeedbackRepository:
    """The feedback of one tenant."""

    def __init__(self, session: AsyncSession, tenant: TenantId) -> None:
        self._session = session
        self._tenant = tenant

    async def of_run(self, run_id: str) -> list[FeedbackRow]:
        """Return what is said of a run, at most two."""
        query = select(FeedbackRow).where(
            FeedbackRow.tenant_id == self._tenant, FeedbackRow.run_id == run_id
        )
        return [*await self._session.scalars(query.order_by(FeedbackRow.rater))]

    async def find(self, feedback_id: str) -> FeedbackRow | None:
        """Return feedback by id."""
        found: FeedbackRow | None = await self._session.scalar(
            select(FeedbackRow).where(
                FeedbackRow.tenant_id == self._tenant, FeedbackRow.id == feedback_id
            )
        )
        return found

    async def put(self, row: FeedbackRow) -> None:
        """Add feedback, or replace what was said before."""
        if row.tenant_id != self._tenant:
            raise ValueError("a row of another tenant")
        await self._session.merge(row)
        await self._session.flush()

    async def delete(self, row: FeedbackRow) -> None:
        """Delete feedback."""
        await self._session.delete(row)
        await self._session.flush()

    async def page(self, wanted: Wanted, *, before: str | None, limit: int) -> list[FeedbackRow]:
        """Return feedback, the latest first, what comes before one of an id."""
        query = select(FeedbackRow).where(FeedbackRow.tenant_id == self._tenant)
        if before is not None and (last := await self.find(before)) is not None:
            place = tuple_(FeedbackRow.updated_at, FeedbackRow.id)
            query = query.where(place < (last.updated_at, last.id))
        if wanted.app_id is not None:
            query = query.where(FeedbackRow.app_id == wanted.app_id)
        if wanted.conversation_id is not None:
            query = query.where(FeedbackRow.conversation_id == wanted.conversation_id)
        if wanted.rater is not None:
            query = query.where(FeedbackRow.rater == wanted.rater)
        if wanted.rating is not None:
            query = query.where(FeedbackRow.rating == wanted.rating)
        if wanted.has_correction is not None:
            is_empty = FeedbackRow.correction == ""
            query = query.where(~is_empty if wanted.has_correction else is_empty)
        order = (FeedbackRow.updated_at.desc(), FeedbackRow.id.desc())
        return [*await self._session.scalars(query.order_by(*order).limit(limit))]
