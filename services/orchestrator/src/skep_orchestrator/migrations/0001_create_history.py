"""Runs, conversations with their turns, and the ledger."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "0001"
down_revision = None

Instant = sa.DateTime(timezone=True)
Json = sa.JSON().with_variant(postgresql.JSONB(), "postgresql")
Whole = sa.BigInteger()


def upgrade() -> None:
    _create_runs()
    _create_conversations()
    _create_usage()


def _create_runs() -> None:
    op.create_table(
        "runs",
        sa.Column("run_id", sa.Text(), primary_key=True),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("last_event", Whole, nullable=False),
        sa.Column("app_id", sa.Text(), nullable=False),
        sa.Column("version", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("started_at", Instant, nullable=False),
        sa.Column("ended_at", Instant),
        sa.Column("elapsed_s", sa.Float()),
        sa.Column("input_tokens", Whole, nullable=False),
        sa.Column("output_tokens", Whole, nullable=False),
        sa.Column("cost_usd", sa.Float()),
        sa.Column("nodes_done", Whole, nullable=False),
        sa.Column("repeated_effects", Whole, nullable=False),
        sa.Column("problem", Json),
        sa.Column("conversation_id", sa.Text()),
        sa.Column("is_draft", sa.Boolean(), nullable=False),
        sa.Column("via", sa.Text(), nullable=False),
        sa.Column("end_user", sa.Text()),
    )
    op.create_index("ix_runs_tenant_run_id", "runs", ["tenant", "run_id"])
    op.create_index("ix_runs_tenant_app_id_run_id", "runs", ["tenant", "app_id", "run_id"])
    op.create_index(
        "ix_runs_tenant_conversation_id_run_id", "runs", ["tenant", "conversation_id", "run_id"]
    )


def _create_conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("conversation_id", sa.Text(), primary_key=True),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("app_id", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("end_user", sa.Text()),
        sa.Column("created_at", Instant, nullable=False),
        sa.Column("updated_at", Instant, nullable=False),
        sa.Column("variables", Json, nullable=False),
    )
    op.create_index(
        "ix_conversations_tenant_app_id_updated_at",
        "conversations",
        ["tenant", "app_id", "updated_at"],
    )
    op.create_table(
        "turns",
        sa.Column("run_id", sa.Text(), primary_key=True),
        sa.Column("tenant", sa.Text(), nullable=False),
        sa.Column("conversation_id", sa.Text(), nullable=False),
        sa.Column("query", sa.Text(), nullable=False),
        sa.Column("answer", sa.Text(), nullable=False),
        sa.Column("status", sa.Text(), nullable=False),
        sa.Column("created_at", Instant, nullable=False),
    )
    op.create_index(
        "ix_turns_tenant_conversation_id_run_id", "turns", ["tenant", "conversation_id", "run_id"]
    )


def _create_usage() -> None:
    op.create_table(
        "usage",
        sa.Column("entry_id", sa.Text(), primary_key=True),
        sa.Column("tenant", sa.Text(), primary_key=True),
        sa.Column("hour", Instant, nullable=False),
        sa.Column("provider", sa.Text(), nullable=False),
        sa.Column("model", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("outcome", sa.Text(), nullable=False),
        sa.Column("input_tokens", Whole, nullable=False),
        sa.Column("output_tokens", Whole, nullable=False),
        sa.Column("cached_input_tokens", Whole, nullable=False),
        sa.Column("is_estimated", sa.Boolean(), nullable=False),
        sa.Column("cost_usd", sa.Float()),
        sa.Column("elapsed_s", sa.Float(), nullable=False),
        sa.Column("credential_id", sa.Text()),
        sa.Column("run_id", sa.Text()),
        sa.Column("node", sa.Text()),
        sa.Column("app_id", sa.Text()),
        sa.Column("dataset_id", sa.Text()),
    )
    op.create_index("ix_usage_tenant_hour", "usage", ["tenant", "hour"])
