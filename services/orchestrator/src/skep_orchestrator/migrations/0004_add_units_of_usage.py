"""What calls use besides tokens, and which answers cost nothing because they were kept."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    op.add_column("usage", sa.Column("audio_s", sa.Float(), nullable=False, server_default="0"))
    for name in ("characters", "images", "searches"):
        op.add_column("usage", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column(
        "usage",
        sa.Column("is_cache_hit", sa.Boolean(), nullable=False, server_default=sa.false()),
    )
