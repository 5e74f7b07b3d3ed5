"""Copying labels to other recordings of the same shape."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest

from services.errors import Conflict, Invalid, NotFound
from services.label_import.copying import Alignment, Copying
from services.label_import.report import FileReport
from services.timeseries import TimeKind
from tests.unit.working_state import Desk

SECOND = 10**9


class Copies(Desk):
    """A desk with the service under test."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.copying = Copying(self.database, self.recordings, self.annotations)

    def copy(self, source: int, target: int, by: str = "sample", ids: list[str] | None = None) -> FileReport:
        return self.copying.copy(source, target, by, str(uuid4()), ids)

    def numbers(self, path: str, first: float, rows: int, step: float = 0.1) -> int:
        return self.record(path, first + np.arange(rows) * step)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Copies]:
    opened = Copies(tmp_path)
    yield opened
    opened.close()


def test_recordings_of_the_same_shape_are_offered_with_the_ways_that_fit(desk: Copies) -> None:
    source = desk.numbers("a.csv", 0.0, 100)
    desk.numbers("longer.csv", 7.3, 150)
    desk.numbers("same.csv", 7.3, 100)
    desk.numbers("slower.csv", 0.0, 100, step=0.2)
    desk.numbers("slower and longer.csv", 0.0, 150, step=0.2)
    desk.record("rows.csv", rows=100)
    desk.record("dates.csv", np.arange(100, dtype=np.int64) * SECOND, TimeKind.NAIVE)
    assert {target.path: target.ways for target in desk.copying.targets(source)} == {
        "longer.csv": [Alignment.TIME],
        "same.csv": [Alignment.SAMPLE, Alignment.TIME],
        "slower.csv": [Alignment.SAMPLE],
    }


def test_dates_with_and_without_zone_are_one_sort_of_time(desk: Copies) -> None:
    times = np.arange(10, dtype=np.int64) * SECOND
    source = desk.record("zone.csv", times, TimeKind.DATETIME)
    other = desk.record("naive.csv", times + 3600 * SECOND, TimeKind.NAIVE)
    desk.add(source, *desk.store(source).x_of([2, 4]), "QRS")
    assert desk.copy(source, other, "time").brought == 1
    assert desk.segments(other) == [(2, 4, "QRS")]


def test_all_labels_arrive_in_one_step_with_their_notes_and_undo_takes_them_back(desk: Copies) -> None:
    source, target = desk.record("a.csv"), desk.record("b.csv")
    noted = desk.add(source, 1, 5, "QRS")
    desk.send(source, "note", ids=[noted], note="odd")
    desk.send(source, "scope", ids=[noted], channels=[0])
    desk.add(source, 3, 8, "T")
    report = desk.copy(source, target)
    assert (report.matched, report.brought, report.here) == (2, 2, 0)
    assert desk.segments(target) == desk.segments(source)
    assert sorted((row["note"], row["source"]) for row in desk.rows(target)) == [
        ("", "import"),
        ("odd", "import"),
    ]
    again = desk.copy(source, target)
    assert (again.brought, again.here) == (0, 2)
    assert desk.send(target, "undo")["redo"] == "Copy 2 labels from a.csv"
    assert desk.segments(target) == []
    assert len(desk.segments(source)) == 2


def test_only_the_chosen_labels_are_copied(desk: Copies) -> None:
    source, target = desk.record("a.csv"), desk.record("b.csv")
    chosen = desk.add(source, 1, 5, "QRS")
    desk.add(source, 3, 8, "T")
    assert desk.copy(source, target, ids=[chosen, str(uuid4())]).brought == 1
    assert desk.segments(target) == [(1, 5, "QRS")]


def test_by_time_labels_keep_their_distance_from_the_start_and_misfits_are_reported(
    desk: Copies,
) -> None:
    source, target = desk.numbers("long.csv", 0.0, 150), desk.numbers("short.csv", 7.3, 100)
    for first, last in ((0.2, 0.7), (9.5, 12.0), (11.0, 12.0)):
        desk.add(source, first, last, "QRS")
    report = desk.copy(source, target, "time")
    assert desk.segments(target) == [(2, 7, "QRS"), (95, 99, "QRS")]
    assert (report.matched, report.moved, report.clipped, report.unmatched) == (1, 0, 1, 1)
    assert [(line.line, line.fate, line.words) for line in report.lines] == [
        (2, "clipped", "clipped at the end"),
        (3, "unmatched", "it starts after the recording ends"),
    ]


def test_recordings_of_another_shape_are_refused(desk: Copies) -> None:
    source, other = desk.numbers("a.csv", 0.0, 100), desk.numbers("b.csv", 0.0, 150)
    desk.add(source, 0.2, 0.7, "QRS")
    with pytest.raises(Conflict, match=r"“b.csv” does not have the same shape"):
        desk.copy(source, other, "sample")
    with pytest.raises(Invalid):
        desk.copy(source, other, "colour")
    with pytest.raises(NotFound):
        desk.copy(source, 99)
    assert desk.segments(other) == []


def test_a_recording_whose_samples_are_missing_is_not_offered(desk: Copies) -> None:
    source, broken = desk.record("a.csv"), desk.record("b.csv")
    (desk.recordings.store_folder(desk.recordings.get(broken)) / "meta.json").unlink()
    assert desk.copying.targets(source) == []
    with pytest.raises(NotFound, match="missing"):
        desk.copying.targets(broken)
