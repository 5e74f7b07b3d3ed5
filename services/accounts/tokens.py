"""Token mode: one-time tokens shown in the terminal, one per browser."""

from __future__ import annotations

import logging
import secrets
from threading import Lock

log = logging.getLogger(__name__)


class Tokens:
    """The current token. Each use replaces it."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._token = secrets.token_urlsafe(32)
        self._address = ""

    def show_at(self, address: str) -> None:
        """Show the token in the terminal, as the address to open in the browser."""
        self._address = address
        log.info("Open %s", self.link)

    @property
    def link(self) -> str:
        """The address with the current token."""
        return f"{self._address}/?token={self._token}"

    def use(self, token: str) -> bool:
        """True if the token is valid; then replaces it and shows the new one in the terminal."""
        with self._lock:
            if not secrets.compare_digest(token.encode(), self._token.encode()):
                return False
            self._token = secrets.token_urlsafe(32)
        log.info("A browser logged in with the token. For the next browser: %s", self.link)
        return True
