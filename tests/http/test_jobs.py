"""Following jobs: notifications of the page that started one, and of other pages."""

from __future__ import annotations

import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient

from app import create_app
from components.ids import JobsIds, ShellIds, job_button
from services.accounts import acting
from services.jobs import Job, JobState
from services.web.container import Services, build_services
from tests.support import fire, prop, request_of, settings_in, with_tables
from tests.unit.job_functions import job_kinds, pool_runner

VERSION, STARTED = f"{ShellIds.JOBS_VERSION}.data", f"{JobsIds.STARTED}.data"
WATCHED, ENDED, FOLLOWED = (f"{one}.data" for one in (JobsIds.WATCHED, JobsIds.ENDED, JobsIds.FOLLOWED))
LIST = f"{JobsIds.LIST}.children"
PATIENCE = 240  # seconds; the machine may be busy


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Services]:
    """One program for all tests of the module, with kinds of jobs that are quick or wait to be cancelled."""
    settings = with_tables(settings_in(tmp_path_factory.mktemp("jobs")))
    built = build_services(settings, pool_runner(settings))
    for name, kind in job_kinds().items():
        built.jobs.register(name, replace(kind, shown=True))
    yield built
    built.jobs.stop()
    built.database.close()


@pytest.fixture(scope="module")
def _client(services: Services) -> FlaskClient:
    return create_app(services.settings, services).server.test_client()


@pytest.fixture
def client(_client: FlaskClient, services: Services) -> Iterator[FlaskClient]:
    """A page of a program without any job."""
    yield _client
    services.job_board.cancel(None)
    services.job_board.dismiss(None)


@pytest.fixture
def begun(services: Services) -> str:
    """A job that runs, until it is cancelled."""
    flag = services.settings.data_dir / f"flag-{time.monotonic_ns()}"
    job = services.jobs.submit("block", {"flag": str(flag), "about": {"title": "Block", "what": "a.csv"}})
    deadline = time.monotonic() + PATIENCE
    while not services.jobs.get(job).progress:
        assert time.monotonic() < deadline
        threading.Event().wait(0.01)
    return job


def run(services: Services, kind: str, **arguments: Any) -> Job:
    """Do a job and wait for its end."""
    job = services.jobs.submit(kind, arguments)
    assert services.jobs.wait_for_end(job, PATIENCE)
    return services.jobs.get(job)


class Follower:
    """A page that follows a job by Dash's protocol of background callbacks."""

    def __init__(self, client: FlaskClient, job: str) -> None:
        self._client = client
        config = re.search(r'_dash-config" type="application/json">(.*?)</script>', client.get("/files").text)
        assert config
        self._end = json.loads(config[1])["end_id"]
        self._payload = {
            "output": f"{JobsIds.FOLLOWED_RESULT}.data",
            "outputs": {"id": JobsIds.FOLLOWED_RESULT, "property": "data"},
            "inputs": [{"id": JobsIds.FOLLOWED, "property": "data", "value": job}],
            "state": [],
            "changedPropIds": [FOLLOWED],
        }
        self._handles = self._ask()

    def look(self) -> dict[str, Any]:
        """What one question of the page brings."""
        return self._ask(cacheKey=self._handles["cacheKey"], job=self._handles["job"])

    def cancel(self) -> None:
        """Press the button that ``cancel=`` names."""
        button = {
            "output": f"{JobsIds.STOP}.id",
            "outputs": {"id": JobsIds.STOP, "property": "id"},
            "inputs": [{"id": JobsIds.STOP, "property": "n_clicks", "value": 1}],
            "state": [],
            "changedPropIds": [f"{JobsIds.STOP}.n_clicks"],
        }
        self._ask(button, cancelJob=self._handles["job"])

    def end(self) -> dict[str, Any]:
        """Ask until the job has ended; how it did."""
        while "response" not in (answer := self.look()):
            assert "error" not in answer
        found = dict(answer["response"][JobsIds.FOLLOWED_RESULT]["data"])
        followed = answer.get("sideUpdate", {}).get(JobsIds.FOLLOWED_END)
        assert followed == (None if found["state"] == "unknown" else {"data": found})
        return found

    def _ask(self, payload: dict[str, Any] | None = None, **handles: str) -> dict[str, Any]:
        query = {"endId": self._end, **handles}
        asked = payload or self._payload
        answer = self._client.post("/_dash-update-component", json=asked, query_string=query)
        assert answer.status_code in {200, 204}, answer.text
        return dict(answer.get_json(silent=True) or {})


def test_a_job_that_ended_before_its_page_looked_is_still_announced_once(
    client: FlaskClient, services: Services
) -> None:
    job = run(services, "double", number=1)
    values = fire(client, STARTED, [job.id], ENDED).values
    assert [(one["id"], one["kind"], one["state"]) for one in values[ENDED]] == [(job.id, "double", "done")]
    assert values[WATCHED] == [] and FOLLOWED not in values
    again = fire(client, VERSION, "x", ENDED, **{STARTED: [job.id], WATCHED: values[WATCHED]}).values
    assert ENDED not in again


def test_a_new_page_follows_a_job_of_another_page_and_is_notified_of_its_end(
    client: FlaskClient, begun: str
) -> None:
    seen = fire(client, VERSION, None, **{f"{JobsIds.STOP}.hidden": True}).values
    assert (seen[WATCHED], seen[FOLLOWED]) == ([begun], begun)
    page, other = Follower(client, begun), Follower(client, begun)
    assert page.look()["progress"] == {f"{JobsIds.BAR}.value": "0.4"}
    page.cancel()
    assert page.end() == other.end() == {"id": begun, "state": "cancelled"}
    (ended,) = fire(client, VERSION, "y", **{WATCHED: [begun]}).values[ENDED]
    assert (ended["about"]["what"], ended["error"]) == ("a.csv", "It was cancelled.")


def test_a_page_follows_its_job_until_it_starts_another(
    client: FlaskClient, services: Services, begun: str
) -> None:
    following = {FOLLOWED: begun, WATCHED: [begun], f"{JobsIds.STOP}.hidden": False}
    assert FOLLOWED not in fire(client, VERSION, "x", **following).values
    second = services.jobs.submit("double", {"number": 1})
    assert FOLLOWED not in fire(client, VERSION, "y", **following).values
    assert fire(client, STARTED, [second], ENDED, **following).values[FOLLOWED] == second


def test_two_users_with_equal_arguments_follow_two_jobs(client: FlaskClient, services: Services) -> None:
    ids = [services.jobs.submit("double", {"number": 1}, owner) for owner in ("ada", "bob")]
    assert [Follower(client, identity).end() for identity in ids] == [
        {"id": identity, "state": "done"} for identity in ids
    ]


def test_a_page_that_turns_to_another_job_ends_none(
    client: FlaskClient, services: Services, begun: str
) -> None:
    page = Follower(client, begun)
    page._ask(oldJob=page._handles["job"])
    assert services.jobs.get(begun).state == JobState.RUNNING


def test_a_page_that_follows_the_job_of_another_user_does_not_cancel_it(
    client: FlaskClient, services: Services, begun: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(acting, "owns", lambda _owner: False)
        Follower(client, begun).cancel()
        assert services.jobs.get(begun).state == JobState.RUNNING


def test_following_a_missing_job_ends_immediately(client: FlaskClient) -> None:
    assert Follower(client, "nobody").end() == {"id": "nobody", "state": "unknown"}


def test_a_handle_that_a_page_made_up_cancels_nothing(
    client: FlaskClient, services: Services, begun: str
) -> None:
    page = Follower(client, begun)
    page._handles = {**page._handles, "job": begun}
    page.cancel()
    assert services.jobs.get(begun).state == JobState.RUNNING


def test_the_strip_shows_how_many_run_and_how_many_failed(
    client: FlaskClient, services: Services, begun: str
) -> None:
    button = f"{JobsIds.BUTTON}.className", f"{JobsIds.BUTTON}.hidden"
    busy = fire(client, VERSION, "x").values
    assert [busy[identity] for identity in button] == ["tm-jobs-button tm-jobs-busy", False]
    assert "1 running or waiting, 0 done, 0 failed" in str(busy[f"{JobsIds.WORDS}.children"])
    services.jobs.cancel(begun)
    run(services, "refuse")
    bad = fire(client, VERSION, "y").values
    assert [bad[identity] for identity in button] == ["tm-jobs-button tm-jobs-bad", False]
    assert "'1 job failed'" in str(bad[f"{JobsIds.WORDS}.children"])
    services.job_board.dismiss(None)
    assert fire(client, VERSION, "z").values[f"{JobsIds.BUTTON}.hidden"]


def test_the_list_offers_what_can_be_done_and_is_made_again_only_when_a_job_changes_state(
    client: FlaskClient, services: Services, begun: str
) -> None:
    opened = fire(client, f"{JobsIds.PANEL}.is_open", True, LIST).values
    assert "Cancel" in str(opened[LIST]) and "Retry" not in str(opened[LIST])
    shown = {f"{JobsIds.PANEL}.is_open": True, f"{JobsIds.SHOWN}.data": opened[f"{JobsIds.SHOWN}.data"]}
    assert LIST not in fire(client, f"{JobsIds.CHANGED}.data", "x", LIST, **shown).values
    press(client, "cancel", begun)
    drawn = str(fire(client, f"{JobsIds.CHANGED}.data", "y", LIST, **shown).values[LIST])
    for words in ("Block", "a.csv", "Retry", "Dismiss: Block a.csv", "Dismiss all that ended"):
        assert words in drawn
    assert "Cancel" not in drawn.replace("It was cancelled.", "")


def test_a_job_that_failed_is_tried_again_and_what_ended_is_dismissed(
    client: FlaskClient, services: Services
) -> None:
    job = run(services, "refuse")
    (again,) = press(client, "retry", job.id)["started"]
    assert services.jobs.wait_for_end(again, PATIENCE)
    assert again != job.id and services.jobs.get(again).state == JobState.FAILED
    assert press(client, "dismiss", "")["started"] == []
    assert services.job_board.listed() == {"jobs": [], "counts": {}}


def test_two_buttons_pressed_in_one_moment_are_both_obeyed(client: FlaskClient, services: Services) -> None:
    first, second = (prop(job_button("dismiss", run(services, "refuse").id), "n_clicks") for _ in range(2))
    request = request_of(client, first, 1, JobsIds.ACTED, **{second: 1})
    request["changedPropIds"].append(second)
    client.post("/_dash-update-component", json=request)
    assert services.job_board.listed()["jobs"] == []


def test_drawing_the_list_presses_no_button(client: FlaskClient, begun: str, services: Services) -> None:
    answer = press(client, "cancel", begun, clicks=None)
    assert answer == {} and services.jobs.get(begun).state == JobState.RUNNING


def press(client: FlaskClient, what: str, job: str, clicks: int | None = 1) -> dict[str, Any]:
    """Press a button of the list."""
    identity = job_button(what, job)
    pressed = {"id": identity, "property": "n_clicks", "value": clicks}
    payload = {
        "output": f"{JobsIds.ACTED}.data",
        "outputs": {"id": JobsIds.ACTED, "property": "data"},
        "inputs": [[pressed]],
        "state": [],
        "changedPropIds": [json.dumps(identity, sort_keys=True, separators=(",", ":")) + ".n_clicks"],
    }
    answer = client.post("/_dash-update-component", json=payload).get_json(silent=True) or {}
    return dict(answer["response"][JobsIds.ACTED]["data"]) if answer else {}
