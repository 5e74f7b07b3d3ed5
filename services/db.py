"""The database of the working state: connections, transactions, migrations.

SQLite runs in WAL mode with ``synchronous=FULL``: a transaction that was committed is on the disk, also after a
power loss (with NORMAL the last ones may be gone). A writing transaction takes the write lock when it begins, so
that two writers wait for each other instead of failing halfway.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    create_engine,
    event,
    inspect,
    make_url,
    text,
)
from sqlalchemy.exc import DatabaseError

from services.errors import Conflict, StorageFull

MIGRATIONS = Path(__file__).resolve().parent / "migrations"
BUSY_SECONDS = 30


class Database:
    """Transactions on the working state. One per process; shared by its threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A transaction that sees one consistent state and writes nothing."""
        with _worded(), self.engine.connect() as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self) -> Iterator[Connection]:
        """A transaction that holds the write lock from its beginning; committed when the block ends well.

        Raises:
            StorageFull: the disk is full or the database may not be written; nothing was changed.
            Conflict: another process held the database for half a minute; nothing was changed.
        """
        with (
            _worded(),
            self.engine.connect().execution_options(tidemark_write=True) as connection,
            connection.begin(),
        ):
            yield connection

    def close(self) -> None:
        """Give every connection back."""
        self.engine.dispose()


def open_database(url: str) -> Database:
    """Open, or make, the database at ``url`` and bring its tables to the newest version.

    Raises:
        StorageFull: its folder or file cannot be written.
    """
    parsed = make_url(url)
    if parsed.get_backend_name() == "sqlite":
        _make_private_file(parsed)
        engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS})
        event.listen(engine, "connect", _set_up_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(parsed, pool_pre_ping=True)
    database = Database(engine)
    _migrate(database)
    return database


def newest_version() -> str:
    """The version the program needs: the greatest number among the migrations' file names."""
    return max(path.name.split("_")[0] for path in (MIGRATIONS / "versions").glob("[0-9]*.py"))


def _make_private_file(url: URL) -> None:
    if not url.database or url.database == ":memory:":
        return
    path = Path(url.database)
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
    except OSError as error:
        raise StorageFull(f"The database {path} cannot be written: {error.strerror}.") from error


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy begins and ends transactions, not the driver
    for pragma in (
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("tidemark_write", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _migrate(database: Database) -> None:
    if _version(database) == newest_version():
        return  # the usual start: Alembic, slow to import, is not needed
    from alembic import command
    from alembic.config import Config

    with database.write() as connection:
        config = Config()
        config.set_main_option("script_location", str(MIGRATIONS))
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def _version(database: Database) -> str | None:
    with database.read() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return version


@contextmanager
def _worded() -> Iterator[None]:
    """Say in words what the user can mend: a full disk, a folder that may not be written, a locked database."""
    try:
        yield
    except DatabaseError as error:
        words = str(error.orig).lower()
        if any(
            sign in words
            for sign in (
                "disk is full",
                "disk i/o",
                "readonly",
                "read-only",
                "unable to open",
            )
        ):
            raise StorageFull(
                "The change is not stored: the disk of the data folder is full or may not be written. "
                "Make room; nothing was changed."
            ) from error
        if "locked" in words or "busy" in words:
            raise Conflict("The database is in use by another program. Try again in a moment.") from error
        raise
