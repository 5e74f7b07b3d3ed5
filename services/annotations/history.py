"""History of a recording: edits with author, time and changes, and a preview of restoring."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypedDict

from sqlalchemy import Connection, Row, select

from services.accounts import acting
from services.annotations import restore_points
from services.annotations.restoring import Target, difference
from services.errors import NotFound
from services.recordings.repository import SUGGESTED, recording_row
from services.recordings.service import Recordings
from services.storage.db import Database
from services.storage.tables import edits, label_classes
from services.timeseries import Store
from services.timeseries.durations import span_text

PAGE = 100
LARGEST_PAGE = 500
MOST_GHOSTS = 2000  # labels of an edit drawn on the plot

LISTED = tuple(edits.c[name] for name in ("revision", "kind", "summary", "state", "author", "created_at"))


class HistoryEntry(TypedDict):
    """An edit or step; ``state``: done, undone, dropped (not redoable), step (an undo or redo), settled."""

    revision: int
    kind: str
    summary: str
    state: str
    author: str
    at: str


class HistoryPage(TypedDict):
    """Entries, newest first. ``more``: older ones exist. ``oldest``: the earliest revision that can be restored."""

    entries: list[HistoryEntry]
    more: bool
    revision: int
    saved_revision: int | None
    oldest: int


class ShownChanges(TypedDict):
    """The changes of an edit for the plot; ``hidden``: number of further labels."""

    before: list[dict[str, Any]]
    after: list[dict[str, Any]]
    hidden: int


class RestoreEffect(TypedDict):
    """Effect of a restore at ``revision``; ``others``: number of affected labels of other authors."""

    revision: int
    back: int
    removed: int
    changed: int
    suggestions: int
    others: int


class History:
    """The edits of all recordings."""

    def __init__(self, database: Database, recordings: Recordings) -> None:
        self._database = database
        self._recordings = recordings

    def authors(self, recording: int) -> list[str]:
        """Authors of the edits of a recording; "" for edits without one."""
        query = select(edits.c.author).where(edits.c.recording_id == recording).distinct()
        with self._database.read() as connection:
            return sorted(connection.execute(query).scalars(), key=str.casefold)

    def page(
        self, recording: int, before: int | None = None, limit: int = PAGE, author: str | None = None
    ) -> HistoryPage:
        """The newest edits (of ``author``, if given), or those before revision ``before``; at most 500.

        Raises:
            NotFound: unknown recording.
        """
        limit = max(1, min(limit, LARGEST_PAGE))
        query = select(*LISTED).where(edits.c.recording_id == recording)
        if before is not None:
            query = query.where(edits.c.revision < before)
        if author is not None:
            query = query.where(edits.c.author == author)
        with self._database.read() as connection:
            recording_state = recording_row(connection, recording)
            rows = connection.execute(query.order_by(edits.c.revision.desc()).limit(limit + 1)).all()
            return HistoryPage(
                entries=[_entry(row) for row in rows[:limit]],
                more=len(rows) > limit,
                revision=recording_state.revision,
                saved_revision=None if recording_state.saved_at is None else recording_state.saved_revision,
                oldest=restore_points.oldest(connection, recording),
            )

    def newest(self, recording: int, limit: int, author: str | None = None) -> HistoryPage:
        """The newest ``limit`` edits (of ``author``, if given), without an upper bound.

        Raises:
            NotFound: unknown recording.
        """
        entries = self.page(recording, None, limit, author)
        while entries["more"] and len(entries["entries"]) < limit:
            last, left = entries["entries"][-1]["revision"], limit - len(entries["entries"])
            older = self.page(recording, last, left, author)
            entries["entries"] += older["entries"]
            entries["more"] = older["more"]
        return entries

    def shown(self, recording: int, revision: int) -> ShownChanges:
        """Labels changed by an edit, before and after it, with times and colours.

        Raises:
            NotFound: unknown recording or edit.
        """
        store = self._recordings.store(recording)
        query = select(edits.c.before, edits.c.after)
        query = query.where(edits.c.recording_id == recording, edits.c.revision == revision)
        with self._database.read() as connection:
            entry = connection.execute(query).first()
            if entry is None:
                raise NotFound("There is no such edit in the history of this file.")
            before, after = entry.before[:MOST_GHOSTS], entry.after[:MOST_GHOSTS]
            classes = _classes(connection, [*before, *after])
        touched = {row["id"] for row in entry.before} | {row["id"] for row in entry.after}
        drawn = {row["id"] for row in before} | {row["id"] for row in after}
        return ShownChanges(
            before=[_ghost(store, classes, row) for row in before],
            after=[_ghost(store, classes, row) for row in after],
            hidden=len(touched) - len(drawn),
        )

    def outlook(self, recording: int, target: Target, author: str = "") -> RestoreEffect:
        """Changes that restoring ``target`` (a revision, ``saved`` or ``empty``) would make.

        Raises:
            NotFound: unknown recording.
            Invalid: unknown revision.
        """
        with self._database.read() as connection:
            current = recording_row(connection, recording)
            changes = difference(connection, recording, target)
        now, then = {row["id"]: row for row in changes.now}, {row["id"]: row for row in changes.then}
        return RestoreEffect(
            revision=current.revision,
            back=len(then.keys() - now.keys()),
            removed=len(now.keys() - then.keys()),
            changed=len(now.keys() & then.keys()),
            suggestions=sum(row["status"] == SUGGESTED for row in changes.now),
            others=sum(row["author"] != (author or acting.name()) for row in changes.now),
        )


def _entry(row: Row[Any]) -> HistoryEntry:
    return HistoryEntry(
        revision=row.revision,
        kind=row.kind,
        summary=row.summary,
        state=row.state,
        author=row.author,
        at=row.created_at.isoformat(),
    )


def _classes(connection: Connection, rows: Iterable[dict[str, Any]]) -> dict[int, Any]:
    query = select(label_classes.c.id, label_classes.c.name, label_classes.c.color)
    ids = {row["label_class_id"] for row in rows}
    return {row.id: row for row in connection.execute(query.where(label_classes.c.id.in_(ids)))}


def _ghost(store: Store, classes: dict[int, Any], row: dict[str, Any]) -> dict[str, Any]:
    last = store.rows - 1  # an edit from before a re-reading may have samples that no longer exist
    x0, x1 = (float(store.x_of(min(row[name], last))) for name in ("start_index", "end_index"))
    label = classes.get(row["label_class_id"])
    return {
        "id": row["id"],
        "x0": x0,
        "x1": x1,
        "duration": span_text(store.info.time, x1 - x0),
        "label": label.name if label else "",
        "color": label.color if label else "#888888",
    }
