"""Kept values of the database: computed again after a commit of any connection or process, and only then."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import update

from services.accounts import acting
from services.accounts.model import Role, User
from services.accounts.passwords import Passwords
from services.accounts.sessions import Sessions
from services.accounts.users import Users
from services.annotations import exchange
from services.storage.commit_cache import MOST, CommitCache
from services.storage.db import Database, database_file, open_database
from services.storage.tables import preferences, recordings
from tests.unit.working_state import Desk, command


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    found = open_database(f"sqlite:///{tmp_path / 'tidemark.db'}")
    yield found
    found.close()


def add(database: Database, name: str) -> None:
    with database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO label_sets (name, position, created_at) VALUES (?, 1, '2026-01-01')", (name,)
        )


def test_a_value_is_computed_once_until_a_commit_of_any_thread_or_process(database: Database) -> None:
    computed = iter(range(100))

    def value() -> int:
        return database.commit_cache.get("value", lambda: next(computed))

    assert [value(), value()] == [0, 0]
    add(database, "a")
    assert [value(), value()] == [1, 1]
    program = (
        "import sqlite3, sys; c = sqlite3.connect(sys.argv[1]); "
        "c.execute('UPDATE label_sets SET position = 7'); c.commit()"
    )
    subprocess.run([sys.executable, "-c", program, str(database_file(str(database.engine.url)))], check=True)
    assert [value(), value()] == [2, 2]
    with database.write() as connection:
        connection.exec_driver_sql("UPDATE label_sets SET position = 8")
        connection.rollback()  # nothing changed
    assert value() == 2


def test_a_value_computed_during_a_commit_is_not_cached(database: Database) -> None:
    def compute() -> str:
        add(database, "meanwhile")
        return "old"

    assert database.commit_cache.get("value", compute) == "old"
    assert database.commit_cache.get("value", lambda: "new") == "new"


def test_nothing_is_kept_without_a_file_or_when_the_file_cannot_be_read(tmp_path: Path) -> None:
    for unchanged in (CommitCache(None), CommitCache(tmp_path / "missing.db")):
        computed = iter(range(2))
        assert [unchanged.get("value", lambda numbers=computed: next(numbers)) for _ in range(2)] == [0, 1]
        unchanged.forget()


def test_the_number_of_kept_values_is_bounded(database: Database) -> None:
    for number in range(MOST + 5):
        database.commit_cache.get(number, lambda number=number: number)
    assert database.commit_cache.get(0, lambda: -1) == 0
    assert database.commit_cache.get(MOST + 1, lambda: -1) == -1


def test_a_poll_of_a_plot_finds_every_change_also_after_it_found_nothing(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    recording, other = desk.record(), desk.record("b.csv")

    def poll(since: dict[str, Any]) -> dict[str, Any] | None:
        return exchange.changes_since(desk.annotations, since)

    first = poll({"recording": recording, "revision": -1})
    assert first is not None
    seen = {name: first[name] for name in ("recording", "revision", "version")}
    queries = count_queries(desk)
    assert poll(seen) is None
    whole = len(queries)
    queries.clear()
    assert poll(seen) is None and len(queries) < whole
    desk.add(other, 1, 2, "QRS")  # makes a class of the set
    changed = poll(seen)
    assert changed is not None and [label_class["name"] for label_class in changed["classes"]] == ["QRS"]
    seen = {name: changed[name] for name in seen}
    assert poll(seen) is None
    with acting.on_behalf_of(User(1, "Ann", Role.ANNOTATOR)):
        desk.annotations.apply(recording, [command("add", x0=1, x1=2, label="T", id=ID)], -1)
    changed = poll(seen)
    assert changed is not None and changed["undo"] == "Add T 1 – 2"
    seen = {name: changed[name] for name in seen}
    assert poll(seen) is None
    desk.outputs.save(recording)
    changed = poll(seen)
    assert changed is not None and changed["state"] == "saved"
    desk.close()


ID = "3f2a51ab-2d0c-4a6e-9a0e-0c8a3a4cb2f1"


def count_queries(desk: Desk) -> list[str]:
    from sqlalchemy import event

    statements: list[str] = []
    event.listen(
        desk.database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, *_rest: statements.append(statement),
    )
    return statements


def test_steady_values_are_kept_while_labels_change_and_computed_again_after_every_other_change(
    tmp_path: Path,
) -> None:
    desk = Desk(tmp_path)
    recording, cache = desk.record(), desk.database.commit_cache
    desk.add(recording, 1, 2, "QRS")
    computed = iter(range(100))

    def values() -> tuple[int, int]:
        return (
            cache.get("value", lambda: next(computed), steady=True),
            cache.get("any", lambda: next(computed)),
        )

    assert [values(), values()] == [(0, 1)] * 2
    desk.add(recording, 3, 4, "QRS")  # of a class that exists
    assert [values(), values()] == [(0, 2)] * 2
    desk.add(recording, 5, 6, "T")  # makes a class
    assert [values(), values()] == [(3, 4)] * 2
    other = open_database(str(desk.database.engine.url))  # as in another process
    desk_of_other = other.commit_cache
    assert desk_of_other.get("value", lambda: "its own", steady=True) == "its own"
    with other.write() as connection:
        connection.execute(preferences.insert().values(name="a", value=1, edited_at=datetime.now(UTC)))
    assert values() == (5, 6)
    add(other, "SQL as text")
    assert values() == (7, 8)
    with other.write() as connection:
        connection.execute(preferences.delete())
        connection.rollback()
    assert values() == (7, 8)  # nothing was changed
    with other.write() as connection:
        connection.execute(update(recordings).values(changed=99))
    assert values() == (7, 9)  # what was noted of the transaction before is forgotten
    other.close()
    desk.close()


def test_a_session_that_is_ended_by_another_process_ends_at_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'tidemark.db'}"
    here, there = open_database(url), open_database(url)
    users = Users(here, Passwords())
    ann = users.add("Ann", "correct horse battery", Role.ANNOTATOR)
    sessions = Sessions(here)
    key = sessions.begin(ann)
    assert [sessions.user_of(key), sessions.user_of(key)] == [ann, ann]
    Users(there, Passwords()).set_role("Ann", Role.REVIEWER)
    found = sessions.user_of(key)
    assert found is not None and found.role == Role.REVIEWER
    Sessions(there).end(key)
    assert sessions.user_of(key) is None
    here.close()
    there.close()
