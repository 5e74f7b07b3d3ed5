"""Database tables of the working state, in SQLAlchemy Core; docs/working-state.md describes them.

``migrations/`` creates them; a test compares the two.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    Float,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
    text,
)

from services.storage.paths import twin_key

FIRST_LABEL_SET = 1  # created by the migration; the default of every folder


class UtcDateTime(TypeDecorator[datetime]):
    """A UTC instant: timezone-aware in Python, UTC in the database (SQLite stores no zone)."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Convert to UTC."""
        return None if value is None else value.astimezone(UTC)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> datetime | None:
        """Add the zone."""
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

recordings = Table(
    "recordings",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("path", Text, nullable=False),
    Column(  # case-folded path, unique on case-insensitive file systems
        "place",
        Text,
        nullable=False,
        default=lambda context: twin_key(context.get_current_parameters()["path"]),
        index=True,
    ),
    Column("sha256", String(64), nullable=False, index=True),
    Column("store_key", String(100), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("rows", BigInteger, nullable=False),
    Column("time_kind", String(16), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("revision", Integer, nullable=False, default=0),
    Column("saved_revision", Integer, nullable=False, default=0),
    Column("saved_at", UtcDateTime),
    Column("saved_labels", Integer),
    Column("output_sha256", String(64)),  # of the saved label CSV
    Column(
        "output_json_sha256", String(64)
    ),  # of the label JSON next to it; NULL: saved before label JSONs existed
    Column("output_authors", JSON(none_as_null=True)),  # [{author, csv, json}] of one file per author; hashes
    Column(  # revision of the last edit that changed what Save writes
        "labels_revision", Integer, nullable=False, default=0, server_default="0"
    ),
    Column("reading", JSON(none_as_null=True)),  # the user's choices about reading the file; NULL: none
    Column("done_at", UtcDateTime),  # when a user marked it as labelled
    Column("assigned", JSON(none_as_null=True)),  # names of assigned users; NULL: none
    Column("deleted_at", UtcDateTime),  # in the trash since then: hidden, restorable with its labels
    Column(
        "changed", BigInteger, nullable=False, default=0, index=True
    ),  # rises with every change of any row
    Column("seconds", Float),  # from the first sample to the last; NULL: not in units of time
    Column("even", Boolean),  # samples are evenly spaced; NULL: unknown
    Index(
        "uq_recordings_path_live",
        "path",
        unique=True,
        sqlite_where=text("deleted_at IS NULL"),
        postgresql_where=text("deleted_at IS NULL"),
    ),
    sqlite_autoincrement=True,  # ids of deleted recordings are not reused, so that links stay valid
)

label_sets = Table(
    "label_sets",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String(100), nullable=False),
    Column("position", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("deleted_at", UtcDateTime),  # hidden since then; restored with a class of the set
    UniqueConstraint("name"),
    sqlite_autoincrement=True,
)

folder_label_sets = Table(  # active set of a folder and of its sub-folders without an own choice
    "folder_label_sets",
    metadata,
    Column("folder", Text, primary_key=True),  # "" is the root
    Column("label_set_id", ForeignKey("label_sets.id"), nullable=False),
)

label_classes = Table(
    "label_classes",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("label_set_id", ForeignKey("label_sets.id"), nullable=False, default=FIRST_LABEL_SET),
    Column("name", String(100), nullable=False),
    Column("color", String(64), nullable=False),
    Column("hotkey", String(1)),
    Column("model_index", Integer),
    Column("position", Integer, nullable=False),
    Column("exclusive", Boolean, nullable=False, default=False),  # a new label of it trims labels underneath
    Column("deleted_at", UtcDateTime),  # hidden since then; restored when an undo restores a label of it
    Column("made_by", String(36)),  # uuid of the edit that made it, until the class itself is changed
    UniqueConstraint("label_set_id", "name"),
    sqlite_autoincrement=True,
)

annotation_table = Table(  # “annotations” would shadow the __future__ import
    "annotations",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("recording_id", ForeignKey("recordings.id"), nullable=False),
    Column("start_index", BigInteger, nullable=False),
    Column("end_index", BigInteger, nullable=False),
    Column("label_class_id", ForeignKey("label_classes.id"), nullable=False),
    Column("channels", JSON(none_as_null=True)),
    Column("source", String(16), nullable=False),
    Column("model", String(36)),  # source of a suggestion: model id, SHA-256 of its bytes, run
    Column("model_sha256", String(64)),
    Column("run", String(36)),
    Column("score", Float),
    Column("status", String(16), nullable=False),
    Column("note", Text, nullable=False),
    Column("author", Text, nullable=False, index=True),
    Column("created_at", UtcDateTime, nullable=False),
    Column("edited_at", UtcDateTime, nullable=False),
    Column("decision", String(16)),  # decision about a suggestion: accepted, edited, rejected
    Column("decided_by", Text),
    Column("decided_at", UtcDateTime),
    Column("settled_by", Text),  # user who settled a disagreement of authors; the outcome is in ``status``
    Column("settled_at", UtcDateTime),
    Index(None, "recording_id", "start_index"),
    Index(None, "label_class_id", "recording_id"),  # usage of a class
    Index(None, "recording_id", "status", "label_class_id"),  # covers the counts of labels
    Index(None, "model", "status", "decision"),  # for the counts of a model's suggestions
)

START_ORDER = tuple(
    annotation_table.c[name] for name in ("start_index", "end_index", "created_at", "id")
)  # of Save

kept_labels = Table(  # labels that a user kept although their neighbours carry another class
    "kept_labels",
    metadata,
    Column(
        "id", String(36), primary_key=True
    ),  # of the label; no reference: an undo may remove and restore it
    Column("recording_id", ForeignKey("recordings.id"), nullable=False, index=True),
    Column("start_index", BigInteger, nullable=False),  # place and class when it was kept
    Column("end_index", BigInteger, nullable=False),
    Column("label_class_id", Integer, nullable=False),
    Column("author", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
)

edits = Table(
    "edits",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("uuid", String(36), nullable=False),
    Column("recording_id", ForeignKey("recordings.id"), nullable=False),
    Column("revision", Integer, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("summary", Text, nullable=False),
    Column("before", JSON, nullable=False),
    Column("after", JSON, nullable=False),
    Column("state", String(16), nullable=False),
    Column("undoes", ForeignKey("edits.id")),
    Column("author", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    UniqueConstraint("uuid"),
    UniqueConstraint("recording_id", "revision"),
    Index(None, "recording_id", "state"),
    Index(None, "recording_id", "state", "author"),  # the undo stack of an author
    sqlite_autoincrement=True,
)

jobs = Table(
    "jobs",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("arguments", JSON, nullable=False),
    Column("recording_id", ForeignKey("recordings.id")),
    Column("owner", Text, nullable=False),
    Column("state", String(16), nullable=False, index=True),
    Column("progress", Float, nullable=False),
    Column("message", Text, nullable=False),
    Column("result", JSON(none_as_null=True)),
    Column("error", Text),
    Column("pid", Integer),
    Column("pid_created", Float),
    Column("worker", Integer),  # process id of the worker; pid is the server process, NULL for a remote queue
    Column("heard_at", UtcDateTime),  # last heartbeat of the worker
    Column("created_at", UtcDateTime, nullable=False),
    Column("started_at", UtcDateTime),
    Column("finished_at", UtcDateTime),
)

models = Table(  # checkpoints, with their users' descriptions
    "models",
    metadata,
    Column("id", String(36), primary_key=True),
    Column("name", String(30), nullable=False),
    Column("short_description", String(30), nullable=False),
    Column("remarks", String(300), nullable=False),
    Column("file", Text, nullable=False),  # file name in the folder of models
    Column("sha256", String(64), nullable=False),
    Column("size_bytes", BigInteger, nullable=False),
    Column("info", JSON, nullable=False),  # services.torch_models.model.ModelInfo
    Column("classes", JSON(none_as_null=True)),  # index, name, color, skip as the user set them; NULL: none
    Column("origin", String(16), nullable=False),  # upload, list (found in the folder), trained
    Column("recipe", JSON(none_as_null=True)),  # of a trained model: how to train it again
    Column("lineage", String(36), nullable=False),  # id of the first version, shared by all versions
    Column("version", Integer, nullable=False),
    Column("author", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("deleted_at", UtcDateTime),  # the row is kept, because suggestions refer to it
    Index(
        "uq_models_name_live",
        "name",
        unique=True,
        sqlite_where=text("deleted_at IS NULL"),
        postgresql_where=text("deleted_at IS NULL"),
    ),
    Index(None, "lineage", "version"),
)

runs = Table(  # one run of a model over one recording
    "runs",
    metadata,
    Column("id", String(36), primary_key=True),  # id of its job
    Column("recording_id", ForeignKey("recordings.id"), nullable=False),
    Column("model", ForeignKey("models.id"), nullable=False),
    Column("model_sha256", String(64), nullable=False),
    Column("store_key", String(100), nullable=False),  # reading of the file whose rows it refers to
    Column("options", JSON, nullable=False),
    Column("suggestions", Integer, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index(None, "recording_id", "created_at"),
    Index(None, "model"),
)

preferences = Table(  # user preferences: keys, table columns, views by file shape
    "preferences",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", JSON, nullable=False),
    Column("edited_at", UtcDateTime, nullable=False),
)

uploads = Table(  # files announced or sent by a browser; deleted when its list is cleared, or after a week
    "uploads",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("purpose", String(16), nullable=False),  # recording, labels, model
    Column("browser", String(36), nullable=False),  # sender; "": the program
    Column("page", String(36), nullable=False),  # id of one page load; only this page can send the bytes
    Column("batch", BigInteger, nullable=False),  # files chosen together; ascending
    Column("position", Integer, nullable=False),  # within the batch
    Column("path", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("state", String(16), nullable=False),
    Column("reason", Text, nullable=False),
    Column("place", Text, nullable=False),  # path of the new or existing recording
    Column("recording_id", Integer),  # no foreign key: it may be deleted
    Column("job", String(36)),  # the job that reads the file
    Column("sent", Boolean, nullable=False),  # all bytes were received
    Column("detail", JSON(none_as_null=True)),  # of label files: report and choices
    Column("changed_at", UtcDateTime, nullable=False),
    Index(None, "browser", "purpose", "state"),
)

users = Table(  # accounts of team mode; removed ones are kept, because labels carry their names
    "users",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Text, nullable=False),  # case-folded name, for comparison
    Column("name", Text, nullable=False),
    Column("password", Text, nullable=False),  # argon2id; empty once removed
    Column("role", String(16), nullable=False),  # annotator, reviewer, admin
    Column("created_at", UtcDateTime, nullable=False),
    Column("removed_at", UtcDateTime),
    UniqueConstraint("key"),
    sqlite_autoincrement=True,
)

sessions = Table(  # of logged-in browsers
    "sessions",
    metadata,
    Column("id", String(64), primary_key=True),  # SHA-256 of the key in the cookie
    Column("user_id", ForeignKey("users.id"), index=True),  # NULL: logged in with the token of the terminal
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

invites = Table(  # invitations to register; deleted when used
    "invites",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("role", String(16), nullable=False),
    Column("author", Text, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
)

presence = Table(  # open pages of recordings, with accounts
    "presence",
    metadata,
    Column("page", String(36), primary_key=True),  # one drawing of a page
    Column("recording_id", Integer, nullable=False, index=True),  # no foreign key: it may be deleted
    Column("name", Text, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
)
