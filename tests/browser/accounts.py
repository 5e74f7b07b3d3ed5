"""Test helpers: a server with users, and logging in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page

from services.accounts.model import Role
from tests.browser.desk import Desk
from tests.conftest import _running
from tests.support import Server, with_tables

PASSWORD = "correct horse battery"
REFUSED = "status of 40[13]|answer 40[13]"  # console messages of the browser


def desk_of_users(tmp_path: Path, request: pytest.FixtureRequest, **roles: Role) -> Iterator[Desk]:
    """A running server with accounts and these users, as a fixture."""
    server = Server(tmp_path / "team", lazy=True, TIDEMARK_AUTH="accounts")
    with_tables(server.settings)
    desk = Desk(server)
    for name, role in roles.items():
        desk.services.users.add(name, PASSWORD, role)
    running = _running(server, request)
    next(running)
    yield desk
    desk.services.jobs.stop()
    desk.services.database.close()
    next(running, None)


def log_in(page: Page, name: str) -> None:
    """Fill the form of the login page and send it."""
    page.get_by_label("Name").fill(name)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Log in").click()
