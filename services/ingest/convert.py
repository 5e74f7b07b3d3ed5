"""Convert a CSV file to a store folder in one pass, in bounded memory, atomically."""

from __future__ import annotations

import errno
import logging
import shutil
import time
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Executor, Future
from contextlib import contextmanager, suppress
from functools import lru_cache
from pathlib import Path
from threading import Lock
from uuid import uuid4

import pyarrow as pa

from services.errors import NotFound, RefusedFile, StorageFull
from services.ingest.assemble import Assembly
from services.ingest.blocks import Block, Blocks
from services.ingest.dayorder import resolve_order
from services.ingest.finish import finish
from services.ingest.longtable import NotSplitError, SplitAgainError
from services.ingest.numerictime import AgainError
from services.ingest.parse import Ahead, parse, read_ahead
from services.ingest.plan import ReadingPlan
from services.ingest.pools import is_small, pool_for
from services.ingest.reading_options import AS_FOUND, ReadingOptions
from services.ingest.sniff import sniff
from services.ingest.unpack import plain
from services.processors import cores
from services.storage.files import new_folder, touch
from services.storage.group_sync import Task, alone
from services.timeseries.info import StoreInfo
from services.timeseries.store import META

log = logging.getLogger(__name__)

Progress = Callable[[float, str], None]
_EVERY = 0.1  # seconds between two reports
_MEGABYTE = 1_000_000
_PLACING = Lock()
_FLUSH = 64 << 20  # bytes of the source, after which written columns are flushed
_AHEAD = 3  # blocks that are read and parsed before they are written
_READING = 0.95  # share of the progress
_FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}
_TEMPORARY = ".new-"
_ABANDONED = 86_400  # seconds after which a temporary folder is an orphan


def ingest(
    source: Path,
    *,
    name: str,
    store_root: Path,
    progress: Progress | None = None,
    options: ReadingOptions = AS_FOUND,
) -> StoreInfo:
    """Read ``source`` once and write its columns to ``store_root/<sha[:2]>/<store key>/``.

    The folder appears complete or not at all; an existing folder is returned unchanged. For a gzip file, the
    decompressed content is read and hashed.

    Args:
        name: name of the file in error messages (its relative path).
        progress: called about ten times a second with the fraction done, 0 to 1, and a description of the step.
        options: the user's options for reading; they are part of the store key.

    Raises:
        RefusedFile: the file cannot be read exactly.
        WrongOption: it cannot be read with these options.
        StorageFull: the store cannot be written.
        NotFound: the file does not exist.
    """
    return alone(ingest_task(source, name=name, store_root=store_root, progress=progress, options=options))


def ingest_task(
    source: Path,
    *,
    name: str,
    store_root: Path,
    progress: Progress | None = None,
    options: ReadingOptions = AS_FOUND,
) -> Task[StoreInfo]:
    """:func:`ingest` as a task, whose files may be synced together with those of others."""
    began = time.monotonic()
    if not source.is_file():
        raise NotFound(f"The file “{name}” is not there any more; add it again.")
    with _storage_worded(name):
        folder = _temporary_folder(store_root)
        try:
            with plain(source, name) as text:
                info = convert(text, lambda: sniff(text, name, options), folder, _throttled(progress))
            info = yield from _publish(folder, store_root, info, options.store_key(info.sha256))
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    log.info("ingested %s: %d rows, %.0f ms", name, info.rows, 1000 * (time.monotonic() - began))
    return info


def convert(source: Path, planned: Callable[[], ReadingPlan], folder: Path, progress: Progress) -> StoreInfo:
    """Read the file; read it again with another plan if later rows show that the first plan was wrong.

    Args:
        planned: returns a new plan for each reading.
    """
    forced: dict[tuple[type, int | None], AgainError | SplitAgainError | NotSplitError] = {}
    while True:
        plan = planned()
        for again in forced.values():
            again.apply(plan)
        resolve_order(source, plan)
        blocks = Blocks(source, plan)
        assembly = Assembly(plan, folder, is_small(blocks.size))
        try:
            _read(plan, blocks, assembly, progress)
            progress(_READING, "Finishing")
            info = finish(assembly, plan, folder, blocks.sha256, blocks.size)
        except (AgainError, SplitAgainError, NotSplitError) as again:
            decided = type(again), again.index if isinstance(again, AgainError) else None
            if decided in forced:
                raise plan.refuse("the time column cannot be determined; name it “time”.") from None
            forced[decided] = again
            shutil.rmtree(folder)
            folder.mkdir(mode=0o700)
            continue
        (folder / META).write_text(info.to_json(), encoding="utf-8")
        return info


def _read(plan: ReadingPlan, blocks: Blocks, assembly: Assembly, progress: Progress) -> None:
    """Pipeline of blocks: read and hash, parse some at a time, write; what was written is flushed meanwhile."""
    total = max(blocks.size, 1)
    with (
        pool_for(blocks.size, 2, "ingest") as pool,
        pool_for(blocks.size, min(_AHEAD, cores()), "parse") as parsing,
        pool_for(blocks.size, 1, "flush") as flushing,
    ):
        writing: Future[None] | None = None
        flushed, flush = 0, flushing.submit(lambda: None)
        for block, ahead in _parsed_ahead(plan, blocks, pool, parsing):
            table = _parse(plan, block, ahead.result(), assembly, writing)
            writing = pool.submit(assembly.add, block, table)
            if block.done - flushed > _FLUSH and flush.done():
                flush.result()
                flushed, flush = block.done, flushing.submit(assembly.flush)
            done = f"{block.done / _MEGABYTE:.0f} of {total / _MEGABYTE:.0f} MB"
            progress(min(1.0, block.done / total) * _READING, f"Reading {done}")
        _wait(assembly, writing)
        flush.result()


def _parsed_ahead(
    plan: ReadingPlan, blocks: Blocks, pool: Executor, parsing: Executor
) -> Iterator[tuple[Block, Future[Ahead]]]:
    """The blocks in order, while those that follow are read and parsed; an error in reading is raised in its turn."""
    iterator = iter(blocks)
    reading = pool.submit(next, iterator, None)
    begun: deque[tuple[Block, Future[Ahead]]] = deque()
    while True:
        while len(begun) < _AHEAD and not (begun and reading.exception()) and (block := reading.result()):
            begun.append((block, parsing.submit(read_ahead, plan, block)))
            reading = pool.submit(next, iterator, None)
        if not begun:
            return
        yield begun.popleft()


def _parse(
    plan: ReadingPlan, block: Block, ahead: Ahead, assembly: Assembly, writing: Future[None] | None
) -> pa.Table:
    """Columns of ``block``, after the previous block is written.

    An unreadable cell is an error unless its column was left out because of the previous block.
    """
    try:
        table = parse(plan, block, ahead)
    except RefusedFile:
        if not _wait(assembly, writing):
            raise
        return parse(plan, block)
    _wait(assembly, writing)
    return table


def _wait(assembly: Assembly, writing: Future[None] | None) -> bool:
    """Wait until a block is written; returns whether a column was left out because of it."""
    if writing is not None:
        writing.result()
    return assembly.settle()


def _throttled(progress: Progress | None) -> Progress:
    last = 0.0

    def report(share: float, text: str) -> None:
        nonlocal last
        now = time.monotonic()
        if progress is not None and now - last >= _EVERY:
            last = now
            progress(share, text)

    return report


def _temporary_folder(store_root: Path) -> Path:
    store_root.mkdir(parents=True, exist_ok=True)
    _remove_abandoned(store_root, round(time.time() / _ABANDONED))
    folder = store_root / f"{_TEMPORARY}{uuid4().hex}"
    folder.mkdir(mode=0o700)
    return folder


@lru_cache(1)
def _remove_abandoned(store_root: Path, _day: int) -> None:
    """Remove temporary folders that are a day old, once a day: there are many folders, and a file may be small."""
    for old in store_root.glob(f"{_TEMPORARY}*"):
        with suppress(FileNotFoundError):  # it was removed meanwhile
            if time.time() - old.stat().st_mtime > _ABANDONED:
                shutil.rmtree(old, ignore_errors=True)


def _publish(folder: Path, store_root: Path, info: StoreInfo, key: str) -> Task[StoreInfo]:
    """Flush the finished folder to disk and give it its final name."""
    target = store_root / key[:2] / key
    if stored := _stored(target):
        touch(target)
        return stored
    yield [*new_folder(target.parent), *folder.iterdir(), folder]
    with _PLACING:  # two threads may read the same bytes
        if stored := _stored(target):
            touch(target)
            return stored
        shutil.rmtree(target, ignore_errors=True)  # of another format, or damaged
        try:
            folder.rename(target)
        except OSError:
            if not (target / META).exists():  # otherwise another process has made it
                raise
    yield [target.parent]
    return info


def _stored(target: Path) -> StoreInfo | None:
    """Metadata of a complete folder; None if it is missing, damaged, or of another format."""
    try:
        return StoreInfo.from_json((target / META).read_text(encoding="utf-8"))
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        return None


@contextmanager
def _storage_worded(name: str) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in _FULL:
            raise StorageFull(
                f"There is no room on the disk for “{name}”; free some and add it again."
            ) from error
        if error.errno in _DENIED:
            raise StorageFull(
                f"The folder for “{name}” may not be written; correct its rights and add it again."
            ) from error
        raise
