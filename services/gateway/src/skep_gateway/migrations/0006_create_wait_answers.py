"""Answers to what runs wait for: the first one to each wait."""

import sqlalchemy as sa
from alembic import op

from skep_runtime.database import UtcDateTime

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.create_table(
        "wait_answers",
        sa.Column("tenant_id", sa.String(64), nullable=False),
        sa.Column("run_id", sa.String(64), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("answered_by", sa.String(64), nullable=False),
        sa.Column("answered_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "run_id", "place", "number", name="pk_wait_answers"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_wait_answers_tenant_id"),
    )
    op.create_index("ix_wait_answers_answered_at", "wait_answers", ["answered_at"])
