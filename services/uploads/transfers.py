"""Browser uploads over tus: announce, receive, pass on by purpose, list until cleared.

::

    announce → one row of ``uploads`` each: ``waiting`` (its bytes are to be sent), ``left out`` or ``refused``
    receive  → bytes are appended to data/uploads/.partial/<key>.part; small files come many in one request
    arrived  → recordings are read by a job (see :mod:`.service`); labels and models wait as ``arrived``
               until their own service takes them

A row's key is made of browser, purpose, path, size and time of change: a file that is chosen again goes on where it
stopped.
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
from services.uploads.service import Sent, Uploads

__all__ = ["Chosen", "Go", "Sender", "Totals", "Transfers", "Upload"]

log = logging.getLogger(__name__)

KEPT = timedelta(days=7)
LARGEST_LABELS = 24 * MEBIBYTE
SMALL = MEBIBYTE  # files below come many in one request, and are not resumed
THIS, LATER, ALL = "this", "later", "all"  # files for which the options of one file hold
LABEL_NAMES = (LABELS_SUFFIX, "_labels.csv", LABELS_JSON_SUFFIX)
NO_LABELS = (
    f"not a file of labels: its first line is neither {','.join(HEADER)} nor {','.join(ROW_HEADER)}, and it is no "
    "label JSON"
)
OPEN = frozenset({WAITING, CHECKING})
STOPPED = frozenset({str(FileState.FAILED), str(FileState.CANCELLED)})
STORED_AS_STOPPED = STOPPED | {CHECKING}  # of one whose job failed, the row says checking


@dataclass(frozen=True)
class Chosen:
    """A file chosen in the browser: ``place`` is its number there, ``problem`` why the browser cannot read it."""

    place: int
    path: str
    size: int = 0
    modified: int = 0
    problem: str = ""


@dataclass(frozen=True)
class Go:
    """A file whose bytes are to be sent, from ``offset`` on."""

    place: int
    key: str
    offset: int = 0


class Transfers:
    """Files of all browsers. Thread-safe; what it knows is in the table ``uploads`` and in the folder of pieces."""

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
        files: Sequence[Chosen],
        folder: str = "",
        keep_top: bool = True,
    ) -> list[Go]:
        """Note files that were chosen, with what is left out or refused; returns those whose bytes are to be sent.

        Again is harmless: a file that is under way keeps its row.

        Args:
            purpose: ``recording``, ``labels`` or ``model``.
            batch: files that were chosen together; later choices have greater numbers.
            folder: where recordings go, "" the top.
            keep_top: of a folder that was chosen, keep its name.

        Raises:
            Invalid: there is no such purpose.
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
            known = rows.some(connection, fresh)
            self._uploads.remove(key for key, row in known.items() if row.state == FileState.REFUSED)
            going = {key for key, row in known.items() if _goes_on(row, sender)}
            rows.put(connection, [row for key, (_, row) in fresh.items() if key not in going])
        asked_again = {key for key in going if known[key].batch == batch and known[key].state == WAITING}
        wanted = fresh.keys() - (going - asked_again)
        sent = [(file, row) for key, (file, row) in fresh.items() if key in wanted and row.state == WAITING]
        return [Go(file.place, row.key, self._resumes_at(row)) for file, row in sent]

    def _resumes_at(self, row: Upload) -> int:
        return self._uploads.offset(row.key) if row.size >= SMALL else 0

    def _judged(self, sender: Sender, purpose: str, batch: int, file: Chosen) -> Upload:
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
        """A file that becomes no recording: only its path and its size are looked at."""
        try:
            path = clean_path(row.path)
        except TidemarkError as error:
            return replace(row, state=str(FileState.REFUSED), reason=str(error))
        largest = self._largest[row.purpose]
        if row.size > largest:
            said = f"{row.size / MEBIBYTE:,.0f} MB; at most {largest / MEBIBYTE:,.4g} MB are taken."
            return replace(row, state=str(FileState.REFUSED), reason=f"{quoted(path)} has {said}")
        return replace(row, path=path)

    # -- receiving ----------------------------------------------------------------------------------------

    def expected(self, key: str) -> Upload:
        """The row of a file whose bytes are to be sent, or are all here.

        Raises:
            NotFound: it was not announced, or was cancelled.
        """
        with self._database.read() as connection:
            row = rows.some(connection, [key]).get(key)
        if row is None or not (row.sent or row.state == WAITING):
            raise NotFound("This upload is not expected (any more). Choose the file again.")
        return row

    def offset(self, row: Upload) -> int:
        """How many bytes of a file are here."""
        return row.size if row.sent else self._uploads.offset(row.key)

    def receive(self, row: Upload, offset: int, stream: IO[bytes]) -> int:
        """Append bytes; when they are all here, hand the file on. Returns the new offset.

        Raises:
            OffsetMismatch: they do not begin where the bytes so far end.
            StorageFull: the disk has no room; the bytes so far are kept.
        """
        if row.sent:
            return row.size
        here = self._uploads.append(row.key, offset, row.size, stream)
        if here == row.size:
            self._arrived([row.key])
        return here

    def receive_many(self, files: Sequence[tuple[str, int]], stream: IO[bytes]) -> None:
        """Take small files (key, size) whose bytes follow each other in ``stream``; those cancelled are passed over.

        Raises:
            Invalid: the bytes are not those of the files.
            StorageFull: the disk has no room.
        """
        with self._database.read() as connection:
            known = rows.some(connection, [key for key, _ in files])
        wanted = [key for key, size in files if key in known and not known[key].sent]
        for key, size in files:
            part = _Slice(stream, size)
            if key in wanted and known[key].size == size and known[key].state == WAITING:
                self._uploads.restart(key, size, part)
            part.skip()
        self._arrived(wanted)

    def _arrived(self, keys: Iterable[str]) -> None:
        """All bytes of files are here: hand them on."""
        with self._database.write() as connection:
            moved = rows.move(connection, keys, {WAITING}, CHECKING, sent=True)
            found = list(rows.some(connection, moved).values())
            others = {row.key: _sorted(row, self._head(row)) for row in found}
            for key, (state, reason) in others.items():
                if state:
                    rows.move(connection, [key], {CHECKING}, state, reason=reason)
        self._uploads.remove(key for key, (state, _) in others.items() if state == LEFT_OUT)
        self._read([Sent(row.key, row.path, row.size) for row in found if not others[row.key][0]])

    def _head(self, row: Upload) -> bytes:
        try:
            with self._uploads.file(row.key).open("rb") as stream:
                return stream.read(HEAD_BYTES)
        except FileNotFoundError:  # it has no bytes
            return b""

    def _read(self, files: Sequence[Sent]) -> list[str]:
        """Have recordings read, in the order of their rows; returns the keys of those whose bytes are not here."""
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

    # -- what the user decides ----------------------------------------------------------------------------

    def decide(self, keys: Iterable[str], decision: str) -> None:
        """Answer the question about files: ``keep`` both, ``replace``, ``restore`` from the trash, ``skip``.

        Raises:
            Invalid: there is no such answer.
        """
        if decision not in {*DECISIONS, "skip"} - {""}:
            raise Invalid("The decision about a file is “keep”, “replace”, “restore” or “skip”.")
        with self._database.write() as connection:
            moved = rows.move(
                connection, keys, {str(state) for state in ASKING}, CHECKING, job=None, reason=""
            )
            found = rows.some(connection, moved)
        self._read([_sent(row, decision) for row in found.values()])

    def is_readable(self, row: Upload) -> bool:
        """True for a refused file that may be read when the user says how: its bytes are here."""
        return row.state == FileState.REFUSED and row.sent and self._uploads.has_bytes(row.key)

    def read_so(self, sender: Sender, key: str, options: ReadingOptions, scope: str = LATER) -> int:
        """Read a refused file as the user says; returns how many files are being read.

        Args:
            scope: ``LATER`` also keeps the options for later files of its shape; ``ALL`` moreover reads the refused
                files of its shape in the list so; ``THIS`` does neither.

        Raises:
            NotFound: the file is not refused any more, or its bytes are gone.
            RefusedFile, WrongOption: it cannot be read so.
        """
        row = self.refused(key)
        entry = self._uploads.reading(key, row.path, options)
        if scope != THIS:
            self._uploads.remember(entry)
        alike = []
        if scope == ALL:
            others = [one for one in self.listed(sender, states=[FileState.REFUSED]) if one.key != key]
            alike = [one for one in others if one.sent and self._uploads.has_shape(one.key, one.path, entry)]
        return self._read_with([row, *alike], options)

    def _read_with(self, wanted: Sequence[Upload], options: ReadingOptions) -> int:
        detail = {"options": options.to_json()}
        with self._database.write() as connection:
            keys = [row.key for row in wanted]
            moved = rows.move(
                connection, keys, {str(FileState.REFUSED)}, CHECKING, job=None, reason="", detail=detail
            )
            found = rows.some(connection, moved)
        self._read([_sent(row) for row in found.values()])
        return len(moved)

    def recording(self, key: str) -> int:
        """The recording that a file became, or whose bytes it has.

        Raises:
            NotFound: there is none.
        """
        row = self._row(key)
        if row is None or row.recording_id is None:
            raise NotFound("This file is not in the list any more.")
        return row.recording_id

    def refused(self, key: str) -> Upload:
        """A refused file whose bytes are here.

        Raises:
            NotFound: there is none.
        """
        row = self._row(key)
        if row is None or not self.is_readable(row):
            raise NotFound("The bytes of this file are not here any more; add the file again.")
        return row

    def _row(self, key: str) -> Upload | None:
        with self._database.read() as connection:
            return rows.some(connection, [key]).get(key)

    def again(self, keys: Iterable[str]) -> list[str]:
        """Try files that failed or were cancelled again; returns those whose bytes must be sent (again)."""
        with self._database.write() as connection:
            known = {key: row for key, row in rows.some(connection, keys).items() if row.state in STOPPED}
            there = [key for key, row in known.items() if row.sent and row.state != FileState.CANCELLED]
            rows.move(connection, there, STORED_AS_STOPPED, CHECKING, job=None, reason="")
            others = [key for key in known if key not in there]
            rows.move(connection, others, STORED_AS_STOPPED, WAITING, job=None, reason="", sent=False)
        partial = self._read([_sent(known[key]) for key in there])
        if partial:
            with self._database.write() as connection:
                rows.move(connection, partial, {str(FileState.FAILED)}, WAITING, reason="")
        return [*others, *partial]

    def fail(self, reasons: Iterable[tuple[str, str]]) -> None:
        """Note files (key, reason) that the browser cannot send; again is harmless."""
        said = dict(reasons)
        with self._database.read() as connection:
            news = [key for key, row in rows.some(connection, said).items() if row.state == WAITING]
        if not news:
            return
        with self._database.write() as connection:
            for key in news:
                rows.move(connection, [key], {WAITING}, str(FileState.FAILED), reason=said[key][:1000])

    def cancel(self, keys: Iterable[str]) -> None:
        """Stop files and remove what came of them; a file that is a recording already stays one."""
        with self._database.write() as connection:
            known = {key: row for key, row in rows.some(connection, keys).items() if row.state in OPEN}
            rows.move(connection, known, {WAITING}, str(FileState.CANCELLED), reason="", sent=False)
        began = [row for row in known.values() if row.state == CHECKING or row.size >= SMALL]
        results = [(row.key, self._uploads.cancel(row.key)) for row in began]
        stopped = [key for key, result in results if result.state == FileState.CANCELLED]
        with self._database.write() as connection:
            rows.move(connection, stopped, {CHECKING}, str(FileState.CANCELLED), reason="", sent=False)

    def cancel_all(self, sender: Sender, purpose: str) -> list[str]:
        """Stop every file of a list that is not done; returns their keys."""
        with self._database.read() as connection:
            keys = [row.key for row in rows.listed(connection, sender, purpose, OPEN)]
        self.cancel(keys)
        return keys

    def clear(self, sender: Sender, purpose: str) -> None:
        """Forget files of a list that are done; questions and what is under way stay."""
        with self._database.write() as connection:
            found = rows.listed(connection, sender, purpose)
            done = [row for row in found if row.state not in OPEN | ASKING]
            rows.forget(connection, [row.key for row in done])
        self._uploads.remove(row.key for row in done if row.sent)

    def hand_over(self, sender: Sender) -> list[str]:
        """Give label files that came among recordings to the list of labels; returns their keys."""
        with self._database.write() as connection:
            found = rows.listed(connection, sender, RECORDING, {ARE_LABELS})
            rows.put(connection, [replace(row, purpose=LABELS, state=ARRIVED, reason="") for row in found])
        return [row.key for row in found]

    # -- what is shown --------------------------------------------------------------------------------------

    def totals(self, sender: Sender, purpose: str = RECORDING) -> Totals:
        """The sums of a list."""
        with self._database.read() as connection:
            return rows.totals(connection, sender, purpose)

    def listed(
        self,
        sender: Sender,
        purpose: str = RECORDING,
        states: Iterable[str] | None = None,
        most: int | None = None,
    ) -> list[Upload]:
        """The rows of a list, what was chosen last first; ``most`` rows in one of ``states``."""
        chosen = None if states is None else frozenset(states)
        with self._database.read() as connection:
            return rows.listed(connection, sender, purpose, chosen, most)

    def keys(self, sender: Sender, state: str) -> list[str]:
        """The keys of all recordings of a list in one state."""
        return [row.key for row in self.listed(sender, RECORDING, [state])]

    # -- for the service that takes them ----------------------------------------------------------------------

    def file(self, key: str) -> Path:
        """Where the bytes of an arrived file lie.

        Raises:
            NotFound: they are not here.
        """
        path = self._uploads.file(key)
        if not path.exists():
            raise NotFound("The file is not here any more. Choose it again.")
        return path

    def take(self, key: str, target: Path) -> None:
        """Move an arrived file to ``target`` and forget its upload.

        Raises:
            NotFound: its bytes are not here.
            StorageFull: it cannot be moved there.
        """
        shutil.move(self.file(key), target)
        with self._database.write() as connection:
            rows.forget(connection, [key])
        self._uploads.remove([key])

    def resume(self) -> int:
        """At the start: have read what an earlier run received but gave to no job; returns how many.

        Rows that did not change for a week are forgotten; their bytes are swept too.
        """
        with self._database.write() as connection:
            rows.forget_older(connection, datetime.now(UTC) - KEPT)
            left = rows.unread(connection)
        self._read([_sent(row) for row in left])
        return len(left)


class _Slice:
    """The next ``size`` bytes of a stream, as a stream."""

    def __init__(self, stream: IO[bytes], size: int) -> None:
        self._stream = stream
        self._left = size

    def read(self, size: int = -1) -> bytes:
        """At most ``size`` bytes; b"" at the end of the slice."""
        wanted = self._left if size < 0 else min(size, self._left)
        data = self._stream.read(wanted) if wanted else b""
        self._left -= len(data)
        return data

    def skip(self) -> None:
        """Pass over what was not read."""
        while self.read(MEBIBYTE):
            pass


def _sent(row: Upload, decision: str = "") -> Sent:
    """A file that is here, with how the user says that it is to be read."""
    return Sent(row.key, row.path, row.size, decision, (row.detail or {}).get("options"))


def _goes_on(row: Upload, sender: Sender) -> bool:
    """True for a file that is under way already, or waits for an answer."""
    return row.state in {CHECKING, *ASKING} or (row.state == WAITING and row.page == sender.page)


def _placed(path: str, folder: str, keep_top: bool) -> str:
    """What a file that was chosen will be called."""
    inner = path if keep_top else path.partition("/")[2] or path
    parts = [part.strip() for part in folder.split("/") if part.strip()]
    return "/".join([*parts, inner])


def _has_label_name(path: str) -> bool:
    return path.lower().endswith(LABEL_NAMES)


def _left_out(purpose: str, file: Chosen) -> str:
    """Why a file is not sent at all, by its name; files called labels are sent to see whether they are."""
    if purpose == MODEL:
        return ""
    try:
        path = clean_path(file.path)
    except TidemarkError:  # it is refused, with the reason
        return ""
    if path.lower().endswith(LABELS_SUFFIX):
        path = path[: -len(LABELS_SUFFIX)] + ".csv"
    elif path.lower().endswith(LABELS_JSON_SUFFIX if purpose == RECORDING else ".json"):
        path += ".csv"
    if reason := skip_reason(path):
        return reason
    if purpose == LABELS and file.size > LARGEST_LABELS:
        return "larger than 24 MB: bring it in with python app.py import-labels"
    too_large = _has_label_name(file.path) and file.size > LARGEST_LABELS
    return skip_reason(file.path) if too_large else ""


def _sorted(row: Upload, head: bytes) -> tuple[str, str]:
    """The state of a file that has arrived, and why; "" for a recording that is to be read."""
    if row.purpose == MODEL:
        return ARRIVED, ""
    if row.purpose == LABELS:
        return (ARRIVED, "") if is_label_file(head) else (LEFT_OUT, NO_LABELS)
    if is_label_csv(head) or (_has_label_name(row.path) and is_label_file(head)):
        return ARE_LABELS, LABELS_REASON
    return (LEFT_OUT, skip_reason(row.path)) if skip_reason(row.path) else ("", "")
