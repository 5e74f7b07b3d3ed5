"""The layers of the page of a recording over HTTP: the button, its dialog, and what they remember."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from components.dialogs import about_id, field_id, form_id
from components.ids import LabelIds, ShellIds
from components.label.layers import button_look, hidden_of
from components.label.page import label_page
from services.accounts import acting
from services.accounts.model import Role, User
from services.annotations.layers import Layers
from services.web.container import Services
from tests.http.conftest import Bring
from tests.support import Fired, fire, prop

CSV = "t,v\n" + "".join(f"{row},{row % 7}\n" for row in range(1000))
DIALOG = LabelIds.LAYERS_DIALOG


@pytest.fixture
def recording(services: Services, bring: Bring) -> int:
    return bring(CSV, "beats.csv")


def say(services: Services, recording: int, author: str) -> None:
    with acting.on_behalf_of(User(0, author, Role.ANNOTATOR)):
        command: dict[str, Any] = {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4())}
        services.annotations.apply(recording, [{**command, "x0": 10, "x1": 20, "label": "QRS"}], -1)


def send(client: FlaskClient, about: dict[str, Any], which: str, shown: list[str]) -> Fired:
    fields = {"which": which, "shown": shown, "everywhere": []}
    values = {prop(field_id(DIALOG, name), "value"): value for name, value in fields.items()}
    ids = {prop(field_id(DIALOG, name), "id"): field_id(DIALOG, name) for name in fields}
    about_data = {prop(about_id(DIALOG), "data"): about}
    return fire(client, prop(form_id(DIALOG), "n_submit"), 1, **about_data, **values, **ids)


def page_of(services: Services, recording: int) -> str:
    return json.dumps(
        label_page(services, str(recording)).to_plotly_json(), default=lambda one: one.to_plotly_json()
    )


def test_the_button_is_there_where_labels_have_more_than_one_author(
    services: Services, recording: int
) -> None:
    say(services, recording, "Ann")
    assert LabelIds.LAYERS not in page_of(services, recording)
    say(services, recording, "Bo")
    assert LabelIds.LAYERS in page_of(services, recording)


def test_the_dialog_lists_people_and_hides_those_who_are_not_chosen(
    client: FlaskClient, services: Services, recording: int
) -> None:
    for author in ("Ann", "Bo"):
        say(services, recording, author)
    opened = fire(
        client, f"{LabelIds.LAYERS}.n_clicks", 1, **{f"{LabelIds.PLOT}.recording": {"id": recording}}
    )
    content = opened.values[f"{DIALOG}.children"]
    assert "Ann (1)" in json.dumps(content)
    about = {"recording": recording, "others": ["Ann", "Bo"], "hidden": ["Cy"]}
    answer = send(client, about, "some", ["=Ann"])
    assert answer.side[f"{LabelIds.LAYERS}.children"] == "Without Bo, Cy"
    assert f"{ShellIds.LABELS_CHANGED}.data" in answer.side
    assert len(services.annotations.apply(recording, [], -1)["upsert"]) == 1
    assert "Without Bo, Cy" in page_of(services, recording)
    assert send(client, about, "mine", []).side[f"{LabelIds.LAYERS}.children"] == "Only mine"
    assert services.annotations.apply(recording, [], -1)["upsert"] == []


def test_the_button_shows_the_hidden_authors_and_absent_authors_stay_hidden() -> None:
    assert button_look(Layers("Ann"))[1] == ""
    assert button_look(Layers("Ann", mine=True))[1] == "Only mine"
    assert button_look(Layers("Ann", hidden=frozenset("BCD")))[1] == "Without B, C and 1 more"
    assert hidden_of({"others": ["Bo", "Cy"], "hidden": ["Bo", "Di"]}, ["=Bo"]) == ["Di", "Cy"]
