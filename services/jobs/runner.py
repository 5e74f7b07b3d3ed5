"""Where jobs are done: the part that differs between processes of this program and a Celery queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from services.jobs.jobs import Jobs


class Runner(Protocol):
    """Hands jobs to workers. The worker calls :meth:`Jobs.perform`; the runner reports to ``Jobs`` what became of it.

    ``remote``: workers are not children of this process and may outlive it; their rows carry a heartbeat instead of a
    process id.
    """

    remote: bool

    def attach(self, jobs: Jobs) -> None:
        """Remember whom to report to; called once, before anything else."""

    def start(self) -> None:
        """Begin to serve; jobs of an earlier run were dealt with before."""

    def warm(self, pool: str) -> None:
        """Have a worker of that pool ready soon."""

    def hand_over(self, job_id: str, pool: str) -> None:
        """Have a queued job done. Handing over twice is harmless: a worker claims the row first.

        Raises:
            Busy: the queue does not answer.
        """

    def withdraw(self, job_id: str, claimed: bool) -> None:
        """Stop work on a job whose row is cancelled; ``claimed``: a worker had it."""

    def stop(self) -> None:
        """End the workers of this process."""

    def pids(self) -> list[int]:
        """Process ids of the workers of this process."""
