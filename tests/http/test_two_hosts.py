"""Two hosts: two web processes and two workers on one PostgreSQL, one Redis and shared folders."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import uuid4

import psutil
import pytest
from sqlalchemy import select

import background
from app import create_app
from components.ids import ShellIds
from services.accounts.model import Role
from services.inference.service import POOL
from services.jobs import Job, JobState
from services.storage.tables import jobs as job_rows
from services.web.container import Services, build_services
from tests.http_client import HttpClient
from tests.postgres_server import postgres_server
from tests.redis_server import Worker, redis_server
from tests.support import PATIENCE, ROOT, Server, eventually, fire
from tests.unit.running import Lab, slow

FOLDERS = ("data_dir", "models_dir", "outputs_dir")
PASSWORD = "correct horse battery"
EACH = 40  # labels that are added at each host
SAMPLES = 100_000


class Browser(HttpClient):
    """A browser with an account at one host."""

    def log_in(self) -> Browser:
        form = {"name": "Ann", "password": PASSWORD}
        assert self.session.post(f"{self.url}/login", form, timeout=PATIENCE).ok
        return self

    def exchange(self, recording: int, commands: list[dict[str, Any]], since: int = -1) -> dict[str, Any]:
        """Send commands as the plot does; the answer for the recording."""
        payload = {"nonce": 1, "requests": [{"recording": recording, "commands": commands, "since": since}]}
        fired = fire(self, "label-plot.commands", payload)  # type: ignore[arg-type]  # it has what fire uses
        return dict(fired.values["label-plot.answer"]["answers"][0])


class Site:
    """Both hosts, and the same services in this process."""

    def __init__(self, folder: Path, database: str, broker: str) -> None:
        shared = {
            "TIDEMARK_DATABASE_URL": database,
            "TIDEMARK_BROKER_URL": broker,
            "TIDEMARK_AUTH": "accounts",
        }
        self.servers = [Server(folder / "shared", **shared) for _ in range(2)]
        settings = self.servers[0].settings
        self._environment = shared | {
            f"TIDEMARK_{name.upper()}": str(getattr(settings, name)) for name in FOLDERS
        }
        settings = replace(settings, database_url=database, broker_url=broker, auth="accounts")
        self.services: Services = build_services(settings, background.runner_for(settings))
        create_app(settings, self.services)  # jobs are handed over by its background callback
        self.services.users.add("Ann", PASSWORD, Role.ADMIN)
        self.lab = Lab(self.services, folder)
        self.workers: list[Worker] = []

    def start(self) -> None:
        for server in self.servers:
            server.start()
        self.workers = [self.worker(), self.worker()]

    def worker(self) -> Worker:
        return Worker([str(ROOT / "app.py"), "worker", POOL], "ready for jobs", **self._environment)

    def stop(self) -> None:
        for worker in self.workers:
            worker.kill()
        for server in self.servers:
            server.stop()
        self.services.database.close()

    def browsers(self) -> list[Browser]:
        return [Browser(server.url).log_in() for server in self.servers]

    def worker_of(self, job_id: str) -> Worker:
        """The worker that has claimed a job."""
        with self.services.database.read() as connection:
            pid = connection.execute(select(job_rows.c.worker).where(job_rows.c.id == job_id)).scalar_one()
        masters = {parent.pid for parent in psutil.Process(pid).parents()} | {pid}
        (single,) = [worker for worker in self.workers if worker.pid in masters]
        return single

    def end_of(self, job_id: str) -> Job:
        eventually(lambda: not self.services.jobs.get(job_id).active)
        return self.services.jobs.get(job_id)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("site")
    with postgres_server() as postgres, redis_server() as redis:
        site = Site(folder, postgres.create("tidemark"), f"{redis}/0")
        try:
            site.start()
            yield site
        finally:
            site.stop()


def add(number: int, host: int) -> dict[str, Any]:
    start = number * 20 + host * 5
    return {
        "uuid": str(uuid4()),
        "kind": "add",
        "id": str(uuid4()),
        "label": "beat",
        "x0": start,
        "x1": start + 3,
    }


def test_edits_at_both_hosts_are_all_kept_once_and_seen_at_the_other(site: Site) -> None:
    recording = site.lab.recording([0, 1] * 500)
    first, second = site.browsers()
    commands = [[add(number, host) for number in range(EACH)] for host in range(2)]

    def send(browser: Browser, batch: list[dict[str, Any]]) -> None:
        for command in batch:
            assert command["uuid"] in browser.exchange(recording, [command])["acked"]

    with ThreadPoolExecutor() as pool:
        for sent in [pool.submit(send, first, commands[0]), pool.submit(send, second, commands[1])]:
            sent.result()
    again = second.exchange(recording, commands[0])  # sent again elsewhere, since the answer was lost
    assert set(again["acked"]) == {command["uuid"] for command in commands[0]}
    ids = {command["id"] for batch in commands for command in batch}
    for browser in (first, second):
        rows = browser.exchange(recording, [])["upsert"]
        assert Counter(row["id"] for row in rows) == Counter(ids)
    assert {entry["author"] for entry in site.services.history.page(recording)["entries"]} == {"Ann"}


def test_bytes_of_a_recording_and_versions_of_lists_are_the_same_at_both(site: Site) -> None:
    first, second = site.browsers()
    beat = f"{ShellIds.BEAT}.data"
    before = fire(second, beat, 1).values  # type: ignore[arg-type]  # it has what fire uses
    recording = site.lab.recording(range(1000))
    window = f"/window/{recording}?from=0&to=999&px=500&channels=0"
    assert first.get(window).status_code == 200
    assert first.get(window).data == second.get(window).data
    assert fire(second, beat, 2, **before).values.keys() == {f"{ShellIds.FILES_VERSION}.data"}  # type: ignore[arg-type]


def test_a_session_holds_at_both_hosts_and_ends_at_both(site: Site) -> None:
    first, second = (Browser(server.url) for server in site.servers)
    assert second.get("/_dash-layout").status_code == 401
    first.log_in()
    (key,) = first.session.cookies.values()
    name = first.session.cookies.keys()[0]
    port = second.url.rpartition(":")[
        2
    ]  # a browser has a cookie for each port; a proxy has one port for both
    second.session.cookies.set(name.rpartition("-")[0] + f"-{port}", key)
    assert second.get("/_dash-layout").status_code == 200
    assert first.session.post(f"{first.url}/account", {"do": "logout"}, timeout=PATIENCE).ok
    assert second.get("/_dash-layout").status_code == 401


def test_a_killed_worker_is_detected_on_both_hosts_and_the_other_worker_continues(site: Site) -> None:
    recording = site.lab.recording([-1, 1] * (SAMPLES // 2))
    model = site.lab.model(slow())
    job_id = site.lab.start(recording, model)
    site.lab.begun(job_id)
    killed = site.worker_of(job_id)
    killed.kill()
    ended = site.end_of(job_id)
    assert ended.state == JobState.INTERRUPTED and "ended unexpectedly" in str(ended.error)
    quick = site.lab.model()
    short = site.lab.recording([-1, -1, 1, 1] * 50)
    assert site.end_of(site.lab.start(short, quick)).state == JobState.DONE
    for browser in site.browsers():
        rows = browser.exchange(short, [])["upsert"]
        assert len(rows) == 100 and {row["status"] for row in rows} == {"suggested"}
    site.workers.remove(killed)
    site.workers.append(site.worker())


def test_one_host_can_go_away_and_come_back_while_the_other_works(site: Site) -> None:
    recording = site.lab.recording([0, 1] * 500)
    site.servers[0].kill()
    (second,) = [Browser(site.servers[1].url).log_in()]
    command = add(1, 0)
    assert command["uuid"] in second.exchange(recording, [command])["acked"]
    site.servers[0].start()
    first = Browser(site.servers[0].url).log_in()
    assert [row["id"] for row in first.exchange(recording, [])["upsert"]] == [command["id"]]
