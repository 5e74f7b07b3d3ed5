"""Edits: the rows of annotations before and after each change.

One table is the undo stack, the history and the audit trail. A new edit is ``done``; undo takes the newest
that is ``done``, marks it ``undone`` and adds a ``step`` that changes the rows back; redo takes the oldest that is
``undone``. A new edit makes what was undone ``dropped``: it can no longer be redone. When the recording itself is
read again, all of that is ``settled``: neither undone nor redone: its samples had other numbers. The revision of a
recording counts its edits and steps and never goes back.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, and_, delete, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from services.accounts import acting
from services.errors import Invalid, NotAllowed, NotFound
from services.recordings.repository import ACCEPTED, LIVE, REPLACED, next_change
from services.storage.tables import annotation_table, edits, label_classes, label_sets, recordings

Rows = list[dict[str, Any]]
CHUNK = 10_000  # rows a statement names at once; databases bound their parameters
TIMES = ("created_at", "edited_at", "decided_at", "settled_at")
# Columns that came later than the first edits: kept only where they say something, so that old and new rows compare.
LATER = ("model_sha256", "run", "decision", "decided_by", "decided_at", "settled_by", "settled_at")
NOTHING: dict[str, Any] = dict.fromkeys(LATER)
BEGINNING = 24  # characters that the uuids of parts share
PART = re.compile(r", part \d+ of \d+$")
GONE = "This recording does not exist (any more)."


@dataclass(frozen=True)
class Edit:
    """An edit to apply: the affected annotations before (none: added) and after (none: deleted)."""

    kind: str
    summary: str
    before: Rows
    after: Rows


def lock(connection: Connection, recording: int) -> None:
    """Make others who want to change this recording's labels wait until the transaction ends.

    (SQLite's lock is on the whole database already, and leaves ``FOR UPDATE`` out.)

    Raises:
        NotFound: there is no such recording.
    """
    query = select(recordings.c.id).where(LIVE, recordings.c.id == recording).with_for_update()
    if connection.execute(query).first() is None:
        raise NotFound(GONE)


def known(connection: Connection, recording: int, uuid: str) -> bool:
    """True when a command with that uuid was applied before.

    Raises:
        Invalid: it was, but to another recording.
    """
    place = connection.execute(select(edits.c.recording_id).where(edits.c.uuid == uuid)).scalar()
    if place is not None and place != recording:
        raise Invalid("A command with this uuid was applied to another file.")
    return place is not None


def part(uuid: str, number: int) -> str:
    """The uuid of a part of a change that is made in several transactions; the last part has that of the whole."""
    return f"{uuid[:BEGINNING]}{number:012x}"


def parts(connection: Connection, recording: int, uuid: str) -> int:
    """How many parts of a change there are."""
    query = select(func.count()).where(edits.c.recording_id == recording, _begins_like(uuid))
    return connection.execute(query).scalar_one()


def apply(connection: Connection, recording: int, uuid: str, edit: Edit, author: str) -> int:
    """Make a change and note it; returns the new revision."""
    connection.execute(
        update(edits)
        .where(edits.c.recording_id == recording, edits.c.state == "undone")
        .values(state="dropped")
    )
    return _record(connection, recording, uuid, edit, author, state="done", undoes=None)


def settle(
    connection: Connection, recording: int, uuid: str, edit: Edit, author: str, renumbered: bool = True
) -> int:
    """Note a change of the recording itself, which cannot be undone like an edit; returns the new revision.

    Labels of others move with their samples; where labels go, the caller calls :func:`check_owners`.

    Args:
        renumbered: samples have other numbers now, so what came before can be neither undone nor redone:
            its labels would come back on other samples.
    """
    if renumbered:
        connection.execute(
            update(edits)
            .where(edits.c.recording_id == recording, edits.c.state.in_(("done", "undone")))
            .values(state="settled")
        )
    return _record(connection, recording, uuid, edit, author, state="settled", undoes=None)


def undo(connection: Connection, recording: int, uuid: str, author: str, of: str | None = None) -> int:
    """Take the newest change back; returns the new revision.

    Args:
        of: the uuid of the change that is meant, where it is a certain one.

    Raises:
        Invalid: there is nothing to undo, or what is meant is not the newest change (any more).
    """
    targets = _group(connection, recording, "done")
    if not targets:
        raise Invalid("There is nothing to undo.")
    target = targets[0]
    if of is not None and target.uuid != of:
        raise Invalid(
            f"Since then this was done: {_title(target)}. Undo that first, or restore the labels from the history."
        )
    _mark(connection, targets, "undone")
    after, before = _together(targets)
    step = Edit("undo", f"Undo {_title(target)}", after, before)
    revision = _record(connection, recording, uuid, step, author, state="step", undoes=target.id)
    _take_classes_back(connection, [one.uuid for one in targets])
    return revision


def redo(connection: Connection, recording: int, uuid: str, author: str) -> int:
    """Make the change that was undone last again; returns the new revision.

    Raises:
        Invalid: there is nothing to redo.
    """
    targets = _group(connection, recording, "undone")
    if not targets:
        raise Invalid("There is nothing to redo.")
    target = targets[-1]
    _mark(connection, targets, "done")
    after, before = _together(targets)
    step = Edit("redo", f"Redo {_title(target)}", before, after)
    return _record(connection, recording, uuid, step, author, state="step", undoes=target.id)


def note(connection: Connection, recording: int, uuid: str, kind: str, summary: str, author: str) -> int:
    """Note a change that touched no label but what Save writes of them; nothing to undo. Returns the new revision."""
    edit = Edit(kind, summary, [], [])
    return _record(connection, recording, uuid, edit, author, state="step", undoes=None)


def summaries(connection: Connection, recording: int) -> tuple[str | None, str | None]:
    """What undo would take back and what redo would make again, in words."""
    done = _next(connection, recording, "done", edits.c.summary)
    undone = _next(connection, recording, "undone", edits.c.summary)
    return (_title(done) if done else None), (_title(undone) if undone else None)


def touched_since(connection: Connection, recording: int, revision: int) -> set[str]:
    """Ids of the annotations that edits after ``revision`` changed."""
    query = select(edits.c.before, edits.c.after).where(
        edits.c.recording_id == recording, edits.c.revision > revision
    )
    return {row["id"] for pair in connection.execute(query) for rows in pair for row in rows}


def all_kept(connection: Connection, recording: int) -> Rows:
    """Every annotation of a recording as edits keep it."""
    query = select(annotation_table).where(annotation_table.c.recording_id == recording)
    return [as_kept(row) for row in connection.execute(query)]


def as_kept(row: Row[Any]) -> dict[str, Any]:
    """A row of ``annotations`` as an edit keeps it: every column, as JSON can say it."""
    values = {name: value for name, value in row._mapping.items() if value is not None or name not in LATER}
    return values | {name: values[name].isoformat() for name in TIMES if name in values}


def _next(connection: Connection, recording: int, state: str, wanted: Any) -> Row[Any] | None:
    """The newest edit that is done, or the oldest that is undone; only the ``wanted`` columns are read."""
    order = edits.c.id.desc() if state == "done" else edits.c.id.asc()
    query = select(wanted).where(edits.c.recording_id == recording, edits.c.state == state)
    return connection.execute(query.order_by(order).limit(1)).first()


def _group(connection: Connection, recording: int, state: str) -> list[Row[Any]]:
    """What undo takes back (newest first) or redo makes again (oldest first): an edit, with its parts if it has some.

    Parts between which another edit was made are not taken together.
    """
    first = _next(connection, recording, state, edits)
    if first is None:
        return []
    here = (edits.c.recording_id == recording, edits.c.state == state)
    mine = _begins_like(first.uuid)
    if state == "done":
        other = connection.execute(select(func.max(edits.c.id)).where(*here, ~mine)).scalar()
        near, order = edits.c.id > (other or 0), edits.c.id.desc()
    else:
        other = connection.execute(select(func.min(edits.c.id)).where(*here, ~mine)).scalar()
        near, order = (edits.c.id < other) if other else (edits.c.id > 0), edits.c.id.asc()
    return list(connection.execute(select(edits).where(*here, mine, near).order_by(order)))


def _together(targets: Sequence[Row[Any]]) -> tuple[Rows, Rows]:
    """The rows after and before several edits of different labels."""
    return [row for one in targets for row in one.after], [row for one in targets for row in one.before]


def _begins_like(uuid: str) -> ColumnElement[bool]:
    beginning = uuid[:BEGINNING]
    return and_(edits.c.uuid >= beginning, edits.c.uuid < f"{beginning}g")  # a range, for the index


def _title(row: Row[Any]) -> str:
    """The summary of an edit, of a part that of the whole."""
    return PART.sub("", row.summary)


def _mark(connection: Connection, targets: Sequence[Row[Any]], state: str) -> None:
    ids = [one.id for one in targets]
    connection.execute(update(edits).where(edits.c.id.in_(ids)).values(state=state))


def _record(
    connection: Connection, recording: int, uuid: str, edit: Edit, author: str, state: str, undoes: int | None
) -> int:
    if state != "settled":
        check_owners(edit.before)
    _change(connection, edit)
    values: dict[str, Any] = {"revision": recordings.c.revision + 1, "changed": next_change()}
    if _is_saved(edit, state):
        values["labels_revision"] = recordings.c.revision + 1
    revision = connection.execute(
        update(recordings).where(recordings.c.id == recording).values(values).returning(recordings.c.revision)
    ).scalar()
    if revision is None:
        raise NotFound(GONE)
    connection.execute(
        insert(edits).values(
            uuid=uuid,
            recording_id=recording,
            revision=revision,
            kind=edit.kind,
            summary=edit.summary,
            before=edit.before,
            after=edit.after,
            state=state,
            undoes=undoes,
            author=author or acting.name(),
            created_at=datetime.now(UTC),
        )
    )
    return int(revision)


def check_owners(before: Rows) -> None:
    """Check that the user who acts may change these labels: an annotator not the accepted ones of others.

    A label belongs to who settled it, else to who accepted it, else to its author; labels from times without accounts
    belong to everybody.

    Raises:
        NotAllowed: one belongs to another user.
    """
    owners = {
        row.get("settled_by") or row.get("decided_by") or row["author"]
        for row in before
        if row["status"] in {ACCEPTED, REPLACED}
    }
    others = sorted(owner for owner in owners if not acting.owns(owner))
    if others:
        raise NotAllowed(f"This changes a label of {others[0]}. Only a reviewer may change labels of others.")


def _is_saved(edit: Edit, state: str) -> bool:
    """False for an edit that leaves what Save writes as it is: suggestions that came, were rejected or went."""
    rows = [*edit.before, *edit.after]
    return state == "settled" or not rows or any(row["status"] == ACCEPTED for row in rows)


def _change(connection: Connection, edit: Edit) -> None:
    """Replace the rows of ``edit.before`` by those of ``edit.after``."""
    gone = [row["id"] for row in edit.before]
    for first in range(0, len(gone), CHUNK):
        connection.execute(
            delete(annotation_table).where(annotation_table.c.id.in_(gone[first : first + CHUNK]))
        )
    if edit.after:
        connection.execute(insert(annotation_table), [from_kept(row) for row in edit.after])
        _revive(connection, {row["label_class_id"] for row in edit.after})


def _take_classes_back(connection: Connection, made_by: Sequence[str]) -> None:
    """Delete the classes that edits made and that no label has now; each keeps its key for a redo."""
    used = (
        select(annotation_table.c.id).where(annotation_table.c.label_class_id == label_classes.c.id).exists()
    )
    made = (label_classes.c.made_by.in_(made_by), label_classes.c.deleted_at.is_(None), ~used)
    connection.execute(update(label_classes).where(*made).values(deleted_at=datetime.now(UTC)))


def _revive(connection: Connection, classes: set[int]) -> None:
    """A class that was deleted comes back with the labels that an undo brings back, and its set with it.

    It has its key again, unless another class of the set got it meanwhile.
    """
    gone = (label_classes.c.id.in_(classes), label_classes.c.deleted_at.is_not(None))
    other = label_classes.alias()
    taken = select(other.c.id).where(
        other.c.label_set_id == label_classes.c.label_set_id,
        other.c.hotkey == label_classes.c.hotkey,
        other.c.deleted_at.is_(None),
    )
    connection.execute(update(label_classes).where(*gone, taken.exists()).values(hotkey=None))
    query = update(label_classes).where(*gone).values(deleted_at=None).returning(label_classes.c.label_set_id)
    sets = set(connection.execute(query).scalars())
    if sets:
        connection.execute(update(label_sets).where(label_sets.c.id.in_(sets)).values(deleted_at=None))


def from_kept(row: dict[str, Any]) -> dict[str, Any]:
    """Inverse of :func:`as_kept`: every column, as the database takes it."""
    values = NOTHING | row
    return values | {name: datetime.fromisoformat(values[name]) for name in TIMES if values[name]}
