"""Atomic file writes: a reader or a crash sees the old content or the new, never a part."""

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
GONE = ".gone-"  # prefix of files that are about to be removed
CHUNK = 1 << 20  # bytes hashed at a time
LEFT_BEHIND = 3600  # seconds after which a temporary file cannot be one that is being written

_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_IN_THE_WAY = {errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOTEMPTY}
_TOO_LONG = {errno.ENAMETOOLONG}


class StagedFile:
    """New content for a file, already on the disk, that takes the file's name when :meth:`place` is called.

    A context manager: what was not placed when it ends is removed again.
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
        """Give the new content its name, in one step and for good.

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
        except OSError:  # the folder is gone or closed to us; sweep() will meet what is left
            return


def atomic_write(path: Path, data: bytes | Iterable[bytes]) -> None:
    """Replace the content of ``path`` by ``data``, whole or piece by piece; it is on the disk when this returns.

    The data goes to a temporary file in the same folder, is forced to the disk, and takes the name in one
    step.

    Raises:
        StorageFull: the disk is full or the folder may not be written; ``path`` is as it was.
    """
    with StagedFile(path, data) as staged:
        staged.place()


def sweep(folder: Path) -> int:
    """Remove temporary files that a killed process left anywhere under ``folder``; returns how many."""
    removed = 0
    for left in folder.rglob(f"{PREFIX}*"):
        try:
            if time.time() - left.stat().st_mtime > LEFT_BEHIND:
                left.unlink()
                removed += 1
        except OSError:
            continue
    return removed


def remove_orphans(root: Path, known: Callable[[], Collection[str]]) -> int:
    """Remove the folders in ``root`` that ``known`` does not name; returns how many.

    It is asked after the folders were listed: what begins meanwhile is none of these, or known by then.
    """
    if not root.is_dir():
        return 0
    there = list(root.iterdir())
    keep = known()
    orphans = [one for one in there if one.name not in keep]
    for one in orphans:
        shutil.rmtree(one, ignore_errors=True)
    return len(orphans)


def put_aside(path: Path, top: Path) -> Path:
    """Move a file or folder that is to be removed to a name in ``top`` that nobody looks for; returns it."""
    return path.replace(top / f"{GONE}{path.name}-{uuid4().hex}")


def remove(path: Path) -> None:
    """Remove a file, a link or a folder with everything in it, as far as possible."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def touch(path: Path) -> None:
    """Note that a file or folder is used again, so that nobody takes it for left behind."""
    with suppress(OSError):
        os.utime(path)


def sha256_of(file: Path, progress: Callable[[float], None] | None = None) -> str:
    """The hash of a file's bytes, in bounded memory; ``progress`` gets the share that is read."""
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
    """True when ``path`` lies in ``folder``, also after every symbolic link was followed."""
    real = os.path.realpath(folder)
    return os.path.realpath(path).startswith(real.rstrip(os.sep) + os.sep)


def sync_path(path: Path) -> None:
    """Make the content of a file, or the names in a folder, survive a power loss."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def make_folder(folder: Path, mode: int = 0o777) -> None:
    """Make a folder and those around it, so that their names survive a power loss.

    Raises:
        OSError: it cannot be made.
    """
    if folder.is_dir():
        return
    make_folder(folder.parent, mode)
    folder.mkdir(exist_ok=True, mode=mode)
    sync_path(folder.parent)


@contextmanager
def storing(what: str) -> Iterator[None]:
    """Around work that writes ``what`` into the data folder.

    Raises:
        StorageFull: instead of the OSError that the work raised.
    """
    try:
        yield
    except OSError as error:
        full = error.errno in _FULL
        cause = "the disk is full" if full else (error.strerror or "the folder cannot be written")
        remedy = "Free some space" if full else "Check the disk and the rights of the data folder"
        raise StorageFull(f"{what} could not be stored: {cause}. {remedy}, then try again.") from error


def worded(path: Path, error: OSError) -> StorageFull:
    """``error`` as a sentence that says what to do about it, without the folders of this machine."""
    if error.errno in _FULL:
        cause, remedy = "the disk is full", "Make room"
    elif error.errno in _IN_THE_WAY:
        cause, remedy = "a file is where a folder belongs, or the other way round", "Move it away"
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
