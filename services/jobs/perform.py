"""Execution of a job in a worker: claim the row, prepare, call the function, store the result and end the row.

All runners use it. A worker whose job was claimed by another worker, or cancelled while queued, does nothing.
"""

from __future__ import annotations

import importlib
import logging
import threading
import time
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from services.accounts import acting
from services.accounts.users import owner_of_job
from services.errors import TidemarkError
from services.jobs import rows
from services.jobs.model import Job, JobKind, JobState
from services.log import new_reference
from services.storage.db import Database

log = logging.getLogger(__name__)

REPORT_SECONDS = 0.2
BEAT_SECONDS = 2.0
MOST_TOGETHER = 64  # maximum number of jobs executed together

Report = Callable[[float, str], None]


class Cancelled(BaseException):
    """Raised by ``report`` when the row is cancelled; a BaseException, so that functions do not catch it."""


@dataclass(frozen=True)
class FinishedJobs:
    """Jobs that a worker has finished; ``unwritten``: errors by id of jobs whose end could not be written."""

    ids: tuple[str, ...] = ()
    unwritten: dict[str, str] = field(default_factory=dict)


class Performer:
    """Executes jobs in this process."""

    def __init__(self, database: Database, kinds: Mapping[str, JobKind], remote: bool) -> None:
        self._database = database
        self._kinds = kinds
        self._remote = remote
        self._unwritten: dict[str, str] = {}

    def perform(self, job_id: str) -> FinishedJobs:
        """Execute a job and the queued jobs that join it; every error ends their rows."""
        jobs = self._claim(job_id)
        if not jobs:
            return FinishedJobs()
        clock = time.monotonic()
        with self._beating(jobs):
            self._do(jobs)
        milliseconds = (time.monotonic() - clock) * 1000
        log.info("%d job(s) of kind %s ended after %d ms: %s", len(jobs), jobs[0].kind, milliseconds, job_id)
        return FinishedJobs(tuple(job.id for job in jobs), self._unwritten)

    def _claim(self, job_id: str) -> list[Job]:
        """Mark the job and those that join it as running here; empty if the job is not queued."""
        with self._database.read() as connection:  # most jobs that ran together with another are already done
            if not rows.is_queued(connection, job_id):
                return []
        with self._database.write() as connection:
            first = rows.claim(connection, [job_id])
            if not first:
                return []
            joins = self._kinds[first[0].kind].joins
            if not joins or not joins(first[0].arguments):
                return first
            waiting = rows.waiting_alike(connection, first[0], MOST_TOGETHER - 1)
            more = rows.claim(connection, [job.id for job in waiting if joins(job.arguments)])
        return [*first, *more]

    @contextmanager
    def _beating(self, jobs: list[Job]) -> Iterator[None]:
        """Write the heartbeat of a remote worker; a worker on this machine is identified by its process id."""
        if not self._remote:
            yield
            return
        stop, ids = threading.Event(), [job.id for job in jobs]

        def beat() -> None:
            while not stop.wait(BEAT_SECONDS):
                try:
                    with self._database.write() as connection:
                        rows.beat(connection, ids)
                except Exception:
                    log.exception("The heartbeat of job %s could not be written", ids[0])

        thread = threading.Thread(target=beat, name="beat", daemon=True)
        thread.start()
        try:
            yield
        finally:
            stop.set()
            thread.join()

    def _do(self, jobs: list[Job]) -> None:
        try:
            answers = self._answers(jobs)
            if answers is None:  # running them together failed: run each separately
                for job in jobs:
                    self._do([job])
                return
            self._end(jobs, answers)
        except Cancelled:
            log.info("Job %s stopped: cancelled", jobs[0].id)
            if self._remote:
                with self._database.write() as connection:
                    rows.let_go(connection, [job.id for job in jobs])
        except Exception as problem:
            reference = new_reference()
            log.error("[%s] Jobs %s could not be handled", reference, jobs[0].id, exc_info=problem)
            for job in jobs:
                self._end_alone(job, {"error": unexpected(reference)})

    def _answers(self, jobs: list[Job]) -> list[dict[str, Any]] | None:
        """The answer of each job; None when executing several together failed."""
        kind = self._kinds[jobs[0].kind]
        try:
            arguments = [
                {**job.arguments, **(kind.prepare(job) if kind.prepare else {}), "job": job.id}
                for job in jobs
            ]
        except TidemarkError as problem:
            return [{"error": str(problem)} for _ in jobs]
        if len(jobs) == 1:
            return [call(kind.function, arguments[0], self._report(jobs[0]))]
        return call(kind.together, {"jobs": arguments}, _silent).get("result")

    def _report(self, job: Job) -> Report:
        """Write progress, at most every ``REPORT_SECONDS``; raise :class:`Cancelled` if the row is cancelled."""
        last = 0.0

        def report(fraction: float, message: str) -> None:
            nonlocal last
            now = time.monotonic()
            if now - last < REPORT_SECONDS:
                return
            last = now
            try:
                with self._database.write() as connection:
                    share = min(1.0, max(0.0, float(fraction)))
                    running = rows.progressed(connection, job.id, share, message)
            except Exception:
                log.exception("The progress of job %s could not be written; the job continues", job.id)
                return
            if not running:
                raise Cancelled

        return report

    # -- the end ----------------------------------------------------------------------------------------

    def _end(self, jobs: list[Job], answers: list[dict[str, Any]]) -> None:
        """Write the ends of jobs, in one transaction if possible."""
        pairs = list(zip(jobs, answers, strict=True))
        try:
            if len(pairs) > 1:
                with self._database.write() as connection:
                    for job, answer in pairs:
                        self._note_end(connection, job, _verdict(job, answer), answer.get("result"))
                return
        except Exception:
            log.warning("%d jobs could not be ended in one transaction; ending each separately", len(pairs))
        for job, answer in pairs:
            self._end_alone(job, answer)

    def _end_alone(self, job: Job, answer: dict[str, Any]) -> None:
        try:
            verdict = _verdict(job, answer)
            try:
                with self._database.write() as connection:
                    self._note_end(connection, job, verdict, answer.get("result"))
            except Exception as problem:
                failed = (JobState.FAILED, _sentence(job, problem))
                with self._database.write() as connection:
                    self._note_end(connection, job, failed, None)
        except Exception as problem:
            log.exception("The end of job %s could not be written", job.id)
            self._unwritten[job.id] = not_written(problem)

    def _note_end(
        self, connection: Any, job: Job, verdict: tuple[JobState, str | None], result: dict[str, Any] | None
    ) -> None:
        state, error = verdict
        land = self._kinds[job.kind].land
        done = {"progress": 1.0} if state == JobState.DONE else {}
        if not rows.end(connection, job.id, state, error=error, **done):
            return  # cancelled meanwhile: discard the result
        if result is not None and land:
            with acting.on_behalf_of(owner_of_job(connection, job.owner)):
                result = land(connection, job, result)
        if result is not None:
            rows.set_result(connection, job.id, result)


def call(function: str, arguments: dict[str, Any], report: Report) -> dict[str, Any]:
    """The :func:`answer` of ``"module:name"``, called with ``arguments``."""
    module, name = function.split(":")
    return answer(lambda: getattr(importlib.import_module(module), name)(arguments, report))


def answer(work: Callable[[], Any]) -> dict[str, Any]:
    """Call ``work``.

    Returns:
        ``{"result": …}``, ``{"error": sentence}`` for a TidemarkError, or ``{"traceback": text}``.
    """
    try:
        return {"result": work()}
    except TidemarkError as error:
        return {"error": str(error)}
    except MemoryError:
        return {"error": "There was not enough memory for this. Close other programs or split the file."}
    except Exception:
        return {"traceback": traceback.format_exc()}


def import_pool(kinds: Mapping[str, JobKind], pool: str) -> None:
    """Import the modules of a pool's jobs, so that its first job starts without delay."""
    for kind in kinds.values():
        if kind.pool == pool:
            importlib.import_module(kind.function.split(":")[0])


def unexpected(reference: str) -> str:
    """The message for an unexpected error, with the reference of the log entry."""
    return f"Something unexpected went wrong. The log has the details under reference {reference}."


def not_written(problem: Exception) -> str:
    """The message for a job whose end could not be written to the database."""
    return f"The result could not be written ({type(problem).__name__}). Is the disk full?"


def _silent(_fraction: float, _message: str) -> None:
    """A ``report`` that does nothing, for jobs executed together, which are short."""


def _verdict(job: Job, answer: dict[str, Any]) -> tuple[JobState, str | None]:
    if "result" in answer:
        return JobState.DONE, None
    if "error" in answer:
        return JobState.FAILED, answer["error"]
    reference = new_reference()
    log.error("[%s] Job %s (%s) failed\n%s", reference, job.id, job.kind, answer.get("traceback"))
    return JobState.FAILED, unexpected(reference)


def _sentence(job: Job, problem: Exception) -> str:
    if isinstance(problem, TidemarkError):
        return str(problem)
    reference = new_reference()
    log.error("[%s] Job %s (%s) could not be landed", reference, job.id, job.kind, exc_info=problem)
    return unexpected(reference)
