"""The function of the background callback that executes every job; its argument is the job's id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.jobs import FinishedJobs, Jobs


def job_function(jobs: Jobs, done: Callable[[FinishedJobs], None]) -> Callable[..., Any]:
    """Make the function; ``done`` is called in the worker with the finished jobs.

    Dash identifies the function by its source, so the web process and the workers must run the same code.
    """

    def run_job(_set_progress: Callable[[Any], None], job_id: str) -> Any:
        """Execute a job. Progress and result are written to its row, which every following page reads."""
        done(jobs.perform(job_id))

    return run_job
