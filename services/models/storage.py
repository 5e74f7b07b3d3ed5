"""The folder of models: paths and names of checkpoint files."""

from __future__ import annotations

import unicodedata
from pathlib import Path

from services.errors import NotFound, RefusedFile
from services.models.fields import SUFFIX
from services.storage.files import is_within, make_folder, sync_path, worded
from services.storage.paths import quoted


def file_name(name: str, sha256: str) -> str:
    """File name of a model: ASCII letters of its name, and the beginning of its hash.

    >>> file_name("Trend, später", "0123456789abcdef")
    'trend-spater-01234567.pth'
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    words = "".join(sign if sign.isalnum() else " " for sign in plain.lower()).split()
    return f"{'-'.join([*(words or ['model']), sha256[:8]])}{SUFFIX}"


def place(source: Path, folder: Path, name: str) -> Path:
    """Move ``source``, whose bytes are synced, into the folder, atomically and durably.

    Raises:
        StorageFull: the folder cannot be written.
    """
    target = folder / name
    try:
        make_folder(folder)
        source.replace(target)
        sync_path(folder)
    except OSError as error:
        raise worded(target, error) from error
    return target


def in_folder(folder: Path, name: str) -> Path:
    """The file of that name in the folder.

    Raises:
        RefusedFile: the name is a path to another folder.
        NotFound: missing file.
    """
    path = folder / name
    if Path(name).name != name or not is_within(path, folder):
        raise RefusedFile(f"{quoted(name)} is not in the folder of models. Put the file itself there.")
    if not path.is_file():
        raise NotFound(f"{quoted(name)} is not in the folder of models (any more).")
    return path
