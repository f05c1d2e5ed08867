"""Words that people sort datasets by."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "dataset_tags",
        sa.Column(
            "dataset_id",
            sa.Text(),
            sa.ForeignKey("datasets.id", name="fk_dataset_tags_dataset_id"),
            primary_key=True,
        ),
        sa.Column("tag", sa.Text(), primary_key=True),
        sa.Column("tenant", sa.Text(), nullable=False),
    )
    op.create_index("ix_dataset_tags_tenant_tag", "dataset_tags", ["tenant", "tag"])
