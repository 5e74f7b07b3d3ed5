"""Rate limit of logins and registrations, by name and address.

Counts are in memory, or in the Redis of the jobs if several processes serve.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from hashlib import sha256

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import FixedWindowRateLimiter

from services.accounts.users import key_of
from services.errors import Busy, TooOften
from services.settings import Settings

log = logging.getLogger(__name__)

NAME_AT_ADDRESS = RateLimitItemPerMinute(10, 5)  # 10 in 5 minutes
NAME = RateLimitItemPerHour(100)
ADDRESS = RateLimitItemPerMinute(100, 5)


class Attempts:
    """Counts attempts."""

    def __init__(self, settings: Settings) -> None:
        storage = storage_from_string(settings.broker_url or "memory://", wrap_exceptions=True)
        self._limiter = FixedWindowRateLimiter(storage)

    def count(self, address: str, name: str = "") -> None:
        """Count an attempt from ``address`` as the user ``name``, before the password is verified.

        Raises:
            TooOften: too many attempts.
            Busy: the counter is unavailable, so no attempt is allowed.
        """
        counted: list[tuple[RateLimitItem, tuple[str, ...]]] = [(ADDRESS, ("address", address))]
        if name:
            counted += [
                (NAME_AT_ADDRESS, ("both", address, _short(name))),
                (NAME, ("name", _short(name))),
            ]
        for limit, key in counted:
            if not self._hit(limit, *key):
                log.warning("Too many attempts to log in from %s", address)
                raise TooOften(f"Too many attempts. Try again in {limit.get_expiry() // 60} minutes.")

    def _hit(self, limit: RateLimitItem, *key: str) -> bool:
        try:
            return self._limiter.hit(limit, *key)
        except StorageError as error:
            raise Busy("The queue of jobs (Redis) does not answer. Ask an admin to start it.") from error

    def forget(self, address: str, name: str) -> None:
        """Reset the counts after a login."""
        with suppress(StorageError):  # the attempts keep counting
            self._limiter.clear(NAME_AT_ADDRESS, "both", address, _short(name))


def _short(name: str) -> str:
    return sha256(key_of(name).encode()).hexdigest()
