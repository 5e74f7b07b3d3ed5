"""The labels of one recording: commands in, what changed out."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Any, TypedDict

import numpy as np
from sqlalchemy import Connection, Row, select

from services import commands, edits
from services.commands import Command
from services.db import Database
from services.durations import span_text
from services.edits import CHUNK
from services.errors import NotFound, TidemarkError
from services.label_classes import LabelClasses
from services.recordings import RecordingState, Recordings, label_counts, recording_state
from services.tables import annotations, label_classes, recordings
from services.timeseries import Store

log = logging.getLogger(__name__)


class Rejection(TypedDict):
    """A command that was not applied, and why."""

    uuid: str
    reason: str


class Changes(TypedDict):
    """What a browser must know after its commands: what became of them, and what is new since its revision."""

    recording: int
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
    classes: list[tuple[int, str, str, str | None]]


class Annotations:
    """Labels of all recordings."""

    def __init__(self, database: Database, known: Recordings, classes: LabelClasses) -> None:
        self._database = database
        self._recordings = known
        self._classes = classes

    def apply(self, recording: int, asked: list[Command], since: int, author: str = "") -> Changes:
        """Apply commands, each in a transaction of its own, and tell what changed after revision ``since``.

        A command that makes no sense is rejected in words and does not keep the others from being applied; one
        whose uuid was applied before is acknowledged again. ``since`` below 0 asks for everything.

        Raises:
            NotFound: there is no such recording.
        """
        acked: list[str] = []
        rejected: list[Rejection] = []
        store = self._recordings.store(recording)
        for command in asked:
            uuid = str(command.get("uuid"))
            try:
                self._apply_one(recording, store, command, author)
            except TidemarkError as error:
                rejected.append({"uuid": uuid, "reason": str(error)})
            else:
                acked.append(uuid)
        return self._changes(recording, store, since, acked, rejected)

    def _apply_one(self, recording: int, store: Store, command: Command, author: str) -> None:
        begun = perf_counter()
        with self._database.write() as connection:
            commands.run(connection, recording, store, self._classes, command, author)
        milliseconds = (perf_counter() - begun) * 1000
        log.info("recording %s: %s %s, %.1f ms", recording, command["kind"], command["uuid"], milliseconds)

    def _changes(
        self, recording: int, store: Store, since: int, acked: list[str], rejected: list[Rejection]
    ) -> Changes:
        with self._database.read() as connection:
            row = connection.execute(select(recordings).where(recordings.c.id == recording)).first()
            if row is None:
                raise NotFound("This recording does not exist (any more).")
            touched = _touched(connection, row, since)
            upsert = _rows(connection, recording, store, touched)
            undoable, redoable = (
                edits.newest_done(connection, recording),
                edits.oldest_undone(connection, recording),
            )
            return Changes(
                recording=recording,
                revision=row.revision,
                saved_revision=row.saved_revision,
                state=recording_state(row, *label_counts(connection, recording)),
                full=touched is None,
                upsert=upsert,
                remove=[] if touched is None else sorted(touched - {entry["id"] for entry in upsert}),
                acked=acked,
                rejected=rejected,
                undo=undoable.summary if undoable else None,
                redo=redoable.summary if redoable else None,
                classes=[(one.id, one.name, one.color, one.hotkey) for one in self._classes.list(connection)],
            )


def _touched(connection: Connection, recording: Row[Any], since: int) -> set[str] | None:
    """Ids changed after ``since``; None for all of them."""
    if since < 0:
        return None
    if since >= recording.revision:
        return set()
    ids = edits.touched_since(connection, recording.id, since)
    return None if len(ids) > CHUNK else ids


def _rows(connection: Connection, recording: int, store: Store, ids: set[str] | None) -> list[dict[str, Any]]:
    """Labels as the browser draws and lists them, in start order."""
    query = (
        select(annotations, label_classes.c.name, label_classes.c.color)
        .join(label_classes, label_classes.c.id == annotations.c.label_class_id)
        .where(annotations.c.recording_id == recording)
        .order_by(
            annotations.c.start_index, annotations.c.end_index, annotations.c.created_at, annotations.c.id
        )
    )
    if ids is not None:
        if not ids:
            return []
        query = query.where(annotations.c.id.in_(ids))
    rows = connection.execute(query).all()
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
        "source": row.source,
        "status": row.status,
        "score": row.score,
    }
