"""Has new tokens before the old ones end."""

import asyncio
import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import CursorResult, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.ids import TenantId
from skep_contracts.plugins.toolkits import GRANT_FIELD, Grant, toolkit_owner
from skep_contracts.problems import Gone, SkepError
from skep_contracts.topology import credential_key
from skep_gateway.credentials.mirror import CredentialMirror
from skep_gateway.credentials.repository import CredentialRepository
from skep_gateway.credentials.tables import CredentialRow
from skep_gateway.toolkits.set_up import sealed_settings, settings_of
from skep_gateway.toolkits.sign_in.begin import hint_of, plain
from skep_gateway.toolkits.sign_in.tokens import GrantEndedError, renewed
from skep_gateway.toolkits.views import ENDED
from skep_runtime.clock import now
from skep_runtime.database import Database
from skep_runtime.egress import EgressClient
from skep_runtime.vault import Vault

_EVERY_S: Final = 20.0
_EARLY: Final = timedelta(minutes=5)
_CLAIM: Final = timedelta(minutes=1)
_log: Final = logging.getLogger(__name__)


class GrantKeeper:
    """Looks after what people granted, in every tenant."""

    def __init__(
        self, database: Database, vault: Vault, egress: EgressClient, mirror: CredentialMirror
    ) -> None:
        self._database = database
        self._vault = vault
        self._egress = egress
        self._mirror = mirror

    async def run(self) -> None:
        """Look again and again, until cancelled."""
        while True:
            try:
                await self.look()
            except SkepError as error:
                _log.warning("grants are renewed later", extra={"code": error.exact_code})
            await asyncio.sleep(_EVERY_S)

    async def look(self) -> None:
        """Renew whatever ends soon.

        Raises:
            Unavailable: The database cannot be reached.
        """
        async with self._database.reading() as session:
            rows = await _granted(session)
        for row in rows:
            try:
                await self._renew(row)
            except SkepError as error:
                # The other side is away: the token may still be good, and there is time left.
                extra = {"toolkit": row.id, "code": error.exact_code}
                _log.warning("grant is not renewed", extra=extra)

    async def _renew(self, row: CredentialRow) -> None:
        try:
            settings = settings_of(self._vault, row)
        except Gone:
            return
        grant = msgspec.convert(settings.get(GRANT_FIELD), Grant)
        if not _is_due(grant):
            return
        claim = msgspec.structs.replace(grant, claimed_until=now() + _CLAIM)
        claimed = sealed_settings(self._vault, row, {**settings, GRANT_FIELD: plain(claim)})
        if not await self._put(row, row.sealed, claimed, hint=row.hints[GRANT_FIELD]):
            return
        try:
            fresh = await renewed(self._egress, grant)
        except GrantEndedError:
            _log.warning("grant has ended", extra={"toolkit": row.id})
            without: Mapping[str, Any] = {k: v for k, v in settings.items() if k != GRANT_FIELD}
            ended = sealed_settings(self._vault, row, dict(without))
            await self._put(row, claimed, ended, hint=ENDED)
            return
        sealed = sealed_settings(self._vault, row, {**settings, GRANT_FIELD: plain(fresh)})
        await self._put(row, claimed, sealed, hint=hint_of(fresh))

    async def _put(self, row: CredentialRow, before: bytes, after: bytes, *, hint: str) -> bool:
        """Replace what is kept, unless somebody else has changed it; tell whether it was done."""
        tenant = TenantId(row.tenant_id)
        async with self._database.session() as session:
            done = await session.execute(
                update(CredentialRow)
                .where(CredentialRow.id == row.id, CredentialRow.sealed == before)
                .values(sealed=after, hints={**row.hints, GRANT_FIELD: hint})
                .execution_options(synchronize_session=False)
            )
            if not isinstance(done, CursorResult) or done.rowcount != 1:
                return False
            repository = CredentialRepository(session, tenant)
            await repository.changed(await repository.get(row.id))
        await self._mirror.mirror_soon(credential_key(tenant, row.provider, row.id))
        return True


async def _granted(session: AsyncSession) -> list[CredentialRow]:
    """Return the toolkits of every tenant that somebody signed in at."""
    query = select(CredentialRow).where(CredentialRow.provider.like(f"{toolkit_owner('')}%"))
    rows = await session.scalars(query)
    return [row for row in rows if row.hints.get(GRANT_FIELD, ENDED) != ENDED]


def _is_due(grant: Grant) -> bool:
    if grant.expires_at is None or not grant.refresh_token:
        return False
    is_claimed = grant.claimed_until is not None and grant.claimed_until > now()
    return not is_claimed and grant.expires_at - _EARLY <= now()
