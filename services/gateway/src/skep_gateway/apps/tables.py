"""Tables of apps."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from skep_runtime.database import Table


class AppRow(Table):
    """An app. Name, mode, description and icon are those of its draft's document."""

    __tablename__ = "apps"
    __table_args__ = (UniqueConstraint("tenant_id", "name"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id"), index=True)
    name: Mapped[str] = mapped_column(String(200))
    mode: Mapped[str] = mapped_column(String(16))
    description: Mapped[str]
    icon: Mapped[str]
    draft_hash: Mapped[str] = mapped_column(String(64))
    published_hash: Mapped[str | None] = mapped_column(String(64))
    published_number: Mapped[int | None]
    published_at: Mapped[datetime | None]
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class AppTagRow(Table):
    """A word that people sort apps by. Not part of the document, so versions know nothing of it."""

    __tablename__ = "app_tags"

    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id", ondelete="CASCADE"), primary_key=True)
    tag: Mapped[str] = mapped_column(String(40), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64))


class DraftRow(Table):
    """The document people edit, encoded in the order they gave it."""

    __tablename__ = "drafts"

    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id", ondelete="CASCADE"), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    content: Mapped[bytes] = mapped_column(LargeBinary)
    saved_at: Mapped[datetime]


class VersionRow(Table):
    """A published document, canonical; it never changes. Numbers count up within an app."""

    __tablename__ = "app_versions"
    __table_args__ = (UniqueConstraint("app_id", "hash"),)

    app_id: Mapped[str] = mapped_column(ForeignKey("apps.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    tenant_id: Mapped[str] = mapped_column(String(64))
    hash: Mapped[str] = mapped_column(String(64))
    note: Mapped[str]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[datetime]
    created_by: Mapped[str] = mapped_column(String(64))
