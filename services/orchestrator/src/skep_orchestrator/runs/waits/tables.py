"""Tables of waits: those of paused runs that end by themselves."""

from datetime import datetime

from sqlalchemy import String
from sqlalchemy.orm import Mapped, mapped_column

from skep_runtime.database import Table


class WaitRow(Table):
    """One wait. `due_at` is put off by whoever orders the run to go on, until that is done."""

    __tablename__ = "waits"

    run_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    place: Mapped[str] = mapped_column(primary_key=True)
    tenant: Mapped[str] = mapped_column(String(64))
    until_at: Mapped[datetime]
    due_at: Mapped[datetime] = mapped_column(index=True)


class ChildRunRow(Table):
    """A run that is a step of another one."""

    __tablename__ = "child_runs"

    run_id: Mapped[str] = mapped_column(String(64), primary_key=True)
    tenant: Mapped[str] = mapped_column(String(64))
    parent_run_id: Mapped[str] = mapped_column(String(64), index=True)
