"""Malformed callback requests: refused with a message, never a status 500."""

from __future__ import annotations

import json
import logging
from typing import Any

import pytest
from dash import Dash
from flask.testing import FlaskClient

from app import create_app
from components.ids import ShellIds
from routes.access import CALLBACK
from routes.callback_requests import OUTDATED, UNREADABLE, refusal
from services.web.container import Services
from tests.support import fire

KNOWN = "label-plot.answer"
PLOT = {"id": "label-plot", "property": "commands"}
DEEP = "[" * 200_000 + "]" * 200_000


def post(client: FlaskClient, text: str) -> tuple[int, str]:
    answer = client.post(CALLBACK, data=text, content_type="application/json")
    return answer.status_code, (answer.get_json(silent=True) or {}).get("error", "")


@pytest.mark.parametrize(
    "text",
    [
        DEEP,
        '{"output":' + '{"a":' * 100_000 + "1" + "}" * 100_000 + "}",
        "[1]",
        "null",
        "7",
        '"text"',
        "{}",
        '{"output": 5}',
        '{"output": ["label-plot.answer"]}',
        json.dumps({"output": KNOWN, "inputs": 5}),
        json.dumps({"output": KNOWN, "inputs": [5]}),
        json.dumps({"output": KNOWN, "inputs": [{"id": 5, "property": "x"}]}),
        json.dumps({"output": KNOWN, "inputs": [[[PLOT]]]}),
        json.dumps({"output": KNOWN, "inputs": [PLOT], "state": "x"}),
        json.dumps({"output": KNOWN, "inputs": [PLOT], "changedPropIds": [5]}),
        json.dumps({"output": KNOWN, "inputs": [PLOT], "outputs": 5}),
    ],
)
def test_a_body_that_no_page_sends_is_refused_in_words(client: FlaskClient, text: str) -> None:
    assert post(client, text) == (400, UNREADABLE)


@pytest.mark.parametrize("text", ["", "{", "\0"])
def test_a_body_that_is_no_json_is_refused(client: FlaskClient, text: str) -> None:
    assert post(client, text)[0] == 400


def test_a_page_of_another_version_is_asked_to_reload(client: FlaskClient) -> None:
    assert post(client, json.dumps({"output": "gone.children", "inputs": []})) == (404, OUTDATED)
    before_accounts = {"output": KNOWN, "inputs": [{**PLOT, "value": {"nonce": 1, "requests": []}}]}
    assert post(client, json.dumps(before_accounts)) == (404, OUTDATED)


def test_what_pages_send_passes(client: FlaskClient, services: Services) -> None:
    application: Dash = create_app(services.settings, services)
    for callback in client.get("/_dash-dependencies").get_json():
        body = {name: callback[name] for name in ("output", "inputs", "state")}
        assert refusal(body, application.callback_map) is None or callback["clientside_function"]
    wildcard = {"output": KNOWN, "inputs": [[PLOT, PLOT], PLOT], "outputs": [], "changedPropIds": ["a.b"]}
    assert refusal(wildcard, {KNOWN: {"inputs": [PLOT, PLOT], "state": []}}) is None


HUGE = 10**20


@pytest.mark.parametrize(
    "body",
    [
        {"recording": HUGE, "commands": [], "since": -1},
        {"recording": -HUGE, "commands": [], "since": -1},
        {
            "recording": 1,
            "commands": [{"uuid": "u", "kind": "add", "x0": HUGE, "x1": 10**400}],
            "since": HUGE,
        },
        {"recording": 1.5, "commands": [5], "since": "x"},
        {"recording": {"a": 1}, "commands": [[[]]], "since": None},
    ],
)
def test_numbers_beyond_the_database_and_nonsense_in_commands_are_refused_in_words(
    client: FlaskClient, ecg: int, body: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    assert ecg == 1
    payload = {
        "output": KNOWN,
        "outputs": {"id": "label-plot", "property": "answer"},
        "inputs": [{**PLOT, "value": {"nonce": 1, "requests": [body]}}],
        "state": [{"id": ShellIds.CONNECTION, "property": "data-user"}],
        "changedPropIds": ["label-plot.commands"],
    }
    with caplog.at_level(logging.ERROR):
        answer = client.post(CALLBACK, json=payload)
    assert answer.status_code in {200, 204}
    assert [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR] == []


def test_an_id_beyond_the_database_is_refused_in_words(client: FlaskClient) -> None:
    fired = fire(client, "label-save-request.data", {"recording": HUGE, "at": 1})
    assert fired.side["shell-toast.data"]["kind"] == "warning"


@pytest.mark.parametrize("number", [HUGE, 10**30, -HUGE])
def test_addresses_with_numbers_beyond_the_database_are_answered(client: FlaskClient, number: int) -> None:
    for path in (
        f"/label/{number}",
        f"/classes?set={number}",
        f"/models?model={number}",
        f"/window/{abs(number)}?from=0&to=1&px=10",
        f"/sample/{abs(number)}?x=1",
        f"/confidence/{abs(number)}?from=0&to=1&px=10",
        f"/download/outputs.zip?recordings={number}",
        f"/download/models/{number}.pth",
    ):
        assert client.get(path).status_code in {200, 400, 404}, path
