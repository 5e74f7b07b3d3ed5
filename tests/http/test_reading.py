"""Reading a file differently, over HTTP."""

from __future__ import annotations

import time
from typing import Any

from flask.testing import FlaskClient

from services.web.container import Services
from tests.http.conftest import Bring

CSV = "when;v [mV];what\n01/02/2023 10:00;1,5;a\n02/02/2023 10:00;2,5;b\n"
PATIENCE = 60


def again(client: FlaskClient, recording: int, **body: Any) -> dict[str, Any]:
    found = client.post(f"/reading/{recording}", json=body).get_json()
    deadline = time.monotonic() + PATIENCE
    while found["state"] == "working":
        assert time.monotonic() < deadline
        found = client.get(f"/reading/{recording}/job/{found['job']}").get_json()
    return dict(found)


def test_what_was_said_can_be_asked_seen_beforehand_and_changed(client: FlaskClient, bring: Bring) -> None:
    recording = bring(CSV)
    found = client.get(f"/reading/{recording}").get_json()
    assert (found["said"], found["running"]) == ({}, None)
    assert "Europe/Berlin" in found["zones"]
    seen = client.post(f"/reading/{recording}/preview", json={"dates": "dmy"}).get_json()
    assert [column["role"] for column in seen["columns"]] == ["time", "channel", "left out"]
    assert seen["times"] == ["2023-02-01 10:00:00", "2023-02-02 10:00:00"]
    assert again(client, recording, options={"dates": "dmy"})["state"] == "done"
    assert client.get(f"/reading/{recording}").get_json()["said"] == {"dates": "dmy"}


def test_a_wrong_choice_is_told_at_its_field(client: FlaskClient, bring: Bring) -> None:
    recording = bring(CSV)
    for said, field in (
        ({"zone": "Nowhere"}, "zone"),
        ({"time": "what"}, "time"),
        ({"encoding": 7}, "encoding"),
    ):
        seen = client.post(f"/reading/{recording}/preview", json=said).get_json()
        assert seen["field"] == field
        assert seen["error"].endswith(".")
        done = again(client, recording, options=said)
        assert (done["state"], done["field"]) == ("refused", field)
    seen = client.post(f"/reading/{recording}/preview", json={"delimiter": "|"}).get_json()
    assert (seen["field"], "no column of numbers" in seen["error"]) == ("", True)


def test_nonsense_and_strangers_are_answered_in_words(
    client: FlaskClient, bring: Bring, services: Services
) -> None:
    recording = bring(CSV)
    for body in ([], "x", 3):
        assert client.post(f"/reading/{recording}", json=body).status_code == 400
        assert client.post(f"/reading/{recording}/preview", json=body).status_code == 400
    assert client.post(f"/reading/{recording}", json={"options": 3}).status_code == 400
    assert client.get("/reading/99").status_code == 404
    assert client.post("/reading/99/preview", json={}).status_code == 404
    assert client.get(f"/reading/{recording}/job/none").status_code == 404
    known = services.recordings.get(recording)
    services.recordings.source_path(known).unlink()
    answer = client.post(f"/reading/{recording}/preview", json={})
    assert (answer.status_code, "add the file again" in answer.get_json()["error"]) == (404, True)
