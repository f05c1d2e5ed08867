"""Documents that wait for their tenant's turn; those from before have their orders already."""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"

_WAITING = sa.text("NOT ordered AND status = 'queued'")
_UNDER_WAY = sa.text("ordered AND status IN ('queued', 'parsing', 'indexing')")


def upgrade() -> None:
    with op.batch_alter_table("documents") as documents:
        documents.add_column(
            sa.Column("ordered", sa.Boolean(), nullable=False, server_default=sa.true())
        )
        documents.add_column(
            sa.Column("bulk", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    op.create_index(
        "ix_documents_waiting",
        "documents",
        ["tenant", "bulk", "ordered_at", "id"],
        sqlite_where=_WAITING,
        postgresql_where=_WAITING,
    )
    op.create_index(
        "ix_documents_under_way",
        "documents",
        ["tenant"],
        sqlite_where=_UNDER_WAY,
        postgresql_where=_UNDER_WAY,
    )
