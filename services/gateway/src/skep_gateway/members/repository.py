"""Queries on members and invitations. Only `InvitationLookup` looks across tenants."""

from datetime import datetime

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.ids import TenantId
from skep_contracts.problems import NotFound
from skep_gateway.identity.tables import MemberRow, SessionRow, TenantRow
from skep_gateway.members.tables import InvitationRow


class InvitationLookup:
    """From a link's hash to its invitation: whoever opens it belongs to no tenant yet."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def find(self, token_hash: bytes, now: datetime) -> InvitationRow | None:
        """Return the invitation unless it has expired or was used."""
        found: InvitationRow | None = await self._session.scalar(
            select(InvitationRow).where(
                InvitationRow.token_hash == token_hash, InvitationRow.expires_at > now
            )
        )
        return found

    async def claim(self, row: InvitationRow) -> bool:
        """Use an invitation up; tell whether nobody was quicker."""
        done = await self._session.execute(
            delete(InvitationRow)
            .where(InvitationRow.id == row.id)
            .returning(InvitationRow.id)
            .execution_options(synchronize_session=False)
        )
        return done.scalar() is not None

    async def has_member(self, email: str) -> bool:
        """Tell whether somebody signs in with an address, in lower case."""
        query = select(func.count()).select_from(MemberRow).where(MemberRow.email == email)
        return bool(await self._session.scalar(query))


class MemberRepository:
    """The members and invitations of one tenant."""

    def __init__(self, session: AsyncSession, tenant: TenantId) -> None:
        self._session = session
        self._tenant = tenant

    async def lock(self) -> None:
        """Let nobody else change members until this transaction has ended."""
        await self._session.execute(
            select(TenantRow.id).where(TenantRow.id == self._tenant).with_for_update()
        )

    async def page(self, *, after: str | None, limit: int) -> list[MemberRow]:
        """Return members, the longest there first, those behind an id."""
        query = select(MemberRow).where(MemberRow.tenant_id == self._tenant)
        if after is not None:
            query = query.where(MemberRow.id > after)
        return [*await self._session.scalars(query.order_by(MemberRow.id).limit(limit))]

    async def get(self, member_id: str) -> MemberRow:
        """Return a member.

        Raises:
            NotFound: The tenant has none of that id.
        """
        found: MemberRow | None = await self._session.scalar(
            select(MemberRow).where(MemberRow.tenant_id == self._tenant, MemberRow.id == member_id)
        )
        if found is None:
            raise NotFound("There is no such member.", code="unknown_member")
        return found

    async def scopes(self) -> dict[str, list[str]]:
        """Return what each member was granted, by their id."""
        query = select(MemberRow).where(MemberRow.tenant_id == self._tenant)
        return {row.id: row.scopes for row in await self._session.scalars(query)}

    async def remove(self, row: MemberRow) -> None:
        """Delete a member with their sessions and the links made for them."""
        await self.end_sessions(row.id)
        await self._session.execute(
            delete(InvitationRow).where(
                InvitationRow.tenant_id == self._tenant, InvitationRow.member_id == row.id
            )
        )
        await self._session.delete(row)
        await self._session.flush()

    async def end_sessions(self, member_id: str, *, but: str | None = None) -> None:
        """Delete a member's sessions, all or all but one."""
        query = delete(SessionRow).where(
            SessionRow.tenant_id == self._tenant, SessionRow.member_id == member_id
        )
        await self._session.execute(query if but is None else query.where(SessionRow.id != but))

    async def count_members(self) -> int:
        """Return how many members there are."""
        query = select(func.count()).where(MemberRow.tenant_id == self._tenant)
        return await self._session.scalar(query) or 0

    async def add_member(self, row: MemberRow) -> None:
        """Add a member of this tenant."""
        self._session.add(row)
        await self._session.flush()

    async def add_invitation(self, row: InvitationRow) -> None:
        """Add an invitation of this tenant."""
        self._session.add(row)
        await self._session.flush()

    async def invitations(self, now: datetime) -> list[InvitationRow]:
        """Return the invitations nobody has used yet, newest first; links for passwords too."""
        query = (
            select(InvitationRow)
            .where(InvitationRow.tenant_id == self._tenant, InvitationRow.expires_at > now)
            .order_by(InvitationRow.id.desc())
        )
        return [*await self._session.scalars(query)]

    async def withdraw(self, invitation_id: str) -> bool:
        """Delete an invitation; tell whether there was one."""
        done = await self._session.execute(
            delete(InvitationRow)
            .where(InvitationRow.tenant_id == self._tenant, InvitationRow.id == invitation_id)
            .returning(InvitationRow.id)
        )
        return done.scalar() is not None

    async def withdraw_all(self, email: str) -> None:
        """Delete what was sent to an address before: only the newest link is good."""
        await self._session.execute(
            delete(InvitationRow).where(
                InvitationRow.tenant_id == self._tenant, InvitationRow.email == email
            )
        )


async def drop_old_invitations(session: AsyncSession, now: datetime) -> None:
    """Delete the invitations of every tenant that nobody can use any more."""
    await session.execute(delete(InvitationRow).where(InvitationRow.expires_at <= now))
