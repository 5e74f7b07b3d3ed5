"""Fixtures of the unit tests: label services, ingest, and databases of both kinds."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from services.ingest.convert import ingest
from services.timeseries import Store
from tests.postgres_server import Postgres, postgres_server
from tests.support import settings_in, with_tables
from tests.unit.working_state import Desk


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """Label services on an empty SQLite database."""
    desk = Desk(tmp_path)
    yield desk
    desk.close()


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server, shared by the tests of a module."""
    with postgres_server() as server:
        yield server


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """URL of an empty database; the test runs on both kinds."""
    if request.param == "sqlite":
        return with_tables(settings_in(tmp_path)).database_url
    postgres: Postgres = request.getfixturevalue("postgres")
    return postgres.create(f"d{uuid4().hex}")


@pytest.fixture
def read(tmp_path: Path) -> Callable[[bytes], Store]:
    """Ingest bytes and open the store."""

    def run(data: bytes) -> Store:
        source = tmp_path / "source.csv"
        source.write_bytes(data)
        info = ingest(source, name="a.csv", store_root=tmp_path / "store")
        return Store.open(tmp_path / "store" / info.sha256[:2] / info.sha256, source)

    return run
