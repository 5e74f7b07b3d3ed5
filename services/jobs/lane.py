"""A lane: a queue of job ids, the thread that takes them in order, the worker that does them."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager

from services.jobs.process import WorkerDiedError, WorkerProcess

log = logging.getLogger(__name__)


MOST_AT_ONCE = 64  # jobs that are looked at together


class Lane:
    """Calls ``work(lane, job ids)`` with what waits in it, in order, in a thread of its own."""

    def __init__(self, name: str, modules: Sequence[str], work: Callable[[Lane, list[str]], None]) -> None:
        self.worker = WorkerProcess(modules)
        self._work = work
        self._ids: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._current: list[str] = []
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._loop, name=f"jobs-{name}", daemon=True)
        self._thread.start()

    def put(self, job_id: str) -> None:
        """Queue a job."""
        self._ids.put(job_id)

    def kill_if_current(self, job_id: str) -> bool:
        """End the worker if it is doing that job and no other; False when it is not."""
        with self._lock:
            if self._current != [job_id]:
                return False
            self.worker.kill()
            return True

    def stop(self) -> None:
        """End the worker and the thread; what is queued is left."""
        self._ids.put(None)
        self.worker.close()
        self._thread.join(timeout=10)
        if not self._thread.is_alive():
            self.worker.release()

    def _warm(self) -> None:
        try:
            self.worker.warm()
        except WorkerDiedError:
            log.info("No worker is started any more")
        except Exception:
            log.exception("The worker process could not be started; the next job tries again")

    def _loop(self) -> None:
        self._warm()
        while (job_id := self._ids.get()) is not None:
            ids, stopped = self._with_those_waiting(job_id)
            try:
                self._work(self, ids)
            except Exception:
                log.exception("Jobs %s could not be handled", ids)
            if stopped:
                return
            self._warm()  # where a job ended with its worker, the next need not wait for another

    def _with_those_waiting(self, first: str) -> tuple[list[str], bool]:
        """The ids that wait just now, ``first`` in front; True when the lane was stopped behind them."""
        ids = [first]
        while len(ids) < MOST_AT_ONCE:
            try:
                following = self._ids.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return ids, True
            ids.append(following)
        return ids, False

    @contextmanager
    def doing(self, ids: list[str]) -> Iterator[None]:
        """Around the work on jobs: they are what the worker does now."""
        self._set_current(ids)
        try:
            yield
        finally:
            self._set_current([])

    def _set_current(self, ids: list[str]) -> None:
        with self._lock:
            self._current = ids
