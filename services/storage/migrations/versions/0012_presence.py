"""Presence: which pages of recordings are open, and whose."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.storage.tables import UtcDateTime

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    """Add the table; it is empty."""
    op.create_table(
        "presence",
        sa.Column("page", sa.String(length=36), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("seen_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("page", name=op.f("pk_presence")),
    )
    op.create_index(op.f("ix_presence_recording_id"), "presence", ["recording_id"])
