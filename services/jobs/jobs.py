"""Job service: submit, look up and cancel jobs."""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from services.accounts import acting
from services.errors import Conflict, NotAllowed, TidemarkError
from services.jobs import rows
from services.jobs.model import Job, JobKind, JobState
from services.jobs.perform import FinishedJobs, Performer, not_written, unexpected
from services.jobs.runner import Runner
from services.log import new_reference
from services.settings import Settings
from services.storage.db import Database

log = logging.getLogger(__name__)

CANCELLED = "It was cancelled."
REMOTE_LOOK = 0.25  # polling interval in seconds for the end of a remote job
MOST_WAITING = 50_000  # limit of queued jobs, so that repeated clicks cannot fill the disk


class Jobs:
    """A job is a row from the moment it is submitted; its result is stored in the transaction that ends it.

    Thread-safe. No process is started before :meth:`start`, :meth:`warm` or the first :meth:`submit`.
    """

    def __init__(self, database: Database, _settings: Settings, runner: Runner) -> None:
        self.database = database
        self._kinds: dict[str, JobKind] = {}
        # Errors of jobs whose end could not be written (disk full); otherwise they would appear to run forever.
        self._unwritten: dict[str, str] = {}
        self._dismissed: set[str] = set()  # dismissed jobs of those
        self._ends = threading.Condition()
        self.use(runner)

    def use(self, runner: Runner) -> None:
        """Set the runner; call it before the first job."""
        self.runner = runner
        runner.attach(self)

    def register(self, name: str, kind: JobKind) -> None:
        """Register a kind of job; call it before :meth:`start`, so that workers import its module early."""
        self._kinds[name] = kind

    def kinds(self) -> dict[str, JobKind]:
        """All kinds of jobs, by name."""
        return dict(self._kinds)

    def start(self) -> None:
        """Mark jobs of dead processes as interrupted, requeue remote jobs that may be lost, warm the pools."""
        remote = self.runner.remote
        with self.database.write() as connection:
            count = rows.interrupt(
                connection, lambda pid, created: not (remote and pid is None) and rows.is_dead(pid, created)
            )
            waiting = rows.waiting_remote(connection) if remote else []
        if count:
            log.info("Interrupted jobs of an earlier run: %d", count)
        self.runner.start()
        for job in waiting:
            self.hand_over(job)
        for pool in {kind.pool for kind in self._kinds.values() if kind.eager}:
            self.runner.warm(pool)

    def warm(self, kind: str) -> None:
        """Start the worker of a kind of job if none runs, so that the next job starts without delay."""
        self.runner.warm(self._kinds[kind].pool, self._kinds[kind].warm)

    def stop(self) -> None:
        """End the workers; their queued and running jobs become interrupted."""
        self.runner.stop()
        with self.database.write() as connection:
            rows.interrupt(connection, lambda pid, created: (pid, created) == rows.this_process())

    # -- submitting -------------------------------------------------------------------------------------

    def submit(
        self, kind: str, arguments: dict[str, Any], owner: str = "", recording_id: int | None = None
    ) -> str:
        """Queue a job and return its id. ``arguments`` are JSON values."""
        return self.submit_all(kind, [(arguments, owner)], [recording_id])[0]

    def submit_all(
        self,
        kind: str,
        requests: Sequence[tuple[dict[str, Any], str]],
        recordings: Sequence[int | None] | None = None,
    ) -> list[str]:
        """Queue a job for each pair of arguments and owner, in one transaction; returns their ids.

        Args:
            recordings: the recording of each job.

        Raises:
            Busy: the queue of a remote runner does not answer; the jobs failed with that message.
            Conflict: too many jobs are queued; none was added.
        """
        about = [None] * len(requests) if recordings is None else recordings
        made = [
            _queued(kind, arguments, owner, recording)
            for (arguments, owner), recording in zip(requests, about, strict=True)
        ]
        with self.database.write() as connection:
            waiting = rows.waiting(connection)
            if waiting + len(made) > MOST_WAITING:
                raise Conflict(
                    f"{waiting:,} jobs are queued already. Try again when some of them have ended."
                )
            rows.add(connection, made, self.runner.remote)
        for job in made:
            self.hand_over(job)
        pool = self._kinds[kind].pool
        behind = [name for name, other in self._kinds.items() if other.gives_way and other.pool == pool]
        if behind and kind not in behind:
            self._put_behind(behind, {job.owner for job in made})
        return [job.id for job in made]

    def _put_behind(self, kinds: Collection[str], owners: Collection[str]) -> None:
        """Queue active jobs of ``owners`` again, behind those that were queued last."""
        for job in self.active():
            if job.kind in kinds and job.owner in owners:
                again = self.submit(job.kind, job.arguments, job.owner, job.recording_id)
                if not self.cancel(job.id):  # it has just ended
                    self.cancel(again)

    def hand_over(self, job: Job) -> None:
        """Pass a job to the runner; repeated calls, and calls for ended jobs, have no effect.

        Raises:
            Busy: the queue of a remote runner does not answer.
        """
        if job.state != JobState.QUEUED:
            return
        try:
            self.runner.hand_over(job.id, self._kinds[job.kind].pool)
        except TidemarkError as problem:
            self._give_up(job.id, JobState.FAILED, str(problem))
            raise

    # -- looking up -------------------------------------------------------------------------------------

    def get(self, job_id: str) -> Job:
        """The current state of a job.

        Raises:
            NotFound: unknown job.
        """
        with self.database.read() as connection:
            return self.as_ended(rows.get(connection, job_id))

    def by_ids(self, ids: Sequence[str]) -> list[Job]:
        """The current jobs with those ids, in the order of ``ids``; unknown ids are ignored."""
        with self.database.read() as connection:
            return [self.as_ended(job) for job in rows.by_ids(connection, ids)]

    def active(self) -> list[Job]:
        """Queued and running jobs, oldest first."""
        with self.database.read() as connection:
            return [job for job in rows.active(connection) if job.id not in self._unwritten]

    def newest(self, kind: str, argument: str, value: str) -> Job | None:
        """The newest job of ``kind`` whose text argument ``argument`` is ``value``, or None."""
        with self.database.read() as connection:
            job = rows.newest(connection, kind, argument, value)
        return self.as_ended(job) if job else None

    def as_ended(self, job: Job) -> Job:
        """The job itself, or marked as failed if its end could not be written to the database."""
        error = self._unwritten.get(job.id) if job.active else None
        return job if error is None else replace(job, state=JobState.FAILED, error=error)

    def wait_for_end(self, job_id: str, seconds: float) -> bool:
        """Wait for the end of a job, for a limited number of seconds; True when it has ended."""
        deadline = time.monotonic() + seconds
        with self._ends:
            while self.get(job_id).active:
                left = deadline - time.monotonic()
                if left <= 0:
                    return False
                self._ends.wait(min(left, REMOTE_LOOK) if self.runner.remote else left)
        return True

    def worker_pids(self) -> list[int]:
        """Process ids of the workers of this process."""
        return self.runner.pids()

    # -- ending -----------------------------------------------------------------------------------------

    def cancel(self, job_id: str) -> bool:
        """Cancel a job; False when it had already ended. Other jobs are not affected.

        Raises:
            NotFound: unknown job.
            NotAllowed: it belongs to another user.
        """
        job = self.get(job_id)
        check_owner(job)
        with self.database.write() as connection:
            claimed = rows.get(connection, job_id).state == JobState.RUNNING
            if not rows.end(connection, job_id, JobState.CANCELLED, error=CANCELLED):
                return False
        log.info("Job %s (%s) cancelled", job_id, job.kind)
        self.runner.withdraw(job_id, claimed)
        return True

    def forget(self, kinds: Collection[str], ids: Collection[str] | None) -> int:
        """Delete ended jobs of some kinds: those of ``ids``, or (None) all of the current user; returns their number.

        A job whose end could not be written is ended now, or at least hidden.

        Raises:
            NotAllowed: one of ``ids`` belongs to another user.
        """
        for job in self.by_ids(list(ids or ())):
            check_owner(job)
        unwritten = [job.id for job in self.by_ids(list(self._unwritten)) if acting.owns(job.owner)]
        mended = [identity for identity in unwritten if ids is None or identity in ids]
        self._dismissed.update(mended)
        try:
            with self.database.write() as connection:
                for job_id in mended:
                    rows.end(connection, job_id, JobState.FAILED, error=self._unwritten[job_id])
                return rows.forget(connection, kinds, ids, acting.owns)
        except TidemarkError:
            if not mended:
                raise
            return len(mended)

    @property
    def unwritten(self) -> frozenset[str]:
        """Jobs whose end could not be written."""
        return frozenset(self._unwritten)

    @property
    def dismissed(self) -> frozenset[str]:
        """Hidden jobs whose rows could not be removed yet."""
        return frozenset(self._dismissed)

    # -- for runners ------------------------------------------------------------------------------------

    def perform(self, job_id: str) -> FinishedJobs:
        """Execute a job in this process, which must be a worker."""
        return Performer(self.database, self._kinds, self.runner.remote).perform(job_id)

    def is_queued(self, job_id: str) -> bool:
        """True when a job waits for a worker; one that ran together with another does not."""
        with self.database.read() as connection:
            return rows.is_queued(connection, job_id)

    def settle(self, performed: FinishedJobs) -> None:
        """Called when a worker has finished these jobs."""
        self._unwritten.update(performed.unwritten)
        self.finished(performed.ids)

    def left_out(self, job_id: str) -> None:
        """Called when a worker did not do a job that was passed to it, since its row was not queued then.

        The row may be queued by now: jobs that were done together return to the queue if their worker is killed.
        """
        for job in self.by_ids([job_id]):
            self.hand_over(job)

    def finished(self, ids: Collection[str]) -> None:
        """Called when no worker holds these jobs any more: clean up ended jobs."""
        for job in self.by_ids(list(ids)) if ids else ():
            if not job.active and (hook := self._kinds[job.kind].ended):
                try:
                    hook(job)
                except Exception:
                    log.exception("Clean-up of job %s failed", job.id)
        with self._ends:
            self._ends.notify_all()

    def worker_died(self, job_id: str, pid: int, how: str) -> None:
        """Called when a worker on this machine died; jobs that it ran together are queued again one by one."""
        with self.database.read() as connection:
            jobs = rows.of_worker(connection, pid)
        log.warning("The worker died in job %s: %s", job_id, how)
        if len(jobs) > 1:
            self._one_by_one(jobs)
            return
        for job in jobs:
            self._give_up(job.id, JobState.INTERRUPTED, _died(how))
        lost = self.get(job_id)
        if lost.state == JobState.QUEUED:  # the worker died before it claimed the job
            self.hand_over(lost)
        elif job_id not in {job.id for job in jobs}:
            self.finished([job_id])

    def _one_by_one(self, jobs: list[Job]) -> None:
        with self.database.write() as connection:
            rows.wait_again(connection, [job.id for job in jobs])
        for job in self.by_ids([job.id for job in jobs]):
            self.hand_over(job)

    def lost(self, silent_since: datetime) -> int:
        """End jobs of remote workers without a heartbeat since the given time; returns their number."""
        with self.database.read() as connection:
            jobs = [job for job in rows.silent(connection, silent_since) if job.id not in self._unwritten]
        for job in jobs:
            log.warning("No heartbeat of the worker of job %s (%s)", job.id, job.kind)
            self._give_up(job.id, JobState.INTERRUPTED, _died("no heartbeat"))
        return len(jobs)

    def interrupted(self, job_id: str) -> None:
        """Called when a remote worker was asked to end in the middle of a job."""
        self._give_up(job_id, JobState.INTERRUPTED, rows.PROGRAM_ENDED)

    def fail(self, ids: Collection[str], problem: Exception) -> None:
        """End jobs as failed with a reference to the log."""
        reference = new_reference()
        log.error("[%s] Jobs %s could not be handled", reference, list(ids), exc_info=problem)
        for job_id in ids:
            self._give_up(job_id, JobState.FAILED, unexpected(reference))

    def has_company(self, job_id: str) -> bool:
        """True when the worker of a job also runs other jobs."""
        with self.database.read() as connection:
            return rows.jobs_in_worker(connection, job_id) > 0

    def let_go(self, job_id: str) -> bool:
        """True when the remote worker of a cancelled job has stopped."""
        with self.database.read() as connection:
            return rows.is_let_go(connection, job_id)

    def _give_up(self, job_id: str, state: JobState, error: str) -> None:
        try:
            with self.database.write() as connection:
                rows.end(connection, job_id, state, error=error)
        except Exception as problem:
            log.exception("The end of job %s could not be written", job_id)
            self._unwritten[job_id] = not_written(problem)
        self.finished([job_id])


def check_owner(job: Job) -> None:
    """Check that the current user may cancel, repeat or dismiss a job.

    Raises:
        NotAllowed: it belongs to another user, and the user is not a reviewer.
    """
    if not acting.owns(job.owner):
        raise NotAllowed(f"This job was started by {job.owner}. Only {job.owner} or a reviewer may do this.")


def _died(how: str) -> str:
    return (
        f"It was interrupted: the worker process ended unexpectedly ({how}). "
        "Try again; if it happens again, it may need more memory than this machine has."
    )


def _queued(kind: str, arguments: dict[str, Any], owner: str, recording_id: int | None) -> Job:
    return Job(
        id=str(uuid.uuid4()),
        kind=kind,
        arguments=arguments,
        recording_id=recording_id,
        owner=owner or acting.name(),
        state=JobState.QUEUED,
        progress=0.0,
        message="",
        result=None,
        error=None,
        created_at=datetime.now(UTC),
        started_at=None,
        finished_at=None,
    )
