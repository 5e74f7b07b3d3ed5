"""Password hashing with argon2id (RFC 9106, low-memory parameters: 64 MiB, 3 passes)."""

from __future__ import annotations

from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.profiles import RFC_9106_LOW_MEMORY

from services.errors import Invalid

SHORTEST, LONGEST = 10, 200  # characters
AT_ONCE = 2  # concurrent hashes: each takes 64 MiB


class Passwords:
    """Creates and verifies hashes."""

    parameters = RFC_9106_LOW_MEMORY

    def __init__(self) -> None:
        self._hasher = PasswordHasher.from_parameters(self.parameters)
        self._turn = BoundedSemaphore(AT_ONCE)
        self._other = ""

    def hash(self, password: str, name: str) -> str:
        """The hash of a new password of the user ``name``.

        Raises:
            Invalid: it is too short, too long, or the user's name.
        """
        if not SHORTEST <= len(password) <= LONGEST:
            raise Invalid(f"A password has {SHORTEST} to {LONGEST} characters.")
        if password.casefold() == name.casefold():
            raise Invalid("The password must not be the name.")
        with self._turn:
            return self._hasher.hash(password)

    def fits(self, password: str, stored: str | None) -> bool:
        """True if ``stored`` is the hash of ``password``; takes equally long without a hash (None)."""
        if len(password) > LONGEST:
            return False
        with self._turn:
            if not self._other:
                self._other = self._hasher.hash("the password of no user")
            try:
                self._hasher.verify(stored or self._other, password)
            except (VerificationError, InvalidHashError):
                return False
        return stored is not None

    def is_outdated(self, stored: str) -> bool:
        """True if a hash was computed with other parameters than the current ones."""
        return self._hasher.check_needs_rehash(stored)
