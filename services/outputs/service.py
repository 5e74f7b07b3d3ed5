"""Output service: write the labels of a recording, settled or one file per author, and pack saved files as ZIP."""

from __future__ import annotations

import logging
import stat
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path, PurePosixPath
from time import perf_counter
from typing import Any

from sqlalchemy import Row, select
from zipstream import ZIP_DEFLATED, ZipStream

from services.errors import Conflict, Invalid, NotFound, TidemarkError
from services.formats.label_file import refuse_other_than_labels
from services.log import new_reference
from services.outputs import snapshots
from services.outputs.snapshots import Snapshot
from services.recordings.repository import (
    LIVE,
    RecordingState,
    RecordingSummary,
    change,
    recording_row,
)
from services.recordings.service import Recordings
from services.settings import Settings
from services.storage.db import Database
from services.storage.files import is_within, sweep
from services.storage.output_files import (
    AUTHORS,
    StagedFiles,
    author_path,
    csvs_of,
    names_of,
    remove_others,
    saved_in,
)
from services.storage.paths import quoted, twin_key, windows_names
from services.storage.preferences import Preferences
from services.storage.tables import recordings
from services.wording import NO_AUTHOR, counted, joined

log = logging.getLogger(__name__)

FORM = "save"  # preference: what Save writes; shared by all, as the files are

Progress = Callable[[float, str], None]  # fraction, path of the next file


@dataclass(frozen=True)
class SaveResult:
    """Result of a file: number of labels written, or the reason of a failure."""

    path: str
    saved: bool
    labels: int = 0
    reason: str = ""
    authors: Sequence[str] = ()  # of one file per author

    @property
    def sentence(self) -> str:
        """The result as text."""
        if not self.saved:
            return self.reason
        return f"{counted(self.labels, 'label')} written{self.split}"

    @property
    def split(self) -> str:
        """“, one file each of Ann and Bo”, or ""."""
        return f", one file each of {joined(self.authors)}" if self.authors else ""


class SaveForm(StrEnum):
    """What Save writes of a recording that several people labelled."""

    SETTLED = "settled"  # one file: the labels after settling, of all authors
    AUTHORS = "authors"  # one file per author, including labels replaced by a settled disagreement


@dataclass(frozen=True)
class SavedOutput:
    """A saved recording in outputs/; stale if labels changed since.

    ``csvs``: paths of its label CSVs: one, or one for each of ``authors``; ``size``: of all of them.
    """

    id: int
    path: str
    size: int
    saved_at: datetime
    labels: int
    stale: bool
    has_json: bool = True
    csvs: Sequence[str] = ()
    authors: Sequence[str] = ()


class ZipFiles(StrEnum):
    """Kinds of saved files in a ZIP."""

    CSV = "csv"
    JSON = "json"
    BOTH = "both"
    AUTHORS = "authors"  # current labels of each author as CSV and JSON, one folder per author

    def of(self, output: SavedOutput) -> list[str]:
        """Paths of the files of a recording."""
        labels = list[str]()
        for csv, json in map(names_of, output.csvs):
            labels += [
                *([csv] if self != "json" else []),
                *([json] if self != "csv" and output.has_json else []),
            ]
        return labels


class Outputs:
    """Writes the files in outputs/."""

    def __init__(self, database: Database, recordings: Recordings, settings: Settings) -> None:
        self._database = database
        self._recordings = recordings
        self._folder = settings.outputs_dir
        self._preferences = Preferences(database)
        self._swept = False

    @property
    def form(self) -> SaveForm | None:
        """What Save writes of recordings that several people labelled; None: not chosen yet, so settled labels."""
        return SaveForm(kept) if (kept := self._preferences.get(FORM)) in list(SaveForm) else None

    def choose_form(self, form: str) -> None:
        """Store the form of files that Save writes from now on.

        Raises:
            Invalid: there is no such form.
        """
        if form not in list(SaveForm):
            raise Invalid("Choose the settled labels or one file per author.")
        self._preferences.set(FORM, form)

    def undecided_authors(self, ids: Collection[int] | None = None) -> Sequence[str]:
        """Authors of the recordings to save (``ids``, or all unsaved ones) if the user must choose the form of files:
        it was never chosen, and two or more users labelled one of the recordings."""
        if self.form is not None:
            return []
        chosen = [recording.id for recording in self.unsaved()] if ids is None else ids
        with self._database.read() as connection:
            several = snapshots.labelled_by_several(connection, chosen)
            authors = snapshots.authors_of(connection, several)
        return sorted(filter(None, authors), key=str.casefold)

    def save(self, recording: int) -> SaveResult:
        """Write the labels of a recording as CSV and JSON, or such a pair per author, by :attr:`form`; all are on the
        disk when this returns, and files of the other form are removed.

        Raises:
            NotFound: unknown recording, or its samples are missing.
            StorageFull: a file cannot be written; existing files are unchanged.
            Invalid: the path of the recording is taken by files per author.
        """
        begun = perf_counter()
        self._sweep()
        parts = self._parts(recording)
        snapshot = next(iter(parts.values()))
        for path in parts:
            self._target(self._folder, path)
        with StagedFiles(self._folder, snapshots.contents(parts)) as staged:
            self._place(recording, parts, staged)
        authors = [part.author or NO_AUTHOR for part in parts.values() if part.author is not None]
        labels = sum(len(part.labels) for part in parts.values())
        milliseconds = (perf_counter() - begun) * 1000
        details = (recording, labels, snapshot.revision, milliseconds)
        log.info("recording %s: saved %d labels at revision %d, %.1f ms", *details)
        return SaveResult(snapshot.path, saved=True, labels=labels, authors=authors)

    def _parts(self, recording: int) -> dict[str, Snapshot]:
        """What Save writes of a recording, by the path of the label CSV, read in one transaction."""
        per_author = self.form == SaveForm.AUTHORS
        with self._database.read() as connection:
            if per_author and snapshots.labelled_by_several(connection, [recording]):
                authors = snapshots.authors_of(connection, [recording])
                parts = [snapshots.read(self._recordings, connection, recording, name) for name in authors]
                return {author_path(name, part.path): part for name, part in zip(authors, parts, strict=True)}
            snapshot = snapshots.read(self._recordings, connection, recording)
        if twin_key(snapshot.path).startswith(f"{twin_key(AUTHORS)}/"):
            raise Invalid(
                f"The folder {quoted(AUTHORS)} is for files per author. Rename the folder of this file."
            )
        return {snapshot.path: snapshot}

    def save_all(
        self, progress: Progress | None = None, ids: Collection[int] | None = None
    ) -> list[SaveResult]:
        """Save all recordings (of ``ids``, if given) with unsaved changes or missing saved files.

        A failure does not affect the other files.
        """
        summaries = [recording for recording in self.unsaved() if ids is None or recording.id in ids]
        return _each(summaries, self.save, progress)

    def unsaved(self) -> Sequence[RecordingSummary]:
        """Recordings with unsaved changes or missing saved files, or saved in another form than :attr:`form`."""
        saved = self.list()
        whole = {output.id for output in saved if output.has_json} - set(self.of_other_form(saved))
        return [
            recording
            for recording in self._recordings.list()
            if recording.state == RecordingState.UNSAVED
            or (recording.saved_at is not None and recording.id not in whole)
        ]

    def save_unsaved(self, ids: Collection[int]) -> list[SaveResult]:
        """Save the unsaved ones of some recordings."""
        summaries = [
            recording for recording in self._recordings.list(ids) if recording.state == RecordingState.UNSAVED
        ]
        return _each(summaries, self.save, None)

    def export(self, folder: Path, progress: Progress | None = None) -> list[SaveResult]:
        """Write the labels of every labelled recording to another folder; outputs/ and save states are unchanged."""
        labelled = [recording for recording in self._recordings.list() if recording.labels]
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
        safe = windows_names(csv for output in outputs for csv in output.csvs)
        in_zip = {
            name: new for csv in safe for name, new in zip(names_of(csv), names_of(safe[csv]), strict=True)
        }
        names = {path: in_zip[path] for output in outputs for path in files.of(output)}
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
        with self._database.read() as connection:
            authors = snapshots.authors_of(connection, [output.id for output in outputs])
        safe = windows_names(author_path(author, output.path) for output in outputs for author in authors)
        for output in outputs:
            for author in authors:
                try:
                    with self._database.read() as connection:
                        snapshot = snapshots.read(self._recordings, connection, output.id, author)
                except NotFound:
                    log.warning("%s was left out of a download: it no longer exists", output.path)
                    continue
                if snapshot.labels:
                    name = safe[author_path(author, output.path)]
                    for path, data in zip(names_of(name), snapshot.written, strict=True):
                        archive.add(data, path)
                    yield from archive.all_files()
        yield from archive.finalize()

    def _place(self, recording: int, written: Mapping[str, Snapshot], staged: StagedFiles) -> None:
        """Rename the new files and record their hashes, unless a later state was saved meanwhile.

        All in one transaction: concurrent saves wait for the lock, so files are never older than their record.
        """
        snapshot = next(iter(written.values()))  # path and revision are the same in all
        saved = {
            "saved_revision": snapshot.revision,
            "saved_at": datetime.now(UTC),
            "saved_labels": sum(len(part.labels) for part in written.values()),
            **snapshots.hashes(written),
        }
        with self._database.write() as connection:
            row = recording_row(connection, recording)
            if row.path != snapshot.path:
                raise Conflict("The file was renamed while it was saved. Save it again.")
            newest = (recordings.c.id == recording, recordings.c.saved_revision <= snapshot.revision)
            if change(connection, *newest, **saved):
                staged.place()
                remove_others(self._folder, row, snapshots.names(written))

    def of_other_form(self, outputs: Sequence[SavedOutput]) -> Collection[int]:
        """Recordings among saved ones whose files have not the chosen form."""
        form = self.form
        if form == SaveForm.SETTLED:
            return {output.id for output in outputs if output.authors}
        if form is None:
            return ()
        with self._database.read() as connection:
            return snapshots.labelled_by_several(
                connection, [output.id for output in outputs if not output.authors]
            )

    def _sweep(self) -> None:
        """Once per run: remove partial files of killed processes."""
        if not self._swept:
            self._swept = True
            sweep(self._folder)

    def _export(self, recording: int, folder: Path) -> SaveResult:
        with self._database.read() as connection:
            snapshot = snapshots.read(self._recordings, connection, recording)
        for name in names_of(snapshot.path):
            refuse_other_than_labels(self._target(folder, name))
        with StagedFiles(folder, snapshots.contents({snapshot.path: snapshot})) as staged:
            staged.place()
        log.info("recording %s: exported %d labels to %s", recording, len(snapshot.labels), folder)
        return SaveResult(snapshot.path, saved=True, labels=len(snapshot.labels))

    def _output(self, row: Row[Any], folders: dict[Path, bool]) -> SavedOutput | None:
        csvs = csvs_of(row)
        sizes = {path: self._size(path, folders) for path, _ in saved_in(row)}
        if None in sizes.values():
            return None
        return SavedOutput(
            id=row.id,
            path=row.path,
            size=sum(sizes[path] or 0 for path in csvs),
            saved_at=row.saved_at,
            labels=row.saved_labels,
            stale=row.labels_revision > row.saved_revision,
            has_json=len(sizes) > len(csvs),
            csvs=csvs,
            authors=[row_author["author"] for row_author in row.output_authors or ()],
        )

    def _size(self, path: str, folders: dict[Path, bool]) -> int | None:
        """Size of a saved file; None if it is missing or is not a file in outputs/."""
        file = self._folder / path
        try:
            status = file.lstat()
        except OSError:
            return None
        if file.parent not in folders:
            folders[file.parent] = is_within(file, self._folder)
        return (
            status.st_size
            if folders[file.parent] and stat.S_ISREG(status.st_mode) and _is_clean(path)
            else None
        )

    @staticmethod
    def _target(folder: Path, path: str) -> Path:
        target = folder / path
        if not _is_clean(path) or not is_within(target, folder):
            raise Invalid(f"{quoted(path)} would be outside the folder of outputs; nothing was written.")
        return target


def _is_clean(path: str) -> bool:
    """True for a path that can be a name in an archive unchanged."""
    pure = PurePosixPath(path)
    return pure.as_posix() == path and ".." not in pure.parts and not pure.is_absolute()


def _each(
    summaries: Sequence[RecordingSummary], work: Callable[[int], SaveResult], progress: Progress | None
) -> list[SaveResult]:
    results = []
    for done, summary in enumerate(summaries):
        if progress:
            progress(done / len(summaries), summary.path)
        results.append(_attempt(summary, work))
    return results


def _attempt(summary: RecordingSummary, work: Callable[[int], SaveResult]) -> SaveResult:
    try:
        return work(summary.id)
    except TidemarkError as error:
        return SaveResult(summary.path, saved=False, reason=str(error))
    except Exception:
        reference = new_reference()
        log.exception("[%s] recording %s could not be written", reference, summary.id)
        return SaveResult(summary.path, saved=False, reason=f"Unexpected error (reference {reference}).")
