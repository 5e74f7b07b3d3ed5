"""Partial uploads: pieces are appended under a key; a ticket describes the complete file.

Under uploads/.partial::

    <key>.part    bytes so far; its length is the offset of the next piece
    <key>.full    all bytes, synced, never changed again
    <key>.json    the ticket of a full file (or of a file to be copied): name and decision

Lengths from outside are not trusted: the length of the file counts.
"""

from __future__ import annotations

import json
import re
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from services.errors import Conflict, Invalid
from services.storage.files import storing
from services.storage.group_sync import Task

KEY = re.compile(r"[0-9a-f]{64}")
CHUNK = 256 * 1024
KEEP_SECONDS = 7 * 24 * 3600


class Reader(Protocol):
    """A stream of bytes."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; b"" at the end."""


@dataclass(frozen=True)
class ReceivedFile:
    """Description of a received file: ``path`` is clean, ``source`` a file to copy if it was not uploaded.

    ``decision`` is "" (ask if the name is in use) or "keep". ``attempts`` counts the jobs that tried it.
    ``options``: the user's reading options.
    """

    key: str
    path: str
    size: int
    decision: str = ""
    source: str = ""
    owner: str = ""
    attempts: int = 0
    options: dict[str, Any] | None = None


class OffsetMismatch(Conflict):
    """A piece does not begin at the current offset; ``offset`` is the current one."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"The upload continues at byte {offset:,}.")
        self.offset = offset


class PartialUploads:
    """The folder of partial uploads. Thread-safe; one writer per key at a time."""

    def __init__(self, folder: Path, largest: int) -> None:
        self.folder = folder
        self._largest = largest
        self._locks: weakref.WeakValueDictionary[str, _KeyLock] = weakref.WeakValueDictionary()
        self._guard = threading.Lock()

    def part(self, key: str) -> Path:
        """Path of the bytes so far."""
        return self.folder / f"{checked(key)}.part"

    def full(self, key: str) -> Path:
        """Path of the bytes of a complete file."""
        return self.folder / f"{checked(key)}.full"

    def offset(self, key: str) -> int:
        """Number of bytes received."""
        for path in (self.full(key), self.part(key)):
            try:
                return path.stat().st_size
            except FileNotFoundError:
                continue
        return 0

    def append(self, key: str, offset: int, total: int, stream: Reader) -> int:
        """Append the content of ``stream`` in chunks; returns the new offset.

        Raises:
            OffsetMismatch: the piece does not begin at the current offset.
            Invalid: more bytes than announced, or more than the maximum size.
            StorageFull: the disk is full; the bytes so far are kept.
        """
        with self.locked(key):
            here = self.offset(key)
            if offset != here or self.full(key).exists():
                raise OffsetMismatch(here)
            if total > self._largest or total < 0:
                raise Invalid(f"At most {self._largest / 1024**3:,.4g} GB are taken. Split the file.")
            with storing("The upload"):
                self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
                return _append(self.part(key), here, total, stream)

    def complete(self, ticket: ReceivedFile) -> Task[None]:
        """Sync the bytes of ``ticket`` and close the file permanently; idempotent. The caller holds its lock.

        Raises:
            OffsetMismatch: bytes are missing (or too many).
            StorageFull: the disk is full.
        """
        with storing(f"“{ticket.path}”"):
            full = self.full(ticket.key).exists()  # then it may be unpacked, with another size
            if not full and self.offset(ticket.key) != ticket.size:
                raise OffsetMismatch(self.offset(ticket.key))
            self.write_ticket(ticket)
            if full:
                return
            part = self.part(ticket.key)
            if not ticket.size:  # a file without bytes is not there yet
                part.touch()
            yield [part]
            part.rename(self.full(ticket.key))

    def restart(self, key: str, size: int, stream: Reader) -> None:
        """Receive a small file in one request, replacing earlier bytes; a complete file is skipped.

        Raises:
            Invalid: fewer bytes than announced.
            StorageFull: the disk is full.
        """
        with self.locked(key):
            if self.full(key).exists():
                while stream.read(CHUNK):
                    pass
                return
            self.part(key).unlink(missing_ok=True)
            if self.append(key, 0, size, stream) != size:
                raise Invalid("The upload broke off. Send it again.")

    def write_ticket(self, ticket: ReceivedFile) -> None:
        """Store ``ticket`` next to its bytes."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{checked(ticket.key)}.json"
        fresh = path.with_suffix(".json.new")
        fresh.write_text(json.dumps(asdict(ticket)), encoding="utf-8")
        fresh.replace(path)

    def ticket(self, key: str) -> ReceivedFile | None:
        """The ticket of a key; None if it is missing or unreadable."""
        try:
            values = json.loads((self.folder / f"{checked(key)}.json").read_text(encoding="utf-8"))
            return ReceivedFile(**values)
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def remove_ticket(self, key: str) -> None:
        """Remove the ticket of a key; its bytes stay."""
        (self.folder / f"{checked(key)}.json").unlink(missing_ok=True)

    def tickets(self) -> list[ReceivedFile]:
        """All tickets, oldest first."""
        files = sorted(self.folder.glob("*.json"), key=_changed)
        keys = [file.stem for file in files if KEY.fullmatch(file.stem)]
        return [ticket for ticket in map(self.ticket, keys) if ticket]

    def remove(self, key: str) -> None:
        """Remove all files of a key."""
        with self.locked(key):
            for suffix in ("json", "part", "full"):  # a ticket without bytes would be read again
                (self.folder / f"{checked(key)}.{suffix}").unlink(missing_ok=True)

    def sweep(self, now: float | None = None) -> int:
        """Remove files that were not changed for seven days; returns their number."""
        oldest = (time.time() if now is None else now) - KEEP_SECONDS
        stale = [file for file in self.folder.glob("*") if file.is_file() and _changed(file) < oldest]
        for file in stale:
            file.unlink(missing_ok=True)
        return len(stale)

    @contextmanager
    def locked(self, key: str) -> Iterator[None]:
        """Hold the lock of a key."""
        with self._guard:
            lock = self._locks.setdefault(checked(key), _KeyLock())
        with lock.lock:
            yield


class _KeyLock:
    """A lock for a weak dictionary: it exists as long as it is in use."""

    def __init__(self) -> None:
        self.lock = threading.RLock()


def checked(key: str) -> str:
    """``key`` if it is valid (64 hexadecimal digits), so that it can be a file name.

    Raises:
        Invalid: it is not valid.
    """
    if not KEY.fullmatch(key):
        raise Invalid("The upload has no valid key. Reload the page and choose the files again.")
    return key


def _changed(file: Path) -> float:
    """Modification time; now, for a file that was just removed."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _append(path: Path, here: int, total: int, stream: Reader) -> int:
    with path.open("ab", buffering=0) as file:
        try:
            while chunk := stream.read(CHUNK):
                if here + len(chunk) > total:
                    raise Invalid(
                        "More bytes were sent than announced: the file has changed. Choose it again."
                    )
                here += _write_all(file, chunk)
        finally:
            if here == 0:
                path.unlink(missing_ok=True)
    return here


def _write_all(file: IO[bytes], chunk: bytes) -> int:
    view = memoryview(chunk)
    while view:
        view = view[file.write(view) :]
    return len(chunk)
