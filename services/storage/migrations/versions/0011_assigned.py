"""Assignment: the people who are to label a recording."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"


def upgrade() -> None:
    """Add the column; no user is assigned."""
    op.add_column("recordings", sa.Column("assigned", sa.JSON(none_as_null=True), nullable=True))
