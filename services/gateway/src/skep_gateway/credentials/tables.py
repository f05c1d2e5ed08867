"""Tables of credentials. The row is the truth; the bucket that other services read mirrors it."""

from datetime import datetime

from sqlalchemy import ForeignKey, LargeBinary, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from skep_runtime.database import Json, Table


class CredentialRow(Table):
    """A provider's credential. `sealed` is bound to the bucket's key; `hints` may be shown."""

    __tablename__ = "credentials"
    __table_args__ = (UniqueConstraint("tenant_id", "provider", "name"),)

    id: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id"), index=True)
    provider: Mapped[str] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))
    sealed: Mapped[bytes] = mapped_column(LargeBinary)
    hints: Mapped[dict[str, str]] = mapped_column(Json)
    created_at: Mapped[datetime]


class UnmirroredRow(Table):
    """A bucket key that may differ from its row; added with every change, in its transaction."""

    __tablename__ = "unmirrored_credentials"

    key: Mapped[str] = mapped_column(String(200), primary_key=True)
    credential_id: Mapped[str] = mapped_column(String(64))
