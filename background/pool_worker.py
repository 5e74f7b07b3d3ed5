"""Warm worker process: executes jobs as Dash's ``DiskcacheManager`` executes background callbacks."""

from __future__ import annotations

import gc
import logging
from collections.abc import Callable

import diskcache
from dash import DiskcacheManager

from background.job import job_function
from services.jobs import FinishedJobs
from services.jobs.perform import import_pool
from services.log import configure_logging
from services.settings import Settings
from services.storage.files import make_folder
from services.web.container import build_services

log = logging.getLogger(__name__)


def cache(settings: Settings) -> diskcache.Cache:
    """The cache of Dash's background callbacks: JSON, in a folder with mode 0700."""
    folder = settings.data_dir / "cache" / "jobs"
    make_folder(folder.parent, mode=0o700)
    make_folder(folder, mode=0o700)
    return diskcache.Cache(str(folder), disk=diskcache.JSONDisk, eviction_policy="none")


def performer(settings: Settings, pool: str) -> Callable[[str], FinishedJobs]:
    """In a new worker of that pool: import the modules of its jobs, and return the function that executes a job."""
    configure_logging()
    jobs = build_services(settings).jobs
    done: list[FinishedJobs] = []
    manager = DiskcacheManager(cache(settings))
    job_fn = manager.make_job_fn(job_function(jobs, done.append), True)
    import_pool(jobs.kinds(), pool)
    gc.freeze()  # modules stay: collections skip them

    def perform(job_id: str) -> FinishedJobs:
        if not jobs.is_queued(job_id):  # it ran together with another: Dash's cache is not needed
            return FinishedJobs()
        key = f"job-{job_id}"
        try:
            job_fn(key, f"{key}-progress", [job_id], {})
            manager.clear_cache_entry(key)  # the row has it
        except Exception:  # such as a full disk: the row is written separately
            log.exception("Dash's cache of job %s could not be written", job_id)
        return done.pop() if done else FinishedJobs()

    return perform
