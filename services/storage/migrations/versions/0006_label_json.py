"""Label JSON files, and the revision of the last edit that changed saved labels."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns. Earlier edits do not record whether they changed accepted labels, so all of them count.

    The table is not copied: SQLite would lose the largest id it has assigned.
    """
    op.add_column("recordings", sa.Column("output_json_sha256", sa.String(length=64), nullable=True))
    labels_revision = sa.Column("labels_revision", sa.Integer(), nullable=False, server_default="0")
    op.add_column("recordings", labels_revision)
    op.execute("UPDATE recordings SET labels_revision = revision")
