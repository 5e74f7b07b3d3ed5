"""LRU cache in memory, for values that depend on nothing but their key."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from threading import Lock
from typing import Any, TypeVar

Value = TypeVar("Value")
MOST = 10_000  # values
_MISSING = object()


class LruCache:
    """The values of the ``most`` most recently used keys. Thread-safe."""

    def __init__(self, most: int = MOST) -> None:
        self._most = most
        self._lock = Lock()
        self._values: OrderedDict[Hashable, Any] = OrderedDict()

    def get(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """The value of ``key``, computed if it is missing."""
        cached: Any = self.find(key, _MISSING)
        if cached is _MISSING:
            cached = compute()
            self.put(key, cached)
        value: Value = cached
        return value

    def find(self, key: Hashable, default: Any = None) -> Any:
        """The value of ``key``, or ``default`` if it is missing."""
        with self._lock:
            if key in self._values:
                self._values.move_to_end(key)
            return self._values.get(key, default)

    def put(self, key: Hashable, value: Any) -> None:
        """Store a value, and remove the least recently used one if there are too many."""
        with self._lock:
            self._values[key] = value
            self._values.move_to_end(key)
            while len(self._values) > self._most:
                self._values.popitem(last=False)

    def has(self, key: Hashable, value: Any) -> bool:
        """True if ``value`` is stored for ``key``."""
        return bool(self.find(key, _MISSING) == value)
