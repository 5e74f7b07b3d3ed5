"""Settled disagreements: who settled the labels of a place, and when."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.storage.tables import UtcDateTime

revision = "0009"
down_revision = "0008"


def upgrade() -> None:
    """Add the columns; nothing is settled."""
    op.add_column("annotations", sa.Column("settled_by", sa.Text(), nullable=True))
    op.add_column("annotations", sa.Column("settled_at", UtcDateTime(), nullable=True))
