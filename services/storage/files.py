"""Atomic file writes and removal: after a crash a file has its old or its new content, never a part."""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import time
from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from types import TracebackType
from uuid import uuid4

from services.errors import StorageFull

PREFIX = ".writing-"
GONE = ".gone-"  # prefix of files being removed
CHUNK = 1 << 20  # bytes per read when hashing
LEFT_BEHIND = 3600  # seconds; older temporary files are not being written any more

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_IN_THE_WAY = {errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY}
_TOO_LONG = {errno.ENAMETOOLONG}


class StagedFile:
    """New content of a file, already on the disk; :meth:`place` gives it the file's name.

    A context manager: content that was not placed is removed at the end.
    """

    def __init__(self, path: Path, data: bytes | Iterable[bytes]) -> None:
        """Write ``data`` (whole, or piece by piece) next to ``path`` (making its folders) and force it to the disk.

        Raises:
            StorageFull: the disk is full or the folder may not be written; ``path`` is as it was.
        """
        self.path = path
        self._temporary = path.parent / f"{PREFIX}{uuid4().hex}"
        try:
            make_folder(path.parent)
            _write(self._temporary, [data] if isinstance(data, bytes) else data)
        except OSError as error:
            self._discard()
            raise worded(path, error) from error
        except BaseException:  # raised by the generator of the pieces
            self._discard()
            raise

    def place(self) -> None:
        """Rename to the target, atomically and durably.

        Raises:
            StorageFull: the name is taken by a folder, or the folder may not be written (any more).
        """
        try:
            self._temporary.replace(self.path)
            sync_path(self.path.parent)
        except OSError as error:
            raise worded(self.path, error) from error

    def __enter__(self) -> StagedFile:
        return self

    def __exit__(
        self, _kind: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        self._discard()

    def _discard(self) -> None:
        try:
            self._temporary.unlink(missing_ok=True)
        except OSError:  # the folder is missing or not writable; sweep() removes the rest
            return


def atomic_write(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Replace the content of ``path`` by ``data``, whole or in pieces; it is on the disk when this returns.

    Writes a temporary file in the same folder, syncs it and renames it.

    Raises:
        StorageFull: the disk is full or the folder may not be written; ``path`` is as it was.
    """
    with StagedFile(path, data) as staged:
        staged.place()


def sweep(folder: Path) -> int:
    """Remove temporary files of killed processes anywhere under ``folder``; returns their number."""
    removed = 0
    for left in folder.rglob(f"{PREFIX}*"):
        try:
            if time.time() - left.stat().st_mtime > LEFT_BEHIND:
                left.unlink()
                removed += 1
        except OSError:
            continue
    return removed


def remove_orphans(root: Path, names_in_use: Callable[[], Collection[str]]) -> int:
    """Remove the folders in ``root`` that ``names_in_use`` does not return; returns their number.

    ``names_in_use`` is called after the folders were listed, so that folders created meanwhile are safe.
    """
    if not root.is_dir():
        return 0
    folders = list(root.iterdir())
    keep = names_in_use()
    orphans = [folder for folder in folders if folder.name not in keep]
    for folder in orphans:
        shutil.rmtree(folder, ignore_errors=True)
    return len(orphans)


def move_aside(path: Path, top: Path) -> Path:
    """Move a file or folder that will be removed to an unused name in ``top``; returns that path."""
    return path.replace(top / f"{GONE}{path.name}-{uuid4().hex}")


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with its content, as far as possible."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def touch(path: Path) -> None:
    """Update the modification time, so that a file or folder does not count as abandoned."""
    with suppress(OSError):
        os.utime(path)


def sha256_of(file: Path, progress: Callable[[float], None] | None = None) -> str:
    """SHA-256 of a file, in bounded memory; ``progress`` gets the share that was read."""
    digest, done = hashlib.sha256(), 0
    size = max(1, file.stat().st_size)
    with file.open("rb", buffering=0) as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            done += len(chunk)
            if progress:
                progress(done / size)
    return digest.hexdigest()


def is_within(path: Path, folder: Path) -> bool:
    """True when ``path`` is inside ``folder``, after resolving symbolic links."""
    real = os.path.realpath(folder)
    return os.path.realpath(path).startswith(real.rstrip(os.sep) + os.sep)


def sync_path(path: Path) -> None:
    """Sync the content of a file, or the entries of a folder, to the disk."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Create a folder and its parents, and sync their entries.

    Raises:
        OSError: it cannot be made.
    """
    for parent in new_folder(folder, mode):
        sync_path(parent)


def new_folder(folder: Path, mode: int = 0o777) -> list[Path]:
    """Create a folder and its parents; returns the folders whose entries must be synced then.

    Raises:
        OSError: it cannot be made.
    """
    if folder.is_dir():
        return []
    above = new_folder(folder.parent, mode)
    folder.mkdir(exist_ok=True, mode=mode)
    return [*above, folder.parent]


@contextmanager
def storing(subject: str) -> Iterator[None]:
    """Context of code that writes ``subject`` into the data folder.

    Raises:
        StorageFull: in place of an OSError.
    """
    try:
        yield
    except OSError as error:
        full = error.errno in _FULL
        cause = "the disk is full" if full else (error.strerror or "the folder cannot be written")
        remedy = "Free some space" if full else "Check the disk and the rights of the data folder"
        raise StorageFull(f"{subject} could not be stored: {cause}. {remedy}, then try again.") from error


def worded(path: Path, error: OSError) -> StorageFull:
    """``error`` as a sentence with a remedy, without absolute paths."""
    if error.errno in _FULL:
        cause, remedy = "the disk is full", "Make room"
    elif error.errno in _IN_THE_WAY:
        cause, remedy = "a file has the name of a needed folder, or the reverse", "Move it away"
    elif error.errno in _TOO_LONG:
        cause, remedy = "the path is too long for this disk", "Set TIDEMARK_OUTPUTS_DIR to a shorter one"
    else:
        cause, remedy = (error.strerror or str(error)).lower(), "Allow writing there"
    return StorageFull(
        f"{path.parent.name}/{path.name} cannot be written: {cause}. {remedy}, then try again; nothing was changed."
    )


def _write(path: Path, pieces: Iterable[bytes]) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666)
    with os.fdopen(descriptor, "wb") as file:
        file.writelines(pieces)
        file.flush()
        os.fsync(file.fileno())
