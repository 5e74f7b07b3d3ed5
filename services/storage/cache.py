"""Versioned cache for values that are expensive to compute. Entries never expire by age.

Values are JSON on disk (diskcache) or in Redis; nothing is unpickled, so write access to the cache cannot run code.
"""

from __future__ import annotations

import json
import logging
from collections import defaultdict
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from threading import Lock
from typing import Any, NamedTuple, Protocol, TypeVar
from uuid import uuid4

from services.storage.files import make_folder

T = TypeVar("T")
log = logging.getLogger(__name__)

SIZE_LIMIT = 256 * 1024 * 1024  # bytes on disk; the least recently used entries go first
SECONDS_KEPT = 7 * 24 * 3600  # in Redis, which has no limit of its own: housekeeping, not validity


class Backend(Protocol):
    """Interface of a cache backend; Flask-Caching's ``Cache`` satisfies it."""

    def get(self, key: str) -> Any:
        """The value of a key, or None."""

    def set(self, key: str, value: Any) -> Any:
        """Store a JSON value."""


class DiskBackend:
    """JSON in a folder; opened at first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @cached_property
    def _cache(self) -> Any:
        import diskcache

        make_folder(self._folder, mode=0o700)
        return diskcache.Cache(
            str(self._folder),
            disk=diskcache.JSONDisk,
            disk_compress_level=1,
            disk_min_file_size=SIZE_LIMIT,
            size_limit=SIZE_LIMIT,
            eviction_policy="least-recently-used",
        )

    def get(self, key: str) -> Any:
        """The value of a key, or None."""
        return self._cache.get(key)

    def set(self, key: str, value: Any) -> bool:
        """Store a value."""
        return bool(self._cache.set(key, value))

    def delete(self, key: str) -> bool:
        """Delete a key."""
        return bool(self._cache.delete(key))

    def clear(self) -> bool:
        """Delete all keys."""
        return bool(self._cache.clear() >= 0)


class RedisBackend:
    """JSON in Redis; connected at first use."""

    def __init__(self, url: str) -> None:
        self._url = url

    @cached_property
    def _redis(self) -> Any:
        import redis

        return redis.Redis.from_url(self._url, socket_connect_timeout=1, socket_timeout=5)

    def get(self, key: str) -> Any:
        """The value of a key, or None."""
        text = self._redis.get(_named(key))
        return None if text is None else json.loads(text)

    def set(self, key: str, value: Any) -> bool:
        """Store a value."""
        return bool(self._redis.set(_named(key), json.dumps(value), ex=SECONDS_KEPT))

    def delete(self, key: str) -> bool:
        """Delete a key."""
        return bool(self._redis.delete(_named(key)))

    def clear(self) -> bool:
        """Delete all keys of this cache; other keys of that Redis stay."""
        for key in self._redis.scan_iter(_named("*")):
            self._redis.delete(key)
        return True


def _named(key: str) -> str:
    return f"tidemark-cache:{key}"


def open_backend(place: str) -> DiskBackend | RedisBackend:
    """The backend at ``place``: a Redis URL, or a folder."""
    return RedisBackend(place) if "://" in place else DiskBackend(Path(place))


class CacheEntry(NamedTuple):
    """A value with the version that it was computed from."""

    version: str
    value: Any


class VersionedCache:
    """One value per name, valid for exactly one version. Thread-safe; without a backend every value is computed.

    Names are scoped to this run of the program: after a restore of the database, versions may repeat.
    """

    def __init__(self) -> None:
        self._backend: Backend | None = None
        self._run = uuid4().hex
        self._decoded: dict[str, CacheEntry] = {}
        self._locks: defaultdict[str, Lock] = defaultdict(Lock)
        self._guard = Lock()
        self._unavailable = False

    @property
    def enabled(self) -> bool:
        """True when values are cached."""
        return self._backend is not None

    def use(self, backend: Backend) -> None:
        """Cache values in ``backend`` from now on."""
        self._backend = backend

    def get(
        self,
        name: str,
        version: str,
        compute: Callable[[CacheEntry | None], CacheEntry],
        decode: Callable[[Any], T],
    ) -> T:
        """The value of ``name`` at ``version``, decoded; callers must not change it.

        If it is missing, ``compute(earlier entry or None)`` returns it as JSON, in one thread while others wait.
        The version of the result may be newer than ``version``. The last decoded value stays in memory.
        """
        if self._backend is None:
            return decode(compute(None).value)
        entry = self._decoded.get(name)
        if entry is None or entry.version != version:
            with self._guard:
                lock = self._locks[name]
            with lock:
                entry = self._decoded.get(name)
                if entry is None or entry.version != version:
                    kept = self._shared(name, version, compute)
                    entry = self._decoded[name] = CacheEntry(kept.version, decode(kept.value))
        decoded: T = entry.value
        return decoded

    def _shared(
        self, name: str, version: str, compute: Callable[[CacheEntry | None], CacheEntry]
    ) -> CacheEntry:
        key = f"{self._run}:{name}"
        entry = self._read(key)
        if entry is None or entry.version != version:
            entry = compute(entry)
            self._write(key, entry)
        return entry

    def _read(self, key: str) -> CacheEntry | None:
        assert self._backend
        try:
            value = self._backend.get(key)
        except Exception as error:  # an unavailable cache only costs time
            self._note_unavailable(error)
            return None
        return CacheEntry(*value) if value else None

    def _write(self, key: str, entry: CacheEntry) -> None:
        assert self._backend
        try:
            self._backend.set(key, list(entry))
        except Exception as error:
            self._note_unavailable(error)

    def _note_unavailable(self, error: Exception) -> None:
        """Log the first failure only."""
        if not self._unavailable:
            self._unavailable = True
            log.warning("The cache cannot be used; values are computed for each request: %s", error)
