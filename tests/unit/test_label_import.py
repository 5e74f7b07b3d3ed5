"""Label import: report of the dry run, resulting labels, undo."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.formats.labels_csv import HEADER, LabelRow, write_labels
from services.label_import import FileReport, Given, LabelImport
from tests.support import SAMPLES
from tests.unit.working_state import Desk

HEAD = ",".join(HEADER)


class Bringing(Desk):
    """A desk with the service under test."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.labels_in = LabelImport(self.database, self.recordings, self.classes, self.annotations)

    def check(self, path: str, *labels: tuple[Any, Any, str], **more: Any) -> FileReport:
        (report,) = self.labels_in.check([Given(path, csv(*labels), **more)])
        return report

    def bring(self, path: str, *labels: tuple[Any, Any, str], **more: Any) -> FileReport:
        (report,) = self.labels_in.import_files([Given(path, csv(*labels), **more)], author="ada")
        return report


def csv(*labels: tuple[Any, Any, str], color: str = "red") -> bytes:
    return write_labels([LabelRow(str(start), str(end), name, color) for start, end, name in labels]).encode()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Bringing]:
    opened = Bringing(tmp_path)
    yield opened
    opened.close()


@pytest.fixture
def recording(desk: Bringing) -> int:
    """1,000 samples, the row number is the time."""
    return desk.record("ecg/a.csv")


def test_a_dry_run_reports_the_effects_and_changes_nothing(desk: Bringing, recording: int) -> None:
    desk.add(recording, 10, 20, "QRS")
    report = desk.check(
        "out/ecg/a.csv",
        (10, 20, "QRS"),
        (30, 40, "QRS"),
        (50.25, 60, "T"),
        (990, 1200, "T"),
        (2000, 3000, "T"),
        (1, 2, " "),
    )
    assert report.target
    assert (report.target.id, report.how, report.reason) == (recording, "same path from ecg/ on", "")
    assert (report.matched, report.moved, report.clipped, report.unmatched) == (2, 1, 1, 2)
    assert (report.here, report.fresh, report.others, report.brought) == (1, 3, 0, None)
    assert [(line.line, line.fate, line.words) for line in report.lines] == [
        (4, "moved", "start moved by 0.25"),
        (5, "clipped", "clipped at the end"),
        (6, "unmatched", "it starts after the recording ends"),
        (7, "unmatched", "A label needs a name."),
    ]
    assert report.refused
    assert desk.segments(recording) == [(10, 20, "QRS")]
    assert [label_class.name for label_class in desk.classes.list()] == ["QRS"]


def test_labels_of_a_file_are_imported_in_one_edit_that_undo_reverts(desk: Bringing, recording: int) -> None:
    report = desk.bring("a.csv", (5, 9, "QRS"), (5, 9, "T"), (7, 7, "point"))
    assert (report.brought, report.removed, report.refused) == (3, 0, False)
    assert desk.segments(recording) == [(5, 9, "QRS"), (5, 9, "T"), (7, 7, "point")]
    assert {(row["source"], row["author"], row["status"]) for row in desk.rows(recording)} == {
        ("import", "ada", "accepted")
    }
    assert desk.send(recording, "undo")["redo"] == "Import 3 labels from a.csv"
    assert desk.segments(recording) == []


def test_another_tab_receives_imported_labels(desk: Bringing, recording: int) -> None:
    revision = desk.annotations.apply(recording, [], since=-1)["revision"]
    desk.bring("a.csv", (5, 9, "QRS"))
    changes = desk.annotations.apply(recording, [], since=revision)
    assert [row["start"] for row in changes["upsert"]] == [5]
    assert not changes["full"]


def test_the_same_file_twice_adds_nothing(desk: Bringing, recording: int) -> None:
    labels = [(5, 9, "QRS"), (5, 9, "QRS"), (7, 7, "T")]  # duplicates are allowed
    desk.bring("a.csv", *labels)
    before = desk.rows(recording)
    for replace in (False, True):
        again = desk.bring("a.csv", *labels, replace=replace)
        assert (again.brought, again.removed, again.here) == (0, 0, 3)
    assert desk.rows(recording) == before
    assert desk.recordings.get(recording).revision == 1


def test_the_same_request_twice_is_done_once(desk: Bringing, recording: int) -> None:
    given = Given("a.csv", csv((5, 9, "QRS")))
    desk.labels_in.import_files([given])
    desk.send(recording, "undo")
    desk.labels_in.import_files([given])
    assert desk.segments(recording) == []


def test_replacing_removes_labels_missing_in_the_file_and_keeps_suggestions(
    desk: Bringing, recording: int
) -> None:
    desk.add(recording, 1, 2, "QRS")
    desk.add(recording, 3, 4, "T")
    kept = desk.rows(recording)
    assert desk.check("a.csv", (1, 2, "QRS"), (5, 6, "P")).others == 1
    report = desk.bring("a.csv", (1, 2, "QRS"), (5, 6, "P"), replace=True)
    assert (report.brought, report.removed) == (1, 1)
    assert desk.segments(recording) == [(1, 2, "QRS"), (5, 6, "P")]
    assert any(
        row in kept for row in desk.rows(recording)
    )  # the label that stays is the same in every detail
    desk.send(recording, "undo")
    assert desk.rows(recording) == kept


def test_known_classes_keep_their_colour_and_new_ones_take_that_of_the_file(
    desk: Bringing, recording: int
) -> None:
    desk.add(recording, 1, 2, "QRS", color="#0072b2")
    text = f"{HEAD}\n1,5,6,QRS,red\n2,7,8,T,#123456\n3,9,9,U,no colour!\n".encode()
    (report,) = desk.labels_in.import_files([Given("a.csv", text)])
    assert report.notes == ["New label classes: “T”, “U”.", "“QRS” stays #0072b2; the file has red."]
    colors = {label_class.name: label_class.color for label_class in desk.classes.list()}
    assert (colors["QRS"], colors["T"]) == ("#0072b2", "#123456")
    assert colors["U"].startswith("#")


def test_each_file_has_a_report_and_errors_are_independent(desk: Bringing, recording: int) -> None:
    desk.record("one/b.csv")
    desk.record("two/b.csv")
    files = {
        "a.csv": csv((1, 2, "QRS")),
        "b.csv": csv((1, 2, "QRS")),
        "c.csv": csv((1, 2, "QRS")),
        "ecg/a.txt": b"nothing",
        "d.csv": b"t,v\n",
    }
    reports = desk.labels_in.import_files([Given(path, data) for path, data in files.items()])
    assert [report.path for report in reports] == list(files)
    assert [report.brought for report in reports] == [1, None, None, None, None]
    assert [report.reason[:28] for report in reports] == [
        "",
        "2 recordings match equally: ",
        "no recording is called “c.cs",
        "“ecg/a.txt”, line 1: the hea",
        "“d.csv”, line 1: the header ",
    ]
    assert desk.segments(recording) == [(1, 2, "QRS")]


def test_a_chosen_recording_wins_over_the_path(desk: Bringing, recording: int) -> None:
    other = desk.record("b.csv")
    report = desk.bring("a.csv", (1, 2, "QRS"), recording=other)
    assert report.how == "as chosen"
    assert (desk.segments(recording), desk.segments(other)) == ([], [(1, 2, "QRS")])
    assert desk.check("a.csv", recording=99).reason == "the chosen recording was deleted"


def test_ten_thousand_labels_are_one_undo(desk: Bringing, recording: int) -> None:
    report = desk.bring("a.csv", *[(n % 900, n % 900 + n // 900, "QRS") for n in range(10_000)])
    assert (report.matched, report.brought) == (10_000, 10_000)
    assert desk.recordings.get(recording).revision == 5, "in pieces, so that others write in between"
    assert desk.check("a.csv", *[(n % 900, n % 900 + n // 900, "QRS") for n in range(10_000)]).here == 10_000
    assert desk.send(recording, "undo")["redo"] == "Import 10,000 labels from a.csv"
    assert desk.segments(recording) == []


def test_the_marks_of_experts_come_onto_the_shipped_recordings(services: Any) -> None:
    list(services.uploads.import_paths([SAMPLES]))
    files = sorted(SAMPLES.rglob("*.labels.csv"))
    given = [Given(f"samples/{file.relative_to(SAMPLES).as_posix()}", file.read_bytes()) for file in files]
    reports = services.label_import.import_files(given)
    assert sum(report.matched for report in reports) == sum(
        len(file.read_text().splitlines()) - 1 for file in files
    )
    assert {(report.moved, report.clipped, report.unmatched, report.reason) for report in reports} == {
        (0, 0, 0, "")
    }
    services.outputs.save_all()
    saved = [
        Given(report.target.path, (services.settings.outputs_dir / report.target.path).read_bytes())
        for report in reports
    ]
    assert all((one.fresh, one.others) == (0, 0) for one in services.label_import.check(saved))
