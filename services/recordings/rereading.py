"""Read a recording again with other reading options: preview, job, and change of the labels.

Labels stay on their rows of the source. A recording and all its labels change to the new reading in one transaction.
"""

from __future__ import annotations

import logging
import shutil
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import uuid4

from sqlalchemy import Connection, select

from services.errors import Conflict, NotFound
from services.ingest.reading_options import ReadingOptions
from services.jobs import Job, JobKind, Jobs, JobState
from services.recordings import edit_log
from services.recordings.edit_log import Edit
from services.recordings.remembered_options import RememberedReadings
from services.recordings.repin import Repinned, refit, same_samples
from services.recordings.repository import LIVE, Recording, change, measures, reading_version, recording_row
from services.recordings.service import Recordings
from services.settings import Settings
from services.storage.tables import recordings
from services.timeseries import Store, StoreInfo
from services.wording import counted

log = logging.getLogger(__name__)

JOB = "reread"
WORKING, DONE, ASKS, REFUSED = "working", "done", "asks", "refused"


@dataclass(frozen=True)
class RereadState:
    """State of a reading with a message; ``field`` is the name of an invalid option.

    ``asks``: nothing was changed yet, because labels would be lost.
    """

    state: str
    sentence: str = ""
    field: str = ""
    job: str = ""
    progress: float = 0.0

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)


class Rereading:
    """Reads recordings again with other options. Thread-safe."""

    def __init__(self, settings: Settings, recordings: Recordings, jobs: Jobs) -> None:
        self._settings = settings
        self._recordings = recordings
        self._jobs = jobs
        self._remembered = RememberedReadings(jobs.database)
        function = "services.recordings.rereading_job:read_again"
        jobs.register(JOB, JobKind(function, self._land, self._ended, pool="ingest"))

    def options_of(self, recording: int) -> ReadingOptions:
        """The user's reading options of a recording.

        Raises:
            NotFound: unknown recording.
        """
        return ReadingOptions.from_json(self._recordings.get(recording).reading or {})

    def version(self, recording: int, options: ReadingOptions) -> str:
        """The ``reading_version`` of a recording after it is read with ``options``.

        Raises:
            NotFound: unknown recording.
        """
        row = self._recordings.get(recording)
        return reading_version(
            replace(row, store_key=options.store_key(row.sha256), reading=options.to_json() or None)
        )

    def preview(self, recording: int, options: ReadingOptions) -> dict[str, Any]:
        """Preview of the first rows (``ingest.preview.ReadingPreview`` as plain values).

        Raises:
            NotFound: unknown recording, or its bytes are missing.
            RefusedFile: it cannot be read with these options.
            WrongOption: an option is invalid for this file.
        """
        from services.ingest.preview import preview  # imports pyarrow, rarely needed

        row = self._recordings.get(recording)
        return preview(self._recordings.source_path(row), row.path, options).to_json()

    def start(
        self, recording: int, options: ReadingOptions, drop: bool = False, owner: str = ""
    ) -> RereadState:
        """Start a job that reads a recording again; a change of units only is applied at once.

        Args:
            drop: remove labels that do not fit (they stay in the history).

        Raises:
            NotFound: unknown recording, or its bytes are missing.
        """
        row = self._recordings.get(recording)
        key = options.store_key(row.sha256)
        if key == row.store_key:
            with self._jobs.database.write() as connection:
                change(connection, LIVE, recordings.c.id == recording, reading=options.to_json() or None)
            return RereadState(DONE, "The units are changed.")
        arguments = {
            "path": row.path,
            "source": str(self._recordings.source_path(row)),
            "store": str(self._settings.store_dir),
            "sha256": row.sha256,
            "options": options.to_json(),
            "from": row.store_key,
            "drop": drop,
        }
        return RereadState(WORKING, job=self._jobs.submit(JOB, arguments, owner, recording))

    def remember(self, recording: int, options: ReadingOptions) -> None:
        """Use the options for later files of the same shape.

        Raises:
            NotFound, RefusedFile, WrongOption: as :meth:`preview`.
        """
        row = self._recordings.get(recording)
        source = self._recordings.source_path(row)
        self._remembered.remember(self._remembered.entry(source, row.path, options))

    def alike(self, recording: int) -> list[int]:
        """Other recordings in the same folder and its sub-folders that were read with the same columns."""
        row = self._recordings.get(recording)
        folder = row.path.rpartition("/")[0]
        shape = _columns(self._recordings.store(recording).info)
        others = []
        for other in self._recordings.list():
            inside = not folder or other.path.startswith(f"{folder}/")
            if other.id == recording or not inside or not self._recordings.is_whole(other.id):
                continue
            if _columns(self._recordings.store(other.id).info) == shape:
                others.append(other.id)
        return others

    def result(self, recording: int, job_id: str) -> RereadState:
        """State of a reading.

        Raises:
            NotFound: unknown reading of this recording.
        """
        job = self._jobs.get(job_id)
        if job.kind != JOB or job.recording_id != recording:
            raise NotFound("There is no such reading of this file.")
        if job.active:
            return RereadState(WORKING, job.message, job=job.id, progress=job.progress)
        if job.state == JobState.DONE and job.result:
            return RereadState(**job.result)
        return RereadState(REFUSED, job.error or "")

    def running(self, recording: int) -> RereadState | None:
        """The queued or running reading of a recording, for a page that was just loaded."""
        for job in self._jobs.active():
            if job.kind == JOB and job.recording_id == recording:
                return self.result(recording, job.id)
        return None

    def cancel(self, recording: int, job_id: str) -> bool:
        """Stop a reading; False if it had ended.

        Raises:
            NotFound: unknown reading of this recording.
        """
        self.result(recording, job_id)
        return self._jobs.cancel(job_id)

    def _land(self, connection: Connection, job: Job, outcome: dict[str, Any]) -> dict[str, Any]:
        """Switch to the new columns, with all labels, or return the reason why not."""
        if "refused" in outcome:
            return RereadState(REFUSED, outcome["refused"], outcome["field"]).to_json()
        recording = job.recording_id or 0
        edit_log.lock(connection, recording)
        row = Recording(**recording_row(connection, recording)._mapping)
        if row.store_key != job.arguments["from"]:
            raise Conflict("This file was read again by another user meanwhile. Check it, then try again.")
        options = ReadingOptions.from_json(job.arguments["options"])
        old = self._recordings.open(row)
        new = Store.open(self._folder(options.store_key(row.sha256)))
        result = refit(old, new, edit_log.all_kept(connection, recording))
        if not result.fits and not job.arguments["drop"]:
            return RereadState(ASKS, _question(result)).to_json()
        _note(connection, job, result, same_samples(old, new))
        change(
            connection,
            recordings.c.id == recording,
            store_key=new.key,
            reading=options.to_json() or None,
            **measures(new.info),
        )
        log.info("recording %s: read again as %s, %d labels lost", recording, new.key, len(result.misfits))
        return RereadState(DONE, _result_text(result)).to_json()

    def _folder(self, key: str) -> Any:
        return self._settings.store_dir / key[:2] / key

    def _ended(self, job: Job) -> None:
        """Remove unused columns of these bytes; those of the automatic reading stay, for going back."""
        if job.state == JobState.DONE and (job.result or {}).get("state") == ASKS:
            return
        sha256 = job.arguments["sha256"]
        with self._jobs.database.read() as connection:
            query = select(recordings.c.store_key).where(recordings.c.sha256 == sha256)
            used = set(connection.execute(query).scalars())
        for folder in (self._settings.store_dir / sha256[:2]).glob(f"{sha256}-*"):
            if folder.name not in used:
                shutil.rmtree(folder, ignore_errors=True)


def _columns(info: StoreInfo) -> tuple[Any, ...]:
    """Delimiter and columns of a reading: common to recordings of one shape."""
    names = [channel.name for channel in info.channels]
    left_out = [name for name, _ in info.reading.skipped]
    return info.reading.delimiter, info.reading.header, info.time.name, info.time.kind, names, left_out


def _note(connection: Connection, job: Job, result: Repinned, same: bool) -> None:
    """Move the labels, remove those that do not fit, and record it in the history."""
    before, after = result.changed
    lost = {misfit.id for misfit in result.misfits}
    dropped = [row for row in edit_log.all_kept(connection, job.recording_id or 0) if row["id"] in lost]
    edit_log.check_owners(dropped)
    words = (
        f"Read the file differently; {counted(len(lost), 'label')} dropped"
        if lost
        else "Read the file differently"
    )
    edit = Edit("reread", words, [*before, *dropped], after)
    edit_log.settle(connection, job.recording_id or 0, str(uuid4()), edit, job.owner, renumbered=not same)


def _question(result: Repinned) -> str:
    stay = len(result.before)
    return f"{counted(stay, 'label')} {'stays' if stay == 1 else 'stay'}. {result.sentence}"


def _result_text(result: Repinned) -> str:
    if not result.before and result.fits:
        return "The file is read again."
    lost = f", {counted(len(result.misfits), 'label')} dropped" if result.misfits else ""
    return f"Read again: {counted(len(result.before), 'label')} in place{lost}."
