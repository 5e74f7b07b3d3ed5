"""A lane: a queue of job ids, the thread that takes them one by one, the worker that does them."""

from __future__ import annotations

import logging
import queue
import threading
from collections.abc import Callable, Sequence

from services.jobs.process import WorkerProcess

log = logging.getLogger(__name__)


class Lane:
    """Calls ``work(lane, job id)`` for each id that is put into it, in order, in a thread of its own."""

    def __init__(self, name: str, modules: Sequence[str], work: Callable[[Lane, str], None]) -> None:
        self.worker = WorkerProcess(modules)
        self._work = work
        self._ids: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        self._current: str | None = None
        self._lock = threading.Lock()
        self._thread = threading.Thread(target=self._loop, name=f"jobs-{name}", daemon=True)
        self._thread.start()

    def put(self, job_id: str) -> None:
        """Queue a job."""
        self._ids.put(job_id)

    def kill_if_current(self, job_id: str) -> bool:
        """End the worker if it is doing that job; False when it is not."""
        with self._lock:
            if self._current != job_id:
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

    def _loop(self) -> None:
        try:
            self.worker.warm()
        except Exception:
            log.exception("The worker process could not be started; the next job tries again")
        while (job_id := self._ids.get()) is not None:
            self._set_current(job_id)
            try:
                self._work(self, job_id)
            except Exception:
                log.exception("Job %s could not be handled", job_id)
            finally:
                self._set_current(None)

    def _set_current(self, job_id: str | None) -> None:
        with self._lock:
            self._current = job_id
