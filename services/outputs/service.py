"""Output service: write one label CSV per recording at the same relative path, and pack them as ZIP."""

from __future__ import annotations

import hashlib
import logging
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path, PurePosixPath
from time import perf_counter
from typing import Any

from sqlalchemy import Connection, Row, select
from zipstream import ZIP_DEFLATED, ZipStream

from services.errors import Conflict, Invalid, NotFound, TidemarkError
from services.formats.label_file import refuse_other_than_labels
from services.formats.labels_csv import LabelRow, write_labels
from services.log import new_reference
from services.recordings.repository import (
    ACCEPTED,
    LIVE,
    Recording,
    RecordingState,
    RecordingSummary,
    change,
    recording_row,
)
from services.recordings.service import Recordings
from services.settings import Settings
from services.storage.db import Database
from services.storage.files import StagedFile, atomic_write, is_within, sweep
from services.storage.paths import quoted
from services.storage.tables import START_ORDER, annotation_table, label_classes, recordings
from services.wording import counted

log = logging.getLogger(__name__)

Progress = Callable[[float, str], None]  # fraction done, path of the file that is next


@dataclass(frozen=True)
class SaveResult:
    """The result of one file: the number of labels written, or the reason why none."""

    path: str
    saved: bool
    labels: int = 0
    reason: str = ""

    @property
    def sentence(self) -> str:
        """The same in words."""
        if not self.saved:
            return self.reason
        return f"{counted(self.labels, 'label')} written"


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
        self._swept = False

    def save(self, recording: int) -> SaveResult:
        """Write the accepted labels of a recording; it is on the disk when this returns.

        Raises:
            NotFound: there is no such recording, or its samples are missing.
            StorageFull: the file cannot be written; the one that was there is as it was.
        """
        begun = perf_counter()
        self._sweep()
        path, revision, rows = self._snapshot(recording)
        data = write_labels(rows).encode()
        with StagedFile(self._target(self._folder, path), data) as staged:
            self._place(recording, revision, len(rows), data, staged)
        milliseconds = (perf_counter() - begun) * 1000
        log.info(
            "recording %s: saved %d labels at revision %d, %.1f ms",
            recording,
            len(rows),
            revision,
            milliseconds,
        )
        return SaveResult(path, saved=True, labels=len(rows))

    def save_all(
        self, progress: Progress | None = None, ids: Collection[int] | None = None
    ) -> list[SaveResult]:
        """Save every recording (of ``ids``, if given) with unsaved changes, and those whose saved file is gone.

        One that cannot be saved does not keep the others from it.
        """
        wanted = [one for one in self.unsaved() if ids is None or one.id in ids]
        return _each(wanted, self.save, progress)

    def unsaved(self) -> Sequence[RecordingSummary]:
        """Recordings with unsaved changes, and those whose saved file is gone."""
        return [one for one in self._recordings.list() if self._needs_saving(one)]

    def save_unsaved(self, ids: Collection[int]) -> list[SaveResult]:
        """Save those of some recordings that are unsaved."""
        wanted = [one for one in self._recordings.list(ids) if one.state == RecordingState.UNSAVED]
        return _each(wanted, self.save, None)

    def export(self, folder: Path, progress: Progress | None = None) -> list[SaveResult]:
        """Write the labels of every labelled recording to another folder; outputs/ and its states stay."""
        labelled = [one for one in self._recordings.list() if one.labels]
        return _each(labelled, lambda recording: self._export(recording, folder), progress)

    def list(self) -> list[SavedOutput]:
        """What is saved and still there, by path."""
        query = select(recordings).where(LIVE, recordings.c.saved_at.is_not(None)).order_by(recordings.c.path)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        folders: dict[Path, bool] = {}  # which folders lie inside outputs/, found out once for each
        return [output for row in rows if (output := self._output(row, folders))]

    def zip_stream(self, ids: Iterable[int]) -> Iterator[bytes]:
        """The chosen saved files as one ZIP, made while it is sent; one file at a time is in memory.

        A file that is removed meanwhile is left out; the archive stays valid.

        Raises:
            NotFound: none of them is saved (any more).
        """
        chosen = set(ids)
        paths = [output.path for output in self.list() if output.id in chosen]
        if not paths:
            raise NotFound("None of these files is saved (any more). Save first, then download.")
        return self._zip(paths)

    def _zip(self, paths: Iterable[str]) -> Iterator[bytes]:
        archive = ZipStream(compress_type=ZIP_DEFLATED)
        for path in paths:
            try:
                data = self._target(self._folder, path).read_bytes()
            except OSError:
                log.warning("%s was left out of a download: it cannot be read (any more)", path)
                continue
            archive.add(data, path)
            yield from archive.all_files()
        yield from archive.finalize()

    def _place(self, recording: int, revision: int, labels: int, data: bytes, staged: StagedFile) -> None:
        """Give the new file its name and note what it holds, unless a later state was saved meanwhile.

        Both in one transaction: others who save wait for its lock, so the file is never older than its note.
        """
        saved = {
            "saved_revision": revision,
            "saved_at": datetime.now(UTC),
            "saved_labels": labels,
            "output_sha256": hashlib.sha256(data).hexdigest(),
        }
        with self._database.write() as connection:
            if self._target(self._folder, recording_row(connection, recording).path) != staged.path:
                raise Conflict("The file was renamed while it was saved. Save it again.")
            newest = (recordings.c.id == recording, recordings.c.saved_revision <= revision)
            if change(connection, *newest, **saved):
                staged.place()

    def _needs_saving(self, one: RecordingSummary) -> bool:
        if one.state == RecordingState.UNSAVED:
            return True
        try:
            return one.saved_at is not None and not (self._folder / one.path).exists()
        except OSError:  # the save reports the error
            return True

    def _sweep(self) -> None:
        """Once a run: remove what a killed process left half written."""
        if not self._swept:
            self._swept = True
            sweep(self._folder)

    def _export(self, recording: int, folder: Path) -> SaveResult:
        path, _, rows = self._snapshot(recording)
        target = self._target(folder, path)
        refuse_other_than_labels(target)
        atomic_write(target, write_labels(rows).encode())
        log.info("recording %s: exported %d labels to %s", recording, len(rows), folder)
        return SaveResult(path, saved=True, labels=len(rows))

    def _snapshot(self, recording: int) -> tuple[str, int, Sequence[LabelRow]]:
        """Path, revision and accepted labels of a recording at one moment."""
        with self._database.read() as connection:
            row = recording_row(connection, recording)
            labels = _accepted(connection, recording)
        store = self._recordings.open(Recording(**row._mapping))  # the samples those labels are pinned to
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

    def _output(self, row: Row[Any], folders: dict[Path, bool]) -> SavedOutput | None:
        path = self._folder / row.path
        try:
            found = path.lstat()
        except OSError:
            return None
        if path.parent not in folders:
            folders[path.parent] = is_within(path, self._folder)
        if not folders[path.parent] or not stat.S_ISREG(found.st_mode) or not _is_clean(row.path):
            return None
        return SavedOutput(
            id=row.id,
            path=row.path,
            size=found.st_size,
            saved_at=row.saved_at,
            labels=row.saved_labels,
            stale=row.revision > row.saved_revision,
        )

    @staticmethod
    def _target(folder: Path, path: str) -> Path:
        target = folder / path
        if not _is_clean(path) or not is_within(target, folder):
            raise Invalid(f"{quoted(path)} would lie outside {folder}; nothing was written.")
        return target


def _is_clean(path: str) -> bool:
    """True for a path that can be a name in an archive as it is."""
    pure = PurePosixPath(path)
    return pure.as_posix() == path and ".." not in pure.parts and not pure.is_absolute()


def _each(
    wanted: Sequence[RecordingSummary], work: Callable[[int], SaveResult], progress: Progress | None
) -> list[SaveResult]:
    results = []
    for done, one in enumerate(wanted):
        if progress:
            progress(done / len(wanted), one.path)
        results.append(_attempt(one, work))
    return results


def _attempt(one: RecordingSummary, work: Callable[[int], SaveResult]) -> SaveResult:
    try:
        return work(one.id)
    except TidemarkError as error:
        return SaveResult(one.path, saved=False, reason=str(error))
    except Exception:
        reference = new_reference()
        log.exception("[%s] recording %s could not be written", reference, one.id)
        return SaveResult(
            one.path, saved=False, reason=f"Something unexpected happened (reference {reference})."
        )


def _accepted(connection: Connection, recording: int) -> Any:
    return connection.execute(
        select(
            annotation_table.c.start_index,
            annotation_table.c.end_index,
            label_classes.c.name,
            label_classes.c.color,
        )
        .join(label_classes, label_classes.c.id == annotation_table.c.label_class_id)
        .where(annotation_table.c.recording_id == recording, annotation_table.c.status == ACCEPTED)
        .order_by(*START_ORDER)
    ).all()
