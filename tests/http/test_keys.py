"""Key configuration in the help dialog through its callbacks."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from components.ids import LabelIds, ShellIds, key_button
from services.web.container import Services
from tests.support import Fired, fire, prop

BUTTONS = {prop(key_button(action), "n_clicks"): 0 for action in ("fit", "split")}
NAMES = {prop(key_button(action), "className"): "" for action in ("fit", "split")}
WAITING = f"{ShellIds.KEYS_WAITING}.data"
MESSAGE = f"{ShellIds.KEYS_MESSAGE}.children"


def press(client: FlaskClient, key: str, waiting: str = "split") -> Fired:
    """Press a key while one is waited for."""
    return fire(client, f"{ShellIds.KEY_PRESSED}.data", {"action": waiting, "key": key}, **BUTTONS)


def test_a_key_is_waited_for_and_kept(client: FlaskClient, services: Services) -> None:
    answer = fire(client, prop(key_button("split"), "n_clicks"), 1, **BUTTONS)
    assert answer.values[WAITING] == "split"
    assert "tm-waiting" in answer.values[prop(key_button("split"), "className")]
    values = press(client, "f")
    assert values.values[MESSAGE].endswith("“show the whole file” lost this key.")
    assert services.preferences.get("keys") == {"split": ["f"], "fit": []}
    assert '"f": "split"' in values.values[f"{ShellIds.KEYMAP}.data-keys"]
    fire(client, f"{ShellIds.KEYS_RESET}.n_clicks", 1, **BUTTONS)
    assert services.preferences.get("keys") is None


@pytest.mark.parametrize("key", ["Ctrl+W", "Escape", ""])
def test_an_invalid_key_changes_nothing(client: FlaskClient, services: Services, key: str) -> None:
    values = press(client, key)
    assert values.values[WAITING] == ("split" if key == "Ctrl+W" else None)
    assert services.preferences.get("keys") is None


def test_titles_and_hints_on_the_page_follow(client: FlaskClient, services: Services) -> None:
    services.preferences.set("keys", {"fit": ["g"], "save": ["Ctrl+B"]})
    values = fire(client, f"{ShellIds.KEYMAP}.data-keys", "{}", "title").values
    assert values[f"{LabelIds.FIT}.title"] == "Show the whole file (g)"
    assert values[f"{LabelIds.PLOT}.keymap"]["fit"] == "g"
    assert values[f"{LabelIds.PLOT}.keymap"]["save"] == "Ctrl+B"  # the plot writes it on the button
