"""The table of datasets."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from skep_runtime.database import Table

_IS_ALIVE = text("deleted_at IS NULL")


class DatasetRow(Table):
    """A dataset. A deleted one stays, without its name, until its chunks are gone."""

    __tablename__ = "datasets"
    __table_args__ = (
        Index(
            "uq_datasets_tenant_name",
            "tenant",
            "name",
            unique=True,
            sqlite_where=_IS_ALIVE,
            postgresql_where=_IS_ALIVE,
        ),
        Index("ix_datasets_tenant_id", "tenant", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    name: Mapped[str]
    description: Mapped[str]
    embedding_model: Mapped[str]
    """``provider/name``, never ``default``."""
    dimensions: Mapped[int]
    store: Mapped[str]
    generation: Mapped[int]
    chunker: Mapped[str]
    chunk_spec: Mapped[dict[str, Any]]
    created_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]
