"""User preferences: keys, table columns, display of files by shape.

With accounts, preferences in :data:`PERSONAL` (way of working) are stored per user; those about files and models are
shared.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, insert, select, update

from services.errors import Invalid
from services.storage.db import Database
from services.storage.tables import preferences

PERSONAL = frozenset(
    {
        "keys",
        "table",
        "time",
        "readout",
        "confidence",
        "review",
        "files",
        "pane",
        "model",
        "autolabel",
        "layers",
    }
)
LARGEST = 64 * 1024  # characters of JSON
_NAMED = select(preferences.c.name, preferences.c.value).where(
    preferences.c.name.in_(bindparam("names", expanding=True))
)
_NAME = re.compile(r"[a-z]{1,20}(:[\w.-]{1,100})?", re.ASCII)


class Preferences:
    """Values by name; a name is a word, or a word and a key (``view:3f2a…``).

    Args:
        user: the id of the current user; 0 without accounts.
    """

    def __init__(self, database: Database, user: Callable[[], int] = lambda: 0) -> None:
        self._database = database
        self._user = user

    def get(self, name: str) -> Any | None:
        """The stored value, or None."""
        with self._database.read() as connection:
            return _value(connection, self._kept_as(name))

    def first(self, *names: str) -> Any | None:
        """The value of the first of these names that has one."""
        kept = [self._kept_as(name) for name in names]
        with self._database.read() as connection:
            values = {row.name: row.value for row in connection.execute(_NAMED, {"names": kept})}
        return next((values[name] for name in kept if name in values), None)

    def set(self, name: str, value: Any | None) -> None:
        """Store a JSON value; None deletes it.

        Raises:
            Invalid: the name is unknown, or the value is too large.
        """
        self.change(name, lambda _kept: value)

    def change(self, name: str, to: Callable[[Any | None], Any | None]) -> Any | None:
        """Store the result of ``to`` for the stored value, atomically, and return it.

        Raises:
            Invalid: the name is unknown, or the value is too large.
        """
        if not _NAME.fullmatch(name):
            raise Invalid("There is no such preference.")
        name = self._kept_as(name)
        here = preferences.c.name == name
        with self._database.write() as connection:
            value = to(_value(connection, name))
            if len(json.dumps(value)) > LARGEST:
                raise Invalid("This preference is too large to be stored.")
            values = {"value": value, "edited_at": datetime.now(UTC)}
            if value is None:
                connection.execute(delete(preferences).where(here))
            elif not connection.execute(update(preferences).where(here).values(values)).rowcount:
                connection.execute(insert(preferences).values(name=name, **values))
        return value

    def _kept_as(self, name: str) -> str:
        """The name in the database."""
        user = self._user()
        return f"{name}@{user}" if user and name.partition(":")[0] in PERSONAL else name


def _value(connection: Connection, name: str) -> Any | None:
    return connection.execute(select(preferences.c.value).where(preferences.c.name == name)).scalar()
