"""Celery queue on Redis: jobs run in ``python app.py worker`` processes, on this machine or others.

Each pool has its own queue, so that uploads do not wait for a training; the number of its workers is the number of jobs
that run at a time. A killed worker is detected by a missing heartbeat on the row.
"""

from __future__ import annotations

import logging
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import psutil
from celery import Celery
from celery.apps.worker import install_worker_term_hard_handler, on_cold_shutdown
from celery.signals import setup_logging, worker_process_init
from celery.worker import state
from kombu.exceptions import OperationalError

from services.errors import Busy, Invalid
from services.jobs import Jobs
from services.jobs.perform import import_pool
from services.jobs.pool import GRACE, be_gentle
from services.settings import Settings
from services.web.container import Services

log = logging.getLogger(__name__)

SILENT = timedelta(seconds=10)  # a worker without a heartbeat for this time is dead
LOOK = 2.0  # seconds between checks for such workers
ENDING = 6.0  # seconds for workers to end
PROGRAM = Path(__file__).resolve().parents[1] / "app.py"


def queue_of(pool: str) -> str:
    """The name of a pool's queue."""
    return f"tidemark.{pool}"


def make_celery(settings: Settings) -> Celery:
    """The Celery application on the broker of the settings."""
    celery = Celery("tidemark", broker=settings.broker_url, backend=settings.broker_url)
    celery.conf.update(
        task_ignore_result=True,  # rows have the results
        result_expires=3600,
        worker_prefetch_multiplier=1,
        broker_connection_retry_on_startup=True,
        broker_connection_max_retries=None,  # a worker waits for Redis as long as it is away
        broker_transport_options={"socket_connect_timeout": 5},
        task_publish_retry_policy={"max_retries": 2, "interval_start": 0.2, "interval_step": 0.2},
    )
    return celery


class CeleryRunner:
    """Puts jobs into the queues; Dash's manager sets ``task`` when the callback is registered."""

    remote = True
    task: Any

    def __init__(self, settings: Settings) -> None:
        self.celery = make_celery(settings)
        self._stopping = threading.Event()

    def attach(self, jobs: Jobs) -> None:
        """Set the ``Jobs`` to report to."""
        self._jobs = jobs

    def start(self) -> None:
        """Start checking for dead workers."""
        threading.Thread(target=self._watch, name="jobs-watch", daemon=True).start()

    def warm(self, pool: str, function: str = "") -> None:
        """Do nothing: workers are started outside this process."""

    def hand_over(self, job_id: str, pool: str) -> None:
        """Put a job into the queue of its pool.

        Raises:
            Busy: Redis does not answer.
        """
        arguments: tuple[Any, ...] = (f"job-{job_id}", f"job-{job_id}-progress", [job_id], {})
        try:
            self.task.apply_async(arguments, task_id=job_id, queue=queue_of(pool))
        except OperationalError as error:
            log.warning("The broker does not take job %s: %s", job_id, error)
            raise Busy("The queue of jobs (Redis) does not answer. Start it, then try again.") from error

    def withdraw(self, job_id: str, claimed: bool) -> None:
        """A queued job is skipped by its worker; a running job has a grace period, then its process is killed."""
        if not claimed:
            self._jobs.finished([job_id])
            return
        timer = threading.Timer(GRACE, self._kill, (job_id,))
        timer.daemon = True
        timer.start()

    def stop(self) -> None:
        """Stop checking; workers continue without this process."""
        self._stopping.set()

    def pids(self) -> list[int]:
        """Always empty: workers do not belong to this process."""
        return []

    def _kill(self, job_id: str) -> None:
        if self._jobs.let_go(job_id):
            return
        try:
            self.celery.control.revoke(job_id, terminate=True, signal="SIGKILL")
        except OperationalError as error:
            log.warning("Job %s could not be ended: %s", job_id, error)
        self._jobs.finished([job_id])

    def _watch(self) -> None:
        while not self._stopping.wait(LOOK):
            try:
                self._jobs.lost(datetime.now(UTC) - SILENT)
            except Exception:
                log.exception("The check for dead workers failed")


def serve_queues(services: Services, pools: Sequence[str]) -> int:
    """Execute jobs until interrupted; returns the exit code.

    Args:
        pools: one pool: this process executes its jobs. Several: one process per pool. None: one per existing pool.

    Raises:
        Invalid: unknown pool.
    """
    runner = services.jobs.runner
    assert isinstance(runner, CeleryRunner)
    pool_names = sorted({kind.pool for kind in services.jobs.kinds().values()})
    if unknown := set(pools) - set(pool_names):
        raise Invalid(f"There is no pool “{min(unknown)}”; there are {', '.join(pool_names)}.")
    chosen_pools = list(pools) or pool_names
    if len(chosen_pools) > 1:
        return _processes(chosen_pools)
    (pool,) = chosen_pools
    import_pool(services.jobs.kinds(), pool)  # before the fork, so that the forked process inherits it
    be_gentle(pool)
    setup_logging.connect(lambda **_more: None, weak=False)  # this program configures logging, not Celery
    worker_process_init.connect(lambda **_more: services.database.forked(), weak=False)
    worker = _worker(runner.celery, pool)
    log.info("Tidemark's worker is ready for jobs of pool %s", pool)
    worker.start()
    for job_id in worker.interrupted:
        services.jobs.interrupted(job_id)
    return int(worker.exitcode or 0)


def _worker(celery: Celery, pool: str) -> Any:
    """A worker that SIGTERM and SIGINT end at once, instead of after its job; ``interrupted``: ids of that job."""

    class PromptWorker(celery.Worker):  # type: ignore[misc]
        interrupted: Sequence[str] = ()

        def install_platform_tweaks(self, worker: Any) -> None:
            super().install_platform_tweaks(worker)
            for name in ("SIGINT", "SIGTERM"):
                install_worker_term_hard_handler(worker, sig=name, callback=_end_at_once, exitcode=0)

    return PromptWorker(
        queues=[queue_of(pool)],
        concurrency=1,
        hostname=f"{pool}-{os.getpid()}@{socket.gethostname()}",
        pool="prefork",
        without_gossip=True,
        without_mingle=True,
        quiet=True,
    )


def _end_at_once(worker: Any) -> None:
    worker.interrupted = [request.id for request in state.active_requests]
    on_cold_shutdown(worker)


def _processes(pools: Sequence[str]) -> int:
    """A worker process for each pool, until one ends or this one is interrupted."""
    for name in (signal.SIGTERM, signal.SIGHUP):
        if signal.getsignal(name) != signal.SIG_IGN:  # as nohup sets it
            signal.signal(name, signal.default_int_handler)
    command = [sys.executable, str(PROGRAM), "worker"]
    # in sessions of their own: Ctrl+C arrives here only
    children = [subprocess.Popen([*command, pool], start_new_session=True) for pool in pools]
    try:
        _pid, status = os.wait()
        return os.waitstatus_to_exitcode(status)
    except KeyboardInterrupt:
        return 0
    finally:
        _end(children)


def _end(children: Sequence[subprocess.Popen[bytes]]) -> None:
    """End worker processes; after ``ENDING`` seconds kill them, with the processes that execute their jobs."""
    for child in children:
        child.terminate()
    deadline = time.monotonic() + ENDING
    for child in children:
        try:
            child.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            for process in psutil.Process(child.pid).children(recursive=True):
                process.kill()
            child.kill()
