"""Uploads: pieces, names, name conflicts, interruptions."""

from __future__ import annotations

import errno
import gzip
import hashlib
import io
import os
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path
from typing import IO, Any
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.annotations.service import Annotations
from services.errors import Invalid, StorageFull
from services.formats.labels_csv import HEADER
from services.ingest.reading_options import ReadingOptions
from services.jobs import Jobs, JobState, perform, rows
from services.label_classes.classes import LabelClasses
from services.recordings.rereading import Rereading
from services.recordings.service import Recordings
from services.recordings.trash import Trash
from services.settings import Settings
from services.storage.db import Database, open_database
from services.storage.group_sync import alone
from services.storage.tables import recordings
from services.uploads import job as upload_job
from services.uploads.name_conflicts import FileResult
from services.uploads.pieces import KEEP_SECONDS, OffsetMismatch, PartialUploads, ReceivedFile
from services.uploads.service import CompleteUpload, Uploads
from tests.saved_again import SAVED_AGAIN
from tests.support import with_tables

CSV = b"t,v\n0,1\n1,2\n2,3\n"
OTHER = b"t,v\n0,9\n1,8\n2,7\n"


class HandRunner:
    """Jobs run on request, in this process."""

    remote = False

    def __init__(self) -> None:
        self.waiting: list[str] = []

    def attach(self, jobs: Jobs) -> None:
        self.jobs = jobs

    def start(self) -> None:
        """Nothing to start."""

    def warm(self, _pool: str, _function: str = "") -> None:
        """Nothing to warm."""

    def hand_over(self, job_id: str, _pool: str) -> None:
        self.waiting.append(job_id)

    def withdraw(self, job_id: str, _claimed: bool) -> None:
        self.jobs.finished([job_id])

    def stop(self) -> None:
        """Nothing to stop."""

    def pids(self) -> list[int]:
        return []


class HandJobs(Jobs):
    """Jobs with such a runner."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self.by_hand = HandRunner()
        super().__init__(database, settings, self.by_hand)

    def start(self) -> None:
        """As in a new process that finds every earlier one dead."""
        with self.database.write() as connection:
            rows.interrupt(connection, lambda _pid, _created: True)

    def work(self) -> None:
        """Do what waits."""
        while self.by_hand.waiting:
            self.settle(self.perform(self.by_hand.waiting.pop(0)))


class Desk:
    """Uploads with the services around them."""

    def __init__(self, folder: Path, **more: Any) -> None:
        self.settings = Settings(data_dir=folder, **more)
        self.database = open_database(with_tables(self.settings).database_url)
        self.jobs = HandJobs(self.database, self.settings)
        self.recordings = Recordings(self.database, self.settings)
        self.uploads = Uploads(self.settings, self.recordings, self.jobs)
        self.trash = Trash(self.database, self.settings)
        self.annotations = Annotations(self.database, self.recordings, LabelClasses(self.database))

    def send(self, path: str, content: bytes = CSV, decision: str = "") -> FileResult:
        """Upload a file and wait for what becomes of it."""
        key = key_of(path, content)
        if decision != "skip" and self.uploads.offset(key) == 0:
            self.uploads.append(key, 0, len(content), io.BytesIO(content))
        result = self.uploads.finish(key, path, len(content), decision)
        self.jobs.work()
        return self.uploads.result(key) if result.state == "working" else result

    def label(self, recording: int, *labels: tuple[float, float]) -> list[str]:
        """Give a recording labels (start, end); returns their ids."""
        ids = [str(uuid4()) for _ in labels]
        for identity, (x0, x1) in zip(ids, labels, strict=True):
            command = {"uuid": str(uuid4()), "kind": "add", "id": identity, "label": "P", "x0": x0, "x1": x1}
            assert not self.annotations.apply(recording, [command], -1)["rejected"]
        return ids

    def reread(self, recording: int, options: dict[str, Any]) -> None:
        """Read a recording again with ``options``."""
        Rereading(self.settings, self.recordings, self.jobs).start(
            recording, ReadingOptions.from_json(options)
        )
        self.jobs.work()
        assert self.recordings.get(recording).reading

    def labels(self, recording: int) -> list[dict[str, Any]]:
        return self.annotations.apply(recording, [], -1)["upsert"]

    def paths(self) -> list[str]:
        return [recording.path for recording in self.recordings.list()]

    def leftovers(self) -> list[str]:
        folder = self.settings.uploads_dir / ".partial"
        return sorted(file.name for file in folder.glob("*")) if folder.exists() else []


def key_of(path: str, content: bytes = CSV) -> str:
    return hashlib.sha256(path.encode() + content).hexdigest()


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path / "data")


# -- pieces


@settings(max_examples=40, deadline=None)
@given(content=st.binary(max_size=2000), cuts=st.lists(st.integers(0, 2000), max_size=6))
def test_pieces_of_any_size_make_the_file_again(
    tmp_path_factory: pytest.TempPathFactory, content: bytes, cuts: list[int]
) -> None:
    pieces = PartialUploads(tmp_path_factory.mktemp("p"), 10_000)
    key = "a" * 64
    edges = [0, *sorted(min(cut, len(content)) for cut in cuts), len(content)]
    for start, end in pairwise(edges):
        assert pieces.append(key, start, len(content), io.BytesIO(content[start:end])) == end
    alone(pieces.complete(ReceivedFile(key, "a.csv", len(content))))
    assert pieces.full(key).read_bytes() == content


def test_a_mismatched_piece_gets_the_current_offset(desk: Desk) -> None:
    desk.uploads.append("a" * 64, 0, 10, io.BytesIO(b"12345"))
    for offset in (0, 3, 6):
        with pytest.raises(OffsetMismatch) as mismatch:
            desk.uploads.append("a" * 64, offset, 10, io.BytesIO(b"x"))
        assert mismatch.value.offset == 5
    assert desk.uploads.offset("a" * 64) == 5


def test_a_connection_that_breaks_keeps_what_arrived(desk: Desk) -> None:
    class Broken(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            if self.tell():
                raise ConnectionResetError("gone")
            return super().read(min(4, size or 4))

    stream: IO[bytes] = Broken(b"12345678")
    with pytest.raises((ConnectionResetError, StorageFull)):
        desk.uploads.append("a" * 64, 0, 8, stream)
    assert desk.uploads.offset("a" * 64) == 4


def test_more_bytes_than_announced_are_refused_and_not_kept(desk: Desk) -> None:
    with pytest.raises(Invalid, match="More bytes"):
        desk.uploads.append("a" * 64, 0, 3, io.BytesIO(b"12345"))
    assert desk.leftovers() == []


def test_a_file_over_the_limit_is_refused_before_and_while_it_is_sent(tmp_path: Path) -> None:
    desk = Desk(tmp_path, max_upload_gb=1e-6)
    assert desk.uploads.check("a" * 64, "big.csv", 5000).state == "refused"
    with pytest.raises(Invalid, match="GB are taken"):
        desk.uploads.append("a" * 64, 0, 5000, io.BytesIO(b"x"))


def test_a_file_the_disk_has_no_room_for_is_refused_before_it_is_sent(desk: Desk) -> None:
    result = desk.uploads.check("a" * 64, "big.csv", 2**36)
    if result.state == "refused":  # a machine with 64 GB free takes it
        assert "disk has only" in result.reason


@pytest.mark.parametrize("key", ["", "../../etc/passwd", "A" * 64, "a" * 63, "a" * 64 + "\n"])
def test_a_key_that_is_none_never_becomes_a_file_name(desk: Desk, key: str) -> None:
    for action in (desk.uploads.offset, desk.uploads.result, desk.uploads.cancel):
        with pytest.raises(Invalid):
            action(key)
    assert desk.uploads.check(key, "a.csv", 1).state == "refused"


def test_a_file_that_is_full_takes_no_more_bytes(desk: Desk) -> None:
    key = key_of("a.csv")
    desk.uploads.append(key, 0, len(CSV), io.BytesIO(CSV))
    desk.uploads.finish(key, "a.csv", len(CSV))
    with pytest.raises(OffsetMismatch):
        desk.uploads.append(key, len(CSV), len(CSV) + 1, io.BytesIO(b"x"))


def test_pieces_unchanged_for_a_week_are_swept(tmp_path: Path) -> None:
    pieces = PartialUploads(tmp_path, 100)
    pieces.append("a" * 64, 0, 10, io.BytesIO(b"old"))
    pieces.append("b" * 64, 0, 10, io.BytesIO(b"new"))
    old = time.time() - KEEP_SECONDS - 60
    os.utime(pieces.part("a" * 64), (old, old))
    assert pieces.sweep() == 1
    assert (pieces.offset("a" * 64), pieces.offset("b" * 64)) == (0, 3)


def test_pieces_that_vanish_while_the_folder_is_read_are_passed_over(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = PartialUploads(tmp_path, 100)
    for letter in "ab":
        pieces.write_ticket(ReceivedFile(letter * 64, "a.csv", 1))
    glob = Path.glob

    def glob_then_lose(folder: Path, pattern: str) -> list[Path]:
        found = sorted(glob(folder, pattern))
        found[0].unlink()
        return found

    monkeypatch.setattr(Path, "glob", glob_then_lose)
    monkeypatch.setattr(Path, "is_file", lambda _path: True)
    assert [ticket.key for ticket in pieces.tickets()] == ["b" * 64]
    assert pieces.sweep() == 0


# -- what becomes of a file


def test_a_file_is_added_under_its_path_and_its_bytes_are_kept(desk: Desk) -> None:
    result = desk.send("ward 3/a.csv")
    sha = hashlib.sha256(CSV).hexdigest()
    assert (result.state, result.path) == ("added", "ward 3/a.csv")
    assert (desk.settings.uploads_dir / sha[:2] / sha).read_bytes() == CSV
    assert desk.paths() == ["ward 3/a.csv"] and desk.leftovers() == []


def test_the_same_file_again_is_already_here(desk: Desk) -> None:
    desk.send("a.csv")
    again = desk.send("a.csv")
    assert (again.state, again.where) == ("already here", "a.csv")
    assert desk.paths() == ["a.csv"] and desk.leftovers() == []


def test_the_same_bytes_under_another_name_report_the_existing_recording(desk: Desk) -> None:
    desk.send("a.csv")
    again = desk.send("b/copy.csv")
    assert (again.state, again.path, again.where) == ("already here", "b/copy.csv", "a.csv")
    assert again.sentence == "already here, same bytes as a.csv"


def lose_columns(desk: Desk, recording: int) -> None:
    shutil.rmtree(desk.recordings.store_folder(desk.recordings.get(recording)))


def lose_bytes(desk: Desk, recording: int) -> None:
    desk.recordings.source_path(desk.recordings.get(recording)).unlink()


def cut_bytes(desk: Desk, recording: int) -> None:
    desk.recordings.source_path(desk.recordings.get(recording)).write_bytes(CSV[:5])


def write_another_format(desk: Desk, recording: int) -> None:
    (desk.recordings.store_folder(desk.recordings.get(recording)) / "meta.json").write_text("{}")


@pytest.mark.parametrize("damage", [lose_columns, lose_bytes, cut_bytes, write_another_format])
def test_the_same_file_again_restores_missing_files_without_a_second_recording(
    desk: Desk, damage: Callable[[Desk, int], None]
) -> None:
    first = desk.send("ward/a.csv").recording
    assert first is not None and desk.recordings.is_whole(first)
    damage(desk, first)
    assert not desk.recordings.is_whole(first)
    again = desk.send("ward/a.csv")
    assert (again.state, again.path, again.recording) == ("added", "ward/a.csv", first)
    assert "restored" in again.sentence
    assert desk.recordings.is_whole(first)
    assert desk.recordings.store(first).source_line(1) == b"1,2"
    assert desk.recordings.source_path(desk.recordings.get(first)).read_bytes() == CSV
    assert (desk.paths(), desk.leftovers()) == (["ward/a.csv"], [])
    assert desk.send("ward/a.csv").state == "already here"


def test_other_bytes_restore_nothing_and_are_a_name_conflict(desk: Desk) -> None:
    first = desk.send("a.csv").recording
    assert first is not None
    lose_columns(desk, first)
    assert desk.send("a.csv", OTHER).state == "same name"
    assert not desk.recordings.is_whole(first)


def test_a_repeated_import_restores_missing_files(desk: Desk, tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(CSV)
    (first,) = desk.uploads.import_paths([file])
    assert first.recording is not None
    lose_columns(desk, first.recording)
    (again,) = desk.uploads.import_paths([file])
    assert (again.state, again.recording) == ("added", first.recording)
    assert desk.recordings.is_whole(first.recording)


def test_the_bytes_of_a_recording_are_kept_in_a_folder_whose_name_survives_a_power_loss(
    tmp_path: Path,
) -> None:
    file = tmp_path / "a.csv"
    file.write_bytes(CSV)
    (tmp_path / "uploads").mkdir()
    (synced,) = upload_job.keep_bytes(file, tmp_path / "uploads", "ab" * 32)
    assert (tmp_path / "uploads/ab" / ("ab" * 32)).read_bytes() == CSV
    assert (tmp_path / "uploads/ab").stat().st_mode & 0o077 == 0
    assert synced == [tmp_path / "uploads", tmp_path / "uploads/ab"]


@pytest.mark.parametrize("name", ["ward/a.csv", "Ward/A.CSV"])
def test_a_name_conflict_is_pending_until_both_files_are_kept(desk: Desk, name: str) -> None:
    desk.send("ward/a.csv")
    asked = desk.send(name, OTHER)
    assert (asked.state, asked.where) == ("same name", "ward/a.csv")
    kept = desk.send(name, OTHER, "keep")
    assert (kept.state, kept.path.casefold()) == ("added", "ward/a (2).csv")
    assert desk.leftovers() == []


def test_a_name_taken_by_other_bytes_can_be_skipped(desk: Desk) -> None:
    desk.send("a.csv")
    desk.send("a.csv", OTHER)
    assert desk.send("a.csv", OTHER, "skip").state == "skipped"
    assert desk.paths() == ["a.csv"] and desk.leftovers() == []


def test_a_refused_file_leaves_its_sentence_and_nothing_else(desk: Desk) -> None:
    result = desk.send("empty.csv", b"")
    assert result.state == "refused" and "empty.csv" in result.reason
    assert desk.paths() == [] and desk.leftovers() == []


def test_a_hostile_name_is_refused_and_its_bytes_are_removed(desk: Desk) -> None:
    assert desk.send("../../evil.csv").state == "refused"
    assert desk.uploads.check("a" * 64, "../evil.csv", 1).state == "refused"
    assert desk.leftovers() == []


def test_a_file_where_a_folder_is_is_refused(desk: Desk) -> None:
    desk.send("a.csv/b.csv")
    result = desk.send("a.csv", OTHER)
    assert result.state == "refused" and "folder" in result.reason


def test_equal_files_that_arrive_together_become_one_recording(desk: Desk) -> None:
    keys = [key_of(path) for path in ("a.csv", "b.csv")]
    for key, path in zip(keys, ("a.csv", "b.csv"), strict=True):
        desk.uploads.append(key, 0, len(CSV), io.BytesIO(CSV))
        desk.uploads.finish(key, path, len(CSV))
    desk.jobs.work()
    assert [desk.uploads.result(key).state for key in keys] == ["added", "already here"]


def test_files_of_one_name_that_arrive_together_are_not_mixed_up(desk: Desk) -> None:
    for content in (CSV, OTHER):
        key = key_of("a.csv", content)
        desk.uploads.append(key, 0, len(content), io.BytesIO(content))
        desk.uploads.finish(key, "a.csv", len(content))
    desk.jobs.work()
    results = [desk.uploads.result(key_of("a.csv", content)).state for content in (CSV, OTHER)]
    assert results == ["added", "same name"]


def test_finishing_twice_makes_one_job(desk: Desk) -> None:
    key = key_of("a.csv")
    desk.uploads.append(key, 0, len(CSV), io.BytesIO(CSV))
    first = desk.uploads.finish(key, "a.csv", len(CSV))
    again = desk.uploads.finish(key, "a.csv", len(CSV))
    assert first.job == again.job is not None
    desk.jobs.work()
    assert desk.uploads.finish(key, "a.csv", len(CSV)).state == "added"
    assert desk.paths() == ["a.csv"]


def test_finishing_too_early_returns_the_current_offset(desk: Desk) -> None:
    key = key_of("a.csv")
    desk.uploads.append(key, 0, len(CSV), io.BytesIO(CSV[:5]))
    result = desk.uploads.finish(key, "a.csv", len(CSV))
    assert (result.state, result.offset) == ("partial", 5)


def test_a_cancelled_file_leaves_nothing(desk: Desk) -> None:
    key = key_of("a.csv")
    desk.uploads.append(key, 0, len(CSV), io.BytesIO(CSV))
    assert desk.uploads.cancel(key).state == "cancelled"
    desk.send("b.csv", OTHER)
    desk.uploads.append(key, 0, len(CSV), io.BytesIO(CSV))
    desk.uploads.finish(key, "a.csv", len(CSV))
    assert desk.uploads.cancel(key).state == "cancelled"
    desk.jobs.work()
    assert desk.uploads.result(key).state == "cancelled"
    assert desk.paths() == ["b.csv"] and desk.leftovers() == []


def test_a_file_that_is_cancelled_while_it_is_finished_leaves_no_job(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = key_of("a.csv")
    desk.uploads.append(key, 0, len(CSV), io.BytesIO(CSV))
    submit, cancelling, answers = desk.jobs.submit_all, threading.Event(), []

    def cancel() -> None:
        cancelling.set()
        answers.append(desk.uploads.cancel(key).state)

    def submit_while_it_is_cancelled(*args: Any) -> list[str]:
        thread.start()
        assert cancelling.wait(10)
        thread.join(0.2)  # it must wait for this one to end
        return submit(*args)

    thread = threading.Thread(target=cancel)
    monkeypatch.setattr(desk.jobs, "submit_all", submit_while_it_is_cancelled)
    desk.uploads.finish(key, "a.csv", len(CSV))
    thread.join(10)
    desk.jobs.work()
    assert answers == ["cancelled"]
    assert (desk.paths(), desk.leftovers()) == ([], [])


def test_a_file_that_was_cancelled_too_late_stays_added(desk: Desk) -> None:
    desk.send("a.csv")
    assert desk.uploads.cancel(key_of("a.csv")).state == "added"
    assert desk.paths() == ["a.csv"]


# -- restarts


def test_files_received_but_not_read_before_a_crash_are_read_at_the_next_start(desk: Desk) -> None:
    key = key_of("a.csv")
    desk.uploads.append(key, 0, len(CSV), io.BytesIO(CSV))
    desk.uploads.finish(key, "a.csv", len(CSV))
    again = Desk(desk.settings.data_dir)
    again.jobs.start()
    assert again.uploads.result(key).state == "failed"
    assert again.uploads.resume() == 1
    again.jobs.work()
    assert again.uploads.result(key).state == "added"
    assert again.paths() == ["a.csv"] and again.leftovers() == []


def test_a_file_that_waits_for_an_answer_still_waits_after_a_restart(desk: Desk) -> None:
    desk.send("a.csv")
    desk.send("a.csv", OTHER)
    again = Desk(desk.settings.data_dir)
    assert again.uploads.resume() == 0
    assert again.uploads.result(key_of("a.csv", OTHER)).state == "same name"
    assert again.send("a.csv", OTHER, "keep").path == "a (2).csv"


def test_a_file_that_was_interrupted_three_times_is_left_alone(desk: Desk) -> None:
    key = key_of("a.csv")
    desk.uploads.append(key, 0, len(CSV), io.BytesIO(CSV))
    desk.uploads.finish(key, "a.csv", len(CSV))
    restarts = []
    for _ in range(4):
        again = Desk(desk.settings.data_dir)
        again.jobs.start()
        restarts.append(again.uploads.resume())
    assert restarts == [1, 1, 0, 0]
    assert desk.uploads.finish(key, "a.csv", len(CSV)).state == "working"


def test_an_interrupted_file_can_be_tried_again(desk: Desk) -> None:
    key = key_of("a.csv")
    desk.uploads.append(key, 0, len(CSV), io.BytesIO(CSV))
    job = desk.uploads.finish(key, "a.csv", len(CSV)).job
    desk.jobs.start()
    assert desk.jobs.get(str(job)).state == JobState.INTERRUPTED
    assert desk.send("a.csv").state == "added"


def test_a_compressed_file_is_the_recording_that_is_in_it(desk: Desk) -> None:
    sent = desk.send("run.csv.gz", gzip.compress(CSV))
    assert (sent.state, sent.path) == ("added", "run.csv")
    again = desk.send("run.csv", CSV)
    assert (again.state, again.where) == ("already here", "run.csv")
    row = desk.recordings.by_path("run.csv")
    assert row is not None
    assert desk.recordings.source_path(row).read_bytes() == CSV


def test_a_compressed_file_that_is_too_large_or_damaged_is_refused_and_leaves_nothing(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path, max_upload_gb=1e-5)
    bomb = gzip.compress(b"1,2\n" * (desk.settings.max_upload_bytes // 4 + 10))
    assert len(bomb) < desk.settings.max_upload_bytes
    assert "GB unpacked; unpack it, split the table" in desk.send("bomb.csv.gz", bomb).reason
    assert "cut off or damaged" in desk.send("cut.csv.gz", gzip.compress(CSV)[:-6]).reason
    assert desk.paths() == [] and desk.leftovers() == []


# -- the data folder, samples, the command line


def put(folder: Path, *names: str) -> None:
    for number, name in enumerate(names):
        file = folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(CSV.replace(b"3", str(number + 10).encode()))


def test_files_in_the_data_folder_are_found_and_added(desk: Desk) -> None:
    root = desk.settings.data_dir
    put(
        root,
        "mine.csv",
        "sub/b.tsv",
        "sub/notes.md",
        ".hidden/a.csv",
        "store/x.csv",
        "uploads/y.csv",
        "samples/z.csv",
    )
    assert [item.path for item in desk.uploads.discover()] == ["mine.csv", "sub/b.tsv"]
    desk.uploads.add_discovered(["mine.csv", "not/there.csv"])
    desk.jobs.work()
    assert desk.paths() == ["mine.csv"] and (root / "mine.csv").exists()
    assert [item.path for item in desk.uploads.discover()] == ["sub/b.tsv"]
    assert desk.leftovers() == []


def test_links_in_the_data_folder_are_not_followed(desk: Desk, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "private.csv").write_text("a\n1\n")
    root = desk.settings.data_dir
    root.mkdir(parents=True, exist_ok=True)
    (root / "file.csv").symlink_to(outside / "private.csv")
    (root / "folder").symlink_to(outside)
    (root / "real").mkdir()
    (root / "real" / "link.csv").symlink_to(outside / "private.csv")
    (root / "real" / "deep").symlink_to(outside)
    assert desk.uploads.discover() == []
    assert desk.uploads.add_discovered() == []


def test_a_found_file_that_changes_later_does_not_change_the_recording(desk: Desk) -> None:
    put(desk.settings.data_dir, "mine.csv")
    before = (desk.settings.data_dir / "mine.csv").read_bytes()
    desk.uploads.add_discovered()
    desk.jobs.work()
    (desk.settings.data_dir / "mine.csv").write_bytes(b"something else")
    sha = hashlib.sha256(before).hexdigest()
    assert (desk.settings.uploads_dir / sha[:2] / sha).read_bytes() == before


def test_samples_are_added_once_and_only_to_an_empty_database(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    samples = tmp_path / "samples"
    put(samples, "ecg/a.csv", "ecg/a.labels.csv", "README.md")
    monkeypatch.setattr(Settings, "samples_dir", samples)
    assert desk.uploads.is_reading_samples()  # they are about to be read
    assert [ticket.path for ticket in desk.uploads.add_samples()] == ["samples/ecg/a.csv"]
    assert desk.uploads.is_reading_samples()
    desk.jobs.work()
    assert desk.paths() == ["samples/ecg/a.csv"]
    assert not desk.uploads.is_reading_samples()
    assert desk.uploads.add_samples() == []


def test_samples_are_not_added_if_there_are_recordings(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(tmp_path / "samples", "ecg/a.csv")
    monkeypatch.setattr(Settings, "samples_dir", tmp_path / "samples")
    desk.send("mine.csv")
    assert desk.uploads.add_samples() == []


def test_importing_a_folder_keeps_its_name_and_lists_left_out_files(desk: Desk, tmp_path: Path) -> None:
    put(tmp_path / "day", "a.csv", "sub/b.csv", "notes.md", "x.labels.csv")
    (tmp_path / "day" / "bad.csv").write_bytes(b"")
    (tmp_path / "day" / "link.csv").symlink_to("/etc/passwd")
    results = {result.path: str(result.state) for result in desk.uploads.import_paths([tmp_path / "day"])}
    assert results == {
        "day/a.csv": "added",
        "day/bad.csv": "refused",
        "day/link.csv": "skipped",
        "day/notes.md": "skipped",
        "day/sub/b.csv": "added",
        "day/x.labels.csv": "skipped",
    }
    assert desk.leftovers() == []


@pytest.mark.parametrize("kind", SAVED_AGAIN)
def test_labels_that_a_spreadsheet_saved_again_never_become_a_recording(
    desk: Desk, tmp_path: Path, kind: str
) -> None:
    """From the browser, by import, and in the data folder."""
    rows = [HEADER, ["1", "0", "1.5", "P wave", "red"], ["2", "2", "2", "T", "black"]]
    data = SAVED_AGAIN[kind](rows)
    assert "labels of a recording" in desk.send("marks.csv", data).reason
    for folder in (tmp_path / "day", desk.settings.data_dir):
        folder.mkdir(exist_ok=True)
        (folder / "marks.csv").write_bytes(data)
    (result,) = desk.uploads.import_paths([tmp_path / "day"])
    assert (str(result.state), "labels of a recording" in result.reason) == ("skipped", True)
    assert desk.uploads.discover() == [] and desk.paths() == []


def test_a_table_in_a_folder_whose_name_is_refused_is_refused_and_other_files_are_skipped(
    desk: Desk, tmp_path: Path
) -> None:
    put(tmp_path / "day", "a.csv", "con.csv", "b\\c.csv", "aux.png", ".con.csv", "nul.tsv.gz")
    results = {result.path: str(result.state) for result in desk.uploads.import_paths([tmp_path / "day"])}
    assert results == {
        "day/a.csv": "added",
        "day/con.csv": "refused",
        "day/b\\c.csv": "refused",
        "day/nul.tsv.gz": "refused",
        "day/aux.png": "skipped",
        "day/.con.csv": "skipped",
    }


def test_importing_one_file_uses_its_name_and_refuses_other_formats(desk: Desk, tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "a.png")
    results = [
        (result.path, str(result.state))
        for result in desk.uploads.import_paths([tmp_path / "a.csv", tmp_path / "a.png"])
    ]
    assert results == [("a.csv", "added"), ("a.png", "refused")]


def test_importing_below_a_root_leaves_the_root_out_of_the_names(desk: Desk, tmp_path: Path) -> None:
    put(tmp_path / "day", "sub/b.csv")
    results = list(desk.uploads.import_paths([tmp_path / "day"], root=tmp_path / "day"))
    assert [result.path for result in results] == ["sub/b.csv"]


@pytest.mark.parametrize(
    ("problem", "state", "words"),
    [
        (OSError(errno.ENOSPC, "No space left on device"), "refused", "the disk is full"),
        (OSError(errno.EIO, "Input/output error"), "refused", "Input/output error"),
        (RuntimeError("secret"), "failed", "reference"),
    ],
)
@pytest.mark.parametrize("place", ["_copy", "ingest_task", "keep_bytes"])
def test_a_file_that_cannot_be_stored_is_reported_and_the_next_one_is_added(
    desk: Desk,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    place: str,
    problem: Exception,
    state: str,
    words: str,
) -> None:
    (tmp_path / "ward").mkdir()
    for name, content in (("a.csv", CSV), ("b.csv", OTHER)):
        (tmp_path / "ward" / name).write_bytes(content)
    real, calls = getattr(upload_job, place), []

    def fail_once(*args: Any, **named: Any) -> Any:
        calls.append(args)
        if len(calls) == 1:
            raise problem
        return real(*args, **named)

    monkeypatch.setattr(upload_job, place, fail_once)
    first, second = desk.uploads.import_paths([tmp_path / "ward"])
    assert (first.path, first.state) == ("ward/a.csv", state)
    assert words in first.reason and "secret" not in first.reason
    assert second.state == "added"
    assert desk.leftovers() == []


def test_a_full_disk_fails_an_upload_in_words_and_keeps_its_bytes(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_args: Any, **_named: Any) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(upload_job, "keep_bytes", full)
        result = desk.send("a.csv")
    assert result.state == "failed" and "“a.csv” could not be stored: the disk is full" in result.reason
    assert desk.send("a.csv").state == "added"


def test_importing_reports_progress(desk: Desk, tmp_path: Path) -> None:
    put(tmp_path, "a.csv")
    messages: list[str] = []
    list(
        desk.uploads.import_paths(
            [tmp_path / "a.csv"], progress=lambda _fraction, message: messages.append(message)
        )
    )
    assert messages[0] == "Copying"


@pytest.fixture(autouse=True)
def no_samples(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The samples of this machine play no part, unless a test puts its own there."""
    monkeypatch.setattr(Settings, "samples_dir", tmp_path / "none")


# -- many small files at once


def test_many_files_that_were_sent_are_finished_in_one_transaction_and_read_together(desk: Desk) -> None:
    files = [(f"many/{number}.csv", f"t,v\n0,{number}\n1,2\n".encode()) for number in range(30)]
    files += [("bad.csv", b"\0"), ("same.csv", files[3][1]), ("many/3.csv", b"t,v\n0,0\n1,9\n")]
    sent = [CompleteUpload(key_of(path, content), path, len(content)) for path, content in files]
    for file, (_, content) in zip(sent, files, strict=True):
        desk.uploads.append(file.key, 0, file.size, io.BytesIO(content))
    sent.append(CompleteUpload("f" * 64, "missing.csv", 9))
    sent.append(CompleteUpload("e" * 64, "../x.csv", 0))
    states = [result.state for result in desk.uploads.finish_all(sent)]
    assert states == ["working"] * 33 + ["partial", "refused"]
    desk.jobs.work()
    states = [result.state for result in desk.uploads.results([file.key for file in sent[:33]])]
    assert states == ["added"] * 30 + ["refused", "already here", "same name"]
    assert len(desk.paths()) == 30
    again = desk.uploads.finish_all(sent[:2])
    assert [result.state for result in again] == ["added", "added"]


def test_files_read_together_have_their_turn_alone_when_that_fails(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    done = perform.call

    def die(function: str, arguments: dict[str, Any], report: Any) -> dict[str, Any]:
        return (
            {"traceback": "killed"} if function.endswith("read_files") else done(function, arguments, report)
        )

    monkeypatch.setattr(perform, "call", die)
    sent = [CompleteUpload(key_of(path), path, len(CSV)) for path in ("a.csv", "b.csv")]
    for number, file in enumerate(sent):
        desk.uploads.append(file.key, 0, len(CSV), io.BytesIO((CSV, OTHER)[number]))
    desk.uploads.finish_all(sent)
    desk.jobs.work()
    assert desk.paths() == ["a.csv", "b.csv"]


# -- a name that is taken: replace; the same bytes in the trash


LONGER = b"t,v\n0,5\n1,6\n2,7\n3,8\n"
EARLIER = b"t,v\n-1,5\n0,6\n1,7\n2,8\n"


def test_replacing_gives_a_recording_new_bytes_and_keeps_its_labels_at_their_times(desk: Desk) -> None:
    recording = desk.send("a.csv").recording or 0
    labels = desk.label(recording, (1, 2))
    assert desk.send("a.csv", EARLIER).state == "same name"
    result = desk.send("a.csv", EARLIER, "replace")
    assert (result.state, result.recording) == ("added", recording)
    assert result.sentence == "added: replaced; 1 label stayed, the previous file is in the trash"
    row = desk.recordings.get(recording)
    assert (row.path, row.rows, row.sha256) == ("a.csv", 4, hashlib.sha256(EARLIER).hexdigest())
    (label,) = desk.labels(recording)
    assert (label["id"], label["start"], label["end"], label["x0"], label["x1"]) == (*labels, 2, 3, 1.0, 2.0)
    answer = desk.annotations.apply(recording, [], -1)
    assert answer["undo"] is None
    (trashed,) = desk.trash.content()
    assert (trashed.path, trashed.labels) == ("a.csv", 1)
    ((restored, path),) = desk.trash.restore([trashed.id])
    assert path == "a (2).csv" and desk.recordings.get(restored).rows == 3
    assert [(label["start"], label["end"]) for label in desk.labels(restored)] == [(1, 2)]


def test_a_replacement_that_does_not_have_the_time_of_a_label_is_refused_with_the_reason(desk: Desk) -> None:
    recording = desk.send("a.csv").recording or 0
    desk.label(recording, (0, 2))
    before = desk.recordings.get(recording)
    for content in (b"t,v\n0,1\n1,9\n", b"time [s],v\n0,1\n1,2\n2,9\n", b"v\n8\n2\n5\n1\n"):
        result = desk.send("a.csv", content, "replace")
        assert result.state == "same name" and result.reason.startswith(
            "not replaced: 1 of 1 labels does not fit"
        )
        assert result.reason.endswith("Keep both files, or delete those labels first; nothing was changed.")
    assert desk.recordings.get(recording) == before and desk.trash.content() == []
    assert (
        desk.send("a.csv", b"t,v\n0,1\n1,9\n", "keep").path == "a (2).csv"
    )  # another answer is still possible


def test_a_replacement_is_read_with_the_options_of_the_replaced_file(desk: Desk) -> None:
    recording = desk.send("a.csv", b"t;v\n0;7,1\n1;8,2\n").recording or 0
    options = {"delimiter": ";", "decimal": ","}
    desk.reread(recording, options)
    result = desk.send("a.csv", b"t;v\n0;7,5\n1;8,5\n2;9,5\n", "replace")
    assert result.sentence == "added: replaced; the previous file is in the trash"
    row = desk.recordings.get(recording)
    assert (row.rows, row.reading) == (3, options) and row.store_key != row.sha256
    assert list(desk.recordings.store(recording).channel(0)) == [7.5, 8.5, 9.5]


def test_a_replacement_that_cannot_be_read_like_the_old_file_is_read_as_found(desk: Desk) -> None:
    recording = desk.send("a.csv", b"when,v\n5,1\n6,2\n").recording or 0
    desk.reread(recording, {"time": "when"})
    result = desk.send("a.csv", LONGER, "replace")
    assert "read automatically, since the options of the old file do not fit" in result.sentence
    row = desk.recordings.get(recording)
    assert (row.rows, row.reading) == (4, None) and desk.recordings.is_whole(recording)


def test_a_recording_without_labels_takes_any_bytes(desk: Desk) -> None:
    recording = desk.send("a.csv").recording or 0
    assert desk.send("A.csv", b"v,w\n8,1\n2,1\n5,1\n", "replace").recording == recording
    assert desk.paths() == ["a.csv"] and desk.recordings.store(recording).rows == 3


def test_the_same_bytes_in_the_trash_can_be_restored_with_their_labels_or_added_again(desk: Desk) -> None:
    recording = desk.send("a.csv").recording or 0
    desk.label(recording, (0, 2))
    desk.trash.delete([recording])
    result = desk.send("b.csv")
    assert (result.state, result.where, result.recording) == ("in the trash", "a.csv", recording)
    assert "the same bytes are in the trash as a.csv with 1 label" in result.sentence
    second = desk.send("b.csv", decision="keep")
    assert (second.state, second.path) == ("added", "b.csv")
    desk.trash.delete([second.recording or 0])
    assert desk.send("c.csv").state == "in the trash"
    restored = desk.send("c.csv", decision="restore")
    assert (restored.state, restored.path, restored.recording) == ("added", "a.csv", recording)
    assert len(desk.labels(recording)) == 1 and desk.leftovers() == []


def test_bytes_in_the_trash_without_labels_do_not_ask(desk: Desk) -> None:
    recording = desk.send("a.csv").recording or 0
    desk.trash.delete([recording])
    assert desk.send("a.csv").state == "added"


def test_bytes_removed_for_good_while_they_are_added_again_are_not_lost(desk: Desk) -> None:
    recording = desk.send("a.csv").recording or 0
    desk.trash.delete([recording])
    key = key_of("b.csv")
    desk.uploads.append(key, 0, len(CSV), io.BytesIO(CSV))
    desk.uploads.finish(key, "b.csv", len(CSV))
    land = desk.uploads._land

    def empty_first(connection: Any, job: Any, outcome: Any) -> Any:
        connection.execute(recordings.delete())
        for folder in (desk.settings.uploads_dir, desk.settings.store_dir):
            shutil.rmtree(folder / hashlib.sha256(CSV).hexdigest()[:2])
        return land(connection, job, outcome)

    desk.jobs._kinds["ingest"] = replace(desk.jobs._kinds["ingest"], land=empty_first)
    desk.jobs.work()
    result = desk.uploads.result(key)
    assert result.state == "failed" and "Try again" in result.reason
    desk.jobs._kinds["ingest"] = replace(desk.jobs._kinds["ingest"], land=land)
    desk.uploads.finish(key, "b.csv", len(CSV))
    desk.jobs.work()
    (added,) = desk.recordings.list()
    assert added.path == "b.csv" and desk.recordings.is_whole(added.id)
