"""Tables of conversations and their turns."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from skep_runtime.database import Table


class ConversationRow(Table):
    """One conversation; `title` is its first message."""

    __tablename__ = "conversations"
    __table_args__ = (
        Index("ix_conversations_tenant_app_id_updated_at", "tenant", "app_id", "updated_at"),
    )

    conversation_id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    app_id: Mapped[str]
    title: Mapped[str]
    end_user: Mapped[str | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    variables: Mapped[dict[str, Any]]


class TurnRow(Table):
    """One turn: what the user said, and what the app answered when it has."""

    __tablename__ = "turns"
    __table_args__ = (
        Index("ix_turns_tenant_conversation_id_run_id", "tenant", "conversation_id", "run_id"),
    )

    run_id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    conversation_id: Mapped[str]
    query: Mapped[str]
    answer: Mapped[str]
    status: Mapped[str]
    created_at: Mapped[datetime]
