"""Whether accounts are needed: decided by the address to listen on and by ``TIDEMARK_AUTH``."""

from __future__ import annotations

from enum import StrEnum

from services.errors import Invalid
from services.settings import Settings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Mode(StrEnum):
    """How users are let in."""

    LAPTOP = "laptop"  # reachable from this machine only: everybody may do everything
    TOKEN = "token"  # noqa: S105  # no password; laptop on a shared machine: a browser needs the token of the terminal
    TEAM = "accounts"
    OFF = "off"  # reachable by others, without accounts, because a setting says so


def mode_of(settings: Settings) -> Mode:
    """The mode in which a server with these settings runs.

    A server on loopback that may be asked for by other names is behind a proxy, so others reach it.

    Raises:
        Invalid: the setting is none of the possible ones, or contradicts the address.
    """
    names = {name.strip().lower() for name in settings.trusted_hosts.split(",")} - {""}
    private = settings.host in LOOPBACK and names <= LOOPBACK
    asked = settings.auth.strip().lower()
    if asked not in {"", *Mode} - {Mode.LAPTOP}:
        raise Invalid(
            f"TIDEMARK_AUTH is “{settings.auth}”, but must be accounts, token or off; without it the address decides."
        )
    if asked == Mode.TOKEN and not private:
        raise Invalid(
            f"A token is for a server on this machine only, but this one listens on {settings.host}"
            f"{' for ' + settings.trusted_hosts if names else ''}. Add users instead: "
            "python app.py user add --admin NAME"
        )
    if asked == Mode.OFF:
        return Mode.LAPTOP if private else Mode.OFF
    return Mode(asked) if asked else Mode.LAPTOP if private else Mode.TEAM
