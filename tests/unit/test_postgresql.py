"""Unreachable PostgreSQL or refused login: messages, not tracebacks; recovery when it is back."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text

from services.errors import Busy, Invalid
from services.health.ready import not_ready
from services.storage.db import open_database
from tests.postgres_server import Postgres, postgres_server
from tests.support import ROOT, Server, settings_in

PASSWORD = "a:b\\c"
QUOTED = "a%3Ab%5Cc"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A server that requires a password."""
    with postgres_server(PASSWORD) as server:
        yield Postgres(server.folder, server.port, QUOTED)


@pytest.mark.parametrize(
    ("database", "user", "password", "sentence"),
    [
        ("nowhere", "postgres", QUOTED, r"refuses: database \"nowhere\" does not exist\. Correct TIDEMARK"),
        ("postgres", "nobody", QUOTED, r"refuses: password authentication failed for user \"nobody\"\. "),
        (
            "postgres",
            "postgres",
            "wrong",
            r"refuses: password authentication failed for user \"postgres\"\. ",
        ),
    ],
)
def test_a_refused_login_is_reported(
    postgres: Postgres, database: str, user: str, password: str, sentence: str
) -> None:
    with pytest.raises(Invalid, match=sentence) as refused:
        open_database(postgres.url(database, user, password))
    assert password not in str(refused.value)


def test_an_unknown_role_is_reported() -> None:
    with (
        postgres_server() as server,
        pytest.raises(Invalid, match=r"refuses: role \"nobody\" does not exist\. .* make the role"),
    ):
        open_database(server.url("postgres", "nobody"))


@pytest.mark.parametrize("host", ["127.0.0.1:9", "no-such-host.invalid"])
def test_an_unreachable_server_is_reported(host: str) -> None:
    with pytest.raises(Busy, match="The database server does not answer. Start it, or correct"):
        open_database(f"postgresql+psycopg://postgres@{host}/tidemark")


@pytest.mark.parametrize(
    ("rest", "sentence"),
    [
        ("postgresql+psycopg://postgres@127.0.0.1:port/x", "cannot be used: .*'port'"),
        ("postgresql+psycopg://postgres@127.0.0.1:99999/x", "refuses: .*invalid port number"),
        ("postgresql+psycopg://postgres@127.0.0.1/x?color=red", "refuses: invalid connection option"),
        ("mysql://root@127.0.0.1/x", "begins with mysql, not with postgresql"),
        ("postgres://postgres@127.0.0.1/x", "begins with postgres, not with postgresql"),
    ],
)
def test_an_address_that_makes_no_sense_is_reported(rest: str, sentence: str) -> None:
    with pytest.raises(Invalid, match=sentence):
        open_database(rest)


def test_the_program_ends_with_the_sentence_and_without_a_traceback(tmp_path: Path) -> None:
    program = Server(tmp_path, TIDEMARK_DATABASE_URL="postgresql+psycopg://postgres@127.0.0.1:9/tidemark")
    for command in ("serve", "export", "doctor", "backup"):
        arguments = [tmp_path / "new"] if command == "backup" else []
        done = program.command(command, *arguments)
        assert done.returncode == 1 and "Traceback" not in done.stderr, done.stderr
        assert "The database server does not answer." in done.stdout + done.stderr


def test_a_missing_driver_is_reported() -> None:
    code = """
import sys
sys.modules["psycopg"] = None
from services.errors import Invalid
from services.storage.db import open_database
try:
    open_database("postgresql+psycopg://postgres@127.0.0.1:9/x")
except Invalid as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert re.search(r"needs a driver that is not installed: .*psycopg.* Run: pip install", done.stdout)


def test_a_stopped_server_is_reported_and_used_again_when_it_is_back(tmp_path: Path) -> None:
    with postgres_server() as server:
        settings = settings_in(tmp_path, database_url=server.create("tidemark"))
        database = open_database(settings.database_url)
        with database.read() as connection:
            connection.execute(text("SELECT 1"))
        assert not_ready(settings, database) == {}
        server.stop()
        for _ in range(2):
            with pytest.raises(Busy, match="does not answer"), database.write() as connection:
                connection.execute(text("SELECT 1"))
        assert "does not answer" in not_ready(settings, database)["database"]
        server.start()
        with database.write() as connection:
            assert connection.execute(text("SELECT 1")).scalar() == 1
        database.close()


def test_a_server_stopped_during_a_transaction_is_reported(tmp_path: Path) -> None:
    with postgres_server() as server:
        database = open_database(server.create("tidemark"))

        def stop_halfway() -> None:
            with database.write() as connection:
                connection.execute(text("SELECT 1"))
                server.stop()
                connection.execute(text("SELECT 1"))

        with pytest.raises(Busy, match="does not answer"):
            stop_halfway()
        database.close()
        server.start()


def test_a_role_without_the_right_to_create_tables_is_reported(tmp_path: Path) -> None:
    with postgres_server() as server:
        admin = open_database(server.create("tidemark"))
        with admin.write() as connection:
            connection.execute(text("CREATE ROLE guest LOGIN"))
        admin.close()
        server.create("empty")
        with pytest.raises(Invalid, match=r"refuses: permission denied for schema public\. Correct"):
            open_database(server.url("empty", "guest"))
