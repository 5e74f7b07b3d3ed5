"""Managers of Dash's background callbacks over job rows, for diskcache and Celery.

The first argument of the callback is the job's id. A page only follows a job, which was passed to the runner when it
was submitted, so a page can load, leave, or return in another browser. Dash's own managers fail in three cases: users
with equal arguments share a job, a second trigger kills the first job, and a job that ends between two polls counts as
cancelled.
"""

from __future__ import annotations

from functools import partial
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Any, cast

import diskcache
from dash import CeleryManager, DiskcacheManager, get_app
from dash.background_callback.managers import BaseBackgroundCallbackManager

from background import pool_worker
from services.errors import NotFound
from services.jobs import Job, Jobs, PoolRunner, Runner
from services.settings import Settings

if TYPE_CHECKING:
    from background.celery_queue import CeleryRunner

HOLD = 1.5  # seconds a poll is held until the job ends: few polls, quick answers
HELD = 2  # held polls at a time; each occupies a thread of the server


def runner_for(settings: Settings) -> Runner:
    """The job runner that the settings select."""
    if settings.broker_url:
        from background.celery_queue import CeleryRunner  # Celery is slow to import

        return CeleryRunner(settings)
    return PoolRunner(partial(pool_worker.performer, settings))


def manager_for(settings: Settings, jobs: Jobs, ended: str = "") -> BaseBackgroundCallbackManager:
    """The manager for the runner of ``jobs``.

    Args:
        ended: id of the store that is written when the followed job has ended.
    """
    if jobs.runner.remote:
        return RowCeleryManager(jobs, cast("CeleryRunner", jobs.runner), ended)
    return RowDiskcacheManager(jobs, pool_worker.cache(settings), ended)


class RowManager(BaseBackgroundCallbackManager):
    """Common part of both managers: they read the state of a job from its row."""

    jobs: Jobs
    ended: str  # id of the store that is written when the followed job has ended

    def _follow(self, jobs: Jobs, ended: str) -> None:
        self.jobs = jobs
        self.ended = ended
        self._held = BoundedSemaphore(HELD)

    def build_cache_key(self, _fn: Any, args: Any, *_more: Any) -> str:
        """One cache key per job, independent of its arguments."""
        return f"job-{args[0]}"

    def call_job_fn(self, _key: str, _job_fn: Any, args: Any, _context: Any) -> str:
        """Follow a job; pass it to the runner if that has not been done."""
        job = self._job(args[0])
        if job is not None:
            self.jobs.hand_over(job)
        return str(args[0])

    def job_running(self, _job: str) -> bool:
        """Always True: Dash calls this after ``get_result`` and takes False for "cancelled", not for "ended"."""
        return True

    def get_progress(self, key: str) -> Any:
        """The progress, 0 to 1, for ``<progress>``. Waits up to ``HOLD`` seconds for the end: Dash calls this first."""
        job_id = key.removeprefix("job-")
        job = self._job(job_id)
        if job is not None and job.active and self._held.acquire(blocking=False):
            try:
                self.jobs.wait_for_end(job_id, HOLD)
            finally:
                self._held.release()
            job = self._job(job_id)
        return [str(job.progress)] if job is not None and job.active else None

    def get_result(self, _key: str, job_id: str) -> Any:
        """Id and final state of the job, or ``UNDEFINED`` while it is active."""
        job = self._job(job_id)
        if job is not None and job.active:
            return self.UNDEFINED
        return {"id": job_id, "state": str(job.state) if job else "unknown"}

    def get_updated_props(self, key: str) -> dict[str, Any]:
        """Write the end of the job to the store ``ended``; ``callbacks/jobs.py`` explains why not to the Output."""
        job = self._job(key.removeprefix("job-"))
        if job is None or job.active:
            return {}
        return {self.ended: {"data": {"id": job.id, "state": str(job.state)}}}

    def terminate_job(self, job_id: str | None) -> None:
        """Cancel a job if ``cancel=`` requests it; ignore the call that Dash makes when a page follows another job."""
        cancelled = get_app().backend.request_adapter().args.getlist("cancelJob")
        if cancelled and job_id and self._job(job_id) is not None:
            self.jobs.cancel(job_id)

    def terminate_unhealthy_job(self, _job_id: str) -> bool:
        """Do nothing: the runner detects dead workers."""
        return False

    def _job(self, job_id: Any) -> Job | None:
        try:
            return self.jobs.get(str(job_id))
        except NotFound:
            return None


class RowDiskcacheManager(RowManager, DiskcacheManager):
    """Jobs in warm processes of this program. Its cache holds JSON only: nothing is unpickled."""

    def __init__(self, jobs: Jobs, cache: diskcache.Cache, ended: str = "") -> None:
        self._follow(jobs, ended)
        super().__init__(cache)  # type: ignore[no-untyped-call]


class RowCeleryManager(RowManager, CeleryManager):
    """Jobs in Celery workers, on this machine or others."""

    def __init__(self, jobs: Jobs, runner: CeleryRunner, ended: str = "") -> None:
        self._follow(jobs, ended)
        self._runner = runner
        super().__init__(runner.celery)  # type: ignore[no-untyped-call]

    def make_job_fn(self, fn: Any, progress: Any, key: str | None = None) -> Any:
        """Make the Celery task and pass it to the runner."""
        self._runner.task = super().make_job_fn(fn, progress, key)  # type: ignore[no-untyped-call]
        return self._runner.task
