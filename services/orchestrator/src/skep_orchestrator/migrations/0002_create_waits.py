"""Waits of paused runs that end by themselves, and which run is part of which."""

import sqlalchemy as sa
from alembic import op

from skep_runtime.database import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "waits",
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("run_id", sa.String(64), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("until_at", UtcDateTime(), nullable=False),
        sa.Column("due_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("run_id", "place", name="pk_waits"),
    )
    op.create_index("ix_waits_due_at", "waits", ["due_at"])
    op.create_table(
        "child_runs",
        sa.Column("tenant", sa.String(64), nullable=False),
        sa.Column("run_id", sa.String(64), nullable=False),
        sa.Column("parent_run_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("run_id", name="pk_child_runs"),
    )
    op.create_index("ix_child_runs_parent_run_id", "child_runs", ["parent_run_id"])
