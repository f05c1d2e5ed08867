"""Tags that people sort their apps by."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    op.create_table(
        "app_tags",
        sa.Column("app_id", sa.String(64), nullable=False),
        sa.Column("tag", sa.String(40), nullable=False),
        sa.Column("tenant_id", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("app_id", "tag", name="pk_app_tags"),
        sa.ForeignKeyConstraint(
            ["app_id"], ["apps.id"], name="fk_app_tags_app_id", ondelete="CASCADE"
        ),
    )
    op.create_index("ix_app_tags_tenant_id_tag", "app_tags", ["tenant_id", "tag"])
    op.create_index("ix_apps_tenant_id_updated_at", "apps", ["tenant_id", "updated_at"])
