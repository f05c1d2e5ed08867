"""Table of idempotency keys."""

from datetime import datetime

from sqlalchemy import LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from skep_runtime.database import Table, UtcDateTime


class IdempotencyRow(Table):
    """A key that a caller chose, and the answer it led to; `status` is null until then."""

    __tablename__ = "idempotency_keys"

    tenant_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    caller_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    key: Mapped[str] = mapped_column(String(255), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(64))
    seed: Mapped[str] = mapped_column(String(26))
    locked_until: Mapped[datetime] = mapped_column(UtcDateTime)
    status: Mapped[int | None]
    answer: Mapped[bytes | None] = mapped_column(LargeBinary)
    created_at: Mapped[datetime] = mapped_column(UtcDateTime, index=True)
