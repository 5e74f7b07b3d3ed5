"""Navigation: the bar on top, and dialogs of the shell."""

from __future__ import annotations

from flask.testing import FlaskClient

from callbacks.navigation import LEFT
from components.ids import ImportIds
from tests.support import fire


def test_an_open_dialog_of_the_shell_closes_when_its_page_is_left(client: FlaskClient) -> None:
    states = {f"{dialog}.is_open": dialog == ImportIds.DIALOG for dialog in LEFT}
    answer = fire(client, "_pages_location.pathname", "/classes", "aria-current", **states)
    assert answer.side == {f"{ImportIds.DIALOG}.is_open": False}
