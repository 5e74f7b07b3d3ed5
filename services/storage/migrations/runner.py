"""Migrate the database to the version of the tables that this program uses.

To add a migration: change ``services/storage/tables.py``, write ``versions/000N_what.py``, and add a dump of a database
of the new version to ``tests/unit/old_databases/`` (with ``make.py`` there).
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
    """Interface of a database for migrations (:class:`services.storage.db.Database`)."""

    def read(self) -> AbstractContextManager[Connection]:
        """A transaction that reads."""

    def change_tables(self) -> AbstractContextManager[Connection]:
        """A transaction that may change tables."""


def versions() -> list[str]:
    """All versions with a migration, oldest first: the numbers in the file names."""
    return sorted(path.name.split("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py"))


def version_of(database: Upgradable) -> str | None:
    """Version of a database's tables; None for a database without tables."""
    with database.read() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        version: str | None = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        return version


def upgrade(database: Upgradable, version: str | None = None) -> None:
    """Migrate the tables to ``version`` (default: the newest), in one transaction.

    Raises:
        Invalid: the database has an unknown version.
        StorageFull: the database cannot be written.
    """
    current, supported = version_of(database), versions()
    target = version or supported[-1]
    if current == target:
        return  # the usual start: Alembic, slow to import, is not needed
    if current is not None and current not in supported:
        raise Invalid(
            f"The database has version {current} of a newer Tidemark; this program supports up to {supported[-1]}. "
            "Start the newer program, or name another TIDEMARK_DATA_DIR."
        )
    _run(database, target)
    log.info("Database migrated from version %s to %s", current or "none", target)


def _run(database: Upgradable, target: str) -> None:
    from alembic import command
    from alembic.config import Config

    begun = perf_counter()
    with database.change_tables() as connection:
        config = Config()
        config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
        config.attributes["connection"] = connection
        command.upgrade(config, target)
    log.debug("Migrations took %.0f ms", (perf_counter() - begun) * 1000)
