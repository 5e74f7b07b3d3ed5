"""The label JSON next to a saved label CSV, and the revision of the last edit that changed what Save writes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    """Add the columns. Of earlier edits it is not known which changed accepted labels: all of them count.

    The table is not copied: SQLite would forget the largest id that it gave.
    """
    op.add_column("recordings", sa.Column("output_json_sha256", sa.String(length=64), nullable=True))
    labels_revision = sa.Column("labels_revision", sa.Integer(), nullable=False, server_default="0")
    op.add_column("recordings", labels_revision)
    op.execute("UPDATE recordings SET labels_revision = revision")
