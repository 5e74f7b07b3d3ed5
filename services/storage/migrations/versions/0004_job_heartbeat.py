"""Worker of a job, and time of its last heartbeat."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.storage.tables import UtcDateTime

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the columns; workers of earlier versions ended with their program."""
    with op.batch_alter_table("jobs") as table:
        table.add_column(sa.Column("worker", sa.Integer(), nullable=True))
        table.add_column(sa.Column("heard_at", UtcDateTime(), nullable=True))
