"""Checkpoints through their callbacks: chosen, uploaded, inspected, refused with a message, cancelled, downloaded."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from components.dialogs import field_id, form_id
from components.ids import JobsIds, ModelAddIds, ModelIds, ModelsIds, ShellIds, model_progress
from components.models.form import FIELDS, wrong_id
from services.models import rows
from services.models.uploads import CANCELLED
from services.torch_models.inspection import inspect
from services.uploads.transfers import Sender
from services.web.container import Services
from tests.support import Fired, eventually, fire, prop
from tests.unit.catalogue_models import arrived, keep
from tests.unit.checkpoint_files import CORPUS, save, state
from tests.unit.running import LARGEST, add_model, threshold

DIALOG = ModelAddIds.DIALOG
FORM = ("file", *FIELDS)
SENDER = {"browser": "b" * 32, "page": "p" * 32}
HERE = {f"{ModelAddIds.TRANSFER}.sender": SENDER}
PENDING = f"{ModelAddIds.PENDING}.data"
TOAST = f"{ShellIds.TOAST}.data"


def choose(client: FlaskClient, name: str, size: int, batch: int = 1) -> Fired:
    """Choose a file; returns the plan."""
    chosen = {"id": f"c{batch}", "batch": batch, "files": [[0, name, size, 1000 + batch, ""]], "turn": 1}
    return fire(client, f"{ModelAddIds.TRANSFER}.chosen", chosen, "plan", **HERE)


def send(services: Services, data: bytes) -> None:
    """The bytes of the file that was chosen arrive."""
    (row,) = services.transfers.listed(Sender(**SENDER), "model")
    services.transfers.receive(services.transfers.expected(row.key), 0, BytesIO(data))


def submit(client: FlaskClient, **texts: str) -> Fired:
    """Send the form."""
    state: dict[str, Any] = {prop(field_id(DIALOG, name), "value"): texts.get(name, "") for name in FORM}
    state |= {prop(wrong_id(DIALOG, name), "children"): "" for name in FORM}
    return fire(client, prop(form_id(DIALOG), "n_submit"), 1, **state, **HERE)


def wrong(answer: Fired) -> dict[str, str]:
    """Messages at the fields."""
    named = {prop(wrong_id(DIALOG, name), "children"): name for name in FORM}
    return {name: answer.values[key] for key, name in named.items() if answer.values.get(key)}


def inspected(client: FlaskClient, services: Services, pending: dict[str, Any]) -> Fired:
    """Notification of the page after the upload and the end of the job."""
    words = prop(model_progress("words"), "children")
    begun = fire(client, PENDING, pending, "model-progress", **HERE)
    assert begun.values[words] == "Inspecting…"
    pending = begun.side[PENDING]
    arrived(services, pending["job"])
    values = {PENDING: pending, "_pages_location.pathname": "/models"}
    return fire(
        client,
        f"{JobsIds.ENDED}.data",
        [{"id": pending["job"], "kind": "model"}],
        ModelAddIds.PENDING,
        **values,
    )


def fire_end(client: FlaskClient, **state: Any) -> Fired:
    return fire(client, f"{DIALOG}.is_open", False, **state, **HERE)


def test_each_button_opens_the_form(client: FlaskClient) -> None:
    for button in (ModelIds.ADD, ModelsIds.ADD):
        answer = fire(client, f"{button}.n_clicks", 1).side[f"{ModelAddIds.OPEN}.data"]
        opened = fire(client, f"{ModelAddIds.OPEN}.data", answer, **HERE)
        assert opened.values[f"{DIALOG}.is_open"] is True
        assert "Add a model" in str(opened.values[f"{DIALOG}.children"])


def test_a_name_is_proposed_after_the_file_with_the_proposal_before_it(client: FlaskClient) -> None:
    chosen = {"id": "c", "batch": 1, "files": [[0, "gru-2 (new).pth", 10, 1, ""]], "turn": 1}
    proposed = prop(model_progress("proposed"), "data")
    trigger = f"{ModelAddIds.TRANSFER}.chosen"
    first = fire(client, trigger, chosen, "dialog-field").values
    assert first[prop(field_id(DIALOG, "file"), "value")] == "gru-2 (new).pth"
    assert first[proposed] == {"text": "gru 2 new", "earlier": ""}
    other = {**chosen, "files": [[0, "cnn.pth", 10, 1, ""]]}
    second = fire(client, trigger, other, "dialog-field", **{proposed: first[proposed]}).values
    assert second[proposed] == {"text": "cnn", "earlier": "gru 2 new"}


def test_a_checkpoint_becomes_the_selected_model_and_is_downloaded_unchanged(
    client: FlaskClient, services: Services, tmp_path: Path
) -> None:
    data = save(tmp_path / "gru.pth", state()).read_bytes()
    plan = choose(client, "gru.pth", len(data)).values[f"{ModelAddIds.TRANSFER}.plan"]
    assert plan["id"] == "c1" and len(plan["go"]) == 1
    answer = submit(client, name="Trend", remarks="Made for\nOHLC")
    assert wrong(answer) == {}
    waiting = fire(client, PENDING, answer.side[PENDING], "model-progress", **HERE).values
    assert str(waiting[prop(model_progress("words"), "children")]).startswith("Sending: 0.0 of ")
    send(services, data)
    values = inspected(client, services, answer.side[PENDING]).side
    (one,) = services.models.list()
    assert (one.name, one.remarks, one.sha256) == (
        "Trend",
        "Made for\nOHLC",
        hashlib.sha256(data).hexdigest(),
    )
    assert values[f"{DIALOG}.is_open"] is False and values[f"{ShellIds.MODEL}.data"] == one.id
    assert values[TOAST]["text"].startswith("Added “Trend”: GRU, 1 layer of 8, ")
    with client.get(f"/download/models/{one.id}.pth") as file:
        assert file.data == data
        assert "Trend.pth" in file.headers["Content-Disposition"]


def test_the_download_of_a_model_that_was_evaluated_later_has_its_metrics(
    client: FlaskClient, services: Services, tmp_path: Path
) -> None:
    recipe = {"measured_later": True}
    one = add_model(services, tmp_path, threshold(), "Later", origin="trained", recipe=recipe)
    info = replace(one.info, metrics={"macro_f1": 0.9})
    with services.database.write() as connection:
        rows.set_values(connection, one.id, {"info": info.to_json()})
    with client.get(f"/download/models/{one.id}.pth") as file:
        (tmp_path / "later.pth").write_bytes(file.data)
    assert services.models.file_of(one).read_bytes() != file.data
    again = inspect(tmp_path / "later.pth", "later.pth", LARGEST)
    assert again.metrics == info.metrics and again.labels == one.info.labels


@pytest.mark.parametrize("name", ["an os.system payload", "truncated", "a deflated bomb", "random bytes"])
def test_a_checkpoint_that_cannot_be_used_is_refused_in_words(
    client: FlaskClient, services: Services, name: str
) -> None:
    make, words = CORPUS[name]
    data = make()
    choose(client, "trend.pth", len(data))
    send(services, data)
    answer = submit(client, name="Trend")
    ended = inspected(client, services, answer.side[PENDING])
    values = ended.side
    assert words in values[prop(wrong_id(DIALOG, "file"), "children")]
    assert values[prop(field_id(DIALOG, "file"), "invalid")] is True and ended.values[PENDING] is None
    assert services.models.list() == []
    eventually(lambda: not list((services.settings.models_dir / ".partial").iterdir()))


def test_invalid_values_of_the_form_are_reported_at_their_fields(
    client: FlaskClient, services: Services
) -> None:
    keep(services, "Trend")
    assert wrong(submit(client, name="Trend 2"))["file"] == "Choose a .pth, .pt or .ckpt file."
    choose(client, "a.zip", 5)
    found = wrong(submit(client, name="", remarks="r" * 301))
    assert sorted(found) == ["file", "name", "remarks"]
    choose(client, "trend.pth", 5, batch=2)
    taken = wrong(submit(client, name="trend"))
    assert taken == {"name": "There is a model “Trend” already. Choose another name."}
    choose(client, "trend.pth", services.settings.max_model_bytes + 1, batch=3)
    sentence = wrong(submit(client, name="Large"))["file"]
    assert sentence == (
        "“trend.pth” has 512 MB; at most 512 MB are allowed. Set TIDEMARK_MAX_MODEL_MB to take more."
    )


def test_closing_the_dialog_cancels_the_upload(
    client: FlaskClient, services: Services, tmp_path: Path
) -> None:
    data = save(tmp_path / "gru.pth", state()).read_bytes()
    choose(client, "gru.pth", len(data))
    pending = submit(client, name="Trend").side[PENDING]
    closed = fire_end(client, **{PENDING: pending})
    assert closed.side[TOAST]["text"] == "Adding “Trend” was cancelled."
    assert closed.side[PENDING] is None
    assert services.transfers.listed(Sender(**SENDER), "model") == []
    assert services.models.list() == []
    assert fire_end(client).side == {}


def test_an_inspection_that_is_cancelled_adds_no_model(
    services: Services, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services.jobs.runner, "hand_over", lambda *_of: None)  # no worker takes it
    file = save(tmp_path / "gru.pth", state())
    job = services.model_arrivals.inspect({"name": "Trend"}, file.name, 1, lambda to: to.write_bytes(b"a"))
    assert services.model_arrivals.cancel(job).state == CANCELLED
    assert services.models.list() == []
    left = services.settings.models_dir / ".partial"
    eventually(lambda: not any(one.is_file() for one in left.rglob("*")))


def test_a_missing_checkpoint_cannot_be_downloaded(client: FlaskClient, services: Services) -> None:
    model = keep(services, "Trend")
    services.models.delete(model.id)
    assert client.get(f"/download/models/{model.id}.pth").status_code == 404
    assert client.get(f"/download/models/{model.id}.pth", headers={"Host": "evil.example"}).status_code == 400
