"""Flask-Caching for the running program: JSON in the data folder, or in Redis."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from flask_caching import Cache
from flask_caching.backends.base import BaseCache

from services.settings import Settings
from services.storage.cache import DiskBackend, RedisBackend, open_backend

Timeout = int | timedelta | None
BACKEND = "services.web.cache.JsonCache"


class JsonCache(BaseCache):
    """A backend of Flask-Caching over diskcache or Redis. Entries have versions, so timeouts are ignored."""

    def __init__(self, backend: DiskBackend | RedisBackend) -> None:
        super().__init__(default_timeout=0)
        self._json = backend

    @classmethod
    def factory(cls, _app: Any, config: dict[str, Any], _args: Any, _options: Any) -> JsonCache:
        """Constructor called by Flask-Caching."""
        return cls(open_backend(config["CACHE_OPTIONS"]["place"]))

    def get(self, key: str) -> Any:
        """The value of a key, or None."""
        return self._json.get(key)

    def set(self, key: str, value: Any, timeout: Timeout = None) -> bool:  # noqa: ARG002  # the base class's form
        """Store a JSON value."""
        return self._json.set(key, value)

    def add(self, key: str, value: Any, timeout: Timeout = None) -> bool:
        """Store a value if the key has none."""
        return self._json.get(key) is None and self.set(key, value, timeout)

    def has(self, key: str) -> bool:
        """True if a key has a value."""
        return self._json.get(key) is not None

    def delete(self, key: str) -> bool:
        """Delete a key."""
        return self._json.delete(key)

    def clear(self) -> bool:
        """Delete all keys."""
        return self._json.clear()


def flask_cache(server: Any, settings: Settings) -> Cache:
    """The cache of a Flask server."""
    return Cache(server, config={"CACHE_TYPE": BACKEND, "CACHE_OPTIONS": {"place": settings.cache_place}})
