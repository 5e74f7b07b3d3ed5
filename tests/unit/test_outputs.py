"""Save, Save All and Download: content, saved state, failures."""

from __future__ import annotations

import errno
import io
import os
import threading
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from sqlalchemy import update

from services.accounts import acting
from services.accounts.model import Role, User
from services.errors import Invalid, NotFound, StorageFull
from services.outputs import snapshots as module
from services.outputs.service import ZipFiles
from services.recordings.renaming import Renaming
from services.recordings.service import RecordingState
from services.storage.files import LEFT_BEHIND, PREFIX, StagedFile
from services.storage.tables import annotation_table, recordings
from services.timeseries import TimeKind
from tests.saved_labels import read_labels
from tests.suggestions import suggest
from tests.unit.working_state import Desk

HEADER = "Item Number,Start Index,End Index,Label,Color\n"
HOUR = 3_600_000_000_000  # ns
CHRISTMAS = 1_703_472_600_000_000_000  # 2023-12-25 02:50 UTC


def test_a_saved_file_has_the_header_and_one_numbered_line_a_segment_in_start_order(desk: Desk) -> None:
    recording = desk.record("ward 3/a.csv")
    desk.add(recording, 500, 510, "late")
    desk.add(recording, 7, 3, 'early, "quoted"', color="black")
    result = desk.outputs.save(recording)
    assert (result.path, result.saved, result.labels) == ("ward 3/a.csv", True, 2)
    assert result.sentence == "2 labels written"
    assert desk.saved("ward 3/a.csv") == (
        HEADER + '1,3,7,"early, ""quoted""",black\n' + "2,500,510,late,#d604a2\n"
    )


def test_segments_that_start_together_are_written_by_their_end_then_by_their_age(desk: Desk) -> None:
    recording = desk.record()
    desk.add(recording, 1, 9, "long")
    desk.add(recording, 1, 5, "older")
    desk.add(recording, 1, 5, "newer")
    desk.outputs.save(recording)
    assert [row.label for row in read_labels(desk.saved())] == ["older", "newer", "long"]


@pytest.mark.parametrize(
    ("kind", "times", "written"),
    [
        (TimeKind.ROW, None, ("1", "2")),
        (TimeKind.NUMERIC, np.array([-0.5, 0.1, 0.30000000000000004]), ("0.1", "0.30000000000000004")),
        (TimeKind.NUMERIC, np.array([0, 2**60, 2**60 + 4096]), (str(2**60), str(2**60 + 4096))),
        (
            TimeKind.DATETIME,
            CHRISTMAS + np.arange(3) * HOUR,
            ("2023-12-25T03:50:00+00:00", "2023-12-25T04:50:00+00:00"),
        ),
        (
            TimeKind.NAIVE,
            CHRISTMAS + np.arange(3) * 1_000_000,
            ("2023-12-25T02:50:00.001+00:00", "2023-12-25T02:50:00.002+00:00"),
        ),
    ],
)
def test_times_have_the_format_of_the_label_csv(
    desk: Desk, kind: TimeKind, times: Any, written: tuple[str, str]
) -> None:
    recording = desk.record("a.csv", times, kind, rows=3)
    first, last = desk.store(recording).x_of([1, 2])
    desk.add(recording, first, last)
    desk.outputs.save(recording)
    (row,) = read_labels(desk.saved())
    assert (row.start, row.end) == written
    assert [desk.store(recording).index_of_saved(text) for text in written] == [1, 2]


def test_a_file_without_labels_is_saved_with_the_header_alone(desk: Desk) -> None:
    recording = desk.record()
    desk.outputs.save(recording)
    assert desk.saved() == HEADER
    assert desk.state(recording) == RecordingState.SAVED


def test_only_accepted_labels_are_written(desk: Desk) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2, "sure")
    for status in ("suggested", "rejected"):
        identity = desk.add(recording, 3, 4, status)
        with desk.database.write() as connection:
            connection.execute(
                update(annotation_table).where(annotation_table.c.id == identity).values(status=status)
            )
    assert desk.outputs.save(recording).labels == 1
    assert [row.label for row in read_labels(desk.saved())] == ["sure"]
    assert desk.state(recording) == RecordingState.IN_PROGRESS


def test_suggestions_that_come_and_are_rejected_leave_a_saved_file_saved(desk: Desk) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2)
    desk.outputs.save(recording)
    (offered,) = suggest(desk.annotations, recording, [(5, 6, "QRS", 0.5)])
    assert desk.state(recording) == RecordingState.IN_PROGRESS
    assert desk.outputs.save_all() == []
    desk.send(recording, "reject", ids=[offered])
    assert desk.state(recording) == RecordingState.SAVED
    assert [output.stale for output in desk.outputs.list()] == [False]
    desk.send(recording, "undo")
    assert desk.state(recording) == RecordingState.IN_PROGRESS
    desk.send(recording, "accept", ids=[offered])
    assert desk.state(recording) == RecordingState.UNSAVED
    assert [output.stale for output in desk.outputs.list()] == [True]


def test_undoing_after_a_save_makes_the_file_unsaved_again_and_so_does_redoing(desk: Desk) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2)
    desk.outputs.save(recording)
    assert desk.state(recording) == RecordingState.SAVED
    desk.send(recording, "undo")
    assert desk.state(recording) == RecordingState.UNSAVED
    desk.send(recording, "redo")
    assert desk.state(recording) == RecordingState.UNSAVED
    desk.outputs.save(recording)
    assert desk.state(recording) == RecordingState.SAVED


def test_a_save_counts_only_for_the_labels_it_wrote(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2)
    write = module.write_labels

    def write_while_somebody_labels(rows: Any) -> str:
        desk.add(recording, 5, 6)
        return write(rows)

    monkeypatch.setattr(module, "write_labels", write_while_somebody_labels)
    desk.outputs.save(recording)
    assert len(read_labels(desk.saved())) == 1
    assert desk.state(recording) == RecordingState.UNSAVED


def test_a_slow_save_never_replaces_a_later_one(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2)
    write = module.write_labels

    def write_while_somebody_saves(rows: Any) -> str:
        monkeypatch.setattr(module, "write_labels", write)
        desk.add(recording, 5, 6)
        desk.outputs.save(recording)
        return write(rows)

    monkeypatch.setattr(module, "write_labels", write_while_somebody_saves)
    desk.outputs.save(recording)
    assert len(read_labels(desk.saved())) == 2
    assert desk.state(recording) == RecordingState.SAVED
    assert names_in(desk.settings.outputs_dir) == ["a.csv", "a.labels.json"]


def test_many_savers_at_once_leave_the_newest_state_in_the_file(desk: Desk) -> None:
    recording = desk.record()
    problems: list[BaseException] = []

    def label_and_save(first: int) -> None:
        try:
            for number in range(5):
                desk.add(recording, first + number, first + number)
                desk.outputs.save(recording)
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=label_and_save, args=(100 * one,)) for one in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    assert len(read_labels(desk.saved())) == 30
    assert desk.state(recording) == RecordingState.SAVED


def test_save_all_writes_unsaved_and_missing_files_and_reports_each(desk: Desk) -> None:
    clean, changed, gone, empty = (
        desk.record(f"{name}.csv") for name in ("clean", "changed", "gone", "empty")
    )
    for recording in (clean, changed, gone):
        desk.add(recording, 1, 2)
        desk.outputs.save(recording)
    desk.add(changed, 3, 4)
    (desk.settings.outputs_dir / "gone.csv").unlink()
    reports: list[tuple[float, str]] = []
    results = desk.outputs.save_all(lambda fraction, path: reports.append((fraction, path)))
    assert [(result.path, result.saved, result.labels) for result in results] == [
        ("changed.csv", True, 2),
        ("gone.csv", True, 1),
    ]
    assert reports == [(0.0, "changed.csv"), (0.5, "gone.csv")]
    assert desk.state(empty) == RecordingState.NONE
    assert desk.outputs.save_all() == []


def test_save_all_continues_after_a_failed_file_and_reports_the_reason(desk: Desk) -> None:
    for path in ("blocked/a.csv", "free/b.csv"):
        desk.add(desk.record(path), 1, 2)
    desk.settings.outputs_dir.mkdir()
    (desk.settings.outputs_dir / "blocked").write_text("a file where a folder belongs")
    blocked, free = desk.outputs.save_all()
    assert not blocked.saved and "blocked/a.csv cannot be written" in blocked.sentence
    assert str(desk.settings.outputs_dir) not in blocked.sentence, "no absolute paths in messages"
    assert free.saved


def test_save_all_continues_after_an_inaccessible_file(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    for path in ("closed/a.csv", "free/b.csv"):
        recording = desk.record(path)
        desk.add(recording, 1, 2)
        desk.outputs.save(recording)
    desk.add(recording, 3, 4)
    lstat = Path.lstat

    def refuse_closed(path: Path) -> os.stat_result:
        if path.parent.name == "closed":
            raise PermissionError(errno.EACCES, "Permission denied")
        return lstat(path)

    monkeypatch.setattr(Path, "lstat", refuse_closed)
    assert [result.path for result in desk.outputs.save_all()] == ["closed/a.csv", "free/b.csv"]


def test_save_all_reports_unexpected_errors_by_a_reference_and_continues(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    desk.add(desk.record(), 1, 2)

    def fail(_rows: Any) -> str:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(module, "write_labels", fail)
    (result,) = desk.outputs.save_all()
    assert not result.saved and "secret" not in result.sentence
    assert result.sentence.split("reference ")[1][:8] in caplog.text


def test_a_full_disk_leaves_the_old_file_and_the_file_unsaved(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2)
    desk.outputs.save(recording)
    before = desk.saved()
    desk.add(recording, 3, 4)
    with monkeypatch.context() as broken:
        broken.setattr(os, "fsync", _no_space)
        with pytest.raises(StorageFull, match=r"the disk is full\. Make room"):
            desk.outputs.save(recording)
    assert desk.saved() == before
    assert desk.state(recording) == RecordingState.UNSAVED
    assert names_in(desk.settings.outputs_dir) == ["a.csv", "a.labels.json"]
    desk.outputs.save(recording)
    assert len(read_labels(desk.saved())) == 2


def test_what_cannot_take_its_name_is_not_noted_as_saved(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = desk.record()
    desk.add(recording, 1, 2)

    def fail(self: StagedFile) -> None:
        raise StorageFull("No.")

    monkeypatch.setattr(StagedFile, "place", fail)
    with pytest.raises(StorageFull):
        desk.outputs.save(recording)
    assert desk.state(recording) == RecordingState.UNSAVED
    assert list(desk.settings.outputs_dir.iterdir()) == []


def test_partial_files_of_a_killed_process_are_removed_by_the_next_save(desk: Desk) -> None:
    recording = desk.record("deep/a.csv")
    old, fresh = (desk.settings.outputs_dir / "deep" / f"{PREFIX}{name}" for name in ("old", "fresh"))
    old.parent.mkdir(parents=True)
    for file in (old, fresh):
        file.write_text("half")
    long_ago = old.stat().st_mtime - LEFT_BEHIND - 1
    os.utime(old, (long_ago, long_ago))
    desk.outputs.save(recording)
    assert not old.exists() and fresh.exists()


@pytest.mark.parametrize(
    "path", ["../out.csv", "/tmp/out.csv", "a/../../out.csv", "a/../b.csv", "link/out.csv"]
)
def test_nothing_is_ever_written_or_sent_outside_the_outputs_folder(
    desk: Desk, tmp_path: Path, path: str
) -> None:
    desk.settings.outputs_dir.mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "out.csv").write_text("secret")
    (tmp_path / "out.csv").write_text("secret")
    (desk.settings.outputs_dir / "link").symlink_to(tmp_path / "elsewhere")
    recording = desk.record("a.csv")
    desk.add(recording, 1, 2)
    desk.outputs.save(recording)
    with desk.database.write() as connection:
        connection.execute(update(recordings).values(path=path))
    with pytest.raises(Invalid, match="outside"):
        desk.outputs.save(recording)
    assert desk.outputs.list() == []
    assert (tmp_path / "out.csv").read_text() == (tmp_path / "elsewhere" / "out.csv").read_text() == "secret"


def test_the_list_has_saved_files_and_marks_outdated_ones(desk: Desk) -> None:
    fresh, stale, never = (desk.record(f"{name}.csv") for name in ("fresh", "stale", "never"))
    for recording in (fresh, stale, never):
        desk.add(recording, 1, 2)
    for recording in (fresh, stale):
        desk.outputs.save(recording)
    desk.add(stale, 3, 4)
    listed = desk.outputs.list()
    assert [(entry.id, entry.path, entry.labels, entry.stale) for entry in listed] == [
        (fresh, "fresh.csv", 1, False),
        (stale, "stale.csv", 1, True),
    ]
    assert listed[0].size == len(desk.saved("fresh.csv").encode())
    assert listed[0].saved_at.utcoffset() is not None


def test_a_file_removed_from_outputs_by_hand_is_not_listed_any_more(desk: Desk) -> None:
    recording = desk.record()
    desk.outputs.save(recording)
    (desk.settings.outputs_dir / "a.csv").unlink()
    assert desk.outputs.list() == []
    (desk.settings.outputs_dir / "a.csv").mkdir()
    assert desk.outputs.list() == []


def test_the_zip_holds_exactly_the_chosen_files_at_their_relative_paths(desk: Desk) -> None:
    paths = ["数据/a.csv", "b.csv", "left out.csv"]
    ids = [desk.record(path) for path in paths]
    for recording in ids:
        desk.add(recording, 1, 2)
        desk.outputs.save(recording)
    archive = _unpack(desk.outputs.zip_stream(ids[:2]))
    assert {name: archive.read(name).decode() for name in archive.namelist()} == {
        path: desk.saved(path) for path in paths[:2]
    }


def test_a_zip_by_author_has_the_labels_of_each_author_also_after_settling(desk: Desk) -> None:
    recording = desk.record("ecg/a.csv")
    for number, author in enumerate(("Ann", "../Bo", ".._Bo", "")):
        with acting.on_behalf_of(User(1, author, Role.ANNOTATOR)):
            desk.add(recording, 10 * number, 10 * number + 5)
    with desk.database.write() as connection:
        lost = annotation_table.c.author == "Ann"
        connection.execute(update(annotation_table).where(lost).values(status="replaced"))
    desk.outputs.save(recording)
    assert len(desk.saved("ecg/a.csv").splitlines()) == 4
    archive = _unpack(desk.outputs.zip_stream([recording], ZipFiles.AUTHORS))
    assert sorted(archive.namelist()) == sorted(
        f"by author/{folder}/ecg/a.{ending}"
        for folder in ("no author", "_._Bo (2711d8)", "Ann", "_._Bo (8caa06)")
        for ending in ("csv", "labels.json")
    )
    assert archive.read("by author/Ann/ecg/a.csv").decode().splitlines()[1].startswith("1,0,5,QRS,")
    assert '"author":"Ann"' in archive.read("by author/Ann/ecg/a.labels.json").decode().replace(" ", "")


def by_two(desk: Desk, path: str = "ecg/a.csv") -> int:
    """A recording with a label of Ann and two of Bo."""
    recording = desk.record(path)
    for number, author in enumerate(("Ann", "Bo", "Bo")):
        with acting.on_behalf_of(User(1, author, Role.ANNOTATOR)):
            desk.add(recording, 10 * number, 10 * number + 5)
    return recording


def test_save_writes_one_file_per_author_where_two_labelled_and_that_was_chosen(desk: Desk) -> None:
    several, single = by_two(desk), desk.record("single.csv")
    with acting.on_behalf_of(User(1, "Ann", Role.ANNOTATOR)):
        desk.add(single, 1, 2)
    assert desk.outputs.undecided_authors([several]) == ["Ann", "Bo"]
    assert desk.outputs.undecided_authors([single]) == []
    desk.outputs.save(several)  # nothing was chosen: settled labels
    assert desk.files() == ["ecg/a.csv", "ecg/a.labels.json"]
    desk.outputs.choose_form("authors")
    assert desk.outputs.undecided_authors([several]) == [] and [
        output.id for output in desk.outputs.unsaved()
    ] == [
        several,
        single,
    ]
    results = {output.path: output for output in desk.outputs.save_all()}
    assert results["ecg/a.csv"].sentence == "3 labels written, one file each of Ann and Bo"
    assert desk.files() == [
        "by author/Ann/ecg/a.csv",
        "by author/Ann/ecg/a.labels.json",
        "by author/Bo/ecg/a.csv",
        "by author/Bo/ecg/a.labels.json",
        "single.csv",
        "single.labels.json",
    ]
    assert desk.saved("by author/Ann/ecg/a.csv") == HEADER + "1,0,5,QRS,#d604a2\n"
    assert len(desk.saved("by author/Bo/ecg/a.csv").splitlines()) == 3
    assert desk.outputs.unsaved() == []


def test_saving_settled_labels_again_removes_the_files_per_author_but_not_changed_ones(desk: Desk) -> None:
    recording = by_two(desk)
    desk.outputs.choose_form("authors")
    desk.outputs.save(recording)
    changed = desk.settings.outputs_dir / "by author" / "Bo" / "ecg" / "a.csv"
    changed.write_text("changed by hand")
    desk.outputs.choose_form("settled")
    assert [output.id for output in desk.outputs.unsaved()] == [recording]
    assert [file.state for file in desk.saved_files.files()] == ["other"]
    desk.outputs.save(recording)
    assert desk.files() == ["by author/Bo/ecg/a.csv", "ecg/a.csv", "ecg/a.labels.json"]
    assert changed.read_text() == "changed by hand" and len(desk.saved("ecg/a.csv").splitlines()) == 4


def test_files_per_author_are_listed_shown_packed_renamed_and_deleted_as_one(desk: Desk) -> None:
    recording = by_two(desk)
    desk.outputs.choose_form("authors")
    desk.outputs.save(recording)
    (listed,) = desk.saved_files.files()
    assert (listed.state, listed.saved_labels, listed.authors, listed.has_json) == (
        "saved",
        3,
        ["Ann", "Bo"],
        True,
    )
    shown = desk.saved_files.preview(recording)
    assert list(shown.table["Author"]) == ["Ann", "Bo", "Bo"] and shown.rows == 3
    archive = _unpack(desk.outputs.zip_stream([recording], ZipFiles.BOTH))
    assert sorted(archive.namelist()) == desk.files()
    Renaming(desk.database, desk.settings).rename(recording, "b.csv")
    assert desk.files()[:2] == ["by author/Ann/ecg/b.csv", "by author/Ann/ecg/b.labels.json"]
    with acting.on_behalf_of(User(1, "Ann", Role.ANNOTATOR)):
        desk.add(recording, 50, 60)
    assert [file.state for file in desk.saved_files.files()] == ["older"]
    (deleted,) = desk.saved_files.delete([recording])
    assert (
        not deleted.saved
        and desk.files() == []
        and [file.state for file in desk.saved_files.files()] == ["never"]
    )


def test_a_missing_file_of_one_author_is_detected_and_written_again(desk: Desk) -> None:
    recording = by_two(desk)
    desk.outputs.choose_form("authors")
    desk.outputs.save(recording)
    (desk.settings.outputs_dir / "by author" / "Bo" / "ecg" / "a.labels.json").unlink()
    assert [file.state for file in desk.saved_files.files()] == ["gone"]
    assert [output.saved for output in desk.outputs.save_all()] == [True]
    assert [file.state for file in desk.saved_files.files()] == ["saved"]


def test_a_full_disk_at_the_file_of_the_second_author_changes_no_file(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = by_two(desk)
    desk.outputs.save(recording)
    before = {name: desk.saved(name) for name in desk.files()}
    desk.outputs.choose_form("authors")
    place = StagedFile.place

    def fail(self: StagedFile) -> None:
        if "Bo" in self.path.parts and self.path.suffix == ".csv":
            raise StorageFull("the disk is full")
        place(self)

    monkeypatch.setattr(StagedFile, "place", fail)
    with pytest.raises(StorageFull):
        desk.outputs.save(recording)
    monkeypatch.undo()
    assert {name: desk.saved(name) for name in desk.files()} == before
    assert [file.state for file in desk.saved_files.files()] == ["other"]


def test_a_recording_in_the_folder_of_files_per_author_is_not_saved_over_them(desk: Desk) -> None:
    recording = desk.record("By Author/Ann/a.csv")
    desk.add(recording, 1, 2)
    with pytest.raises(Invalid, match="is for files per author"):
        desk.outputs.save(recording)


def test_a_file_that_vanishes_while_the_zip_is_sent_leaves_a_sound_archive(desk: Desk) -> None:
    ids = [desk.record(f"{name}.csv") for name in "abc"]
    for recording in ids:
        desk.outputs.save(recording)
    stream = desk.outputs.zip_stream(ids)
    begun = next(stream)
    (desk.settings.outputs_dir / "b.csv").unlink()
    archive = _unpack([begun, *stream])
    assert archive.testzip() is None
    assert archive.namelist() == ["a.csv", "c.csv"]


def test_a_zip_of_nothing_is_refused_before_a_byte_is_sent(desk: Desk) -> None:
    with pytest.raises(NotFound, match="Save first"):
        desk.outputs.zip_stream([desk.record(), 999])


def test_export_writes_every_labelled_file_elsewhere_and_leaves_the_states_alone(
    desk: Desk, tmp_path: Path
) -> None:
    labelled, empty = desk.record("x/a.csv"), desk.record("b.csv")
    desk.add(labelled, 1, 2)
    (result,) = desk.outputs.export(tmp_path / "elsewhere")
    assert result.saved
    assert (tmp_path / "elsewhere" / "x" / "a.csv").read_text().startswith(HEADER)
    assert (desk.state(labelled), desk.state(empty)) == (RecordingState.UNSAVED, RecordingState.NONE)
    assert not desk.settings.outputs_dir.exists()


def test_export_writes_over_nothing_that_is_no_file_of_labels(desk: Desk, tmp_path: Path) -> None:
    labelled, other = desk.record("x/a.csv"), desk.record("b.csv")
    desk.add(labelled, 1, 2)
    desk.add(other, 1, 2)
    original = tmp_path / "x" / "a.csv"  # where its user keeps it
    original.parent.mkdir()
    original.write_text("t,v\n0,1\n")
    refused, written = sorted(desk.outputs.export(tmp_path), key=lambda one: one.saved)
    assert f"{original} already exists and is not a label file." in refused.sentence
    assert original.read_text() == "t,v\n0,1\n" and written.path == "b.csv"
    assert all(output.saved for output in desk.outputs.export(tmp_path / "out"))
    assert all(output.saved for output in desk.outputs.export(tmp_path / "out"))  # labels are written over


def names_in(folder: Path) -> list[str]:
    return sorted(entry.name for entry in folder.iterdir())


def _unpack(pieces: Any) -> zipfile.ZipFile:
    return zipfile.ZipFile(io.BytesIO(b"".join(pieces)))


def _no_space(_descriptor: int) -> None:
    raise OSError(28, "No space left on device")
