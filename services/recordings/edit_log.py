"""Edit log: undo, redo and history of label changes.

One table is the undo stacks, the history and the audit trail. States of an edit: a new edit is ``done``; undo marks the
newest ``done`` edit ``undone`` and adds a ``step`` that reverts its rows; redo takes the oldest ``undone`` edit. A new
edit makes undone edits ``dropped``: they cannot be redone. When samples are renumbered by re-reading the recording,
all earlier edits become ``settled``: they can be neither undone nor redone. The revision of a recording counts its
edits and steps and never decreases.

Each author has a stack: undo, redo and dropping concern the author's edits and those without author (without accounts:
all edits). If another author changed a label since, undo and redo of a small change are refused; those of a change in
several parts leave that label.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, and_, bindparam, delete, func, insert, select, update
from sqlalchemy.sql.elements import ColumnElement

from services.accounts import acting
from services.errors import Invalid, NotAllowed, NotFound
from services.recordings.repository import ACCEPTED, LIVE, REPLACED, next_change
from services.storage.db import chunks
from services.storage.tables import annotation_table, edits, label_classes, label_sets, recordings
from services.wording import NO_AUTHOR

Rows = list[dict[str, Any]]
TIMES = ("created_at", "edited_at", "decided_at", "settled_at")
# Columns added later: omitted when they have the default value, so that old and new rows are equal.
LATER = ("model_sha256", "run", "decision", "decided_by", "decided_at", "settled_by", "settled_at")
NOTHING: dict[str, Any] = dict.fromkeys(LATER)
PIECE = 2_000  # labels per transaction of a large change, which takes about 0.1 s
BEGINNING = 24  # length of the common prefix of the uuids of parts
PART = re.compile(r", part \d+ of \d+$")
GONE = "This recording does not exist (any more)."


@dataclass(frozen=True)
class Edit:
    """An edit to apply: the affected annotations before (none: added) and after (none: deleted)."""

    kind: str
    summary: str
    before: Rows
    after: Rows


def _next_query(state: str, is_of_author: bool) -> Select[Any]:
    query = select(*(edits.c[name] for name in ("id", "uuid", "author", "summary"))).where(
        edits.c.recording_id == bindparam("recording"), edits.c.state == state
    )
    if is_of_author:
        query = query.where(edits.c.author == bindparam("author"))
    return query.order_by(edits.c.id.desc() if state == "done" else edits.c.id).limit(1)


# Statements of every edit and poll are built once: building one takes longer than executing it.
_LOCK = select(recordings.c.id).where(LIVE, recordings.c.id == bindparam("recording")).with_for_update()
_APPLIED = select(edits.c.recording_id).where(edits.c.uuid == bindparam("uuid"))
_SINCE = select(edits.c.before, edits.c.after).where(
    edits.c.recording_id == bindparam("recording"), edits.c.revision > bindparam("since")
)
_NEXT = {(state, one): _next_query(state, one) for state in ("done", "undone") for one in (False, True)}
_DROP_ALL = (
    update(edits)
    .where(edits.c.recording_id == bindparam("here"), edits.c.state == "undone")
    .values(state="dropped")
)
_DROP = {False: _DROP_ALL, True: _DROP_ALL.where(edits.c.author == bindparam("whose"))}
_COUNTED = {
    is_saved: update(recordings)
    .where(recordings.c.id == bindparam("here"))
    .values(
        revision=recordings.c.revision + 1,
        changed=next_change(),
        **({"labels_revision": recordings.c.revision + 1} if is_saved else {}),
    )
    .returning(recordings.c.revision)
    for is_saved in (False, True)
}
_WHOLE = select(edits).where(edits.c.id == bindparam("edit"))
_ADD = insert(edits)
_ADD_LABELS = insert(annotation_table)
_GONE_CLASS = (
    select(label_classes.c.id)
    .where(
        label_classes.c.id.in_(bindparam("classes", expanding=True)), label_classes.c.deleted_at.is_not(None)
    )
    .limit(1)
)


def lock(connection: Connection, recording: int) -> None:
    """Lock a recording's labels against other writers until the transaction ends.

    (SQLite locks the whole database anyway, and ignores ``FOR UPDATE``.)

    Raises:
        NotFound: unknown recording.
    """
    if connection.execute(_LOCK, {"recording": recording}).first() is None:
        raise NotFound(GONE)


def is_applied(connection: Connection, recording: int, uuid: str) -> bool:
    """True if a command with that uuid was already applied.

    Raises:
        Invalid: to another recording.
    """
    place = connection.execute(_APPLIED, {"uuid": uuid}).scalar()
    if place is not None and place != recording:
        raise Invalid("A command with this uuid was applied to another file.")
    return place is not None


def part(uuid: str, number: int) -> str:
    """The uuid of a part of a change that is split into transactions; the last part has the uuid of the change."""
    return f"{uuid[:BEGINNING]}{number:012x}"


def part_names(uuid: str, count: int, written: int = 0) -> list[tuple[str, str]]:
    """Uuid and end of the summary of each of ``count`` parts of a change, of which ``written`` earlier ones exist."""
    return [
        (
            uuid if number == count else part(uuid, written + number),
            f", part {number} of {count}" if count > 1 else "",
        )
        for number in range(1, count + 1)
    ]


def parts(connection: Connection, recording: int, uuid: str) -> int:
    """Number of parts of a change."""
    query = select(func.count()).where(edits.c.recording_id == recording, _begins_like(uuid))
    return connection.execute(query).scalar_one()


def changed_since_first_part(connection: Connection, recording: int, uuid: str) -> set[str]:
    """Ids of the annotations that other edits changed since the first part of a change was written."""
    first = select(func.min(edits.c.id)).where(edits.c.recording_id == recording, _begins_like(uuid))
    return _touched(
        connection,
        (edits.c.recording_id == recording, edits.c.id > first.scalar_subquery(), ~_begins_like(uuid)),
    )


def apply(connection: Connection, recording: int, uuid: str, edit: Edit, author: str) -> int:
    """Apply and record a change; returns the new revision."""
    for name in _authors(author or acting.name()):
        connection.execute(_DROP[name is not None], {"here": recording, "whose": name})
    return _record(connection, recording, uuid, edit, author, state="done", undoes=None)


def settle(
    connection: Connection, recording: int, uuid: str, edit: Edit, author: str, renumbered: bool = True
) -> int:
    """Record a change of the recording itself, which undo cannot revert; returns the new revision.

    Labels of other users may move with their samples; if labels are removed, the caller checks :func:`check_owners`.

    Args:
        renumbered: sample numbers changed, so earlier edits can be neither undone nor redone.
    """
    if renumbered:
        connection.execute(
            update(edits)
            .where(edits.c.recording_id == recording, edits.c.state.in_(("done", "undone")))
            .values(state="settled")
        )
    return _record(connection, recording, uuid, edit, author, state="settled", undoes=None)


def undo(
    connection: Connection, recording: int, uuid: str, author: str, left: set[str], of: str | None = None
) -> bool:
    """Revert the newest change of the author, or a piece of a large one; True when all of it is reverted.

    Call it with the same ``uuid`` until it returns True, each time in a transaction of its own. A change that is
    reverted in part is continued by this or, after an interruption, by any later undo.

    Args:
        left: collects the ids of labels of a large change that other edits changed since; they are left as they are.
        of: uuid of the change to revert, possibly of another author; default: the newest.

    Raises:
        Invalid: there is nothing to undo, ``of`` is not the newest change of its author (any more), or another author
            changed a label of a small change since.
    """
    begun = _begun(connection, recording, uuid)
    whose = begun.author if begun else _author_of(connection, recording, of)
    group = _group(connection, recording, "done", whose or author, begun)
    if not group:
        raise Invalid(_nothing(connection, recording, "done", "undo"))
    if not begun and of is not None and group[0].uuid != of:
        raise Invalid(
            f"Since then this was done: {_title(group[0])}. Undo that first, or restore the labels from the history."
        )
    targets = _piece(connection, group)
    after, before = _unchanged_since(connection, group, *_together(targets), left)
    _mark(connection, targets, "undone")
    _step(connection, recording, uuid, author, Edit("undo", "Undo ", after, before), targets, group)
    _take_classes_back(connection, [target.uuid for target in targets])
    return len(targets) == len(group)


def redo(connection: Connection, recording: int, uuid: str, author: str, left: set[str]) -> bool:
    """Apply the last undone change of the author again, or a piece of it; see :func:`undo`.

    Raises:
        Invalid: nothing to redo, or another author changed a label of a small change since.
    """
    begun = _begun(connection, recording, uuid)
    group = _group(connection, recording, "undone", (begun.author if begun else "") or author, begun)
    if not group:
        raise Invalid(_nothing(connection, recording, "undone", "redo"))
    targets = _piece(connection, group)
    after, before = _together(targets)
    before, after = _unchanged_since(connection, group, before, after, left)
    _mark(connection, targets, "done")
    _step(connection, recording, uuid, author, Edit("redo", "Redo ", before, after), targets, group)
    return len(targets) == len(group)


def note(connection: Connection, recording: int, uuid: str, kind: str, summary: str, author: str) -> int:
    """Record a change that affects Save but no label; it cannot be undone. Returns the new revision."""
    edit = Edit(kind, summary, [], [])
    return _record(connection, recording, uuid, edit, author, state="step", undoes=None)


def summaries(connection: Connection, recording: int, author: str) -> tuple[str | None, str | None]:
    """Descriptions of the author's next undo and next redo."""
    done, undone = (_next(connection, recording, state, author) for state in ("done", "undone"))
    return (_title(done) if done else None), (_title(undone) if undone else None)


def touched_since(connection: Connection, recording: int, revision: int) -> set[str]:
    """Ids of the annotations that edits after ``revision`` changed."""
    touched = connection.execute(_SINCE, {"recording": recording, "since": revision})
    return {row["id"] for pair in touched for rows in pair for row in rows}


def all_kept(connection: Connection, recording: int) -> Rows:
    """All annotations of a recording in the format of edits."""
    query = select(annotation_table).where(annotation_table.c.recording_id == recording)
    return [as_kept(row) for row in connection.execute(query)]


def as_kept(row: Row[Any]) -> dict[str, Any]:
    """A row of ``annotations`` in the format of edits: all columns as JSON values."""
    values = {name: value for name, value in row._mapping.items() if value is not None or name not in LATER}
    return values | {name: values[name].isoformat() for name in TIMES if name in values}


def _authors(author: str) -> tuple[str | None, ...]:
    """Authors whose edits are the stack of ``author``, each served by an index; None: of everybody (no accounts)."""
    return (author, "") if author else (None,)


def _next(connection: Connection, recording: int, state: str, author: str) -> Row[Any] | None:
    """Id, uuid, author and summary of the newest done or the oldest undone edit of an author."""
    entries = [
        row
        for name in _authors(author)
        if (
            row := connection.execute(
                _NEXT[state, name is not None], {"recording": recording, "author": name}
            ).first()
        )
    ]
    return (max if state == "done" else min)(entries, key=lambda row: row.id, default=None)


def _author_of(connection: Connection, recording: int, uuid: str | None) -> str:
    """Author of an edit that is done; "" if there is none."""
    query = select(edits.c.author).where(
        edits.c.recording_id == recording, edits.c.uuid == uuid, edits.c.state == "done"
    )
    return (connection.execute(query).scalar() if uuid else "") or ""


def _nothing(connection: Connection, recording: int, state: str, step: str) -> str:
    """Sentence about an empty stack."""
    here = (edits.c.recording_id == recording, edits.c.state == state)
    other = connection.execute(
        select(edits.c.author).where(*here).order_by(edits.c.id.desc()).limit(1)
    ).scalar()
    if other is None:
        return f"There is nothing to {step}."
    return f"You have no edit to {step}. The last change was made by {other}; the history lists all changes."


def _begun(connection: Connection, recording: int, uuid: str) -> Any:
    """The change of which the undo or redo ``uuid`` has done a piece: uuid, author, and id of that first ``step``."""
    change = edits.alias()
    query = (
        select(change.c.uuid, change.c.author, edits.c.id.label("step"))
        .join(edits, edits.c.undoes == change.c.id)
        .where(edits.c.recording_id == recording, edits.c.state == "step", _begins_like(uuid))
        .order_by(edits.c.id)
        .limit(1)
    )
    return connection.execute(query).first()


def _group(connection: Connection, recording: int, state: str, author: str, begun: Any) -> list[Row[Any]]:
    """The next edit to undo (newest part first) or to redo (oldest part first), with all parts of the change.

    Parts with another edit of the author in between are not grouped. The rows have no labels.

    Args:
        begun: the change of which a piece was done (:func:`_begun`): the rest of it, whatever was edited since.
    """
    first = begun or _next(connection, recording, state, author)
    if first is None:
        return []
    whose = () if not author else (edits.c.author == first.author,)
    here = (edits.c.recording_id == recording, edits.c.state == state, *whose)
    of_group = _begins_like(first.uuid)
    if state == "done":
        earlier = (edits.c.id < begun.step,) if begun else ()
        other = connection.execute(select(func.max(edits.c.id)).where(*here, *earlier, ~of_group)).scalar()
        near, order = edits.c.id > (other or 0), edits.c.id.desc()
    elif begun:  # an edit since then has dropped them
        here = (edits.c.recording_id == recording, edits.c.state.in_((state, "dropped")))
        near, order = edits.c.id > 0, edits.c.id.asc()
    else:
        other = connection.execute(select(func.min(edits.c.id)).where(*here, ~of_group)).scalar()
        near, order = (edits.c.id < other) if other else (edits.c.id > 0), edits.c.id.asc()
    columns = (edits.c[name] for name in ("id", "recording_id", "uuid", "author", "summary"))
    return list(connection.execute(select(*columns).where(*here, of_group, near).order_by(order)))


def _piece(connection: Connection, group: Sequence[Row[Any]]) -> list[Row[Any]]:
    """The first parts of ``group``, with their labels: as many as others can wait for."""
    rows_found: list[Row[Any]] = []
    rows = 0
    for edit in group:
        if rows_found and rows >= PIECE:
            break
        rows_found.append(connection.execute(_WHOLE, {"edit": edit.id}).one())
        rows += len(rows_found[-1].before) + len(rows_found[-1].after)
    return rows_found


def _step(
    connection: Connection,
    recording: int,
    uuid: str,
    author: str,
    step: Edit,
    targets: Sequence[Row[Any]],
    group: Sequence[Row[Any]],
) -> None:
    """Record that ``targets``, a piece of ``group``, were undone or redone; the last piece has the command's uuid."""
    last = len(targets) == len(group)
    number = uuid if last else part(uuid, parts(connection, recording, uuid) + 1)
    first = targets[0 if step.kind == "undo" else -1]
    edit = replace(step, summary=step.summary + _title(first))
    _record(connection, recording, number, edit, author, state="step", undoes=first.id)


def _unchanged_since(
    connection: Connection, group: Sequence[Row[Any]], now: Rows, then: Rows, left: set[str]
) -> tuple[Rows, Rows]:
    """``now`` and ``then`` without the labels of a large change that later edits changed; ``left`` collects their ids.

    Args:
        group: the change that is undone or redone.
        now: its labels, unless another edit changed them.
        then: its labels after the step.

    Raises:
        Invalid: another edit changed a label of a small change.
    """
    recording, beginning = group[0].recording_id, _begins_like(group[0].uuid)
    later = (
        edits.c.recording_id == recording,
        edits.c.id > min(edit.id for edit in group),
        edits.c.state == "done",
        ~beginning,
    )
    if connection.execute(select(edits.c.id).where(*later).limit(1)).first() is None:
        return now, then
    expected = {row["id"]: from_kept(row) for row in now}
    ids = expected.keys() | {row["id"] for row in then}
    stored = {key: from_kept(row) for key, row in rows_of(connection, recording, sorted(ids)).items()}
    changed = {identity for identity in ids if stored.get(identity) != expected.get(identity)}
    if parts(connection, recording, group[0].uuid) == 1:
        _refuse(connection, changed, later)
        return now, then
    if absent := ids - expected.keys() - stored.keys():  # to be added again, unless another edit deleted them
        changed |= absent & _touched(connection, later)
    left |= changed
    now, then = ([row for row in rows if row["id"] not in changed] for rows in (now, then))
    return now, then


def _refuse(connection: Connection, changed: set[str], later: Sequence[ColumnElement[bool]]) -> None:
    """Refuse a step on the labels ``changed`` if one of the ``later`` edits changed them."""
    if changed and (edit := _touching(connection, changed, later)):
        raise Invalid(
            f"{edit.author or NO_AUTHOR} changed the same label since: {_title(edit)}. "
            "Nothing was changed; the history can restore the labels."
        )


def _touched(connection: Connection, which: Sequence[ColumnElement[bool]]) -> set[str]:
    """Ids of the labels that some edits changed."""
    query = select(edits.c.before, edits.c.after).where(*which)
    return {row["id"] for pair in connection.execute(query) for rows in pair for row in rows}


def _touching(connection: Connection, ids: set[str], which: Sequence[ColumnElement[bool]]) -> Row[Any] | None:
    """The newest of some edits that changed one of the labels ``ids``."""
    query = select(edits).where(*which).order_by(edits.c.id.desc()).execution_options(yield_per=100)
    with connection.execute(query) as result:
        return next(
            (edit for edit in result if any(row["id"] in ids for row in (*edit.before, *edit.after))), None
        )


def rows_of(connection: Connection, recording: int, ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Annotations of a recording in the format of edits, by id."""
    by_id: dict[str, dict[str, Any]] = {}
    for some in chunks(ids):
        query = select(annotation_table).where(
            annotation_table.c.recording_id == recording, annotation_table.c.id.in_(some)
        )
        by_id |= {row.id: as_kept(row) for row in connection.execute(query)}
    return by_id


def _together(targets: Sequence[Row[Any]]) -> tuple[Rows, Rows]:
    """Combined rows after and before several edits of different labels."""
    return [row for target in targets for row in target.after], [
        row for target in targets for row in target.before
    ]


def _begins_like(uuid: str) -> ColumnElement[bool]:
    beginning = uuid[:BEGINNING]
    return and_(
        edits.c.uuid >= beginning, edits.c.uuid < f"{beginning}g"
    )  # a range condition, which uses the index


def _title(row: Row[Any]) -> str:
    """Summary of an edit; for a part, that of the change."""
    return PART.sub("", row.summary)


def _mark(connection: Connection, targets: Sequence[Row[Any]], state: str) -> None:
    ids = [target.id for target in targets]
    connection.execute(update(edits).where(edits.c.id.in_(ids)).values(state=state))


def _record(
    connection: Connection, recording: int, uuid: str, edit: Edit, author: str, state: str, undoes: int | None
) -> int:
    if state != "settled":
        check_owners(edit.before)
    _change(connection, edit)
    revision = connection.execute(_COUNTED[_is_saved(edit, state)], {"here": recording}).scalar()
    if revision is None:
        raise NotFound(GONE)
    connection.execute(
        _ADD,
        {
            "uuid": uuid,
            "recording_id": recording,
            "revision": revision,
            "kind": edit.kind,
            "summary": edit.summary,
            "before": edit.before,
            "after": edit.after,
            "state": state,
            "undoes": undoes,
            "author": author or acting.name(),
            "created_at": datetime.now(UTC),
        },
    )
    return int(revision)


def check_owners(before: Rows) -> None:
    """Check that the user may change these labels: an annotator may not change accepted labels of others.

    The owner of a label is the user who settled it, else who accepted it, else its author; labels without an owner
    are open to every user.

    Raises:
        NotAllowed: a label belongs to another user.
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
    """False for an edit that does not affect saved files: suggestions were added, rejected or removed."""
    rows = [*edit.before, *edit.after]
    return state == "settled" or not rows or any(row["status"] == ACCEPTED for row in rows)


def _change(connection: Connection, edit: Edit) -> None:
    """Replace the rows ``edit.before`` by ``edit.after``."""
    removed = [row["id"] for row in edit.before]
    for some in chunks(removed):
        connection.execute(delete(annotation_table).where(annotation_table.c.id.in_(some)))
    if edit.after:
        connection.execute(_ADD_LABELS, [from_kept(row) for row in edit.after])
        _revive(connection, {row["label_class_id"] for row in edit.after})


def _take_classes_back(connection: Connection, made_by: Sequence[str]) -> None:
    """Delete unused classes created by these edits; each keeps its key for a redo."""
    used = (
        select(annotation_table.c.id).where(annotation_table.c.label_class_id == label_classes.c.id).exists()
    )
    made = (label_classes.c.made_by.in_(made_by), label_classes.c.deleted_at.is_(None), ~used)
    connection.execute(update(label_classes).where(*made).values(deleted_at=datetime.now(UTC)))


def _revive(connection: Connection, classes: set[int]) -> None:
    """Restore deleted classes of labels that an undo restores, with their label sets.

    A class gets its key back, unless another class of the set has it meanwhile.
    """
    if connection.execute(_GONE_CLASS, {"classes": list(classes)}).first() is None:
        return
    is_deleted = (label_classes.c.id.in_(classes), label_classes.c.deleted_at.is_not(None))
    other = label_classes.alias()
    in_use = select(other.c.id).where(
        other.c.label_set_id == label_classes.c.label_set_id,
        other.c.hotkey == label_classes.c.hotkey,
        other.c.deleted_at.is_(None),
    )
    connection.execute(update(label_classes).where(*is_deleted, in_use.exists()).values(hotkey=None))
    query = (
        update(label_classes)
        .where(*is_deleted)
        .values(deleted_at=None)
        .returning(label_classes.c.label_set_id)
    )
    sets = set(connection.execute(query).scalars())
    if sets:
        connection.execute(update(label_sets).where(label_sets.c.id.in_(sets)).values(deleted_at=None))


def from_kept(row: dict[str, Any]) -> dict[str, Any]:
    """Inverse of :func:`as_kept`: all columns as database values."""
    values = NOTHING | row
    return values | {name: datetime.fromisoformat(values[name]) for name in TIMES if values[name]}
