"""Many open recordings and many idle connections neither end the server nor block users."""

from __future__ import annotations

import resource
import shutil
import socket
import subprocess
import sys
import urllib.request
from dataclasses import replace
from hashlib import sha256
from pathlib import Path

import pytest

from services.storage.references import sharded
from services.web.container import build_services
from services.web.descriptors import connections_within
from tests.support import ROOT, Server, settings_in, with_tables

CHANNELS, RECORDINGS = 12, 500  # 64 stay open, with 25 maps each: more than 1,024
OPEN_ALL = """
import resource, sys
from pathlib import Path
limit = int(sys.argv[2])
try:
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, limit))
except ValueError:  # only root may exceed the hard limit
    resource.setrlimit(resource.RLIMIT_NOFILE, (resource.getrlimit(resource.RLIMIT_NOFILE)[1],) * 2)
from app import create_app
from services.web.container import build_services
from tests.support import settings_in
services = build_services(settings_in(Path(sys.argv[1])))
client = create_app(services.settings, services).server.test_client()
ids = [one.id for one in services.recordings.list()]
answers = []
for recording in ids:
    channels = ",".join(map(str, range(12)))
    url = f"/window/{recording}?from=0&to=19&px=1000&channels={channels}"
    answers.append(client.get(url, headers={"Host": "localhost"}).status_code)
print(len(ids), sorted(set(answers)))
"""


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder with 500 recordings of 12 channels."""
    folder = tmp_path_factory.mktemp("many")
    rows = [",".join(str(row + channel) for channel in range(CHANNELS + 1)) for row in range(20)]
    header = ",".join(["t", *[f"c{channel}" for channel in range(CHANNELS)]])
    (folder / "r.csv").write_text("\n".join([header, *rows, ""]))
    services = build_services(with_tables(settings_in(folder)))
    list(services.uploads.import_paths([folder / "r.csv"]))
    (first,) = services.recordings.list()
    store = services.recordings.store(first.id)
    with services.database.write() as connection:
        for number in range(1, RECORDINGS):  # each has columns of its own
            key = sha256(str(number).encode()).hexdigest()
            shutil.copytree(store.folder, sharded(services.settings.store_dir, key))
            services.recordings.add(f"r{number}.csv", replace(store.info, sha256=key), connection)
    services.jobs.stop()
    services.database.close()
    return folder


@pytest.mark.parametrize("limit", [256, 1024, 65536])
def test_hundreds_of_recordings_open_one_after_another_under_any_limit(many: Path, limit: int) -> None:
    done = subprocess.run(
        [sys.executable, "-c", OPEN_ALL, str(many), str(limit)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.split("\n")[0] == f"{RECORDINGS} [200]", done.stderr


def test_a_thousand_idle_connections_block_no_user(tmp_path: Path) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(hard, 8192), hard))
    server = Server(tmp_path / "server")
    with_tables(server.settings)
    server.start()
    host, port = server.url.removeprefix("http://").split(":")
    idle: list[socket.socket] = []
    try:
        while len(idle) < 1000:
            idle.append(socket.create_connection((host, int(port)), timeout=30))
        with urllib.request.urlopen(f"{server.url}/health", timeout=30) as answer:
            assert answer.status == 200
    finally:
        for one in idle:
            one.close()
        server.stop()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def test_connections_leave_descriptors_for_everything_else() -> None:
    assert [connections_within(limit) for limit in (100, 256, 1024, 65536)] == [16, 128, 896, 4096]
