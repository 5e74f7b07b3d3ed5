"""Commands: what the browser asks to be done to the labels of a recording, checked and turned into edits."""

from __future__ import annotations

from datetime import UTC, datetime
from math import isfinite, nan
from typing import Any
from uuid import UUID

from sqlalchemy import Connection, select

from services import edits
from services.edits import CHUNK, Edit
from services.errors import Invalid
from services.label_classes import LabelClasses
from services.paths import quoted
from services.tables import annotation_table
from services.timeseries import Store

Command = dict[str, Any]
SOURCES = frozenset({"manual", "model", "rule", "similar", "import"})
KINDS = ("add", "delete", "undo", "redo")
MOST_IDS = 1_000_000


def check(command: Any) -> None:
    """See that ``command`` is one at all.

    Raises:
        Invalid: it is not.
    """
    if not isinstance(command, dict):
        raise Invalid("A command must have names and values.")
    clean_uuid(command.get("uuid"))
    if command.get("kind") not in KINDS:
        raise Invalid(f"There is no command {quoted(str(command.get('kind')))}.")


def run(
    connection: Connection, recording: int, store: Store, classes: LabelClasses, command: Command, author: str
) -> None:
    """Apply a checked command in the caller's transaction; one whose uuid was applied before does nothing.

    Raises:
        Invalid: the command makes no sense (any more); nothing was changed.
        NotFound: there is no such recording.
    """
    uuid = clean_uuid(command.get("uuid"))
    edits.lock(connection, recording)
    if edits.known(connection, recording, uuid):
        return
    kind = command["kind"]
    if kind == "undo":
        edits.undo(connection, recording, uuid, author)
    elif kind == "redo":
        edits.redo(connection, recording, uuid, author)
    elif kind == "add":
        edits.apply(
            connection, recording, uuid, _add(connection, recording, store, classes, command, author), author
        )
    else:
        edits.apply(connection, recording, uuid, _delete(connection, recording, command), author)


def clean_uuid(value: Any) -> str:
    """A uuid in its usual form.

    Raises:
        Invalid: it is none.
    """
    try:
        return str(UUID(value))
    except (ValueError, TypeError, AttributeError):
        raise Invalid("A command and a label need a uuid.") from None


def _add(
    connection: Connection, recording: int, store: Store, classes: LabelClasses, command: Command, author: str
) -> Edit:
    identity = clean_uuid(command.get("id"))
    if connection.execute(select(annotation_table.c.id).where(annotation_table.c.id == identity)).first():
        raise Invalid("This label is there already.")
    first, last = sorted((_place(command, "x0"), _place(command, "x1")))
    source = command.get("source", "manual")
    if not isinstance(source, str) or source not in SOURCES:
        raise Invalid(f"There is no source {quoted(str(source))}.")
    label = classes.ensure(connection, command.get("label", ""), command.get("color"))
    now = datetime.now(UTC).isoformat()
    row = {
        "id": identity,
        "recording_id": recording,
        "start_index": store.nearest(first),
        "end_index": store.nearest(last),
        "label_class_id": label.id,
        "channels": None,
        "source": source,
        "model": None,
        "score": None,
        "status": "accepted",
        "note": "",
        "author": author,
        "created_at": now,
        "edited_at": now,
    }
    return Edit("add", f"Add {label.name}", [], [row])


def _delete(connection: Connection, recording: int, command: Command) -> Edit:
    ids = command.get("ids")
    if not isinstance(ids, list) or not 0 < len(ids) <= MOST_IDS:
        raise Invalid("Say which labels to delete.")
    rows = rows_of(connection, recording, list(dict.fromkeys(map(clean_uuid, ids))))
    if not rows:
        raise Invalid("These labels are gone already.")
    count = len(rows)
    return Edit("delete", f"Delete {count} {'label' if count == 1 else 'labels'}", rows, [])


def rows_of(connection: Connection, recording: int, ids: list[str]) -> edits.Rows:
    """The annotations of a recording with those ids, as edits keep them; unknown ids are left out."""
    found = []
    for first in range(0, len(ids), CHUNK):
        query = select(annotation_table).where(
            annotation_table.c.recording_id == recording,
            annotation_table.c.id.in_(ids[first : first + CHUNK]),
        )
        found += [edits.as_kept(row) for row in connection.execute(query)]
    return found


def _place(command: Command, name: str) -> float:
    """A position on the time axis that a command names.

    Raises:
        Invalid: it is no number.
    """
    value = command.get(name)
    try:
        place = float(value) if isinstance(value, int | float) else nan
    except OverflowError:
        place = nan
    if not isfinite(place):
        raise Invalid("A label needs a start and an end.")
    return place
