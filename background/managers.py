"""Dash's managers of background callbacks, with the row of a job as the truth.

The first argument of the callback is the job's id. A page only follows: whoever submitted the job has handed it over
already, so a page can load, leave, or come back in another browser. What Dash itself would get wrong (see DASH_NOTES):
users with equal arguments, a second trigger that kills the first job, and a job that ends between two questions.
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

HOLD = 1.5  # seconds a question of a page is kept open for the job to end: few questions, quick answers
HELD = 2  # such questions at a time; each occupies a thread of the server


def runner_for(settings: Settings) -> Runner:
    """Where the jobs of the web application are done, as the settings say."""
    if settings.broker_url:
        from background.celery_queue import CeleryRunner  # Celery is slow to import

        return CeleryRunner(settings)
    return PoolRunner(partial(pool_worker.performer, settings))


def manager_for(settings: Settings, jobs: Jobs, ended: str = "") -> BaseBackgroundCallbackManager:
    """Dash's manager that belongs to the runner of ``jobs``.

    Args:
        ended: id of the store that is told when the followed job has ended.
    """
    if jobs.runner.remote:
        return RowCeleryManager(jobs, cast("CeleryRunner", jobs.runner), ended)
    return RowDiskcacheManager(jobs, pool_worker.cache(settings), ended)


class RowManager(BaseBackgroundCallbackManager):
    """What both managers have in common: to follow a job is to read its row."""

    jobs: Jobs
    ended: str  # the store that is told when the followed job has ended

    def _follow(self, jobs: Jobs, ended: str) -> None:
        self.jobs = jobs
        self.ended = ended
        self._held = BoundedSemaphore(HELD)

    def build_cache_key(self, _fn: Any, args: Any, *_more: Any) -> str:
        """One key for each job, never for its arguments."""
        return f"job-{args[0]}"

    def call_job_fn(self, _key: str, _job_fn: Any, args: Any, _context: Any) -> str:
        """Follow a job; hand it over if nobody did yet."""
        job = self._job(args[0])
        if job is not None:
            self.jobs.hand_over(job)
        return str(args[0])

    def job_running(self, _job: str) -> bool:
        """Always True: Dash asks after ``get_result``; False means "cancelled" to it, though it may just have ended."""
        return True

    def get_progress(self, key: str) -> Any:
        """How far the job is, as ``<progress>`` takes it; waits a little for its end, since Dash asks this first."""
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
        """How the job ended, or ``UNDEFINED``."""
        job = self._job(job_id)
        if job is not None and job.active:
            return self.UNDEFINED
        return {"id": job_id, "state": str(job.state) if job else "unknown"}

    def get_updated_props(self, key: str) -> dict[str, Any]:
        """Tell the page that the job has ended; see ``callbacks/jobs.py`` for why not by the Output."""
        job = self._job(key.removeprefix("job-"))
        if job is None or job.active:
            return {}
        return {self.ended: {"data": {"id": job.id, "state": str(job.state)}}}

    def terminate_job(self, job_id: str | None) -> None:
        """Cancel a job, where ``cancel=`` asked for it; Dash also calls this when a page follows another one."""
        cancelled = get_app().backend.request_adapter().args.getlist("cancelJob")
        if cancelled and job_id and self._job(job_id) is not None:
            self.jobs.cancel(job_id)

    def terminate_unhealthy_job(self, _job_id: str) -> bool:
        """The runner notices workers that end; nothing to do for Dash."""
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
        """Make the Celery task, and tell the runner what to queue."""
        self._runner.task = super().make_job_fn(fn, progress, key)  # type: ignore[no-untyped-call]
        return self._runner.task
