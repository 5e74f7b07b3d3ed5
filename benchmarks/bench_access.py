"""Cost of access control per request: the same requests to two applications, with and without accounts, alternating.

``python -m benchmarks.bench_access [--rounds 1000]``. In this process, without the network; the recording has 5,000
samples. With accounts each request reads the session and its user from the database.
"""

from __future__ import annotations

import argparse
import logging
import tempfile
from functools import partial
from pathlib import Path

from flask.testing import FlaskClient

from app import create_app
from benchmarks.timing import medians, verdict
from services.accounts.model import Role
from services.settings import HOME, Settings
from services.web.container import build_services

BUDGET = 1.6  # ratio to the time without accounts
PASSWORD = "correct horse battery"
WINDOW = "/window/1?from=0&to=5&px=1000"
FOLLOW = {
    "output": "label-plot.changes",
    "outputs": {"id": "label-plot", "property": "changes"},
    "inputs": [{"id": "label-plot", "property": "since", "value": {"recording": 1, "revision": 0}}],
    "changedPropIds": ["label-plot.since"],
}


def client_in(folder: Path, auth: str) -> FlaskClient:
    """Client of an application with one recording, logged in if it has accounts."""
    settings = Settings(
        data_dir=folder / "data", models_dir=folder / "models", outputs_dir=folder / "outputs", auth=auth
    )
    services = build_services(settings)
    list(services.uploads.import_paths([HOME / "data" / "samples" / "ecg" / "ludb_001.csv"]))
    client = create_app(settings, services).server.test_client()
    if auth:
        services.users.add("Ann", PASSWORD, Role.ANNOTATOR)
        client.post("/login", data={"name": "Ann", "password": PASSWORD})
    return client


def window(client: FlaskClient) -> None:
    """Request the window of a view."""
    assert client.get(WINDOW).status_code == 200


def callback(client: FlaskClient) -> None:
    """Request the edits of others, as every page does every two seconds."""
    assert client.post("/_dash-update-component", json=FOLLOW).status_code in {200, 204}


def main() -> None:
    """Print the medians and their difference."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rounds", type=int, default=1000)
    rounds = options.parse_args().rounds
    logging.disable(logging.CRITICAL)
    with tempfile.TemporaryDirectory() as folder:
        clients = [client_in(Path(folder) / name, name) for name in ("", "accounts")]
        for task in (window, callback):
            tasks = [partial(task, client) for client in clients]
            medians(tasks, rounds // 10)  # warm up
            without, accounts = (seconds * 1000 for seconds in medians(tasks, rounds))
            ratio = verdict(accounts / without, BUDGET)
            print(f"{task.__name__}: {without:.2f} ms without accounts, {accounts:.2f} ms with: {ratio}")


if __name__ == "__main__":
    main()
