"""Invitations: signed single-use links for registration with a role chosen by the admin."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy import delete, insert, select

from services.accounts.model import Role, User
from services.accounts.users import Users, add
from services.errors import Invalid
from services.settings import Settings
from services.storage.db import Database
from services.storage.tables import invites

LIFETIME = timedelta(days=7)
OPEN = "open"
UNKNOWN = "This invitation was used, withdrawn, or is older than a week. Ask for a new one."
CLOSED = "Registering needs an invitation. Ask an admin for a link."


@dataclass(frozen=True)
class Invite:
    """An unused invitation; ``token`` is the secret part of the link."""

    id: str
    token: str
    role: Role
    author: str
    expires_at: datetime


class Invites:
    """Manages invitations; registers users."""

    def __init__(
        self, database: Database, users: Users, settings: Settings, secret: Callable[[], bytes]
    ) -> None:
        self._database = database
        self._users = users
        self._settings = settings
        self._secret = secret

    @property
    def is_open(self) -> bool:
        """True if every visitor may register, as an annotator."""
        return self._settings.registration.strip().lower() == OPEN

    def add(self, role: Role, author: str = "") -> Invite:
        """Add an invitation for one user."""
        identity, now = secrets.token_hex(16), datetime.now(UTC)
        values = {
            "id": identity,
            "role": role.word,
            "author": author,
            "created_at": now,
            "expires_at": now + LIFETIME,
        }
        with self._database.write() as connection:
            connection.execute(delete(invites).where(invites.c.expires_at <= now))
            connection.execute(insert(invites).values(values))
        return self._invite(identity, role, author, now + LIFETIME)

    def list(self) -> list[Invite]:
        """Valid invitations, oldest first."""
        query = (
            select(invites)
            .where(invites.c.expires_at > datetime.now(UTC))
            .order_by(invites.c.created_at, invites.c.id)
        )
        with self._database.read() as connection:
            rows = list(connection.execute(query))
        return [self._invite(row.id, Role.named(row.role), row.author, row.expires_at) for row in rows]

    def withdraw(self, identity: str) -> None:
        """Revoke an invitation."""
        with self._database.write() as connection:
            connection.execute(delete(invites).where(invites.c.id == identity))

    def check(self, token: str) -> None:
        """Check that a visitor with this token (empty: without one) may register.

        Raises:
            Invalid: registration is not allowed.
        """
        if not token and self.is_open:
            return
        identity = self._identity(token)
        query = select(invites.c.id).where(invites.c.id == identity, invites.c.expires_at > datetime.now(UTC))
        with self._database.read() as connection:
            if connection.execute(query).first() is None:
                raise Invalid(UNKNOWN)

    def register(self, token: str, name: str, password: str) -> User:
        """Register a user with a token; each invitation is valid once.

        Raises:
            Invalid: the invitation, the name or the password is invalid.
            Conflict: the name is in use.
        """
        self.check(token)
        name, hashed = self._users.hashed(name, password)
        with self._database.write() as connection:
            if not token:
                return add(connection, name, hashed, Role.ANNOTATOR)
            is_taken = (
                delete(invites)
                .where(invites.c.id == self._identity(token), invites.c.expires_at > datetime.now(UTC))
                .returning(invites.c.role)
            )
            role = connection.execute(is_taken).scalar()
            if role is None:
                raise Invalid(UNKNOWN)
            return add(connection, name, hashed, Role.named(role))

    def _invite(self, identity: str, role: Role, author: str, expires_at: datetime) -> Invite:
        return Invite(identity, str(self._signer.dumps(identity)), role, author, expires_at)

    @cached_property
    def _signer(self) -> URLSafeSerializer:
        return URLSafeSerializer(self._secret(), salt="invite")

    def _identity(self, token: str) -> str:
        if not token:
            raise Invalid(CLOSED)
        try:
            return str(self._signer.loads(token))
        except BadSignature:
            raise Invalid(UNKNOWN) from None
