"""Clients are killed while they write: acknowledged changes are neither lost nor duplicated."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from tests.hostile.writing_clients import command, examine, prepare, run

KILLS = 10
WRITES = 1_000


@pytest.mark.timeout(600)  # `make soak` has 100,000 commits and 500 kills
def test_nothing_acknowledged_is_lost_or_doubled_when_writing_clients_are_killed(tmp_path: Path) -> None:
    settings = prepare(tmp_path)
    outcome = run(settings, kills=KILLS, writes=WRITES, seed=20)
    assert examine(settings, outcome) == []
    assert outcome.kills >= KILLS
    assert outcome.writes >= WRITES
    assert outcome.resent, "no command was sent twice: the test does not show that this is harmless"


def test_the_examination_notices_one_lost_edit(tmp_path: Path) -> None:
    settings = prepare(tmp_path)
    outcome = run(settings, kills=1, writes=100, seed=1)
    client, number = next(
        (client, min(numbers)) for client, numbers in outcome.acknowledged.items() if numbers
    )
    with closing(sqlite3.connect(tmp_path / "tidemark.db")) as connection, connection:
        connection.execute("DELETE FROM edits WHERE uuid = ?", [command(client, number)["uuid"]])
    wrong = examine(settings, outcome)
    assert f"command {number} of client {client} is there 0 times" in wrong
    assert any("holes" in line for line in wrong)
