"""The job list of every page: queued, running and ended jobs; cancel, retry, dismiss."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import blake2s
from threading import Lock
from typing import Any

from services.accounts import acting
from services.errors import Conflict
from services.jobs import rows
from services.jobs.jobs import Jobs, check_owner
from services.jobs.model import Job, JobState

KEPT = timedelta(days=7)  # ended jobs are shown for this time, unless dismissed
MOST_WATCHED = 500  # jobs that one page watches
MOST = 20  # of each: running, waiting, ended; a folder of thousands of files may be queued


@dataclass(frozen=True)
class JobChanges:
    """The answer to a page that polls for the jobs it watches.

    ``ended``: jobs that ended since, as JSON objects; ``watched``: ids to watch from now on, newly started ones first;
    ``counts``: number of shown jobs in each state.
    """

    version: str
    ended: list[dict[str, Any]]
    watched: list[str]
    counts: dict[str, int]
    fresh: frozenset[str]

    def follow(self, followed: str | None) -> str | None:
        """The job to follow next; None to keep ``followed``, or when no job is queued or running."""
        first = next(iter(self.watched), None)
        if first is None or first == followed or (followed in self.watched and first not in self.fresh):
            return None
        return first


class JobBoard:
    """Jobs of the kinds that are ``shown``. Thread-safe."""

    def __init__(self, jobs: Jobs) -> None:
        self._jobs = jobs
        self._lock = Lock()
        self._retried: dict[str, str] = {}  # id of the retry by job: Retry may be pressed twice

    def listed(self) -> dict[str, Any]:
        """Running, queued and ended jobs as JSON objects, and the number of jobs in each state."""
        kinds, since = self._shown(), datetime.now(UTC) - KEPT
        with self._jobs.database.read() as connection:
            jobs = rows.listed(connection, kinds, since, MOST)
            counts = Counter(rows.counts(connection, kinds, since))
        for job in jobs:  # only the first jobs are in the list; counts of the others are from the database
            now = self._jobs.as_ended(job)
            counts[str(job.state)] -= 1
            counts[str(now.state)] += now.id not in self._jobs.dismissed
        shown = [self._jobs.as_ended(job) for job in jobs if job.id not in self._jobs.dismissed]
        return {"jobs": self._described(shown), "counts": {state: n for state, n in counts.items() if n}}

    def version(self) -> str:
        """A version string that changes with every shown job; cheap to compute."""
        hour = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
        marks = self._jobs.database.commit_cache.get(
            ("jobs", hour), lambda: self._marks(hour - KEPT), steady=True
        )
        mended = sorted(self._jobs.unwritten), sorted(self._jobs.dismissed)
        return blake2s(repr((marks, mended)).encode(), digest_size=8).hexdigest()

    def _marks(self, since: datetime) -> list[tuple[Any, ...]]:
        with self._jobs.database.read() as connection:
            return rows.marks(connection, self._shown(), since, MOST)

    def news(self, watched: Sequence[str], fresh: Sequence[str]) -> JobChanges:
        """Ended jobs of a page, and the jobs it watches from now on.

        Args:
            watched: ids that it saw queued or running, or has just started.
            fresh: ids that it has just started, of any kind.
        """
        kinds, since = self._shown(), datetime.now(UTC) - KEPT
        with self._jobs.database.read() as connection:
            ids = rows.active_ids(connection, kinds, MOST_WATCHED)
        shown = [job_id for job_id in ids if job_id not in self._jobs.unwritten]
        jobs = self._jobs.by_ids(list(dict.fromkeys([*fresh, *watched])))
        active = [job.id for job in jobs if job.active]
        first = [*(job for job in fresh if job in active), *(job for job in shown if job in active), *active]
        marks = repr([(job.id, job.state, job.progress, job.message) for job in jobs]).encode()
        return JobChanges(
            version=f"{self.version()}-{blake2s(marks, digest_size=8).hexdigest()}",
            ended=[_plain(job, 0) for job in jobs if not job.active],
            watched=list(dict.fromkeys([*first, *shown]))[:MOST_WATCHED],
            counts=self._counts(kinds, since),
            fresh=frozenset(fresh),
        )

    def _counts(self, kinds: Collection[str], since: datetime) -> dict[str, int]:
        return dict(self.listed()["counts"]) if self._jobs.unwritten else self._counted(kinds, since)

    def _counted(self, kinds: Collection[str], since: datetime) -> dict[str, int]:
        with self._jobs.database.read() as connection:
            return rows.counts(connection, kinds, since)

    def cancel(self, ids: Collection[str] | None) -> int:
        """Cancel jobs, or (None) all shown jobs of the current user; returns the number of cancelled jobs.

        Raises:
            NotAllowed: one of ``ids`` belongs to another user.
        """
        active = [job for job in self._jobs.active() if job.kind in self._shown()]
        chosen = [job for job in active if (acting.owns(job.owner) if ids is None else job.id in ids)]
        return sum(
            self._jobs.cancel(job.id) for job in reversed(chosen)
        )  # newest first, so that no queued job starts

    def retry(self, job_id: str) -> str:
        """Repeat a failed, cancelled or interrupted job; returns the id of the new job (the same for repeated calls).

        The new job belongs to the current user.

        Raises:
            NotFound: the job or its subject does not exist (any more).
            Conflict: the job is active or done, or its file, model or classes changed too much.
            NotAllowed: it belongs to another user.
        """
        with self._lock:
            if job_id not in self._retried:
                job = self._jobs.get(job_id)
                check_owner(job)
                self._retried[job_id] = self._again(job)
                self.dismiss([job_id])
            return self._retried[job_id]

    def _again(self, job: Job) -> str:
        if job.active or job.state == JobState.DONE or job.kind not in self._shown():
            raise Conflict("Only a job that failed or was stopped can be tried again.")
        again = self._jobs.kinds()[job.kind].again
        repeated = replace(job, arguments=again(job)) if again else job
        same = [active.id for active in self._jobs.active() if _is_same_work(active, repeated)]
        if same:
            return same[0]
        return self._jobs.submit(job.kind, repeated.arguments, recording_id=job.recording_id)

    def dismiss(self, ids: Collection[str] | None) -> int:
        """Remove ended jobs from the list: those of ``ids``, or (None) all of the current user; returns their number.

        Raises:
            NotAllowed: one of ``ids`` belongs to another user.
        """
        return self._jobs.forget(self._shown(), ids)

    def _shown(self) -> list[str]:
        return [name for name, kind in self._jobs.kinds().items() if kind.shown]

    def _described(self, jobs: Sequence[Job]) -> list[dict[str, Any]]:
        kinds, before = self._jobs.kinds(), Counter[str]()
        described = []
        for job in jobs:
            pool = kinds[job.kind].pool
            described.append(_plain(job, before[pool]))
            before[pool] += job.active
        return described


def _is_same_work(first: Job, other: Job) -> bool:
    return (first.kind, first.recording_id, first.arguments) == (
        other.kind,
        other.recording_id,
        other.arguments,
    )


def _plain(job: Job, before: int) -> dict[str, Any]:
    """A job for the browser; ``before``: number of jobs ahead in the queue."""
    return {
        "id": job.id,
        "kind": job.kind,
        "recording": job.recording_id,
        "state": str(job.state),
        "progress": job.progress,
        "message": job.message,
        "error": job.error,
        "result": job.result,
        "about": job.arguments.get("about", {}),
        "before": before if job.state == JobState.QUEUED else 0,
        "started": job.started_at.isoformat() if job.started_at else None,
        "finished": job.finished_at.isoformat() if job.finished_at else None,
    }
