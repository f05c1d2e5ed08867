"""Of forks and replays, the run whose record serves them."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    op.add_column("runs", sa.Column("origin_run_id", sa.String(64), nullable=True))
    op.create_index(
        "ix_runs_tenant_origin_run_id_run_id", "runs", ["tenant", "origin_run_id", "run_id"]
    )
