"""Finds out who wants to hear of an event, and orders a delivery for each of them."""

import asyncio
import time
from collections import OrderedDict
from typing import Final

import msgspec

from skep_contracts import subjects, topology
from skep_contracts.commands.webhook import DeliverWebhook
from skep_contracts.envelope import Command, Envelope
from skep_contracts.ids import TenantId, WebhookId
from skep_gateway.webhooks.repository import Subscriber, WebhookRepository
from skep_runtime.bus import Bus, Delivery
from skep_runtime.database import Database

_TTL_S: Final = 2.0
_MAX_TENANTS: Final = 10_000
_CONCURRENCY: Final = 64


class _About(msgspec.Struct, frozen=True):
    app_id: str | None = None


_about: Final = msgspec.json.Decoder(_About)


class EventMatcher:
    """One of any number of processes that read all events through the same consumer."""

    def __init__(self, bus: Bus, database: Database) -> None:
        """Read from `bus`, once `run`."""
        self._bus = bus
        self._database = database
        self._known: OrderedDict[str, tuple[float, list[Subscriber]]] = OrderedDict()
        self._asking = asyncio.Lock()

    async def run(self) -> None:
        """Match until cancelled."""
        await self._bus.consume(
            topology.GATEWAY_WEBHOOK_MATCHING, self._handle, concurrency=_CONCURRENCY
        )

    def forget(self, tenant: str) -> None:
        """Ask the database again for a tenant's webhooks."""
        self._known.pop(tenant, None)

    async def _handle(self, delivery: Delivery) -> None:
        tenant = delivery.tenant
        if tenant == subjects.PLATFORM:
            return
        subscribers = await self._subscribers(tenant)
        if not subscribers:
            return
        envelope = delivery.envelope
        orders = [
            _order(subscriber, envelope, delivery.data)
            for subscriber in subscribers
            if _wants(subscriber, envelope)
        ]
        await self._bus.publish_many([(order, tenant, message_id) for order, message_id in orders])

    async def _subscribers(self, tenant: str) -> list[Subscriber]:
        until_s, subscribers = self._known.get(tenant, (0.0, []))
        if until_s > time.monotonic():
            return subscribers
        async with self._asking:  # one asks, and whoever waits meanwhile finds the answer
            until_s, subscribers = self._known.get(tenant, (0.0, []))
            if until_s > time.monotonic():
                return subscribers
            async with self._database.reading() as session:
                subscribers = await WebhookRepository(session, TenantId(tenant)).subscribers()
            self._known[tenant] = (time.monotonic() + _TTL_S, subscribers)
            while len(self._known) > _MAX_TENANTS:
                self._known.popitem(last=False)
        return subscribers


def _wants(subscriber: Subscriber, envelope: Envelope) -> bool:
    if subscriber.kinds and envelope.type not in subscriber.kinds:
        return False
    return subscriber.app_id is None or _about.decode(envelope.data).app_id == subscriber.app_id


def _order(subscriber: Subscriber, envelope: Envelope, data: bytes) -> tuple[Command, str]:
    # One delivery per event and subscriber, however often the event is read.
    delivery_id = f"{subscriber.id}.{envelope.id}"
    command = DeliverWebhook(
        webhook_id=WebhookId(subscriber.id), delivery_id=delivery_id, event=msgspec.Raw(data)
    )
    return command, delivery_id
