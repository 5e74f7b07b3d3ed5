"""Uploads from browsers."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.storage.tables import UtcDateTime

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the empty table."""
    op.create_table(
        "uploads",
        sa.Column("key", sa.String(length=64), nullable=False),
        sa.Column("purpose", sa.String(length=16), nullable=False),
        sa.Column("browser", sa.String(length=36), nullable=False),
        sa.Column("page", sa.String(length=36), nullable=False),
        sa.Column("batch", sa.BigInteger(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=True),
        sa.Column("job", sa.String(length=36), nullable=True),
        sa.Column("sent", sa.Boolean(), nullable=False),
        sa.Column("detail", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("changed_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_uploads")),
    )
    op.create_index(op.f("ix_uploads_browser_purpose_state"), "uploads", ["browser", "purpose", "state"])
