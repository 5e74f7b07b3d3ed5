"""Browser uploads over tus: announce, receive, process by purpose, list until cleared.

::

    announce → one row of ``uploads`` each: ``waiting`` (send its bytes), ``left out`` or ``refused``
    receive  → bytes are appended to data/uploads/.partial/<key>.part; many small files per request
    arrived  → recordings are read by a job (see :mod:`.service`); labels and models wait as ``arrived``
               until their own service takes them

The key of a row is a hash of browser, purpose, path, size and modification time, so that a file that is chosen again
resumes.
"""

from __future__ import annotations

import hashlib
import json
import logging
import shutil
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import IO

from services.errors import Invalid, NotFound, StorageFull, TidemarkError
from services.formats.label_file import is_label_csv, is_label_file
from services.formats.label_table import ROW_HEADER
from services.formats.labels_csv import HEADER
from services.formats.spreadsheet import HEAD_BYTES
from services.ingest.reading_options import ReadingOptions
from services.settings import MEBIBYTE, Settings
from services.storage.db import Database
from services.storage.paths import (
    LABELS_JSON_SUFFIX,
    LABELS_REASON,
    LABELS_SUFFIX,
    clean_path,
    quoted,
    skip_reason,
)
from services.uploads import rows
from services.uploads.name_conflicts import ASKING, DECISIONS, FileState
from services.uploads.rows import (
    ARE_LABELS,
    ARRIVED,
    CHECKING,
    GONE,
    LABELS,
    LEFT_OUT,
    MODEL,
    RECORDING,
    WAITING,
    Sender,
    Totals,
    Upload,
)
from services.uploads.service import CompleteUpload, Uploads

__all__ = ["ChosenFile", "FileToSend", "Sender", "Totals", "Transfers", "Upload"]

log = logging.getLogger(__name__)

KEPT = timedelta(days=7)
LARGEST_LABELS = 24 * MEBIBYTE
SMALL = MEBIBYTE  # smaller files share a request, and are not resumed
THIS, LATER, ALL = "this", "later", "all"  # scope of the reading options of a file
LABEL_NAMES = (LABELS_SUFFIX, "_labels.csv", LABELS_JSON_SUFFIX)
NO_LABELS = (
    f"not a label file: its first line is neither {','.join(HEADER)} nor {','.join(ROW_HEADER)}, and it is no "
    "label JSON"
)
OPEN = frozenset({WAITING, CHECKING})
STOPPED = frozenset({str(FileState.FAILED), str(FileState.CANCELLED)})
STORED_AS_STOPPED = STOPPED | {CHECKING}  # if its job failed, the state is still “checking”


@dataclass(frozen=True)
class ChosenFile:
    """A file chosen in the browser: ``place`` is its index there, ``problem`` why the browser cannot read it."""

    place: int
    path: str
    size: int = 0
    modified: int = 0
    problem: str = ""


@dataclass(frozen=True)
class FileToSend:
    """A file whose bytes should be sent, from ``offset`` on."""

    place: int
    key: str
    offset: int = 0


class Transfers:
    """Uploads of all browsers. Thread-safe; all state is in the table ``uploads`` and in the folder of pieces."""

    def __init__(self, database: Database, settings: Settings, uploads: Uploads) -> None:
        self._database = database
        self._uploads = uploads
        self._largest = {
            RECORDING: settings.max_upload_bytes,
            LABELS: LARGEST_LABELS,
            MODEL: settings.max_model_bytes,
        }

    # -- announcing ---------------------------------------------------------------------------------------

    def announce(
        self,
        sender: Sender,
        purpose: str,
        batch: int,
        files: Sequence[ChosenFile],
        folder: str = "",
        keep_top: bool = True,
    ) -> list[FileToSend]:
        """Register chosen files, also those left out or refused; returns the files to send.

        Idempotent: a file that is being sent keeps its row.

        Args:
            purpose: ``recording``, ``labels`` or ``model``.
            batch: number of the choice; later choices have greater numbers.
            folder: target folder of recordings, "" is the root.
            keep_top: keep the name of the chosen folder.

        Raises:
            Invalid: unknown purpose.
        """
        if purpose not in self._largest:
            raise Invalid("Files are sent as recordings, labels or models.")
        fresh = {}
        for file in files:
            placed = (
                replace(file, path=_placed(file.path, folder, keep_top)) if purpose == RECORDING else file
            )
            row = self._judged(sender, purpose, batch, placed)
            fresh[row.key] = (placed, row)
        with self._database.write() as connection:
            announced = rows.by_keys(connection, fresh)
            self._uploads.remove(key for key, row in announced.items() if row.state == FileState.REFUSED)
            going = {key for key, row in announced.items() if _is_in_progress(row, sender)}
            rows.upsert(connection, [row for key, (_, row) in fresh.items() if key not in going])
        asked_again = {
            key for key in going if announced[key].batch == batch and announced[key].state == WAITING
        }
        expected = fresh.keys() - (going - asked_again)
        sent = [(file, row) for key, (file, row) in fresh.items() if key in expected and row.state == WAITING]
        return [FileToSend(file.place, row.key, self._resumes_at(row)) for file, row in sent]

    def _resumes_at(self, row: Upload) -> int:
        return self._uploads.offset(row.key) if row.size >= SMALL else 0

    def _judged(self, sender: Sender, purpose: str, batch: int, file: ChosenFile) -> Upload:
        """The row of a file before its bytes are sent."""
        fingerprint = json.dumps([sender.browser, purpose, file.path, file.size, file.modified])
        key = hashlib.sha256(fingerprint.encode("utf-8", "surrogatepass")).hexdigest()
        shown = file.path.encode("utf-8", "replace").decode().replace("\0", "�")
        row = Upload(key, purpose, sender.browser, sender.page, batch, file.place, shown, file.size, WAITING)
        if reason := file.problem or _left_out(purpose, file):
            return replace(row, state=LEFT_OUT, reason=reason)
        if purpose != RECORDING or _has_label_name(shown):
            return self._bounded(row)
        verdict = self._uploads.check(key, file.path, file.size)
        if verdict.state == FileState.REFUSED:
            return replace(row, state=str(verdict.state), reason=verdict.reason)
        return replace(row, path=verdict.path)

    def _bounded(self, row: Upload) -> Upload:
        """A label file or model: check only its path and size."""
        try:
            path = clean_path(row.path)
        except TidemarkError as error:
            return replace(row, state=str(FileState.REFUSED), reason=str(error))
        largest = self._largest[row.purpose]
        if row.size > largest:
            detail = f"{row.size / MEBIBYTE:,.0f} MB; at most {largest / MEBIBYTE:,.4g} MB are taken."
            return replace(row, state=str(FileState.REFUSED), reason=f"{quoted(path)} has {detail}")
        return replace(row, path=path)

    # -- receiving ----------------------------------------------------------------------------------------

    def expected(self, key: str) -> Upload:
        """The row of a file whose bytes are expected or complete.

        Raises:
            NotFound: it was not announced, or was cancelled.
        """
        with self._database.read() as connection:
            row = rows.by_keys(connection, [key]).get(key)
        if row is None or not (row.sent or row.state == WAITING):
            raise NotFound("This upload is not expected (any more). Choose the file again.")
        return row

    def offset(self, row: Upload) -> int:
        """Number of bytes received of a file."""
        return row.size if row.sent else self._uploads.offset(row.key)

    def receive(self, row: Upload, offset: int, stream: IO[bytes]) -> int:
        """Append bytes; process the file when it is complete. Returns the new offset.

        Raises:
            OffsetMismatch: the bytes do not begin at the current offset.
            StorageFull: the disk is full; the bytes so far are kept.
        """
        if row.sent:
            return row.size
        here = self._uploads.append(row.key, offset, row.size, stream)
        if here == row.size:
            self._arrived([row.key])
        return here

    def receive_many(self, files: Sequence[tuple[str, int]], stream: IO[bytes]) -> None:
        """Receive small files (key, size) concatenated in ``stream``; cancelled files are skipped.

        Raises:
            Invalid: the bytes do not match the files.
            StorageFull: the disk is full.
        """
        with self._database.read() as connection:
            announced = rows.by_keys(connection, [key for key, _ in files])
        expected = [key for key, size in files if key in announced and not announced[key].sent]
        for key, size in files:
            part = _Slice(stream, size)
            if key in expected and announced[key].size == size and announced[key].state == WAITING:
                self._uploads.restart(key, size, part)
            part.skip()
        self._arrived(expected)

    def _arrived(self, keys: Iterable[str]) -> None:
        """Process files whose bytes are complete."""
        with self._database.write() as connection:
            moved = rows.move(connection, keys, {WAITING}, CHECKING, sent=True)
            arrived = list(rows.by_keys(connection, moved).values())
            others = {row.key: _sorted(row, self._head(row)) for row in arrived}
            for key, (state, reason) in others.items():
                if state:
                    rows.move(connection, [key], {CHECKING}, state, reason=reason)
        self._uploads.remove(key for key, (state, _) in others.items() if state == LEFT_OUT)
        self._read([CompleteUpload(row.key, row.path, row.size) for row in arrived if not others[row.key][0]])

    def _head(self, row: Upload) -> bytes:
        try:
            with self._uploads.file(row.key).open("rb") as stream:
                return stream.read(HEAD_BYTES)
        except FileNotFoundError:  # the file is empty
            return b""

    def _read(self, files: Sequence[CompleteUpload]) -> list[str]:
        """Submit jobs that read recordings, in the order of their rows; returns keys of files with missing bytes."""
        if not files:
            return []
        try:
            results = self._uploads.finish_all(files)
        except StorageFull as full:
            with self._database.write() as connection:
                keys = [file.key for file in files]
                rows.move(connection, keys, {CHECKING}, str(FileState.FAILED), reason=str(full))
            raise
        pairs = [(file.key, result) for file, result in zip(files, results, strict=True)]
        partial = [key for key, result in pairs if result.state == FileState.PARTIAL]
        settled = [
            (key, result)
            for key, result in pairs
            if result.state not in {FileState.WORKING, FileState.PARTIAL}
        ]
        if settled or partial:
            with self._database.write() as connection:
                rows.settle(connection, settled)
                rows.move(connection, partial, {CHECKING}, str(FileState.FAILED), reason=GONE, sent=False)
        return partial

    # -- decisions of the user ----------------------------------------------------------------------------

    def decide(self, keys: Iterable[str], decision: str) -> None:
        """Decide a name conflict: ``keep`` both, ``replace``, ``restore`` from the trash, ``skip``.

        Raises:
            Invalid: unknown decision.
        """
        if decision not in {*DECISIONS, "skip"} - {""}:
            raise Invalid("The decision about a file is “keep”, “replace”, “restore” or “skip”.")
        with self._database.write() as connection:
            moved = rows.move(
                connection, keys, {str(state) for state in ASKING}, CHECKING, job=None, reason=""
            )
            uploads = rows.by_keys(connection, moved)
        self._read([_complete_upload(row, decision) for row in uploads.values()])

    def is_readable(self, row: Upload) -> bool:
        """True for a refused file with bytes, which may be read with other options."""
        return row.state == FileState.REFUSED and row.sent and self._uploads.has_bytes(row.key)

    def read_so(self, sender: Sender, key: str, options: ReadingOptions, scope: str = LATER) -> int:
        """Read a refused file with the user's options; returns the number of files being read.

        Args:
            scope: ``LATER`` also stores the options for later files of its shape; ``ALL`` in addition reads the refused
            files of its shape in the list; ``THIS`` does neither.

        Raises:
            NotFound: the file is not refused any more, or its bytes are missing.
            RefusedFile, WrongOption: it cannot be read with these options.
        """
        row = self.refused(key)
        entry = self._uploads.reading(key, row.path, options)
        if scope != THIS:
            self._uploads.remember(entry)
        alike = []
        if scope == ALL:
            others = [
                upload for upload in self.listed(sender, states=[FileState.REFUSED]) if upload.key != key
            ]
            alike = [
                upload
                for upload in others
                if upload.sent and self._uploads.has_shape(upload.key, upload.path, entry)
            ]
        return self._read_with([row, *alike], options)

    def _read_with(self, uploads: Sequence[Upload], options: ReadingOptions) -> int:
        detail = {"options": options.to_json()}
        with self._database.write() as connection:
            keys = [row.key for row in uploads]
            moved = rows.move(
                connection, keys, {str(FileState.REFUSED)}, CHECKING, job=None, reason="", detail=detail
            )
            uploads_moved = rows.by_keys(connection, moved)
        self._read([_complete_upload(row) for row in uploads_moved.values()])
        return len(moved)

    def recording(self, key: str) -> int:
        """The recording of a file: added, or existing with the same bytes.

        Raises:
            NotFound: unknown file.
        """
        row = self._row(key)
        if row is None or row.recording_id is None:
            raise NotFound("This file is not in the list any more.")
        return row.recording_id

    def refused(self, key: str) -> Upload:
        """A refused file with its bytes.

        Raises:
            NotFound: unknown file, or its bytes are missing.
        """
        row = self._row(key)
        if row is None or not self.is_readable(row):
            raise NotFound("The bytes of this file were removed; add the file again.")
        return row

    def _row(self, key: str) -> Upload | None:
        with self._database.read() as connection:
            return rows.by_keys(connection, [key]).get(key)

    def retry(self, keys: Iterable[str]) -> list[str]:
        """Retry failed or cancelled files; returns those whose bytes must be sent (again)."""
        with self._database.write() as connection:
            stopped = {
                key: row for key, row in rows.by_keys(connection, keys).items() if row.state in STOPPED
            }
            there = [key for key, row in stopped.items() if row.sent and row.state != FileState.CANCELLED]
            rows.move(connection, there, STORED_AS_STOPPED, CHECKING, job=None, reason="")
            others = [key for key in stopped if key not in there]
            rows.move(connection, others, STORED_AS_STOPPED, WAITING, job=None, reason="", sent=False)
        partial = self._read([_complete_upload(stopped[key]) for key in there])
        if partial:
            with self._database.write() as connection:
                rows.move(connection, partial, {str(FileState.FAILED)}, WAITING, reason="")
        return [*others, *partial]

    def fail(self, reasons: Iterable[tuple[str, str]]) -> None:
        """Mark files (key, reason) that the browser cannot send; idempotent."""
        reason_of = dict(reasons)
        with self._database.read() as connection:
            news = [key for key, row in rows.by_keys(connection, reason_of).items() if row.state == WAITING]
        if not news:
            return
        with self._database.write() as connection:
            for key in news:
                rows.move(connection, [key], {WAITING}, str(FileState.FAILED), reason=reason_of[key][:1000])

    def cancel(self, keys: Iterable[str]) -> None:
        """Cancel files and remove their bytes; recordings that were added stay."""
        with self._database.write() as connection:
            open_uploads = {
                key: row for key, row in rows.by_keys(connection, keys).items() if row.state in OPEN
            }
            rows.move(connection, open_uploads, {WAITING}, str(FileState.CANCELLED), reason="", sent=False)
        began = [row for row in open_uploads.values() if row.state == CHECKING or row.size >= SMALL]
        results = [(row.key, self._uploads.cancel(row.key)) for row in began]
        stopped = [key for key, result in results if result.state == FileState.CANCELLED]
        with self._database.write() as connection:
            rows.move(connection, stopped, {CHECKING}, str(FileState.CANCELLED), reason="", sent=False)

    def cancel_all(self, sender: Sender, purpose: str) -> list[str]:
        """Cancel all unfinished files of a list; returns their keys."""
        with self._database.read() as connection:
            keys = [row.key for row in rows.listed(connection, sender, purpose, OPEN)]
        self.cancel(keys)
        return keys

    def clear(self, sender: Sender, purpose: str) -> None:
        """Remove finished files from a list; conflicts and running uploads stay."""
        with self._database.write() as connection:
            uploads = rows.listed(connection, sender, purpose)
            done = [row for row in uploads if row.state not in OPEN | ASKING]
            rows.forget(connection, [row.key for row in done])
        self._uploads.remove(row.key for row in done if row.sent)

    def hand_over(self, sender: Sender) -> list[str]:
        """Move label files uploaded as recordings to the list of labels; returns their keys."""
        with self._database.write() as connection:
            uploads = rows.listed(connection, sender, RECORDING, {ARE_LABELS})
            rows.upsert(
                connection, [replace(row, purpose=LABELS, state=ARRIVED, reason="") for row in uploads]
            )
        return [row.key for row in uploads]

    # -- lists for display --------------------------------------------------------------------------------------

    def totals(self, sender: Sender, purpose: str = RECORDING) -> Totals:
        """Totals of a list."""
        with self._database.read() as connection:
            return rows.totals(connection, sender, purpose)

    def listed(
        self,
        sender: Sender,
        purpose: str = RECORDING,
        states: Iterable[str] | None = None,
        most: int | None = None,
    ) -> list[Upload]:
        """Rows of a list, newest choice first; at most ``most`` rows in one of ``states``."""
        chosen = None if states is None else frozenset(states)
        with self._database.read() as connection:
            return rows.listed(connection, sender, purpose, chosen, most)

    def keys(self, sender: Sender, state: str) -> list[str]:
        """Keys of all recordings of a list in one state."""
        return [row.key for row in self.listed(sender, RECORDING, [state])]

    # -- for other services ----------------------------------------------------------------------

    def file(self, key: str) -> Path:
        """Path of the bytes of a received file.

        Raises:
            NotFound: they are missing.
        """
        path = self._uploads.file(key)
        if not path.exists():
            raise NotFound("The file was removed. Choose it again.")
        return path

    def take(self, key: str, target: Path) -> None:
        """Move a received file to ``target`` and delete its row.

        Raises:
            NotFound: its bytes are missing.
            StorageFull: it cannot be moved there.
        """
        shutil.move(self.file(key), target)
        with self._database.write() as connection:
            rows.forget(connection, [key])
        self._uploads.remove([key])

    def resume(self) -> int:
        """At start: read files that were received but have no job; returns their number.

        Rows without a change for a week are deleted; their bytes are swept too.
        """
        with self._database.write() as connection:
            rows.forget_older(connection, datetime.now(UTC) - KEPT)
            left = rows.unread(connection)
        self._read([_complete_upload(row) for row in left])
        return len(left)


class _Slice:
    """The next ``size`` bytes of a stream, as a stream."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream = stream
        self._left = size

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes; b"" at the end of the slice."""
        size_wanted = self._left if size < 0 else min(size, self._left)
        data = self._stream.read(size_wanted) if size_wanted else b""
        self._left -= len(data)
        return data

    def skip(self) -> None:
        """Skip the unread rest."""
        while self.read(MEBIBYTE):
            pass


def _complete_upload(row: Upload, decision: str = "") -> CompleteUpload:
    """A received file, with the user's reading options."""
    return CompleteUpload(row.key, row.path, row.size, decision, (row.detail or {}).get("options"))


def _is_in_progress(row: Upload, sender: Sender) -> bool:
    """True for a file that is being processed, or waits for a decision."""
    return row.state in {CHECKING, *ASKING} or (row.state == WAITING and row.page == sender.page)


def _placed(path: str, folder: str, keep_top: bool) -> str:
    """The path of a chosen file as a recording."""
    inner = path if keep_top else path.partition("/")[2] or path
    parts = [part.strip() for part in folder.split("/") if part.strip()]
    return "/".join([*parts, inner])


def _has_label_name(path: str) -> bool:
    return path.lower().endswith(LABEL_NAMES)


def _left_out(purpose: str, file: ChosenFile) -> str:
    """Why a file is not sent, judged by its name; files with label names are sent and inspected."""
    if purpose == MODEL:
        return ""
    try:
        path = clean_path(file.path)
    except TidemarkError:  # refused later, with the reason
        return ""
    if path.lower().endswith(LABELS_SUFFIX):
        path = path[: -len(LABELS_SUFFIX)] + ".csv"
    elif path.lower().endswith(LABELS_JSON_SUFFIX if purpose == RECORDING else ".json"):
        path += ".csv"
    if reason := skip_reason(path):
        return reason
    if purpose == LABELS and file.size > LARGEST_LABELS:
        return "larger than 24 MB: import it with python app.py import-labels"
    too_large = _has_label_name(file.path) and file.size > LARGEST_LABELS
    return skip_reason(file.path) if too_large else ""


def _sorted(row: Upload, head: bytes) -> tuple[str, str]:
    """State and reason of a received file; "" for a recording to be read."""
    if row.purpose == MODEL:
        return ARRIVED, ""
    if row.purpose == LABELS:
        return (ARRIVED, "") if is_label_file(head) else (LEFT_OUT, NO_LABELS)
    if is_label_csv(head) or (_has_label_name(row.path) and is_label_file(head)):
        return ARE_LABELS, LABELS_REASON
    return (LEFT_OUT, skip_reason(row.path)) if skip_reason(row.path) else ("", "")
