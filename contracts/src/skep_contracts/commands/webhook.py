"""Orders about outbound webhooks, from the gateway to itself so that they survive a restart."""

from typing import ClassVar

import msgspec

from skep_contracts.envelope import Command
from skep_contracts.ids import WebhookId


class DeliverWebhook(Command, frozen=True, kw_only=True, tag="webhook.deliver.v1"):
    """Post one event to one subscriber; retried with back-off, then kept as a dead letter."""

    owner: ClassVar[str] = "gateway"
    imperative: ClassVar[str] = "deliver_webhook"

    webhook_id: WebhookId
    delivery_id: str
    event: msgspec.Raw
    """The event's envelope, as it was published."""
