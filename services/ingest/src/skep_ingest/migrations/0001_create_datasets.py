"""Datasets, their documents, and the outbox."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

Instant = sa.DateTime(timezone=True)
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Whole = sa.BigInteger()


def upgrade() -> None:
    _create_datasets()
    _create_documents()
    op.create_table(
        "outbox",
        sa.Column("seq", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("envelope", sa.LargeBinary(), nullable=False),
    )


def _create_datasets() -> None:
    op.create_table(
        "datasets",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("embedding_model", sa.Text(), nullable=False),
        sa.Column("dimensions", Whole, nullable=False),
        sa.Column("store", sa.Text(), nullable=False),
        sa.Column("generation", Whole, nullable=False),
        sa.Column("chunker", sa.Text(), nullable=False),
        sa.Column("chunk_spec", Json, nullable=False),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("deleted_at", Instant),
    )
    op.create_index(
        "uq_datasets_tenant_name",
        "datasets",
        ["tenant", "name"],
        unique=True,
        sqlite_where=sa.text("deleted_at IS NULL"),
        postgresql_where=sa.text("deleted_at IS NULL"),
    )
    op.create_index("ix_datasets_tenant_id", "datasets", ["tenant", "id"])


def _create_documents() -> None:
    op.create_table(
        "documents",
        sa.Column("id", sa.Text(), primary_key=True),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column(
            "dataset_id",
            sa.Text(),
            sa.ForeignKey("datasets.id", name="fk_documents_dataset_id"),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("mime_type", sa.Text(), nullable=False),
        sa.Column("size_bytes", Whole, nullable=False),
        sa.Column("content_hash", sa.Text(), nullable=False),
        sa.Column("metadata", Json, nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("version", Whole, nullable=False),
        sa.Column("ready_version", Whole),
        sa.Column("ready_chunks", Whole, nullable=False),
        sa.Column("claim", Whole, nullable=False),
        sa.Column("lost_claims", Whole, nullable=False),
        sa.Column("failed_tries", Whole, nullable=False),
        sa.Column("chunks_done", Whole, nullable=False),
        sa.Column("chunks_total", Whole),
        sa.Column("done_digest", sa.Text()),
        sa.Column("error", sa.Text()),
        sa.Column("error_code", sa.Text()),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("ordered_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
    )
    op.create_index(
        "uq_documents_dataset_id_name",
        "documents",
        ["dataset_id", "name"],
        unique=True,
        sqlite_where=sa.text("status <> 'deleting'"),
        postgresql_where=sa.text("status <> 'deleting'"),
    )
    op.create_index("ix_documents_dataset_id_id", "documents", ["dataset_id", "id"])
