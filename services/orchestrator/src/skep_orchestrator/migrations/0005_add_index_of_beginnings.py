"""Finds the runs that began in a span of time, for sums over them."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.create_index("ix_runs_tenant_started_at", "runs", ["tenant", "started_at"])
