"""Shapes of requests and answers about webhooks."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import Field

from skep_gateway.web.shapes import View
from skep_gateway.webhooks.tables import DeliveryRow, WebhookRow

DeliveryStatus = Literal["delivered", "retrying", "dead", "refused", "queued"]


class WebhookRequest(View):
    """Subscribes to events."""

    url: Annotated[str, Field(min_length=1, max_length=2_000, pattern=r"^\S+$")]
    kinds: Annotated[
        list[Annotated[str, Field(max_length=100)]], Field(max_length=100, default_factory=list)
    ]
    """Types such as ``run.succeeded.v1``; all of them when empty."""
    app: Annotated[str, Field(min_length=1, max_length=200)] | None = None
    """Only events of this app, by id or name."""


class WebhookView(View):
    """A subscriber."""

    id: str
    url: str
    kinds: list[str]
    app_id: str | None
    disabled_reason: str | None
    created_at: datetime

    @classmethod
    def of(cls, row: WebhookRow) -> "WebhookView":
        """Show a row."""
        return cls(
            id=row.id,
            url=row.url,
            kinds=[str(kind) for kind in row.kinds],
            app_id=row.app_id,
            disabled_reason=row.disabled_reason,
            created_at=row.created_at,
        )


class NewWebhookView(WebhookView):
    """A new subscriber with the secret that signs its messages, shown this once."""

    secret: str


class DeliveryView(View):
    """One event for one subscriber."""

    id: str
    event_id: str
    event_type: str
    status: DeliveryStatus
    """``dead``: all tries failed; ``refused``: the subscriber wants nothing more."""
    attempts: int
    status_code: int | None
    error: str | None
    created_at: datetime
    updated_at: datetime
    next_try_at: datetime | None

    @classmethod
    def of(cls, row: DeliveryRow) -> "DeliveryView":
        """Show a row."""
        return cls.model_validate(
            {name: getattr(row, name) for name in cls.model_fields}, from_attributes=False
        )
