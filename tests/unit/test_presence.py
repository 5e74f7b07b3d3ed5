"""Presence: other users who have a recording open, on both databases."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import event, select, update

from services.accounts.model import LOCAL
from services.accounts.presence import GONE, NOTED, Presence
from services.storage.db import Database, open_database
from services.storage.tables import presence
from tests.unit.people import ANN, BO, by


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    database = open_database(database_url)
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
    presence = Presence(database)
    with by(ANN):
        assert presence.other_users(1, "a") == presence.other_users(1, "a again") == []
    with by(BO):
        assert presence.other_users(2, "b") == []
        assert presence.other_users(1, "b") == ["Ann"]
    with by(ANN):
        assert presence.other_users(1, "a") == ["Bo"]
        assert presence.other_users(2, "a") == []


def test_a_user_who_closes_the_page_disappears_after_a_while(database: Database) -> None:
    presence = Presence(database)
    with by(ANN):
        presence.other_users(1, "a")
    age(database, "a", GONE.total_seconds() + 1)
    with by(BO):
        assert presence.other_users(1, "b") == []
    assert pages(database) == ["b"]


def test_a_page_that_stays_open_is_written_now_and_then_only(database: Database) -> None:
    known, written = Presence(database), list[str]()

    @event.listens_for(database.engine, "before_cursor_execute")
    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        written.extend(word for word in ("UPDATE", "INSERT") if statement.lstrip().startswith(word))

    with by(ANN):
        for _ in range(5):
            known.other_users(1, "a")
        assert written == ["UPDATE", "INSERT"]
        age(database, "a", NOTED.total_seconds() + 1)
        written.clear()
        known.other_users(1, "a")
    assert written == ["UPDATE"]


def test_without_accounts_nothing_is_noted(database: Database) -> None:
    with by(LOCAL):
        assert Presence(database).other_users(1, "a") == []
    assert pages(database) == []
