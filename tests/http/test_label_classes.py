"""Label classes over HTTP: the state, commands, the CSV out and in."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from services.web.container import Services
from tests.http.conftest import Bring

CSV = "t,v\n0,1\n1,2\n2,3\n"


def tell(client: FlaskClient, status: int = 200, **command: Any) -> dict[str, Any]:
    """Send a command; returns the answer."""
    answer = client.post("/label-classes?set=1", json=command)
    assert answer.status_code == status, answer.text
    return dict(answer.get_json())


def named(state: dict[str, Any]) -> list[str]:
    return [one["name"] for one in state["classes"]]


def test_the_state_tells_sets_classes_folders_and_how_much_they_are_used(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    recording = bring(CSV, "deep/a.csv")
    command = {"uuid": "0" * 31 + "1", "kind": "add", "id": "0" * 31 + "2", "x0": 1, "x1": 2, "label": "QRS"}
    services.annotations.apply(recording, [command], -1)
    state = client.get("/label-classes").get_json()
    assert state["sets"] == [{"id": 1, "name": "Labels", "classes": 1, "labels": 1}]
    assert (state["set"], state["others"]) == (1, [])
    (one,) = state["classes"]
    assert (one["name"], one["hotkey"], one["labels"], one["files"]) == ("QRS", "1", 1, 1)
    assert [folder["folder"] for folder in state["folders"]] == ["", "deep"]


def test_commands_are_answered_with_the_state_they_made(client: FlaskClient) -> None:
    first = tell(client, do="add", set=1, name="P")
    second = tell(client, do="add", set=1, name="Q", color="teal")
    assert named(second["state"]) == ["P", "Q"]
    ids = [first["result"], second["result"]]
    tell(client, do="rename", id=ids[0], name="P wave")
    tell(client, do="recolor", id=ids[0], color="#0072b2")
    tell(client, do="key", id=ids[0], key="2")
    tell(client, do="index", id=ids[0], index=4)
    tell(client, do="exclusive", id=ids[0], exclusive=True)
    state = tell(client, do="reorder", set=1, ids=ids[::-1])["state"]
    assert named(state) == ["Q", "P wave"]
    assert state["classes"][1] == {
        "id": ids[0],
        "name": "P wave",
        "color": "#0072b2",
        "hotkey": "2",
        "index": 4,
        "exclusive": True,
        "labels": 0,
        "files": 0,
    }
    assert named(tell(client, do="delete", id=ids[0], into=ids[1])["state"]) == ["Q"]


def test_sets_are_added_copied_renamed_chosen_and_deleted(client: FlaskClient, bring: Bring) -> None:
    bring(CSV, "deep/a.csv")
    other = tell(client, do="add-set", name="Other")["result"]
    copy = tell(client, do="copy-set", set=other, name="Copy")["result"]
    tell(client, do="rename-set", set=copy, name="Third")
    state = tell(client, do="choose-set", folder="deep", set=copy)["state"]
    assert [one["name"] for one in state["sets"]] == ["Labels", "Other", "Third"]
    assert state["folders"][1] == {"folder": "deep", "files": 1, "set": copy, "chosen": True}
    state = tell(client, do="delete-set", set=copy)["state"]
    assert [one["name"] for one in state["sets"]] == ["Labels", "Other"]


@pytest.mark.parametrize(
    ("command", "status", "sentence"),
    [
        ({}, 400, "There is no command “None”."),
        ({"do": "explode"}, 400, "There is no command “explode”."),
        ({"do": ["add"]}, 400, "There is no command"),
        ({"do": "add", "set": 9, "name": "P"}, 404, "This label set does not exist"),
        ({"do": "add", "set": 1}, 400, "A label must be text."),
        ({"do": "rename", "id": 9, "name": "P"}, 404, "This label class does not exist"),
    ],
)
def test_a_command_that_makes_no_sense_is_refused_in_words(
    client: FlaskClient, command: dict[str, Any], status: int, sentence: str
) -> None:
    assert tell(client, status, **command)["error"].startswith(sentence)


def test_the_csv_goes_out_under_the_name_of_its_set_and_comes_in_after_a_look(client: FlaskClient) -> None:
    tell(client, do="rename-set", set=1, name="Größe/1")
    tell(client, do="add", set=1, name="P", color="red")
    answer = client.get("/label-classes/1.csv")
    assert answer.text == "label,value,Color\n,P,red\n"
    assert answer.headers["Content-Disposition"] == "attachment; filename*=UTF-8''Gr%C3%B6%C3%9Fe%2F1.csv"
    text = "label,value,Color\n0,Q,blue\nx,R,red\n"
    told = client.post("/label-classes/1/import?name=c.csv", data=text).get_json()
    assert (told["steps"][0]["kind"], told["refused"]) == ("added", ["Line 3: “x” is no whole number."])
    assert named(client.get("/label-classes").get_json()) == ["P"]
    client.post("/label-classes/1/import?name=c.csv&apply=1", data=text)
    assert named(client.get("/label-classes").get_json()) == ["P", "Q"]


def test_a_file_that_is_no_csv_of_classes_is_refused_in_words(client: FlaskClient) -> None:
    answer = client.post("/label-classes/1/import?name=c.csv", data="a,b\n")
    assert (answer.status_code, answer.get_json()["error"]) == (
        422,
        "c.csv, line 1: the header must be label,value,Color.",
    )
    answer = client.post("/label-classes/1/import?name=c.csv", data=b"x" * (2 << 20))
    assert answer.status_code == 422
    assert "larger than" in answer.get_json()["error"]
