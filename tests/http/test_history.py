"""The history over HTTP: pages of edits, one edit, what going back would do."""

from __future__ import annotations

from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from services.web.container import Services


@pytest.fixture
def edited(services: Services, ecg: int) -> int:
    """A recording with two edits: a label added, then moved."""
    label = str(uuid4())
    for command in (
        {"kind": "add", "id": label, "x0": 1, "x1": 2, "label": "QRS"},
        {"kind": "move", "ids": [label], "x0": 1.1},
    ):
        answer = services.annotations.apply(ecg, [{"uuid": str(uuid4()), **command}], -1)
        assert not answer["rejected"]
    return ecg


def test_the_history_comes_in_pages_newest_first(client: FlaskClient, edited: int) -> None:
    page = client.get(f"/history/{edited}?limit=1").get_json()
    assert [entry["summary"] for entry in page["entries"]] == ["Move start of QRS 1 s → 1.1 s"]
    assert (page["more"], page["revision"], page["saved_revision"]) == (True, 2, None)
    older = client.get(f"/history/{edited}?before=2").get_json()
    assert [entry["revision"] for entry in older["entries"]] == [1]
    assert not older["more"]


def test_one_edit_comes_with_its_labels_before_and_after(client: FlaskClient, edited: int) -> None:
    shown = client.get(f"/history/{edited}/2").get_json()
    assert [(row["x0"], row["x1"]) for row in shown["before"] + shown["after"]] == [(1, 2), (1.1, 2)]


def test_what_going_back_would_do_is_told_before_it_is_done(client: FlaskClient, edited: int) -> None:
    assert client.get(f"/history/{edited}/back/1").get_json()["changed"] == 1
    assert client.get(f"/history/{edited}/back/empty").get_json()["removed"] == 1
    answer = client.get(f"/history/{edited}/back/saved")
    assert (answer.status_code, "never saved" in answer.get_json()["error"]) == (400, True)


@pytest.mark.parametrize("url", ["/history/999", "/history/999/1", "/history/999/back/empty"])
def test_the_history_of_no_recording_is_not_found(client: FlaskClient, url: str) -> None:
    answer = client.get(url)
    assert (answer.status_code, "does not exist" in answer.get_json()["error"]) == (404, True)


@pytest.mark.parametrize("target", ["9999999999999999999999", "-1", "²", "yesterday"])
def test_going_back_to_nonsense_is_refused_in_words(client: FlaskClient, edited: int, target: str) -> None:
    answer = client.get(f"/history/{edited}/back/{target}")
    assert (answer.status_code, "no such point" in answer.get_json()["error"]) == (400, True)
