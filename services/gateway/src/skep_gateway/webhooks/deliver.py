"""Posts events to subscribers: signed, retried by the bus with back-off, and written down."""

import logging
import time
from typing import Any, Final

import msgspec

from skep_contracts import topology
from skep_contracts.commands.webhook import DeliverWebhook
from skep_contracts.envelope import Envelope
from skep_contracts.ids import TenantId
from skep_contracts.plugins.manifest import HttpClient
from skep_contracts.problems import (
    BusOutcome,
    NotFound,
    SkepError,
    Unavailable,
)
from skep_gateway.events.public import public_event
from skep_gateway.webhooks.repository import WebhookRepository
from skep_gateway.webhooks.signing import signed_headers
from skep_gateway.webhooks.tables import WebhookRow
from skep_runtime.bus import Bus, Delivery
from skep_runtime.clock import now
from skep_runtime.database import Database
from skep_runtime.vault import Vault

_LOG: Final = logging.getLogger(__name__)
_CONCURRENCY: Final = 32
_TIMEOUT_S: Final = 20.0
_MAX_ANSWER_BYTES: Final = 64 * 1024
_GONE: Final = 410
_envelopes: Final = msgspec.json.Decoder(Envelope)


class NotDelivered(Unavailable):
    """The subscriber did not take the event; tried again, in the end a dead letter."""

    code = "webhook_not_delivered"
    title = "The webhook was not delivered"
    bus_outcome = BusOutcome.DEAD_LETTER
    log_level = "info"


class WebhookDeliverer:
    """One of any number of processes that carry out deliveries."""

    def __init__(self, bus: Bus, database: Database, vault: Vault, http: HttpClient) -> None:
        """Deliver through `http`, which refuses private addresses."""
        self._bus = bus
        self._database = database
        self._vault = vault
        self._http = http

    async def run(self) -> None:
        """Deliver until cancelled."""
        await self._bus.consume(
            topology.GATEWAY_WEBHOOK_DELIVERY, self._handle, concurrency=_CONCURRENCY
        )

    async def _handle(self, delivery: Delivery) -> None:
        order = delivery.decode(DeliverWebhook)
        tenant = TenantId(delivery.tenant)
        async with self._database.reading() as session:
            try:
                webhook = await WebhookRepository(session, tenant).get(order.webhook_id)
            except NotFound:
                return  # deleted since
        if webhook.disabled_reason is not None:
            return
        envelope = _envelopes.decode(order.event)
        body = public_event(envelope)
        status_code, error = await self._post(webhook, order.delivery_id, body)
        is_done = status_code is not None and 200 <= status_code < 300
        is_last = delivery.delivered >= topology.GATEWAY_WEBHOOK_DELIVERY.max_deliver
        await self._record(
            tenant,
            webhook,
            is_gone=status_code == _GONE,
            values={
                "id": order.delivery_id,
                "webhook_id": webhook.id,
                "event_id": envelope.id,
                "event_type": envelope.type,
                "event": body,
                "status": "delivered" if is_done else "dead" if is_last else "retrying",
                "attempts": delivery.delivered,
                "status_code": status_code,
                "error": error,
                "created_at": now(),
                "updated_at": now(),
            },
        )
        if not is_done and status_code != _GONE:
            raise NotDelivered(f"The subscriber did not take the event: {error}")

    async def _post(
        self, webhook: WebhookRow, delivery_id: str, body: bytes
    ) -> tuple[int | None, str | None]:
        """Return status and, unless it was taken, what went wrong."""
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
            return None, error.detail
        if 200 <= answer.status < 300:
            return answer.status, None
        return answer.status, f"it answered with status {answer.status}"

    async def _record(
        self, tenant: TenantId, webhook: WebhookRow, *, is_gone: bool, values: dict[str, Any]
    ) -> None:
        async with self._database.session() as session:
            repository = WebhookRepository(session, tenant)
            if is_gone:
                values["status"] = "refused"
                await repository.disable(webhook.id, "The subscriber answered 410 Gone.")
            await repository.record(values)
        if is_gone:
            _LOG.info("webhook disabled", extra={"webhook_id": webhook.id})
