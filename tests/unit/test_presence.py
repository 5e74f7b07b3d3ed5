"""Presence: who else has a recording open, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import event, select, update

from services.accounts import acting
from services.accounts.model import LOCAL, Role, User
from services.accounts.presence import GONE, NOTED, Presence
from services.storage.db import Database, open_database
from services.storage.tables import presence
from tests.postgres_server import Postgres, postgres_server
from tests.support import settings_in, with_tables

ANN, BO = User(1, "Ann", Role.ANNOTATOR), User(2, "Bo", Role.ANNOTATOR)
by = acting.on_behalf_of


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    url = with_tables(settings_in(tmp_path)).database_url
    if request.param != "sqlite":
        url = request.getfixturevalue("postgres").create(f"d{uuid4().hex}")
    database = open_database(url)
    yield database
    database.close()


def age(database: Database, page: str, seconds: float) -> None:
    """Let the last note of a page be so old."""
    then = datetime.fromtimestamp(datetime.now(UTC).timestamp() - seconds, UTC)
    with database.write() as connection:
        connection.execute(update(presence).where(presence.c.page == page).values(seen_at=then))


def pages(database: Database) -> list[str]:
    with database.read() as connection:
        return list(connection.execute(select(presence.c.page).order_by(presence.c.page)).scalars())


def test_users_see_who_else_has_a_recording_open_and_not_themselves(database: Database) -> None:
    known = Presence(database)
    with by(ANN):
        assert known.others(1, "a") == known.others(1, "a again") == []
    with by(BO):
        assert known.others(2, "b") == []
        assert known.others(1, "b") == ["Ann"]
    with by(ANN):
        assert known.others(1, "a") == ["Bo"]
        assert known.others(2, "a") == []


def test_who_closes_the_page_is_gone_after_a_while(database: Database) -> None:
    known = Presence(database)
    with by(ANN):
        known.others(1, "a")
    age(database, "a", GONE.total_seconds() + 1)
    with by(BO):
        assert known.others(1, "b") == []
    assert pages(database) == ["b"]


def test_a_page_that_stays_open_is_written_now_and_then_only(database: Database) -> None:
    known, written = Presence(database), list[str]()

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        written.extend(word for word in ("UPDATE", "INSERT") if statement.lstrip().startswith(word))

    with by(ANN):
        for _ in range(5):
            known.others(1, "a")
        assert written == ["UPDATE", "INSERT"]
        age(database, "a", NOTED.total_seconds() + 1)
        written.clear()
        known.others(1, "a")
    assert written == ["UPDATE"]


def test_without_accounts_nothing_is_noted(database: Database) -> None:
    with by(LOCAL):
        assert Presence(database).others(1, "a") == []
    assert pages(database) == []
