"""Logging to standard error, and references that connect a message with its log entry."""

from __future__ import annotations

import logging
import secrets


def configure_logging(level: int = logging.INFO) -> None:
    """Send every record of ``level`` and above to standard error."""
    logging.basicConfig(level=level, format="%(asctime)s %(levelname)-7s %(name)s: %(message)s")
    logging.getLogger("alembic").setLevel(logging.WARNING)
    logging.getLogger("waitress.queue").setLevel(logging.ERROR)


def new_reference() -> str:
    """A short reference for the user's message and for the traceback in the log."""
    return secrets.token_hex(4)
