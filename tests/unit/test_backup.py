"""Backup during edits, and refusals of restore."""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import make_url, select

from services.accounts.model import LOCAL, Role
from services.backup import create, restore
from services.backup.collect import Collector
from services.backup.database_copy import _password_file
from services.backup.manifest import NAME, read_manifest
from services.errors import Conflict, Invalid, NotFound, StorageFull
from services.jobs import rows
from services.jobs.jobs import _queued
from services.settings import Settings
from services.storage.migrations.runner import versions
from services.storage.output_files import is_ours
from services.storage.tables import annotation_table, jobs, recordings
from services.web.container import Services, build_services
from tests.postgres_server import postgres_server
from tests.support import ROOT, SAMPLES, Server, settings_in
from tests.unit.catalogue_models import keep

CSV = "t,v\n" + "".join(f"{row},{row % 7}\n" for row in range(1000))


def silent(_share: float, _what: str) -> None:
    """A progress callback that does nothing."""


def add_label(services: Services, recording: int, first: int) -> str:
    """Add a label of two samples; returns its id once it is stored."""
    identity = str(uuid4())
    command: dict[str, Any] = {"uuid": str(uuid4()), "kind": "add", "id": identity, "label": "QRS"}
    answer = services.annotations.apply(recording, [{**command, "x0": first, "x1": first + 1}], -1)
    assert not answer["rejected"]
    return identity


def fill(services: Services, folder: Path) -> int:
    """Two recordings with labels, one of them saved, a model, a run's confidences; returns the id of one."""
    for name in ("one.csv", "two.csv"):
        (folder / name).write_text(CSV + f"1000,{len(name)}\n" * (name == "two.csv"))
    list(services.uploads.import_paths([folder / "one.csv", folder / "two.csv"]))
    first, second = services.recordings.list()
    add_label(services, first.id, 3)
    add_label(services, second.id, 4)
    services.outputs.save(first.id)
    keep(services, "Trend")
    return first.id


def files_of(settings: Settings) -> dict[str, bytes]:
    """Every file that a backup keeps, by its path."""
    tops = {
        "uploads": settings.uploads_dir,
        "store": settings.store_dir,
        "models": settings.models_dir,
        "outputs": settings.outputs_dir,
    }
    return {
        f"{name}/{file.relative_to(top)}": file.read_bytes()
        for name, top in tops.items()
        for file in sorted(top.rglob("*"))
        if file.is_file() and ".partial" not in file.parts
    }


def labels_of(services: Services) -> list[dict[str, Any]]:
    """Every column of every label."""
    with services.database.read() as connection:
        query = select(annotation_table).order_by(annotation_table.c.id)
        return [dict(row._mapping) for row in connection.execute(query)]


@pytest.fixture
def filled(services: Services, tmp_path: Path) -> Services:
    fill(services, tmp_path)
    return services


@pytest.fixture
def elsewhere(tmp_path: Path) -> Settings:
    """Settings of an installation that is not there yet."""
    return settings_in(tmp_path / "elsewhere")


@pytest.fixture
def made(filled: Services, tmp_path: Path) -> Path:
    """A backup of ``filled``."""
    create(filled.settings, tmp_path / "backup", silent)
    return tmp_path / "backup"


def opened(settings: Settings) -> Iterator[Services]:
    built = build_services(settings)
    yield built
    built.jobs.stop()
    built.database.close()


def test_a_restore_reproduces_the_original_state(filled: Services, made: Path, elsewhere: Settings) -> None:
    restored = restore(elsewhere, made, silent)
    assert restored.manifest.missing == ()
    assert files_of(elsewhere) == files_of(filled.settings)
    for again in opened(elsewhere):
        assert labels_of(again) == labels_of(filled)
        assert [recording.state for recording in again.recordings.list()] == [
            recording.state for recording in filled.recordings.list()
        ]
        assert again.recordings.is_whole(1) and again.models.file_of(again.models.list()[0]).is_file()
        assert add_label(again, 1, 50), "edits are possible there"
    mode = (elsewhere.data_dir / "tidemark.db").stat().st_mode
    assert mode & 0o077 == 0
    assert not list(elsewhere.data_dir.glob("*restoring*"))


def test_the_manifest_has_the_sum_of_every_file_and_the_version_of_the_database(made: Path) -> None:
    manifest = read_manifest(made)
    there = {str(file.relative_to(made)) for file in made.rglob("*") if file.is_file()} - {NAME}
    assert manifest.files.keys() == there and len(there) > 10
    for path, (size, digest) in manifest.files.items():
        content = (made / path).read_bytes()
        assert (len(content), sha256(content).hexdigest()) == (size, digest)
    assert (manifest.kind, manifest.revision) == ("sqlite", versions()[-1])
    assert not list(made.parent.glob("*.partial-*"))


def test_bytes_that_never_change_are_links_and_those_that_may_be_written_to_are_copies(
    filled: Services, made: Path
) -> None:
    def links(folder: Path) -> set[int]:
        return {file.stat().st_nlink for file in folder.rglob("*") if file.is_file()}

    assert links(made / "data/uploads") == links(made / "data/store") == {2}
    assert links(made / "models") == links(made / "outputs") == {1}
    saved = filled.settings.outputs_dir / "one.csv"
    saved.write_text("another program writes into the file itself")
    assert "QRS" in (made / "outputs/one.csv").read_text()


def test_a_backup_on_another_disk_is_copied(
    filled: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_arguments: Any, **_more: Any) -> None:
        raise OSError(18, "Invalid cross-device link")

    monkeypatch.setattr(os, "link", refuse)
    done = create(filled.settings, tmp_path / "backup", silent)
    assert done.linked == 0
    target = settings_in(tmp_path / "elsewhere")
    restore(target, tmp_path / "backup", silent)
    assert files_of(target) == files_of(filled.settings)


def test_a_backup_while_people_label_save_and_bring_models_restores_whole(tmp_path: Path) -> None:
    program = Server(tmp_path / "program").start()
    services = build_services(program.settings)
    recording = fill(services, tmp_path)
    sent: list[str] = []
    stopping = threading.Event()
    problems: list[BaseException] = []

    def work(one: Any) -> None:
        try:
            number = 0
            while not stopping.wait(0.02):  # else one of them has the database for itself
                number += 1
                one(number)
        except BaseException as problem:
            problems.append(problem)

    def label(number: int) -> None:
        sent.append(add_label(services, recording, number % 900))

    threads = [
        threading.Thread(target=work, args=(one,))
        for one in (
            label,
            lambda _number: services.outputs.save(recording),
            lambda number: keep(services, f"Model {number}"),
        )
    ]
    for thread in threads:
        thread.start()
    try:
        for number in range(int(os.environ.get("SOAK_BACKUPS", "3"))):  # more in tests/hostile/soak_backup.py
            before = list(sent)
            done = program.command("backup", tmp_path / f"backup {number}")
            assert (done.returncode, done.stderr.count("Traceback")) == (0, 0), done.stderr
            there = Server(tmp_path / f"there {number}")
            (there.settings.data_dir / ".samples-added").unlink()
            done = there.command("restore", tmp_path / f"backup {number}")
            assert done.returncode == 0, done.stderr
            _is_whole(there.settings, before, list(sent))
    finally:
        stopping.set()
        for thread in threads:
            thread.join()
        services.database.close()
        program.stop()
    assert not problems
    assert len(sent) > 10


def _is_whole(settings: Settings, before: list[str], after: list[str]) -> None:
    """The labels are all of a moment between two, and everything they and the rows refer to is there."""
    for there in opened(settings):
        found = {row["id"] for row in labels_of(there)}
        assert found >= set(before), "labels that were stored before the backup began"
        added = [one for one in after if one in found]
        assert added == after[: len(added)], "labels of one moment"
        models = there.models.list()
        assert models
        for model in models:
            assert sha256(there.models.file_of(model).read_bytes()).hexdigest() == model.sha256
        with there.database.read() as connection:
            rows = connection.execute(select(recordings)).all()
        for row in rows:
            assert there.recordings.is_whole(row.id)
            assert row.saved_at is None or is_ours(settings.outputs_dir, row)


def test_files_saved_or_removed_during_the_copy_are_copied_again(
    filled: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []
    collect = Collector.collect

    def slowly(self: Collector, expected: Any, note: Any) -> list[str]:
        """Always change files between the copy of the database and that of the files."""
        calls.append(1)
        if len(calls) <= 2:
            add_label(filled, 1, 100 + len(calls))
            filled.outputs.save(1)
            filled.models.delete(filled.models.list()[0].id)
            keep(filled, f"Later {len(calls)}")
        return collect(self, expected, note)

    monkeypatch.setattr(Collector, "collect", slowly)
    done = create(filled.settings, tmp_path / "backup", silent)
    assert done.manifest.missing == () and len(calls) == 3, "the last one while others wait"
    target = settings_in(tmp_path / "elsewhere")
    restore(target, tmp_path / "backup", silent)
    _is_whole(target, [], [])
    assert files_of(target) == files_of(filled.settings)


def test_files_that_were_missing_before_are_named_and_the_rest_is_kept(
    filled: Services, tmp_path: Path, elsewhere: Settings
) -> None:
    model = filled.models.list()[0]
    filled.models.file_of(model).unlink()
    done = create(filled.settings, tmp_path / "backup", silent)
    assert done.manifest.missing == (f"models/{model.file}",)
    assert restore(elsewhere, tmp_path / "backup", silent).manifest.missing == done.manifest.missing
    for again in opened(elsewhere):
        assert labels_of(again) == labels_of(filled)


def test_links_among_saved_files_are_not_followed(filled: Services, tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.mkdir()
    (secret / "key").write_text("private")
    (filled.settings.outputs_dir / "file.csv").symlink_to(secret / "key")
    (filled.settings.outputs_dir / "folder").symlink_to(secret)
    done = create(filled.settings, tmp_path / "backup", silent)
    assert [Path(file).name for file in done.left_out] == ["file.csv", "folder"]
    assert not any(
        "private" in file.read_text(errors="replace") for file in tmp_path.rglob("backup/outputs/*")
    )


def test_a_backup_that_fails_leaves_nothing_behind(
    filled: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: Any, **_more: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shutil, "copyfile", full)
    with pytest.raises(StorageFull, match="disk is full"):
        create(filled.settings, tmp_path / "backups" / "today", silent)
    assert list((tmp_path / "backups").iterdir()) == []


KILLED = """
import os, signal, sys
from pathlib import Path
from services.backup import create
from services.backup.collect import Collector
from tests.support import settings_in
take = Collector._take
def kill(self, path, source, may_link):
    if path.startswith("models/"):
        os.kill(os.getpid(), signal.SIGKILL)
    return take(self, path, source, may_link)
Collector._take = kill
create(settings_in(Path(sys.argv[1])), Path(sys.argv[2]), lambda share, what: None)
"""


def test_a_backup_that_is_killed_is_not_taken_for_one(filled: Services, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    command = [sys.executable, "-c", KILLED, str(tmp_path), str(folder / "today")]
    assert subprocess.run(command, cwd=ROOT, check=False).returncode == -9
    (left,) = folder.iterdir()
    assert left.name.startswith("today.partial-") and list(left.rglob("*"))
    with pytest.raises(Invalid, match="is not a backup"):
        restore(settings_in(tmp_path / "elsewhere"), left, silent)
    create(filled.settings, folder / "today", silent)
    restore(settings_in(tmp_path / "elsewhere"), folder / "today", silent)


def test_a_backup_never_overwrites_anything_nor_goes_into_a_copied_folder(
    filled: Services, made: Path, tmp_path: Path
) -> None:
    with pytest.raises(Invalid, match="exists already"):
        create(filled.settings, made, silent)
    for folder in (filled.settings.data_dir, filled.settings.outputs_dir, filled.settings.models_dir):
        with pytest.raises(Invalid, match="is being backed up"):
            create(filled.settings, folder / "backup", silent)
    with pytest.raises(NotFound, match="There is no database"):
        create(settings_in(tmp_path / "nowhere"), tmp_path / "other", silent)
    assert not (tmp_path / "nowhere").exists()


def test_a_damaged_database_is_not_backed_up(filled: Services, tmp_path: Path) -> None:
    file = tmp_path / "damaged" / "tidemark.db"
    file.parent.mkdir()
    index = "ix_annotations_label_class_id_recording_id"
    with closing(sqlite3.connect(filled.settings.data_dir / "tidemark.db")) as source:
        source.execute(f"VACUUM INTO '{file}'")
    with closing(sqlite3.connect(file)) as copy:
        (root,) = copy.execute("SELECT rootpage FROM sqlite_master WHERE name = ?", [index]).fetchone()
    content = bytearray(file.read_bytes())
    start = (root - 1) * 4096
    content[start + 8 : start + 12] = b"\xff" * 4
    file.write_bytes(content)
    damaged = replace(filled.settings, database_url=f"sqlite:///{file}")
    with pytest.raises(Invalid, match="damaged"):
        create(damaged, tmp_path / "backup", silent)
    assert not list(tmp_path.glob("backup*"))


@pytest.mark.parametrize("harm", ["changed", "missing", "longer", "link"])
def test_a_backup_that_was_changed_since_is_refused_before_anything_is_restored(
    made: Path, elsewhere: Settings, harm: str
) -> None:
    file = next(made.rglob("outputs/*.csv"))
    if harm == "changed":
        file.write_bytes(file.read_bytes().replace(b"QRS", b"QRZ"))
    elif harm == "longer":
        file.write_bytes(file.read_bytes() + b"x")
    else:
        file.rename(made / "aside")
        if harm == "link":
            file.symlink_to(made / "aside")
    with pytest.raises(Invalid, match=r"damaged: outputs/one\.csv missing or changed"):
        restore(elsewhere, made, silent)
    assert not elsewhere.data_dir.exists() and not elsewhere.outputs_dir.exists()


def test_a_working_data_folder_is_never_overwritten(filled: Services, made: Path) -> None:
    before, labels = files_of(filled.settings), labels_of(filled)
    add_label(filled, 2, 77)
    with pytest.raises(Conflict, match=r"never overwritten; nothing was changed\. Set TIDEMARK_DATA_DIR"):
        restore(filled.settings, made, silent)
    assert files_of(filled.settings) == before and len(labels_of(filled)) == len(labels) + 1


def test_other_files_in_the_way_are_named_and_kept(made: Path, elsewhere: Settings) -> None:
    elsewhere.outputs_dir.mkdir(parents=True)
    (elsewhere.outputs_dir / "one.csv").write_text("mine")
    with pytest.raises(Conflict, match=r"other files already, .*outputs/one\.csv"):
        restore(elsewhere, made, silent)
    assert (elsewhere.outputs_dir / "one.csv").read_text() == "mine"
    assert not elsewhere.data_dir.exists()


def test_a_restore_that_was_interrupted_leaves_no_working_folder_and_can_be_repeated(
    filled: Services, made: Path, elsewhere: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    copyfile, copied = shutil.copyfile, []

    def stop(source: Path, target: Path) -> Any:
        copied.append(source)
        if len(copied) > 1:
            raise KeyboardInterrupt
        return copyfile(source, target)

    monkeypatch.setattr(shutil, "copyfile", stop)
    with pytest.raises(KeyboardInterrupt):
        restore(elsewhere, made, silent)
    assert not (elsewhere.data_dir / "tidemark.db").exists() and files_of(elsewhere)
    monkeypatch.setattr(shutil, "copyfile", copyfile)
    restore(elsewhere, made, silent)
    assert files_of(elsewhere) == files_of(filled.settings)


def test_jobs_that_had_not_ended_are_not_shown_as_running_for_ever(
    filled: Services, tmp_path: Path, elsewhere: Settings
) -> None:
    with filled.database.write() as connection:
        rows.add(connection, [_queued("autolabel", {}, "", None)], False)
    create(filled.settings, tmp_path / "backup", silent)
    assert restore(elsewhere, tmp_path / "backup", silent).interrupted == 1
    for again in opened(elsewhere):
        with again.database.read() as connection:
            states = connection.execute(select(jobs.c.state)).scalars().all()
        assert "queued" not in states and "interrupted" in states


def test_sessions_and_invitations_that_may_have_ended_since_are_not_revived(
    filled: Services, tmp_path: Path, elsewhere: Settings
) -> None:
    filled.invites.add(Role.ADMIN)
    key = filled.sessions.begin(LOCAL)
    assert filled.sessions.local(key) == LOCAL and len(filled.invites.list()) == 1
    create(filled.settings, tmp_path / "backup", silent)
    restore(elsewhere, tmp_path / "backup", silent)
    for again in opened(elsewhere):
        assert again.sessions.local(key) is None and again.invites.list() == []


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"format": 2}, "a backup of a newer Tidemark"),
        ({"revision": "9999"}, "database of version 9999"),
        ({"kind": "postgresql"}, "no copy of a database"),
        ({"files": {"../outside": {"size": 1, "sha256": "0" * 64}}}, "damaged"),
        ({"files": {"/etc/passwd": {"size": 1, "sha256": "0" * 64}}}, "damaged"),
        ({"files": {"data/../../x": {"size": 1, "sha256": "0" * 64}}}, "damaged"),
        ({"files": {"data/x": {"size": "1", "sha256": "0" * 64}}}, "damaged"),
        ({"files": []}, "damaged"),
    ],
)
def test_a_manifest_that_cannot_be_trusted_is_refused(
    made: Path, elsewhere: Settings, change: dict[str, Any], sentence: str
) -> None:
    content = json.loads((made / NAME).read_text())
    (made / NAME).write_text(json.dumps({**content, **change}))
    with pytest.raises(Invalid, match=sentence):
        restore(elsewhere, made, silent)
    assert not elsewhere.data_dir.exists()


@pytest.mark.parametrize("content", [None, "", "{", "[]", "null", "[" * 100_000])
def test_a_folder_without_a_readable_manifest_is_no_backup(
    tmp_path: Path, elsewhere: Settings, content: str | None
) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    if content is not None:
        (folder / NAME).write_text(content)
    with pytest.raises(Invalid, match="is not a backup|cannot be read|damaged"):
        restore(elsewhere, folder, silent)


def test_the_commands_print_results_and_remedies(tmp_path: Path) -> None:
    program = Server(tmp_path / "program")
    empty = program.command("backup", tmp_path / "none")
    assert empty.returncode == 1 and "There is no database" in empty.stderr
    program.command("import", SAMPLES / "ecg" / "ludb_001.csv")
    done = program.command("backup", tmp_path / "deep" / "today")
    assert done.returncode == 0, done.stderr
    assert f"hard links), database of version {versions()[-1]}." in done.stdout
    refused = program.command("restore", tmp_path / "deep" / "today")
    assert refused.returncode == 1 and "Traceback" not in refused.stderr
    assert "is a working data folder, which is never overwritten; nothing was changed." in refused.stderr
    other = Server(tmp_path / "other")
    (other.settings.data_dir / ".samples-added").unlink()
    done = other.command("restore", tmp_path / "deep" / "today")
    assert done.returncode == 0 and "all as they were on" in done.stdout, done.stderr
    nothing = other.command("restore", tmp_path / "deep")
    assert nothing.returncode == 1 and "is not a backup: it has no manifest.json" in nothing.stderr


def test_a_password_of_postgresql_is_given_by_a_file_that_others_cannot_read() -> None:
    url = make_url("postgresql+psycopg://ann:a%3Ab%5Cc@somewhere/labels")
    with _password_file(url) as file:
        assert file is not None and file.read_text() == "*:*:*:*:a\\:b\\\\c\n"
        assert (file.stat().st_mode | file.parent.stat().st_mode) & 0o077 == 0
    assert not file.exists()
    with _password_file(make_url("postgresql://ann@somewhere/labels")) as file:
        assert file is None


def test_postgresql_is_dumped_while_it_is_used_and_restored_into_an_empty_database(tmp_path: Path) -> None:
    with postgres_server("secret") as server:
        first = settings_in(tmp_path / "first", database_url=server.create("first"))
        second = settings_in(tmp_path / "second", database_url=server.create("second"))
        services = build_services(first)
        fill(services, tmp_path)
        done = create(first, tmp_path / "backup", silent)
        assert (done.manifest.kind, done.manifest.revision) == ("postgresql", versions()[-1])
        add_label(services, 1, 40)
        restore(second, tmp_path / "backup", silent)
        for again in opened(second):
            assert len(labels_of(again)) == len(labels_of(services)) - 1
            assert files_of(second) == files_of(first)
            add_label(again, 1, 60)
        with pytest.raises(Conflict, match="never overwritten"):
            restore(second, tmp_path / "backup", silent)
        with pytest.raises(
            Invalid, match="has a postgresql database, but TIDEMARK_DATABASE_URL names sqlite"
        ):
            restore(settings_in(tmp_path / "third"), tmp_path / "backup", silent)
        services.jobs.stop()
        services.database.close()
