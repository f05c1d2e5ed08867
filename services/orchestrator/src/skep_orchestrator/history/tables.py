"""Tables of the run history: what lists and dashboards read. The journal stays the truth."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from skep_runtime.database import Table


class RunRow(Table):
    """One run, as far as the journal was read: up to event `last_event`."""

    __tablename__ = "runs"
    __table_args__ = (
        Index("ix_runs_tenant_run_id", "tenant", "run_id"),
        Index("ix_runs_tenant_started_at", "tenant", "started_at"),
        Index("ix_runs_tenant_app_id_run_id", "tenant", "app_id", "run_id"),
        Index("ix_runs_tenant_conversation_id_run_id", "tenant", "conversation_id", "run_id"),
        Index("ix_runs_tenant_origin_run_id_run_id", "tenant", "origin_run_id", "run_id"),
    )

    run_id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    last_event: Mapped[int]
    app_id: Mapped[str]
    version: Mapped[str]
    status: Mapped[str]
    started_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    elapsed_s: Mapped[float | None]
    input_tokens: Mapped[int]
    output_tokens: Mapped[int]
    cost_usd: Mapped[float | None]
    nodes_done: Mapped[int]
    repeated_effects: Mapped[int]
    problem: Mapped[dict[str, Any] | None]
    conversation_id: Mapped[str | None]
    is_draft: Mapped[bool]
    via: Mapped[str]
    end_user: Mapped[str | None]
    origin_run_id: Mapped[str | None]
