"""Annotation service: apply commands to the labels of a recording and return what changed."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from time import perf_counter
from typing import Any, TypedDict
from uuid import uuid4

import numpy as np
from sqlalchemy import Connection, Row, bindparam, select
from sqlalchemy.exc import IntegrityError

from services.accounts import acting
from services.annotations import commands, large_edits
from services.annotations.batch_conflicts import Following
from services.annotations.commands import Command, Scope
from services.annotations.layers import ALL, LayerChoices, Layers
from services.annotations.scope import clean_uuid
from services.errors import Busy, Conflict, Deleted, Invalid, StorageFull, TidemarkError
from services.label_classes.classes import LabelClasses
from services.label_classes.colors import ink_on
from services.label_classes.rows import LabelClass
from services.label_classes.sets import LabelSet
from services.log import new_reference
from services.recordings import edit_log
from services.recordings.edit_log import Edit
from services.recordings.repository import (
    REPLACED,
    Recording,
    RecordingState,
    has_labels,
    reading_version,
    recording_row,
    recording_state,
)
from services.recordings.service import Recordings
from services.storage.db import CHUNK, Database
from services.storage.lru_cache import LruCache
from services.storage.tables import START_ORDER, annotation_table, label_classes, recordings
from services.timeseries import Store
from services.timeseries.durations import span_text

log = logging.getLogger(__name__)

SHOWN: tuple[Any, ...] = (
    *(annotation_table.c[name] for name in ("id", "start_index", "end_index", "label_class_id")),
    *(annotation_table.c[name] for name in ("channels", "source", "status", "score", "note")),
    *(annotation_table.c[name] for name in ("created_at", "edited_at", "model", "run")),
    *(annotation_table.c[name] for name in ("decision", "decided_by", "decided_at")),
    label_classes.c.name,
    label_classes.c.color,
)
ROWS = (
    select(*SHOWN)
    .join(label_classes, label_classes.c.id == annotation_table.c.label_class_id)
    .where(annotation_table.c.recording_id == bindparam("recording"), annotation_table.c.status != REPLACED)
    .order_by(*START_ORDER)
)
SOME_ROWS = ROWS.where(annotation_table.c.id.in_(bindparam("ids", expanding=True)))
CHANGED = select(recordings.c.changed).where(recordings.c.id == bindparam("recording"))
NOTHING = 2**53 - 1  # the revision a browser sends if it needs no labels: its largest integer


class Rejection(TypedDict):
    """A command that was rejected, with the reason.

    ``retry``: it could not be stored (disk full, database busy) and can be resent. ``conflict``: another user changed
    the labels meanwhile; ``deleted``: or deleted them.
    """

    uuid: str
    reason: str
    retry: bool
    conflict: bool
    deleted: bool


class Changes(TypedDict):
    """Response to commands: their results, and the changes since the browser's revision."""

    recording: int
    reading: str
    revision: int
    saved_revision: int
    state: RecordingState
    full: bool
    upsert: list[dict[str, Any]]
    remove: list[str]
    acked: list[str]
    rejected: list[Rejection]
    undo: str | None
    redo: str | None
    classes: list[dict[str, Any]]
    label_set: dict[str, Any]


class Annotations:
    """Labels of all recordings.

    ``layers``: whose labels a user sees; without it, everybody's.
    """

    def __init__(
        self,
        database: Database,
        recordings: Recordings,
        classes: LabelClasses,
        layers: LayerChoices | None = None,
    ) -> None:
        self._database = database
        self._recordings = recordings
        self._classes = classes
        self._layers = layers
        self.polls = LruCache()  # by poll of an open plot: the mark of its last answer without changes
        self._by_revision = LruCache()

    def mark(self, recording: int) -> tuple[int | None, str, str]:
        """Version of the answer to a poll of a plot, for equal arguments of the poll."""
        changed = self._database.commit_cache.get(("changed", recording), lambda: self._changed(recording))
        return changed, self._classes.version(), self.layers_version(recording)

    def _changed(self, recording: int) -> int | None:
        with self._database.read() as connection:
            return connection.execute(CHANGED, {"recording": recording}).scalar()

    def layers_version(self, recording: int) -> str:
        """Version of the current user's layers of a recording."""
        return self._layers_of(recording).version

    def _layers_of(self, recording: int) -> Layers:
        return self._layers.of(recording) if self._layers else ALL

    def apply(self, recording: int, commands: list[Command], since: int, author: str = "") -> Changes:
        """Apply commands, each in its own transaction, and return the changes after revision ``since``.

        A command that is invalid or cannot be stored is rejected with a message; the others are applied, except those
        that depend on it (``Following``); a uuid that was applied before is acknowledged again. ``since`` below 0
        returns all labels; so does a revision this recording has not reached (the database was restored).

        Raises:
            NotFound: unknown recording.
            Invalid: ``commands`` is not a list of commands, or ``since`` not a number.
        """
        _check_kinds(commands, since)
        acked: list[str] = []
        rejected: list[Rejection] = []
        if commands:
            self._recordings.store(recording)
        following = Following()
        for command in commands:
            try:
                following.check(command)
                self._apply_one(recording, command, author)
            except Exception as error:  # an unexpected error in one command must not stop the others
                following.note(command, error)
                rejected.append(_rejection(command, error))
            else:
                following.note(command, None)
                acked.append(command["uuid"])
        return self._changes(recording, since, acked, rejected, author)

    def go_back(self, recording: int, to: int | str, asked_at: int, author: str = "") -> str:
        """Restore the labels of ``to``: a revision, ``saved`` or ``empty``; returns the uuid of the change.

        Raises:
            NotFound: unknown recording.
            Conflict: the labels changed since revision ``asked_at``, or it is not possible.
        """
        uuid = str(uuid4())
        command = {"uuid": uuid, "kind": "restore", "to": to, "asked_at": asked_at}
        rejected = self.apply(recording, [command], NOTHING, author)["rejected"]
        if rejected:
            raise Conflict(rejected[0]["reason"])
        return uuid

    def change(
        self, recording: int, uuid: str, make: Callable[[Scope], Edit | None], author: str = ""
    ) -> None:
        """Apply the edit that ``make`` returns inside the transaction (None: no edit); each uuid once.

        Raises:
            TidemarkError: raised by ``make``, or the edit could not be stored; nothing was changed.
        """
        self._run(recording, lambda scope: commands.run_once(scope, uuid, make), author)

    def _apply_one(self, recording: int, command: Any, author: str) -> None:
        commands.check(command)
        begun = perf_counter()
        if not (large_edits.may_be_large(command) and self._apply_in_pieces(recording, command, author)):
            left: set[str] = set()
            while not self._run(recording, lambda scope: commands.run(scope, command, left), author):
                pass  # a large undo: others write between its pieces
            large_edits.report_left(left, command["kind"])
        milliseconds = (perf_counter() - begun) * 1000
        log.info("recording %s: %s %r, %.1f ms", recording, command["kind"], command["uuid"], milliseconds)

    def _apply_in_pieces(self, recording: int, command: Command, author: str) -> bool:
        """Apply a command that may be large; others write between the pieces.

        False: it was applied before, or its edit is small and the labels changed since it was computed.
        """
        command = {**command, "uuid": clean_uuid(command["uuid"])}
        if "label" in command:
            self._run(recording, lambda scope: _has_class(scope, command), author)
        with self._database.read() as connection:
            scope = self._scope(connection, recording, author)
            scope.check_reading(command)
            left: set[str] = set()
            plan = large_edits.plan(scope, command, left)
        if plan is None:
            return False
        if plan.is_small:
            return self._run(recording, lambda scope: large_edits.apply_small(scope, plan), author)
        for uuid, part in plan.parts:
            self.change(
                recording, uuid, partial(large_edits.unchanged, part=part, key=plan.key, left=left), author
            )
        large_edits.refuse_left(left, plan.parts)
        return True

    def _run(self, recording: int, work: Callable[[Scope], bool], author: str) -> bool:
        try:
            return self._run_in_transaction(recording, work, author)
        except IntegrityError:  # a concurrent writer created the same class
            try:
                return self._run_in_transaction(recording, work, author)
            except IntegrityError as error:  # such as a label id that exists in another file
                raise Conflict("This contradicts what is stored already; nothing was changed.") from error

    def _run_in_transaction(self, recording: int, work: Callable[[Scope], bool], author: str) -> bool:
        with self._database.write() as connection:
            edit_log.lock(connection, recording)  # no re-reading from here on
            return work(self._scope(connection, recording, author))

    def _scope(self, connection: Connection, recording: int, author: str) -> Scope:
        store = self._recordings.open(Recording(**recording_row(connection, recording)._mapping))
        layers = self._layers_of(recording)
        return Scope(connection, recording, store, self._classes, author or acting.name(), layers=layers)

    def _changes(
        self, recording: int, since: int, acked: list[str], rejected: list[Rejection], author: str
    ) -> Changes:
        layers = self._layers_of(recording)
        with self._database.read() as connection:
            row = recording_row(connection, recording)
            store = self._recordings.open(Recording(**row._mapping))
            touched = _touched(connection, row, since)
            upsert = _rows(connection, recording, store, touched, layers)
            undo, redo, labels, used = self._about(connection, row, author or acting.name())
            label_set, classes = self._classes.offered(row.path, used)
            return Changes(
                recording=recording,
                reading=reading_version(row),
                revision=row.revision,
                saved_revision=row.saved_revision,
                state=recording_state(row, *labels),
                full=touched is None,
                upsert=upsert,
                remove=[] if touched is None else sorted(touched - {entry["id"] for entry in upsert}),
                acked=acked,
                rejected=rejected,
                undo=undo,
                redo=redo,
                classes=[_class(label_class, label_set) for label_class in classes],
                label_set={"id": label_set.id, "name": label_set.name},
            )

    def _about(
        self, connection: Connection, row: Row[Any], author: str
    ) -> tuple[str | None, str | None, tuple[bool, bool], frozenset[int]]:
        """The next undo and redo of an author, whether there are labels and suggestions, and the used classes."""
        at = (row.id, row.revision, row.changed)  # every edit changes it
        labels, used = self._by_revision.get(
            at, lambda: (has_labels(connection, row.id), self._classes.used(connection, row.id))
        )
        undo, redo = self._by_revision.get(
            (*at, author), lambda: edit_log.summaries(connection, row.id, author)
        )
        return undo, redo, labels, used


def _check_kinds(commands: Any, since: Any) -> None:
    """Check types of values from a browser."""
    if not isinstance(commands, list) or not isinstance(since, int):
        raise Invalid("Commands must be a list, with the revision as a number.")


def _has_class(scope: Scope, command: Command) -> bool:
    """Create the class of a command's label if there is none."""
    if not edit_log.is_applied(scope.connection, scope.recording, command["uuid"]):
        replace(scope, edit=command["uuid"]).label_class(command)
    return True


def _uuid_as_sent(command: Any) -> str:
    """The uuid of a rejected command, for its sender; "" if it has none."""
    uuid = command.get("uuid") if isinstance(command, dict) else None
    return uuid if isinstance(uuid, str) and uuid.isascii() else ""


def _rejection(command: Any, error: Exception) -> Rejection:
    again = isinstance(error, StorageFull | Busy)
    return {
        "uuid": _uuid_as_sent(command),
        "reason": str(error) if isinstance(error, TidemarkError) else _unforeseen(error),
        "retry": again,
        "conflict": isinstance(error, Conflict) and not again,
        "deleted": isinstance(error, Deleted),
    }


def _unforeseen(error: Exception) -> str:
    reference = new_reference()
    log.error("[%s] unexpected error in a command", reference, exc_info=error)
    return f"This change could not be made; nothing else was affected. Reference {reference}."


def _touched(connection: Connection, recording: Row[Any], since: int) -> set[str] | None:
    """Ids changed after ``since``; None for all."""
    if since in (NOTHING, recording.revision):
        return set()
    if since < 0 or since > recording.revision:
        return None
    ids = edit_log.touched_since(connection, recording.id, since)
    return None if len(ids) > CHUNK else ids


def _class(label_class: LabelClass, active: LabelSet) -> dict[str, Any]:
    """A class as a JSON object; a class outside the active set has no key."""
    ours = label_class.label_set_id == active.id
    return {
        "id": label_class.id,
        "name": label_class.name,
        "color": label_class.color,
        "ink": ink_on(label_class.color),
        "hotkey": label_class.hotkey if ours else None,
        "exclusive": label_class.exclusive,
        "labelSet": label_class.label_set_id,
    }


def _rows(
    connection: Connection, recording: int, store: Store, ids: set[str] | None, layers: Layers
) -> list[dict[str, Any]]:
    """Labels visible in ``layers`` as JSON objects, sorted by start."""
    if ids is not None and not ids:
        return []
    query, values = (ROWS, {}) if ids is None else (SOME_ROWS, {"ids": list(ids)})
    if (shown := layers.shown()) is not None:
        query = query.where(shown)
    rows = connection.execute(query, {"recording": recording, **values}).all()
    places = np.array([(row.start_index, row.end_index) for row in rows], np.int64).reshape(-1, 2)
    times = store.x_of(places.ravel()).reshape(-1, 2)
    return [_row(row, store, float(x0), float(x1)) for row, (x0, x1) in zip(rows, times, strict=True)]


def _row(row: Row[Any], store: Store, x0: float, x1: float) -> dict[str, Any]:
    return {
        "id": row.id,
        "start": row.start_index,
        "end": row.end_index,
        "x0": x0,
        "x1": x1,
        "startText": store.time_text(row.start_index),
        "endText": store.time_text(row.end_index),
        "duration": span_text(store.info.time, x1 - x0),
        "label": row.name,
        "classId": row.label_class_id,
        "color": row.color,
        "channels": row.channels,
        "source": row.source,
        "status": row.status,
        "score": row.score,
        "note": row.note,
        "created": row.created_at.isoformat(),
        "edited": row.edited_at.isoformat(),
        **_suggested(row),
    }


def _suggested(row: Row[Any]) -> dict[str, Any]:
    """Values that only suggestions have: model, run, and the decision."""
    origin = {"model": row.model, "run": row.run, "decision": row.decision, "decidedBy": row.decided_by}
    origin["decidedAt"] = row.decided_at.isoformat() if row.decided_at else None
    return {name: value for name, value in origin.items() if value is not None}
