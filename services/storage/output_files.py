"""Saved files of a recording: write, recognise and rename its label CSV and label JSON as a pair."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import Any
from uuid import uuid4

from services.errors import StorageFull
from services.storage.files import (
    PREFIX,
    StagedFile,
    is_within,
    make_folder,
    sha256_of,
    sync_path,
    worded,
)
from services.storage.paths import labels_json_path, quoted

# Values of the columns of a recording without saved files.
NOT_SAVED: dict[str, Any] = {
    "saved_at": None,
    "saved_revision": 0,
    "saved_labels": None,
    "output_sha256": None,
    "output_json_sha256": None,
}


def names_of(path: str) -> tuple[str, str]:
    """Paths of the label CSV and the label JSON of the recording at ``path``, relative to outputs/."""
    return path, labels_json_path(path)


class StagedPair:
    """A new label CSV and label JSON, already on the disk; :meth:`place` renames them together.

    A context manager: files that were not placed are removed at the end.
    """

    def __init__(self, folder: Path, path: str, csv: bytes, json: bytes) -> None:
        """Write both next to their targets in ``folder`` and sync them.

        Raises:
            StorageFull: the disk is full or the folder may not be written; the saved files are as they were.
        """
        self.path = folder / path
        self._csv = StagedFile(self.path, csv)
        try:
            self._json = StagedFile(folder / labels_json_path(path), json)
        except BaseException:
            self._csv.__exit__(None, None, None)
            raise

    def place(self) -> None:
        """Rename both. If the second rename fails, the first is reverted.

        A crash between the two leaves a new JSON next to an old CSV; the caller records the save only after this.

        Raises:
            StorageFull: a name is taken by a folder, or the folder may not be written (any more).
        """
        before = _backup_link(self._json.path)
        try:
            self._json.place()
            try:
                self._csv.place()
            except BaseException:
                if before:
                    before.replace(self._json.path)
                else:
                    self._json.path.unlink()
                raise
        finally:
            if before:
                before.unlink(missing_ok=True)

    def __enter__(self) -> StagedPair:
        return self

    def __exit__(self, *error: Any) -> None:
        self._json.__exit__(*error)
        self._csv.__exit__(*error)


def _backup_link(file: Path) -> Path | None:
    """A hard link to a file, for restoring its content; None when the file does not exist.

    Raises:
        StorageFull: the link cannot be made.
    """
    if not file.is_file():
        return None
    kept = file.parent / f"{PREFIX}{uuid4().hex}"
    try:
        try:
            os.link(file, kept)
        except OSError:  # a file system without hard links
            shutil.copyfile(file, kept)
    except OSError as error:
        raise worded(file, error) from error
    return kept


def is_ours(folder: Path, path: str, csv_sha256: str | None, json_sha256: str | None) -> bool:
    """True when the saved files of ``path`` in ``folder`` are byte for byte those that Save wrote.

    ``json_sha256`` is None for files saved before label JSONs existed.
    """
    csv, json = names_of(path)
    return _is_ours(folder, csv, csv_sha256) and (json_sha256 is None or _is_ours(folder, json, json_sha256))


def _is_ours(folder: Path, path: str, sha256: str | None) -> bool:
    file = folder / path
    try:
        return (
            sha256 is not None
            and is_within(file, folder)
            and not file.is_symlink()
            and sha256_of(file) == sha256
        )
    except OSError:
        return False


def carry(folder: Path, old: str, new: str, csv_sha256: str | None, json_sha256: str | None) -> str:
    """Rename the saved files of a recording; returns the reason why they were not renamed, or "".

    Both are renamed, or neither. Files changed by another program stay; no file is overwritten; missing files are
    ignored.
    """
    saved = zip(names_of(old), names_of(new), (csv_sha256, json_sha256), strict=True)
    there = [one for one in saved if (folder / one[0]).exists() and (one[0] == old or json_sha256)]
    if not all(_is_ours(folder, source, sha256) for source, _, sha256 in there):
        return "it was changed by another program"
    moves = [(folder / source, folder / target) for source, target, _ in there]
    if not all(is_within(target, folder) for _, target in moves):
        return "its new place would be outside the folder"
    moved: list[tuple[Path, Path]] = []
    try:
        for source, target in moves:
            make_folder(target.parent)
            if target.exists() and not target.samefile(source):
                _undo_moves(moved)
                return f"there is a file {target.relative_to(folder).as_posix()} already"
            source.rename(target)
            moved.append((source, target))
            sync_path(target.parent)
            sync_path(source.parent)
    except OSError as error:
        _undo_moves(moved)
        return (error.strerror or str(error)).lower()
    if moves:
        tidy(moves[0][0].parent, folder)
    return ""


def _undo_moves(moved: list[tuple[Path, Path]]) -> None:
    for source, target in moved:
        target.rename(source)


def remove(folder: Path, path: str, json_sha256: str | None) -> None:
    """Remove the saved files of a recording, and the folders that become empty.

    Raises:
        StorageFull: a file cannot be removed; then the label CSV still exists.
    """
    csv, json = names_of(path)
    try:
        if json_sha256 is not None:
            (folder / json).unlink(missing_ok=True)
        (folder / csv).unlink()
    except OSError as error:
        raise StorageFull(f"{quoted(path)} cannot be deleted: {error.strerror}.") from error
    tidy((folder / csv).parent, folder)


def tidy(parent: Path, folder: Path) -> None:
    """Remove empty folders from ``parent`` up to ``folder``."""
    while parent != folder and parent.is_relative_to(folder):
        try:
            parent.rmdir()
        except OSError:
            return
        parent = parent.parent
