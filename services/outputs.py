"""Outputs: what Save writes, one label CSV a recording at the same relative path, and the ZIP of them."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Row, case, select, update
from zipstream import ZIP_DEFLATED, ZipStream

from services.db import Database
from services.errors import Invalid, NotFound, TidemarkError
from services.files import atomic_write
from services.formats.labels_csv import LabelRow, write_labels
from services.recordings import RecordingState, Recordings
from services.settings import Settings
from services.tables import annotations, label_classes, recordings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class SaveResult:
    """What became of one file: how many labels were written, or why none."""

    path: str
    saved: bool
    labels: int = 0
    reason: str = ""

    @property
    def sentence(self) -> str:
        """The same in words."""
        if not self.saved:
            return self.reason
        return f"{self.labels:,} {'label' if self.labels == 1 else 'labels'} written"


@dataclass(frozen=True)
class SavedOutput:
    """A file in outputs/; stale when labels were changed after it was written."""

    id: int
    path: str
    size: int
    saved_at: datetime
    labels: int
    stale: bool
    state: RecordingState = RecordingState.SAVED


class Outputs:
    """The files in outputs/."""

    def __init__(self, database: Database, known: Recordings, settings: Settings) -> None:
        self._database = database
        self._recordings = known
        self._folder = settings.outputs_dir

    def save(self, recording: int) -> SaveResult:
        """Write the accepted labels of a recording; it is on the disk when this returns.

        Raises:
            NotFound: there is no such recording, or its samples are missing.
            StorageFull: the file cannot be written; the one that was there is as it was.
        """
        path, revision, rows = self._snapshot(recording)
        data = write_labels(rows).encode()
        atomic_write(self._target(self._folder, path), data)
        with self._database.write() as connection:
            connection.execute(
                update(recordings)
                .where(recordings.c.id == recording)
                .values(
                    saved_revision=_greater(recordings.c.saved_revision, revision),
                    saved_at=datetime.now(UTC),
                    saved_labels=len(rows),
                    output_sha256=hashlib.sha256(data).hexdigest(),
                )
            )
        log.info("recording %s: saved %d labels at revision %d to %s", recording, len(rows), revision, path)
        return SaveResult(path, saved=True, labels=len(rows))

    def save_all(self) -> list[SaveResult]:
        """Save every recording with unsaved changes; one that cannot be saved does not keep the others from it."""
        unsaved = [one for one in self._recordings.list() if one.state == RecordingState.UNSAVED]
        return [_attempt(one.path, lambda one=one: self.save(one.id)) for one in unsaved]  # type: ignore[misc]

    def export(self, folder: Path) -> list[SaveResult]:
        """Write the labels of every labelled recording to another folder; outputs/ and its states stay."""
        labelled = [one for one in self._recordings.list() if one.labels]
        return [_attempt(one.path, lambda one=one: self._export(one.id, folder)) for one in labelled]  # type: ignore[misc]

    def list(self) -> list[SavedOutput]:
        """What is saved and still there, by path."""
        query = select(recordings).where(recordings.c.saved_at.is_not(None)).order_by(recordings.c.path)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return [output for output in map(self._output, rows) if output]

    def zip_stream(self, ids: Iterable[int]) -> Iterator[bytes]:
        """The chosen saved files as one ZIP, made while it is sent; a file that is gone meanwhile is left out."""
        chosen = set(ids)
        archive = ZipStream(compress_type=ZIP_DEFLATED)
        for output in self.list():
            if output.id not in chosen:
                continue
            try:
                data = self._target(self._folder, output.path).read_bytes()
            except FileNotFoundError:
                continue
            archive.add(data, output.path)
            yield from archive.all_files()
        yield from archive.finalize()

    def _export(self, recording: int, folder: Path) -> SaveResult:
        path, _, rows = self._snapshot(recording)
        atomic_write(self._target(folder, path), write_labels(rows).encode())
        return SaveResult(path, saved=True, labels=len(rows))

    def _snapshot(self, recording: int) -> tuple[str, int, list[LabelRow]]:
        """Path, revision and accepted labels of a recording at one moment."""
        store = self._recordings.store(recording)
        with self._database.read() as connection:
            row = connection.execute(select(recordings).where(recordings.c.id == recording)).first()
            if row is None:
                raise NotFound("This recording does not exist (any more).")
            labels = _accepted(connection, recording)
        rows = [
            LabelRow(
                store.time_saved(label.start_index),
                store.time_saved(label.end_index),
                label.name,
                label.color,
            )
            for label in labels
        ]
        return row.path, row.revision, rows

    def _output(self, row: Row[Any]) -> SavedOutput | None:
        try:
            size = self._target(self._folder, row.path).stat().st_size
        except (OSError, Invalid):
            return None
        return SavedOutput(
            id=row.id,
            path=row.path,
            size=size,
            saved_at=row.saved_at,
            labels=row.saved_labels,
            stale=row.revision > row.saved_revision,
        )

    @staticmethod
    def _target(folder: Path, path: str) -> Path:
        target = folder / path
        if not target.resolve().is_relative_to(folder.resolve()):
            raise Invalid(f"{path} would lie outside {folder}.")
        return target


def _attempt(path: str, work: Any) -> SaveResult:
    try:
        result: SaveResult = work()
    except TidemarkError as error:
        return SaveResult(path, saved=False, reason=str(error))
    return result


def _accepted(connection: Connection, recording: int) -> Any:
    return connection.execute(
        select(
            annotations.c.start_index, annotations.c.end_index, label_classes.c.name, label_classes.c.color
        )
        .join(label_classes, label_classes.c.id == annotations.c.label_class_id)
        .where(annotations.c.recording_id == recording, annotations.c.status == "accepted")
        .order_by(
            annotations.c.start_index, annotations.c.end_index, annotations.c.created_at, annotations.c.id
        )
    ).all()


def _greater(column: Any, value: int) -> Any:
    return case((column > value, column), else_=value)
