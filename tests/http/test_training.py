"""Training over HTTP: what the button would do, why it cannot, and what a form would learn from."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask.testing import FlaskClient

from services.web.container import Services
from tests.unit.catalogue_models import keep
from tests.unit.running import Lab

LABELS = ((0, 9, "Quiet"), (10, 19, "Loud"), (20, 29, "Quiet"))


@pytest.fixture
def lab(services: Services, tmp_path: Path) -> Lab:
    return Lab(services, tmp_path)


@pytest.fixture
def recording(lab: Lab) -> int:
    """Sixty rows, three labels: one of them is missing."""
    identity = lab.recording(([-1] * 10 + [1] * 10) * 3)
    for number, (x0, x1, label) in enumerate(LABELS):
        lab.command(identity, "add", id=f"{number:032x}", x0=x0, x1=x1, label=label)
    return identity


def test_the_button_says_what_it_would_learn_from_and_what_is_missing(
    client: FlaskClient, recording: int
) -> None:
    state = client.get(f"/training/{recording}?model=").get_json()
    assert (state["action"], state["words"]) == ("train", "2 Quiet, 1 Loud in this file")
    assert state["reason"] == "Mark 1 more Loud: at least 2 segments of each class are needed."
    assert state["job"] == ""


def test_a_training_with_too_few_labels_is_refused_in_the_same_words(
    client: FlaskClient, services: Services, recording: int
) -> None:
    for url, body in ((f"/training/{recording}", {}), ("/training", {"wanted": {"recordings": [recording]}})):
        answer = client.post(url, json=body)
        assert answer.status_code == 400
        assert answer.get_json()["error"].startswith("Mark 1 more Loud")
    assert services.jobs.active() == []


def test_a_form_is_told_before_what_it_would_learn_from(client: FlaskClient, recording: int) -> None:
    wanted = {"recordings": [recording], "unmarked": "Rest"}
    found = client.post("/training/outlook", json={"wanted": wanted}).get_json()
    assert found["marked"] == {"Quiet": 2, "Loud": 1, "Rest": 1}
    assert found["recordings"] == [recording]
    assert found["channels"] == ["v"]


@pytest.mark.parametrize("url", ["/training/999", "/training/curve/none", "/training/versions/none"])
def test_what_is_not_there_is_said(client: FlaskClient, url: str) -> None:
    answer = client.get(url)
    assert answer.status_code == 404
    assert answer.get_json()["error"]


def test_nonsense_is_refused(client: FlaskClient) -> None:
    assert client.post("/training", json=[1]).status_code == 400
    assert client.post("/training", json={"wanted": 3}).status_code == 400


def test_the_page_of_models_learns_what_can_be_chosen_and_why_a_name_cannot(
    client: FlaskClient, services: Services, recording: int
) -> None:
    choices = client.get("/training/choices").get_json()
    assert [(one["id"], one["marked"]) for one in choices["files"]] == [(recording, {"Quiet": 2, "Loud": 1})]
    answer = client.post("/training", json={"wanted": {"recordings": [recording], "name": "a/b"}})
    assert answer.status_code == 400
    assert list(answer.get_json()["fields"]) == ["name"]
    assert services.jobs.active() == []


@pytest.mark.parametrize("method", ["get", "post"])
def test_only_a_model_that_was_trained_here_is_improved(
    client: FlaskClient, services: Services, method: str
) -> None:
    model = keep(services, "Trend")
    assert client.get(f"/training/model/{model.id}").get_json()["improves"] is False
    for identity in (model.id, "none"):
        answer = getattr(client, method)(f"/training/improve/{identity}")
        assert answer.status_code == 404
        assert answer.get_json()["error"]


def test_the_queue_of_review_is_told_across_files(client: FlaskClient, recording: int) -> None:
    assert client.get("/review-queue").get_json() == {"offers": []}
    assert client.get(f"/review-queue?recording={recording}&most=3&model=m").get_json() == {"offers": []}
