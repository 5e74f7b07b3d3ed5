"""Cache of database values until the next commit of any process, by two numbers of SQLite.

``PRAGMA data_version``, on a connection that never writes, returns another number after a commit of any other
connection, of this process or another. ``PRAGMA user_version`` is a number in the database, which
``services.storage.db`` increases in each transaction that changes more than labels: values that do not depend on labels
are kept while users label. Both cost a hundredth of a transaction. Other databases have no such numbers: values are
computed for each request.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Hashable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Lock
from typing import Any, TypeVar

Value = TypeVar("Value")
MOST = 10_000  # values of a kind


@dataclass
class _Kept:
    """Values until the number of a pragma changes."""

    pragma: str
    number: int = -1
    values: dict[Hashable, Any] = field(default_factory=dict)


class CommitCache:
    """Kept values of one database. Thread-safe.

    Args:
        file: the SQLite file; None: another database, nothing is kept.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._lock = Lock()
        self._connection: sqlite3.Connection | None = None
        self._any = _Kept("PRAGMA data_version")
        self._steady = _Kept("PRAGMA user_version")

    def get(self, key: Hashable, compute: Callable[[], Value], steady: bool = False) -> Value:
        """The value of ``compute()``, which is called again only after a commit.

        Args:
            key: names the computation, with all that it depends on apart from the database.
            compute: reads the database.
            steady: the value does not depend on the tables of labels (``services.storage.db.LABEL_TABLES``).
        """
        kept = self._steady if steady else self._any
        with self._lock:
            number = self._now(kept)
            if number is not None and key in kept.values:
                cached: Value = kept.values[key]
                return cached
        value = compute()  # reads at least the state of ``number``
        with self._lock:
            if number is not None and number == kept.number and len(kept.values) < MOST:
                kept.values[key] = value
        return value

    def forget(self) -> None:
        """Close the connection and clear the cache."""
        with self._lock:
            self._clear()
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _clear(self) -> None:
        for kept in (self._any, self._steady):
            kept.values.clear()

    def _now(self, kept: _Kept) -> int | None:
        """The number of the newest commit; clears values of earlier commits. None: unknown."""
        if self._file is None:
            return None
        try:
            if self._connection is None:
                self._clear()  # numbers of two connections cannot be compared
                address = f"{self._file.absolute().as_uri()}?mode=ro"
                self._connection = sqlite3.connect(
                    address, uri=True, check_same_thread=False, isolation_level=None
                )
            number = int(self._connection.execute(kept.pragma).fetchone()[0])
        except sqlite3.Error:
            self._clear()
            return None
        if number != kept.number:
            kept.values.clear()
            kept.number = number
        return number
