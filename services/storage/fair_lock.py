"""Fair write lock for SQLite: threads write in the order of their requests.

SQLite lets waiting writers poll up to every tenth of a second, so a thread that writes often would starve the others.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock

from services.errors import Busy


class FairLock:
    """One holder at a time among the threads of this process; others queue."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._queue: deque[Event] = deque()
        self._held = False

    @contextmanager
    def hold(self, seconds: float) -> Iterator[None]:
        """Hold the lock.

        Raises:
            Busy: the lock was not free within ``seconds``.
        """
        self._wait(seconds)
        try:
            yield
        finally:
            self._pass_on()

    def _wait(self, seconds: float) -> None:
        with self._guard:
            if not self._held:
                self._held = True
                return
            granted = Event()
            self._queue.append(granted)
        if granted.wait(seconds):
            return
        with self._guard:
            if granted.is_set():  # granted just before the timeout
                return
            self._queue.remove(granted)
        raise Busy("The database is in use by others. Try again in a moment.")

    def _pass_on(self) -> None:
        with self._guard:
            if self._queue:
                self._queue.popleft().set()
            else:
                self._held = False
