"""Label sets, exclusive classes, trash, done, reading options, preferences."""

from __future__ import annotations

from datetime import UTC, datetime

import sqlalchemy as sa
from alembic import op

from services.storage.paths import twin_key
from services.storage.tables import UtcDateTime

revision = "0002"
down_revision = "0001"

LIVE = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    """Add tables and columns; existing classes join the first set."""
    label_sets = op.create_table(
        "label_sets",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=100), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_label_sets")),
        sa.UniqueConstraint("name", name=op.f("uq_label_sets_name")),
        sqlite_autoincrement=True,
    )
    first = {"name": "Labels", "position": 1, "created_at": datetime.now(UTC)}
    op.bulk_insert(label_sets, [first])
    op.create_table(
        "folder_label_sets",
        sa.Column("folder", sa.Text(), nullable=False),
        sa.Column("label_set_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["label_set_id"], ["label_sets.id"], name=op.f("fk_folder_label_sets_label_set_id")
        ),
        sa.PrimaryKeyConstraint("folder", name=op.f("pk_folder_label_sets")),
    )
    op.create_table(
        "preferences",
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("value", sa.JSON(), nullable=False),
        sa.Column("edited_at", UtcDateTime(), nullable=False),
        sa.PrimaryKeyConstraint("name", name=op.f("pk_preferences")),
    )
    with op.batch_alter_table("label_classes", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("label_set_id", sa.Integer(), nullable=False, server_default="1"))
        table.add_column(sa.Column("exclusive", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(sa.Column("deleted_at", UtcDateTime(), nullable=True))
        table.create_foreign_key(
            op.f("fk_label_classes_label_set_id"), "label_sets", ["label_set_id"], ["id"]
        )
        table.drop_constraint("uq_label_classes_name", type_="unique")
        table.create_unique_constraint(op.f("uq_label_classes_label_set_id_name"), ["label_set_id", "name"])
    with op.batch_alter_table("label_classes", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column("label_set_id", server_default=None)
        table.alter_column("exclusive", server_default=None)
    op.drop_index(op.f("ix_annotations_label_class_id"), "annotations")
    op.create_index(
        op.f("ix_annotations_label_class_id_recording_id"), "annotations", ["label_class_id", "recording_id"]
    )
    with op.batch_alter_table("recordings", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.add_column(sa.Column("reading", sa.JSON(none_as_null=True), nullable=True))
        table.add_column(sa.Column("done_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("deleted_at", UtcDateTime(), nullable=True))
        table.add_column(sa.Column("changed", sa.BigInteger(), nullable=False, server_default="0"))
        table.add_column(sa.Column("seconds", sa.Float(), nullable=True))
        table.add_column(sa.Column("place", sa.Text(), nullable=False, server_default=""))
        table.drop_constraint("uq_recordings_path", type_="unique")
    op.create_index(
        "uq_recordings_path_live",
        "recordings",
        ["path"],
        unique=True,
        sqlite_where=LIVE,
        postgresql_where=LIVE,
    )
    with op.batch_alter_table("recordings", table_kwargs={"sqlite_autoincrement": True}) as table:
        table.alter_column("changed", server_default=None)
        table.alter_column("place", server_default=None)
    recordings = sa.table("recordings", sa.column("id"), sa.column("path"), sa.column("place"))
    for row in op.get_bind().execute(sa.select(recordings.c.id, recordings.c.path)).all():
        place = sa.update(recordings).where(recordings.c.id == row.id).values(place=twin_key(row.path))
        op.execute(place)
    op.create_index(op.f("ix_recordings_place"), "recordings", ["place"])
    op.create_index(op.f("ix_recordings_changed"), "recordings", ["changed"])
    op.drop_index(op.f("ix_annotations_recording_id_status"), "annotations")
    op.create_index(
        op.f("ix_annotations_recording_id_status_label_class_id"),
        "annotations",
        ["recording_id", "status", "label_class_id"],
    )
