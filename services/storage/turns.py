"""Turns at the write lock of SQLite, in the order of asking.

SQLite lets those that wait look again after up to a tenth of a second, so who writes often would keep others out.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Event, Lock

from services.errors import Busy


class Turns:
    """One holder at a time among the threads of this process; others wait in line."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._line: deque[Event] = deque()
        self._taken = False

    @contextmanager
    def turn(self, seconds: float) -> Iterator[None]:
        """Hold the turn.

        Raises:
            Busy: it did not come within so many seconds.
        """
        self._wait(seconds)
        try:
            yield
        finally:
            self._pass_on()

    def _wait(self, seconds: float) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            mine = Event()
            self._line.append(mine)
        if mine.wait(seconds):
            return
        with self._guard:
            if mine.is_set():  # at the last moment
                return
            self._line.remove(mine)
        raise Busy("The database is in use by others. Try again in a moment.")

    def _pass_on(self) -> None:
        with self._guard:
            if self._line:
                self._line.popleft().set()
            else:
                self._taken = False
