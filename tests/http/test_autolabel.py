"""Auto-label and model selection through their callbacks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from components.autolabel_dialogs import CHECKING, REPLACES_ALL, fits_words
from components.dialogs import about_id, field_id, form_id, problem_id
from components.ids import (
    AutolabelIds,
    JobsIds,
    LabelIds,
    ModelIds,
    ShellIds,
    channels_button,
    correct_button,
    job_status_part,
    job_status_tool,
    own_channels_button,
)
from services.inference import service
from services.models import Model
from services.torch_models.signal_check import ChannelDifference
from services.web.container import Services
from tests.support import Fired, fire, prop, stored
from tests.unit.running import Lab, threshold

WAVE = [-1, -1, -1, 1, 1, 1, 1, -1, -1, 1, -1, -1]
TOAST = f"{ShellIds.TOAST}.data"
OPTIONS = {"least": 1, "becomes": "suggest", "score": 0.9, "replace": "suggestions"}


@pytest.fixture
def lab(services: Services, tmp_path: Path) -> Lab:
    return Lab(services, tmp_path)


def at(recording: int, model: Model | None = None) -> dict[str, Any]:
    """The page of a recording with a model chosen."""
    chosen = {f"{ShellIds.MODEL}.data": model and model.id, f"{ModelIds.LIST}.value": model and model.id}
    return {f"{LabelIds.PLOT}.recording": {"id": recording}, **chosen}


def press(client: FlaskClient, identity: Any, **others: Any) -> Fired:
    return fire(client, prop(identity, "n_clicks"), 1, **others)


def submit(client: FlaskClient, dialog: str, about: Any, output: str = "", **fields: Any) -> Fired:
    """Send the form of a dialog."""
    state = {prop(field_id(dialog, name), "value"): value for name, value in fields.items()}
    state |= {prop(field_id(dialog, name), "id"): field_id(dialog, name) for name in fields}
    state[prop(about_id(dialog), "data")] = about
    return fire(client, prop(form_id(dialog), "n_submit"), 1, output, **state)


def start(client: FlaskClient, recording: int, model: Model, span: list[float] | None = None) -> Fired:
    """Press Auto-label."""
    view = {f"{LabelIds.PLOT}.view": span}
    return fire(client, f"{AutolabelIds.START}.n_clicks", 1, **at(recording, model), **view)


def button(client: FlaskClient, recording: int, model: Model | None) -> dict[str, Any]:
    """State of the button and the text below it."""
    state = at(recording, model)
    values = fire(client, f"{AutolabelIds.CHANGED}.data", "x", **state).values
    return {name.removeprefix("autolabel-"): value for name, value in values.items()}


def test_the_model_chosen_last_is_chosen_again_and_another_is_remembered(
    client: FlaskClient, lab: Lab
) -> None:
    version = f"{ShellIds.MODELS_VERSION}.data"
    nothing = fire(client, version, "1", ModelIds.LIST).values
    assert nothing[f"{ModelIds.LIST_PLACE}.hidden"] is True and nothing[f"{ModelIds.NONE}.hidden"] is False
    first, second = lab.model(), lab.model()
    state = {f"{ModelIds.OFFERED}.data": first.id}
    assert fire(client, f"{ModelIds.LIST}.value", first.id, **state).side == {}
    picked = fire(client, f"{ModelIds.LIST}.value", second.id, **state).side
    assert picked == {f"{ShellIds.MODEL}.data": second.id}
    assert lab.services.preferences.get("model") == second.id
    assert stored(client, ShellIds.MODEL) == second.id
    here = fire(client, version, "3", ModelIds.LIST, **{f"{ShellIds.MODEL}.data": first.id})
    assert here.values[f"{ModelIds.LIST}.value"] == first.id and here.side == {}
    lab.services.models.delete(first.id)
    gone = fire(client, version, "4", ModelIds.LIST, **{f"{ShellIds.MODEL}.data": first.id}).values
    assert gone[f"{ModelIds.LIST}.value"] is None and gone[f"{ModelIds.LINK}.href"] == "/models"


def test_a_run_is_of_the_model_that_the_list_shows_though_the_choice_is_not_stored_yet(
    client: FlaskClient, lab: Lab
) -> None:
    recording, first, second = lab.recording(WAVE), lab.model(), lab.model()
    chosen = {**at(recording, first), f"{ModelIds.LIST}.value": second.id}
    (job,) = fire(client, f"{AutolabelIds.START}.n_clicks", 1, **chosen).side["jobs-started.data"]
    assert lab.services.jobs.get(job).arguments["model"] == second.id


def test_the_button_shows_whether_the_model_fits(client: FlaskClient, lab: Lab) -> None:
    recording, other, model = lab.recording(WAVE), lab.recording(WAVE, ("w",)), lab.model()
    assert button(client, recording, None)["start-button.title"] == "Select a model first"
    fits = button(client, recording, model)
    assert fits["start-button.disabled"] is False
    assert fits["start-button.title"] == f"Auto-label with {model.name} on v"
    not_so = button(client, other, model)
    assert not_so["start-button.disabled"] is True
    assert "The model takes a channel “v”, which this recording does not have." in str(
        not_so["status.children"]
    )
    assert "Choose channels…" in str(not_so["status.children"])
    lab.services.models.delete(model.id)
    assert button(client, recording, model)["start-button.title"] == "Select a model first"


def test_a_run_is_started_once_followed_and_its_end_is_reported(client: FlaskClient, lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    started = start(client, recording, model, [9, 0])
    (job,) = started.side[f"{JobsIds.STARTED}.data"]
    ended = lab.end_of(job)
    arguments = {
        "id": job,
        "kind": "autolabel",
        "recording": recording,
        "state": "done",
        "result": ended.result,
    }
    here = {"_pages_location.pathname": f"/label/{recording}"}
    toast = fire(client, f"{JobsIds.ENDED}.data", [arguments], AutolabelIds.AWAY, **here).side
    assert toast[TOAST]["text"] == "5 suggestions." and toast[TOAST]["action"]["text"] == "Review"
    assert f"{ShellIds.LABELS_CHANGED}.data" in toast
    away = fire(
        client,
        f"{JobsIds.ENDED}.data",
        [arguments],
        AutolabelIds.AWAY,
        **{"_pages_location.pathname": "/files"},
    )
    assert away.side[TOAST]["text"] == "1 file auto-labelled, 5 suggestions."
    assert away.side[TOAST]["action"] == {"text": "Open file", "href": f"/label/{recording}"}
    failed = fire(
        client,
        f"{JobsIds.ENDED}.data",
        [{**arguments, "state": "failed", "error": "No."}],
        AutolabelIds.AWAY,
        **here,
    )
    assert failed.side[TOAST] == {"text": "No.", "kind": "error"}


def test_only_the_visible_range_is_labelled_where_that_was_chosen(client: FlaskClient, lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    kept = submit(client, AutolabelIds.OPTIONS_DIALOG, None, **OPTIONS, visible=True)
    assert kept.side[f"{AutolabelIds.OPTIONS_DIALOG}.is_open"] is False
    assert "Visible range only." in str(button(client, recording, model)["status.children"])
    (job,) = start(client, recording, model, [9.0, 0.0]).side[f"{JobsIds.STARTED}.data"]
    assert lab.end_of(job).arguments["about"]["part"] is True


def test_options_that_make_no_sense_stay_in_the_dialog_with_a_sentence(client: FlaskClient, lab: Lab) -> None:
    dialog = AutolabelIds.OPTIONS_DIALOG
    for wrong in (
        {"least": 0},
        {"least": None},
        {"becomes": "accept", "score": 2},
        {"becomes": "accept", "score": None},
    ):
        answer = submit(client, dialog, None, **{**OPTIONS, **wrong}, visible=False)
        assert answer.values[prop(problem_id(dialog), "children")].endswith(".")
    assert lab.services.preferences.get("autolabel") is None


def test_replacing_all_labels_needs_a_confirmation(client: FlaskClient, lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    lab.label(recording, 0, 1, "Mine")
    submit(client, AutolabelIds.OPTIONS_DIALOG, None, **{**OPTIONS, "replace": "all"}, visible=False)
    answer = start(client, recording, model)
    assert "Replace 1 label?" in str(answer.values[f"{AutolabelIds.REPLACE_DIALOG}.children"])
    assert answer.side == {}
    about = {"model": model.id, "recording": recording, "span": None}
    done = submit(client, AutolabelIds.REPLACE_DIALOG, about)
    (job,) = done.side[f"{JobsIds.STARTED}.data"]
    lab.end_of(job)
    assert {label for _, _, label, _ in lab.labels(recording)} == {"Quiet", "Loud"}


def test_channels_are_chosen_and_given_back(client: FlaskClient, lab: Lab) -> None:
    recording, model = lab.recording(WAVE, ("w", "u")), lab.model()
    opened = press(client, channels_button("status"), **at(recording, model))
    assert "The model takes 1 channel, in this order." in str(
        opened.values[f"{AutolabelIds.CHANNELS_DIALOG}.children"]
    )
    about = {"model": model.id, "recording": recording, "channels": 1}
    submit(client, AutolabelIds.CHANNELS_DIALOG, about, **{"channel-0": "1"})
    assert button(client, recording, model)["start-button.title"].endswith("on u")
    press(client, own_channels_button(), **{prop(about_id(AutolabelIds.CHANNELS_DIALOG), "data"): about})
    assert button(client, recording, model)["start-button.disabled"] is True
    twice = {"channel-0": "1", "channel-1": "1"}
    refused = submit(client, AutolabelIds.CHANNELS_DIALOG, {**about, "channels": 2}, **twice)
    assert "A channel is chosen twice." in refused.values.values()


def test_polarity_and_gain_are_corrected_for_the_model_and_taken_as_recorded_again(
    client: FlaskClient, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    inverted = ChannelDifference(0, "“w” looks inverted", -1.0)
    monkeypatch.setattr(service, "differences", lambda *_: [inverted])
    before = str(button(client, recording, model)["status.children"])
    assert (
        "Unlike the training recordings: “w” looks inverted." in before and "Correct for the model" in before
    )
    press(client, correct_button("yes"), **at(recording, model))
    after = str(button(client, recording, model)["status.children"])
    assert "Corrected for the model: “w” looks inverted." in after and "As recorded" in after
    (job,) = start(client, recording, model).side[f"{JobsIds.STARTED}.data"]
    assert lab.end_of(job).arguments["factors"] == [-1.0]
    press(client, correct_button("no"), **at(recording, model))
    assert str(button(client, recording, model)["status.children"]) == before


def test_of_several_files_those_that_fit_are_labelled_and_the_others_named(
    client: FlaskClient, lab: Lab
) -> None:
    dialog, files = AutolabelIds.FILES_DIALOG, f"{AutolabelIds.FILES}.data"
    ids = [lab.recording(WAVE), lab.recording(WAVE), lab.recording(WAVE, ("w",), "odd.csv")]
    none = fire(client, files, {"ids": ids})
    assert "There is no model yet." in none.side[TOAST]["text"]
    model = lab.model()
    assert CHECKING in str(fire(client, files, {"ids": ids}).values[f"{dialog}.children"])
    state = {prop(about_id(dialog), "data"): ids}
    values = fire(client, prop(field_id(dialog, "model"), "value"), model.id, **state).values
    assert values[prop(fits_words(dialog), "children")] == "The model fits 2 of 3 files. These are left out:"
    assert "odd.csv" in str(values) and "Auto-label 2 files" in values.values()
    sent = submit(client, dialog, ids, **OPTIONS, model=model.id)
    assert sent.side[TOAST]["text"] == "2 files queued."
    for job in sent.side[f"{JobsIds.STARTED}.data"]:
        lab.end_of(job)
    assert [len(lab.labels(identity)) for identity in ids] == [5, 5, 0]
    warned = submit(client, dialog, ids, **{**OPTIONS, "replace": "all"}, model=model.id)
    assert REPLACES_ALL in warned.values.values() and "btn btn-danger" in warned.values.values()


def test_the_run_of_the_open_file_is_shown_and_tried_again(client: FlaskClient, lab: Lab) -> None:
    recording, model = lab.recording(WAVE), lab.model()
    changed, status = f"{JobsIds.CHANGED}.data", AutolabelIds.RUN
    assert fire(client, changed, "1", status, **at(recording)).values[f"{status}.hidden"] is True
    file = lab.services.models.file_of(model)
    file.write_bytes(b"not what it was")
    job = lab.run(recording, model)
    shown = fire(client, changed, "2", status, **at(recording)).values
    assert shown[f"{status}.hidden"] is False
    words, button = (prop(job_status_part(part, "autolabel"), "children") for part in ("words", "tool"))
    assert shown[words] == job.error and "Retry" in str(shown[button])
    seen = {f"{status}.data-view": shown[f"{status}.data-view"]}
    again = fire(client, changed, "3", status, **at(recording), **seen).values
    assert again[words] == job.error and button not in again, "the button stays while it is pressed"
    tool = job_status_tool("autolabel", "retry", job.id)
    (again,) = press(client, tool).side[f"{JobsIds.STARTED}.data"]
    assert lab.end_of(again).state == "failed" and again != job.id


def test_a_model_is_trained_again_on_the_channels_that_have_a_signal(
    client: FlaskClient, lab: Lab, monkeypatch: pytest.MonkeyPatch
) -> None:
    names, training = ("v", "w"), lab.recording(WAVE * 2, ("v", "w"))
    for place, label in enumerate(("Low", "High") * 2):
        lab.command(training, "add", id=f"{place:032x}", x0=5 * place, x1=5 * place + 2, label=label)
    recipe = lab.services.training_desk.quick(training).recipe()
    recording, model = (
        lab.recording(WAVE, names),
        lab.model(threshold(names), origin="trained", recipe=recipe),
    )
    assert "Train again" not in str(button(client, recording, model)["status.children"])
    flat = ChannelDifference(0, "“v” is flat", dead=True)
    monkeypatch.setattr(service, "differences", lambda *_: [flat])
    assert "Train again without “v”" in str(button(client, recording, model)["status.children"])
    (job,) = press(client, AutolabelIds.REFIT, **at(recording, model)).side[f"{JobsIds.STARTED}.data"]
    request = lab.services.jobs.get(job).arguments["wanted"]
    assert (request["channels"], request["suggest"], request["follows"]) == (["w"], recording, "")
    assert request["name"].endswith(" without v") and request["recordings"] == [training]
    lab.services.jobs.cancel(job)
    other = lab.model(threshold(names))  # from elsewhere
    assert "Train again" not in str(button(client, recording, other)["status.children"])
