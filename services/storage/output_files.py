"""Move the saved file of a recording that is renamed or restored from the trash."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from services.storage.files import is_within, make_folder, sha256_of, sync_path

# What a recording knows of its saved file when it has none (any more).
NOT_SAVED: dict[str, Any] = {
    "saved_at": None,
    "saved_revision": 0,
    "saved_labels": None,
    "output_sha256": None,
}


def is_ours(folder: Path, path: str, sha256: str | None) -> bool:
    """True when the file at ``path`` in ``folder`` is, byte for byte, the one that Save wrote."""
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


def carry(folder: Path, old: str, new: str, sha256: str | None) -> str:
    """Give the saved file of a recording its new name; returns why it stays where it is, "" when it does not.

    A file that another program changed stays, and no file is overwritten. A missing file is ignored.
    """
    source, target = folder / old, folder / new
    if not source.exists():
        return ""
    if not is_ours(folder, old, sha256):
        return "it was changed by another program"
    if not is_within(target, folder):
        return "its new place would be outside the folder"
    try:
        make_folder(target.parent)
        if target.exists() and not target.samefile(source):
            return f"there is a file {new} already"
        source.rename(target)
        sync_path(target.parent)
        sync_path(source.parent)
    except OSError as error:
        return (error.strerror or str(error)).lower()
    tidy(source.parent, folder)
    return ""


def tidy(parent: Path, folder: Path) -> None:
    """Remove folders that are empty now."""
    while parent != folder and parent.is_relative_to(folder):
        try:
            parent.rmdir()
        except OSError:
            return
        parent = parent.parent
