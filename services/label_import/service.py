"""Label import service: dry run and import of label CSVs."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from time import perf_counter
from uuid import uuid4

from sqlalchemy import Connection, select

from services.annotations.edit import clean_note
from services.annotations.import_labels import LabelToImport, compare
from services.annotations.service import Annotations
from services.errors import Invalid, TidemarkError
from services.formats.label_file import LabelFile, Line, read_label_file
from services.formats.labels_json import RecordingOrigin
from services.label_classes.classes import LabelClasses
from services.label_classes.rows import LabelClass
from services.label_classes.validation import clean_color, clean_name
from services.label_import.matching import MOST_CANDIDATES, ImportTarget, Matcher
from services.label_import.pairs import Partner, imported_instead
from services.label_import.pieces import RecordingImport, import_in_pieces
from services.label_import.placing import (
    ByRow,
    BySample,
    ByTime,
    Placement,
    PlacementResult,
    Placer,
    UnplacedError,
)
from services.label_import.report import FileReport, LineReport
from services.log import new_reference
from services.recordings.repository import LIVE
from services.recordings.service import Recordings
from services.storage.db import Database
from services.storage.paths import quoted
from services.storage.tables import recordings as table
from services.timeseries import Store
from services.wording import counted, first_of

__all__ = ["FileReport", "Given", "LabelImport"]

log = logging.getLogger(__name__)

MOST_NAMED = 8  # maximum number of class names in a note


@dataclass(frozen=True)
class Given:
    """A label file: path, bytes, and the recording if the user chose one.

    ``uuid`` makes the import idempotent. ``partner``: the label JSON given with a label CSV, or the reverse.
    """

    path: str
    data: bytes
    recording: int | None = None
    replace: bool = False
    uuid: str = field(default_factory=lambda: str(uuid4()))
    partner: Partner | None = None


class LabelImport:
    """Imports label files. Each file has a report; an error in one file does not affect the others."""

    def __init__(
        self, database: Database, recordings: Recordings, classes: LabelClasses, annotations: Annotations
    ) -> None:
        self._database = database
        self._recordings = recordings
        self._classes = classes
        self._annotations = annotations

    def targets(self) -> list[ImportTarget]:
        """All recordings that labels can be imported into, by path."""
        query = select(table.c.id, table.c.path).where(LIVE).order_by(table.c.path)
        with self._database.read() as connection:
            return [ImportTarget(row.id, row.path) for row in connection.execute(query)]

    def check(self, files: Sequence[Given]) -> list[FileReport]:
        """Dry run of label files; changes nothing."""
        return self._each(files, self._compare)

    def import_files(self, files: Sequence[Given], author: str = "") -> list[FileReport]:
        """Import label files, one edit per file; existing labels are not duplicated.

        ``Given.replace``: delete accepted labels of the recording that are not in the file.
        """
        return self._each(files, lambda given, report, labels: self._import(given, report, labels, author))

    def _each(
        self, files: Sequence[Given], work: Callable[[Given, FileReport, list[LabelToImport]], None]
    ) -> list[FileReport]:
        targets = self.targets()
        matcher, by_id = Matcher(targets), {target.id: target for target in targets}
        reports = []
        for given in files:
            report = FileReport(given.path)
            reports.append(report)
            try:
                self._aim(given, report, matcher, by_id)
                file = read_label_file(given.data, given.path)
                report.instead = imported_instead(given.path, given.data, given.partner)
                if file.origin and given.recording is None:
                    self._aim_by_bytes(given.path, file.origin, report)
                if report.target and not report.instead:
                    store = self._recordings.store(report.target.id)
                    sha256 = self._recordings.get(report.target.id).sha256
                    work(given, report, placed(file, store, report, sha256))
            except TidemarkError as error:
                report.reason = str(error)
            except Exception:  # an unexpected error in one file must not stop the others
                reference = new_reference()
                log.exception("[%s] labels of %s", reference, quoted(given.path))
                report.reason = f"unexpected error (reference {reference})"
        return reports

    def _aim(
        self, given: Given, report: FileReport, matcher: Matcher, by_id: dict[int, ImportTarget]
    ) -> None:
        if given.recording is not None:
            report.target, report.how = by_id.get(given.recording), "as chosen"
            report.reason = "" if report.target else "the chosen recording was deleted"
            return
        match = matcher.match(given.path)
        report.target, report.how = match.target, match.how
        report.candidates, report.reason = match.candidates, match.reason

    def _aim_by_bytes(self, path: str, origin: RecordingOrigin, report: FileReport) -> None:
        """Prefer recordings with the bytes of the label file, whatever their names."""
        query = select(table.c.id, table.c.path).where(LIVE, table.c.sha256 == origin.sha256)
        with self._database.read() as connection:
            alike = [
                ImportTarget(row.id, row.path) for row in connection.execute(query.order_by(table.c.path))
            ]
        if not alike or report.target in alike:
            return
        match = Matcher(alike).match(path)
        target = alike[0] if len(alike) == 1 else match.target
        report.target, report.how = target, "same bytes" if target else ""
        report.candidates = () if target else tuple(alike[:MOST_CANDIDATES])
        report.reason = "" if target else f"{len(alike):,} recordings have these bytes: choose one"

    def _compare(self, _given: Given, report: FileReport, labels: list[LabelToImport]) -> None:
        assert report.target
        with self._database.read() as connection:
            difference = compare(
                connection, report.target.id, labels, with_channels=report.numbered == "label"
            )
            report.notes += self._notes(connection, report.target.id, labels)
        report.here, report.fresh = difference.here, len(difference.fresh)
        report.others = len(difference.others)

    def _import(self, given: Given, report: FileReport, labels: list[LabelToImport], author: str) -> None:
        assert report.target
        begun = perf_counter()
        name, target = given.path.rpartition("/")[2], report.target.id
        with self._database.read() as connection:
            report.notes = [*report.notes, *self._notes(connection, target, labels)]
        job = RecordingImport(
            target,
            given.uuid,
            labels,
            "import",
            lambda fresh: f"Import {counted(fresh, 'label')} from {name}",
            given.replace,
            report.numbered == "label",
            author,
        )
        import_in_pieces(self._database, self._annotations, job)
        report.here, report.fresh = job.here, job.fresh
        report.brought, report.removed = job.added, job.removed
        milliseconds = (perf_counter() - begun) * 1000
        details = (report.target.id, report.brought, report.removed, milliseconds)
        log.info("recording %s: %d labels imported, %d removed, %.1f ms", *details)

    def _notes(self, connection: Connection, recording: int, labels: Iterable[LabelToImport]) -> list[str]:
        _, here = self._classes.shown(connection, recording)
        by_name = {label_class.name: label_class for label_class in reversed(here)}
        first = {label.label: label for label in reversed(list(labels))}
        fresh = sorted(name for name in first if name not in by_name)
        notes = (
            [f"New label classes: {first_of([quoted(name, 40) for name in fresh], MOST_NAMED)}."]
            if fresh
            else []
        )
        differing = [(by_name[name], label) for name, label in sorted(first.items()) if name in by_name]
        return notes + [note for label, label_data in differing if (note := _colour_note(label, label_data))]


def placed(file: LabelFile, store: Store, report: FileReport, sha256: str) -> list[LabelToImport]:
    """The labels of a file that fit a recording with the bytes ``sha256``; adds the result of each line
    to the report."""
    place_of = _placer(file, store, report, sha256)
    channels = {channel.name: index for index, channel in enumerate(store.info.channels)}
    labels = []
    for line in file.lines:
        try:
            place = place_of(_readable(line))
            label_to_import = LabelToImport(
                place.start,
                place.end,
                clean_name(line.label),
                _colour(line.color),
                clean_note(line.note),
                _channels(line, channels),
                line.made,
            )
        except (UnplacedError, Invalid) as problem:
            report.count(PlacementResult.UNMATCHED, [_line(line, PlacementResult.UNMATCHED, str(problem))])
        else:
            report.count(place.fate, [_line(line, place.fate, place.words)] if place.words else [])
            labels.append(label_to_import)
    if file.origin is None and not file.by_row and (shared := _shared(labels, store)):
        report.notes.append(
            f"{counted(shared, 'edge')} at a time that several samples have: the first of them was taken. "
            "The label JSON has the exact samples."
        )
    return labels


def _shared(labels: Sequence[LabelToImport], store: Store) -> int:
    """Number of edges with a time that several samples have."""
    instants = [store.instant(index) for label in labels for index in {label.start, label.end}]
    return sum(stop - start > 1 for start, stop in map(store.samples_at, instants))


def _readable(line: Line) -> Line:
    if line.problem:
        raise UnplacedError(line.problem)
    return line


def _placer(file: LabelFile, store: Store, report: FileReport, sha256: str) -> Callable[[Line], Placement]:
    """The placer for the labels of a file; adds a note if it is not exact."""
    if file.left_out:
        columns = first_of([quoted(name, 40) for name in file.left_out], MOST_NAMED)
        report.notes.append(f"Ignored columns: {columns}.")
    if file.origin is None:
        placer: Placer = ByRow(store) if file.by_row else ByTime(store)
        return lambda line: placer.read(line.start, line.end)
    report.numbered = "label"
    if file.origin.sha256 != sha256:
        report.notes.append(
            f"The labels are of another file (SHA-256 {file.origin.sha256[:8]}…, this one has "
            f"{sha256[:8]}…), so they go to the samples of the same times."
        )
    elif not file.origin.is_read_as(store.rows, store.info.read_as()):
        report.notes.append(
            "The labels are of this file, but it was read differently, so they go to the samples of the same times."
        )
    else:
        exact = BySample(store)
        return lambda line: exact.place(line.samples or (-1, -1), line.start, line.end)
    report.inexact = True
    by_time = ByTime(store, tell_equal=True)
    return lambda line: by_time.read(line.start, line.end)


def _channels(line: Line, places: Mapping[str, int]) -> list[int] | None:
    """Channel indices of a label; None for all.

    Raises:
        UnplacedError: the recording does not have all of them.
    """
    if line.channels is None:
        return None
    missing = [name for name in line.channels if name not in places]
    if missing:
        raise UnplacedError(f"it is of {quoted(missing[0], 40)}, and the recording has no such channel")
    channels = sorted({places[name] for name in line.channels})
    return channels if len(channels) < len(places) else None


def _line(line: Line, fate: PlacementResult, words: str) -> LineReport:
    return LineReport(line.line, fate, line.start, line.end, line.label, words)


def _colour(text: str) -> str | None:
    """Colour of the file; None if invalid, so that a new class gets a palette colour."""
    try:
        return clean_color(text) if text else None
    except Invalid:
        return None


def _colour_note(label_class: LabelClass, label: LabelToImport) -> str:
    if not label.color or label.color.casefold() == label_class.color.casefold():
        return ""
    return f"{quoted(label_class.name, 40)} stays {label_class.color}; the file has {label.color}."
