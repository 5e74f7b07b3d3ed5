"""Runs and jobs over HTTP: what runs, cancelling, trying again, how sure the model was."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from services.inference import Asked, RunOptions
from services.web.container import Services
from tests.unit.running import Lab, slow

WAVE = [-1, -1, -1, 1, 1, 1, 1, -1, -1, 1, -1, -1]


@pytest.fixture
def lab(services: Services, tmp_path: Path) -> Lab:
    return Lab(services, tmp_path)


def header(body: bytes) -> dict[str, Any]:
    return dict(json.loads(body[4 : 4 + int.from_bytes(body[:4], "little")]))


def test_a_run_is_started_shown_and_drawn(client: FlaskClient, lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    nothing = client.get(f"/confidence/{recording}?from=0&to=11&px=100").get_data()
    assert header(nothing)["run"] is None and header(nothing)["series"] == []
    job = lab.run(recording, model, span=(0, 9)).id
    (shown,) = client.get("/jobs").get_json()["jobs"]
    assert shown["about"] == {
        "title": f"Auto-label with {model.name}",
        "what": lab.services.recordings.get(recording).path,
        "part": True,
    }
    assert (shown["state"], shown["result"]["sentence"]) == ("done", "4 suggestions.")
    body = client.get(f"/confidence/{recording}?from=0&to=11&px=100").get_data()
    (series,) = header(body)["series"]
    offset, count = series["y"]
    start = 4 + int.from_bytes(body[:4], "little") + offset
    values = np.frombuffer(body[start : start + 8 * count], "<f8")
    assert header(body)["run"] == job and np.nanmax(values) == pytest.approx(0.9975, abs=0.004)
    assert client.post("/jobs/dismiss", json={"all": True}).get_json() == {"jobs": [], "counts": {}}


def test_a_job_that_failed_is_tried_again_with_the_same_arguments(client: FlaskClient, lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    file = lab.services.models.file_of(model)
    content = file.read_bytes()
    file.write_bytes(b"not what it was")
    job = lab.run(recording, model, least=2)
    assert client.get("/jobs").get_json()["counts"] == {"failed": 1}
    file.write_bytes(content)
    (again,) = client.post("/jobs/retry", json={"id": job.id}).get_json()["jobs"]
    assert again["id"] != job.id
    assert lab.end_of(again["id"]).result == {
        "suggestions": 3,
        "accepted": 0,
        "held": 0,
        "sentence": "3 suggestions.",
    }
    assert client.post("/jobs/retry", json={"id": again["id"]}).status_code == 409


def test_what_waits_is_cancelled_before_it_begins_and_leaves_nothing(client: FlaskClient, lab: Lab) -> None:
    model = lab.model()
    ids = [lab.recording(WAVE) for _ in range(3)]
    lab.begun(first := lab.start(lab.recording([-1, 1] * 100_000), lab.model(slow())))
    lab.services.runs.start(ids, Asked(model.id, RunOptions()))
    shown = client.get("/jobs").get_json()
    assert [one["before"] for one in shown["jobs"]] == [0, 1, 2, 3]
    last = shown["jobs"][3]["id"]
    left = client.post("/jobs/cancel", json={"ids": [last]}).get_json()
    assert [one["state"] for one in left["jobs"] if one["id"] == last] == ["cancelled"]
    client.post("/jobs/cancel", json={"ids": [first]})
    assert lab.end_of(shown["jobs"][2]["id"]).state == "done"
    assert [len(lab.labels(one)) for one in ids] == [5, 5, 0]


@pytest.mark.parametrize(
    ("method", "url", "body", "status"),
    [
        ("post", "/jobs/cancel", {}, 400),
        ("post", "/jobs/retry", {"id": "nobody"}, 404),
        ("post", "/jobs/explode", {}, 404),
        ("get", "/confidence/999?from=0&to=1&px=10", None, 404),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(
    client: FlaskClient, method: str, url: str, body: object, status: int
) -> None:
    answer = (
        client.open(url, method=method, json=body) if body is not None else client.open(url, method=method)
    )
    assert answer.status_code == status
    assert answer.get_json()["error"].endswith(".")
