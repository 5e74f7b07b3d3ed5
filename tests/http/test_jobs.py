"""Following jobs: what a page that started one, and any other page, is told of it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from components.ids import JobsIds, ShellIds
from services.web.container import Services
from tests.support import fire
from tests.unit.running import Lab

WAVE = [-1, -1, -1, 1, 1, 1, 1, -1, -1, 1, -1, -1]
VERSION, STARTED = f"{ShellIds.JOBS_VERSION}.data", f"{JobsIds.STARTED}.data"
WATCHED, ENDED = f"{JobsIds.WATCHED}.data", f"{JobsIds.ENDED}.data"


@pytest.fixture
def lab(services: Services, tmp_path: Path) -> Lab:
    return Lab(services, tmp_path)


def test_a_job_that_ended_before_its_page_looked_is_still_announced_once(
    client: FlaskClient, lab: Lab
) -> None:
    job = lab.run(lab.recording(WAVE), lab.model())
    told = fire(client, STARTED, [job.id]).values
    assert [(one["id"], one["kind"], one["state"]) for one in told[ENDED]] == [(job.id, "autolabel", "done")]
    assert told[WATCHED] == [] and told[f"{JobsIds.PULSE}.disabled"]
    again = fire(client, VERSION, "x", **{STARTED: [job.id], WATCHED: told[WATCHED]}).values
    assert ENDED not in again


def test_a_page_that_saw_a_job_of_another_page_is_told_of_its_end(client: FlaskClient, lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    job = lab.start(recording, model)
    seen: dict[str, Any] = fire(client, VERSION, "x").values
    assert seen[WATCHED] == [job] or lab.services.jobs.get(job).state == "done"
    lab.end_of(job)
    (ended,) = fire(client, VERSION, "y", **{WATCHED: [job]}).values[ENDED]
    assert (ended["recording"], ended["result"]["sentence"]) == (recording, "5 suggestions.")
