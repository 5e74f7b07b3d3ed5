"""Database connections and transactions (SQLite, PostgreSQL).

SQLite runs in WAL mode with ``synchronous=FULL``: committed transactions survive a power loss (with NORMAL the last
ones may not). A writing transaction takes the write lock when it begins, so that two writers wait for each other
instead of failing halfway. Only this module depends on the kind of database; all other code is SQLAlchemy Core.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import URL, Connection, Engine, Select, UpdateBase, create_engine, event, inspect, make_url
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import (
    ArgumentError,
    DatabaseError,
    DataError,
    InternalError,
    OperationalError,
    ProgrammingError,
)

from services.errors import Busy, Invalid, NotFound, StorageFull
from services.storage.commit_cache import CommitCache
from services.storage.fair_lock import FairLock
from services.storage.files import sync_path
from services.storage.migrations.runner import upgrade, version_of, versions
from services.storage.tables import (
    annotation_table,
    edits,
    kept_labels,
    metadata,
    presence,
    recordings,
)

T = TypeVar("T")
CHUNK = 10_000  # rows per statement; databases limit the number of parameters
BUSY_SECONDS = 30
CONNECT_SECONDS = 10
PRAGMAS = (f"busy_timeout={BUSY_SECONDS * 1000}", "journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON")
LABEL_TABLES = frozenset({annotation_table, edits, kept_labels, presence, recordings})  # of labelling
_CHANGED = "tidemark_changed"  # key of the mark of a connection that changed more than these

_FULL = ("disk is full", "disk i/o", "readonly", "read-only", "unable to open", "no space left", "disk full")
_BUSY = ("locked", "busy", "lock timeout", "deadlock", "could not serialize")
_AWAY = (  # of PostgreSQL
    "connection refused",
    "connection failed",
    "could not connect",
    "timeout expired",
    "connection timeout",
    "resolve host",
    "translate host",
    "no such file or directory",
    "network is unreachable",
    "no route to host",
    "server closed the connection",
    "terminating connection",
    "the connection is closed",
    "the connection is lost",
    "starting up",
    "shutting down",
)
_REFUSED = (
    "does not exist",
    "authentication failed",
    "no password supplied",
    "pg_hba.conf",
    "permission denied",
    "must be owner",
    "invalid port number",
    "invalid connection option",
)
_DAMAGED = ("malformed", "not a database")


def chunks(ids: Sequence[T]) -> Iterator[Sequence[T]]:
    """Parts of ``ids`` that are small enough for one statement, in order."""
    for first in range(0, len(ids), CHUNK):
        yield ids[first : first + CHUNK]


class Database:
    """Transactions of the working state. One per process, shared by its threads."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._fair_lock = FairLock()
        self.commit_cache = CommitCache(_file_of(engine))
        sqlite = (
            engine.dialect.name == "sqlite"
        )  # SQLite transactions are snapshots; other databases need the isolation level
        self._reading = (
            {"postgresql_readonly": True, "isolation_level": "REPEATABLE READ"} if not sqlite else {}
        )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        """A read-only transaction with a consistent snapshot."""
        with _worded(), self._connect(**self._reading) as connection, connection.begin():
            yield connection

    @contextmanager
    def write(self, alone: bool = False) -> Iterator[Connection]:
        """A transaction that holds the write lock from its beginning; committed unless the block raises.

        Args:
            alone: block other writers until it ends, also on PostgreSQL.

        Raises:
            StorageFull: the disk is full or the database may not be written; nothing was changed.
            Busy: another process held the database lock for half a minute; nothing was changed.
        """
        with (
            self._turn(),
            _worded(),
            self._connect(tidemark_write=True) as connection,
            connection.begin(),
        ):
            if alone and self.engine.dialect.name == "postgresql":
                connection.exec_driver_sql(f"LOCK TABLE {', '.join(metadata.tables)} IN EXCLUSIVE MODE")
            yield connection

    @contextmanager
    def change_tables(self) -> Iterator[Connection]:
        """A writing transaction for migrations.

        SQLite changes a table by recreating it, which would violate foreign keys for a moment; so references are
        checked once, at the end.

        Raises:
            StorageFull, Busy: as for :meth:`write`.
            Invalid: the migration left a dangling reference; nothing was changed.
        """
        with _worded(), self._connect(tidemark_write=True) as connection:
            sqlite = self.engine.dialect.name == "sqlite"
            if sqlite:
                _pragma(connection, "foreign_keys=OFF")
            try:
                with connection.begin():
                    yield connection
                    if sqlite and connection.exec_driver_sql("PRAGMA foreign_key_check").first():
                        raise Invalid(
                            "The database cannot be migrated to this version: its tables are inconsistent."
                        )
            finally:
                if sqlite:
                    _pragma(connection, "foreign_keys=ON")

    def _turn(self) -> AbstractContextManager[None]:
        """Queue of writing threads (SQLite); a database server has finer locks of its own."""
        return self._fair_lock.hold(BUSY_SECONDS) if self.engine.dialect.name == "sqlite" else nullcontext()

    def _connect(self, **options: Any) -> Connection:
        return self.engine.connect().execution_options(**options)

    def forked(self) -> None:
        """In a forked process: abandon inherited connections and open new ones."""
        self.engine.dispose(close=False)
        self._inherited = self.commit_cache  # its connection belongs to the parent process
        self.commit_cache = CommitCache(_file_of(self.engine))
        self._fair_lock = FairLock()  # the thread that held it is in the parent process

    def close(self) -> None:
        """Close all connections."""
        self.commit_cache.forget()
        self.engine.dispose()


def _file_of(engine: Engine) -> Path | None:
    """The file of an SQLite database; None for another one."""
    is_file = engine.dialect.name == "sqlite" and engine.url.database
    return Path(str(engine.url.database)) if is_file else None


def open_database(url: str) -> Database:
    """Open or create the database at ``url`` and migrate its tables to the newest version.

    Raises:
        StorageFull: its folder or file cannot be written.
        Invalid: ``url`` is not usable, or a newer version of the program created the database.
    """
    database = Database(_engine(url))
    try:
        upgrade(database)
    except BaseException:
        database.close()
        raise
    return database


def open_existing(url: str) -> Database:
    """Open the database at ``url`` without creating or changing anything.

    Raises:
        NotFound: it does not exist, or has no tables.
        Invalid: it has another version than this program.
    """
    parsed = _parsed(url)
    if parsed.get_backend_name() == "sqlite" and not database_file(url).is_file():
        raise NotFound(f"There is no database at {parsed.database}. Is TIDEMARK_DATA_DIR the right folder?")
    database = Database(_engine(url))
    try:
        _check_version(version_of(database))
    except BaseException:
        database.close()
        raise
    return database


def _check_version(version: str | None) -> None:
    newest = versions()[-1]
    if version is None:
        raise NotFound("The database is empty.")
    if version != newest:
        raise Invalid(
            f"The database has version {version}, this program needs {newest}. "
            "Use the matching program, or start this one once."
        )


def is_empty(url: str) -> bool:
    """True when the database at ``url`` does not exist or has no tables; changes nothing."""
    if _parsed(url).get_backend_name() == "sqlite":
        return not database_file(url).exists()
    database = Database(_engine(url))
    try:
        with database.read() as connection:
            return not inspect(connection).get_table_names()
    finally:
        database.close()


def database_file(url: str) -> Path:
    """Path of an SQLite database file.

    Raises:
        Invalid: the URL names no file.
    """
    parsed = _parsed(url)
    if not parsed.database:
        raise Invalid("TIDEMARK_DATABASE_URL names no file: the working state would be lost at exit.")
    return Path(parsed.database)


def _parsed(url: str) -> URL:
    """The parts of a URL.

    Raises:
        Invalid: it is malformed, or names a kind of database other than SQLite and PostgreSQL.
    """
    try:
        parsed = make_url(url)
        kind = parsed.get_backend_name()
    except (ArgumentError, ValueError) as error:  # ValueError: of the port
        raise Invalid(f"TIDEMARK_DATABASE_URL cannot be used: {error}") from error
    if kind not in {"sqlite", "postgresql"}:
        raise Invalid(
            f"TIDEMARK_DATABASE_URL cannot be used: it begins with {kind}, not with postgresql+psycopg or sqlite."
        )
    return parsed


def _engine(url: str) -> Engine:
    parsed = _parsed(url)
    try:
        if parsed.get_backend_name() != "sqlite":
            engine = create_engine(
                parsed, pool_pre_ping=True, max_overflow=-1, connect_args=_patience(parsed)
            )
            event.listen(engine, "handle_error", _refuse_values)
            return engine
    except ImportError as error:
        raise Invalid(
            f"TIDEMARK_DATABASE_URL needs a driver that is not installed: {error}. "
            "Run: pip install -r requirements.txt"
        ) from error
    except ArgumentError as error:
        raise Invalid(f"TIDEMARK_DATABASE_URL cannot be used: {error}") from error
    _make_private_file(database_file(url))
    # one connection per thread: a thread that waits for the lock keeps its connection
    engine = create_engine(parsed, connect_args={"timeout": BUSY_SECONDS}, max_overflow=-1)
    event.listen(engine, "connect", _set_up_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    event.listen(engine, "before_cursor_execute", _note_change)
    event.listen(engine, "commit", _count_change)
    event.listen(engine, "handle_error", _refuse_values)
    return engine


def _refuse_values(context: ExceptionContext) -> None:
    """Refuse numbers and texts of a request that no column can hold, such as an id of 20 digits or a lone surrogate.

    Raises:
        Invalid: in place of the error of the driver, which differs by database.
    """
    error = context.original_exception
    if isinstance(error, OverflowError | UnicodeEncodeError) or isinstance(
        context.sqlalchemy_exception, DataError
    ):
        raise Invalid("A number or a text in this request is not possible; nothing was changed.") from error


def _patience(url: URL) -> dict[str, Any]:
    """Connection timeouts of a database server, unless the URL sets them."""
    needs_timeout = url.get_backend_name() == "postgresql" and "connect_timeout" not in url.query
    return {"connect_timeout": CONNECT_SECONDS} if needs_timeout else {}


def _make_private_file(path: Path) -> None:
    """Create the database file and its folder, readable by the owner only, and sync the directory entries."""
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = not path.exists()
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        if new:
            sync_path(path.parent)
            sync_path(path.parent.parent)
    except OSError as error:
        raise StorageFull(f"The database {path} cannot be written: {error.strerror}.") from error


def _set_up_sqlite(connection: Any, _record: Any) -> None:
    connection.isolation_level = None  # SQLAlchemy begins and ends transactions, not the driver
    for pragma in PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    writing = connection.get_execution_options().get("tidemark_write", False)
    connection.info.pop(_CHANGED, None)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")


def _note_change(
    connection: Connection, _cursor: Any, statement: str, _values: Any, context: Any, _many: bool
) -> None:
    """Mark the connection if the statement may change more than the tables of labels."""
    sent = context.invoked_statement
    if isinstance(sent, UpdateBase):
        of_labels = sent.table in LABEL_TABLES
    else:
        of_labels = isinstance(sent, Select) or statement.startswith(("BEGIN", "SELECT", "PRAGMA"))
    if not of_labels:
        connection.info[_CHANGED] = True


def _count_change(connection: Connection) -> None:
    """Count a transaction that changed more than labels (``commit_cache``)."""
    if connection.info.pop(_CHANGED, False):
        count = int(connection.exec_driver_sql("PRAGMA user_version").scalar_one())
        connection.exec_driver_sql(f"PRAGMA user_version = {(count + 1) % 2**31}")


def _pragma(connection: Connection, text: str) -> None:
    """Set a pragma outside any transaction: inside one, SQLite ignores most of them."""
    driver: Any = connection.connection.driver_connection
    driver.execute(f"PRAGMA {text}")


@contextmanager
def _worded() -> Iterator[None]:
    """Translate database errors that users can fix (full disk, folder not writable, locked database)."""
    try:
        yield
    except DatabaseError as error:
        words = str(error.orig).lower()
        if any(sign in words for sign in _FULL):
            raise StorageFull(
                "The change is not stored: the disk of the data folder is full or may not be written. "
                "Make room, then try again; nothing was changed."
            ) from error
        if any(sign in words for sign in _BUSY):
            raise Busy("The database is in use by another program. Try again in a moment.") from error
        if any(sign in words for sign in _DAMAGED):
            raise Invalid(
                "The database file is damaged or is not a database. Stop the program and restore the last "
                "backup."
            ) from error
        if isinstance(error, OperationalError | InternalError | ProgrammingError):
            _word_server(error, words)
        raise


def _word_server(error: DatabaseError, words: str) -> None:
    """Raise our own error if PostgreSQL refuses the connection or does not answer; return for other errors."""
    if "sqlite" in type(error.orig).__module__:
        return
    lines = str(error.orig).strip().splitlines() or [""]
    reason = next((line for line in reversed(lines) if "FATAL:" in line), lines[0])
    reason = reason.rpartition("FATAL:")[2].strip().rstrip(".")
    at_connect = error.statement is None or "permission denied" in words
    if at_connect and any(sign in words for sign in _REFUSED):
        raise Invalid(
            f"The database server refuses: {reason}. Correct TIDEMARK_DATABASE_URL, or make the role and the database "
            "on the server."
        ) from error
    if error.connection_invalidated or any(sign in words for sign in _AWAY):
        raise Busy(
            "The database server does not answer. Start it, or correct TIDEMARK_DATABASE_URL; then try again."
        ) from error
