"""Interface of job runners: processes of this program, or a Celery queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from services.jobs.jobs import Jobs


class Runner(Protocol):
    """Passes jobs to workers. The worker calls :meth:`Jobs.perform`; the runner reports the outcome to ``Jobs``.

    ``remote``: workers are not children of this process and may outlive it; their rows carry a heartbeat instead of a
    process id.
    """

    remote: bool

    def attach(self, jobs: Jobs) -> None:
        """Set the ``Jobs`` to report to; called once, before any other method."""

    def start(self) -> None:
        """Start; jobs of an earlier run were handled before."""

    def warm(self, pool: str, function: str = "") -> None:
        """Start a worker of that pool if none is ready, and call a function in it, once."""

    def hand_over(self, job_id: str, pool: str) -> None:
        """Pass a queued job to a worker. Repeated calls are harmless, since a worker first claims the row.

        Raises:
            Busy: the queue does not answer.
        """

    def withdraw(self, job_id: str, claimed: bool) -> None:
        """Stop work on a cancelled job; ``claimed``: a worker had claimed it."""

    def stop(self) -> None:
        """End the workers of this process."""

    def pids(self) -> list[int]:
        """Process ids of the workers of this process."""
