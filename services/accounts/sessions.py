"""Server-side sessions: a random key in the browser's cookie, its hash in the database.

A session ends at logout, with a change of the password or the removal of the user, and after 12 hours.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Row, bindparam, delete, insert, select

from services.accounts.model import LOCAL, User
from services.accounts.users import as_user
from services.storage.db import Database
from services.storage.tables import sessions, users

LIFETIME = timedelta(hours=12)
USER_OF = (
    select(users, sessions.c.expires_at)
    .join(sessions, sessions.c.user_id == users.c.id)
    .where(sessions.c.id == bindparam("session"), users.c.removed_at.is_(None))
)


class Sessions:
    """The sessions of all users."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def begin(self, user: User) -> str:
        """Create a session and return its key. ``LOCAL``: a session of token mode. Deletes expired sessions."""
        key, now = secrets.token_urlsafe(32), datetime.now(UTC)
        values = {
            "id": _id(key),
            "user_id": user.id or None,
            "created_at": now,
            "expires_at": now + LIFETIME,
        }
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.expires_at <= now))
            connection.execute(insert(sessions).values(values))
        return key

    def user_of(self, key: str) -> User | None:
        """The user of a session of team mode; None if it has ended."""
        identity = _id(key)
        row = self._database.commit_cache.get(("session", identity), lambda: self._row(identity), steady=True)
        return as_user(row) if row is not None and row.expires_at > datetime.now(UTC) else None

    def _row(self, identity: str) -> Row[Any] | None:
        with self._database.read() as connection:
            return connection.execute(USER_OF, {"session": identity}).first()

    def local(self, key: str) -> User | None:
        """``LOCAL`` for a session of token mode; None if it has ended."""
        query = select(sessions.c.id).where(
            sessions.c.id == _id(key),
            sessions.c.user_id.is_(None),
            sessions.c.expires_at > datetime.now(UTC),
        )
        with self._database.read() as connection:
            return LOCAL if connection.execute(query).first() is not None else None

    def end(self, key: str) -> None:
        """End a session."""
        with self._database.write() as connection:
            connection.execute(delete(sessions).where(sessions.c.id == _id(key)))


def _id(key: str) -> str:
    return sha256(key.encode()).hexdigest()
