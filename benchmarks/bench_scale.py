"""CPU time of the periodic requests of an open page, and of an edit, with 1,000 and 10,000 recordings of 100 labels.

``python -m benchmarks.bench_scale [--rounds 50] [--database URL]``. Requests of one application in this process, with
accounts, without the network; CPU time of the process is used, since other load hardly affects it. The labels are rows,
the edited recording has real samples. docs/scaling.md discusses the figures.
"""

from __future__ import annotations

import argparse
import logging
import statistics
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from time import process_time
from typing import Any
from uuid import uuid4

from flask.testing import FlaskClient

from app import create_app
from benchmarks.bench_cache import fill
from components.ids import FilesIds, LabelIds, ShellIds
from services.accounts.model import Role
from services.settings import HOME, Settings
from services.web.container import Services, build_services
from tests.support import fire, request_of

PASSWORD = "correct horse battery"
LABELS = 100  # of each recording
SAMPLE = HOME / "data" / "samples" / "ecg" / "ludb_001.csv"


def main() -> None:
    """Print a line for each number of recordings."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=50)
    parser.add_argument(
        "--database", default="", help="a database with no tables, instead of SQLite; one size only"
    )
    parser.add_argument("--files", type=int, nargs="+", default=[1_000, 10_000])
    options = parser.parse_args()
    logging.disable(logging.CRITICAL)
    for files in options.files[: 1 if options.database else None]:
        with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as folder:
            show(Path(folder), options.database, files, options.rounds)


def show(folder: Path, database: str, files: int, rounds: int) -> None:
    """Measure an application with ``files`` recordings, and print the result."""
    settings = Settings(
        data_dir=folder / "data", outputs_dir=folder / "outputs", database_url=database, auth="accounts"
    )
    services = build_services(settings)
    fill(services, files, files * LABELS)
    list(services.uploads.import_paths([SAMPLE]))
    services.users.add("Ann", PASSWORD, Role.ANNOTATOR)
    client = create_app(settings, services).server.test_client()
    client.post("/login", data={"name": "Ann", "password": PASSWORD})
    for name, task in tasks(client, services, files + 1).items():
        task()
        seconds = [_cpu(task) for _ in range(max(3, rounds // (10 if "list" in name else 1)))]
        middle, most = statistics.median(seconds) * 1000, max(seconds) * 1000
        sys.stdout.write(f"{files:6,} recordings, {name}: {middle:.1f} ms of CPU (most {most:.1f})\n")
    services.jobs.stop()
    services.database.close()


def tasks(client: FlaskClient, services: Services, recording: int) -> dict[str, Callable[[], object]]:
    """Measured tasks by name."""
    beat, since = f"{ShellIds.BEAT}.data", f"{LabelIds.PLOT}.since"
    versions = fire(client, beat, 1).values
    tree = {f"{ShellIds.FILES_VERSION}.data": "0", "_pages_location.pathname": f"/label/{recording}"}

    def asks(*asked: Any, **state: Any) -> Callable[[], object]:
        request = request_of(client, *asked, **state)
        return lambda: client.post("/_dash-update-component", json=request)

    edits = request_of(client, f"{LabelIds.PLOT}.commands", {"nonce": 1, "requests": []})

    changes = f"{LabelIds.PLOT}.changes"
    page = fire(client, since, {"recording": recording, "revision": -1}, changes).values[changes]
    seen = {name: page[name] for name in ("revision", "version")}

    def edit() -> None:
        command: dict[str, Any] = {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4()), "label": "QRS"}
        command |= {"x0": 1.0, "x1": 1.1}
        edits["inputs"][0]["value"]["requests"] = [
            {
                "recording": recording,
                "commands": [command],
                "since": seen["revision"],
                "version": seen["version"],
            }
        ]
        answer = client.post("/_dash-update-component", json=edits).get_json()["response"]
        (result,) = answer[LabelIds.PLOT]["answer"]["answers"]
        assert result["acked"] == [command["uuid"]]
        seen.update({name: result[name] for name in seen})

    version, drawn = f"{ShellIds.FILES_VERSION}.data", f"{ShellIds.FILES_DRAWN}.data"
    first = fire(client, version, "1", ShellIds.FILES_TREE, **tree).values
    redraw = asks(version, "2", ShellIds.FILES_TREE, **tree, **{drawn: first[drawn]})

    def list_after_a_change() -> None:
        services.recordings.mark_done([1], done=True)
        redraw()

    return {
        "heartbeat": asks(beat, 2, **versions),
        "edits of others": asks(since, {name: page[name] for name in ("recording", "revision", "version")}),
        "window": lambda: client.get(f"/window/{recording}?from=0&to=5&px=1000"),
        "edit": edit,
        "file list, first": asks(version, "1", ShellIds.FILES_TREE, **tree),
        "file list, after an edit somewhere": list_after_a_change,
        "Files page list": asks(version, "1", FilesIds.PROGRESS),
    }


def _cpu(task: Callable[[], object]) -> float:
    began = process_time()
    task()
    return process_time() - began


if __name__ == "__main__":
    main()
