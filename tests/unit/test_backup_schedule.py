"""Daily backups: due time, retention, failures."""

from __future__ import annotations

import json
import logging
import os
import threading
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.backup import restore, schedule
from services.backup.manifest import NAME
from services.backup.schedule import complete_backups, keep_making, last_backup, run_if_due
from services.errors import Invalid
from services.health.doctor import Level, examine
from services.settings import Settings
from services.web.container import Services
from tests.support import PATIENCE, Server, settings_in, with_tables

NOW = datetime(2026, 11, 29, 3, 0, tzinfo=UTC)
DAY = timedelta(days=1)


@pytest.fixture
def daily(services: Services, tmp_path: Path) -> Settings:
    """Settings with a folder for daily backups, of which two are kept."""
    return replace(services.settings, backup_dir=tmp_path / "backups", backup_keep=2)


def names(settings: Settings) -> list[str]:
    assert settings.backup_dir
    return sorted(path.name for path in settings.backup_dir.iterdir())


def test_one_is_made_when_the_newest_is_a_day_old(daily: Settings, tmp_path: Path) -> None:
    first = run_if_due(daily, NOW)
    assert first and first.name == "tidemark-2026-11-29-030000"
    assert run_if_due(daily, NOW + DAY - timedelta(seconds=1)) is None
    assert run_if_due(daily, NOW + DAY)
    assert names(daily) == ["tidemark-2026-11-29-030000", "tidemark-2026-11-30-030000"]
    restore(settings_in(tmp_path / "elsewhere"), first, lambda _share, _what: None)
    assert (tmp_path / "elsewhere" / "data" / "tidemark.db").is_file()


def test_without_the_setting_none_is_made(services: Services) -> None:
    assert run_if_due(services.settings, NOW) is None


def test_only_the_newest_are_kept_and_nothing_else_is_touched(daily: Settings) -> None:
    assert daily.backup_dir
    for name in ("mine", "tidemark-2026-01-01-000000.partial-0123abcd", "tidemark-2020-01-01-000000"):
        (daily.backup_dir / name).mkdir(parents=True)
    os.utime(daily.backup_dir / "tidemark-2026-01-01-000000.partial-0123abcd", (0, 0))
    (daily.backup_dir / "tidemark-2026-01-01-000000.partial-4567abcd").mkdir()
    (daily.backup_dir / "tidemark-notes.txt").write_text("mine")
    for days in range(4):
        assert run_if_due(daily, NOW + days * DAY)
    assert names(daily) == [
        "mine",
        "tidemark-2020-01-01-000000",  # no manifest: not a backup of ours
        "tidemark-2026-01-01-000000.partial-4567abcd",  # another server may be writing it
        "tidemark-2026-12-01-030000",
        "tidemark-2026-12-02-030000",
        "tidemark-notes.txt",
    ]


def test_a_backup_that_fails_keeps_the_older_ones_and_is_tried_again(
    daily: Settings, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    run_if_due(daily, NOW - 3 * DAY)
    attempts: list[int] = []
    stopping = threading.Event()

    def refuse(*_arguments: object) -> None:
        attempts.append(1)
        if len(attempts) == 2:
            stopping.set()
            raise RuntimeError
        raise Invalid("No.")

    monkeypatch.setattr(schedule, "create", refuse)
    monkeypatch.setattr(schedule, "LOOK_SECONDS", 0.001)
    with caplog.at_level(logging.ERROR):
        keep_making(daily, stopping)
    assert len(attempts) == 2 and len(names(daily)) == 1
    assert "The daily backup could not be made: No." in caplog.text


def test_the_doctor_shows_the_time_of_the_last_backup(daily: Settings) -> None:
    def messages(level: Level) -> str:
        return "\n".join(one.what for one in examine(daily) if one.level == level)

    assert "for two days: there is none" in messages(Level.PROBLEM)
    run_if_due(daily, datetime.now(UTC) - 3 * DAY)
    assert "for two days: the last one is of " in messages(Level.PROBLEM)
    run_if_due(daily)
    assert messages(Level.PROBLEM) == "" and "The last daily backup is of " in messages(Level.OK)


def test_an_admin_reads_when_the_last_one_was_made(services: Services, daily: Settings) -> None:
    assert "TIDEMARK_BACKUP_DIR is not set" in last_backup(services.settings)
    assert f"There is no backup in {daily.backup_dir} yet" in last_backup(daily)
    path = run_if_due(daily, NOW)
    made = f"The last daily backup was made on 2026-11-29 03:00 UTC: {path}."
    assert last_backup(daily, NOW + DAY) == made
    assert last_backup(daily, NOW + 3 * DAY).startswith(f"{made} Since then none was made")


def test_a_server_makes_one_at_its_start(tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    server = Server(tmp_path / "server", TIDEMARK_BACKUP_DIR=str(folder))
    with_tables(server.settings)
    waited = threading.Event()
    server.start()
    try:
        for _ in range(PATIENCE * 20):
            if complete_backups(folder):
                break
            waited.wait(0.05)
    finally:
        server.stop()
    ((_, path),) = complete_backups(folder)
    assert json.loads((path / NAME).read_text())["kind"] == "sqlite"
    assert "Traceback" not in server.log


def test_the_number_to_keep_must_be_above_zero() -> None:
    with pytest.raises(Invalid, match="TIDEMARK_BACKUP_KEEP is 0, but must be above 0"):
        Settings.from_environment({"TIDEMARK_BACKUP_KEEP": "0"})
