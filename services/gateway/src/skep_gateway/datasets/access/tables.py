"""The table of readers."""

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from skep_runtime.database import Table


class DatasetReaderRow(Table):
    """Somebody who may know of a restricted dataset; one with an empty id stands for nobody."""

    __tablename__ = "dataset_readers"

    tenant_id: Mapped[str] = mapped_column(ForeignKey("tenants.id"), primary_key=True)
    dataset_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    reader_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    """Of a member or an API key."""
