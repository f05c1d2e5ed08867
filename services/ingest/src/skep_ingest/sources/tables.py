"""The tables of sources, and of what is remembered of their items."""

from datetime import datetime
from typing import Any

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from skep_runtime.database import Json, Table

_IS_ALIVE = text("deleted_at IS NULL")


class SourceRow(Table):
    """A source and its latest sync. A deleted one stays until its documents are removed."""

    __tablename__ = "sources"
    __table_args__ = (
        Index(
            "uq_sources_dataset_id_name",
            "dataset_id",
            "name",
            unique=True,
            sqlite_where=_IS_ALIVE,
            postgresql_where=_IS_ALIVE,
        ),
        Index("ix_sources_next_at", "next_at"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id"))
    name: Mapped[str]
    kind: Mapped[str]
    """What the plugin calls it."""
    settings: Mapped[dict[str, Any]]
    """Without what is secret."""
    sealed_secrets: Mapped[bytes | None]
    secret_names: Mapped[list[str]] = mapped_column(Json)
    every_hours: Mapped[int | None]
    next_at: Mapped[datetime | None]
    sync: Mapped[int]
    """The number of the latest sync, from 1."""
    status: Mapped[str]
    """A `SyncStatus`: of the latest sync."""
    allow_empty: Mapped[bool]
    """Whether this sync may remove nearly everything."""
    removed: Mapped[int]
    """Documents that this sync removed; the other counts are those of the items."""
    note: Mapped[str | None]
    error: Mapped[str | None]
    error_code: Mapped[str | None]
    claim: Mapped[int]
    """Counts how often a worker took the source up. Only the last to do so may write."""
    lost_claims: Mapped[int]
    """How many workers in a row ended without a word before they got anywhere."""
    failed_tries: Mapped[int]
    """How many tries in a row failed, for a reason that may pass, before they got anywhere."""
    ordered_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]
    deleted_at: Mapped[datetime | None]


class SourceItemRow(Table):
    """What is remembered of an item, and the document that was made of it."""

    __tablename__ = "source_items"
    __table_args__ = (
        Index("uq_source_items_source_id_key", "source_id", "key", unique=True),
        Index("ix_source_items_source_id_id", "source_id", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    """A ULID: items are listed in the order in which they were met."""
    tenant: Mapped[str]
    source_id: Mapped[str] = mapped_column(ForeignKey("sources.id"))
    key: Mapped[str]
    """The SHA-256 of `item_id`, which may be longer than an index takes."""
    item_id: Mapped[str]
    name: Mapped[str]
    facts: Mapped[str]
    """A digest of name and metadata as the source gave them last."""
    version: Mapped[str]
    memo: Mapped[str]
    document_id: Mapped[str | None]
    """None when the item could never be fetched; the document may have been deleted meanwhile."""
    sync: Mapped[int]
    """The number of the sync that met it last."""
    outcome: Mapped[str]
    """An `ItemOutcome`: of that sync."""
    error: Mapped[str | None]
    error_code: Mapped[str | None]
    updated_at: Mapped[datetime]
