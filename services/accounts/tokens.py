"""Token mode: one-time tokens that the terminal shows; each lets one browser in."""

from __future__ import annotations

import logging
import secrets
from threading import Lock

log = logging.getLogger(__name__)


class Tokens:
    """The token that is valid now. Each use makes a new one."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._token = secrets.token_urlsafe(32)
        self._address = ""

    def show_at(self, address: str) -> None:
        """Show the token in the terminal, as the address that a browser opens."""
        self._address = address
        log.info("Open %s", self.link)

    @property
    def link(self) -> str:
        """The address that lets a browser in."""
        return f"{self._address}/?token={self._token}"

    def use(self, token: str) -> bool:
        """Whether the token is valid; if so it is no longer, and the terminal shows another."""
        with self._lock:
            if not secrets.compare_digest(token.encode(), self._token.encode()):
                return False
            self._token = secrets.token_urlsafe(32)
        log.info("A browser was let in. For another one: %s", self.link)
        return True
