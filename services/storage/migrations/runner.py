"""Bring a database to the version of its tables that this program uses.

To add one: change ``services/storage/tables.py``, write ``versions/000N_what.py``, and keep a dump of a database of
the new version in ``tests/unit/old_databases/`` (``make.py`` there makes it).
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager
from pathlib import Path
from time import perf_counter
from typing import Protocol

from sqlalchemy import Connection, inspect, text

from services.errors import Invalid

log = logging.getLogger(__name__)
FOLDER = Path(__file__).resolve().parent


class Upgradable(Protocol):
    """The part of a database that migrations need (:class:`services.storage.db.Database`)."""

    def read(self) -> AbstractContextManager[Connection]:
        """A transaction that reads."""

    def change_tables(self) -> AbstractContextManager[Connection]:
        """A transaction that may change tables."""


def versions() -> list[str]:
    """Every version there is a migration to, oldest first: the numbers in their files' names."""
    return sorted(path.name.split("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def version_of(database: Upgradable) -> str | None:
    """The version of a database's tables; None when it has none yet."""
    with database.read() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return version


def upgrade(database: Upgradable, version: str | None = None) -> None:
    """Bring the tables to ``version`` (the newest), in one transaction.

    Raises:
        Invalid: they are of a version this program does not know.
        StorageFull: the database cannot be written.
    """
    found, known = version_of(database), versions()
    wanted = version or known[-1]
    if found == wanted:
        return  # the usual start: Alembic, slow to import, is not needed
    if found is not None and found not in known:
        raise Invalid(
            f"The database is of version {found}, made by a newer Tidemark; this one knows {known[-1]}. "
            "Start the newer program, or name another TIDEMARK_DATA_DIR."
        )
    _run(database, wanted)
    log.info("Database brought from version %s to %s", found or "none", wanted)


def _run(database: Upgradable, wanted: str) -> None:
    from alembic import command
    from alembic.config import Config

    begun = perf_counter()
    with database.change_tables() as connection:
        config = Config()
        config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, wanted)
    log.debug("Migrations took %.0f ms", (perf_counter() - begun) * 1000)
