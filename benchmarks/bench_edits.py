"""Edits, saving and lists: their time with many labels and many files.

``python -m benchmarks.bench_edits [--labels 10000] [--files 5000] [--rounds 300]``. The budget of a second click
(committed and drawn within 100 ms) includes the browser; this is the server's part of it.
"""

from __future__ import annotations

import argparse
import logging
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from sqlalchemy import insert

from benchmarks.timing import verdict
from services.annotations.service import NOTHING, Annotations
from services.ingest.convert import ingest
from services.settings import Settings
from services.storage.db import open_database
from services.storage.tables import annotation_table, recordings
from services.web.container import Services, build_services

BUDGET = 100.0  # ms, second click to drawn, 95th percentile
ROWS = 100_000


def main() -> None:
    """Run the benchmark with the arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--labels", type=int, default=10_000)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--rounds", type=int, default=300)
    arguments = parser.parse_args()
    logging.disable()
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as name:
        settings = Settings(data_dir=Path(name) / "data", outputs_dir=Path(name) / "outputs")
        services = build_services(settings)
        empty, full = (_record(services, settings, Path(name) / f"{kind}.csv") for kind in ("empty", "full"))
        fill(services, full, arguments.labels)
        labelling(services.annotations, empty, full, arguments)
        once(services, full, arguments.labels)
        many_files(services, arguments.files)
        services.database.close()
        _say(
            "open a database that is up to date", _best(lambda: open_database(settings.database_url).close())
        )


def labelling(annotations: Annotations, empty: int, full: int, arguments: argparse.Namespace) -> None:
    """Add a label to a file without labels and to one with many, alternating."""
    times: dict[int, list[float]] = {empty: [], full: []}
    for number in range(arguments.rounds):
        for recording in (empty, full):
            revision = annotations.apply(recording, [], NOTHING)["revision"]
            command = _add(number)
            begun = perf_counter()
            annotations.apply(recording, [command], revision)
            times[recording].append((perf_counter() - begun) * 1000)
    few, many = sorted(times[empty]), sorted(times[full])
    middle, late = arguments.rounds // 2, int(arguments.rounds * 0.95)
    ratio = many[middle] / few[middle]
    sys.stdout.write(
        f"add one label, answer included: median {few[middle]:.2f} ms in an empty file, {many[middle]:.2f} ms "
        f"with {arguments.labels:,} labels in it (ratio {ratio:.2f})\n"
        f"  95th percentile with {arguments.labels:,} labels, in ms {verdict(many[late], BUDGET)}\n"
    )


def once(services: Services, recording: int, labels: int) -> None:
    """Occasional tasks with all labels of a file."""
    revision = services.annotations.apply(recording, [], NOTHING)["revision"]
    _say("ask whether anything is new", _best(lambda: services.annotations.apply(recording, [], revision)))
    _say(f"open a file with {labels:,} labels", _best(lambda: services.annotations.apply(recording, [], -1)))
    _say(f"save {labels:,} labels", _best(lambda: services.outputs.save(recording)))


def many_files(services: Services, files: int) -> None:
    """Lists of files with ten labels each."""
    now = datetime.now(UTC)
    common = {"sha256": "0" * 64, "store_key": "none", "size_bytes": 1, "rows": 9, "time_kind": "row"}
    label = {"start_index": 0, "end_index": 1, "label_class_id": 1, "source": "manual", "status": "accepted"}
    label |= {"note": "", "author": "", "created_at": now, "edited_at": now}
    first = 1000
    folder = services.settings.outputs_dir / "many"
    folder.mkdir(parents=True)
    with services.database.write() as connection:
        for number in range(first, first + files):
            (folder / f"{number}.csv").touch()
            values = {
                "id": number,
                "path": f"many/{number}.csv",
                "created_at": now,
                "saved_at": now,
                **common,
            }
            connection.execute(insert(recordings).values(values))
            rows = [{"id": str(uuid4()), "recording_id": number, **label} for _ in range(10)]
            connection.execute(insert(annotation_table), rows)
    _say(f"list {files:,} files with {files * 10:,} labels", _best(services.recordings.list))
    _say(f"list {files:,} saved files", _best(services.outputs.list))


def fill(services: Services, recording: int, labels: int) -> None:
    """Add labels as the browser does."""
    begun = perf_counter()
    services.annotations.apply(recording, [_add(number) for number in range(labels)], NOTHING)
    milliseconds = (perf_counter() - begun) * 1000 / labels
    sys.stdout.write(f"add {labels:,} labels, each in a transaction of its own: {milliseconds:.2f} ms each\n")


def _record(services: Services, settings: Settings, source: Path) -> int:
    source.write_text(
        f"t,{source.stem}\n" + "".join(f"{row * 0.002:.3f},{row % 97}\n" for row in range(ROWS))
    )
    info = ingest(source, name=source.name, store_root=settings.store_dir)
    return services.recordings.add(source.name, info).id


def _add(number: int) -> dict[str, object]:
    first = number * 0.04 % 190
    spot = {"x0": first, "x1": first + 0.02, "label": f"class {number % 5}"}
    return {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4()), **spot}


def _best(work: Callable[[], object], rounds: int = 5) -> float:
    times = []
    for _ in range(rounds):
        begun = perf_counter()
        work()
        times.append(perf_counter() - begun)
    return min(times) * 1000


def _say(name: str, milliseconds: float) -> None:
    sys.stdout.write(f"{name}: {milliseconds:.1f} ms\n")


if __name__ == "__main__":
    main()
