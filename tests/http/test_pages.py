"""URLs: start page, a recording, unknown pages, and error responses of routes."""

from __future__ import annotations

import logging
import shutil
from typing import Any

import pytest
from flask.testing import FlaskClient

from components.recording import shape
from routes.errors import STATUS
from services import errors
from services.web.container import Services
from tests.http.conftest import Bring
from tests.support import fire

CSV = "t,v\n0,1\n1,2\n2,3\n"


def page(client: FlaskClient, path: str) -> str:
    """What Dash puts into the middle of the screen for ``path``, as text."""
    location = {"_pages_location.pathname": path, "_pages_location.search": ""}
    fired = fire(client, "_pages_location.pathname", path, "_pages_content", **location)
    assert fired.status == 200
    return str(fired.values["_pages_content.children"])


def test_health_is_answered_without_the_pages(client: FlaskClient) -> None:
    answer = client.get("/health")
    assert (answer.status_code, answer.text) == (200, "OK")


def test_the_start_page_describes_the_first_step_without_recordings(client: FlaskClient) -> None:
    assert client.get("/").status_code == 200
    assert "Upload CSV Data!" in page(client, "/")


def test_home_leads_to_the_first_recording_by_path(client: FlaskClient, bring: Bring) -> None:
    bring(CSV, "b.csv")
    first = bring(CSV + "3,4\n", "a.csv")
    answer = client.get("/")
    assert (answer.status_code, answer.headers["Location"]) == (302, f"/label/{first}")


def test_home_leads_to_the_recording_that_was_labelled_last(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    bring(CSV, "a.csv")
    other = bring(CSV + "3,4\n", "b.csv")
    command = {"uuid": "0" * 31 + "1", "kind": "add", "id": "0" * 31 + "2", "x0": 1, "x1": 2, "label": "QRS"}
    services.annotations.apply(other, [command], -1)
    assert client.get("/").headers["Location"] == f"/label/{other}"


def test_the_display_of_files_of_a_shape_is_shared(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    one, alike, other = (
        bring(text, f"{place}.csv") for place, text in enumerate([CSV, CSV + "3,4\n", CSV.replace("v", "w")])
    )
    services.preferences.set(
        f"view:{shape(services.recordings.store(one).info)}",
        {"order": [0], "channels": {"0": {"name": "mine"}}},
    )
    assert "'name': 'mine'" in page(client, f"/label/{one}")
    assert "'name': 'mine'" in page(client, f"/label/{alike}")
    assert "'name': 'mine'" not in page(client, f"/label/{other}")


def test_the_page_of_a_recording_without_its_columns_gives_the_remedy(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    recording = bring(CSV, "deep/a.csv")
    shutil.rmtree(services.settings.store_dir)
    content = page(client, f"/label/{recording}")
    assert "deep/a.csv" in content and "add the file again" in content
    assert "There is no recording" not in content
    assert bring(CSV, "deep/a.csv") == recording
    assert "1 channel · 3 rows" in page(client, f"/label/{recording}")


def test_the_page_of_a_recording_has_the_data_of_the_plot(client: FlaskClient, bring: Bring) -> None:
    recording = bring(CSV, "deep/a.csv")
    content = page(client, f"/label/{recording}")
    assert "deep/a.csv" in content
    assert "1 channel · 3 rows" in content


@pytest.mark.parametrize("name", ["999", "0", "-1", "abc", "1e3", "99999999999999999999999", "%00", "1.0"])
def test_an_unknown_recording_is_reported(client: FlaskClient, bring: Bring, name: str) -> None:
    bring(CSV)
    assert f"There is no recording “{name}”." in page(client, f"/label/{name}")


def test_any_other_url_is_reported(client: FlaskClient) -> None:
    assert client.get("/no/such/page").status_code == 200  # the shell with a message
    assert "This page does not exist." in page(client, "/no/such/page")


def test_a_missing_asset_is_not_found(client: FlaskClient) -> None:
    answer = client.get("/assets/no-such.js")
    assert answer.status_code == 404
    assert answer.get_json()["error"]


def test_a_wrong_method_is_refused_as_json(client: FlaskClient) -> None:
    answer = client.post("/window/1")
    assert answer.status_code == 405
    assert answer.get_json()["error"]


@pytest.mark.parametrize(
    "kind", [errors.NotFound, errors.Conflict, errors.Invalid, errors.RefusedFile, errors.StorageFull]
)
def test_our_own_errors_show_their_sentence_and_a_status(
    client: FlaskClient, services: Services, monkeypatch: pytest.MonkeyPatch, kind: type[errors.TidemarkError]
) -> None:
    def fail(_recording: int) -> Any:
        raise kind("The tide is out.")

    monkeypatch.setattr(services.recordings, "store", fail)
    answer = client.get("/window/1?from=0&to=1&px=10")
    assert answer.status_code == STATUS[kind]
    assert answer.get_json() == {"error": "The tide is out."}


def test_an_unknown_error_shows_only_the_reference_that_the_log_has(
    client: FlaskClient, services: Services, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_recording: int) -> Any:
        raise RuntimeError("secret: /home/x/key")

    monkeypatch.setattr(services.recordings, "store", fail)
    with caplog.at_level(logging.ERROR):
        answer = client.get("/window/1?from=0&to=1&px=10")
    assert answer.status_code == 500
    sentence = answer.get_json()["error"]
    assert "secret" not in answer.text
    assert "Traceback" not in answer.text
    (record,) = [record for record in caplog.records if record.exc_info]
    reference = sentence.rstrip(".").split()[-1]
    assert f"[{reference}]" in record.getMessage()
    assert "secret" in str(record.exc_info)
