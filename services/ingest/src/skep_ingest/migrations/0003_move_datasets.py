"""Datasets on their way to another store or model, and what a move left behind."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    with op.batch_alter_table("datasets") as datasets:
        datasets.add_column(sa.Column("move", sa.JSON()))
        datasets.add_column(sa.Column("left_behind", sa.JSON()))
