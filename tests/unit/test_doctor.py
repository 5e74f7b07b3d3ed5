"""Doctor: findings, collection of unreferenced files, protection of used ones."""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import Connection, insert, select, update

from services.errors import NotFound, RefusedFile, StorageFull
from services.health import orphans
from services.health.doctor import Finding, Level, examine
from services.ingest.reading_options import AS_FOUND
from services.jobs import rows
from services.jobs.jobs import _queued
from services.settings import Settings
from services.storage.group_sync import alone
from services.storage.migrations.runner import versions
from services.storage.tables import jobs, models, runs, uploads
from services.uploads.job import keep_bytes
from services.web.container import Services, build_services
from tests.postgres_server import postgres_server
from tests.support import Server, settings_in
from tests.unit.catalogue_models import keep

CSV = "t,v\n" + "".join(f"{row},{row % 7}\n" for row in range(100))
OLD = time.time() - 3 * 24 * 3600
KEY, OTHER = "a" * 64, "b" * 64


@pytest.fixture
def filled(services: Services, tmp_path: Path) -> Services:
    """Two recordings, one of them in the trash, a model, and a run with confidences."""
    return fill(services, tmp_path)


def fill(services: Services, tmp_path: Path) -> Services:
    for name in ("one.csv", "two.csv"):
        (tmp_path / name).write_text(CSV + f"100,{len(CSV)}\n" * (name == "two.csv"))
    list(services.uploads.import_paths([tmp_path / "one.csv", tmp_path / "two.csv"]))
    first, second = services.recordings.list()
    services.trash.delete([second.id])
    model = keep(services, "Trend")
    run = str(uuid4())
    with services.database.write() as connection:
        connection.execute(
            insert(runs).values(
                id=run,
                recording_id=first.id,
                model=model.id,
                model_sha256=model.sha256,
                store_key=first.store_key,
                options={},
                suggestions=0,
                created_at=datetime.now(UTC),
            )
        )
    write(services.settings.confidence_dir / run / "c0.npy")
    services.outputs.save(first.id)
    return services


def write(path: Path, content: bytes = b"x" * 1000) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def age(*tops: Path) -> None:
    """Make everything in folders three days old."""
    for top in tops:
        for path in [top, *top.rglob("*")]:
            os.utime(path, (OLD, OLD), follow_symlinks=False)


def folders(settings: Settings) -> tuple[Path, Path, Path]:
    return settings.data_dir, settings.models_dir, settings.outputs_dir


def everything(settings: Settings) -> set[Path]:
    """Every file, but not the database's own."""
    return {
        path
        for top in folders(settings)
        for path in top.rglob("*")
        if not path.is_dir() and not path.name.startswith("tidemark.db-")
    }


def plant(services: Services) -> set[Path]:
    """One orphan of every kind."""
    settings, none = services.settings, "f" * 64
    model = keep(services, "Gone")
    with services.database.write() as connection:
        before = datetime.now(UTC) - timedelta(days=2)
        connection.execute(update(models).where(models.c.id == model.id).values(deleted_at=before))
    return {
        write(settings.store_dir / "ff" / none / "c0.npy"),
        write(settings.store_dir / "ff" / f"{none}-0123" / "meta.json"),
        write(settings.uploads_dir / "ff" / none),
        write(settings.uploads_dir / "ff" / f"{none}.new"),
        write(settings.uploads_dir / ".partial" / f"{KEY}.part"),
        write(settings.uploads_dir / ".partial" / f"{KEY}.json"),
        write(settings.models_dir / ".partial" / f"{KEY}.full"),
        write(settings.models_dir / ".partial" / f"trained-{uuid4()}.pth"),
        write(settings.confidence_dir / str(uuid4()) / "c0.npy"),
        write(settings.training_dir / str(uuid4()) / "job.json"),
        write(settings.outputs_dir / "deep" / ".writing-0123"),
        write(settings.uploads_dir / f".gone-{none}-{'0' * 32}"),
        write(settings.data_dir / "tidemark.db.restoring-0123"),
        services.models.file_of(model),
    }


def add_uploads(services: Services, *keys: str) -> None:
    """Rows of uploads under these keys."""
    with services.database.write() as connection:
        for key in keys:
            connection.execute(
                insert(uploads).values(
                    key=key,
                    purpose="recording",
                    browser="",
                    page="",
                    batch=0,
                    position=0,
                    path="a.csv",
                    size=9,
                    state="waiting",
                    reason="",
                    place="",
                    sent=False,
                    changed_at=datetime.now(UTC),
                )
            )


def report(settings: Settings, fix: bool = False) -> list[Finding]:
    return list(examine(settings, fix))


def messages_of(findings: list[Finding], *levels: Level) -> str:
    return "\n".join(finding.what for finding in findings if finding.level in levels)


def test_a_sound_installation_has_no_problem_and_nothing_unused(filled: Services) -> None:
    age(*folders(filled.settings))
    findings = report(filled.settings)
    assert messages_of(findings, Level.PROBLEM, Level.WARNING) == ""
    messages = messages_of(findings, Level.OK)
    assert (
        f"The database is intact, version {versions()[-1]}" in messages
        and "No unreferenced files" in messages
    )
    assert "2 recordings and 1 model checked" in messages, "those in the trash count"


def test_every_kind_of_orphan_is_named_and_collected_and_everything_else_stays(filled: Services) -> None:
    before = everything(filled.settings)
    planted = plant(filled)
    age(*folders(filled.settings))
    there = everything(filled.settings)
    findings = report(filled.settings)
    assert there == before | planted == everything(filled.settings), "without --fix nothing is changed"
    messages = messages_of(findings, Level.WARNING)
    for words in (
        "Folders of columns that no recording uses: 2",
        "Bytes without a recording: 2",
        "Partial uploads that are in no list: 4",
        "Confidences without a run: 1",
        "Folders of trainings that have ended: 1",
        "Files of deleted models: 1",
        "Temporary files of a program that was killed: 3",
    ):
        assert words in messages
    assert all("doctor --fix" in finding.remedy for finding in findings if finding.level == Level.WARNING)
    fixed = report(filled.settings, fix=True)
    assert messages_of(fixed, Level.WARNING, Level.PROBLEM) == ""
    assert "Removed folders of columns that no recording uses: 2, 0.0 MiB" in messages_of(fixed, Level.OK)
    assert everything(filled.settings) == before
    assert not list(filled.settings.data_dir.rglob(".gone-*"))
    assert "No unreferenced files" in messages_of(report(filled.settings), Level.OK)


def test_files_in_use_or_recently_changed_are_never_collected(filled: Services) -> None:
    settings = filled.settings
    active = _queued("autolabel", {"key": OTHER}, "", None)
    with filled.database.write() as connection:
        rows.add(connection, [active], False)
    add_uploads(filled, KEY)
    (recording,) = filled.recordings.list()
    row = filled.recordings.get(recording.id)
    (store,) = settings.store_dir.glob(f"*/{row.sha256}")
    other = store.rename(store.with_name(f"{row.sha256}-0123"))
    write(store / "c0.npy")  # columns of the file read as found, for going back
    with filled.database.write() as connection:
        connection.exec_driver_sql(
            f"UPDATE recordings SET store_key = '{other.name}' WHERE id = {recording.id}"
        )
    write(settings.uploads_dir / ".partial" / f"{KEY}.part")  # in a list
    write(settings.models_dir / ".partial" / f"{OTHER}.full")  # a job looks into it
    write(settings.confidence_dir / active.id / "c0.npy")
    write(settings.training_dir / active.id / "job.json")
    write(settings.models_dir / ".partial" / f"trained-{active.id}.pth")
    write(settings.uploads_dir / f".gone-{row.sha256}-{'0' * 32}")  # a row still has it
    write(settings.store_dir / "ff" / "notes.txt")  # not a name of ours
    write(settings.models_dir / "mine.pth")
    write(settings.outputs_dir / "mine.csv")
    write(settings.data_dir / "recording.csv")
    age(*folders(settings))
    write(settings.store_dir / "ee" / ("e" * 64) / "c0.npy")  # being written at this moment
    write(settings.uploads_dir / "ee" / ("e" * 64))
    before = everything(settings)
    fixed = report(settings, fix=True)
    assert everything(settings) == before
    assert "No unreferenced files" in messages_of(fixed, Level.OK)


def test_bytes_that_are_used_again_count_as_new(filled: Services, tmp_path: Path) -> None:
    (recording,) = filled.recordings.list()
    row = filled.recordings.get(recording.id)
    filled.trash.delete([recording.id])
    with filled.database.write() as connection:
        connection.exec_driver_sql("DELETE FROM runs")
        connection.exec_driver_sql("DELETE FROM recordings")
    age(filled.settings.data_dir)
    assert "Bytes without a recording: 2" in messages_of(report(filled.settings), Level.WARNING)
    again = write(tmp_path / "again.csv", (tmp_path / "one.csv").read_bytes())
    alone(
        keep_bytes(again, filled.settings.uploads_dir, row.sha256)
    )  # as a job does before its row is written
    report(filled.settings, fix=True)
    assert [file.name for file in filled.settings.uploads_dir.glob("??/*")] == [row.sha256]


def test_rows_of_jobs_are_removed_after_90_days_unless_they_run_or_are_referred_to(filled: Services) -> None:
    ages = {"old": 91, "young": 89, "referred": 200, "running": 200}
    made = {name: _queued("ingest", {}, "", None) for name in ages}
    add_uploads(filled, KEY)
    with filled.database.write() as connection:
        for name, days in ages.items():
            rows.add(connection, [made[name]], True)
            moment = datetime.now(UTC) - timedelta(days=days)
            state = "running" if name == "running" else "done"
            values = {"state": state, "finished_at": None if name == "running" else moment}
            connection.execute(update(jobs).where(jobs.c.id == made[name].id).values(**values))
        connection.execute(update(uploads).values(job=made["referred"].id))
    assert "Jobs that ended more than 90 days ago: 1" in messages_of(report(filled.settings), Level.WARNING)
    report(filled.settings, fix=True)
    with filled.database.read() as connection:
        left = set(connection.execute(select(jobs.c.id)).scalars())
    assert {name for name, job in made.items() if job.id in left} == {"young", "referred", "running"}


def test_a_link_is_removed_but_not_its_target(filled: Services, tmp_path: Path) -> None:
    outside = write(tmp_path / "outside" / "precious.txt")
    link = filled.settings.store_dir / "ff" / ("f" * 64)
    link.parent.mkdir(parents=True)
    link.symlink_to(outside.parent)
    os.utime(link, (OLD, OLD), follow_symlinks=False)
    report(filled.settings, fix=True)
    assert not link.is_symlink() and outside.exists()


def test_missing_bytes_columns_and_models_are_problems_with_a_remedy(filled: Services) -> None:
    (recording,) = filled.recordings.list()
    row = filled.recordings.get(recording.id)
    filled.recordings.source_path(row).unlink()
    (filled.recordings.store_folder(row) / "c0.npy").unlink()
    filled.models.file_of(filled.models.list()[0]).unlink()
    problems = [one for one in report(filled.settings) if one.level == Level.PROBLEM]
    assert [problem.what.partition(":")[0] for problem in problems] == [
        "Bytes of recordings are missing",
        "Columns of recordings are missing or damaged",
        "Files of models are missing",
    ]
    assert all("restore" in problem.remedy.lower() for problem in problems)
    model = filled.models.list()[0]
    named = [problem.what.partition(": ")[2] for problem in problems]
    assert named == [recording.path, recording.path, f"{model.name} ({model.file})"]


def test_links_out_of_the_data_folder_are_not_followed_and_count_as_missing(
    filled: Services, tmp_path: Path
) -> None:
    (recording,) = filled.recordings.list()
    row = filled.recordings.get(recording.id)
    outside = tmp_path / "outside"
    outside.mkdir()
    columns = filled.recordings.store_folder(row)
    model = filled.models.file_of(filled.models.list()[0])
    for name, path in (("bytes", filled.recordings.source_path(row)), ("columns", columns), ("model", model)):
        path.symlink_to(path.rename(outside / name))
    again = build_services(filled.settings)  # its stores are not open yet
    with pytest.raises(NotFound, match="bytes of this file are missing"):
        again.rereading.preview(recording.id, AS_FOUND)
    with pytest.raises(NotFound, match="columns of this recording are missing"):
        again.recordings.store(recording.id)
    with pytest.raises(RefusedFile, match="not in the folder of models"):
        again.models.file_of(again.models.list()[0])
    assert not again.recordings.is_whole(recording.id)
    problems = [one.what.partition(":")[0] for one in report(filled.settings) if one.level == Level.PROBLEM]
    assert problems == [
        "Bytes of recordings are missing",
        "Columns of recordings are missing or damaged",
        "Files of models are missing",
    ]
    columns.unlink()
    (outside / "columns").rename(columns)
    with pytest.raises(NotFound):  # the text of a row is in the bytes
        again.recordings.store(recording.id).source_line(0)
    again.jobs.stop()
    again.database.close()


def test_a_damaged_database_is_reported_and_nothing_is_collected(filled: Services) -> None:
    planted = plant(filled)
    age(*folders(filled.settings))
    filled.database.close()
    file = filled.settings.data_dir / "tidemark.db"
    with closing(sqlite3.connect(file, isolation_level=None)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        query = "SELECT rootpage FROM sqlite_master WHERE name = 'ix_annotations_label_class_id_recording_id'"
        (root,) = connection.execute(query).fetchone()
    content = bytearray(file.read_bytes())
    content[(root - 1) * 4096 : (root - 1) * 4096 + 12] = b"\xff" * 12
    file.write_bytes(content)
    findings = report(filled.settings, fix=True)
    assert "The database is damaged" in messages_of(findings, Level.PROBLEM)
    assert "restore" in findings[-1].remedy
    assert all(path.exists() for path in planted)


def test_a_readable_database_and_a_read_only_folder_are_reported(
    filled: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    (filled.settings.data_dir / "tidemark.db").chmod(0o644)
    assert "Other accounts can read" in messages_of(report(filled.settings), Level.WARNING)

    def refuse(dir: Path) -> None:  # noqa: A002
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("services.health.doctor.TemporaryFile", refuse)
    assert "cannot be written: permission denied" in messages_of(report(filled.settings), Level.PROBLEM)


def test_a_full_disk_a_silent_queue_and_other_package_versions_are_reported(
    filled: Services, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("services.health.doctor.LEAST_FREE", 2**62)
    requirements = write(tmp_path / "requirements.txt", b"numpy==0.1\nno-such-package==1\npandas>=1\n")
    monkeypatch.setattr("services.health.doctor.REQUIREMENTS", requirements)
    settings = replace(filled.settings, broker_url="redis://127.0.0.1:9/0")
    findings = report(settings)
    assert "GiB are free" in messages_of(findings, Level.PROBLEM)
    assert "Redis) does not answer" in messages_of(findings, Level.PROBLEM)
    warned = messages_of(findings, Level.WARNING)
    assert "numpy" in warned and "instead of 0.1, no-such-package missing instead of 1" in warned


def test_on_a_full_disk_the_remedy_is_to_make_room_and_unreferenced_files_are_removed_first(
    filled: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    planted = plant(filled)
    age(*folders(filled.settings))
    write, begun = filled.database.write, []

    @contextmanager
    def full(alone: bool = False) -> Iterator[Connection]:
        begun.append(alone)
        with write(alone) as connection:
            yield connection
            if not alone:
                raise StorageFull("The disk is full.")

    monkeypatch.setattr(filled.database, "write", full)
    with pytest.raises(StorageFull):
        orphans.collect(filled.settings, filled.database)
    assert begun == [True, False] and not any(path.exists() for path in planted)

    def refuse(dir: Path) -> None:  # noqa: A002
        raise OSError(errno.ENOSPC, "No space left on device")

    def cannot_open(_url: str) -> None:
        raise StorageFull("The change is not stored.")

    monkeypatch.setattr("services.health.doctor.TemporaryFile", refuse)
    monkeypatch.setattr("services.health.doctor.open_existing", cannot_open)
    problems = [one for one in report(filled.settings) if one.level == Level.PROBLEM]
    assert "cannot be opened" in problems[-1].what
    assert len(problems) == 4 and all(problem.remedy.startswith("Make room: ") for problem in problems)


def test_jobs_of_a_dead_program_are_reported(filled: Services) -> None:
    with filled.database.write() as connection:
        rows.add(connection, [_queued("ingest", {}, "", None)], False)
        connection.execute(update(jobs).values(pid=2**22 + 1, pid_created=1.0))
    assert "1 job of a program that has ended" in messages_of(report(filled.settings), Level.WARNING)


def test_the_command_prints_findings_with_remedies_and_an_exit_code(tmp_path: Path) -> None:
    program = Server(tmp_path / "program")
    fresh = program.command("doctor")
    assert fresh.returncode == 0 and "There is no database" in fresh.stdout
    program.settings.outputs_dir.rmdir()
    assert "outputs does not exist yet; it is created when needed" in program.command("doctor").stdout
    program.command("import", write(tmp_path / "one.csv", CSV.encode()))
    orphan = write(program.settings.uploads_dir / "ff" / ("f" * 64))
    age(orphan.parent)
    done = program.command("doctor")
    assert done.returncode == 0 and orphan.exists(), done.stderr
    assert "warning  Bytes without a recording: 1, 0.0 MiB\n" in done.stdout
    assert "         → Run: python app.py doctor --fix\n" in done.stdout
    assert program.command("doctor", "--fix").returncode == 0 and not orphan.exists()
    (bytes_of,) = program.settings.uploads_dir.glob("??/*")
    bytes_of.unlink()
    broken = program.command("doctor")
    assert broken.returncode == 1 and "problem  Bytes of recordings are missing" in broken.stdout
    assert "Traceback" not in broken.stdout + broken.stderr


def test_on_postgresql_it_finds_and_collects_the_same(tmp_path: Path) -> None:
    with postgres_server() as server:
        settings = settings_in(tmp_path / "pg", database_url=server.create("tidemark"))
        for services in _opened(settings):
            fill(services, tmp_path)
            before = everything(settings)
            planted = plant(services)
            age(*folders(settings))
            assert everything(settings) == before | planted
            assert "The database is intact" in messages_of(report(settings), Level.OK)
            report(settings, fix=True)
            assert everything(settings) == before


def _opened(settings: Settings) -> Iterator[Services]:
    built = build_services(settings)
    yield built
    built.jobs.stop()
    built.database.close()


def test_collecting_counts_the_freed_bytes(filled: Services) -> None:
    write(filled.settings.store_dir / "ff" / ("f" * 64) / "c0.npy", b"x" * 5000)
    age(filled.settings.store_dir)
    (one,), rows_removed = orphans.collect(filled.settings, filled.database)
    assert (one.count, one.size, rows_removed) == (1, 5000, 0)
