"""Runs and jobs over HTTP: active jobs, cancelling, retrying, confidence."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from flask.testing import FlaskClient

from services.errors import Conflict, NotFound
from services.inference import RunOptions, RunRequest
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
    board = lab.services.job_board
    (shown,) = board.listed()["jobs"]
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
    board.dismiss(None)
    assert board.listed() == {"jobs": [], "counts": {}}


def test_a_job_that_failed_is_tried_again_with_the_same_arguments(lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    file = lab.services.models.file_of(model)
    content = file.read_bytes()
    file.write_bytes(b"not what it was")
    job = lab.run(recording, model, least=2)
    assert lab.services.job_board.listed()["counts"] == {"failed": 1}
    file.write_bytes(content)
    again = lab.services.job_board.retry(job.id)
    assert again != job.id
    assert [job["id"] for job in lab.services.job_board.listed()["jobs"]] == [again]
    assert lab.end_of(again).result == {
        "suggestions": 3,
        "accepted": 0,
        "held": 0,
        "sentence": "3 suggestions.",
    }
    with pytest.raises(Conflict):
        lab.services.job_board.retry(again)


def test_what_waits_is_cancelled_before_it_begins_and_leaves_nothing(lab: Lab) -> None:
    model, board = lab.model(), lab.services.job_board
    ids = [lab.recording(WAVE) for _ in range(3)]
    lab.begun(first := lab.start(lab.recording([-1, 1] * 100_000), lab.model(slow())))
    lab.services.runs.start(ids, RunRequest(model.id, RunOptions()))
    shown = board.listed()["jobs"]
    assert [label["before"] for label in shown] == [0, 1, 2, 3]
    last = shown[3]["id"]
    board.cancel([last])
    assert [job["state"] for job in board.listed()["jobs"] if job["id"] == last] == ["cancelled"]
    board.cancel([first])
    assert lab.end_of(shown[2]["id"]).state == "done"
    assert [len(lab.labels(identity)) for identity in ids] == [5, 5, 0]


def test_the_confidence_of_an_unknown_recording_is_refused_in_words(client: FlaskClient) -> None:
    answer = client.get("/confidence/999?from=0&to=1&px=10")
    assert answer.status_code == 404
    assert answer.get_json()["error"].endswith(".")


def test_a_job_that_does_not_exist_is_not_tried_again(lab: Lab) -> None:
    with pytest.raises(NotFound):
        lab.services.job_board.retry("nobody")
