"""Models page through its callbacks: list, shown model, class mapping, dialogs."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from components.dialogs import about_id, field_id, form_id, problem_id
from components.ids import ModelsIds, ShellIds, model_class, model_row, model_tool
from components.models.form import FIELDS, wrong_id
from services.models.fields import ModelTexts
from services.web.container import Services
from tests.support import Fired, fire, prop, request_of
from tests.unit.catalogue_models import keep

VERSION = f"{ModelsIds.VERSION}.data"


def drawn(client: FlaskClient, shown: str = "", **others: Any) -> dict[str, str]:
    """Content of the page, each part as text."""
    state = {f"{ModelsIds.SHOWN}.data": shown, **others}
    values = fire(client, VERSION, "1", ModelsIds.HEAD, **state).values
    return {name.partition(".")[0].removeprefix("models-"): str(value) for name, value in values.items()}


def say(client: FlaskClient, model: str, field: str, index: int, value: Any) -> Fired:
    return fire(client, prop(model_class(field, index, model), "value"), value)


def press(client: FlaskClient, identity: dict[str, Any]) -> Fired:
    return fire(client, prop(identity, "n_clicks"), 1)


def test_the_first_model_is_shown_if_the_requested_one_does_not_exist(
    client: FlaskClient, services: Services
) -> None:
    assert "No model yet" in drawn(client)["detail-head"]
    first, second = (
        keep(services, "Alpha"),
        keep(services, "Beta", texts=ModelTexts("Beta", "", "Made for OHLC")),
    )
    assert f"{first.sha256[:12]}…" in drawn(client, "gone")["detail-facts"]
    page = drawn(client, second.id)
    assert (
        "Made for OHLC" in page["detail-head"] and f"/download/models/{second.id}.pth" in page["detail-head"]
    )
    assert page["filter-place"] == "True"


def test_the_list_is_filtered_by_the_texts_of_models(client: FlaskClient, services: Services) -> None:
    keep(services, "Alpha"), keep(services, "Beta", texts=ModelTexts("Beta", "", "Made for OHLC"))
    page = drawn(client, **{f"{ModelsIds.FILTER}.value": "ohlc "})
    assert "Beta" in page["list"] and "Alpha" not in page["list"] and page["filter-place"] == "False"
    nothing = drawn(client, **{f"{ModelsIds.FILTER}.value": "zebra"})
    assert "No model has these words in its name, description or remarks." in nothing["list"]


def test_a_click_on_a_row_shows_its_model_and_its_address(client: FlaskClient, services: Services) -> None:
    model = keep(services, "Alpha")
    answer = fire(client, prop(model_row(model.id), "n_clicks"), 1, ModelsIds.SHOWN)
    assert answer.values == {
        f"{ModelsIds.SHOWN}.data": model.id,
        f"{ModelsIds.ADDRESS}.data": f"/models?model={model.id}",
    }
    assert fire(client, prop(model_row(model.id), "n_clicks"), 0, ModelsIds.SHOWN).values == {}


def test_the_page_is_redrawn_when_its_content_changed(client: FlaskClient, services: Services) -> None:
    listed, known = f"{ShellIds.MODEL_LIST_VERSION}.data", {VERSION: services.model_desk.version()}
    assert fire(client, listed, "a", VERSION, **known).values == {}
    model = keep(services, "Alpha")
    changed = fire(client, listed, "b", VERSION, **known).values
    assert changed.keys() == {VERSION}
    services.models.set_class(model.id, 1, {"name": "Up"})
    assert fire(client, listed, "c", VERSION, **changed).values != changed
    own = fire(client, f"{ShellIds.MODELS_VERSION}.data", "new", VERSION, **known).values
    assert own[VERSION] != known[VERSION]


def test_unchanged_parts_are_not_redrawn(client: FlaskClient, services: Services) -> None:
    model = keep(services, "Alpha")
    state = {f"{ModelsIds.SHOWN}.data": model.id}
    first = fire(client, VERSION, "1", ModelsIds.HEAD, **state).values
    drawn_before = {f"{ModelsIds.DRAWN}.data": first[f"{ModelsIds.DRAWN}.data"]}
    services.models.set_class(model.id, 1, {"name": "Up"})
    second = fire(client, VERSION, "2", ModelsIds.HEAD, **state, **drawn_before).values
    parts = {name.partition(".")[0] for name in second if name.endswith("children")}
    assert parts == {ModelsIds.CLASSES}


def test_a_class_of_a_model_is_named_coloured_skipped_and_reset(
    client: FlaskClient, services: Services
) -> None:
    model = keep(services, "Alpha")
    for field, value in (("name", "Up"), ("color", "#123456"), ("skip", True)):
        answer = say(client, model.id, field, 2, value)
        assert answer.side.keys() == {f"{ShellIds.MODELS_VERSION}.data"}
    assert services.models.get(model.id).classes == [
        {"index": 2, "name": "Up", "color": "#123456", "skip": True}
    ]
    press(client, model_class("reset", 2, model.id))
    assert services.models.get(model.id).classes is None
    say(client, model.id, "skip", 0, True)
    press(client, model_tool("forget-classes", model.id))
    assert services.models.get(model.id).classes is None


def test_changes_of_two_fields_in_one_request_are_both_stored(
    client: FlaskClient, services: Services
) -> None:
    model = keep(services, "Alpha")
    name, skip, color = (
        prop(model_class(field, 2, model.id), "value") for field in ("name", "skip", "color")
    )
    request = request_of(client, name, "Up", **{skip: True, color: "#000000"})
    request["changedPropIds"].append(skip)
    client.post("/_dash-update-component", json=request)
    assert services.models.get(model.id).classes == [{"index": 2, "name": "Up", "skip": True}]


def test_a_row_that_was_just_created_triggers_nothing(client: FlaskClient, services: Services) -> None:
    model = keep(services, "Alpha")
    for field in ("name", "color", "skip"):
        shown = services.model_desk.classes(model.id)[1][field]
        assert say(client, model.id, field, 1, shown).side == {}
    assert services.models.get(model.id).classes is None


def test_a_name_that_no_class_can_have_is_refused_in_words(client: FlaskClient, services: Services) -> None:
    model = keep(services, "Alpha")
    answer = say(client, model.id, "name", 1, "a\nb")
    assert "may not have line breaks" in answer.side[f"{ShellIds.TOAST}.data"]["text"]


def describe(client: FlaskClient, model: str, *values: str) -> Fired:
    """Send the form that describes a model."""
    dialog = ModelsIds.DESCRIBE
    state = {
        prop(field_id(dialog, field), "value"): value for field, value in zip(FIELDS, values, strict=True)
    }
    state |= {prop(wrong_id(dialog, field), "children"): "" for field in FIELDS}
    state[prop(about_id(dialog), "data")] = model
    return fire(client, prop(form_id(dialog), "n_submit"), 1, **state)


def test_a_model_is_described_and_invalid_values_are_reported_at_their_fields(
    client: FlaskClient, services: Services
) -> None:
    model, _other = keep(services, "Alpha"), keep(services, "Beta")
    opened = press(client, model_tool("describe", model.id)).values
    assert opened[f"{ModelsIds.DESCRIBE}.is_open"] is True
    assert "Model “Alpha”" in str(opened[f"{ModelsIds.DESCRIBE}.children"])
    refused = describe(client, model.id, "beta", "d" * 31, "")
    assert services.models.get(model.id).name == "Alpha" and refused.side == {}
    texts = [value for name, value in refused.values.items() if "wrong" in name]
    assert texts == ["", "The short description may have at most 30 characters; 31 are too many.", ""]
    taken = describe(client, model.id, "beta", "", "")
    assert "There is a model “Beta” already. Choose another name." in taken.values.values()
    done = describe(client, model.id, "Gamma", "Short", "Long")
    assert done.side[f"{ModelsIds.DESCRIBE}.is_open"] is False
    assert services.models.get(model.id).short_description == "Short"


def test_a_model_is_deleted_with_what_waits_only_where_ticked(
    client: FlaskClient, services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    model, asked = keep(services, "Alpha"), []
    opened = press(client, model_tool("delete", model.id)).values
    assert "It has made no labels." in str(opened[f"{ModelsIds.DELETE}.children"])
    monkeypatch.setattr(type(services.models), "delete", lambda _self, *args: asked.append(args))
    sent = {prop(about_id(ModelsIds.DELETE), "data"): model.id}
    fire(client, prop(form_id(ModelsIds.DELETE), "n_submit"), 1, **sent)
    box = field_id(ModelsIds.DELETE, "suggestions")
    ticked = {prop(box, "value"): True, prop(box, "id"): box}
    fire(client, prop(form_id(ModelsIds.DELETE), "n_submit"), 2, **sent, **ticked)
    assert asked == [(model.id, False), (model.id, True)]


def test_a_deleted_model_cannot_be_deleted_again_and_the_dialog_reports_it(client: FlaskClient) -> None:
    sent = {prop(about_id(ModelsIds.DELETE), "data"): "gone"}
    answer = fire(client, prop(form_id(ModelsIds.DELETE), "n_submit"), 1, **sent)
    assert answer.values[prop(problem_id(ModelsIds.DELETE), "children")].endswith("(any more).")
