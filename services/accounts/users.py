"""Users of team mode: add, remove, roles, passwords.

The row of a removed user is kept: labels have the name, which must not be registered again.
"""

from __future__ import annotations

import unicodedata
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, select, update
from sqlalchemy.exc import IntegrityError

from services.accounts.model import LOCAL, Role, User
from services.accounts.passwords import Passwords
from services.errors import Conflict, Invalid, NotFound
from services.storage.db import Database
from services.storage.tables import invites, sessions, users

LONGEST_NAME = 50
LAST_ADMIN = "This is the only admin. Make another user an admin first."


class Users:
    """Manages users."""

    def __init__(self, database: Database, passwords: Passwords) -> None:
        self._database = database
        self._passwords = passwords

    def list(self) -> list[User]:
        """All users by name."""
        query = select(users).where(users.c.removed_at.is_(None)).order_by(users.c.key)
        with self._database.read() as connection:
            return [as_user(row) for row in connection.execute(query)]

    def any(self) -> bool:
        """True if there is a user."""
        query = select(users.c.id).where(users.c.removed_at.is_(None)).limit(1)
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    def add(self, name: str, password: str, role: Role, restore: bool = False) -> User:
        """Add a user.

        Args:
            restore: restore a removed user of that name, with the new password and role.

        Raises:
            Invalid: the name or password is invalid.
            Conflict: the name is in use.
        """
        name, hashed = self.hashed(name, password)
        with self._database.write() as connection:
            return add(connection, name, hashed, role, restore)

    def hashed(self, name: str, password: str) -> tuple[str, str]:
        """A name and the hash of a password, for adding a user in another transaction.

        Raises:
            Invalid: the name or password is invalid.
        """
        name = clean_name(name)
        return name, self._passwords.hash(password, name)

    def named(self, name: str) -> User:
        """The user of that name.

        Raises:
            NotFound: unknown user.
        """
        with self._database.read() as connection:
            return as_user(_row(connection, name))

    def check(self, name: str, password: str) -> User | None:
        """The user of that name if the password fits; takes equally long for unknown names."""
        with self._database.read() as connection:
            query = select(users).where(users.c.key == key_of(name), users.c.removed_at.is_(None))
            row = connection.execute(query).first()
        if not self._passwords.fits(password, row.password if row else None) or row is None:
            return None
        if self._passwords.is_outdated(row.password):
            self._store(row.id, self._passwords.hash(password, row.name))
        return as_user(row)

    def change_password(self, user: User, old: str, new: str) -> None:
        """Change the user's own password; ends all sessions of the user.

        Raises:
            Invalid: the old password is wrong, or the new one is invalid.
        """
        if self.check(user.name, old) is None:
            raise Invalid("The current password is wrong.")
        self.set_password(user.name, new)

    def set_password(self, name: str, password: str) -> None:
        """Set a user's password; ends all sessions of the user.

        Raises:
            NotFound: unknown user.
            Invalid: the password is invalid.
        """
        user = self.named(name)
        hashed = self._passwords.hash(password, user.name)
        with self._database.write() as connection:
            connection.execute(update(users).where(users.c.id == user.id).values(password=hashed))
            end_sessions(connection, user.id)

    def set_role(self, name: str, role: Role) -> None:
        """Set the role of a user, with immediate effect.

        Raises:
            NotFound: unknown user.
            Conflict: the user is the only admin.
        """
        with self._database.write(alone=True) as connection:
            user = as_user(_row(connection, name))
            if role != Role.ADMIN:
                _end_as_admin(connection, user)
            connection.execute(update(users).where(users.c.id == user.id).values(role=role.word))

    def remove(self, name: str) -> None:
        """Remove a user and end the sessions; labels and their author stay.

        Raises:
            NotFound: unknown user.
            Conflict: the user is the only admin.
        """
        with self._database.write(alone=True) as connection:
            user = as_user(_row(connection, name))
            _end_as_admin(connection, user)
            values = {"removed_at": datetime.now(UTC), "password": ""}
            connection.execute(update(users).where(users.c.id == user.id).values(values))
            end_sessions(connection, user.id)

    def _store(self, identity: int, hashed: str) -> None:
        with self._database.write() as connection:
            connection.execute(update(users).where(users.c.id == identity).values(password=hashed))


def add(connection: Connection, name: str, hashed: str, role: Role, restore: bool = False) -> User:
    """Insert a user with a hashed password, or restore a removed one, with the spelling used by labels.

    Raises:
        Conflict: the name is in use.
    """
    values: dict[str, Any] = {"password": hashed, "role": role.word, "removed_at": None}
    existing = connection.execute(select(users).where(users.c.key == key_of(name))).first()
    if existing is not None and not (restore and existing.removed_at):
        raise Conflict(f"The name {name} is taken{' by a removed account' if existing.removed_at else ''}.")
    if existing is not None:
        connection.execute(update(users).where(users.c.id == existing.id).values(values))
    else:
        values |= {"key": key_of(name), "name": name, "created_at": datetime.now(UTC)}
        try:
            connection.execute(insert(users).values(values))
        except IntegrityError as error:  # concurrent insert
            raise Conflict(f"The name {name} is taken.") from error
    return as_user(_row(connection, name))


def owner_of_job(connection: Connection, name: str) -> User:
    """The user in whose name the result of a job is stored; a removed user counts as an annotator."""
    if not name:
        return LOCAL
    try:
        return as_user(_row(connection, name))
    except NotFound:
        return User(0, name, Role.ANNOTATOR)


def clean_name(name: str) -> str:
    """A canonical user name.

    Raises:
        Invalid: empty, too long, or with invisible characters.
    """
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid(f"A name has 1 to {LONGEST_NAME} visible characters.")
    return name


def key_of(name: str) -> str:
    """Comparison key: equal for names that look the same; without NUL, which PostgreSQL rejects."""
    return unicodedata.normalize("NFKC", " ".join(name.replace("\0", " ").split())).casefold()


def as_user(row: Row[Any]) -> User:
    """A row of ``users``."""
    return User(row.id, row.name, Role.named(row.role), row.created_at)


def end_sessions(connection: Connection, user: int) -> None:
    """End all sessions of a user."""
    connection.execute(delete(sessions).where(sessions.c.user_id == user))


def _row(connection: Connection, name: str) -> Row[Any]:
    query = select(users).where(users.c.key == key_of(name), users.c.removed_at.is_(None))
    row = connection.execute(query).first()
    if row is None:
        raise NotFound(f"There is no user {name}.")
    return row


def _end_as_admin(connection: Connection, user: User) -> None:
    """Withdraw the invitations of an admin who loses that role, since the user could use them.

    Raises:
        Conflict: the user is the only admin.
    """
    others = select(func.count()).where(
        users.c.role == Role.ADMIN.word, users.c.removed_at.is_(None), users.c.id != user.id
    )
    if user.role == Role.ADMIN and not connection.execute(others).scalar_one():
        raise Conflict(LAST_ADMIN)
    connection.execute(delete(invites).where(invites.c.author == user.name))
