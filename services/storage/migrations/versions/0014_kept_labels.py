"""Kept labels: labels that a user kept although their neighbours carry another class."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    """Add the table."""
    op.create_table(
        "kept_labels",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("start_index", sa.BigInteger(), nullable=False),
        sa.Column("end_index", sa.BigInteger(), nullable=False),
        sa.Column("label_class_id", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["recording_id"], ["recordings.id"], name=op.f("fk_kept_labels_recording_id_recordings")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_kept_labels")),
    )
    op.create_index(op.f("ix_kept_labels_recording_id"), "kept_labels", ["recording_id"])
