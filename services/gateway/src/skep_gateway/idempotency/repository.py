"""Queries on idempotency keys of one caller."""

from datetime import datetime

from sqlalchemy import ColumnElement, delete, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from skep_gateway.idempotency.tables import IdempotencyRow
from skep_gateway.web.caller import CallerIdentity


class IdempotencyRepository:
    """The keys of one caller: two callers never meet, even in one tenant."""

    def __init__(self, session: AsyncSession, caller: CallerIdentity) -> None:
        self._session = session
        self._tenant = caller.tenant
        self._caller = caller.member_id or caller.id

    async def find(self, key: str) -> IdempotencyRow | None:
        """Return what is known of a key."""
        return await self._session.get(IdempotencyRow, (self._tenant, self._caller, key))

    async def add(
        self, key: str, *, fingerprint: str, seed: str, until: datetime, at: datetime
    ) -> None:
        """Add a key; fails with an integrity error when somebody else just did."""
        self._session.add(
            IdempotencyRow(
                tenant_id=self._tenant,
                caller_id=self._caller,
                key=key,
                fingerprint=fingerprint,
                seed=seed,
                locked_until=until,
                created_at=at,
            )
        )
        await self._session.flush()

    async def take_over(self, key: str, *, was_until: datetime, until: datetime) -> bool:
        """Lock a key whose holder is gone; tell whether nobody else was quicker."""
        done = await self._session.execute(
            update(IdempotencyRow)
            .where(*self._is(key), IdempotencyRow.locked_until == was_until)
            .values(locked_until=until)
        )
        return isinstance(done, CursorResult) and done.rowcount == 1

    async def complete(self, key: str, *, status: int, answer: bytes) -> None:
        """Keep the answer, in the transaction that made it true."""
        await self._session.execute(
            update(IdempotencyRow).where(*self._is(key)).values(status=status, answer=answer)
        )

    async def release(self, key: str) -> None:
        """Forget a key whose request had no effect."""
        await self._session.execute(
            delete(IdempotencyRow).where(*self._is(key), IdempotencyRow.status.is_(None))
        )

    def _is(self, key: str) -> tuple[ColumnElement[bool], ...]:
        return (
            IdempotencyRow.tenant_id == self._tenant,
            IdempotencyRow.caller_id == self._caller,
            IdempotencyRow.key == key,
        )


async def drop_old_keys(session: AsyncSession, before: datetime) -> None:
    """Delete keys of any caller that were made before a moment."""
    await session.execute(delete(IdempotencyRow).where(IdempotencyRow.created_at < before))
