"""One file per URL: layout only."""

from __future__ import annotations

from pages import classes, files, home, label, models, not_found, outputs
from services.web.container import Services


def register(services: Services) -> None:
    """Register every page with Dash; call after the app exists and before its layout is set."""
    for page in (home, label, files, classes, models, outputs, not_found):
        page.register(services)
