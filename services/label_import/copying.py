"""Copy labels to other recordings of the same shape.

Two recordings have the same shape if their channels have the same names in the same order and their times are of the
same kind: dates, numbers, or row numbers. Labels are copied to the same *samples* if the numbers of rows are equal, or
to the same *times from the start* if the usual steps are equal.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from math import isclose
from typing import Any

from sqlalchemy import Connection, Row, select

from services.annotations.import_labels import LabelToImport, accepted
from services.annotations.service import Annotations
from services.errors import Conflict, Invalid, NotFound, TidemarkError
from services.label_import.matching import ImportTarget
from services.label_import.pieces import RecordingImport, import_in_pieces
from services.label_import.placing import DATES, ByTime, Placement, PlacementResult, UnplacedError
from services.label_import.report import FileReport, LineReport
from services.recordings.repository import LIVE, recording_row
from services.recordings.service import Recording, Recordings
from services.storage.db import Database
from services.storage.tables import recordings as table
from services.timeseries import Store, StoreInfo, TimeKind
from services.wording import counted

SAME_STEP = 1e-6  # relative


class Alignment(StrEnum):
    """Position of a copied label: same sample numbers, or same time from the start."""

    SAMPLE = "sample"
    TIME = "time"


@dataclass(frozen=True)
class RecordingShape:
    """Criteria for copying: names of channels, kind of time; rows and step decide the possible ways."""

    channels: tuple[str, ...]
    dates: bool
    numbers: bool
    rows: int
    step: float

    def ways(self, other: RecordingShape) -> list[Alignment]:
        """Possible ways to copy labels to a recording of shape ``other``; none if the shapes differ."""
        if (self.channels, self.dates, self.numbers) != (other.channels, other.dates, other.numbers):
            return []
        same_step = self.step > 0 and isclose(self.step, other.step, rel_tol=SAME_STEP)
        return [
            *([Alignment.SAMPLE] if self.rows == other.rows else []),
            *([Alignment.TIME] if same_step else []),
        ]


@dataclass(frozen=True)
class CopyTarget:
    """A recording that labels can be copied to."""

    id: int
    path: str
    ways: list[Alignment]


class Copying:
    """Copies accepted labels between recordings; one edit per target recording."""

    def __init__(self, database: Database, recordings: Recordings, annotations: Annotations) -> None:
        self._database = database
        self._recordings = recordings
        self._annotations = annotations
        self._shapes: dict[str, RecordingShape] = {}

    def targets(self, recording: int) -> list[CopyTarget]:
        """Recordings of the same shape, by path.

        Raises:
            NotFound: unknown recording, or its samples are missing.
        """
        with self._database.read() as connection:
            own = recording_row(connection, recording)
            others = connection.execute(select(table).where(LIVE).order_by(table.c.path)).all()
        shape = self._shape(own)
        if shape is None:
            raise NotFound("The stored columns of this recording are missing; add the file again.")
        candidates = [(row, self._shape(row)) for row in others if row.id != recording]
        return [
            CopyTarget(row.id, row.path, ways)
            for row, other in candidates
            if other and (ways := shape.ways(other))
        ]

    def accepted(self, recording: int, ids: Collection[str] = ()) -> tuple[int, list[str]]:
        """Number of labels of a recording, and those of ``ids`` that exist."""
        with self._database.read() as connection:
            accepted_ids = [row.id for row in accepted(connection, recording)]
        return len(accepted_ids), [identity for identity in accepted_ids if identity in set(ids)]

    def copy(
        self,
        recording: int,
        target: int,
        by: str,
        uuid: str,
        ids: Sequence[str] | None = None,
        author: str = "",
    ) -> FileReport:
        """Copy the labels of a recording (those of ``ids``, else all) to another one, in one edit; idempotent per uuid.

        Existing labels are not duplicated; suggestions are skipped. The lines of the report are item numbers.

        Raises:
            NotFound: unknown recording.
            Conflict: the shapes differ (now).
            Invalid: ``by`` is not a way to copy.
        """
        if by not in list(Alignment):
            raise Invalid("Labels can be copied by sample or by time.")
        with self._database.read() as connection:
            path = recording_row(connection, target).path
            name = recording_row(connection, recording).path.rpartition("/")[2]
            rows = _chosen(connection, recording, ids)
        report = FileReport(path, ImportTarget(target, path), how=f"by {by}")
        source, store = self._recordings.store(recording), self._recordings.store(target)
        if by not in shape_of(source.info).ways(shape_of(store.info)):
            raise Conflict(f"“{path}” does not have the same shape (any more); nothing was copied.")
        labels = _placed(rows, source, store, Alignment(by), report)

        job = RecordingImport(
            target,
            uuid,
            labels,
            "copy",
            lambda fresh: f"Copy {counted(fresh, 'label')} from {name}",
            with_channels=True,
            author=author,
        )
        import_in_pieces(self._database, self._annotations, job)
        report.here, report.fresh, report.brought = job.here, job.fresh, job.added
        return report

    def _shape(self, row: Row[Any]) -> RecordingShape | None:
        """The shape of a recording; cached, because the content of a store key never changes."""
        if row.store_key not in self._shapes:
            try:
                folder = self._recordings.store_folder(Recording(**row._mapping))
                self._shapes[row.store_key] = shape_of(Store.open(folder).info)
            except TidemarkError:  # its columns are missing
                return None
        return self._shapes[row.store_key]


def shape_of(info: StoreInfo) -> RecordingShape:
    """The shape of a recording."""
    return RecordingShape(
        tuple(channel.name for channel in info.channels),
        info.time.kind in DATES,
        info.time.kind is TimeKind.NUMERIC,
        info.rows,
        info.time.step,
    )


def _chosen(connection: Connection, recording: int, ids: Sequence[str] | None) -> list[tuple[int, Row[Any]]]:
    """Accepted labels with their item numbers."""
    wanted_ids = None if ids is None else set(ids)
    numbered = enumerate(accepted(connection, recording), 1)
    return [(number, row) for number, row in numbered if wanted_ids is None or row.id in wanted_ids]


def _placed(
    rows: Sequence[tuple[int, Row[Any]]], source: Store, store: Store, by: Alignment, report: FileReport
) -> list[LabelToImport]:
    place = _by_sample if by is Alignment.SAMPLE else _by_time(source, store)
    labels = []
    for number, row in rows:
        lines = (source.time_text(row.start_index), source.time_text(row.end_index), row.name)
        try:
            placement = place(row.start_index, row.end_index)
        except UnplacedError as problem:
            report.count(
                PlacementResult.UNMATCHED,
                [LineReport(number, PlacementResult.UNMATCHED, *lines, str(problem))],
            )
            continue
        report.count(
            placement.fate,
            [LineReport(number, placement.fate, *lines, placement.words)] if placement.words else [],
        )
        labels.append(
            LabelToImport(placement.start, placement.end, row.name, row.color, row.note, row.channels)
        )
    return labels


def _by_sample(start: int, end: int) -> Placement:
    return Placement(start, end)  # both recordings have the same number of rows


def _by_time(source: Store, store: Store) -> Callable[[int, int], Placement]:
    shift = store.instant(0) - source.instant(0)
    placer = ByTime(store, slack=SAME_STEP)  # sums of decimal fractions are inexact
    return lambda start, end: placer.place(source.instant(start) + shift, source.instant(end) + shift)
