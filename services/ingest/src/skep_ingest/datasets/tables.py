"""The table of datasets."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
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
    move: Mapped[dict[str, Any] | None]
    """A `moves.state.Move`, while there is one."""
    external: Mapped[dict[str, Any] | None]
    """An `ExternalSource`, when the contents are kept elsewhere."""
    restricted: Mapped[bool] = mapped_column(default=False)
    """Calls must say that the asker may see it; see `SearchChunks.granted`."""
    left_behind: Mapped[dict[str, Any] | None]
    """A `moves.state.Place` that is to be dropped."""


class DatasetTagRow(Table):
    """A word that people sort datasets by."""

    __tablename__ = "dataset_tags"
    __table_args__ = (Index("ix_dataset_tags_tenant_tag", "tenant", "tag"),)

    dataset_id: Mapped[str] = mapped_column(
        ForeignKey("datasets.id", name="fk_dataset_tags_dataset_id"), primary_key=True
    )
    tag: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
