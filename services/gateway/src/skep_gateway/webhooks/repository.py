"""Queries on the webhooks of one tenant, and the statement that records deliveries."""

from typing import Any

import msgspec
from sqlalchemy import delete, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.ids import TenantId
from skep_contracts.problems import NotFound
from skep_gateway.webhooks.tables import DeliveryRow, WebhookRow


class Subscriber(msgspec.Struct, frozen=True):
    """What matching needs of a webhook."""

    id: str
    kinds: frozenset[str]
    app_id: str | None


class WebhookRepository:
    """The webhooks of one tenant."""

    def __init__(self, session: AsyncSession, tenant: TenantId) -> None:
        self._session = session
        self._tenant = tenant

    async def get(self, webhook_id: str) -> WebhookRow:
        """Return a webhook.

        Raises:
            NotFound: The tenant has none of that id.
        """
        query = select(WebhookRow).where(
            WebhookRow.tenant_id == self._tenant, WebhookRow.id == webhook_id
        )
        row = await self._session.scalar(query)
        if row is None:
            raise NotFound("There is no such webhook.", code="unknown_webhook")
        return row

    async def page(self, *, before: str | None, limit: int) -> list[WebhookRow]:
        """Return webhooks, newest first, those before an id."""
        query = select(WebhookRow).where(WebhookRow.tenant_id == self._tenant)
        if before is not None:
            query = query.where(WebhookRow.id < before)
        return [*await self._session.scalars(query.order_by(WebhookRow.id.desc()).limit(limit))]

    async def subscribers(self) -> list[Subscriber]:
        """Return all webhooks that are not disabled."""
        query = select(WebhookRow).where(
            WebhookRow.tenant_id == self._tenant, WebhookRow.disabled_reason.is_(None)
        )
        return [
            Subscriber(row.id, frozenset(map(str, row.kinds)), row.app_id)
            for row in await self._session.scalars(query)
        ]

    async def add(self, row: WebhookRow) -> None:
        """Add a webhook."""
        self._session.add(row)
        await self._session.flush()

    async def delete(self, webhook_id: str) -> None:
        """Delete a webhook with its deliveries; no error when it is gone."""
        await self._session.execute(
            delete(WebhookRow).where(
                WebhookRow.tenant_id == self._tenant, WebhookRow.id == webhook_id
            )
        )

    async def disable(self, webhook_id: str, reason: str) -> None:
        """Deliver nothing more to a webhook."""
        await self._session.execute(
            update(WebhookRow)
            .where(WebhookRow.tenant_id == self._tenant, WebhookRow.id == webhook_id)
            .values(disabled_reason=reason)
        )

    async def delivery(self, webhook_id: str, delivery_id: str) -> DeliveryRow:
        """Return a delivery.

        Raises:
            NotFound: The webhook has none of that id.
        """
        query = select(DeliveryRow).where(
            DeliveryRow.tenant_id == self._tenant,
            DeliveryRow.webhook_id == webhook_id,
            DeliveryRow.id == delivery_id,
        )
        row = await self._session.scalar(query)
        if row is None:
            raise NotFound("There is no such delivery.", code="unknown_delivery")
        return row

    async def deliveries(
        self, webhook_id: str, *, before: str | None, limit: int, status: str | None
    ) -> list[DeliveryRow]:
        """Return a webhook's deliveries, newest first."""
        query = select(DeliveryRow).where(
            DeliveryRow.tenant_id == self._tenant, DeliveryRow.webhook_id == webhook_id
        )
        if before is not None:
            last = await self.delivery(webhook_id, before)
            query = query.where(
                tuple_(DeliveryRow.created_at, DeliveryRow.id) < (last.created_at, last.id)
            )
        if status is not None:
            query = query.where(DeliveryRow.status == status)
        order = (DeliveryRow.created_at.desc(), DeliveryRow.id.desc())
        return [*await self._session.scalars(query.order_by(*order).limit(limit))]

    async def record(self, values: dict[str, Any]) -> None:
        """Insert a delivery, or bring it to its latest attempt."""
        dialect = self._session.get_bind().dialect.name
        insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        statement = insert(DeliveryRow).values(tenant_id=self._tenant, **values)
        changed = ("status", "attempts", "status_code", "error", "updated_at")
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["id"],
                set_={name: statement.excluded[name] for name in changed},
                where=DeliveryRow.tenant_id == self._tenant,
            )
        )
