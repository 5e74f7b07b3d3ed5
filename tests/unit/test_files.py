"""Atomic file writes: complete and durable, or no change and a message."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest

from services.errors import StorageFull
from services.storage import files
from services.storage.files import StagedFile, atomic_write, is_within, worded

LIMITED = """
import resource, sys
from pathlib import Path
from services.errors import StorageFull
from services.storage.files import atomic_write
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, resource.RLIM_INFINITY))
path = Path(sys.argv[1])
try:
    atomic_write(path, b"x" * 1_000_000)
except StorageFull as error:
    print(error)
resource.setrlimit(resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
atomic_write(path.with_name("after.csv"), b"y" * 1_000_000)
"""


def test_a_file_is_replaced_whole(tmp_path: Path) -> None:
    path = tmp_path / "new" / "folders" / "a.csv"
    atomic_write(path, b"long before")
    atomic_write(path, b"new")
    assert path.read_bytes() == b"new"
    assert [entry.name for entry in path.parent.iterdir()] == ["a.csv"]


def test_a_staged_file_is_invisible_until_placed_and_leaves_nothing_otherwise(
    tmp_path: Path,
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    with StagedFile(path, b"new"):
        assert path.read_bytes() == b"old"
    assert path.read_bytes() == b"old"
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]


def test_data_and_names_are_forced_to_the_disk_before_the_write_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    forced: list[str] = []
    fsync = os.fsync

    def note(descriptor: int) -> None:
        forced.append(str(Path(f"/proc/self/fd/{descriptor}").readlink()))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", note)
    atomic_write(tmp_path / "new" / "a.csv", b"x")
    parent, content, folder = forced
    assert parent == str(tmp_path)  # the name of the new folder
    assert Path(content).parent == tmp_path / "new" and Path(content).name.startswith(files.PREFIX)
    assert folder == str(tmp_path / "new")  # the name of the file


def test_the_mode_of_a_new_file_follows_the_umask(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        atomic_write(tmp_path / "a.csv", b"x")
    finally:
        os.umask(before)
    assert (tmp_path / "a.csv").stat().st_mode & 0o777 == 0o640


def test_a_folder_with_the_name_of_the_file_is_reported_and_stays(tmp_path: Path) -> None:
    (tmp_path / "a.csv" / "inside").mkdir(parents=True)
    with pytest.raises(
        StorageFull, match=r"a\.csv cannot be written: a file has the name of a needed folder"
    ):
        atomic_write(tmp_path / "a.csv", b"x")
    with pytest.raises(StorageFull, match="the path is too long"):
        atomic_write(tmp_path / ("x" * 300) / "a.csv", b"x")
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.csv"]


def test_a_read_only_folder_is_reported(tmp_path: Path) -> None:
    assert str(worded(tmp_path, PermissionError(13, "Permission denied"))) == (
        f"{tmp_path.parent.name}/{tmp_path.name} cannot be written: permission denied. Allow writing there, "
        "then try again; nothing was changed."
    ), "no absolute paths in messages"


def test_a_full_disk_leaves_the_old_content_and_no_rubbish_and_later_writes_work(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"old")
    done = subprocess.run(
        [sys.executable, "-c", LIMITED, str(path)], capture_output=True, text=True, check=True, timeout=60
    )
    assert "a.csv cannot be written: the disk is full. Make room, then try again" in done.stdout
    assert path.read_bytes() == b"old"
    assert {entry.name for entry in tmp_path.iterdir()} == {"a.csv", "after.csv"}
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] == resource.RLIM_INFINITY


def test_a_path_is_within_a_folder_only_after_its_links_were_followed(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "inside-not").mkdir()
    (tmp_path / "in" / "out").symlink_to(tmp_path / "inside-not")
    assert is_within(tmp_path / "in" / "a" / "b.csv", tmp_path / "in")
    assert not is_within(tmp_path / "in" / "out" / "b.csv", tmp_path / "in")
    assert not is_within(tmp_path / "inside-not" / "b.csv", tmp_path / "in")
    assert not is_within(tmp_path / "in" / ".." / "b.csv", tmp_path / "in")
    assert not is_within(tmp_path / "in", tmp_path / "in")
