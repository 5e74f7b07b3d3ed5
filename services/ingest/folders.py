"""Find CSV files in folders, with the reason for every file that is left out."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from services.errors import TidemarkError
from services.formats.label_file import is_label_csv
from services.formats.spreadsheet import HEAD_BYTES
from services.storage.paths import LABELS_REASON, clean_path, plain_path, skip_reason

_LOOK = 4096  # bytes


@dataclass(frozen=True)
class FolderFile:
    """A file: ``path`` of its recording; ``reason`` why it is left out ("": it is imported).

    ``given``: named explicitly, not found in a folder. ``refused``: its suffix is that of a table, but its name breaks
    a rule or it cannot be read.
    """

    file: Path
    path: str
    size: int
    reason: str = ""
    given: bool = False
    refused: bool = False

    @property
    def is_missed(self) -> bool:
        """Whether the file is left out although the user probably expects it to be imported."""
        return bool(self.reason) and (self.given or self.refused)


def find(paths: Iterable[Path], root: Path | None = None) -> Iterator[FolderFile]:
    """Every file in ``paths`` (files and folders), in order of name.

    Paths are relative to ``root``; without it, the path begins with the name of the folder (as in the browser), or is
    the name of the file. Symbolic links inside a folder are not followed: they can lead anywhere.
    """
    for given in paths:
        start = given.expanduser()
        start = start if root else start.resolve()
        base = root or start.parent
        if start.is_dir():
            yield from _walk(start, base)
        else:
            yield _judge(
                start, start.relative_to(base) if start.is_relative_to(base) else Path(start.name), given=True
            )


def _walk(folder: Path, base: Path) -> Iterator[FolderFile]:
    for parent, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            file = Path(parent) / name
            yield _judge(file, file.relative_to(base), given=False)


def _judge(file: Path, relative: Path, given: bool) -> FolderFile:
    path = relative.as_posix()
    try:
        state = file.stat() if given else file.lstat()
        path = plain_path(clean_path(path))
        reason = (
            skip_reason(path)
            or _kind_reason(state.st_mode)
            or _labels_reason(file)
            or _binary_reason(file, given)
        )
        return FolderFile(file, path, state.st_size, reason, given)
    except TidemarkError as error:
        return FolderFile(file, path, 0, str(error), given, refused=not skip_reason(path))
    except OSError as error:
        return FolderFile(
            file, path, 0, f"cannot be read: {error.strerror}", given, refused=not skip_reason(path)
        )


def _kind_reason(mode: int) -> str:
    if stat.S_ISLNK(mode):
        return "symbolic link"
    return "" if stat.S_ISREG(mode) else "not a regular file"


def _labels_reason(file: Path) -> str:
    with file.open("rb") as stream:
        return LABELS_REASON if is_label_csv(stream.read(HEAD_BYTES)) else ""


def _binary_reason(file: Path, given: bool) -> str:
    """Reason to leave out a binary file with the suffix of a table, such as ``100.dat`` of WFDB."""
    if given or file.suffix.lower() != ".dat":
        return ""
    with file.open("rb") as stream:
        head = stream.read(_LOOK)
    wide = head.startswith((b"\xff\xfe", b"\xfe\xff"))
    return "binary, not text" if b"\0" in head and not wide else ""
