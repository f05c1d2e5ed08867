"""Signing in and out."""

from datetime import timedelta
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.ids import TenantId, new_id
from skep_contracts.problems import FieldError, InvalidInput, Unauthenticated
from skep_gateway.identity.attempt_limits import AttemptLimits
from skep_gateway.identity.passwords import PasswordHasher
from skep_gateway.identity.repository import IdentityRepository, TokenLookup
from skep_gateway.identity.tables import MemberRow, SessionRow
from skep_gateway.identity.tokens import new_session_token, token_hash
from skep_runtime.clock import now
from skep_runtime.database import Database

SESSION_LIFETIME: Final = timedelta(days=14)


class SignedIn(msgspec.Struct, frozen=True, kw_only=True):
    """A new session; `token` is shown this once."""

    token: str
    session: SessionRow
    member: MemberRow


class SignIn:
    """Checks passwords. Unknown addresses and wrong passwords answer alike, and equally slowly."""

    def __init__(
        self, database: Database, hasher: PasswordHasher, limits: AttemptLimits | None = None
    ) -> None:
        self._database = database
        self._hasher = hasher
        self._per_account = limits or AttemptLimits(attempts=10)
        self._per_address = AttemptLimits(attempts=60)

    async def check_password(self, email: str, password: str, *, address: str) -> MemberRow:
        """Return the member.

        Raises:
            Unauthenticated: The address or the password is wrong.
            RateLimited: Too many attempts for this account from there, or from there at all.
        """
        account = f"{email} {address}"
        self._per_account.take(account)
        self._per_address.take(address)
        # No connection is held while the password is being hashed.
        async with self._database.reading() as session:
            member = await TokenLookup(session).member_by_email(email)
        if not await self._hasher.verify(password, member.password_hash if member else None):
            raise Unauthenticated(
                "The e-mail address or the password is wrong.", code="wrong_login"
            )
        self._per_account.forgive(account)
        self._per_address.forgive(address)
        if member is None:
            raise AssertionError("unreachable: nobody's password verified")
        return member

    async def confirm_password(self, email: str, password: str, *, address: str) -> None:
        """Pass when somebody who is signed in knows their password.

        Raises:
            InvalidInput: It is wrong.
            RateLimited: Too many attempts.
        """
        try:
            await self.check_password(email, password, address=address)
        except Unauthenticated as error:
            fault = FieldError(pointer="/current_password", message="is wrong")
            raise InvalidInput(
                "Your current password is wrong.", errors=[fault], code="wrong_password"
            ) from error

    async def hash_password(self, password: str) -> str:
        """Return what is kept of a password; before any transaction, because it is slow."""
        return await self._hasher.hash(password)


async def open_session(session: AsyncSession, member: MemberRow) -> SignedIn:
    """Create a session for a member."""
    token = new_session_token()
    row = SessionRow(
        id=new_id("session"),
        tenant_id=member.tenant_id,
        member_id=member.id,
        token_hash=token_hash(token),
        created_at=now(),
        expires_at=now() + SESSION_LIFETIME,
    )
    await IdentityRepository(session, TenantId(member.tenant_id)).add(row)
    return SignedIn(token=token, session=row, member=member)
