"""Saved files of a recording: name, write, recognise and rename them together.

They are a label CSV and a label JSON at the path of the recording, or such a pair for each author in a folder of
:data:`AUTHORS` (:func:`author_path`).
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Collection, Mapping
from contextlib import ExitStack
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
from services.storage.paths import labels_json_path, quoted, windows_name
from services.wording import NO_AUTHOR

AUTHORS = "by author"  # folder of outputs/ and of a ZIP with a folder of labels for each author

# Values of the columns of a recording without saved files.
NOT_SAVED: dict[str, Any] = {
    "saved_at": None,
    "saved_revision": 0,
    "saved_labels": None,
    "output_sha256": None,
    "output_json_sha256": None,
    "output_authors": None,
}


def names_of(path: str) -> tuple[str, str]:
    """Paths of the label CSV and the label JSON of the recording at ``path``, relative to outputs/."""
    return path, labels_json_path(path)


def author_path(author: str, path: str) -> str:
    """Path of the label CSV of one author of the recording at ``path``.

    The folder has the author's name. A name that cannot be a folder everywhere is changed, with six digits of its hash,
    so that two authors never have one folder.

    >>> author_path("Ann", "ecg/a.csv"), author_path("", "a.csv"), author_path("../Bo", "a.csv")
    ('by author/Ann/ecg/a.csv', 'by author/no author/a.csv', 'by author/_._Bo (2711d8)/a.csv')
    """
    name = author or NO_AUTHOR
    folder = windows_name(name.replace("/", "_").replace("\\", "_"))
    folder = f"_{folder[1:]}" if folder.startswith(".") else folder
    if folder != name or author == NO_AUTHOR:
        folder = f"{folder} ({hashlib.sha256(author.encode()).hexdigest()[:6]})"
    return f"{AUTHORS}/{folder}/{path}"


def csvs_of(row: Any, path: str = "") -> list[str]:
    """Paths of the label CSVs of a row of ``recordings``; ``path``: as if this were its path."""
    path = path or row.path
    return [author_path(entry["author"], path) for entry in row.output_authors or ()] or [path]


def saved_in(row: Any, path: str = "") -> list[tuple[str, str]]:
    """Path and hash of each saved file of a row of ``recordings``; none if it is not saved."""
    if row.saved_at is None:
        return []
    hashes = [(entry["csv"], entry["json"]) for entry in row.output_authors or ()]
    hashes = hashes or [(row.output_sha256 or "", row.output_json_sha256 or "")]
    differing = []
    for csv_path, (csv, json) in zip(csvs_of(row, path), hashes, strict=True):
        differing.append((csv_path, csv))
        if json:
            differing.append((labels_json_path(csv_path), json))
    return differing


class StagedFiles:
    """New saved files, already on the disk; :meth:`place` renames them together.

    A context manager: files that were not placed are removed at the end.
    """

    def __init__(self, folder: Path, contents: Mapping[str, bytes]) -> None:
        """Write each next to its target in ``folder`` and sync it.

        Raises:
            StorageFull: the disk is full or the folder may not be written; the saved files are as they were.
        """
        self._files: list[StagedFile] = []
        with ExitStack() as undo:
            undo.push(self.__exit__)
            for path, data in contents.items():
                self._files.append(StagedFile(folder / path, data))
            undo.pop_all()

    def place(self) -> None:
        """Rename all, the last first. If a rename fails, those before it are reverted.

        A crash between two leaves new files next to old ones; the caller records the save only after this.

        Raises:
            StorageFull: a name is taken by a folder, or the folder may not be written (any more).
        """
        before: dict[Path, Path | None] = {}
        try:
            with ExitStack() as undo:
                for file in reversed(self._files):
                    before[file.path] = _backup_link(file.path)
                    file.place()
                    undo.callback(_back, file.path, before[file.path])
                undo.pop_all()
        finally:
            for kept in before.values():
                if kept:
                    kept.unlink(missing_ok=True)

    def __enter__(self) -> StagedFiles:
        return self

    def __exit__(self, *error: Any) -> None:
        for file in self._files:
            file.__exit__(*error)


def _back(file: Path, kept: Path | None) -> None:
    if kept:
        kept.replace(file)
    else:
        file.unlink()


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


def is_ours(folder: Path, row: Any) -> bool:
    """True when the saved files of a row of ``recordings`` are byte for byte those that Save wrote."""
    saved = saved_in(row)
    return bool(saved) and all(_is_ours(folder, path, sha256) for path, sha256 in saved)


def _is_ours(folder: Path, path: str, sha256: str) -> bool:
    file = folder / path
    try:
        return is_within(file, folder) and not file.is_symlink() and sha256_of(file) == sha256
    except OSError:
        return False


def carry(folder: Path, row: Any, new: str) -> str:
    """Rename the saved files of a row of ``recordings``; returns the reason why they were not renamed, or "".

    All are renamed, or none. Files changed by another program stay; no file is overwritten; missing files are
    ignored.
    """
    pairs = zip(saved_in(row), saved_in(row, new), strict=True)
    there = [
        (source, target, sha256) for (source, sha256), (target, _) in pairs if (folder / source).exists()
    ]
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
    for source, _ in moves:
        tidy(source.parent, folder)
    return ""


def _undo_moves(moved: list[tuple[Path, Path]]) -> None:
    for source, target in moved:
        target.rename(source)


def remove(folder: Path, row: Any) -> None:
    """Remove the saved files of a row of ``recordings``, and the folders that become empty.

    Raises:
        StorageFull: a file cannot be removed; then the first label CSV still exists.
    """
    for path, _ in reversed(saved_in(row)):
        _unlink(folder, path)


def remove_others(folder: Path, row: Any, written: Collection[str]) -> None:
    """Remove the saved files of a row that are not among the paths ``written`` since; changed ones stay.

    Raises:
        StorageFull: a file cannot be removed.
    """
    for path, sha256 in saved_in(row):
        if path not in written and _is_ours(folder, path, sha256):
            _unlink(folder, path)


def _unlink(folder: Path, path: str) -> None:
    try:
        (folder / path).unlink(missing_ok=True)
    except OSError as error:
        raise StorageFull(f"{quoted(path)} cannot be deleted: {error.strerror}.") from error
    tidy((folder / path).parent, folder)


def tidy(parent: Path, folder: Path) -> None:
    """Remove empty folders from ``parent`` up to ``folder``."""
    while parent != folder and parent.is_relative_to(folder):
        try:
            parent.rmdir()
        except OSError:
            return
        parent = parent.parent
