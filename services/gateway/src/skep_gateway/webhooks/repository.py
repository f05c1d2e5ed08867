"""Queries on the webhooks of one tenant, and those that look after the webhooks of all."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import msgspec
from sqlalchemy import CursorResult, delete, func, select, tuple_, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncSession

from skep_contracts.ids import TenantId
from skep_contracts.problems import NotFound
from skep_gateway.webhooks.tables import DeliveryRow, WebhookRow

_CHANGING = ("status", "attempts", "status_code", "error", "updated_at", "next_try_at")


class Subscriber(msgspec.Struct, frozen=True):
    """What following events needs of a webhook; nothing of it ever changes."""

    id: str
    tenant: TenantId
    kinds: frozenset[str]
    app_id: str | None

    @classmethod
    def of(cls, row: WebhookRow) -> "Subscriber":
        """Take it from a row."""
        return cls(row.id, TenantId(row.tenant_id), frozenset(map(str, row.kinds)), row.app_id)


class WebhookRepository:
    """The webhooks of one tenant."""

    def __init__(self, session: AsyncSession, tenant: TenantId) -> None:
        self._session = session
        self._tenant = tenant

    async def find(self, webhook_id: str) -> WebhookRow | None:
        """Return a webhook if the tenant has one of that id."""
        query = select(WebhookRow).where(
            WebhookRow.tenant_id == self._tenant, WebhookRow.id == webhook_id
        )
        return await self._session.scalar(query)

    async def get(self, webhook_id: str) -> WebhookRow:
        """Return a webhook.

        Raises:
            NotFound: The tenant has none of that id.
        """
        row = await self.find(webhook_id)
        if row is None:
            raise NotFound("There is no such webhook.", code="unknown_webhook")
        return row

    async def page(self, *, before: str | None, limit: int) -> list[WebhookRow]:
        """Return webhooks, newest first, those before an id."""
        query = select(WebhookRow).where(WebhookRow.tenant_id == self._tenant)
        if before is not None:
            query = query.where(WebhookRow.id < before)
        return [*await self._session.scalars(query.order_by(WebhookRow.id.desc()).limit(limit))]

    async def count(self) -> int:
        """Return how many the tenant has."""
        query = select(func.count()).where(WebhookRow.tenant_id == self._tenant)
        return await self._session.scalar(query) or 0

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

    async def disable(self, webhook_id: str, reason: str, *, at: datetime) -> None:
        """Deliver nothing more to a webhook, not what waits either."""
        await self._session.execute(
            update(WebhookRow)
            .where(WebhookRow.tenant_id == self._tenant, WebhookRow.id == webhook_id)
            .values(disabled_reason=reason)
        )
        await self._session.execute(
            update(DeliveryRow)
            .where(
                DeliveryRow.tenant_id == self._tenant,
                DeliveryRow.webhook_id == webhook_id,
                DeliveryRow.next_try_at.is_not(None),
            )
            .values(status="refused", next_try_at=None, updated_at=at)
        )

    async def find_delivery(self, webhook_id: str, delivery_id: str) -> DeliveryRow | None:
        """Return a delivery if the webhook has one of that id."""
        query = select(DeliveryRow).where(
            DeliveryRow.tenant_id == self._tenant,
            DeliveryRow.webhook_id == webhook_id,
            DeliveryRow.id == delivery_id,
        )
        return await self._session.scalar(query)

    async def delivery(self, webhook_id: str, delivery_id: str) -> DeliveryRow:
        """Return a delivery.

        Raises:
            NotFound: The webhook has none of that id.
        """
        row = await self.find_delivery(webhook_id, delivery_id)
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

    async def count_waiting(self, webhook_id: str) -> int:
        """Return how many deliveries to a webhook wait for another try."""
        query = select(func.count()).where(
            DeliveryRow.webhook_id == webhook_id, DeliveryRow.next_try_at.is_not(None)
        )
        return await self._session.scalar(query) or 0

    async def record(self, values: dict[str, Any]) -> None:
        """Insert a delivery, or bring it to its latest attempt."""
        dialect = self._session.get_bind().dialect.name
        insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
        statement = insert(DeliveryRow).values(tenant_id=self._tenant, **values)
        await self._session.execute(
            statement.on_conflict_do_update(
                index_elements=["id"],
                set_={name: statement.excluded[name] for name in _CHANGING},
                where=DeliveryRow.tenant_id == self._tenant,
            )
        )


class AllWebhooks:
    """The webhooks of every tenant, for the work that is done for all of them alike."""

    def __init__(self, session: AsyncSession) -> None:
        self._session = session

    async def active(self) -> list[Subscriber]:
        """Return all that are not disabled."""
        query = select(WebhookRow).where(WebhookRow.disabled_reason.is_(None))
        return [Subscriber.of(row) for row in await self._session.scalars(query)]

    async def next_tries(self, *, per_webhook: int) -> Sequence[DeliveryRow]:
        """Return what waits for another try, the next few of each webhook."""
        place = func.row_number().over(
            partition_by=DeliveryRow.webhook_id, order_by=DeliveryRow.next_try_at
        )
        ranked = (
            select(DeliveryRow.id, place.label("place"))
            .where(DeliveryRow.next_try_at.is_not(None))
            .subquery()
        )
        query = (
            select(DeliveryRow)
            .join(ranked, DeliveryRow.id == ranked.c.id)
            .where(ranked.c.place <= per_webhook)
        )
        return (await self._session.scalars(query)).all()

    async def put_off(self, row: DeliveryRow, until: datetime) -> bool:
        """Take a waiting delivery in hand; tell whether nobody else was quicker."""
        done = await self._session.execute(
            update(DeliveryRow)
            .where(DeliveryRow.id == row.id, DeliveryRow.next_try_at == row.next_try_at)
            .values(next_try_at=until)
        )
        return isinstance(done, CursorResult) and done.rowcount == 1

    async def drop_old_deliveries(self, before: datetime) -> None:
        """Forget what became of events long ago."""
        await self._session.execute(
            delete(DeliveryRow).where(
                DeliveryRow.updated_at < before, DeliveryRow.next_try_at.is_(None)
            )
        )
