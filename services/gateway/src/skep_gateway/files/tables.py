"""The table of files."""

from datetime import datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from skep_runtime.database import Table


class FileRow(Table):
    """A stored file; its bytes are the tenant's blob of that key."""

    __tablename__ = "files"

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id"), index=True)
    name: Mapped[str]
    mime_type: Mapped[str]
    size_bytes: Mapped[int]
    blob: Mapped[str] = mapped_column(String(64))
    created_at: Mapped[datetime]
