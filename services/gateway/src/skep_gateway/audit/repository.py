"""Queries of the audit log of one tenant."""

from datetime import datetime

import msgspec
from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.ids import TenantId
from skep_gateway.audit.tables import AuditRow


class Wanted(msgspec.Struct, frozen=True, kw_only=True):
    """Which records: all that are None are any."""

    actor: str | None = None
    """The id of a member or key."""
    action: str | None = None
    """One such as ``apps.publish``, or what comes before the dot for all of it."""
    since: datetime | None = None
    until: datetime | None = None


class AuditRepository:
    """The audit log of one tenant. Nothing is ever changed in it."""

    def __init__(self, session: AsyncSession, tenant: TenantId) -> None:
        self._session = session
        self._tenant = tenant

    async def add(self, row: AuditRow) -> None:
        """Add a record of this tenant."""
        if row.tenant_id != self._tenant:
            raise ValueError("a row of another tenant")
        self._session.add(row)
        await self._session.flush()

    async def page(self, wanted: Wanted, *, before: str | None, limit: int) -> list[AuditRow]:
        """Return records, newest first, those before an id."""
        query = select(AuditRow).where(AuditRow.tenant_id == self._tenant)
        if before is not None:
            query = query.where(AuditRow.id < before)
        if wanted.actor is not None:
            query = query.where(AuditRow.actor_id == wanted.actor)
        if wanted.action is not None and "." in wanted.action:
            query = query.where(AuditRow.action == wanted.action)
        elif wanted.action is not None:
            query = query.where(AuditRow.action.startswith(f"{wanted.action}.", autoescape=True))
        if wanted.since is not None:
            query = query.where(AuditRow.at >= wanted.since)
        if wanted.until is not None:
            query = query.where(AuditRow.at < wanted.until)
        return [*await self._session.scalars(query.order_by(AuditRow.id.desc()).limit(limit))]


async def drop_old_records(session: AsyncSession, before: datetime) -> None:
    """Delete records of every tenant that are older than a moment."""
    await session.execute(delete(AuditRow).where(AuditRow.at < before))
