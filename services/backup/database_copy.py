"""Copy of a database in use: SQLite's online backup, or pg_dump."""

from __future__ import annotations

import os
import re
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, make_url

from services.errors import Invalid, StorageFull
from services.storage.db import Database
from services.storage.files import sync_path
from services.storage.references import References, references


def kind_of(url: str) -> str:
    """``sqlite`` or ``postgresql``.

    Raises:
        Invalid: another kind of database, which cannot be copied here.
    """
    kind = make_url(url).get_backend_name()
    if kind not in {"sqlite", "postgresql"}:
        raise Invalid(f"A {kind} database cannot be copied by this command. Use its own tools.")
    return kind


def copy_database(database: Database, target: Path) -> References:
    """Copy a snapshot of the database to the file ``target``; returns the references of that snapshot.

    Edits can continue meanwhile; the snapshot is of the beginning.

    Raises:
        Invalid: the database cannot be read, or pg_dump is missing or refuses.
        StorageFull: the copy cannot be written.
    """
    target.unlink(missing_ok=True)
    with database.read() as connection:
        referenced = references(connection)  # the first query begins the snapshot
        if connection.dialect.name == "sqlite":
            _copy_sqlite(connection, target)
        else:
            _dump(connection, target)
    sync_path(target)
    return referenced


def check_copy(copy: Path, kind: str) -> None:
    """Check the integrity of a copy; pg_dump has already read everything.

    Raises:
        Invalid: the database is damaged.
    """
    if kind != "sqlite":
        return
    try:
        with closing(sqlite3.connect(copy)) as connection:
            verdict = connection.execute("PRAGMA integrity_check(1)").fetchone()[0]
    except sqlite3.DatabaseError as error:
        verdict = str(error)
    if verdict != "ok":
        raise _damaged(verdict)


def load_dump(url: str, dump: Path) -> None:
    """Load a dump into an empty PostgreSQL database, in one transaction.

    Raises:
        Invalid: pg_restore is missing or refuses.
    """
    _run("pg_restore", make_url(url), "--single-transaction", "--exit-on-error", "--no-owner", str(dump))


def _copy_sqlite(connection: Connection, target: Path) -> None:
    source: Any = connection.connection.driver_connection
    os.close(os.open(target, os.O_CREAT | os.O_RDWR, 0o600))
    try:
        with closing(sqlite3.connect(target)) as copy:
            source.backup(copy)  # in one step; in WAL mode others can write meanwhile
            copy.execute("PRAGMA journal_mode=DELETE")  # a single file
    except sqlite3.DatabaseError as error:
        if "full" in str(error) or "disk i/o" in str(error):
            raise StorageFull(f"The copy of the database could not be written: {error}.") from error
        raise _damaged(str(error)) from error


def _damaged(verdict: str) -> Invalid:
    return Invalid(
        f"The database is damaged ({verdict}); no backup was made. Stop the program and restore the last one."
    )


def _dump(connection: Connection, target: Path) -> None:
    snapshot = connection.exec_driver_sql("SELECT pg_export_snapshot()").scalar_one()
    url = connection.engine.url
    target.touch(mode=0o600)
    _run("pg_dump", url, "--format=custom", "--no-owner", f"--snapshot={snapshot}", f"--file={target}")


def _run(name: str, url: URL, *options: str) -> None:
    """Run a program of PostgreSQL; the password is passed in a file, which other users cannot read."""
    program = shutil.which(name)
    if program is None:
        raise Invalid(f"{name} is missing. Install PostgreSQL's client programs (Debian: postgresql-client).")
    place = URL.create(
        "postgresql", url.username, host=url.host, port=url.port, database=url.database, query=url.query
    )
    with _password_file(url) as file:
        more = {"passfile": str(file)} if file else {}
        command = [program, *options, f"--dbname={place.update_query_dict(more).render_as_string()}"]
        done = subprocess.run([*command, "--no-password"], capture_output=True, text=True, check=False)
    if done.returncode:
        lines = done.stderr.strip().splitlines() or ["no reason given"]
        raise Invalid(f"{name} refused: {lines[-1]}")


@contextmanager
def _password_file(url: URL) -> Iterator[Path | None]:
    """A file with the password of ``url`` in the format of libpq; None without a password."""
    if not url.password:
        yield None
        return
    with tempfile.TemporaryDirectory(prefix="tidemark-") as folder:
        file = Path(folder, "password")
        file.touch(0o600)
        file.write_text("*:*:*:*:" + re.sub(r"([\\:])", r"\\\1", str(url.password)) + "\n", encoding="utf-8")
        yield file
