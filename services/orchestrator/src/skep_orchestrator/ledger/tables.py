"""The table of the ledger."""

from datetime import datetime

from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from skep_runtime.database import Table


class UsageRow(Table):
    """One attempt at a model call. `cost_usd` is null when the price is unknown."""

    __tablename__ = "usage"
    __table_args__ = (Index("ix_usage_tenant_hour", "tenant", "hour"),)

    entry_id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str] = mapped_column(primary_key=True)
    hour: Mapped[datetime]
    provider: Mapped[str]
    model: Mapped[str]
    kind: Mapped[str]
    outcome: Mapped[str]
    input_tokens: Mapped[int]
    output_tokens: Mapped[int]
    cached_input_tokens: Mapped[int]
    audio_s: Mapped[float]
    characters: Mapped[int]
    images: Mapped[int]
    searches: Mapped[int]
    is_cache_hit: Mapped[bool]
    is_estimated: Mapped[bool]
    cost_usd: Mapped[float | None]
    elapsed_s: Mapped[float]
    credential_id: Mapped[str | None]
    run_id: Mapped[str | None]
    node: Mapped[str | None]
    app_id: Mapped[str | None]
    dataset_id: Mapped[str | None]
