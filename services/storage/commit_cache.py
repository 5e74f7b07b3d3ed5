"""Cache of database values until the next commit of any process: SQLite's ``PRAGMA data_version``.

The pragma, on a connection that never writes, returns another number after a commit of any other connection, of this
process or another. It costs a hundredth of a transaction. Other databases have no such number: values are computed
for each request.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

Value = TypeVar("Value")
MOST = 10_000  # values


class CommitCache:
    """Kept values of one database. Thread-safe.

    Args:
        file: the SQLite file; None: another database, nothing is kept.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._version = -1
        self._values: dict[Hashable, Any] = {}

    def get(self, key: Hashable, compute: Callable[[], Value]) -> Value:
        """The value of ``compute()``, which is called again only after a commit.

        ``key`` names the computation, with all that it depends on apart from the database.
        """
        with self._lock:
            version = self._now()
            if version is not None and key in self._values:
                cached: Value = self._values[key]
                return cached
        value = compute()  # reads at least the state of ``version``
        with self._lock:
            if version is not None and version == self._version and len(self._values) < MOST:
                self._values[key] = value
        return value

    def forget(self) -> None:
        """Close the connection and clear the cache."""
        with self._lock:
            self._values.clear()
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _now(self) -> int | None:
        """The number of the newest commit; clears values of earlier commits. None: unknown."""
        if self._file is None:
            return None
        try:
            if self._connection is None:
                self._values.clear()  # numbers of two connections cannot be compared
                address = f"{self._file.absolute().as_uri()}?mode=ro"
                self._connection = sqlite3.connect(
                    address, uri=True, check_same_thread=False, isolation_level=None
                )
            version = int(self._connection.execute("PRAGMA data_version").fetchone()[0])
        except sqlite3.Error:
            self._values.clear()
            return None
        if version != self._version:
            self._values.clear()
            self._version = version
        return version
