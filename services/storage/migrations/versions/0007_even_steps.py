"""Even spacing of the samples of a recording; unknown for existing recordings."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    """Add the column. The table is not copied: SQLite would lose the largest id it has assigned."""
    op.add_column("recordings", sa.Column("even", sa.Boolean(), nullable=True))
