"""Database: transactions, error messages, migration from every older version."""

from __future__ import annotations

import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.exc import IntegrityError

from services.errors import Conflict, Invalid, StorageFull
from services.label_classes.classes import LabelClasses
from services.storage.db import Database, open_database
from services.storage.migrations import runner
from services.storage.migrations.runner import upgrade, version_of, versions
from services.storage.tables import annotation_table, edits, label_classes, metadata, recordings
from tests.unit.working_state import Desk

OLD = Path(__file__).parent / "old_databases"

FULL_DISK = """
import resource, sys
from pathlib import Path
from tests.unit.working_state import Desk, command
desk = Desk(Path(sys.argv[1]))
recording = desk.record()
kept = [desk.add(recording, number, number + 1) for number in range(5)]
limits = resource.getrlimit(resource.RLIMIT_FSIZE)
size = max(file.stat().st_size for file in desk.settings.data_dir.glob("tidemark.db*"))
resource.setrlimit(resource.RLIMIT_FSIZE, (size, limits[1]))
refused = 0
for number in range(200):
    answer = desk.send(recording, "add", id=command("")["uuid"], x0=number, x1=number, label="x" * 90)
    if answer["rejected"]:
        refused += 1
        assert "disk of the data folder is full" in answer["rejected"][0]["reason"], answer
    else:
        kept.append(answer["undo"])
assert refused, "the disk never was full"
assert desk.annotations.apply(recording, [], -1)["revision"] == len(kept)
resource.setrlimit(resource.RLIMIT_FSIZE, limits)
desk.add(recording, 8, 9)
assert len(desk.rows(recording)) == len(kept) + 1
desk.close()
print(len(kept) + 1)
"""


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = open_database(_url(tmp_path))
    yield database
    database.close()


def test_every_connection_has_the_durability_settings(database: Database) -> None:
    with database.read() as connection:
        values = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    assert values == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "busy_timeout": 30_000}


def test_only_its_owner_can_read_the_database_and_its_folder(tmp_path: Path) -> None:
    database = open_database(f"sqlite:///{tmp_path / 'data' / 'tidemark.db'}")
    with database.write() as connection:
        connection.execute(text("CREATE TABLE filler (x)"))
    assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
    modes = {file.name: stat.S_IMODE(file.stat().st_mode) for file in (tmp_path / "data").iterdir()}
    assert set(modes) >= {"tidemark.db", "tidemark.db-wal"}
    assert set(modes.values()) == {0o600}
    database.close()


def test_a_failed_block_changes_nothing(database: Database) -> None:
    def fail_halfway() -> None:
        with database.write() as connection:
            LabelClasses(database).ensure(connection, "QRS")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        fail_halfway()
    assert LabelClasses(database).list() == []


def test_references_to_nothing_are_refused(database: Database) -> None:
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(
            text("INSERT INTO edits VALUES (1, 'u', 99, 1, 'add', '', '[]', '[]', 'done', NULL, '', '2020')")
        )


def test_a_reader_sees_one_state_while_others_write(database: Database) -> None:
    classes = LabelClasses(database)
    with database.read() as reading:
        assert classes.list(reading) == []
        with database.write() as writing:
            classes.ensure(writing, "QRS")
        assert classes.list(reading) == []
    assert len(classes.list()) == 1


def test_a_second_writer_waits_for_the_first_and_neither_loses(database: Database) -> None:
    classes = LabelClasses(database)
    waiting = threading.Event()

    def second() -> None:
        waiting.set()
        with database.write() as connection:
            classes.ensure(connection, "second")

    thread = threading.Thread(target=second)
    with database.write() as connection:
        classes.ensure(connection, "first")
        thread.start()
        assert waiting.wait(10)
        classes.ensure(connection, "first too")
    thread.join()
    assert [label_class.name for label_class in classes.list()] == ["first", "first too", "second"]


def test_many_threads_may_wait_for_the_lock_at_once(database: Database) -> None:
    classes = LabelClasses(database)
    problems: list[BaseException] = []

    def write(name: str) -> None:
        try:
            with database.write() as connection:
                classes.ensure(connection, name)
        except BaseException as problem:
            problems.append(problem)

    threads = [threading.Thread(target=write, args=(f"class {number}",)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not problems
    assert len(classes.list()) == 40


def test_a_database_that_another_program_holds_is_a_conflict_in_words(tmp_path: Path) -> None:
    open_database(_url(tmp_path)).close()
    holder = sqlite3.connect(tmp_path / "tidemark.db", isolation_level=None)
    holder.execute("BEGIN IMMEDIATE")
    database = open_database(_url(tmp_path))
    with database.read() as connection:
        connection.exec_driver_sql("PRAGMA busy_timeout=1")  # the pool gives this connection out again
    with pytest.raises(Conflict, match="in use by another program"), database.write():
        pass
    holder.execute("ROLLBACK")
    with database.write() as connection:
        LabelClasses(database).ensure(connection, "QRS")
    database.close()
    holder.close()


def test_a_read_only_database_is_reported(tmp_path: Path) -> None:
    database = open_database(_url(tmp_path))
    with database.read() as connection:
        connection.exec_driver_sql("PRAGMA query_only=1")
    with pytest.raises(StorageFull, match="may not be written"), database.write() as connection:
        LabelClasses(database).ensure(connection, "QRS")
    database.close()


def test_a_full_disk_refuses_in_words_loses_nothing_and_needs_no_restart(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", FULL_DISK, str(tmp_path)],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert done.returncode == 0, done.stderr
    desk = Desk(tmp_path)
    with desk.database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
    assert len(desk.rows(1)) == int(done.stdout)
    desk.close()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("nonsense", "cannot be used"),
        ("sqlite://", "names no file"),
        ("nodatabase://somewhere/x", "cannot be used"),
    ],
)
def test_a_database_url_that_names_none_is_refused_in_words(url: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        open_database(url)


def test_an_unusable_database_folder_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    with pytest.raises(StorageFull, match=r"tidemark\.db cannot be written"):
        open_database(_url(tmp_path / "file"))


def test_a_file_that_is_not_a_database_is_reported_and_unchanged(tmp_path: Path) -> None:
    (tmp_path / "tidemark.db").write_text("t,v\n1,2\n" * 500)
    with pytest.raises(Invalid, match="damaged or is not a database"):
        open_database(_url(tmp_path))
    assert (tmp_path / "tidemark.db").read_text().startswith("t,v\n")


# -- versions --------------------------------------------------------------------------------------------


def test_migrations_make_exactly_the_tables_the_program_uses(database: Database, tmp_path: Path) -> None:
    from sqlalchemy import create_engine

    direct = create_engine(f"sqlite:///{tmp_path / 'direct.db'}")
    metadata.create_all(direct)
    made = _schema(database)
    made.pop("alembic_version")
    assert made == _schema(Database(direct))
    direct.dispose()


@pytest.mark.parametrize("version", versions())
def test_a_database_of_every_older_version_opens_with_everything_in_it(version: str, tmp_path: Path) -> None:
    _load(version, tmp_path)
    database = open_database(_url(tmp_path))
    fresh = open_database(_url(tmp_path / "fresh"))
    assert version_of(database) == versions()[-1]
    assert _schema(database) == _schema(fresh)
    fresh.close()
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA integrity_check").scalar() == "ok"
        assert connection.exec_driver_sql("PRAGMA foreign_key_check").all() == []
        paths = connection.execute(select(recordings.c.path, recordings.c.revision)).all()
        labels = connection.execute(
            select(annotation_table.c.start_index, annotation_table.c.end_index, label_classes.c.name)
            .join(label_classes, label_classes.c.id == annotation_table.c.label_class_id)
            .order_by(annotation_table.c.start_index)
        ).all()
        kinds = connection.execute(select(edits.c.kind, edits.c.state).order_by(edits.c.id)).all()
    database.close()
    assert [tuple(row) for row in paths] == [("ward 3/数据.csv", 4)]
    assert [tuple(row) for row in labels] == [(10, 20, "QRS"), (30, 30, "=T wave")]
    assert [tuple(row) for row in kinds] == [
        ("add", "done"),
        ("add", "done"),
        ("add", "undone"),
        ("undo", "step"),
    ]


def test_an_edit_undone_before_a_migration_can_be_redone_after_it(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    _load(versions()[0], tmp_path / "data")
    desk = Desk(tmp_path)
    desk.record("another.csv")
    with desk.database.write() as connection:  # the old database has no samples; borrow some
        key = select(recordings.c.store_key).where(recordings.c.path == "another.csv").scalar_subquery()
        connection.execute(recordings.update().where(recordings.c.id == 1).values(store_key=key))
    answer = desk.send(1, "redo")
    assert answer["rejected"] == []
    assert [row["label"] for row in answer["upsert"]] == ["QRS", "=T wave", "P"]
    desk.close()


def test_the_database_of_a_newer_program_is_refused_in_words_and_left_alone(tmp_path: Path) -> None:
    database = open_database(_url(tmp_path))
    with database.write() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    database.close()
    with pytest.raises(Invalid, match="version 9999 of a newer Tidemark"):
        open_database(_url(tmp_path))


NEXT = """
import sqlalchemy as sa
from alembic import op

revision = "9000"
down_revision = "{newest}"


def upgrade():
    with op.batch_alter_table("label_classes") as table:  # on SQLite this recreates the table
        table.add_column(sa.Column("remark", sa.Text(), server_default="none yet", nullable=False))
    {then}
"""


@pytest.fixture
def next_version(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Makes a program of a version to come, whose migration ends with the given statement."""

    def write(then: str) -> None:
        folder = tmp_path / "migrations"
        shutil.copytree(runner.FOLDER, folder)
        text = NEXT.format(newest=versions()[-1], then=then)
        (folder / "versions" / "9000_next.py").write_text(text)
        monkeypatch.setattr(runner, "FOLDER", folder)

    return write


def test_a_later_migration_may_remake_a_table_that_others_refer_to(
    tmp_path: Path, next_version: Callable[[str], None]
) -> None:
    _load("0001", tmp_path)
    next_version("pass")
    database = open_database(_url(tmp_path))
    assert version_of(database) == "9000"
    with database.read() as connection:
        labels = connection.execute(
            text(
                "SELECT name, remark FROM annotations JOIN label_classes ON label_class_id = label_classes.id"
            )
        ).all()
        assert connection.exec_driver_sql("PRAGMA foreign_keys").scalar() == 1
    database.close()
    assert sorted(map(tuple, labels)) == [("=T wave", "none yet"), ("QRS", "none yet")]


def test_a_migration_that_fails_leaves_the_database_as_it_was(
    tmp_path: Path, next_version: Callable[[str], None]
) -> None:
    _load("0001", tmp_path)
    with sqlite3.connect(tmp_path / "tidemark.db") as before:
        dump = list(before.iterdump())
    next_version("raise RuntimeError('halfway')")
    with pytest.raises(RuntimeError, match="halfway"):
        open_database(_url(tmp_path))
    with sqlite3.connect(tmp_path / "tidemark.db") as after:
        assert list(after.iterdump()) == dump
    before.close()
    after.close()


def test_tables_may_be_remade_but_not_so_that_references_break(database: Database) -> None:
    classes = LabelClasses(database)
    with database.write() as connection:
        classes.ensure(connection, "QRS")
    with database.change_tables() as connection:  # as a migration does that changes a column on SQLite
        connection.execute(text("CREATE TABLE fresh AS SELECT * FROM label_classes"))
        connection.execute(text("DROP TABLE fresh"))
    broken = text("INSERT INTO edits VALUES (1, 'u', 99, 1, 'add', '', '[]', '[]', 'done', NULL, '', '2020')")
    with pytest.raises(Invalid, match="its tables are inconsistent"), database.change_tables() as connection:
        connection.execute(broken)
    with pytest.raises(IntegrityError), database.write() as connection:
        connection.execute(broken)
    assert len(classes.list()) == 1


def test_two_programs_may_make_the_same_database_at_once(tmp_path: Path) -> None:
    code = f"from services.storage.db import open_database; open_database({_url(tmp_path)!r}).close()"
    programs = [subprocess.Popen([sys.executable, "-c", code]) for _ in range(4)]
    assert [program.wait(60) for program in programs] == [0, 0, 0, 0]


def test_opening_a_database_that_is_up_to_date_does_not_import_alembic(tmp_path: Path) -> None:
    open_database(_url(tmp_path)).close()
    code = (
        f"import sys; from services.storage.db import open_database; open_database({_url(tmp_path)!r}).close(); "
        "print('alembic' in sys.modules)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=60
    )
    assert done.stdout == "False\n"


def test_upgrading_to_the_version_it_has_does_nothing(database: Database) -> None:
    with database.read() as connection:
        before = connection.exec_driver_sql("PRAGMA schema_version").scalar()
    upgrade(database)
    with database.read() as connection:
        assert connection.exec_driver_sql("PRAGMA schema_version").scalar() == before


def _url(folder: Path) -> str:
    return f"sqlite:///{folder / 'tidemark.db'}"


def _load(version: str, folder: Path) -> None:
    """Make a database from the dump of that version."""
    with sqlite3.connect(folder / "tidemark.db") as connection:
        connection.executescript((OLD / f"{version}.sql").read_text(encoding="utf-8"))
    connection.close()


def _schema(database: Database) -> dict[str, object]:
    """Tables with their columns, keys and indexes, in a form that can be compared."""
    with database.read() as connection:
        facts = inspect(connection)
        return {
            table: (
                {
                    column["name"]: (str(column["type"]), column["nullable"])
                    for column in facts.get_columns(table)
                },
                facts.get_pk_constraint(table)["constrained_columns"],
                sorted(
                    (key["constrained_columns"], key["referred_table"], key["referred_columns"])
                    for key in facts.get_foreign_keys(table)
                ),
                sorted((index["name"], index["column_names"]) for index in facts.get_indexes(table)),
                sorted((key["name"], key["column_names"]) for key in facts.get_unique_constraints(table)),
            )
            for table in facts.get_table_names()
        }


@pytest.mark.parametrize("value", [10**20, -(10**20), "\ud800"])
def test_values_that_no_column_holds_are_refused_in_words(database_url: str, value: int | str) -> None:
    database = open_database(database_url)
    column = recordings.c.path if isinstance(value, str) else recordings.c.id
    with pytest.raises(Invalid, match="is not possible; nothing was changed"), database.read() as connection:
        connection.execute(select(recordings.c.id).where(column == value)).all()
    with database.read() as connection:
        assert connection.execute(select(recordings.c.id)).all() == []
    database.close()
