"""Users and roles."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from services.errors import Invalid


class Role(IntEnum):
    """Role of a user; each role includes the permissions of the lower ones."""

    ANONYMOUS = 0  # not logged in
    ANNOTATOR = 1  # label, upload, run models, save
    REVIEWER = 2  # change and decide on labels of others; label classes
    ADMIN = 3  # users, models, permanent deletion

    @property
    def word(self) -> str:
        """Name of the role in the database, in forms and on the screen."""
        return self.name.lower()

    @classmethod
    def named(cls, word: str) -> Role:
        """The role of that name.

        Raises:
            Invalid: users cannot have that role.
        """
        role_found = next((role for role in GIVEN if role.word == word), None)
        if role_found is None:
            raise Invalid(f"“{word}” is not a role. Roles: {', '.join(role.word for role in GIVEN)}.")
        return role_found


GIVEN = (Role.ANNOTATOR, Role.REVIEWER, Role.ADMIN)  # roles that a user can have


@dataclass(frozen=True)
class User:
    """A user; ``id`` 0 is the user of a Tidemark without accounts."""

    id: int
    name: str
    role: Role
    created_at: datetime | None = None


LOCAL = User(0, "", Role.ADMIN)  # laptop mode, commands and workers
ANONYMOUS = User(0, "", Role.ANONYMOUS)
