"""The queue of jobs, as the rest of the program sees it."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

from sqlalchemy import Connection

from services.errors import TidemarkError
from services.jobs import rows
from services.jobs.lane import Lane
from services.jobs.model import Job, JobKind, JobState
from services.jobs.process import WorkerDiedError
from services.log import new_reference
from services.settings import Settings
from services.storage.db import Database

log = logging.getLogger(__name__)

CANCELLED = "It was cancelled."


class Jobs:
    """Every job is a row from the moment it is submitted; what it leaves is landed in one transaction.

    Thread-safe. No process is started before :meth:`start` or the first :meth:`submit`.
    """

    def __init__(self, database: Database, _settings: Settings) -> None:
        self.database = database
        self._kinds: dict[str, JobKind] = {}
        self._lanes: dict[str, Lane] = {}
        self._lock = threading.Lock()
        self._stopping = False
        # Why a job failed whose end the database could not note (disk full): else it would seem to run for ever.
        self._unsaved: dict[str, str] = {}

    def register(self, name: str, kind: JobKind) -> None:
        """Make ``name`` a kind of job; before :meth:`start`, so that the worker imports its module early."""
        self._kinds[name] = kind

    def start(self) -> None:
        """Mark as interrupted what a dead process left, and warm up the workers."""
        with self.database.write() as connection:
            count = rows.interrupt(connection, rows.is_dead)
        if count:
            log.info("Interrupted jobs of an earlier run: %d", count)
        for kind in self._kinds.values():
            if kind.eager:
                self._lane(kind)

    def warm(self, kind: str) -> None:
        """Start the worker of a kind, if it is not there, so that the next job does not wait for it."""
        self._lane(self._kinds[kind])

    def kinds(self) -> dict[str, JobKind]:
        """Every kind of job, by name."""
        return dict(self._kinds)

    def stop(self) -> None:
        """End the workers; what waits or runs becomes interrupted."""
        self._stopping = True
        with self._lock:
            lanes = list(self._lanes.values())
        for lane in lanes:
            lane.stop()
        with self.database.write() as connection:
            rows.interrupt(connection, lambda pid, created: (pid, created) == rows.this_process())

    def submit(
        self, kind: str, arguments: dict[str, Any], owner: str = "", recording_id: int | None = None
    ) -> str:
        """Queue a job and return its id. ``arguments`` are values that JSON can hold."""
        return self.submit_all(kind, [(arguments, owner)], [recording_id])[0]

    def submit_all(
        self,
        kind: str,
        wanted: Sequence[tuple[dict[str, Any], str]],
        recordings: Sequence[int | None] | None = None,
    ) -> list[str]:
        """Queue a job for each arguments and owner, in one transaction; returns their ids.

        Args:
            recordings: the recording each job is about.
        """
        about = [None] * len(wanted) if recordings is None else recordings
        made = [
            _queued(kind, arguments, owner, recording)
            for (arguments, owner), recording in zip(wanted, about, strict=True)
        ]
        lane = self._lane(self._kinds[kind])
        with self.database.write() as connection:
            for job in made:
                rows.add(connection, job)
        for job in made:
            lane.put(job.id)
        return [job.id for job in made]

    def get(self, job_id: str) -> Job:
        """The job as it stands.

        Raises:
            NotFound: there is no such job.
        """
        with self.database.read() as connection:
            return self._as_ended(rows.get(connection, job_id))

    def some(self, ids: Sequence[str]) -> list[Job]:
        """The jobs of those ids as they stand, in their order; unknown ones are left out."""
        with self.database.read() as connection:
            return [self._as_ended(job) for job in rows.some(connection, ids)]

    def active(self) -> list[Job]:
        """Jobs that wait or run, oldest first."""
        with self.database.read() as connection:
            return [job for job in rows.active(connection) if job.id not in self._unsaved]

    def newest(self, kind: str, argument: str, value: str) -> Job | None:
        """The newest job of ``kind`` whose text argument ``argument`` is ``value``, or None."""
        with self.database.read() as connection:
            job = rows.newest(connection, kind, argument, value)
        return self._as_ended(job) if job else None

    def cancel(self, job_id: str) -> bool:
        """Stop a job; False when it had already ended.

        Raises:
            NotFound: there is no such job.
        """
        job = self.get(job_id)
        with self.database.write() as connection:
            if not rows.end(connection, job_id, JobState.CANCELLED, error=CANCELLED):
                return False
        log.info("Job %s (%s) cancelled", job_id, job.kind)
        kind = self._kinds[job.kind]
        if not self._lane(kind).kill_if_current(job_id):
            self._ended(job_id)  # else the lane's thread does it, when the worker is gone
        return True

    def worker_pids(self) -> list[int]:
        """Process ids of the workers that are running."""
        with self._lock:
            return [pid for lane in self._lanes.values() if (pid := lane.worker.pid) is not None]

    def _lane(self, kind: JobKind) -> Lane:
        with self._lock:
            if kind.lane not in self._lanes:
                functions = [other.function for other in self._kinds.values() if other.lane == kind.lane]
                modules = sorted({function.split(":")[0] for function in functions})
                self._lanes[kind.lane] = Lane(kind.lane, modules, self._work)
            return self._lanes[kind.lane]

    def _as_ended(self, job: Job) -> Job:
        error = self._unsaved.get(job.id)
        return job if error is None else replace(job, state=JobState.FAILED, error=error)

    def _work(self, lane: Lane, ids: list[str]) -> None:
        """Do jobs in their order, those that join each other together; whatever goes wrong ends their rows."""
        try:
            known = self.some(ids)
        except Exception as problem:
            self._fail(ids, problem)
            return
        for _, group in groupby(known, key=self._joined):
            self._attempt(lane, [job.id for job in group])

    def _joined(self, job: Job) -> str:
        joins = self._kinds[job.kind].joins
        return job.kind if joins and joins(job.arguments) else job.id

    def _attempt(self, lane: Lane, ids: list[str]) -> None:
        try:
            with lane.doing(ids):
                self._do(lane, ids)
        except Exception as problem:
            self._fail(ids, problem)

    def _fail(self, ids: list[str], problem: Exception) -> None:
        reference = new_reference()
        log.error("[%s] Jobs %s could not be handled", reference, ids, exc_info=problem)
        for job_id in ids:
            self._give_up(job_id, _unexpected(reference))

    def _give_up(self, job_id: str, error: str) -> None:
        try:
            with self.database.write() as connection:
                ended = rows.end(connection, job_id, JobState.FAILED, error=error)
        except Exception:
            log.exception("The end of job %s could not be written", job_id)
            self._unsaved[job_id], ended = error, True
        if ended:  # else it had ended before, and only what came after that went wrong
            self._ended(job_id)

    def _do(self, lane: Lane, ids: list[str]) -> None:
        jobs = [job for job in self.some(ids) if job.active]
        if self._stopping or not jobs:
            return
        started, clock = datetime.now(UTC), time.monotonic()
        answers = self._answers(lane, jobs, started)
        if answers is None:  # together it did not work: each has its own turn
            for job in jobs:
                self._attempt(lane, [job.id])
            return
        self._end(jobs, answers, started)
        milliseconds = (time.monotonic() - clock) * 1000
        log.info(
            "%d job(s) of kind %s ended after %d ms: %s", len(jobs), jobs[0].kind, milliseconds, jobs[0].id
        )
        for job in jobs:
            self._ended(job.id)

    def _answers(self, lane: Lane, jobs: list[Job], started: datetime) -> list[dict[str, Any]] | None:
        """What the worker says to each job; None when it did not manage several at once."""

        def note(progress: float, message: str) -> None:
            try:
                with self.database.write() as connection:
                    for job in jobs:
                        rows.progressed(connection, job.id, progress, message, started)
            except Exception:
                log.exception("The progress of job %s could not be written; it goes on", jobs[0].id)

        kind = self._kinds[jobs[0].kind]
        if kind.shown:  # it may be long before it says something itself
            note(0.0, "Beginning")
        try:
            told = [
                {**job.arguments, **(kind.prepare(job) if kind.prepare else {}), "job": job.id}
                for job in jobs
            ]
        except TidemarkError as problem:
            return [{"error": str(problem)} for _ in jobs]
        if kind.prepare and not self.get(jobs[0].id).active:
            return [
                {"died": CANCELLED} for _ in jobs
            ]  # meanwhile; the worker was ended before it had the job
        if len(jobs) == 1:
            task = {"function": kind.function, "arguments": told[0]}
        else:
            task = {"function": kind.together, "arguments": {"jobs": told}}
        try:
            answer = lane.worker.run(task, note)
        except WorkerDiedError as death:
            answer = {"died": str(death)}
        if len(jobs) == 1:
            return [answer]
        return answer.get("result")

    def _end(self, jobs: list[Job], answers: list[dict[str, Any]], started: datetime) -> None:
        """Note the ends of jobs, in one transaction where that goes well."""
        pairs = list(zip(jobs, answers, strict=True))
        try:
            if len(pairs) > 1:
                with self.database.write() as connection:
                    for job, answer in pairs:
                        verdict = self._verdict(job, answer)
                        self._note_end(connection, job, verdict, started, answer.get("result"))
                return
        except Exception:
            log.warning("%d jobs could not be ended together; each is by itself", len(pairs))
        for job, answer in pairs:
            self._end_alone(job, answer, started)

    def _end_alone(self, job: Job, answer: dict[str, Any], started: datetime) -> None:
        try:
            verdict = self._verdict(job, answer)
            try:
                with self.database.write() as connection:
                    self._note_end(connection, job, verdict, started, answer.get("result"))
            except Exception as problem:
                with self.database.write() as connection:
                    failed = (JobState.FAILED, _sentence(job, problem))
                    self._note_end(connection, job, failed, started, None)
        except Exception as problem:
            log.exception("The end of job %s could not be written", job.id)
            sentence = f"The result could not be written ({type(problem).__name__}). Is the disk full?"
            self._unsaved[job.id] = sentence

    def _note_end(
        self,
        connection: Connection,
        job: Job,
        verdict: tuple[JobState, str | None],
        started: datetime,
        result: dict[str, Any] | None,
    ) -> None:
        state, error = verdict
        land = self._kinds[job.kind].land
        done = {"progress": 1.0} if state == JobState.DONE else {}
        if not rows.end(connection, job.id, state, error=error, started_at=started, **done):
            return  # cancelled meanwhile: nothing lands
        if result is not None:
            rows.set_result(connection, job.id, land(connection, job, result) if land else result)

    def _verdict(self, job: Job, answer: dict[str, Any]) -> tuple[JobState, str | None]:
        if "result" in answer:
            return JobState.DONE, None
        if "error" in answer:
            return JobState.FAILED, answer["error"]
        if self._stopping:
            return JobState.INTERRUPTED, rows.PROGRAM_ENDED
        if "died" in answer:
            log.warning("The worker died in job %s (%s): %s", job.id, job.kind, answer["died"])
            return JobState.INTERRUPTED, (
                f"It was interrupted: the worker process ended unexpectedly ({answer['died']}). "
                "Try again; if it happens again, it may need more memory than this machine has."
            )
        reference = new_reference()
        log.error("[%s] Job %s (%s) failed\n%s", reference, job.id, job.kind, answer.get("traceback"))
        return JobState.FAILED, _unexpected(reference)

    def _ended(self, job_id: str) -> None:
        job = self.get(job_id)
        if hook := self._kinds[job.kind].ended:
            hook(job)


def _queued(kind: str, arguments: dict[str, Any], owner: str, recording_id: int | None) -> Job:
    return Job(
        id=str(uuid.uuid4()),
        kind=kind,
        arguments=arguments,
        recording_id=recording_id,
        owner=owner,
        state=JobState.QUEUED,
        progress=0.0,
        message="",
        result=None,
        error=None,
        created_at=datetime.now(UTC),
        started_at=None,
        finished_at=None,
    )


def _sentence(job: Job, problem: Exception) -> str:
    if isinstance(problem, TidemarkError):
        return str(problem)
    reference = new_reference()
    log.error("[%s] Job %s (%s) could not be landed", reference, job.id, job.kind, exc_info=problem)
    return _unexpected(reference)


def _unexpected(reference: str) -> str:
    return f"Something unexpected went wrong. The log has the details under reference {reference}."
