"""``python -m tests.unit.celery_worker DATA BROKER``: a Celery worker with the kinds of the job tests."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from background.celery_queue import CeleryRunner, serve_queues
from background.job import job_function
from background.managers import RowCeleryManager
from services.jobs import Jobs
from services.log import configure_logging
from services.settings import Settings
from tests.unit.job_functions import make_jobs


def celery_jobs(settings: Settings) -> Jobs:
    """Jobs of the kinds of the job tests, done by Celery; the same in the program and in its workers."""
    runner = CeleryRunner(settings)
    jobs = make_jobs(settings, runner)
    manager = RowCeleryManager(jobs, runner)
    manager.make_job_fn(job_function(jobs, jobs.settle), True, "tests")
    return jobs


def main(data: str, broker: str) -> int:
    """Work until ended."""
    configure_logging()
    jobs = celery_jobs(Settings(data_dir=Path(data), broker_url=broker))
    services: Any = SimpleNamespace(jobs=jobs, database=jobs.database)
    return serve_queues(services, ["main"])


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
