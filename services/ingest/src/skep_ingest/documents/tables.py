"""The table of documents."""

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ForeignKey, Index, text
from sqlalchemy.orm import Mapped, mapped_column

from skep_runtime.database import Table

IS_WAITING: Final = "NOT documents.ordered AND documents.status = 'queued'"
IS_UNDER_WAY: Final = "documents.ordered AND documents.status IN ('queued', 'parsing', 'indexing')"
"""As the partial indexes have them, or SQLite does not use these."""
_IS_ALIVE = text("status <> 'deleting'")


class DocumentRow(Table):
    """A document: its newest content, how far that is indexed, and what is served meanwhile."""

    __tablename__ = "documents"
    __table_args__ = (
        Index(
            "uq_documents_dataset_id_name",
            "dataset_id",
            "name",
            unique=True,
            sqlite_where=_IS_ALIVE,
            postgresql_where=_IS_ALIVE,
        ),
        Index("ix_documents_dataset_id_id", "dataset_id", "id"),
    )

    id: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str]
    dataset_id: Mapped[str] = mapped_column(ForeignKey("datasets.id"))
    name: Mapped[str]
    mime_type: Mapped[str]
    size_bytes: Mapped[int]
    content_hash: Mapped[str]
    """The key of the blob that holds the newest content."""
    fields: Mapped[dict[str, Any]] = mapped_column("metadata")
    """What the user said about it."""
    status: Mapped[str]
    """A `DocumentStatus`: of the newest content."""
    version: Mapped[int]
    """Of the newest content, counted from 1."""
    ready_version: Mapped[int | None]
    """The version that was ready last; it is served until a newer one is."""
    ready_chunks: Mapped[int]
    """How many chunks the ready version has."""
    claim: Mapped[int]
    """Counts how often a worker took the document up. Only the last to do so may write."""
    lost_claims: Mapped[int]
    """How many workers in a row ended without a word before they stored anything."""
    failed_tries: Mapped[int]
    """How many tries in a row failed, for a reason that may pass, before they stored anything."""
    chunks_done: Mapped[int]
    chunks_total: Mapped[int | None]
    done_digest: Mapped[str | None]
    """Hash of the texts of the chunks that are done: whether a later parse agrees so far."""
    error: Mapped[str | None]
    error_code: Mapped[str | None]
    note: Mapped[str | None]
    """What was left out of the ready version."""
    enabled: Mapped[bool]
    """Whether it is found."""
    archived: Mapped[bool]
    """Neither found nor changed."""
    next_seq: Mapped[int | None]
    """The position of the next chunk that is written by hand; None before there was one."""
    ordered: Mapped[bool] = mapped_column(default=False)
    """Whether an order for its newest content was given; else it waits for its tenant's turn."""
    bulk: Mapped[bool] = mapped_column(default=False)
    """Whether it is done anew with many others, and waits behind what somebody added."""
    created_at: Mapped[datetime]
    ordered_at: Mapped[datetime]
    updated_at: Mapped[datetime]
