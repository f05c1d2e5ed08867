"""Links that let somebody in, or set a forgotten password anew."""

import secrets
from collections.abc import Sequence
from datetime import timedelta
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.ids import TenantId, new_id
from skep_contracts.problems import Conflict, NotFound
from skep_gateway.identity.attempt_limits import AttemptLimits
from skep_gateway.identity.tables import MemberRow
from skep_gateway.identity.tokens import token_hash
from skep_gateway.members.repository import InvitationLookup, MemberRepository
from skep_gateway.members.tables import InvitationRow
from skep_runtime.clock import now
from skep_runtime.database import Database

LIFETIME: Final = timedelta(days=3)
_MOST_MEMBERS: Final = 1_000
_MOST_WAITING: Final = 200


class Invitations:
    """Knows links by the hash of their token. Guessing is counted, for each process."""

    def __init__(self, database: Database) -> None:
        """Look links up in `database`."""
        self._database = database
        self._limits = AttemptLimits(attempts=30)

    async def find(self, token: str, *, address: str) -> InvitationRow:
        """Return the invitation of a link.

        Raises:
            NotFound: It was used, withdrawn, has expired, or never was.
            RateLimited: Too many links were tried from that address.
        """
        self._limits.take(address)
        async with self._database.reading() as session:
            row = await InvitationLookup(session).find(token_hash(token), now())
        if row is None:
            raise _no_invitation()
        return row


async def invite(
    session: AsyncSession, tenant: TenantId, *, email: str, scopes: Sequence[str], invited_by: str
) -> tuple[InvitationRow, str]:
    """Invite somebody and return the row with the token, which nobody can read again.

    Raises:
        Conflict: Somebody with that address is there already, or there are too many.
    """
    if await InvitationLookup(session).has_member(email):
        raise Conflict("Somebody with this address signs in here already.", code="member_exists")
    repository = MemberRepository(session, tenant)
    if await repository.count_members() >= _MOST_MEMBERS:
        raise Conflict(f"There are {_MOST_MEMBERS} members already.", code="too_many")
    if len(await repository.invitations(now())) >= _MOST_WAITING:
        raise Conflict(
            f"{_MOST_WAITING} invitations wait already. Withdraw some first.", code="too_many"
        )
    return await _add(
        repository, tenant, email=email, scopes=scopes, invited_by=invited_by, member_id=None
    )


async def offer_new_password(
    session: AsyncSession, tenant: TenantId, member: MemberRow, *, invited_by: str
) -> tuple[InvitationRow, str]:
    """Make a link with which a member sets a password anew."""
    return await _add(
        MemberRepository(session, tenant),
        tenant,
        email=member.email,
        scopes=member.scopes,
        invited_by=invited_by,
        member_id=member.id,
    )


async def _add(
    repository: MemberRepository,
    tenant: TenantId,
    *,
    email: str,
    scopes: Sequence[str],
    invited_by: str,
    member_id: str | None,
) -> tuple[InvitationRow, str]:
    await repository.withdraw_all(email)
    token = secrets.token_urlsafe(32)
    row = InvitationRow(
        id=new_id("invitation"),
        tenant_id=tenant,
        email=email,
        scopes=list(scopes),
        member_id=member_id,
        invited_by=invited_by,
        token_hash=token_hash(token),
        created_at=now(),
        expires_at=now() + LIFETIME,
    )
    await repository.add_invitation(row)
    return row, token


async def accept(
    session: AsyncSession, invitation: InvitationRow, *, name: str, password_hash: str
) -> MemberRow:
    """Use a link: make the member, or give them their new password and end their sessions.

    Raises:
        NotFound: Somebody was quicker.
        Conflict: Somebody with that address has joined elsewhere meanwhile.
    """
    if not await InvitationLookup(session).claim(invitation):
        raise _no_invitation()
    repository = MemberRepository(session, TenantId(invitation.tenant_id))
    if invitation.member_id is not None:
        member = await repository.get(invitation.member_id)
        member.password_hash = password_hash
        await repository.end_sessions(member.id)
        return member
    member = MemberRow(
        id=new_id("member"),
        tenant_id=invitation.tenant_id,
        email=invitation.email,
        name=name,
        password_hash=password_hash,
        scopes=invitation.scopes,
        created_at=now(),
    )
    try:
        await repository.add_member(member)
    except IntegrityError as error:
        raise Conflict(
            "Somebody with this address signs in here already.", code="member_exists"
        ) from error
    return member


def _no_invitation() -> NotFound:
    return NotFound(
        "This link is not good any more: it was used, withdrawn, or is older than three days. Ask "
        "for a new one.",
        code="unknown_invitation",
    )
