"""Check the labels of a recording: a job finds doubtful labels, the user keeps or changes each of them.

A label is doubtful if its nearest neighbours, among the labels of this file and of files in its folder with the same
channels, carry another class (:mod:`services.learning.label_doubt`). A kept label is not listed again until its place
or class changes.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from threading import Lock
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from services.accounts import acting
from services.annotations.layers import LayerChoices
from services.errors import Invalid, NotFound
from services.jobs import Job, JobKind, Jobs, JobState
from services.recordings.repository import ACCEPTED, LIVE, OWNER, recording_row
from services.recordings.service import Recordings
from services.storage.db import Database, chunks
from services.storage.tables import annotation_table, kept_labels, label_classes, recordings
from services.training.recipe import TrainingRequest
from services.training.service import MOST_VALUES, POOL
from services.training.training_set import Part, collect, folder_of
from services.version import VERSION

log = logging.getLogger(__name__)

JOB = "check_labels"
MOST_COMPARED = 20_000_000  # values of other files that are read
TABLE = annotation_table.c
KEPT = ("id", "start_index", "end_index", "label_class_id")


@dataclass(frozen=True)
class DoubtfulLabel:
    """A doubtful label as it was checked; ``other``: the class of its nearest neighbours."""

    id: str
    start: int
    end: int
    label: str
    other: str
    doubt: float


@dataclass(frozen=True)
class LabelCheckResult:
    """The doubtful labels of a recording, the most doubtful one first, and the number of labels that were judged."""

    doubtful: tuple[DoubtfulLabel, ...]
    judged: int

    @classmethod
    def from_json(cls, values: dict[str, Any]) -> LabelCheckResult:
        """From the result of a job."""
        return cls(tuple(DoubtfulLabel(**value) for value in values["doubtful"]), values["judged"])


class LabelCheck:
    """Starts checks of labels, and stores which labels a user kept. Thread-safe."""

    def __init__(self, database: Database, recordings: Recordings, layers: LayerChoices, jobs: Jobs) -> None:
        self._database = database
        self._recordings = recordings
        self._layers = layers
        self._jobs = jobs
        self._lock = Lock()
        function = "services.learning.doubt_job:check"
        kind = JobKind(function, pool=POOL, shown=True, eager=False, prepare=self._prepare, again=self._again)
        jobs.register(JOB, kind)

    # -- the job ----------------------------------------------------------------------------------------

    def start(self, recording: int, owner: str = "") -> str:
        """Check the current labels; returns the id of the job, an earlier one if nothing changed since.

        Raises:
            NotFound: unknown recording.
        """
        with self._lock:
            arguments = self._arguments(recording)
            newest = self._jobs.newest(JOB, "version", arguments["version"])
            if newest and (newest.active or newest.state == JobState.DONE):
                return newest.id
            return self._jobs.submit(JOB, arguments, owner, recording)

    def result(self, job_id: str) -> LabelCheckResult | None:
        """The result of a check; None while it runs.

        Raises:
            NotFound: unknown job.
        """
        job = self._jobs.get(job_id)
        if job.kind != JOB:
            raise NotFound("There is no such check (any more).")
        return LabelCheckResult.from_json(job.result) if job.result else None

    def _arguments(self, recording: int) -> dict[str, Any]:
        with self._database.read() as connection:
            path = recording_row(connection, recording).path
            version = _version(connection, recording, folder_of(path))
        return {"version": version, "about": {"title": "Check labels", "what": path}}

    def _again(self, job: Job) -> dict[str, Any]:
        return self._arguments(job.recording_id or 0)

    def _prepare(self, job: Job) -> dict[str, Any]:
        """Arguments for the worker, with the labels at the start of the job.

        Raises:
            NotFound: the recording was deleted.
            Invalid: it is too large.
        """
        recording = job.recording_id or 0
        with self._database.read() as connection:
            folder = folder_of(recording_row(connection, recording).path)
            parts = collect(connection, self._recordings, TrainingRequest((recording,), folder))
            rows = _labels(connection, recording)
        names = {label.name: label.index for label in parts.labels}
        own = next((part for part in parts.parts if part.id == recording), None)
        if own is None:
            return {"recordings": [], "classes": [], "ids": []}
        if own.rows * len(own.places) > MOST_VALUES:
            raise Invalid(f"The file has more than {MOST_VALUES:,} values; its labels cannot be compared.")
        rows = [row for row in rows if row.name in names]
        labels = [[names[row.name], row.start_index, row.end_index] for row in rows]
        others = [
            _recording(part, [[label, *segment] for label, segment in part.labels])
            for part in _affordable(parts.parts, recording)
        ]
        return {
            "recordings": [_recording(own, labels), *others],
            "classes": list(names),
            "ids": [row.id for row in rows],
        }

    # -- the decisions ----------------------------------------------------------------------------------

    def undecided(self, recording: int, doubtful: Sequence[DoubtfulLabel]) -> list[DoubtfulLabel]:
        """Those of the doubtful labels that are unchanged since the check, not kept, and shown to the current user.

        Labels that belong to others, and that the current user may not change, are left out.

        Raises:
            NotFound: unknown recording.
        """
        layers = self._layers.of(recording)
        with self._database.read() as connection:
            recording_row(connection, recording)
            ids = [label.id for label in doubtful]
            now = {row.id: row for some in chunks(ids) for row in _labels(connection, recording, some)}
            kept = {tuple(row) for row in connection.execute(_kept_places(recording))}
        rows = []
        for label in doubtful:
            row = now.get(label.id)
            if row is None or (row.start_index, row.end_index, row.name) != (
                label.start,
                label.end,
                label.label,
            ):
                continue
            if (row.id, row.start_index, row.end_index, row.label_class_id) in kept:
                continue
            if layers.shows(row.owner) and acting.owns(row.owner):
                rows.append(label)
        return rows

    def keep(self, recording: int, label: str) -> None:
        """Store that a label is right, so that it is not listed again.

        Raises:
            NotFound: it was deleted.
        """
        with self._database.write() as connection:
            rows = _labels(connection, recording, [label])
            if not rows:
                raise NotFound("This label was deleted meanwhile.")
            connection.execute(delete(kept_labels).where(kept_labels.c.id == label))
            values = {name: getattr(rows[0], name) for name in KEPT} | {
                "recording_id": recording,
                "author": acting.name(),
                "created_at": datetime.now(UTC),
            }
            connection.execute(insert(kept_labels).values(**values))
        log.info("recording %s: label %s kept", recording, label)

    def ask_again(self, recording: int, doubtful: Sequence[DoubtfulLabel]) -> None:
        """Delete the decisions to keep some labels."""
        with self._database.write() as connection:
            for some in chunks([label.id for label in doubtful]):
                where = (kept_labels.c.recording_id == recording, kept_labels.c.id.in_(some))
                connection.execute(delete(kept_labels).where(*where))


def _kept_places(recording: int) -> Any:
    columns = (kept_labels.c[name] for name in KEPT)
    return select(*columns).where(kept_labels.c.recording_id == recording)


def _labels(connection: Connection, recording: int, ids: Sequence[str] | None = None) -> list[Row[Any]]:
    """Accepted labels of a recording, all or those of ``ids``, with the names of their classes and their owners."""
    query = (
        select(*(TABLE[name] for name in KEPT), label_classes.c.name, OWNER.label("owner"))
        .join(label_classes, label_classes.c.id == TABLE.label_class_id)
        .where(TABLE.recording_id == recording, TABLE.status == ACCEPTED)
        .order_by(TABLE.start_index, TABLE.id)
    )
    if ids is not None:
        query = query.where(TABLE.id.in_(ids))
    return list(connection.execute(query))


def _version(connection: Connection, recording: int, folder: str) -> str:
    """A version string of the labels of a recording and of its folder."""
    columns = (recordings.c.id, recordings.c.path, recordings.c.store_key, recordings.c.labels_revision)
    rows = connection.execute(select(*columns).where(LIVE).order_by(recordings.c.id))
    names = [list(row) for row in connection.execute(select(label_classes.c.id, label_classes.c.name))]
    states = [[row.id, row.store_key, row.labels_revision] for row in rows if folder_of(row.path) == folder]
    return hashlib.sha256(json.dumps([VERSION, recording, states, sorted(names)]).encode()).hexdigest()


def _affordable(parts: Sequence[Part], recording: int) -> list[Part]:
    """Other recordings to compare with, as far as their values can be read quickly."""
    chosen, values = [], 0
    for part in parts:
        values += 0 if part.id == recording else part.rows * len(part.places)
        if part.id != recording and part.labels and values <= MOST_COMPARED:
            chosen.append(part)
    return chosen


def _recording(part: Part, labels: list[list[int]]) -> dict[str, Any]:
    return {"path": part.path, "store": part.folder, "channels": list(part.places), "labels": labels}
