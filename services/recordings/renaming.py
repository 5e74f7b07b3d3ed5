"""Rename and move recordings and folders, with their saved files."""

from __future__ import annotations

import logging
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from services.errors import Conflict, Invalid, NotFound
from services.recordings.repository import LIVE, change, recording_row
from services.settings import Settings
from services.storage.db import Database
from services.storage.output_files import NOT_SAVED, carry
from services.storage.paths import CSV_SUFFIXES, UsedPaths, clean_path, csv_path, quoted, twin_key
from services.storage.tables import folder_label_sets, recordings

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class RenameResult:
    """Result of a rename or move; ``left``: saved files that were not moved, with reasons."""

    files: int
    left: list[tuple[str, str]]

    @property
    def sentence(self) -> str:
        """A sentence about saved files that were not moved; "" if there are none."""
        if not self.left:
            return ""
        path, reason = self.left[0]
        more = f" (and {len(self.left) - 1:,} more)" if len(self.left) > 1 else ""
        return f"outputs/{path} stays where it is: {reason}{more}. Save writes the labels under the new name."


class Renaming:
    """Renames and moves recordings; each call is atomic."""

    def __init__(self, database: Database, settings: Settings) -> None:
        self._database = database
        self._folder = settings.outputs_dir

    def rename(self, recording: int, name: str) -> RenameResult:
        """Rename in the same folder; a name without suffix keeps the old suffix.

        Raises:
            NotFound: unknown recording.
            RefusedFile: the name violates a rule of ``services.storage.paths``.
            Invalid: the name has a slash.
            Conflict: the name is in use, ignoring case.
        """
        name = _checked(name)
        with self._database.write() as connection:
            row = recording_row(connection, recording)
            folder, slash, old = row.path.rpartition("/")
            if PurePosixPath(name).suffix.lower() not in CSV_SUFFIXES:
                name = name.rstrip(". ") + PurePosixPath(old).suffix
            return self._apply(connection, [(row, folder + slash + name)])

    def rename_folder(self, folder: str, name: str) -> RenameResult:
        """Rename a folder in its parent folder.

        Raises:
            NotFound: the folder has no recordings (any more).
            RefusedFile, Invalid, Conflict: as :meth:`rename`.
        """
        name = _checked(name)
        parent = folder.rpartition("/")[0]
        with self._database.write() as connection:
            return self._apply_folder(connection, folder, f"{parent}/{name}" if parent else name)

    def move(self, ids: Collection[int], folders: Collection[str], target: str) -> RenameResult:
        """Move recordings and whole folders into the folder ``target`` ("" is the root).

        Raises:
            NotFound: a recording does not exist (any more).
            RefusedFile: a name violates a rule of ``services.storage.paths``.
            Invalid: a folder would be put into itself.
            Conflict: a name is in use there, ignoring case.
        """
        target = clean_path(target) if target.strip("/ ") else ""
        top = f"{target}/" if target else ""
        with self._database.write() as connection:
            pairs: dict[int, tuple[Row[Any], str]] = {}
            for folder in folders:
                if f"{target}/".startswith(f"{folder}/"):
                    raise Invalid(f"The folder {quoted(folder)} cannot be moved into itself.")
                new = top + folder.rpartition("/")[2]
                _carry_label_sets(connection, folder, new)
                inside = _inside(connection, folder)
                pairs |= {row.id: (row, new + row.path[len(folder) :]) for row in inside}
            for recording in ids:
                row = recording_row(connection, recording)
                pairs.setdefault(row.id, (row, top + row.path.rpartition("/")[2]))
            return self._apply(connection, list(pairs.values()))

    def _apply_folder(self, connection: Connection, folder: str, new: str) -> RenameResult:
        new, rows = clean_path(new), _inside(connection, folder)
        if not rows:
            raise NotFound(f"There is no folder {quoted(folder)} (any more).")
        _carry_label_sets(connection, folder, new)
        return self._apply(connection, [(row, new + row.path[len(folder) :]) for row in rows])

    def _apply(self, connection: Connection, pairs: list[tuple[Row[Any], str]]) -> RenameResult:
        renames = [(row, csv_path(path)) for row, path in pairs]
        renames = [(row, path) for row, path in renames if row.path != path]
        _check_free(connection, renames)
        for row, _path in renames:  # temporary names first: two may swap names
            change(connection, recordings.c.id == row.id, path=f"{row.id}:")
        left = []
        for row, path in renames:
            reason = carry(self._folder, row, path)
            if reason:
                left.append((row.path, reason))
            values = {"path": path, "place": twin_key(path), **(NOT_SAVED if reason else {})}
            change(connection, recordings.c.id == row.id, **values)
        log.info(
            "%d recordings renamed, such as %s", len(renames), quoted(renames[0][1]) if renames else "none"
        )
        return RenameResult(len(renames), left)


def _checked(name: str) -> str:
    if not name.strip():
        raise Invalid("It needs a name.")
    if "/" in name:
        raise Invalid("A name has no slash in it. Use Move to put it into another folder.")
    return clean_path(name)


def _inside(connection: Connection, folder: str) -> list[Row[Any]]:
    below = recordings.c.path.startswith(f"{folder}/", autoescape=True)
    rows = connection.execute(select(recordings).where(LIVE, below)).all()
    return [row for row in rows if row.path.startswith(f"{folder}/")]  # LIKE ignores case


def _check_free(connection: Connection, renames: list[tuple[Row[Any], str]]) -> None:
    moving = {row.id for row, _ in renames}
    others = connection.execute(select(recordings.c.id, recordings.c.path).where(LIVE))
    used = UsedPaths(row.path for row in others if row.id not in moving)
    for _, path in renames:
        twin = used.twin(path)
        if twin:
            raise Conflict(f"{quoted(twin)} already exists. Choose another name; nothing was changed.")
        used.add(path)


def _carry_label_sets(connection: Connection, folder: str, new: str) -> None:
    """Move the label sets of a folder and its sub-folders to the new name, unless that has a label set."""
    rows = connection.execute(select(folder_label_sets)).all()
    folders = {row.folder for row in rows}
    for row in rows:
        if row.folder == folder or row.folder.startswith(f"{folder}/"):
            connection.execute(delete(folder_label_sets).where(folder_label_sets.c.folder == row.folder))
            moved = new + row.folder[len(folder) :]
            if moved not in folders:
                values = {"folder": moved, "label_set_id": row.label_set_id}
                connection.execute(insert(folder_label_sets).values(values))
