"""How long others wait while one user changes very many labels, and how long the change takes.

One thread sends a command for all labels of a recording, and its undo; another adds labels to a second recording all
the time. In this process, on SQLite.

``python -m benchmarks.bench_large_edits [--labels 100000]``
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
import threading
from pathlib import Path
from time import perf_counter
from typing import Any
from uuid import uuid4

from sqlalchemy import insert, select

from benchmarks.timing import verdict
from services.annotations.service import NOTHING
from services.settings import Settings
from services.storage.tables import annotation_table
from services.web.container import Services, build_services

BUDGET = 1.0  # s that another user waits at most
PAUSE = 0.02  # s between two edits of the other user
COMMANDS: tuple[tuple[str, dict[str, Any]], ...] = (("relabel", {"label": "T"}), ("delete", {}))


def command(kind: str, **values: Any) -> dict[str, Any]:
    return {"uuid": str(uuid4()), "kind": kind, **values}


def recording(services: Services, folder: Path, name: str, rows: int) -> int:
    """Import a recording of one channel."""
    file = folder / name
    file.write_text("t,v\n" + "".join(f"{row},{row % 7}\n" for row in range(rows)), encoding="utf-8")
    list(services.uploads.import_paths([file], root=folder))
    made = services.recordings.by_path(name)
    assert made is not None
    return made.id


def label(services: Services, where: int, labels: int) -> list[str]:
    """Give a recording labels without their history; returns their ids."""
    ids = [str(uuid4()) for _ in range(labels)]
    services.annotations.apply(where, [command("add", id=ids[0], label="QRS", x0=0, x1=2)], NOTHING)
    with services.database.write() as connection:
        (row,) = connection.execute(select(annotation_table)).all()
        rows = [
            {**row._mapping, "id": identity, "start_index": 4 * place, "end_index": 4 * place + 1}
            for place, identity in enumerate(ids)
        ]
        connection.execute(insert(annotation_table), rows[1:])
    return ids


class Other:
    """Another user who adds labels to ``where`` until the block ends; ``longest``: seconds of the longest edit."""

    def __init__(self, services: Services, where: int) -> None:
        self._services, self._where = services, where
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._work)
        self.longest = 0.0

    def _work(self) -> None:
        while not self._ended.wait(PAUSE):
            begun = perf_counter()
            edit = command("add", id=str(uuid4()), label="QRS", x0=1, x1=2)
            assert not self._services.annotations.apply(self._where, [edit], NOTHING)["rejected"]
            self.longest = max(self.longest, perf_counter() - begun)

    def __enter__(self) -> Other:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--labels", type=int, default=100_000)
    labels = parser.parse_args(arguments).labels
    logging.disable(logging.INFO)
    worst = 0.0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        services = build_services(Settings(data_dir=folder / "data"))
        where = recording(services, folder, "many.csv", 4 * labels + 4)
        other_recording = recording(services, folder, "other.csv", 100)
        ids = label(services, where, labels)
        for kind, values in COMMANDS:
            for sent in (command(kind, ids=ids, **values), command("undo")):
                begun = perf_counter()
                with Other(services, other_recording) as other:
                    assert not services.annotations.apply(where, [sent], NOTHING)["rejected"]
                    took = perf_counter() - begun
                worst = max(worst, other.longest)
                print(
                    f"  {sent['kind']:8} {labels:,} labels: {took:5.1f} s, others wait {other.longest:.2f} s at most"
                )
        services.jobs.stop()
        services.database.close()
    print(f"  longest wait of others, s: {verdict(worst, BUDGET)}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
