"""Queries of identity. Only `TokenLookup` and `Platform` look across tenants."""

from collections.abc import Mapping, Sequence
from datetime import datetime

import msgspec
from sqlalchemy import delete, func, select, update
from sqlalchemy.engine import CursorResult
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.ids import TenantId
from skep_contracts.money.key_limits import KeyLimits
from skep_gateway.identity.tables import ApiKeyRow, MemberRow, SessionRow, TenantRow


class FoundToken(msgspec.Struct, frozen=True, kw_only=True):
    """What a key or session token stands for, valid at the moment it was read."""

    id: str
    tenant: TenantId
    member_id: str | None
    scopes: list[str]
    expires_at: datetime | None
    limits: KeyLimits | None = None


class TokenLookup:
    """From a token's hash to its owner: the one query that comes before any tenant is known."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def api_key(self, token_hash: bytes, now: datetime) -> FoundToken | None:
        """Return the key of that hash unless it is revoked or has expired."""
        row = await self._session.scalar(
            select(ApiKeyRow).where(
                ApiKeyRow.token_hash == token_hash, ApiKeyRow.revoked_at.is_(None)
            )
        )
        if row is None or (row.expires_at is not None and row.expires_at <= now):
            return None
        return FoundToken(
            id=row.id,
            tenant=TenantId(row.tenant_id),
            member_id=None,
            scopes=row.scopes,
            expires_at=row.expires_at,
            limits=msgspec.convert(row.limits, KeyLimits) if row.limits else None,
        )

    async def session(self, token_hash: bytes, now: datetime) -> FoundToken | None:
        """Return the session of that hash unless it has expired."""
        found = (
            await self._session.execute(
                select(SessionRow, MemberRow)
                .join(MemberRow, MemberRow.id == SessionRow.member_id)
                .where(SessionRow.token_hash == token_hash, SessionRow.expires_at > now)
            )
        ).first()
        if found is None:
            return None
        session, member = found
        return FoundToken(
            id=session.id,
            tenant=TenantId(session.tenant_id),
            member_id=member.id,
            scopes=member.scopes,
            expires_at=session.expires_at,
        )

    async def member_by_email(self, email: str) -> MemberRow | None:
        """Return the member with that address, in lower case."""
        found: MemberRow | None = await self._session.scalar(
            select(MemberRow).where(MemberRow.email == email)
        )
        return found


class Platform:
    """What concerns the installation as a whole: tenants, the bootstrap key, clean-up."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def tenant_by_name(self, name: str) -> TenantRow | None:
        """Return the tenant of that name."""
        found: TenantRow | None = await self._session.scalar(
            select(TenantRow).where(TenantRow.name == name)
        )
        return found

    async def add_tenant(self, row: TenantRow) -> None:
        """Add a tenant."""
        self._session.add(row)
        await self._session.flush()

    async def claim_set_up(self, tenant_id: str, now: datetime) -> bool:
        """Mark a tenant as set up; tell whether it was not before. One caller wins."""
        done = await self._session.execute(
            update(TenantRow)
            .where(TenantRow.id == tenant_id, TenantRow.set_up_at.is_(None))
            .values(set_up_at=now)
        )
        return _rows(done) == 1

    async def bootstrap_keys(self, tenant_id: str) -> Sequence[ApiKeyRow]:
        """Return the keys that operators' files hold or held, the revoked left out."""
        return (
            await self._session.scalars(
                select(ApiKeyRow).where(
                    ApiKeyRow.tenant_id == tenant_id,
                    ApiKeyRow.is_bootstrap,
                    ApiKeyRow.revoked_at.is_(None),
                )
            )
        ).all()

    async def drop_expired_sessions(self, now: datetime) -> None:
        """Delete sessions nobody can use any more."""
        await self._session.execute(delete(SessionRow).where(SessionRow.expires_at <= now))

    async def mark_used(self, used: Mapping[str, datetime]) -> None:
        """Write down when keys were used last."""
        for key_id, at in used.items():
            await self._session.execute(
                update(ApiKeyRow).where(ApiKeyRow.id == key_id).values(last_used_at=at)
            )


class IdentityRepository:
    """Members, sessions and keys of one tenant."""

    def __init__(self, session: AsyncSession, tenant: TenantId) -> None:
        self._session = session
        self._tenant = tenant

    async def tenant(self) -> TenantRow:
        """Return the tenant itself."""
        return (
            await self._session.scalars(select(TenantRow).where(TenantRow.id == self._tenant))
        ).one()

    async def member(self, member_id: str) -> MemberRow | None:
        """Return a member."""
        found: MemberRow | None = await self._session.scalar(
            select(MemberRow).where(MemberRow.tenant_id == self._tenant, MemberRow.id == member_id)
        )
        return found

    async def name_of(self, *, member_id: str | None, key_id: str) -> str:
        """Return what a member, or else a key, is called; empty when there is neither."""
        if member_id is not None:
            query = select(MemberRow.name).where(
                MemberRow.tenant_id == self._tenant, MemberRow.id == member_id
            )
        else:
            query = select(ApiKeyRow.name).where(
                ApiKeyRow.tenant_id == self._tenant, ApiKeyRow.id == key_id
            )
        return await self._session.scalar(query) or ""

    async def add(self, row: MemberRow | SessionRow | ApiKeyRow) -> None:
        """Add a row of this tenant."""
        if row.tenant_id != self._tenant:
            raise ValueError("a row of another tenant")
        self._session.add(row)
        await self._session.flush()

    async def end_session(self, session_id: str) -> None:
        """Delete a session; nothing happens when there is none."""
        await self._session.execute(
            delete(SessionRow).where(
                SessionRow.tenant_id == self._tenant, SessionRow.id == session_id
            )
        )

    async def count_keys(self) -> int:
        """Return how many keys are in force."""
        return (
            await self._session.scalar(
                select(func.count())
                .select_from(ApiKeyRow)
                .where(ApiKeyRow.tenant_id == self._tenant, ApiKeyRow.revoked_at.is_(None))
            )
        ) or 0

    async def keys(self, *, before: str | None, limit: int) -> list[ApiKeyRow]:
        """Return keys in force, newest first, those before an id."""
        query = select(ApiKeyRow).where(
            ApiKeyRow.tenant_id == self._tenant, ApiKeyRow.revoked_at.is_(None)
        )
        if before is not None:
            query = query.where(ApiKeyRow.id < before)
        return list(await self._session.scalars(query.order_by(ApiKeyRow.id.desc()).limit(limit)))

    async def key(self, key_id: str) -> ApiKeyRow | None:
        """Return a key in force."""
        found: ApiKeyRow | None = await self._session.scalar(
            select(ApiKeyRow).where(
                ApiKeyRow.tenant_id == self._tenant,
                ApiKeyRow.id == key_id,
                ApiKeyRow.revoked_at.is_(None),
            )
        )
        return found

    async def revoke_key(self, key_id: str, now: datetime) -> bool:
        """Revoke a key; tell whether there was one in force."""
        done = await self._session.execute(
            update(ApiKeyRow)
            .where(
                ApiKeyRow.tenant_id == self._tenant,
                ApiKeyRow.id == key_id,
                ApiKeyRow.revoked_at.is_(None),
            )
            .values(revoked_at=now)
        )
        return _rows(done) == 1


def _rows(result: object) -> int:
    return result.rowcount if isinstance(result, CursorResult) else 0
