"""Job queue: slow work outside the web process. The database row of a job is authoritative for every worker.

- ``model``: data model of jobs and kinds of jobs
- ``rows``: jobs in the database; every race is decided by an UPDATE of one row
- ``jobs``: submit, look up, cancel: the public interface
- ``perform``: execution in a worker: claim, prepare, function, land
- ``runner``: interface of job runners; ``pool``: the runner with warm processes of this program (pebble)
- ``board``: the list of jobs shown on every page

Dash's background callback managers (package ``background``) are runners too.
"""

from __future__ import annotations

from services.jobs.board import JobBoard
from services.jobs.jobs import Jobs
from services.jobs.model import ACTIVE, Job, JobKind, JobState
from services.jobs.perform import Cancelled, FinishedJobs, Report
from services.jobs.pool import PoolRunner
from services.jobs.runner import Runner

__all__ = [
    "ACTIVE",
    "Cancelled",
    "FinishedJobs",
    "Job",
    "JobBoard",
    "JobKind",
    "JobState",
    "Jobs",
    "PoolRunner",
    "Report",
    "Runner",
]
