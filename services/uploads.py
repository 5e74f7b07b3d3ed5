"""Files on their way to becoming recordings: from the browser, the data folder, the command line."""

from __future__ import annotations

import logging
import secrets
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import IO, Any

from sqlalchemy import Connection

from services import folders
from services.errors import RefusedFile, StorageFull, TidemarkError
from services.folders import Found
from services.jobs import Job, JobKind, Jobs, JobState
from services.landing import KEEP, FileResult, FileState, all_paths, find_rival, land
from services.log import new_reference
from services.paths import csv_path, quoted
from services.pieces import OffsetMismatch, Pieces, Ticket
from services.recordings import Recordings
from services.settings import Settings

log = logging.getLogger(__name__)

JOB = "ingest"
MOST_ATTEMPTS = 3
SPARE_BYTES = 64 * 1024 * 1024

Progress = Callable[[float, str], None]


class Uploads:
    """Takes files in. Thread-safe.

    A file from the browser: :meth:`check`, then :meth:`append` its pieces, then :meth:`finish`, then
    :meth:`results` until it has one. The work of reading it is a job; its result is landed with the job.
    """

    def __init__(self, settings: Settings, recordings: Recordings, jobs: Jobs) -> None:
        self._settings = settings
        self._recordings = recordings
        self._jobs = jobs
        self._job_of: dict[str, str] = {}
        self._pieces = Pieces(settings.uploads_dir / ".partial", settings.max_upload_bytes)
        jobs.register(JOB, JobKind("services.upload_job:read_file", self._land, self._ended, lane="ingest"))

    # -- from the browser -------------------------------------------------------------------------------

    def check(self, key: str, path: str, size: int) -> FileResult:
        """What would become of a file, before its bytes are sent: refused, or where to go on."""
        try:
            clean = csv_path(path)
            offset = self._pieces.offset(key)
            self._check_size(clean, size, offset)
        except TidemarkError as error:
            return FileResult(FileState.REFUSED, path, reason=str(error))
        return FileResult(FileState.PARTIAL, clean, offset=offset)

    def offset(self, key: str) -> int:
        """How many bytes of that upload are here.

        Raises:
            Invalid: the key is none.
        """
        return self._pieces.offset(key)

    def append(self, key: str, offset: int, total: int, stream: IO[bytes]) -> int:
        """Append a piece (see ``Pieces.append``); returns the new offset."""
        return self._pieces.append(key, offset, total, stream)

    def finish(self, key: str, path: str, size: int, decision: str = "", owner: str = "") -> FileResult:
        """All bytes were sent, or it was decided what to do about a taken name (``keep``, ``skip``).

        Again is harmless: the same job, or its result, is returned.

        Raises:
            Invalid: the key is none.
            StorageFull: the disk has no room; the bytes so far are kept.
        """
        with self._pieces.locked(key):
            if decision == "skip":
                self._pieces.remove(key)
                return FileResult(FileState.SKIPPED, path)
            if earlier := self._settled_without(key):
                return _status(earlier)
            try:
                answer = KEEP if decision == KEEP else ""
                if local := self._local(key):
                    return self._submit(replace(local, decision=answer))
                ticket = Ticket(key, csv_path(path), size, answer, owner=owner, attempts=1)
                self._pieces.complete(ticket)
                return self._queue(ticket)
            except OffsetMismatch as mismatch:
                return FileResult(FileState.PARTIAL, path, offset=mismatch.offset)
            except RefusedFile as refusal:
                self._pieces.remove(key)
                return FileResult(FileState.REFUSED, path, reason=str(refusal))

    def result(self, key: str) -> FileResult:
        """Where the file stands (``partial`` with an offset when it was never finished).

        Raises:
            Invalid: the key is none.
        """
        offset = self._pieces.offset(key)
        job = self._job(key)
        return _status(job) if job else FileResult(FileState.PARTIAL, "", offset=offset)

    def cancel(self, key: str) -> FileResult:
        """Stop a file and remove what came of it; one that is a recording already stays one.

        Raises:
            Invalid: the key is none.
        """
        with self._pieces.locked(key):  # else finish() could make a job of it after the look
            job = self._job(key)
            if job and job.active and not self._jobs.cancel(job.id):
                return self.result(key)
            self._pieces.remove(key)
            if job and not job.active and job.result:
                return _status(job)
            return FileResult(FileState.CANCELLED, "")

    def open_files(self) -> list[dict[str, Any]]:
        """Files that are being read or wait for an answer: for a page that has just loaded."""
        files = [
            {"key": ticket.key, "size": ticket.size, "name": ticket.path, **_status(job).to_json()}
            for ticket in self._pieces.tickets()
            if (job := self._job(ticket.key))
        ]
        return [file for file in files if file["state"] not in {FileState.ADDED, FileState.HERE}]

    # -- at the start, and from the data folder ---------------------------------------------------------

    def resume(self) -> int:
        """Go on with what an earlier run left: read complete files, remove stale pieces; returns how many."""
        swept = self._pieces.sweep()
        waiting = [ticket for ticket in self._pieces.tickets() if self._is_left_over(ticket)]
        for ticket in waiting:
            self._resubmit(ticket)
        if swept or waiting:
            log.info("Uploads: %d go on, %d stale files removed", len(waiting), swept)
        return len(waiting)

    def discover(self) -> list[Found]:
        """CSV files that lie in the data folder itself and are no recordings yet."""
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
            known = all_paths(connection)
        mine = [item for item in sorted(root.iterdir()) if item not in ours]
        found = folders.find(mine, root)
        return [item for item in found if not item.reason and item.path not in known]

    def add_discovered(self, paths: Sequence[str] | None = None, owner: str = "") -> list[Ticket]:
        """Read files that :meth:`discover` finds: all, or those of ``paths``."""
        wanted = None if paths is None else set(paths)
        return [self._take(item, owner) for item in self.discover() if wanted is None or item.path in wanted]

    def add_samples(self) -> list[Ticket]:
        """Read the recordings that ship with the program: at the first start, into an empty database."""
        mark = self._settings.data_dir / ".samples-added"
        with self._jobs.database.read() as connection:
            empty = not all_paths(connection)
        if mark.exists() or not empty or not self._settings.samples_dir.is_dir():
            return []
        samples = folders.find([self._settings.samples_dir], self._settings.samples_dir.parent)
        tickets = [self._take(item, "") for item in samples if not item.reason]
        if tickets:
            mark.touch()
        return tickets

    # -- from the command line --------------------------------------------------------------------------

    def import_paths(
        self,
        paths: Iterable[Path],
        root: Path | None = None,
        decision: str = "",
        progress: Progress | None = None,
    ) -> Iterator[FileResult]:
        """Add files and folders in this process, one after the other; yields what became of each file.

        Names are as ``folders.find`` says; what a folder holds beside CSV files is yielded as skipped.
        ``decision`` is for names that are taken by other bytes: "" reports them, "keep" adds a number.
        """
        for item in folders.find(paths, root):
            if item.reason:
                state = FileState.REFUSED if item.given else FileState.SKIPPED
                yield FileResult(state, item.path, reason=item.reason)
            else:
                yield self._import(item, decision, progress or (lambda _fraction, _message: None))

    def _import(self, item: Found, decision: str, progress: Progress) -> FileResult:
        """Add one file; whatever goes wrong with it is told, so that the next one gets its turn."""
        try:
            return self._read_and_land(item, decision, progress)
        except TidemarkError as error:
            return FileResult(FileState.REFUSED, item.path, reason=str(error))
        except Exception:
            reference = new_reference()
            log.exception("[%s] %s could not be added", reference, quoted(item.path))
            reason = f"something unexpected happened; the log has the details under reference {reference}"
            return FileResult(FileState.FAILED, item.path, reason=reason)

    def _read_and_land(self, item: Found, decision: str, progress: Progress) -> FileResult:
        from services.upload_job import read_file  # heavy (pyarrow), and the web process never needs it

        ticket = Ticket(
            secrets.token_hex(32), item.path, item.size, decision, source=str(item.file.resolve())
        )
        try:
            outcome = read_file(self._arguments(ticket), progress)
            with self._jobs.database.write() as connection:
                return land(connection, self._recordings, ticket.path, decision, outcome)
        finally:
            with suppress(OSError):  # swept later
                self._pieces.remove(ticket.key)

    # -- jobs -------------------------------------------------------------------------------------------

    def _take(self, item: Found, owner: str) -> Ticket:
        ticket = Ticket(
            secrets.token_hex(32), item.path, item.size, source=str(item.file.resolve()), owner=owner
        )
        self._pieces.write_ticket(ticket)
        self._resubmit(ticket)
        return ticket

    def _resubmit(self, ticket: Ticket) -> None:
        try:
            self._submit(ticket)
        except TidemarkError as error:
            log.warning("%s was left out: %s", quoted(ticket.path), error)
            self._pieces.remove(ticket.key)

    def _submit(self, ticket: Ticket) -> FileResult:
        self._pieces.write_ticket(replace(ticket, attempts=ticket.attempts + 1))
        return self._queue(ticket)

    def _queue(self, ticket: Ticket) -> FileResult:
        job_id = self._jobs.submit(JOB, self._arguments(ticket), ticket.owner)
        self._job_of[ticket.key] = job_id
        return FileResult(FileState.WORKING, ticket.path, job=job_id)

    def _arguments(self, ticket: Ticket) -> dict[str, Any]:
        with self._jobs.database.read() as connection:
            rival = find_rival(connection, ticket.path)
        return {
            "key": ticket.key,
            "path": ticket.path,
            "decision": ticket.decision,
            "source": ticket.source,
            "full": str(self._pieces.full(ticket.key)),
            "store": str(self._settings.store_dir),
            "uploads": str(self._settings.uploads_dir),
            "only_hash": rival is not None and ticket.decision != KEEP,
            "restore": rival.sha256 if rival and not self._recordings.is_whole(rival.id) else "",
        }

    def _land(self, connection: Connection, job: Job, outcome: dict[str, Any]) -> dict[str, Any]:
        path, decision = job.arguments["path"], job.arguments["decision"]
        result = land(connection, self._recordings, path, decision, outcome)
        log.info("%s: %s %s", quoted(path), result.state, result.reason)
        return result.to_json()

    def _ended(self, job: Job) -> None:
        """Bytes stay while an answer is awaited, and where trying again may help."""
        if _is_settled(job):
            self._pieces.remove(job.arguments["key"])

    def _job(self, key: str) -> Job | None:
        if job_id := self._job_of.get(key):
            return self._jobs.get(job_id)
        job = self._jobs.newest(JOB, "key", key)
        if job:
            self._job_of[key] = job.id
        return job

    def _is_left_over(self, ticket: Ticket) -> bool:
        job = self._job(ticket.key)
        unfinished = job is None or job.state == JobState.INTERRUPTED
        there = bool(ticket.source) or self._pieces.full(ticket.key).exists()
        return unfinished and there and ticket.attempts < MOST_ATTEMPTS

    def _local(self, key: str) -> Ticket | None:
        """The ticket of a file that is not copied yet."""
        ticket = self._pieces.ticket(key)
        return ticket if ticket and ticket.source and not self._pieces.full(key).exists() else None

    def _settled_without(self, key: str) -> Job | None:
        """The job that has or will have the result, when no bytes came since and it left nothing open."""
        if self._pieces.part(
            key
        ).exists():  # the usual case: a new file, for which there is no job to look up
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


def _is_settled(job: Job) -> bool:
    if job.state == JobState.DONE:
        return _status(job).state != FileState.SAME_NAME
    return job.state == JobState.CANCELLED


def _status(job: Job) -> FileResult:
    path = job.arguments["path"]
    if job.active:
        return FileResult(FileState.WORKING, path, job=job.id, progress=job.progress, message=job.message)
    if job.state == JobState.DONE and job.result:
        return FileResult(**{**job.result, "state": FileState(job.result["state"])})
    if job.state == JobState.CANCELLED:
        return FileResult(FileState.CANCELLED, path)
    return FileResult(FileState.FAILED, path, reason=job.error or "")
