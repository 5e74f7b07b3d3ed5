"""Writing files so that a reader, or a crash, sees the old content or the new, never half of it."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from services.errors import StorageFull


def atomic_write(path: Path, data: bytes) -> None:
    """Replace the content of ``path`` by ``data``; it is on the disk when this returns.

    The data goes to a temporary file in the same folder, is flushed to the disk, and takes the name in one step.

    Raises:
        StorageFull: the disk is full or the folder may not be written; ``path`` is as it was.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".writing-")
    except OSError as error:
        raise _worded(path, error) from error
    temporary = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise _worded(path, error) from error
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Make the names in ``folder`` survive a power loss."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _worded(path: Path, error: OSError) -> StorageFull:
    return StorageFull(
        f"{path} cannot be written: {error.strerror}. Make room or allow writing there, then try again."
    )
