"""Sources of datasets, and what is remembered of their items."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0006"
down_revision = "0005"

Instant = sa.DateTime(timezone=True)
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Whole = sa.BigInteger()


def upgrade() -> None:
    _create_sources()
    _create_source_items()


def _create_sources() -> None:
    op.create_table(
        "sources",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column(
            "dataset_id",
            sa.Text(),
            sa.ForeignKey("datasets.id", name="fk_sources_dataset_id"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("settings", Json, nullable=False),
        sa.Column("sealed_secrets", sa.LargeBinary()),
        sa.Column("secret_names", Json, nullable=False),
        sa.Column("every_hours", Whole),
        sa.Column("next_at", Instant),
        sa.Column("sync", Whole, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("allow_empty", sa.Boolean(), nullable=False),
        sa.Column("removed", Whole, nullable=False),
        sa.Column("note", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("error_code", sa.Text()),
        sa.Column("claim", Whole, nullable=False),
        sa.Column("lost_claims", Whole, nullable=False),
        sa.Column("failed_tries", Whole, nullable=False),
        sa.Column("ordered_at", Instant, nullable=False),
        sa.Column("ended_at", Instant),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("deleted_at", Instant),
    )
    op.create_index(
        "uq_sources_dataset_id_name",
        "sources",
        ["dataset_id", "name"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("ix_sources_next_at", "sources", ["next_at"])


def _create_source_items() -> None:
    op.create_table(
        "source_items",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column(
            "source_id",
            sa.Text(),
            sa.ForeignKey("sources.id", name="fk_source_items_source_id"),
            nullable=False,
        ),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("item_id", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("facts", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("memo", sa.Text(), nullable=False),
        sa.Column("document_id", sa.Text()),
        sa.Column("sync", Whole, nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("error", sa.Text()),
        sa.Column("error_code", sa.Text()),
        sa.Column("updated_at", Instant, nullable=False),
    )
    op.create_index(
        "uq_source_items_source_id_key", "source_items", ["source_id", "key"], unique=True
    )
    op.create_index("ix_source_items_source_id_id", "source_items", ["source_id", "id"])
