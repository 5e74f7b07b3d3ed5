"""``/readyz``: 200 when requests can be answered and stored, else 503 with the problems."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event

from components.urls import HEALTH, READY
from services.web.container import Services


def asked(client: FlaskClient) -> tuple[int, dict[str, Any]]:
    answer = client.get(READY)
    assert answer.headers["Cache-Control"] == "no-store"
    return answer.status_code, answer.get_json()


def test_a_sound_program_is_ready(client: FlaskClient) -> None:
    assert asked(client) == (200, {"ready": True, "problems": {}})


def test_it_is_cheap(client: FlaskClient, services: Services) -> None:
    statements: list[str] = []
    event.listen(services.database.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    asked(client)
    assert statements and not any(
        "integrity" in statement or "COUNT" in statement.upper() for statement in statements
    )


def test_an_unusable_folder_is_reported_without_its_path(client: FlaskClient, services: Services) -> None:
    folder = services.settings.outputs_dir
    assert not folder.exists(), "it is created when needed"
    folder.write_text("in the way")
    status, content = asked(client)
    assert (status, list(content["problems"])) == (503, ["outputs"])
    assert "A file has the name of the folder of outputs" in content["problems"]["outputs"]
    assert str(folder) not in str(content)
    assert client.get(HEALTH).status_code == 200, "the process answers all the same"


def test_a_full_disk_and_a_read_only_folder_are_reported(
    client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("services.health.ready.LEAST_FREE", 2**62)
        status, content = asked(client)
        assert status == 503 and "MiB left. Make room." in content["problems"]["data"]
    monkeypatch.setattr("services.health.ready._is_read_only", lambda folder: folder.name == "data")
    status, content = asked(client)
    assert status == 503 and "is not writable" in content["problems"]["data"]


def test_a_database_that_does_not_answer_is_reported(
    client: FlaskClient, services: Services, tmp_path: Path
) -> None:
    with services.database.write() as connection:
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    status, content = asked(client)
    assert status == 503 and "another version" in content["problems"]["database"]
    with services.database.write() as connection:
        connection.exec_driver_sql("ALTER TABLE recordings RENAME TO elsewhere")
    status, content = asked(client)
    assert status == 503 and "does not answer" in content["problems"]["database"]
    assert "OperationalError" not in str(content)
