"""One file per URL: layout only."""

from __future__ import annotations

from pages import account, agreement, classes, files, home, label, models, not_found, outputs, users
from services.web.container import Services


def register(services: Services) -> None:
    """Register every page with Dash; call after the app exists and before its layout is set."""
    for page in (home, label, files, classes, models, outputs, agreement, account, users, not_found):
        page.register(services)
