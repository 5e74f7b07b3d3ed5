"""Callbacks called over HTTP, as the browser does."""

from __future__ import annotations

from pathlib import Path

from flask.testing import FlaskClient

from services.container import Services
from tests.support import fire


def test_the_tree_lists_what_was_imported(client: FlaskClient, services: Services, samples: Path) -> None:
    list(services.uploads.import_paths([samples / "sensors"]))
    answer = fire(client, "shell-files-revision.data", 1)
    assert answer.status == 200
    paths = [row.get("path") for row in answer.values["shell-files-tree.rowData"]]
    assert "sensors/nyc_taxi.csv" in paths


def test_an_error_of_a_callback_becomes_a_toast_with_a_sentence(client: FlaskClient) -> None:
    answer = fire(client, "label-save-request.data", {"recording": 99, "nonce": 1})
    assert answer.status in {200, 204}
    assert answer.side["shell-toast.data"]["text"]
