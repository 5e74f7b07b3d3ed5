"""Label classes through their callbacks: rows, edits, dialogs, CSV export and import, list next to the plot."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from flask.testing import FlaskClient

from components.dialogs import about_id, field_id, form_id, problem_id
from components.ids import ClassesIds, LabelIds, ShellIds
from services.errors import TidemarkError
from services.web.container import Services
from tests.http.conftest import Bring
from tests.suggestions import suggest
from tests.support import NO_OUTPUT, Fired, fire, prop

CSV = "t,v\n0,1\n1,2\n2,3\n"
SHOWN = {f"{ClassesIds.SHOWN}.data": {"set": 1}}
ROWS = f"{ClassesIds.LIST}.rowData"
TOAST = f"{ShellIds.TOAST}.data"


def shown(client: FlaskClient, label_set: int | None = 1) -> dict[str, Any]:
    """Content of the page for a set."""
    return fire(client, f"{ClassesIds.SHOWN}.data", {"set": label_set}).values


def named(client: FlaskClient) -> list[str]:
    return [row["name"] for row in shown(client)[ROWS] if row["class"]]


def edit(client: FlaskClient, identity: int, column: str, value: Any) -> Fired:
    """Edit a cell of the grid."""
    change = {"data": {"class": identity}, "colId": column, "value": value}
    return fire(client, f"{ClassesIds.LIST}.cellValueChanged", [change])


def press(client: FlaskClient, identity: int, action: str) -> Fired:
    """Press a button in a row."""
    event = {"data": {"value": {"do": action}, "rowId": f"c{identity}"}}
    return fire(
        client, f"{ClassesIds.LIST}.eventData", event, output=f"{ClassesIds.DIALOG}.children", **SHOWN
    )


def send(client: FlaskClient, dialog: str, about: dict[str, Any], **fields: Any) -> Fired:
    """Send the form of a dialog."""
    values = {prop(field_id(dialog, name), "value"): value for name, value in fields.items()}
    ids = {prop(field_id(dialog, name), "id"): field_id(dialog, name) for name in fields}
    others = {**values, **ids, prop(about_id(dialog), "data"): about}
    return fire(client, prop(form_id(dialog), "n_submit"), 1, **others)


def add(client: FlaskClient, name: str) -> Fired:
    return send(client, ClassesIds.DIALOG, {"do": "add", "set": 1}, name=name)


def text_of(component: Any) -> str:
    """All text in a component as JSON."""
    if isinstance(component, str):
        return component
    if isinstance(component, list):
        return " ".join(map(text_of, component))
    return text_of(component["props"].get("children") or "") if isinstance(component, dict) else ""


def test_the_page_shows_sets_classes_with_their_use_and_folders(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    recording = bring(CSV, "deep/a.csv")
    command = {"uuid": "0" * 31 + "1", "kind": "add", "id": "0" * 31 + "2", "x0": 1, "x1": 2, "label": "QRS"}
    services.annotations.apply(recording, [command], -1)
    values = shown(client, None)
    assert values[f"{ClassesIds.SET_NAME}.children"] == "Labels"
    assert values[f"{ClassesIds.DELETE_SET}.disabled"] is True
    (row,) = values[ROWS]
    assert (row["name"], row["key"], row["labels"], row["exclusive"]) == ("QRS", "1", "1 in 1 file", False)
    assert [row["folder"] for row in values[f"{ClassesIds.FOLDERS}.rowData"]] == ["", "deep"]


def test_an_edited_cell_is_stored_and_shown_everywhere_at_once(
    client: FlaskClient, services: Services
) -> None:
    for name in ("P", "Q"):
        add(client, name)
    first, second = (label_class.id for label_class in services.label_classes.list())
    answer = edit(client, first, "name", "P wave")
    assert {f"{ShellIds.CLASSES_VERSION}.data", f"{ShellIds.LABELS_CHANGED}.data"} <= answer.side.keys()
    edit(client, first, "key", "2")
    edit(client, first, "index", 4)
    edit(client, first, "exclusive", True)
    classes = {label_class.id: label_class for label_class in services.label_classes.list()}
    assert (classes[first].name, classes[first].hotkey, classes[first].model_index) == ("P wave", "2", 4)
    assert (classes[first].exclusive, classes[second].hotkey) == (True, "1")
    edit(client, first, "key", "–")
    assert services.label_classes.list()[0].hotkey is None
    order = {"data": {"ids": [second, first]}, "timestamp": 1}
    fire(client, f"{ClassesIds.LIST}.eventData", order, NO_OUTPUT, **SHOWN)
    assert named(client) == ["Q", "P wave"]
    press(client, first, "up")
    assert named(client) == ["P wave", "Q"]
    press(client, first, "use #0072b2")
    assert services.label_classes.list()[0].color == "#0072b2"


def test_an_edit_that_is_refused_is_a_message_and_the_rows_are_read_again(
    client: FlaskClient, services: Services
) -> None:
    for name in ("P", "Q"):
        add(client, name)
    first = services.label_classes.list()[0].id
    answer = edit(client, first, "name", "Q")
    assert answer.side[TOAST]["text"].startswith("There is a class “Q” in this set already.")
    assert answer.side[f"{ShellIds.CLASSES_VERSION}.data"]
    assert edit(client, 99, "name", "R").side[TOAST]["text"].startswith("This label class does not exist")
    assert named(client) == ["P", "Q"]


def test_a_class_is_changed_in_its_dialog_and_merged_into_another(
    client: FlaskClient, services: Services
) -> None:
    for name in ("P", "Q"):
        add(client, name)
    first, second = services.label_classes.list()
    opened = press(client, first.id, "color").values
    assert opened[f"{ClassesIds.DIALOG}.is_open"] is True
    assert "0 labels in 0 files have this class." in text_of(opened[f"{ClassesIds.DIALOG}.children"])
    about = {"do": "edit", "id": first.id, "was": first.color, "others": []}
    answer = send(
        client, ClassesIds.DIALOG, about, name="Wave", color="#123456", key=second.hotkey, exclusive=True
    )
    assert answer.side[f"{ClassesIds.DIALOG}.is_open"] is False
    changed = services.label_classes.list()[0]
    assert (changed.name, changed.color, changed.hotkey, changed.exclusive) == ("Wave", "#123456", "2", True)
    refused = send(client, ClassesIds.DIALOG, {"do": "rename-set", "set": 1}, name=" ")
    assert refused.values[prop(problem_id(ClassesIds.DIALOG), "children")] == "A label set needs a name."
    assert f"{ClassesIds.DIALOG}.is_open" not in refused.side
    about = {
        "do": "delete",
        "id": first.id,
        "name": "Wave",
        "targets": [{"label": "Q", "value": str(second.id)}],
    }
    answer = send(client, ClassesIds.DIALOG, about, into=str(second.id))
    assert answer.side[TOAST]["text"] == "Merged “Wave” into “Q”: 0 labels in 0 files."
    assert named(client) == ["Q"]


def test_sets_are_added_copied_renamed_chosen_and_deleted(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    bring(CSV, "deep/a.csv")
    answer = send(client, ClassesIds.DIALOG, {"do": "add-set"}, name="Other")
    other = services.label_sets.list()[-1].id
    assert answer.side[f"{ClassesIds.ADDRESS}.href"] == f"/classes?set={other}"
    send(client, ClassesIds.DIALOG, {"do": "copy-set", "set": other}, name="Copy")
    copy = services.label_sets.list()[-1].id
    send(client, ClassesIds.DIALOG, {"do": "rename-set", "set": copy}, name="Third")
    choice = {"data": {"folder": "deep"}, "colId": "set", "value": "Third"}
    fire(client, f"{ClassesIds.FOLDERS}.cellValueChanged", [choice])
    folders = shown(client)[f"{ClassesIds.FOLDERS}.rowData"]
    assert [(row["name"], row["set"], row["chosen"]) for row in folders] == [
        ("All files", "the first set: Labels", False),
        ("deep", "Third", True),
    ]
    fire(client, f"{ClassesIds.FOLDERS}.cellValueChanged", [{**choice, "value": "as above"}])
    assert shown(client)[f"{ClassesIds.FOLDERS}.rowData"][1]["set"] == "as above: Labels"
    send(client, ClassesIds.DIALOG, {"do": "delete-set", "set": copy})
    assert [label_set.name for label_set in services.label_sets.list()] == ["Labels", "Other"]


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        ({}, "There is no command “None”."),
        ({"do": "explode"}, "There is no command “explode”."),
        ({"do": ["add"]}, "There is no command"),
        ({"do": "add", "set": 9, "name": "P"}, "This label set does not exist"),
        ({"do": "add", "set": 1}, "A label must be text."),
        ({"do": "rename", "id": 9, "name": "P"}, "This label class does not exist"),
    ],
)
def test_a_command_that_makes_no_sense_is_refused_in_words(
    services: Services, command: dict[str, Any], sentence: str
) -> None:
    with pytest.raises(TidemarkError) as refusal:
        services.label_class_desk.run(command)
    assert str(refusal.value).startswith(sentence)


def test_the_csv_is_exported_under_the_name_of_its_set_and_imported_after_a_preview(
    client: FlaskClient, services: Services
) -> None:
    services.label_sets.rename(1, "Größe/1")
    services.label_classes.add(1, "P", "red")
    sent = fire(client, f"{ClassesIds.EXPORT}.n_clicks", 1, **SHOWN).values[f"{ClassesIds.EXPORTED}.data"]
    assert (sent["filename"], sent["content"]) == ("Größe_1.csv", "label,value,Color\n,P,red\n")
    opened = bring_csv(client, b"label,value,Color\n0,Q,blue\nx,R,red\n")
    words = text_of(opened.values[f"{ClassesIds.DIALOG}.children"])
    assert "1 new, 0 changed, 0 unchanged, 1 line left out." in words
    assert "Line 3: “x” is not a whole number." in words
    assert named(client) == ["P"]
    about = next(
        part["props"]["data"]
        for part in opened.values[f"{ClassesIds.DIALOG}.children"]["props"]["children"]
        if part["type"] == "Store"
    )
    answer = send(client, ClassesIds.DIALOG, about)
    assert answer.side[TOAST]["text"] == "1 class of c.csv is in."
    assert named(client) == ["P", "Q"]


def bring_csv(client: FlaskClient, data: bytes) -> Fired:
    """Choose a file for import."""
    contents = "data:text/csv;base64," + base64.b64encode(data).decode()
    others = {**SHOWN, f"{ClassesIds.IMPORT}.filename": "c.csv"}
    return fire(client, f"{ClassesIds.IMPORT}.contents", contents, **others)


def test_a_file_that_is_no_csv_of_classes_is_refused_in_words(client: FlaskClient) -> None:
    refused = bring_csv(client, b"a,b\n").side[TOAST]["text"]
    assert refused == "c.csv, line 1: the header must be label,value,Color."
    assert "larger than" in bring_csv(client, b"x" * (2 << 20)).side[TOAST]["text"]


def test_the_list_next_to_the_plot_counts_hides_and_changes_classes(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    recording = bring(CSV, "deep/a.csv")
    command = {"uuid": "0" * 31 + "1", "kind": "add", "id": "0" * 31 + "2", "x0": 1, "x1": 2, "label": "QRS"}
    services.annotations.apply(recording, [command], -1)
    qrs = services.label_classes.list()[0].id
    opened = {f"{LabelIds.PLOT}.recording": {"id": recording}, f"{LabelIds.HIDDEN}.data": [qrs]}
    rows = f"{LabelIds.CLASS_GRID}.rowData"
    values = fire(client, f"{LabelIds.PLOT}.confirmed", {"revision": 1}, output=rows, **opened).values
    (row,) = values[f"{LabelIds.CLASS_GRID}.rowData"]
    _tag, about, label, _tools = row["cells"]["name"]
    assert (row["name"], label[4][2], "tm-hidden-class" in about["className"]) == ("QRS", "1", True)
    assert values[f"{LabelIds.SAVED}.children"] == "Not saved since the last change"
    services.outputs.save(recording)
    values = fire(client, f"{LabelIds.PLOT}.confirmed", {"revision": 1}, output=rows, **opened).values
    assert values[f"{LabelIds.SAVED}.children"] == "Saved as it is"
    event = {"data": {"value": {"do": "hide"}, "rowId": f"c{qrs}"}}
    shown_again = fire(client, f"{LabelIds.CLASS_GRID}.eventData", event, **opened)
    assert shown_again.side[f"{LabelIds.HIDDEN}.data"] == []
    event["data"]["value"]["do"] = "edit"
    dialog = fire(client, f"{LabelIds.CLASS_GRID}.eventData", event, **opened).values
    assert "1 label in 1 file has this class." in text_of(dialog[f"{LabelIds.CLASS_DIALOG}.children"])
    suggest(services.annotations, recording, [(0, 1, "QRS", 0.9)])  # suggestions are not in the saved file
    values = fire(client, f"{LabelIds.PLOT}.confirmed", {"revision": 2}, output=rows, **opened).values
    assert values[f"{LabelIds.SAVED}.children"] == "Saved as it is"


def test_the_set_of_another_recording_does_not_stay_chosen(client: FlaskClient, bring: Bring) -> None:
    """Also where Dash has dropped the answer to the opening of a recording because labels were confirmed meanwhile."""
    opened = {f"{LabelIds.PLOT}.recording": {"id": bring(CSV, "a.csv")}, f"{LabelIds.HIDDEN}.data": []}
    view, options = f"{ClassesIds.CHOICE}.data-view", f"{ClassesIds.SET}.options"
    rows, chosen = f"{LabelIds.CLASS_GRID}.rowData", f"{ClassesIds.SET}.value"

    def confirmed(**states: Any) -> dict[str, Any]:
        return fire(
            client, f"{LabelIds.PLOT}.confirmed", {"revision": 1}, output=rows, **opened, **states
        ).values

    left = confirmed(**{view: "99/1", options: [{"label": "Labels", "value": "1"}]})
    assert left[chosen] == "1"
    assert chosen not in confirmed(**{view: left[view], chosen: "2"})


def test_the_set_of_the_folder_is_chosen_next_to_the_plot_once(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    recording, other = bring(CSV, "deep/a.csv"), services.label_sets.add("Other")
    opened = {f"{LabelIds.PLOT}.recording": {"id": recording}}
    answer = fire(client, f"{ClassesIds.SET}.value", str(other), **opened)
    assert answer.side[TOAST]["text"] == "Other is now the label set of “deep”."
    again = fire(client, f"{ClassesIds.SET}.value", str(other), **opened)
    assert again.side == {}, "the list itself shows the set that is active"
