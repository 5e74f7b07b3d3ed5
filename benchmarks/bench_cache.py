"""Time saved by the cache: list of files and class shares, computed and cached, alternating.

``python -m benchmarks.bench_cache [--files 5000] [--labels 500000] [--rounds 9]``. "One change" is the first request
after an edit in one file: the list reads only what changed, class shares are computed again.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from time import perf_counter
from uuid import uuid4

from sqlalchemy import insert

from benchmarks.timing import medians, verdict
from services.recordings.service import Recordings
from services.settings import Settings
from services.storage import tables
from services.storage.cache import DiskBackend, VersionedCache
from services.web.container import Services, build_services

BUDGET = 0.5  # share of the time to compute
CALLERS = 8


def main() -> None:
    """Run the benchmark with the arguments of the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--labels", type=int, default=500_000)
    parser.add_argument("--rounds", type=int, default=9)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as name:
        settings = Settings(data_dir=Path(name) / "data", outputs_dir=Path(name) / "outputs")
        plain, cached = build_services(settings), build_services(settings)
        cached.cache.use(DiskBackend(Path(settings.cache_place)))
        fill(plain, options.files, options.labels)
        compare(plain, cached, options.rounds)
        together(settings, cached)
        for services in (plain, cached):
            services.database.close()


def compare(plain: Services, cached: Services, rounds: int) -> None:
    """Time of each value: computed, cached, and after one change."""

    def after_change(read: Callable[[], object]) -> float:
        cached.recordings.mark_done([2], done=True)
        began = perf_counter()
        read()
        return perf_counter() - began

    for name, compute, read in (
        ("list of files", plain.recordings.list, cached.recordings.list),
        ("class shares", plain.progress.classes, cached.progress.classes),
    ):
        assert compute() == read() == read(), name
        computed, kept = medians([compute, read], rounds)
        changed = sorted(after_change(read) for _ in range(rounds))[rounds // 2]
        sys.stdout.write(
            f"{name}: computed {computed * 1000:.0f} ms, kept {kept * 1000:.1f} ms, after one change "
            f"{changed * 1000:.0f} ms; kept / computed {verdict(kept / computed, BUDGET)}\n"
        )


def together(settings: Settings, services: Services) -> None:
    """Eight concurrent requests for a list that is not cached."""
    seconds = []
    for callers in (1, CALLERS):
        fresh = VersionedCache()
        fresh.use(DiskBackend(Path(settings.cache_place)))
        recordings = Recordings(services.database, settings, fresh)
        began = perf_counter()
        with ThreadPoolExecutor(callers) as pool:
            for future in [pool.submit(recordings.list) for _ in range(callers)]:
                future.result()
        seconds.append(perf_counter() - began)
    ratio = seconds[1] / seconds[0]
    sys.stdout.write(f"{CALLERS} requests at once take {ratio:.1f} times as long as one\n")


def fill(services: Services, files: int, labels: int) -> None:
    """Add recordings and labels as rows only: their samples are not read."""
    now = datetime.now(UTC)
    common = {"sha256": "0" * 64, "store_key": "none", "size_bytes": 1, "rows": 1000, "time_kind": "row"}
    label = {"start_index": 0, "end_index": 9, "source": "manual", "status": "accepted", "note": ""}
    label |= {"author": "", "created_at": now, "edited_at": now}
    classes = _classes(services)
    with services.database.write() as connection:
        for number in range(1, files + 1):
            values = {"id": number, "path": f"many/{number:05}.csv", "created_at": now, "changed": number}
            connection.execute(insert(tables.recordings).values(values | common))
            rows = [
                {
                    "id": str(uuid4()),
                    "recording_id": number,
                    "label_class_id": classes[place % len(classes)],
                    **label,
                }
                for place in range(labels // files)
            ]
            connection.execute(insert(tables.annotation_table), rows)


def _classes(services: Services) -> list[int]:
    with services.database.write() as connection:
        return [services.label_classes.ensure(connection, name).id for name in ("P", "QRS", "T")]


if __name__ == "__main__":
    main()
