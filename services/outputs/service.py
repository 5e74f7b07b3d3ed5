"""Output service: write a label CSV and a label JSON per recording at the same relative path, and pack them as ZIP."""

from __future__ import annotations

import hashlib
import logging
import re
import stat
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from math import isfinite
from pathlib import Path, PurePosixPath
from time import perf_counter
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, select
from zipstream import ZIP_DEFLATED, ZipStream

from services.errors import Conflict, Invalid, NotFound, TidemarkError
from services.formats.label_file import refuse_other_than_labels
from services.formats.labels_csv import LabelRow, write_labels
from services.formats.labels_json import LabelEntry, RecordingOrigin, write_labels_json
from services.log import new_reference
from services.recordings.repository import (
    ACCEPTED,
    LIVE,
    OWNER,
    REPLACED,
    Recording,
    RecordingState,
    RecordingSummary,
    change,
    recording_row,
)
from services.recordings.service import Recordings
from services.settings import Settings
from services.storage.db import Database
from services.storage.files import is_within, sweep
from services.storage.output_files import StagedPair, names_of
from services.storage.paths import labels_json_path, quoted, windows_names
from services.storage.tables import START_ORDER, annotation_table, label_classes, models, recordings
from services.timeseries import Store, StoreInfo
from services.wording import NO_AUTHOR, counted

log = logging.getLogger(__name__)

OWN = annotation_table.c.status.in_((ACCEPTED, REPLACED))  # labels of users, also replaced ones

Progress = Callable[[float, str], None]  # fraction, path of the next file


@dataclass(frozen=True)
class SaveResult:
    """Result of a file: number of labels written, or the reason of a failure."""

    path: str
    saved: bool
    labels: int = 0
    reason: str = ""

    @property
    def sentence(self) -> str:
        """The result as text."""
        if not self.saved:
            return self.reason
        return f"{counted(self.labels, 'label')} written"


@dataclass(frozen=True)
class SavedOutput:
    """A saved file in outputs/; stale if labels changed since."""

    id: int
    path: str
    size: int
    saved_at: datetime
    labels: int
    stale: bool
    has_json: bool = True
    state: RecordingState = RecordingState.SAVED


class ZipFiles(StrEnum):
    """Kinds of saved files in a ZIP."""

    CSV = "csv"
    JSON = "json"
    BOTH = "both"
    AUTHORS = "authors"  # current labels of each author as CSV and JSON, one folder per author

    def of(self, output: SavedOutput) -> list[str]:
        """Paths of the files of a recording."""
        csv, json = names_of(output.path)
        return [*([csv] if self != "json" else []), *([json] if self != "csv" and output.has_json else [])]


@dataclass(frozen=True)
class Snapshot:
    """Accepted labels of a recording in one transaction, in start order."""

    recording: Recording
    info: StoreInfo
    labels: Sequence[LabelEntry]

    @property
    def path(self) -> str:
        """Path of the recording."""
        return self.recording.path

    @property
    def revision(self) -> int:
        """Revision of the labels."""
        return self.recording.revision

    def written(self) -> tuple[bytes, bytes]:
        """Content of the label CSV and the label JSON."""
        csv = write_labels(LabelRow(one.start, one.end, one.label, one.color) for one in self.labels).encode()
        reading = self.info.read_as(self.recording.reading)
        sha256 = hashlib.sha256(csv).hexdigest()
        origin = RecordingOrigin(self.recording.sha256, self.recording.rows, reading, sha256)
        return csv, write_labels_json(origin, self.recording.size_bytes, self.labels).encode()


class Outputs:
    """Writes the files in outputs/."""

    def __init__(self, database: Database, known: Recordings, settings: Settings) -> None:
        self._database = database
        self._recordings = known
        self._folder = settings.outputs_dir
        self._swept = False

    def save(self, recording: int) -> SaveResult:
        """Write the accepted labels of a recording as CSV and JSON; both are on the disk when this returns.

        Raises:
            NotFound: unknown recording, or its samples are missing.
            StorageFull: a file cannot be written; existing files are unchanged.
        """
        begun = perf_counter()
        self._sweep()
        found = self._snapshot(recording)
        csv, json = found.written()
        self._target(self._folder, found.path)
        with StagedPair(self._folder, found.path, csv, json) as staged:
            self._place(recording, found, csv, json, staged)
        milliseconds = (perf_counter() - begun) * 1000
        details = (recording, len(found.labels), found.revision, milliseconds)
        log.info("recording %s: saved %d labels at revision %d, %.1f ms", *details)
        return SaveResult(found.path, saved=True, labels=len(found.labels))

    def save_all(
        self, progress: Progress | None = None, ids: Collection[int] | None = None
    ) -> list[SaveResult]:
        """Save all recordings (of ``ids``, if given) with unsaved changes or missing saved files.

        A failure does not affect the other files.
        """
        wanted = [one for one in self.unsaved() if ids is None or one.id in ids]
        return _each(wanted, self.save, progress)

    def unsaved(self) -> Sequence[RecordingSummary]:
        """Recordings with unsaved changes or missing saved files."""
        return [one for one in self._recordings.list() if self._needs_saving(one)]

    def save_unsaved(self, ids: Collection[int]) -> list[SaveResult]:
        """Save the unsaved ones of some recordings."""
        wanted = [one for one in self._recordings.list(ids) if one.state == RecordingState.UNSAVED]
        return _each(wanted, self.save, None)

    def export(self, folder: Path, progress: Progress | None = None) -> list[SaveResult]:
        """Write the labels of every labelled recording to another folder; outputs/ and save states are unchanged."""
        labelled = [one for one in self._recordings.list() if one.labels]
        return _each(labelled, lambda recording: self._export(recording, folder), progress)

    def list(self) -> list[SavedOutput]:
        """Existing saved files, by path."""
        query = select(recordings).where(LIVE, recordings.c.saved_at.is_not(None)).order_by(recordings.c.path)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        folders: dict[Path, bool] = {}  # cache: is a folder inside outputs/?
        return [output for row in rows if (output := self._output(row, folders))]

    def zip_stream(self, ids: Iterable[int], files: ZipFiles = ZipFiles.CSV) -> Iterator[bytes]:
        """Saved files as a streamed ZIP; one file at a time is in memory.

        Names that Windows forbids are replaced. A file that is removed meanwhile is left out; the archive stays
        valid.

        Raises:
            NotFound: none of them is saved (any more).
        """
        chosen = set(ids)
        outputs = [output for output in self.list() if output.id in chosen]
        if not outputs:
            raise NotFound("None of these files is saved (any more). Save first, then download.")
        if files == ZipFiles.AUTHORS:
            return self._zip_authors(outputs)
        safe = windows_names(output.path for output in outputs)
        names = {
            path: labels_json_path(safe[output.path]) if path != output.path else safe[path]
            for output in outputs
            for path in files.of(output)
        }
        if not names:
            raise NotFound(
                "These files were saved before label JSONs existed. Save them again, then download."
            )
        return self._zip(names)

    def _zip(self, names: Mapping[str, str]) -> Iterator[bytes]:
        archive = ZipStream(compress_type=ZIP_DEFLATED)
        for path, name in names.items():
            try:
                data = self._target(self._folder, path).read_bytes()
            except OSError:
                log.warning("%s was left out of a download: it cannot be read (any more)", path)
                continue
            archive.add(data, name)
            yield from archive.all_files()
        yield from archive.finalize()

    def _zip_authors(self, outputs: Sequence[SavedOutput]) -> Iterator[bytes]:
        archive = ZipStream(compress_type=ZIP_DEFLATED)
        folders = self._author_folders([output.id for output in outputs])
        safe = windows_names(f"{folders[name]}/{output.path}" for output in outputs for name in folders)
        for output in outputs:
            for author, folder in folders.items():
                try:
                    found = self._snapshot(output.id, author)
                except NotFound:
                    log.warning("%s was left out of a download: it is gone", output.path)
                    continue
                if found.labels:
                    name = safe[f"{folder}/{output.path}"]
                    for path, data in zip(names_of(name), found.written(), strict=True):
                        archive.add(data, path)
                    yield from archive.all_files()
        yield from archive.finalize()

    def _author_folders(self, ids: Sequence[int]) -> dict[str, str]:
        """Unique folder name for each author of labels in some recordings."""
        query = select(OWNER).where(annotation_table.c.recording_id.in_(ids), OWN).distinct()
        with self._database.read() as connection:
            authors = sorted(connection.execute(query).scalars())
        wanted = {author: re.sub(r"[/\\]|^\.+", "_", author) or NO_AUTHOR for author in authors}
        taken = Counter(wanted.values())
        return {
            author: name if taken[name] == 1 else f"{name} ({number})"
            for number, (author, name) in enumerate(wanted.items(), 1)
        }

    def _place(self, recording: int, found: Snapshot, csv: bytes, json: bytes, staged: StagedPair) -> None:
        """Rename the new files and record their hashes, unless a later state was saved meanwhile.

        Both in one transaction: concurrent saves wait for the lock, so files are never older than their record.
        """
        saved = {
            "saved_revision": found.revision,
            "saved_at": datetime.now(UTC),
            "saved_labels": len(found.labels),
            "output_sha256": hashlib.sha256(csv).hexdigest(),
            "output_json_sha256": hashlib.sha256(json).hexdigest(),
        }
        with self._database.write() as connection:
            if self._target(self._folder, recording_row(connection, recording).path) != staged.path:
                raise Conflict("The file was renamed while it was saved. Save it again.")
            newest = (recordings.c.id == recording, recordings.c.saved_revision <= found.revision)
            if change(connection, *newest, **saved):
                staged.place()

    def _needs_saving(self, one: RecordingSummary) -> bool:
        if one.state == RecordingState.UNSAVED:
            return True
        try:
            files = [self._folder / name for name in names_of(one.path)]
            return one.saved_at is not None and not all(file.exists() for file in files)
        except OSError:  # the save reports the error
            return True

    def _sweep(self) -> None:
        """Once per run: remove partial files of killed processes."""
        if not self._swept:
            self._swept = True
            sweep(self._folder)

    def _export(self, recording: int, folder: Path) -> SaveResult:
        found = self._snapshot(recording)
        for name in names_of(found.path):
            refuse_other_than_labels(self._target(folder, name))
        with StagedPair(folder, found.path, *found.written()) as staged:
            staged.place()
        log.info("recording %s: exported %d labels to %s", recording, len(found.labels), folder)
        return SaveResult(found.path, saved=True, labels=len(found.labels))

    def _snapshot(self, recording: int, author: str | None = None) -> Snapshot:
        """Path, revision and accepted labels of a recording, in one transaction.

        Args:
            recording: its id.
            author: only labels of this author, including those replaced by a settled disagreement.
        """
        with self._database.read() as connection:
            row = Recording(**recording_row(connection, recording)._mapping)
            which = (
                annotation_table.c.status == ACCEPTED if author is None else and_(OWN, OWNER.in_([author]))
            )
            labels = _labels(connection, recording, which)
        store = self._recordings.open(row)  # the samples of those labels
        return Snapshot(row, store.info, [_entry(label, store) for label in labels])

    def _output(self, row: Row[Any], folders: dict[Path, bool]) -> SavedOutput | None:
        path = self._folder / row.path
        try:
            found = path.lstat()
            whole = not row.output_json_sha256 or stat.S_ISREG(
                (self._folder / labels_json_path(row.path)).lstat().st_mode
            )
        except OSError:
            return None
        if path.parent not in folders:
            folders[path.parent] = is_within(path, self._folder)
        if not (whole and folders[path.parent] and stat.S_ISREG(found.st_mode) and _is_clean(row.path)):
            return None
        return SavedOutput(
            id=row.id,
            path=row.path,
            size=found.st_size,
            saved_at=row.saved_at,
            labels=row.saved_labels,
            stale=row.labels_revision > row.saved_revision,
            has_json=row.output_json_sha256 is not None,
        )

    @staticmethod
    def _target(folder: Path, path: str) -> Path:
        target = folder / path
        if not _is_clean(path) or not is_within(target, folder):
            raise Invalid(f"{quoted(path)} would lie outside the folder of outputs; nothing was written.")
        return target


def _is_clean(path: str) -> bool:
    """True for a path that can be a name in an archive unchanged."""
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
        return SaveResult(one.path, saved=False, reason=f"Unexpected error (reference {reference}).")


def _entry(label: Row[Any], store: Store) -> LabelEntry:
    """A row of :func:`_labels` with the times of its samples and the names of its channels."""
    names = store.info.channels
    model = {"name": label.model_name, "id": label.model, "sha256": label.model_sha256}
    return LabelEntry(
        start_index=label.start_index,
        end_index=label.end_index,
        start=store.time_saved(label.start_index),
        end=store.time_saved(label.end_index),
        label=label.name,
        color=label.color,
        channels=tuple(names[one].name for one in label.channels) if label.channels else None,
        note=label.note,
        source=label.source,
        model=model if label.model else None,
        score=label.score if label.score is not None and isfinite(label.score) else None,
        status=ACCEPTED,
        author=label.author,
        created=label.created_at,
        edited=label.edited_at,
    )


def _labels(connection: Connection, recording: int, which: ColumnElement[bool]) -> Any:
    columns = (label_classes.c.name, label_classes.c.color, models.c.name.label("model_name"))
    return connection.execute(
        select(annotation_table, *columns)
        .join(label_classes, label_classes.c.id == annotation_table.c.label_class_id)
        .outerjoin(models, models.c.id == annotation_table.c.model)
        .where(annotation_table.c.recording_id == recording, which)
        .order_by(*START_ORDER)
    ).all()
