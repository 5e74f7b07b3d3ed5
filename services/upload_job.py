"""What the worker does with a file that has arrived: copy it if need be, read it, keep its bytes.

Runs in the worker process (and in the process of ``import`` on the command line); knows no database.
"""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

from services.errors import RefusedFile
from services.files import sync_folder
from services.ingest import ingest
from services.paths import quoted

CHUNK = 1024 * 1024

Report = Callable[[float, str], None]


def read_file(arguments: dict[str, Any], report: Report) -> dict[str, Any]:
    """Read one file into the store.

    ``arguments``: ``path`` (its clean name), ``full`` (where its bytes lie), ``source`` (a file to copy there
    first, or ""), ``store`` and ``uploads`` (folders), ``only_hash`` (do not read it: its name is taken, and
    nobody has decided yet).

    Returns:
        ``{"sha256", "info"}`` (``info`` is None for ``only_hash``), or ``{"refused": sentence}``.

    Raises:
        OSError: the disk failed.
    """
    full = Path(arguments["full"])
    path = arguments["path"]
    try:
        if arguments["source"]:
            _copy(Path(arguments["source"]), full, path, report)
        if arguments["only_hash"]:
            return {"sha256": sha256_of(full, report), "info": None}
        info = ingest(full, name=path, store_root=Path(arguments["store"]), progress=report)
    except RefusedFile as refusal:
        return {"refused": str(refusal)}
    keep_bytes(full, Path(arguments["uploads"]), info.sha256)
    return {"sha256": info.sha256, "info": info.to_json()}


def sha256_of(file: Path, report: Report) -> str:
    """The hash of a file's bytes, read a mebibyte at a time."""
    digest = hashlib.sha256()
    size = max(1, file.stat().st_size)
    done = 0
    with file.open("rb", buffering=0) as stream:
        while chunk := stream.read(CHUNK):
            digest.update(chunk)
            done += len(chunk)
            report(done / size, "Comparing")
    return digest.hexdigest()


def keep_bytes(file: Path, uploads: Path, sha256: str) -> None:
    """Make ``uploads/<sha[:2]>/<sha>`` hold the bytes of ``file``, in one step and for good; ``file`` stays.

    A second name for the same bytes where the file system has that, else a copy.
    """
    target = uploads / sha256[:2] / sha256
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        os.link(file, target)
    except FileExistsError:
        return
    except OSError:
        fresh = target.with_suffix(".new")
        shutil.copyfile(file, fresh)
        _force(fresh)
        fresh.replace(target)
    sync_folder(target.parent)


def _copy(source: Path, target: Path, path: str, report: Report) -> None:
    report(0.0, "Copying")
    target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    try:
        before = source.stat()
        shutil.copyfile(source, target)
        after = source.stat()
    except (FileNotFoundError, PermissionError, IsADirectoryError) as error:
        raise RefusedFile(f"{quoted(path)} cannot be read: {error.strerror}. Is it there?") from error
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise RefusedFile(f"{quoted(path)} changed while it was read. Add it when nothing writes to it.")
    _force(target)


def _force(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
