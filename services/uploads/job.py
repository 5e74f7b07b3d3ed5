"""Upload job in the worker: copy a received file if necessary, read it, store its bytes.

Runs in the worker process (and in the process of ``import`` on the command line); does not access the database.
"""

from __future__ import annotations

import logging
import os
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from services.errors import RefusedFile
from services.formats.label_file import is_label_csv
from services.formats.spreadsheet import HEAD_BYTES
from services.ingest.convert import ingest_task
from services.ingest.magic import recognise
from services.ingest.reading_options import ReadingOptions, WrongOption
from services.ingest.shape import first_fitting
from services.ingest.unpack import is_packed, unpack
from services.jobs.perform import answer
from services.storage.files import new_folder, sha256_of, storing, touch
from services.storage.group_sync import Task, alone, together
from services.storage.paths import LABELS_REASON, quoted
from services.timeseries import StoreInfo

log = logging.getLogger(__name__)

CHUNK = 1024 * 1024

Report = Callable[[float, str], None]


def read_file(arguments: dict[str, Any], report: Report) -> dict[str, Any]:
    """Read one file into the store.

    ``arguments``: ``path`` (clean name), ``full`` (path of the bytes), ``source`` (a file to copy there first, or ""),
    ``store`` and ``uploads`` (folders), ``only_hash`` (only hash it: its name is in use and the user has not decided),
    ``restore`` (hash of the recording of that name if its stored files are missing, else "": those bytes are read
    anyway), ``reading`` (reading options of the recording that it replaces, or None: used if they fit the new bytes),
    ``largest`` (maximum unpacked size in bytes), ``options`` (the user's options for this file, or nothing: the file is
    read with them or refused), ``remembered`` (options by shape: the first that match the shape are used if they fit).

    Returns:
        ``{"sha256", "info", "restored", "reading", "like"}`` (``info``: None if not read, ``reading``: options that
        were used, ``like``: the file they were given for), or ``{"refused": sentence, "readable": whether it could be
        read with other options}``.

    Raises:
        StorageFull: the disk is full or failed.
    """
    return alone(_read_task(arguments, report))


def read_files(arguments: dict[str, Any], report: Report) -> list[dict[str, Any]]:
    """Read several small files, and sync what was written together.

    They are read one after the other in this thread: threads would mostly wait for each other. ``arguments``: ``jobs``,
    the arguments of :func:`read_file` for each; ``report`` must not raise. Returns the results of ``perform.call``.
    """
    ended = together([_read_task(job, report) for job in arguments["jobs"]])
    return [answer(end.result) for end in ended]


def _read_task(arguments: dict[str, Any], report: Report) -> Task[dict[str, Any]]:
    try:
        with storing(quoted(arguments["path"])):
            return (yield from _read(arguments, report))
    except _UnreadableError as refusal:
        return {"refused": str(refusal), "readable": True}
    except (RefusedFile, WrongOption) as refusal:
        return {"refused": str(refusal)}


class _UnreadableError(RefusedFile):
    """A table that cannot be read automatically, or with the given options."""


def _read(arguments: dict[str, Any], report: Report) -> Task[dict[str, Any]]:
    full = Path(arguments["full"])
    path = arguments["path"]
    if arguments["source"]:
        yield from _copy(Path(arguments["source"]), full, path, report)
    yield from _unpack(full, path, arguments.get("largest"))
    if arguments["only_hash"]:
        sha256 = sha256_of(full, lambda share: report(share, "Comparing"))
        if sha256 != arguments["restore"]:
            return {"sha256": sha256, "info": None, "restored": False, "reading": None}
    if _holds_labels(full):
        raise RefusedFile(f"{quoted(path)} has {LABELS_REASON}.")
    try:
        info, reading, like = yield from _ingest(full, arguments, report)
    except (RefusedFile, WrongOption) as refusal:
        raise (_UnreadableError(str(refusal)) if _is_text(full) else refusal) from refusal
    yield from keep_bytes(full, Path(arguments["uploads"]), info.sha256)
    restored = bool(arguments["only_hash"])
    outcome = {"sha256": info.sha256, "info": info.to_json(), "restored": restored, "reading": reading}
    return {**outcome, "like": like}


def _unpack(full: Path, path: str, largest: int | None) -> Task[None]:
    """Replace a gzip file by its unpacked content, which is the recording."""
    if not is_packed(full):
        return
    fresh = full.with_suffix(".unpacked")
    try:
        unpack(full, fresh, quoted(path).strip("“”"), largest)
        if is_packed(fresh):
            problem = (
                "this is compressed with gzip, not a CSV file; unpack it and add the CSV file that is in it."
            )
            raise RefusedFile(f"{quoted(path)}: {problem}")
        yield [fresh]
        fresh.replace(full)
    finally:
        fresh.unlink(missing_ok=True)


Read = tuple[StoreInfo, dict[str, Any] | None, str]


def _ingest(full: Path, arguments: dict[str, Any], report: Report) -> Task[Read]:
    """Metadata, the options used, and the file they were given for."""
    choices = arguments.get("options") or arguments.get("reading")
    store = Path(arguments["store"])
    read = partial(ingest_task, full, name=arguments["path"], store_root=store, progress=report)
    if arguments.get("options"):
        return (yield from read(options=ReadingOptions.from_json(choices))), choices, ""
    if choices and not arguments["only_hash"]:  # new bytes replace a file that has reading options
        try:
            return (yield from read(options=ReadingOptions.from_json(choices))), choices, ""
        except (RefusedFile, WrongOption) as refusal:
            log.info("%s is not read like the file it replaces: %s", quoted(arguments["path"]), refusal)
            choices = None
    entry = None if choices else first_fitting(full, arguments["path"], arguments.get("remembered") or [])
    if entry:
        try:
            info = yield from read(options=ReadingOptions.from_json(entry["options"]))
            return info, entry["options"], entry["like"]
        except (RefusedFile, WrongOption) as refusal:
            log.info("%s is not read like %s: %s", quoted(arguments["path"]), quoted(entry["like"]), refusal)
    return (yield from read(options=ReadingOptions.from_json(choices or {}))), choices, ""


def _is_text(file: Path) -> bool:
    with file.open("rb") as stream:
        head = stream.read(HEAD_BYTES)
    return bool(head.strip()) and not recognise(head)


def _holds_labels(file: Path) -> bool:
    with file.open("rb") as stream:
        return is_label_csv(stream.read(HEAD_BYTES))


def keep_bytes(file: Path, uploads: Path, sha256: str) -> Task[None]:
    """Store the bytes of ``file`` as ``uploads/<sha[:2]>/<sha>``, atomically; ``file`` stays.

    Uses a hard link if the file system supports it, else a copy.
    """
    target = uploads / sha256[:2] / sha256
    if _holds_all(target, file):
        touch(target)
        return
    made = new_folder(target.parent, mode=0o700)
    try:
        os.link(file, target)
    except OSError:
        if _holds_all(target, file):  # another process stored it first
            yield made
            return
        fresh = target.with_suffix(".new")
        shutil.copyfile(file, fresh)
        yield [fresh]
        fresh.replace(target)
    touch(target)  # the file may have waited days for a decision
    yield [*made, target.parent]


def _holds_all(target: Path, file: Path) -> bool:
    try:
        return target.stat().st_size == file.stat().st_size
    except FileNotFoundError:
        return False


def _copy(source: Path, target: Path, path: str, report: Report) -> Task[None]:
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
    yield [target]
