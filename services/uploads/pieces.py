"""Partial uploads: pieces are appended under a key; a ticket describes the complete file.

Under uploads/.partial::

    <key>.part    bytes so far; its length is the offset at which the next piece goes on
    <key>.full    all bytes, forced to the disk, and never written again
    <key>.json    the ticket of a full file (or of a file to be copied): what it is called, what was decided

No length from outside is trusted: the number of bytes in the file counts.
"""

from __future__ import annotations

import json
import os
import re
import threading
import time
import weakref
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any, Protocol

from services.errors import Conflict, Invalid
from services.storage.files import storing, sync_path

KEY = re.compile(r"[0-9a-f]{64}")
CHUNK = 256 * 1024
KEEP_SECONDS = 7 * 24 * 3600


class Reader(Protocol):
    """A stream of bytes that can be read so many at a time."""

    def read(self, size: int, /) -> bytes:
        """At most ``size`` bytes; b"" at the end."""


@dataclass(frozen=True)
class Ticket:
    """Description of an incoming file: ``path`` is clean, ``source`` a file to copy if it was not uploaded.

    ``decision`` is "" (ask when the name is taken) or "keep". ``attempts`` counts the jobs that tried it.
    ``options``: how the user says that it is to be read.
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
    """A piece does not begin where the bytes so far end; ``offset`` is where it should."""

    def __init__(self, offset: int) -> None:
        super().__init__(f"The upload goes on at byte {offset:,}.")
        self.offset = offset


class Pieces:
    """The folder of files on their way in. Thread-safe; one writer per key at a time."""

    def __init__(self, folder: Path, largest: int) -> None:
        self.folder = folder
        self._largest = largest
        self._locks: weakref.WeakValueDictionary[str, _KeyLock] = weakref.WeakValueDictionary()
        self._guard = threading.Lock()

    def part(self, key: str) -> Path:
        """Where the bytes so far lie."""
        return self.folder / f"{checked(key)}.part"

    def full(self, key: str) -> Path:
        """Where the bytes of a complete file lie."""
        return self.folder / f"{checked(key)}.full"

    def offset(self, key: str) -> int:
        """How many bytes are here."""
        for path in (self.full(key), self.part(key)):
            try:
                return path.stat().st_size
            except FileNotFoundError:
                continue
        return 0

    def append(self, key: str, offset: int, total: int, stream: Reader) -> int:
        """Append what ``stream`` holds, a chunk at a time; returns the new offset.

        Raises:
            OffsetMismatch: the piece does not begin where the bytes so far end.
            Invalid: more bytes than announced, or than a file may have.
            StorageFull: the disk has no room; the bytes so far are kept.
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

    def complete(self, ticket: Ticket) -> None:
        """Force the bytes of ``ticket`` to the disk and close the file for good; again is harmless.

        Raises:
            OffsetMismatch: bytes are missing (or too many).
            StorageFull: the disk has no room.
        """
        with self.locked(ticket.key), storing(f"“{ticket.path}”"):
            full = self.full(ticket.key).exists()  # then it may be unpacked, and have another size
            if not full and self.offset(ticket.key) != ticket.size:
                raise OffsetMismatch(self.offset(ticket.key))
            self.write_ticket(ticket)
            if full:
                return
            part = self.part(ticket.key)
            with part.open("ab") as file:  # creates the file when it has no bytes at all
                os.fsync(file.fileno())
            part.rename(self.full(ticket.key))

    def restart(self, key: str, size: int, stream: Reader) -> None:
        """Take a small file whole, in place of what came of it earlier; one that is full already is only skipped.

        Raises:
            Invalid: fewer bytes came than announced.
            StorageFull: the disk has no room.
        """
        with self.locked(key):
            if self.full(key).exists():
                while stream.read(CHUNK):
                    pass
                return
            self.part(key).unlink(missing_ok=True)
            if self.append(key, 0, size, stream) != size:
                raise Invalid("The upload broke off. Send it again.")

    def force(self, key: str) -> None:
        """Force the bytes so far to the disk, so that :meth:`complete` need not wait: many at a time cost as one."""
        with suppress(OSError):  # complete() will say it
            sync_path(self.part(key))

    def write_ticket(self, ticket: Ticket) -> None:
        """Keep ``ticket`` next to its bytes."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        path = self.folder / f"{checked(ticket.key)}.json"
        fresh = path.with_suffix(".json.new")
        fresh.write_text(json.dumps(asdict(ticket)), encoding="utf-8")
        fresh.replace(path)

    def ticket(self, key: str) -> Ticket | None:
        """The ticket of a key, None when there is none (or it cannot be read)."""
        try:
            values = json.loads((self.folder / f"{checked(key)}.json").read_text(encoding="utf-8"))
            return Ticket(**values)
        except (FileNotFoundError, ValueError, TypeError):
            return None

    def remove_ticket(self, key: str) -> None:
        """Forget what was to be done with the bytes of a key, which stay."""
        (self.folder / f"{checked(key)}.json").unlink(missing_ok=True)

    def tickets(self) -> list[Ticket]:
        """Every ticket, oldest first."""
        files = sorted(self.folder.glob("*.json"), key=_changed)
        keys = [file.stem for file in files if KEY.fullmatch(file.stem)]
        return [ticket for ticket in map(self.ticket, keys) if ticket]

    def remove(self, key: str) -> None:
        """Forget everything about a key."""
        with self.locked(key):
            for suffix in ("json", "part", "full"):  # a ticket without bytes would be read again
                (self.folder / f"{checked(key)}.{suffix}").unlink(missing_ok=True)

    def sweep(self, now: float | None = None) -> int:
        """Remove what was not touched for seven days; returns how many files."""
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
    """A lock that a weak dictionary can hold: it lasts as long as it is used."""

    def __init__(self) -> None:
        self.lock = threading.RLock()


def checked(key: str) -> str:
    """``key`` when it is one (64 hexadecimal digits), so that it can be a file name.

    Raises:
        Invalid: it is not.
    """
    if not KEY.fullmatch(key):
        raise Invalid("The upload has no valid key. Reload the page and choose the files again.")
    return key


def _changed(file: Path) -> float:
    """When it was changed; now, for one that was just removed."""
    try:
        return file.stat().st_mtime
    except FileNotFoundError:
        return time.time()


def _append(path: Path, here: int, total: int, stream: Reader) -> int:
    with path.open("ab", buffering=0) as file:
        try:
            while chunk := stream.read(CHUNK):
                if here + len(chunk) > total:
                    raise Invalid("More bytes came than announced: the file has changed. Choose it again.")
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
