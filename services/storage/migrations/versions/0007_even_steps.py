"""Whether the samples of a recording are evenly spaced; of recordings that are there it is not known."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column. The table is not copied: SQLite would forget the largest id that it gave."""
    op.add_column("recordings", sa.Column("even", sa.Boolean(), nullable=True))
