"""Polls of open plots that found nothing new: the next one is answered by a mark of what its answer depends on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable
from threading import Lock

MOST = 10_000  # pages


class Polls:
    """The mark at which each poll found nothing. Thread-safe."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._marks: OrderedDict[Hashable, Hashable] = OrderedDict()

    def found_nothing(self, poll: Hashable, mark: Hashable) -> bool:
        """True if ``poll`` found nothing at ``mark``."""
        with self._lock:
            return self._marks.get(poll) == mark

    def note(self, poll: Hashable, mark: Hashable) -> None:
        """Note that ``poll`` found nothing; ``mark`` was read before it looked."""
        with self._lock:
            self._marks[poll] = mark
            self._marks.move_to_end(poll)
            while len(self._marks) > MOST:
                self._marks.popitem(last=False)
