"""Start-up check of authentication: refuse without users, warn without accounts."""

from __future__ import annotations

import logging

from services.accounts.modes import Mode, mode_of
from services.accounts.users import Users
from services.errors import Invalid
from services.settings import Settings

log = logging.getLogger(__name__)


def check_access(settings: Settings, users: Users) -> None:
    """Check that a server may start.

    Raises:
        Invalid: accounts are needed and there is no user, or the setting is invalid.
    """
    mode = mode_of(settings)
    if mode == Mode.TEAM and not users.any():
        raise Invalid(
            f"Tidemark does not start: other machines can reach {settings.host} with these settings, and there is "
            "no user yet. Add the first one:\n    python app.py user add --admin NAME\n"
            "To allow access without a login, set TIDEMARK_AUTH=off (docs/access.md)."
        )
    if mode == Mode.OFF:
        log.warning("TIDEMARK_AUTH=off: EVERY VISITOR of this server can read, change and delete EVERYTHING.")
