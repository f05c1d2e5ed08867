"""The table of the audit log."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from skep_runtime.database import Json, Table, UtcDateTime


class AuditRow(Table):
    """Something that somebody changed. `actor_name` is what they were called on that day."""

    __tablename__ = "audit_records"
    __table_args__ = (Index("ix_audit_records_tenant_id_id", "tenant_id", "id"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id"))
    at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
    actor_kind: Mapped[str] = mapped_column(String(16))
    actor_id: Mapped[str] = mapped_column(String(64))
    actor_name: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(100))
    target: Mapped[dict[str, str]] = mapped_column(Json)
    address: Mapped[str] = mapped_column(String(64))
