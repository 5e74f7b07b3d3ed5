"""The edit that made a label class: undoing it deletes the class, if nothing else uses it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"


def upgrade() -> None:
    """Add the column; of the classes there are, no edit is known."""
    op.add_column("label_classes", sa.Column("made_by", sa.String(36), nullable=True))
