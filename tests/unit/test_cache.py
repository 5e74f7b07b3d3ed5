"""Cached values by name and version: how often they are computed."""

from __future__ import annotations

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import redis
from flask import Flask

from services.annotations.progress import Progress
from services.label_classes.sets import LabelSets
from services.models import inspect_job
from services.recordings.service import Recordings
from services.recordings.trash import Trash
from services.storage.cache import CacheEntry, DiskBackend, VersionedCache, open_backend
from services.torch_models.model import ModelInfo
from services.web.cache import flask_cache
from tests.redis_server import redis_server
from tests.unit.working_state import Desk


class Counted:
    """A computation that counts its calls."""

    def __init__(self, version: str = "1") -> None:
        self.version = version
        self.earlier: list[CacheEntry | None] = []

    def __call__(self, earlier: CacheEntry | None) -> CacheEntry:
        self.earlier.append(earlier)
        return CacheEntry(self.version, [self.version])


@pytest.fixture
def cache(tmp_path: Path) -> VersionedCache:
    made = VersionedCache()
    made.use(DiskBackend(tmp_path / "cache"))
    return made


def test_a_value_is_computed_once_for_a_version(cache: VersionedCache) -> None:
    compute = Counted()
    assert [cache.get("a", "1", compute, tuple) for _ in range(3)] == [("1",)] * 3
    assert compute.earlier == [None]


def test_another_version_is_computed_from_the_earlier_value(cache: VersionedCache) -> None:
    cache.get("a", "1", Counted(), tuple)
    newer = Counted("2")
    assert cache.get("a", "2", newer, tuple) == ("2",)
    assert newer.earlier == [CacheEntry("1", ["1"])]


def test_eight_requests_at_once_compute_once(cache: VersionedCache) -> None:
    ready, compute = threading.Barrier(8), Counted()

    def ask(_: int) -> Any:
        ready.wait()
        return cache.get("a", "1", compute, tuple)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(ask, range(8))) == [("1",)] * 8
    assert compute.earlier == [None]


def test_another_run_of_the_program_does_not_believe_the_versions_of_this_one(tmp_path: Path) -> None:
    compute = Counted()
    for _ in range(2):
        cache = VersionedCache()
        cache.use(DiskBackend(tmp_path))
        cache.get("a", "1", compute, tuple)
    assert compute.earlier == [None, None]


def test_a_cache_that_is_away_costs_time_and_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    class Away:
        def get(self, key: str) -> Any:
            raise OSError(None)

        def set(self, key: str, value: Any) -> Any:
            raise OSError(None)

    cache = VersionedCache()
    cache.use(Away())
    for version in ("1", "2"):
        assert cache.get("a", version, Counted(version), tuple) == (version,)
    assert [record.getMessage() for record in caplog.records] == [
        "The cache cannot be used; values are computed for each request: None"
    ]


def test_flask_caching_keeps_json_in_the_data_folder(desk: Desk) -> None:
    made = flask_cache(Flask("tidemark"), desk.settings)
    assert made.get("a") is None
    made.set("a", {"b": [1, None]})
    assert made.get("a") == DiskBackend(desk.settings.data_dir / "cache").get("a") == {"b": [1, None]}
    assert not made.add("a", 2) and made.has("a") and made.delete("a")
    assert made.clear() and made.get("a") is None


def test_with_a_broker_flask_caching_keeps_json_in_redis_and_leaves_other_keys_alone(desk: Desk) -> None:
    with redis_server() as address:
        settings = replace(desk.settings, broker_url=f"{address}/0")
        made = flask_cache(Flask("tidemark"), settings)
        store = redis.Redis.from_url(settings.broker_url)
        store.set("another program", 1)
        assert made.get("a") is None
        made.set("a", {"b": [1, None]})
        assert made.get("a") == open_backend(settings.cache_place).get("a") == {"b": [1, None]}
        assert made.clear() and made.get("a") is None and store.exists("another program")
        store.close()


def test_the_kept_list_of_files_is_that_of_the_database(desk: Desk, cache: VersionedCache) -> None:
    kept, trash = Recordings(desk.database, desk.settings, cache), Trash(desk.database, desk.settings)
    first, second, third = (desk.record(path) for path in ("b.csv", "a.csv", "c.csv"))
    assert kept.list() == desk.recordings.list()
    desk.add(second, 1, 2)
    kept.mark_done([first], done=True)
    assert kept.list() == desk.recordings.list()
    assert [one.by_class for one in kept.list()] == [{1: 1}, {}, {}]
    trash.delete([third])
    assert kept.list() == desk.recordings.list()
    trash.delete([first])
    trash.purge([first])
    desk.record("d.csv")
    assert kept.list() == desk.recordings.list()


def test_class_shares_follow_labels_and_the_order_of_classes(desk: Desk, cache: VersionedCache) -> None:
    kept, plain = (Progress(desk.database, desk.recordings, one) for one in (cache, None))
    recording = desk.record()
    assert kept.classes() == plain.classes() == []
    for label in ("P", "QRS"):
        desk.add(recording, 1, 2, label)
        assert kept.classes() == plain.classes()
    sets = LabelSets(desk.database).list()
    desk.classes.reorder(sets[0].id, [label_class.id for label_class in reversed(desk.classes.list())])
    assert kept.classes() == plain.classes()


def test_a_checkpoint_is_opened_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []

    def inspect(_file: Path, name: str, _largest: int) -> ModelInfo:
        opened.append(name)
        return ModelInfo("gru", 1, 8, 1, bidirectional=False, classes=2)

    monkeypatch.setattr(inspect_job, "inspect", inspect)
    (tmp_path / "a.pth").write_bytes(b"bytes")
    arguments = {
        "full": str(tmp_path / "a.pth"),
        "file": "a.pth",
        "largest": 9,
        "cache": str(tmp_path / "cache"),
    }
    first, again = (inspect_job.inspect_checkpoint(arguments, lambda *_: None) for _ in range(2))
    assert json.dumps(first) == json.dumps(again) and opened == ["a.pth"]
    (tmp_path / "a.pth").write_bytes(b"other")
    inspect_job.inspect_checkpoint(arguments, lambda *_: None)
    assert opened == ["a.pth", "a.pth"]
