"""First start and first member."""

import hmac
import logging
from typing import Final

from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.ids import TenantId, new_id
from skep_contracts.problems import Conflict, Forbidden
from skep_gateway.identity.attempt_limits import AttemptLimits
from skep_gateway.identity.passwords import PasswordHasher
from skep_gateway.identity.repository import IdentityRepository, Platform
from skep_gateway.identity.tables import ApiKeyRow, MemberRow, TenantRow
from skep_gateway.identity.tokens import SHOWN_CHARACTERS, is_token, token_hash
from skep_gateway.web.scopes import SCOPES
from skep_runtime.clock import now
from skep_runtime.database import Database

DEFAULT_TENANT: Final = "default"
_SHORTEST_SECRET: Final = 16
_log = logging.getLogger(__name__)


class UnsafeStartError(Exception):
    """The gateway does not start with what it was given; the message says what to change."""


def check_secrets(*, bootstrap_key: str | None, setup_token: str | None) -> None:
    """Refuse secrets that could be guessed.

    Raises:
        UnsafeStartError: One of them is too short or malformed.
    """
    if bootstrap_key is not None and not is_token(bootstrap_key):
        raise UnsafeStartError(
            "SKEP_GATEWAY__BOOTSTRAP_KEY must be sk_ and at least 20 random characters."
        )
    if setup_token is not None and len(setup_token) < _SHORTEST_SECRET:
        raise UnsafeStartError(
            f"SKEP_GATEWAY__SETUP_TOKEN must have at least {_SHORTEST_SECRET} characters."
        )


async def prepare_first_start(database: Database, bootstrap_key: str | None) -> TenantId:
    """Create the tenant and take the operator's key over; safe to repeat and for several processes.

    A key file with another key replaces the key of the file before.
    """
    try:
        return await _prepare(database, bootstrap_key)
    except IntegrityError:
        # Another process was quicker; what it made is there now.
        return await _prepare(database, bootstrap_key)


async def _prepare(database: Database, bootstrap_key: str | None) -> TenantId:
    async with database.session() as session:
        platform = Platform(session)
        tenant = await platform.tenant_by_name(DEFAULT_TENANT)
        if tenant is None:
            tenant = TenantRow(id=new_id("tenant"), name=DEFAULT_TENANT, created_at=now())
            await platform.add_tenant(tenant)
            _log.info("tenant created", extra={"tenant": tenant.id})
        await _take_key_over(session, TenantId(tenant.id), bootstrap_key)
        return TenantId(tenant.id)


async def _take_key_over(
    session: AsyncSession, tenant: TenantId, bootstrap_key: str | None
) -> None:
    wanted = token_hash(bootstrap_key) if bootstrap_key else None
    is_known = False
    for row in await Platform(session).bootstrap_keys(tenant):
        if row.token_hash == wanted:
            is_known = True
            row.scopes = list(SCOPES)
        else:
            row.revoked_at = now()
    if bootstrap_key and wanted and not is_known:
        await IdentityRepository(session, tenant).add(
            ApiKeyRow(
                id=new_id("key"),
                tenant_id=tenant,
                name="operator's key file",
                prefix=bootstrap_key[:SHOWN_CHARACTERS],
                token_hash=wanted,
                scopes=list(SCOPES),
                is_bootstrap=True,
                created_at=now(),
            )
        )


class SetUp:
    """Creates the first member, once, for whoever holds the setup token."""

    def __init__(
        self, database: Database, hasher: PasswordHasher, *, setup_token: str | None
    ) -> None:
        self._database = database
        self._hasher = hasher
        self._setup_token = setup_token
        self._limits = AttemptLimits(attempts=10)

    async def is_needed(self) -> bool:
        """Tell whether nobody has been created yet."""
        async with self._database.reading() as session:
            tenant = await Platform(session).tenant_by_name(DEFAULT_TENANT)
        return tenant is not None and tenant.set_up_at is None

    async def admit(self, sent: str, *, address: str) -> None:
        """Pass when the token is right and there is something to set up.

        Raises:
            Conflict: Skep is set up already.
            Forbidden: The token is wrong, or none is configured.
            RateLimited: Too many attempts from that address.
        """
        self._limits.take(address)
        if not await self.is_needed():
            raise already_set_up()
        kept = self._setup_token
        if kept is None:
            raise Forbidden("Setting up is switched off: no setup token is configured.")
        if not hmac.compare_digest(sent.encode(), kept.encode()):
            raise Forbidden("The setup token is wrong. `skep up` prints it.", code="wrong_token")
        self._limits.forgive(address)

    async def hash_password(self, password: str) -> str:
        """Return what is kept of a password; before any transaction, because it is slow."""
        return await self._hasher.hash(password)

    async def create_first_member(
        self, session: AsyncSession, *, email: str, name: str, password_hash: str
    ) -> tuple[TenantRow, MemberRow]:
        """Create the member with every scope.

        Raises:
            Conflict: Somebody was first.
        """
        platform = Platform(session)
        tenant = await platform.tenant_by_name(DEFAULT_TENANT)
        if tenant is None or not await platform.claim_set_up(tenant.id, now()):
            raise already_set_up()
        member = MemberRow(
            id=new_id("member"),
            tenant_id=tenant.id,
            email=email,
            name=name,
            password_hash=password_hash,
            scopes=list(SCOPES),
            created_at=now(),
        )
        await IdentityRepository(session, TenantId(tenant.id)).add(member)
        return tenant, member


def already_set_up() -> Conflict:
    """Return the error of a second set-up."""
    return Conflict("Skep is set up already. Sign in instead.", code="already_set_up")
