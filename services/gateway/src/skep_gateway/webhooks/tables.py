"""Tables of webhooks and deliveries."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from skep_runtime.database import Json, Table


class WebhookRow(Table):
    """A subscriber. `kinds` empty: every kind; `app_id` None: every app."""

    __tablename__ = "webhooks"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id"), index=True)
    url: Mapped[str]
    kinds: Mapped[list[Any]] = mapped_column(Json)
    app_id: Mapped[str | None] = mapped_column(String(64))
    secret: Mapped[bytes] = mapped_column(LargeBinary)
    disabled_reason: Mapped[str | None]
    created_at: Mapped[datetime]


class DeliveryRow(Table):
    """One event for one subscriber. `event`: the body as it is posted."""

    __tablename__ = "webhook_deliveries"
    __table_args__ = (
        Index("ix_webhook_deliveries_webhook_id_created_at", "webhook_id", "created_at"),
        Index("ix_webhook_deliveries_webhook_id_next_try_at", "webhook_id", "next_try_at"),
    )

    id: Mapped[str] = mapped_column(String(128), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64))
    webhook_id: Mapped[str] = mapped_column(ForeignKey("webhooks.id", ondelete="CASCADE"))
    event_id: Mapped[str] = mapped_column(String(128))
    event_type: Mapped[str] = mapped_column(String(128))
    event: Mapped[bytes] = mapped_column(LargeBinary)
    status: Mapped[str] = mapped_column(String(16))
    attempts: Mapped[int]
    status_code: Mapped[int | None]
    error: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime] = mapped_column(index=True)
    next_try_at: Mapped[datetime | None]
    """Null unless it waits for another try; whoever tries puts it off first."""
