"""Apps, drafts, versions."""

import sqlalchemy as sa
from alembic import op

from skep_runtime.database import UtcDateTime

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    op.create_table(
        "apps",
        sa.Column("id", sa.String(64)),
        sa.Column("tenant_id", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("mode", sa.String(16), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("icon", sa.Text(), nullable=False),
        sa.Column("draft_hash", sa.String(64), nullable=False),
        sa.Column("published_hash", sa.String(64)),
        sa.Column("published_number", sa.BigInteger()),
        sa.Column("published_at", UtcDateTime()),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("updated_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_apps"),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenants.id"], name="fk_apps_tenant_id"),
        sa.UniqueConstraint("tenant_id", "name", name="uq_apps_tenant_id_name"),
    )
    op.create_index("ix_apps_tenant_id", "apps", ["tenant_id"])
    op.create_table(
        "drafts",
        sa.Column("app_id", sa.String(64), nullable=False),
        sa.Column("tenant_id", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("saved_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("app_id", name="pk_drafts"),
        sa.ForeignKeyConstraint(
            ["app_id"], ["apps.id"], name="fk_drafts_app_id", ondelete="CASCADE"
        ),
    )
    op.create_table(
        "app_versions",
        sa.Column("app_id", sa.String(64), nullable=False),
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("tenant_id", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("created_by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("app_id", "number", name="pk_app_versions"),
        sa.ForeignKeyConstraint(
            ["app_id"], ["apps.id"], name="fk_app_versions_app_id", ondelete="CASCADE"
        ),
        sa.UniqueConstraint("app_id", "hash", name="uq_app_versions_app_id_hash"),
    )
