"""Recently used values that never become wrong, since their key changes with all that they depend on."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

Value = TypeVar("Value")
MOST = 10_000  # values
_NONE = object()


class Recent:
    """The values of the ``most`` recent keys. Thread-safe."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._values: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """The value of ``key``, computed if it is not kept."""
        kept: Any = self.find(key, _NONE)
        if kept is _NONE:
            kept = compute()
            self.put(key, kept)
        value: Value = kept
        return value

    def find(self, key: Hashable, otherwise: Any = None) -> Any:
        """The value of ``key``, or ``otherwise`` if it is not kept."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key, otherwise)

    def put(self, key: Hashable, value: Any) -> None:
        """Keep a value, and forget the least recent one if there are too many."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def has(self, key: Hashable, value: Any) -> bool:
        """True if ``value`` is kept for ``key``."""
        return bool(self.find(key, _NONE) == value)
