"""Pages of published apps."""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"


def upgrade() -> None:
    op.create_table(
        "sites",
        sa.Column("app_id", sa.String(64), nullable=False),
        sa.Column("tenant_id", sa.String(64), nullable=False),
        sa.Column("slug", sa.String(64), nullable=False),
        sa.Column("is_open", sa.Boolean(), nullable=False),
        sa.Column("look", sa.JSON(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("app_id", name="pk_sites"),
        sa.UniqueConstraint("slug", name="uq_sites_slug"),
        sa.ForeignKeyConstraint(
            ["app_id"], ["apps.id"], name="fk_sites_app_id", ondelete="CASCADE"
        ),
    )
