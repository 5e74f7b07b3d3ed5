"""Upload service: read files from the browser, the data folder and the command line as recordings."""

from __future__ import annotations

import logging
import secrets
import shutil
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection

from services.errors import NotFound, RefusedFile, StorageFull, TidemarkError
from services.ingest import folders
from services.ingest.folders import FolderFile
from services.ingest.reading_options import AS_FOUND, ReadingOptions
from services.jobs import Job, JobKind, Jobs, JobState
from services.log import new_reference
from services.recordings.remembered_options import Entry, RememberedReadings
from services.recordings.service import Recordings
from services.recordings.trash import Trash
from services.settings import Settings
from services.storage.group_sync import Task, together
from services.storage.paths import csv_path, quoted
from services.uploads import rows as upload_rows
from services.uploads.name_conflicts import (
    ASKING,
    KEEP,
    REPLACE,
    RESTORE,
    FileResult,
    FileState,
    all_paths,
    find_rival,
    land,
    live_paths,
)
from services.uploads.pieces import OffsetMismatch, PartialUploads, Reader, ReceivedFile

_SAMPLES_TAKE = 600  # seconds within which the sample recordings are read
log = logging.getLogger(__name__)

JOB = "ingest"
MOST_ATTEMPTS = 3
SPARE_BYTES = 64 * 1024 * 1024
SMALL_BYTES = 1024 * 1024  # files below are read together

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class CompleteUpload:
    """A completely received file, the decision about a name conflict, and the user's reading options."""

    key: str
    path: str
    size: int
    decision: str = ""
    options: dict[str, Any] | None = None


class Uploads:
    """Receives files and adds them as recordings. Thread-safe.

    A file from the browser: :meth:`check`, then :meth:`append` its pieces, then :meth:`finish`, then poll
    :meth:`results`. A job reads the file; its result is stored with the end of the job.
    """

    def __init__(self, settings: Settings, recordings: Recordings, jobs: Jobs) -> None:
        self._settings = settings
        self._recordings = recordings
        self._jobs = jobs
        self._remembered = RememberedReadings(jobs.database)
        self._job_of: dict[str, str] = {}
        self._trash = Trash(jobs.database, settings)
        self._pieces = PartialUploads(settings.uploads_dir / ".partial", settings.max_upload_bytes)
        jobs.register(
            JOB,
            JobKind(
                "services.uploads.job:read_file",
                self._land,
                self._ended,
                pool="ingest",
                together="services.uploads.job:read_files",
                joins=lambda arguments: arguments.get("size", SMALL_BYTES) < SMALL_BYTES,
            ),
        )

    # -- from the browser -------------------------------------------------------------------------------

    def check(self, key: str, path: str, size: int) -> FileResult:
        """State of a file before its bytes are sent: refused, or the offset to resume from."""
        try:
            clean = csv_path(path)
            offset = self._pieces.offset(key)
            self._check_size(clean, size, offset)
        except TidemarkError as error:
            return FileResult(FileState.REFUSED, path, reason=str(error))
        return FileResult(FileState.PARTIAL, clean, offset=offset)

    def offset(self, key: str) -> int:
        """Number of bytes received of that upload.

        Raises:
            Invalid: malformed key.
        """
        return self._pieces.offset(key)

    def append(self, key: str, offset: int, total: int, stream: IO[bytes]) -> int:
        """Append a piece (see ``PartialUploads.append``); returns the new offset."""
        return self._pieces.append(key, offset, total, stream)

    def finish(self, key: str, path: str, size: int, decision: str = "", owner: str = "") -> FileResult:
        """All bytes were sent, or the user decided a name conflict (see ``landing``; or ``skip``).

        Idempotent: the same job, or its result, is returned.

        Raises:
            Invalid: malformed key.
            StorageFull: the disk is full; the bytes so far are kept.
        """
        return self.finish_all([CompleteUpload(key, path, size, decision)], owner)[0]

    def finish_all(self, files: Sequence[CompleteUpload], owner: str = "") -> list[FileResult]:
        """The same for many files: synced together, and queued in one transaction.

        Raises:
            Invalid: malformed key.
            StorageFull: the disk is full; the bytes so far are kept.
        """
        with ExitStack() as locks:
            for key in sorted({file.key for file in files}):
                locks.enter_context(self._pieces.locked(key))
            settled = together([self._settle(file, owner) for file in files])
            return self._queue([end.result() for end in settled])

    def result(self, key: str) -> FileResult:
        """The state of the file (``partial`` with an offset if it is incomplete).

        Raises:
            Invalid: malformed key.
        """
        return self.results([key])[0]

    def results(self, keys: Sequence[str]) -> list[FileResult]:
        """The same for many files.

        Raises:
            Invalid: malformed key.
        """
        offsets = [self._pieces.offset(key) for key in keys]
        jobs = self._jobs_of(keys)
        return [
            _status(jobs[key]) if key in jobs else FileResult(FileState.PARTIAL, "", offset=offset)
            for key, offset in zip(keys, offsets, strict=True)
        ]

    def cancel(self, key: str) -> FileResult:
        """Cancel a file and remove its bytes; a recording that was added stays.

        Raises:
            Invalid: malformed key.
        """
        with self._pieces.locked(key):  # otherwise finish() could submit a job after the check
            job = self._job(key)
            if job and job.active and not self._jobs.cancel(job.id):
                return self.result(key)
            self._pieces.remove(key)
            if job and not job.active and job.result:
                return _status(job)
            return FileResult(FileState.CANCELLED, "")

    def restart(self, key: str, size: int, stream: Reader) -> None:
        """Receive a small file in one request (see ``PartialUploads.restart``)."""
        self._pieces.restart(key, size, stream)

    def file(self, key: str) -> Path:
        """Path of the bytes of a received file."""
        full = self._pieces.full(key)
        return full if full.exists() else self._pieces.part(key)

    def has_bytes(self, key: str) -> bool:
        """True when all bytes of a file were received."""
        return self._pieces.full(key).exists()

    def remove(self, keys: Iterable[str]) -> None:
        """Remove the bytes of files."""
        for key in keys:
            self._pieces.remove(key)

    def preview(self, key: str, path: str, options: ReadingOptions) -> dict[str, Any]:
        """Preview of a received file (``ingest.preview.ReadingPreview`` as a JSON object).

        Raises:
            NotFound: its bytes are missing.
            RefusedFile: it cannot be read with these options.
            WrongOption: an option is invalid for this file.
        """
        from services.ingest.preview import preview  # imports pyarrow, rarely needed

        return preview(self._received_bytes(key), path, options).to_json()

    def reading(self, key: str, path: str, options: ReadingOptions) -> Entry:
        """The shape of a received file, with its reading options.

        Raises:
            NotFound, RefusedFile, WrongOption: as :meth:`preview`.
        """
        return self._remembered.entry(self._received_bytes(key), path, options)

    def has_shape(self, key: str, path: str, entry: Entry) -> bool:
        """True when a received file exists and has that shape."""
        from services.ingest.shape import first_fitting

        file = self._pieces.full(key)
        return file.exists() and first_fitting(file, path, [entry]) is not None

    def remember(self, entry: Entry) -> None:
        """Use the options for later files of that shape."""
        self._remembered.remember(entry)

    def _received_bytes(self, key: str) -> Path:
        file = self._pieces.full(key)
        if not file.exists():
            raise NotFound("The bytes of this file were removed; add the file again.")
        return file

    # -- at the start, and from the data folder ---------------------------------------------------------

    def resume(self) -> int:
        """Continue after a restart: read complete files, remove stale pieces; returns the number of files."""
        swept = self._pieces.sweep()
        waiting = [ticket for ticket in self._pieces.tickets() if self._is_left_over(ticket)]
        for ticket in waiting:
            self._resubmit(ticket)
        if swept or waiting:
            log.info("Uploads: %d continued, %d stale files removed", len(waiting), swept)
        return len(waiting)

    def paths(self) -> list[str]:
        """Paths of all recordings that are not in the trash."""
        with self._jobs.database.read() as connection:
            return live_paths(connection)

    def discover(self) -> list[FolderFile]:
        """CSV files in the data folder that are not recordings yet; links are not followed."""
        root = self._settings.data_dir
        ours = {
            self._settings.uploads_dir,
            self._settings.store_dir,
            self._settings.samples_dir,
            root / "samples",
        }
        if not root.is_dir():
            return []
        with self._jobs.database.read() as connection:
            paths = all_paths(connection)
        items = [item for item in sorted(root.iterdir()) if item not in ours and not item.is_symlink()]
        files = folders.find(items, root)
        return [item for item in files if not item.reason and item.path not in paths]

    def add_discovered(self, paths: Sequence[str] | None = None, owner: str = "") -> list[ReceivedFile]:
        """Read files of :meth:`discover`: all, or those of ``paths``."""
        chosen = None if paths is None else set(paths)
        return [self._take(item, owner) for item in self.discover() if chosen is None or item.path in chosen]

    def add_samples(self) -> list[ReceivedFile]:
        """Read the sample recordings: at the first start, into an empty database."""
        mark = self._settings.samples_mark
        with self._jobs.database.read() as connection:
            empty = not all_paths(connection)
        if mark.exists() or not empty or not self._settings.samples_dir.is_dir():
            return []
        samples = folders.find([self._settings.samples_dir], self._settings.samples_dir.parent)
        tickets = [self._take(item, "") for item in samples if not item.reason]
        if tickets:
            mark.touch()
        return tickets

    def is_reading_samples(self) -> bool:
        """Whether the sample recordings of the first start are being read, or are about to be."""
        mark = self._settings.samples_mark
        if not self._settings.samples_dir.is_dir():
            return False
        try:
            since = time.time() - mark.stat().st_mtime
        except FileNotFoundError:
            return True
        return since < _SAMPLES_TAKE and bool(self._jobs.active())

    # -- from the command line --------------------------------------------------------------------------

    def import_paths(
        self,
        paths: Iterable[Path],
        root: Path | None = None,
        decision: str = "",
        progress: Progress | None = None,
        options: ReadingOptions = AS_FOUND,
    ) -> Iterator[FileResult]:
        """Add files and folders in this process, one after the other; yields the result of each file.

        Names are those of ``folders.find``; other files in a folder are yielded as skipped. ``decision`` about name
        conflicts: "" reports them, "keep" adds a number. ``options``: the user's reading options.
        """
        for item in folders.find(paths, root):
            if item.reason:
                state = FileState.REFUSED if item.is_missed else FileState.SKIPPED
                yield FileResult(state, item.path, reason=item.reason)
            else:
                yield self._import(item, decision, progress or (lambda _fraction, _message: None), options)

    def _import(
        self, item: FolderFile, decision: str, progress: Progress, options: ReadingOptions
    ) -> FileResult:
        """Add one file; errors are returned as its result, so that the next file is processed."""
        try:
            return self._read_and_land(item, decision, progress, options)
        except TidemarkError as error:
            return FileResult(FileState.REFUSED, item.path, reason=str(error))
        except Exception:
            reference = new_reference()
            log.exception("[%s] %s could not be added", reference, quoted(item.path))
            reason = f"unexpected error; the log has the details under reference {reference}"
            return FileResult(FileState.FAILED, item.path, reason=reason)

    def _read_and_land(
        self, item: FolderFile, decision: str, progress: Progress, options: ReadingOptions
    ) -> FileResult:
        from services.uploads.job import read_file  # imports pyarrow, not needed by the web process

        ticket = ReceivedFile(
            secrets.token_hex(32), item.path, item.size, decision, source=str(item.file.resolve())
        )
        try:
            with self._jobs.database.read() as connection:
                arguments = self._arguments(connection, ticket, self._remembered.all())
                arguments["options"] = options.to_json()
            outcome = read_file(arguments, progress)
            with self._jobs.database.write() as connection:
                return land(connection, self._recordings, self._trash, ticket.path, decision, outcome)
        finally:
            with suppress(OSError):  # swept later
                self._pieces.remove(ticket.key)

    # -- jobs -------------------------------------------------------------------------------------------

    def _take(self, item: FolderFile, owner: str) -> ReceivedFile:
        ticket = ReceivedFile(
            secrets.token_hex(32), item.path, item.size, source=str(item.file.resolve()), owner=owner
        )
        self._pieces.write_ticket(ticket)
        with self._jobs.database.write() as connection:
            upload_rows.upsert(connection, [_listed(ticket)])
        self._resubmit(ticket)
        return ticket

    def _resubmit(self, ticket: ReceivedFile) -> None:
        try:
            self._queue([self._tried(ticket)])
        except TidemarkError as error:
            log.warning("%s was left out: %s", quoted(ticket.path), error)
            self._pieces.remove(ticket.key)
            with self._jobs.database.write() as connection:
                upload_rows.forget(connection, [ticket.key])

    def _tried(self, ticket: ReceivedFile) -> ReceivedFile:
        again = replace(ticket, attempts=ticket.attempts + 1)
        self._pieces.write_ticket(again)
        return again

    def _settle(self, file: CompleteUpload, owner: str) -> Task[FileResult | ReceivedFile]:
        """The result of a file, or the ticket for reading it."""
        key = file.key
        if file.decision == "skip":
            self._pieces.remove(key)
            return FileResult(FileState.SKIPPED, file.path)
        if earlier := self._settled_without(key):
            return _status(earlier)
        try:
            if local := self._local(key):
                return self._tried(replace(local, decision=file.decision))
            path = csv_path(file.path)
            ticket = ReceivedFile(
                key, path, file.size, file.decision, owner=owner, attempts=1, options=file.options
            )
            yield from self._pieces.complete(ticket)
            return ticket
        except OffsetMismatch as mismatch:
            return FileResult(FileState.PARTIAL, file.path, offset=mismatch.offset)
        except RefusedFile as refusal:
            self._pieces.remove(key)
            return FileResult(FileState.REFUSED, file.path, reason=str(refusal))

    def _queue(self, settled: Sequence[FileResult | ReceivedFile]) -> list[FileResult]:
        """Queue the tickets; results are returned unchanged."""
        tickets = [entry for entry in settled if isinstance(entry, ReceivedFile)]
        with self._jobs.database.read() as connection:
            remembered = self._remembered.all() if tickets else []
            submissions = [
                (self._arguments(connection, ticket, remembered), ticket.owner) for ticket in tickets
            ]
        made = self._jobs.submit_all(JOB, submissions) if submissions else []
        with self._jobs.database.write() as connection:
            pairs = zip(tickets, made, strict=True)
            upload_rows.reads(connection, {ticket.key: job_id for ticket, job_id in pairs})
        jobs = iter(made)
        return [
            self._working(entry, next(jobs)) if isinstance(entry, ReceivedFile) else entry
            for entry in settled
        ]

    def _working(self, ticket: ReceivedFile, job_id: str) -> FileResult:
        self._job_of[ticket.key] = job_id
        return FileResult(FileState.WORKING, ticket.path, job=job_id)

    def _arguments(
        self, connection: Connection, ticket: ReceivedFile, remembered: list[Entry]
    ) -> dict[str, Any]:
        try:
            rival = find_rival(connection, ticket.path)
        except RefusedFile:  # a folder has this name: reported after reading
            rival = None
        decided = ticket.decision in {KEEP, REPLACE}
        broken = self._recordings.get(rival.id) if rival and not self._recordings.is_whole(rival.id) else None
        return {
            "key": ticket.key,
            "path": ticket.path,
            "size": ticket.size,
            "decision": ticket.decision,
            "source": ticket.source,
            "largest": self._settings.max_upload_bytes,
            "full": str(self._pieces.full(ticket.key)),
            "store": str(self._settings.store_dir),
            "uploads": str(self._settings.uploads_dir),
            "only_hash": (rival is not None and not decided) or ticket.decision == RESTORE,
            "restore": broken.sha256 if broken else "",
            "reading": _reading(self._recordings, rival.id, ticket.decision) if rival else None,
            "options": ticket.options or {},
            "remembered": remembered,
        }

    def _land(self, connection: Connection, job: Job, outcome: dict[str, Any]) -> dict[str, Any]:
        path, decision = job.arguments["path"], job.arguments["decision"]
        result = land(connection, self._recordings, self._trash, path, decision, outcome)
        upload_rows.settle(connection, [(job.arguments["key"], result)])
        log.info("%s: %s %s", quoted(path), result.state, result.reason)
        return result.to_json()

    def _ended(self, job: Job) -> None:
        """Keep the bytes while a decision is pending, and after failures that a retry or other options may solve."""
        if _is_settled(job):
            self._pieces.remove(job.arguments["key"])
        elif _is_refused(job):
            self._pieces.remove_ticket(job.arguments["key"])

    def _job(self, key: str) -> Job | None:
        return self._jobs_of([key]).get(key)

    def _jobs_of(self, keys: Sequence[str]) -> dict[str, Job]:
        """The newest job of each key."""
        job_ids = {key: job_id for key in keys if (job_id := self._job_of.get(key))}
        rows = (
            {job.arguments["key"]: job for job in self._jobs.by_ids(list(job_ids.values()))}
            if job_ids
            else {}
        )
        for key in keys:
            if key not in job_ids and (job := self._jobs.newest(JOB, "key", key)):
                self._job_of[key], rows[key] = job.id, job
        return rows

    def _is_left_over(self, ticket: ReceivedFile) -> bool:
        job = self._job(ticket.key)
        unfinished = job is None or job.state == JobState.INTERRUPTED
        there = bool(ticket.source) or self._pieces.full(ticket.key).exists()
        return unfinished and there and ticket.attempts < MOST_ATTEMPTS

    def _local(self, key: str) -> ReceivedFile | None:
        """The ticket of a file that is not copied yet."""
        ticket = self._pieces.ticket(key)
        return ticket if ticket and ticket.source and not self._pieces.full(key).exists() else None

    def _settled_without(self, key: str) -> Job | None:
        """The job that has or will have the result, if no bytes were sent since and nothing is pending."""
        if self._pieces.part(key).exists():  # usually a new file without a job
            return None
        job = self._job(key)
        if job is None or job.active or _is_settled(job):
            return job
        waits = self._pieces.full(key).exists() or self._local(key) is not None
        return None if waits else job

    def _check_size(self, path: str, size: int, offset: int) -> None:
        largest = self._settings.max_upload_bytes
        if size > largest:
            raise RefusedFile(
                f"{quoted(path)} has {size / 1024**3:,.1f} GB; at most {largest / 1024**3:,.4g} GB are "
                "taken. Split the file, or set TIDEMARK_MAX_UPLOAD_GB."
            )
        self._settings.uploads_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        free = shutil.disk_usage(self._settings.uploads_dir).free
        if size - offset + SPARE_BYTES > free:
            raise StorageFull(
                f"{quoted(path)} needs {size / 1e6:,.0f} MB, but the disk has only {free / 1e6:,.0f} MB "
                "left. Free some space, then try again."
            )


def _listed(ticket: ReceivedFile) -> upload_rows.Upload:
    """The row of a file that the program adds."""
    purpose, state = upload_rows.RECORDING, upload_rows.CHECKING
    return upload_rows.Upload(ticket.key, purpose, "", "", 0, 0, ticket.path, ticket.size, state, sent=True)


def _is_settled(job: Job) -> bool:
    if job.state == JobState.DONE:
        return _status(job).state not in ASKING and not _is_refused(job)
    return job.state == JobState.CANCELLED


def _is_refused(job: Job) -> bool:
    """True for an uploaded file that could not be read: the user may choose other options."""
    refused = job.state == JobState.DONE and _status(job).state == FileState.REFUSED
    return refused and not job.arguments["source"] and bool((job.result or {}).get("readable"))


def _reading(recordings: Recordings, recording: int, decision: str) -> dict[str, Any] | None:
    """Reading options of a recording, if the file that replaces it should be read with them."""
    followed = decision == REPLACE or not recordings.is_whole(recording)
    return recordings.get(recording).reading if followed and decision != KEEP else None


def _status(job: Job) -> FileResult:
    path = job.arguments["path"]
    if job.active:
        return FileResult(FileState.WORKING, path, job=job.id, progress=job.progress, message=job.message)
    if job.state == JobState.DONE and job.result:
        return FileResult(**{**job.result, "state": FileState(job.result["state"])})
    if job.state == JobState.CANCELLED:
        return FileResult(FileState.CANCELLED, path)
    return FileResult(FileState.FAILED, path, reason=job.error or "")
