"""Test helper that waits for the ends of jobs."""

from __future__ import annotations

import queue
from collections.abc import Callable
from dataclasses import replace

from services.jobs import Job
from services.web.container import Services

PATIENCE = 240  # seconds; the machine may be busy


def ends(services: Services, name: str) -> Callable[[str], Job]:
    """A function that waits for the job of that id, of that kind, and returns it when it has ended."""
    ended: queue.SimpleQueue[Job] = queue.SimpleQueue()
    kind = services.jobs.kinds()[name]
    after = kind.ended

    def note(job: Job) -> None:
        assert after
        after(job)
        ended.put(job)

    def end_of(job_id: str) -> Job:
        while (job := ended.get(timeout=PATIENCE)).id != job_id:
            pass
        return job

    services.jobs.register(name, replace(kind, ended=note))
    return end_of
