"""Users of team mode: add, remove, roles, passwords.

A removed user keeps the row: labels carry the name, which nobody else may take by registering.
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
    """The accounts."""

    def __init__(self, database: Database, passwords: Passwords) -> None:
        self._database = database
        self._passwords = passwords

    def list(self) -> list[User]:
        """All users, by name."""
        query = select(users).where(users.c.removed_at.is_(None)).order_by(users.c.key)
        with self._database.read() as connection:
            return [as_user(row) for row in connection.execute(query)]

    def any(self) -> bool:
        """Whether there is a user."""
        query = select(users.c.id).where(users.c.removed_at.is_(None)).limit(1)
        with self._database.read() as connection:
            return connection.execute(query).first() is not None

    def add(self, name: str, password: str, role: Role, restore: bool = False) -> User:
        """Add a user.

        Args:
            restore: a removed user of that name comes back, with the new password and role.

        Raises:
            Invalid: name or password cannot be used.
            Conflict: the name is taken.
        """
        name, hashed = self.hashed(name, password)
        with self._database.write() as connection:
            return add(connection, name, hashed, role, restore)

    def hashed(self, name: str, password: str) -> tuple[str, str]:
        """A name and the hash of a password, for a user who is added in another transaction.

        Raises:
            Invalid: name or password cannot be used.
        """
        name = clean_name(name)
        return name, self._passwords.hash(password, name)

    def named(self, name: str) -> User:
        """The user of that name.

        Raises:
            NotFound: there is none.
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
            Invalid: the old password is wrong, or the new one cannot be used.
        """
        if self.check(user.name, old) is None:
            raise Invalid("The present password is wrong.")
        self.set_password(user.name, new)

    def set_password(self, name: str, password: str) -> None:
        """Set a user's password; ends all sessions of the user.

        Raises:
            NotFound: there is no such user.
            Invalid: the password cannot be used.
        """
        user = self.named(name)
        hashed = self._passwords.hash(password, user.name)
        with self._database.write() as connection:
            connection.execute(update(users).where(users.c.id == user.id).values(password=hashed))
            end_sessions(connection, user.id)

    def set_role(self, name: str, role: Role) -> None:
        """Give a user another role, at once.

        Raises:
            NotFound: there is no such user.
            Conflict: it is the only admin.
        """
        with self._database.write(alone=True) as connection:
            user = as_user(_row(connection, name))
            if role != Role.ADMIN:
                _end_as_admin(connection, user)
            connection.execute(update(users).where(users.c.id == user.id).values(role=role.word))

    def remove(self, name: str) -> None:
        """Remove a user, whose sessions end; the labels and their author stay.

        Raises:
            NotFound: there is no such user.
            Conflict: it is the only admin.
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
    """Insert a user with a hashed password, or bring a removed one back, with the spelling that labels carry.

    Raises:
        Conflict: the name is taken.
    """
    values: dict[str, Any] = {"password": hashed, "role": role.word, "removed_at": None}
    known = connection.execute(select(users).where(users.c.key == key_of(name))).first()
    if known is not None and not (restore and known.removed_at):
        raise Conflict(f"The name {name} is taken{' by a removed account' if known.removed_at else ''}.")
    if known is not None:
        connection.execute(update(users).where(users.c.id == known.id).values(values))
    else:
        values |= {"key": key_of(name), "name": name, "created_at": datetime.now(UTC)}
        try:
            connection.execute(insert(users).values(values))
        except IntegrityError as error:  # where writers do not wait for each other
            raise Conflict(f"The name {name} is taken.") from error
    return as_user(_row(connection, name))


def owner_of_job(connection: Connection, name: str) -> User:
    """The user on whose behalf the result of a job is stored; one who was removed meanwhile is an annotator."""
    if not name:
        return LOCAL
    try:
        return as_user(_row(connection, name))
    except NotFound:
        return User(0, name, Role.ANNOTATOR)


def clean_name(name: str) -> str:
    """A name as it is kept.

    Raises:
        Invalid: it is empty, too long, or has characters that cannot be seen.
    """
    name = unicodedata.normalize("NFC", " ".join(name.split()))
    if not 0 < len(name) <= LONGEST_NAME or not name.isprintable():
        raise Invalid(f"A name has 1 to {LONGEST_NAME} visible characters.")
    return name


def key_of(name: str) -> str:
    """What two names have in common that a person reads as the same; without NUL, which PostgreSQL does not take."""
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
    """Withdraw the invitations of a user who will be no admin; they could be used by that user.

    Raises:
        Conflict: it is the only admin.
    """
    others = select(func.count()).where(
        users.c.role == Role.ADMIN.word, users.c.removed_at.is_(None), users.c.id != user.id
    )
    if user.role == Role.ADMIN and not connection.execute(others).scalar_one():
        raise Conflict(LAST_ADMIN)
    connection.execute(delete(invites).where(invites.c.author == user.name))
