"""Slow work outside the web process: queued, with progress, cancelled by hand, landed in one transaction."""

from __future__ import annotations

from services.jobs.board import JobBoard
from services.jobs.model import ACTIVE, Job, JobKind, JobState
from services.jobs.queue import Jobs

__all__ = ["ACTIVE", "Job", "JobBoard", "JobKind", "JobState", "Jobs"]
