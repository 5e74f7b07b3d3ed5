"""Models, their runs, and decisions about their suggestions."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

from services.storage.tables import UtcDateTime

revision = "0003"
down_revision = "0002"

LIVE = sa.text("deleted_at IS NULL")


def upgrade() -> None:
    """Add tables and columns; no existing label is a suggestion."""
    op.create_table(
        "models",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("name", sa.String(length=30), nullable=False),
        sa.Column("short_description", sa.String(length=30), nullable=False),
        sa.Column("remarks", sa.String(length=300), nullable=False),
        sa.Column("file", sa.Text(), nullable=False),
        sa.Column("sha256", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.BigInteger(), nullable=False),
        sa.Column("info", sa.JSON(), nullable=False),
        sa.Column("classes", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("origin", sa.String(length=16), nullable=False),
        sa.Column("recipe", sa.JSON(none_as_null=True), nullable=True),
        sa.Column("lineage", sa.String(length=36), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("author", sa.Text(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.Column("deleted_at", UtcDateTime(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_models")),
    )
    op.create_index(
        "uq_models_name_live", "models", ["name"], unique=True, sqlite_where=LIVE, postgresql_where=LIVE
    )
    op.create_index(op.f("ix_models_lineage_version"), "models", ["lineage", "version"])
    op.create_table(
        "runs",
        sa.Column("id", sa.String(length=36), nullable=False),
        sa.Column("recording_id", sa.Integer(), nullable=False),
        sa.Column("model", sa.String(length=36), nullable=False),
        sa.Column("model_sha256", sa.String(length=64), nullable=False),
        sa.Column("store_key", sa.String(length=100), nullable=False),
        sa.Column("options", sa.JSON(), nullable=False),
        sa.Column("suggestions", sa.Integer(), nullable=False),
        sa.Column("created_at", UtcDateTime(), nullable=False),
        sa.ForeignKeyConstraint(["recording_id"], ["recordings.id"], name=op.f("fk_runs_recording_id")),
        sa.ForeignKeyConstraint(["model"], ["models.id"], name=op.f("fk_runs_model")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_runs")),
    )
    op.create_index(op.f("ix_runs_recording_id_created_at"), "runs", ["recording_id", "created_at"])
    op.create_index(op.f("ix_runs_model"), "runs", ["model"])
    with op.batch_alter_table("annotations") as table:
        table.add_column(sa.Column("model_sha256", sa.String(length=64), nullable=True))
        table.add_column(sa.Column("run", sa.String(length=36), nullable=True))
        table.add_column(sa.Column("decision", sa.String(length=16), nullable=True))
        table.add_column(sa.Column("decided_by", sa.Text(), nullable=True))
        table.add_column(sa.Column("decided_at", UtcDateTime(), nullable=True))
        table.alter_column("model", existing_type=sa.Text(), type_=sa.String(length=36))
    op.create_index(
        op.f("ix_annotations_model_status_decision"), "annotations", ["model", "status", "decision"]
    )
