"""Authors: hashes of the saved files of each author of a recording, and indexes of authors and undo stacks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    """Add the column and the indexes; no recording is saved that way yet."""
    op.add_column("recordings", sa.Column("output_authors", sa.JSON(none_as_null=True), nullable=True))
    op.create_index(op.f("ix_annotations_author"), "annotations", ["author"])
    op.create_index(op.f("ix_edits_recording_id_state_author"), "edits", ["recording_id", "state", "author"])
