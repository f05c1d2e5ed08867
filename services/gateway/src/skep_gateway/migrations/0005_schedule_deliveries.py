"""When a delivery is tried again, and since when it is what it is."""

import sqlalchemy as sa
from alembic import op

from skep_runtime.database import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    op.add_column("webhook_deliveries", sa.Column("next_try_at", UtcDateTime()))
    op.create_index(
        "ix_webhook_deliveries_webhook_id_next_try_at",
        "webhook_deliveries",
        ["webhook_id", "next_try_at"],
    )
    op.create_index("ix_webhook_deliveries_updated_at", "webhook_deliveries", ["updated_at"])
