"""Queries on sites."""

import secrets

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.ids import TenantId
from skep_contracts.problems import NotFound
from skep_gateway.sites.tables import SiteRow
from skep_gateway.sites.views import SiteLook
from skep_runtime.clock import now


class SiteRepository:
    """The sites of one tenant."""

    def __init__(self, session: AsyncSession, tenant: TenantId) -> None:
        self._session = session
        self._tenant = tenant

    async def find(self, app_id: str) -> SiteRow | None:
        """Return an app's site, None when it was never opened."""
        found: SiteRow | None = await self._session.scalar(
            select(SiteRow).where(SiteRow.tenant_id == self._tenant, SiteRow.app_id == app_id)
        )
        return found

    async def put(
        self, app_id: str, *, is_open: bool, look: SiteLook, renew_address: bool
    ) -> SiteRow:
        """Write an app's site; its address is made at the first time."""
        row = await self.find(app_id)
        if row is None:
            row = SiteRow(
                app_id=app_id, tenant_id=self._tenant, slug=_slug(), created_at=now(), look={}
            )
            self._session.add(row)
        elif renew_address:
            row.slug = _slug()
        row.is_open = is_open
        row.look = look.model_dump()
        row.updated_at = now()
        await self._session.flush()
        return row


class AllSites:
    """Sites of any tenant, by their addresses: who has the address may see the page."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def open(self, slug: str) -> SiteRow:
        """Return an open site.

        Raises:
            NotFound: There is none at that address, or it is closed.
        """
        row: SiteRow | None = await self._session.scalar(
            select(SiteRow).where(SiteRow.slug == slug, SiteRow.is_open)
        )
        if row is None:
            raise NotFound("There is no page at this address.", code="unknown_site")
        return row


def _slug() -> str:
    return secrets.token_urlsafe(16)
