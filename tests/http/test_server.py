"""Server process: resources, address, shutdown."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import signal
import socket
import threading
import time
from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import psutil
import pytest
from sqlalchemy import update

from services.jobs import JobState
from services.jobs import rows as job_rows
from services.jobs.jobs import _queued
from services.storage.tables import jobs
from services.web.container import build_services
from tests.redis_server import Worker, redis_server
from tests.support import PATIENCE, ROOT, Server, eventually, write_training_files

JSON = {"Content-Type": "application/json"}
FOLDERS = ("data_dir", "models_dir", "outputs_dir")


def get(server: Server, path: str) -> tuple[int, str]:
    """Status and text of an answer."""
    connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=PATIENCE)
    connection.request("GET", path)
    answer = connection.getresponse()
    text = answer.read().decode(errors="replace")
    connection.close()
    return answer.status, text


def test_the_process_that_serves_never_has_torch_in_its_memory(tmp_path: Path, sample_data: Path) -> None:
    shutil.copytree(sample_data, tmp_path / "server" / "data")
    server = Server(tmp_path / "server", fresh=True).start()
    try:
        for path in ("/health", "/label/1", "/_dash-layout", "/window/1?from=0&to=10&px=800"):
            assert get(server, path)[0] == 200, path
        mapped = Path(f"/proc/{server.pid}/maps").read_text()
    finally:
        server.stop()
    assert "/numpy/" in mapped, "or this would prove nothing"
    assert "torch" not in mapped


def test_it_logs_its_address_once_and_answers_there(server: Server) -> None:
    assert re.findall(r"Tidemark is ready at (\S+)", server.log) == [server.url]
    assert get(server, "/health")[0] == 200


def test_only_this_machine_can_reach_it(server: Server) -> None:
    listening = [
        each.laddr.ip
        for each in psutil.Process(server.pid).net_connections()
        if each.status == psutil.CONN_LISTEN
    ]
    assert listening == ["127.0.0.1"]


def test_variables_of_dash_and_flask_open_nothing(tmp_path: Path) -> None:
    meant_badly = {"HOST": "0.0.0.0", "DASH_DEBUG": "true", "FLASK_DEBUG": "1", "DASH_MCP_ENABLED": "true"}
    server = Server(tmp_path / "server", fresh=True, **meant_badly)
    try:
        server.start()
        assert urlsplit(server.url).hostname == "127.0.0.1"
        page = get(server, "/")[1]
        assert '"ui":false' in page and '"hot_reload"' not in page
        assert re.search(r"\"reloadHash\": ?null", get(server, "/_reload-hash")[1]), "no reloading"
        assert "mcp" not in page
    finally:
        server.stop()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_its_worker_ends_with_it(tmp_path: Path, how: signal.Signals) -> None:
    server = Server(tmp_path / "server", fresh=True).start()
    workers = eventually(psutil.Process(server.pid).children, PATIENCE)
    os.kill(server.pid, how)
    server.stop()
    _gone, alive = psutil.wait_procs(workers, timeout=PATIENCE)
    assert not alive


def test_ending_it_by_keyboard_leaves_no_traceback(server: Server) -> None:
    server.stop()
    assert "Traceback" not in server.log


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_ended_by_a_supervisor_it_marks_its_jobs_and_ends_in_good_order(
    server: Server, how: signal.Signals
) -> None:
    services = build_services(server.settings)
    process = psutil.Process(server.pid)
    job = replace(_queued("ingest", {}, "", None), state=JobState.RUNNING)
    with services.database.write() as connection:
        job_rows.add(connection, [job], True)
        owner = {"pid": process.pid, "pid_created": process.create_time()}
        connection.execute(update(jobs).where(jobs.c.id == job.id).values(**owner))
    os.kill(server.pid, how)
    assert server.wait() == 0
    assert services.jobs.get(job.id).state == JobState.INTERRUPTED
    assert "Traceback" not in server.log
    services.database.close()


NO_TEMPORARY_FOLDER = """
import os, tempfile
tempfile._candidate_tempdir_list = lambda: [one for one in [os.environ.get("TMPDIR", "")] if ".partial" in one]
"""


def test_a_machine_without_a_temporary_folder_can_upload_and_train(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site" / "sitecustomize.py").write_text(NO_TEMPORARY_FOLDER)
    server = Server(tmp_path / "server", fresh=True, PYTHONPATH=f"{tmp_path / 'site'}:{ROOT}")
    data, labels = write_training_files(tmp_path)
    made = tmp_path / "model.pth"
    options = ("--seconds", "1", "--no-holdout", "--out", made)
    done = server.command("train", "--data", data, "--labels", labels, *options)
    assert done.returncode == 0 and made.exists(), done.stderr
    try:
        server.start()
        assert _temporary_of_a_worker(server) == str(server.settings.uploads_dir / ".partial")
        connection = http.client.HTTPConnection(urlsplit(server.url).netloc, timeout=PATIENCE)
        connection.request("POST", "/_dash-update-component", b"[" + b" " * 2_000_000 + b"]", JSON)
        assert connection.getresponse().status == 400, "a body that is buffered on the disk"
        connection.close()
    finally:
        server.stop()
    assert "Traceback" not in server.log


def _temporary_of_a_worker(server: Server) -> str:
    """Where a worker keeps its temporary files; a process that is just being made still looks like its parent."""
    deadline = time.monotonic() + PATIENCE
    while True:
        workers = psutil.Process(server.pid).children()
        found = [where for worker in workers if (where := worker.environ().get("TMPDIR"))]
        if found:
            return found[0]
        assert time.monotonic() < deadline
        threading.Event().wait(0.05)


def test_bodies_that_do_not_come_hold_no_thread(server: Server) -> None:
    host, port = urlsplit(server.url).netloc.split(":")
    begun = (
        "POST /_dash-update-component HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n",
        "POST /upload HTTP/1.1\r\nHost: localhost\r\nX-Tidemark-Upload: 1\r\nTus-Resumable: 1.0.0\r\n",
    )
    stalled = []
    try:
        for number in range(10 * server.settings.threads):
            one = socket.create_connection((host, int(port)), timeout=PATIENCE)
            one.sendall(f"{begun[number % 2]}Content-Length: 1000000\r\n\r\n{{".encode())
            stalled.append(one)
        before = time.monotonic()
        assert get(server, "/health")[0] == 200
        assert time.monotonic() - before < 20, "it waited for bodies, which would be given up after 60 s"
    finally:
        for one in stalled:
            one.close()


def test_with_a_broker_files_are_read_by_the_worker_and_not_by_the_server(tmp_path: Path) -> None:
    with redis_server() as address:
        broker = {"TIDEMARK_BROKER_URL": f"{address}/0"}
        server = Server(tmp_path / "server", fresh=True, samples=True, **broker)
        folders = {f"TIDEMARK_{name.upper()}": str(getattr(server.settings, name)) for name in FOLDERS}
        worker = Worker([str(ROOT / "app.py"), "worker", "ingest"], "ready for jobs", **broker, **folders)
        try:
            server.start()
            services = build_services(server.settings)
            eventually(lambda: services.recordings.list() and not services.jobs.active(), 2 * PATIENCE)
            services.database.close()
            assert psutil.Process(server.pid).children() == []
        finally:
            server.stop()
            worker.stop()
