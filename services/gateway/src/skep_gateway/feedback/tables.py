"""The table of feedback."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from skep_runtime.database import Table, UtcDateTime


class FeedbackRow(Table):
    """What one side thinks of a run. `query` and `answer` are as they were then."""

    __tablename__ = "feedback"
    __table_args__ = (
        Index("ix_feedback_tenant_id_updated_at", "tenant_id", "updated_at"),
        Index("ix_feedback_tenant_id_app_id", "tenant_id", "app_id"),
    )

    id: Mapped[str] = mapped_column(String(80), primary_key=True)
    """The run's id and the side."""
    run_id: Mapped[str] = mapped_column(String(64), index=True)
    rater: Mapped[str] = mapped_column(String(16))
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id"))
    app_id: Mapped[str] = mapped_column(String(64))
    conversation_id: Mapped[str | None] = mapped_column(String(64), index=True)
    rating: Mapped[str | None] = mapped_column(String(8))
    comment: Mapped[str]
    correction: Mapped[str]
    given_by: Mapped[str] = mapped_column(String(200))
    query: Mapped[str]
    answer: Mapped[str]
    created_at: Mapped[datetime] = mapped_column(UtcDateTime)
    updated_at: Mapped[datetime] = mapped_column(UtcDateTime)
