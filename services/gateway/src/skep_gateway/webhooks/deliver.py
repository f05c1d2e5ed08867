"""Posts one event to one subscriber, signed, and writes down what came of it."""

import asyncio
import logging
import time
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from skep_contracts.envelope import Envelope
from skep_contracts.ids import TenantId
from skep_contracts.plugins.manifest import HttpClient
from skep_contracts.problems import SkepError
from skep_gateway.events.public import public_event
from skep_gateway.webhooks.repository import Subscriber, WebhookRepository
from skep_gateway.webhooks.signing import signed_headers
from skep_gateway.webhooks.tables import DeliveryRow, WebhookRow
from skep_runtime.clock import now
from skep_runtime.database import Database
from skep_runtime.vault import Vault

_LOG: Final = logging.getLogger(__name__)
_AT_ONCE: Final = 128
_TIMEOUT_S: Final = 20.0
_MAX_ANSWER_BYTES: Final = 1024 * 1024
_GONE: Final = 410
BACKOFF_S: Final = (5, 30, 120, 600, 1_800, 7_200, 21_600)
"""Between one try and the next; a delivery dies with the try after the last."""
MOST_WAITING: Final = 10_000
"""Deliveries to one webhook that wait for another try; beyond that a failure is final."""


class _Outcome(msgspec.Struct, frozen=True):
    """`error` None: the subscriber took it."""

    status_code: int | None
    error: str | None


class WebhookDeliverer:
    """Carries out deliveries, a bounded number at a time."""

    def __init__(self, database: Database, vault: Vault, http: HttpClient) -> None:
        """Deliver through `http`, which refuses private addresses."""
        self._database = database
        self._vault = vault
        self._http = http
        self._places = asyncio.Semaphore(_AT_ONCE)
        self.put_off = asyncio.Event()
        """Set when a delivery was put down for another try."""

    async def deliver_new(self, subscriber: Subscriber, envelope: Envelope) -> None:
        """Deliver an event for the first time; nothing happens when that was tried before.

        Raises:
            Unavailable: The database is away.
        """
        delivery_id = f"{subscriber.id}.{envelope.id}"
        async with self._database.reading() as session:
            repository = WebhookRepository(session, subscriber.tenant)
            webhook = await repository.find(subscriber.id)
            before = await repository.find_delivery(subscriber.id, delivery_id)
        if webhook is None or before is not None:
            return
        at = now()
        row = DeliveryRow(
            id=delivery_id,
            tenant_id=subscriber.tenant,
            webhook_id=subscriber.id,
            event_id=envelope.id,
            event_type=envelope.type,
            event=public_event(envelope),
            attempts=0,
            created_at=at,
        )
        await self._try(webhook, row)

    async def deliver_again(self, row: DeliveryRow) -> None:
        """Try a delivery once more.

        Raises:
            Unavailable: The database is away.
        """
        tenant = TenantId(row.tenant_id)
        async with self._database.reading() as session:
            webhook = await WebhookRepository(session, tenant).find(row.webhook_id)
        if webhook is not None:
            await self._try(webhook, row)

    async def _try(self, webhook: WebhookRow, row: DeliveryRow) -> None:
        if webhook.disabled_reason is not None:
            return
        async with self._places:
            outcome = await self._post(webhook, row.id, row.event)
        tenant = TenantId(webhook.tenant_id)
        async with self._database.session() as session:
            repository = WebhookRepository(session, tenant)
            if await repository.find(webhook.id) is None:
                return  # deleted meanwhile, and its deliveries with it
            waiting = await repository.count_waiting(webhook.id) if outcome.error else 0
            await repository.record(_record(row, outcome, now(), waiting=waiting))
            if outcome.status_code == _GONE:
                reason = "The subscriber answered 410 Gone."
                await repository.disable(webhook.id, reason, at=now())
                _LOG.info("webhook disabled", extra={"webhook_id": webhook.id})
        if outcome.error is not None:
            self.put_off.set()

    async def _post(self, webhook: WebhookRow, delivery_id: str, body: bytes) -> _Outcome:
        secret = self._vault.open(webhook.secret, context=f"webhook.{webhook.id}").decode()
        headers = signed_headers(
            secret, message_id=delivery_id, timestamp_s=int(time.time()), body=body
        )
        headers |= {"content-type": "application/json", "user-agent": "Skep-Webhooks/1"}
        try:
            answer = await self._http.request(
                "POST",
                webhook.url,
                headers=headers,
                body=body,
                timeout_s=_TIMEOUT_S,
                max_bytes=_MAX_ANSWER_BYTES,
                follow_redirects=False,
            )
        except SkepError as error:
            return _Outcome(None, error.detail)
        if 200 <= answer.status < 300:
            return _Outcome(answer.status, None)
        return _Outcome(answer.status, f"it answered with status {answer.status}")


def _record(row: DeliveryRow, outcome: _Outcome, at: datetime, *, waiting: int) -> dict[str, Any]:
    """Return what a delivery is after a try."""
    attempts, error, next_try_at = row.attempts + 1, outcome.error, None
    if error is None:
        status = "delivered"
    elif outcome.status_code == _GONE:
        status = "refused"
    elif attempts > len(BACKOFF_S):
        status = "dead"
    elif waiting > MOST_WAITING:
        status, error = "dead", f"{error}; {waiting:,} other deliveries to it wait already"
    else:
        status = "retrying"
        next_try_at = at + timedelta(seconds=BACKOFF_S[attempts - 1])
    kept = ("id", "webhook_id", "event_id", "event_type", "event", "created_at")
    return {name: getattr(row, name) for name in kept} | {
        "status": status,
        "attempts": attempts,
        "status_code": outcome.status_code,
        "error": error,
        "updated_at": at,
        "next_try_at": next_try_at,
    }
