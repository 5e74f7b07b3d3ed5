"""Authentication modes: chosen by the address to listen on and by ``TIDEMARK_AUTH``."""

from __future__ import annotations

from enum import StrEnum

from services.errors import Invalid
from services.settings import Settings

LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Mode(StrEnum):
    """Authentication mode."""

    LAPTOP = "laptop"  # reachable from this machine only: no login, all permissions
    TOKEN = "token"  # noqa: S105  # not a password; laptop on a shared machine: a browser needs the token of the terminal
    TEAM = "accounts"
    OFF = "off"  # reachable by others, without accounts, set explicitly


def mode_of(settings: Settings) -> Mode:
    """The authentication mode for these settings.

    A server on loopback with other allowed host names is behind a proxy, so other machines can reach it.

    Raises:
        Invalid: the setting is unknown, or contradicts the address.
    """
    names = {name.strip().lower() for name in settings.trusted_hosts.split(",")} - {""}
    private = settings.host in LOOPBACK and names <= LOOPBACK and not settings.trusted_proxy
    chosen = settings.auth.strip().lower()
    if chosen not in {"", *Mode} - {Mode.LAPTOP}:
        raise Invalid(
            f"TIDEMARK_AUTH is “{settings.auth}”, but must be accounts, token or off; without it the address decides."
        )
    if chosen == Mode.TOKEN and not private:
        raise Invalid(
            f"A token is for a server on this machine only, but this one listens on {settings.host}"
            f"{' for ' + settings.trusted_hosts if names else ''}. Add users instead: "
            "python app.py user add --admin NAME"
        )
    if chosen == Mode.OFF:
        return Mode.LAPTOP if private else Mode.OFF
    return Mode(chosen) if chosen else Mode.LAPTOP if private else Mode.TEAM
