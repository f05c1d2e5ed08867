"""Who may know of restricted datasets."""

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    op.create_table(
        "dataset_readers",
        sa.Column("tenant_id", sa.String(64), nullable=False),
        sa.Column("dataset_id", sa.String(64), nullable=False),
        sa.Column("reader_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("tenant_id", "dataset_id", "reader_id", name="pk_dataset_readers"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_dataset_readers_tenant_id"),
    )
