"""Warm spawned worker processes (pebble): a pool per kind of work, so that uploads never wait for a training.

A worker imports the modules of its pool and waits. It is spawned, not forked, ignores Ctrl+C and ends with the process
that started it, also in the middle of a job. A crash or cancellation of one job does not affect other jobs.
"""

from __future__ import annotations

import importlib
import logging
import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from contextlib import suppress
from typing import TYPE_CHECKING, Any

import psutil
from pebble import ProcessExpired, ProcessPool

from services.errors import TidemarkError
from services.jobs.perform import FinishedJobs

if TYPE_CHECKING:
    from services.jobs.jobs import Jobs

log = logging.getLogger(__name__)

GRACE = 2.0  # seconds for a cancelled job to stop; a new worker needs as long to import torch
MOST_STARTS = 3  # restarts of a pool whose workers die before their first job
GENTLER = {"torch": 5}  # niceness, in favour of the web process

Perform = Callable[[str], FinishedJobs]
Factory = Callable[[str], Perform]


class PoolRunner:
    """Executes jobs in processes of this program, one at a time per pool.

    Args:
        factory: called in each new worker with the name of its pool; returns the function that executes a job. It must
        be picklable, and imports the modules of the pool's jobs.
    """

    remote = False
    start_method = "spawn"  # of worker processes

    def __init__(self, factory: Factory, grace: float = GRACE) -> None:
        self._factory = factory
        self._grace = grace
        self._pools: dict[str, ProcessPool] = {}
        self._futures: dict[str, Future[FinishedJobs]] = {}
        self._starts: dict[str, int] = {}
        self._warmed: dict[str, ProcessPool] = {}  # where functions were called
        self._lock = threading.RLock()
        self._stopping = False
        self._ends = ThreadPoolExecutor(1, "jobs-end")  # pebble's threads must not block

    def attach(self, jobs: Jobs) -> None:
        """Set the ``Jobs`` to report to."""
        self._jobs = jobs

    def start(self) -> None:
        """Nothing to do: pools start when warmed or needed."""

    def warm(self, pool: str, function: str = "") -> None:
        """Start the worker of a pool if there is none, and call a function in it, once."""
        with suppress(RuntimeError), self._lock:  # stopping
            workers = self._pool(pool)
            if function and self._warmed.get(function) is not workers:
                self._warmed[function] = workers
                workers.schedule(_warm, args=(function,))

    def hand_over(self, job_id: str, pool: str) -> None:
        """Queue a job in its pool."""
        with self._lock:
            if self._stopping or job_id in self._futures:
                return
            self._futures[job_id] = future = self._pool(pool).schedule(_perform, args=(job_id,))
        future.add_done_callback(lambda done: self._later(self._done, job_id, pool, done))

    def withdraw(self, job_id: str, claimed: bool) -> None:
        """Skip a queued job; a running job has ``grace`` seconds, then its worker is killed."""
        if not claimed or job_id not in self._futures:
            self._later(self._jobs.finished, [job_id])
            return
        timer = threading.Timer(self._grace, self._end_worker_of, (job_id,))
        timer.daemon = True
        timer.start()

    def stop(self) -> None:
        """End all workers."""
        with self._lock:
            self._stopping = True
            pools, self._pools = list(self._pools.values()), {}
        for pool in pools:
            pool.stop()  # type: ignore[no-untyped-call]
        for pool in pools:
            if pool._pool_manager_loop:
                pool._pool_manager_loop.join()  # then no worker is started any more
            for pid in list(pool._pool_manager.worker_manager.workers):
                with suppress(
                    psutil.NoSuchProcess
                ):  # pebble closes channels first: a starting worker would fail
                    psutil.Process(pid).kill()
            pool.join()
        self._ends.shutdown()

    def pids(self) -> list[int]:
        """Process ids of the workers."""
        with self._lock:
            pools = list(self._pools.values())
        return [pid for pool in pools for pid in list(pool._pool_manager.worker_manager.workers)]

    # -- parts ------------------------------------------------------------------------------------------

    def _pool(self, name: str) -> ProcessPool:
        with self._lock:
            if self._stopping:
                raise RuntimeError("the program is stopping")
            pool = self._pools.get(name)
            if pool is None or not pool.active:  # killing an idle worker breaks its pool
                if pool is not None:
                    pool.stop()  # type: ignore[no-untyped-call]
                self._pools[name] = pool = self._new_pool(name)
            return pool

    def _new_pool(self, name: str) -> ProcessPool:
        pool = ProcessPool(
            max_workers=1,
            initializer=_begin,
            initargs=(self._factory, name),
            context=multiprocessing.get_context(self.start_method),
        )
        assert pool.active  # reading the property starts it
        return pool

    def _end_worker_of(self, job_id: str) -> None:
        """Kill a worker that did not stop in time, unless it also runs other jobs."""
        future = self._futures.get(job_id)
        if future is not None and not self._jobs.has_company(job_id):
            future.cancel()

    def _later(self, work: Callable[..., None], *arguments: Any) -> None:
        with suppress(RuntimeError):  # stopping
            self._ends.submit(_logged, work, *arguments)

    def _done(self, job_id: str, pool: str, future: Future[FinishedJobs]) -> None:
        with self._lock:
            self._futures.pop(job_id, None)
        if self._stopping:
            return
        try:
            performed = future.result()
        except CancelledError:
            self._jobs.finished([job_id])
        except ProcessExpired as death:
            self._jobs.worker_died(job_id, death.pid, f"exit code {death.exitcode}")
        except Exception as problem:
            self._broken(job_id, pool, problem)
        else:
            self._starts.pop(pool, None)
            self._jobs.settle(performed)
            if job_id not in performed.ids:
                self._jobs.left_out(job_id)

    def _broken(self, job_id: str, pool: str, problem: Exception) -> None:
        """The pool broke before the job began: restart it, a limited number of times."""
        self._starts[pool] = self._starts.get(pool, 0) + 1
        if self._starts[pool] > MOST_STARTS:
            self._jobs.fail([job_id], problem)
            return
        log.warning("The workers of pool %s ended (%s), restarting", pool, problem)
        with suppress(RuntimeError, TidemarkError):
            self.hand_over(job_id, pool)


def _logged(work: Callable[..., None], *arguments: Any) -> None:
    try:
        work(*arguments)
    except Exception:
        log.exception("The end of a job could not be handled")


# -- in the worker ------------------------------------------------------------------------------------------

_performers: list[Perform] = []  # the function of this worker


def _begin(factory: Factory, pool: str) -> None:
    threading.Thread(target=_end_with_parent, name="parent", daemon=True).start()
    _performers.append(factory(pool))
    be_gentle(pool)  # after the imports, which should be fast


def _warm(function: str) -> None:
    module, name = function.split(":")
    work = getattr(importlib.import_module(module), name)
    threading.Thread(target=work, name="warm", daemon=True).start()  # the next job does not wait for it


def _perform(job_id: str) -> FinishedJobs:
    return _performers[0](job_id)


def be_gentle(pool: str) -> None:
    """Set the niceness of a worker of that pool, unless the program was started with a greater one."""
    if pool in GENTLER and hasattr(os, "setpriority"):
        os.setpriority(os.PRIO_PROCESS, 0, max(GENTLER[pool], os.getpriority(os.PRIO_PROCESS, 0)))


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(0)
