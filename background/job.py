"""The function of the background callback that does every job; its argument is the job's id."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from services.jobs import Jobs, Performed


def job_function(jobs: Jobs, done: Callable[[Performed], None]) -> Callable[..., Any]:
    """Make the function; ``done`` is called in the worker with the jobs it has done with.

    Dash knows the function by its source, so the web process and the workers must run the same code.
    """

    def run_job(_set_progress: Callable[[Any], None], job_id: str) -> Any:
        """Do a job. Progress and result are written to its row, where every page that follows it reads them."""
        done(jobs.perform(job_id))

    return run_job
