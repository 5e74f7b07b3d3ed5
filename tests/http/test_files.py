"""The list of files and what is done with files, over HTTP."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from services.web.container import Services
from tests.http.conftest import Bring
from tests.suggestions import suggest

CSV = "t,v\n0,1\n1,2\n2,3\n"


def post(client: FlaskClient, action: str, **body: Any) -> Any:
    return client.post(f"/files/{action}", json=body)


def changes(client: FlaskClient, since: str = "") -> dict[str, Any]:
    return dict(client.get("/files/changes", query_string={"since": since}).get_json())


def label(services: Services, recording: int, name: str = "P") -> None:
    command = {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4()), "label": name, "x0": 0, "x1": 2}
    assert not services.annotations.apply(recording, [command], -1)["rejected"]


def test_the_list_of_files_is_told_once_and_then_what_changed(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    one, two = bring(CSV, "a.csv"), bring(CSV + "3,4\n", "deep/b.csv")
    everything = changes(client)
    assert everything["full"] and [file["path"] for file in everything["changed"]] == ["a.csv", "deep/b.csv"]
    label(services, two)
    changed = changes(client, everything["version"])
    (file,) = changed["changed"]
    assert (file["id"], file["labels"], file["state"], file["classes"]) == (two, 1, "unsaved", {"1": 1})
    assert file["suggested"] == 0
    suggest(services.annotations, two, [(0, 1, "P", 0.5)])
    (file,) = changes(client, changed["version"])["changed"]
    assert (file["labels"], file["suggested"]) == (1, 1)
    assert file["edited"] and not changed["full"] and file["done"] is False
    post(client, "delete", recordings=[one])
    assert changes(client, changed["version"])["gone"] == [one]


def test_files_are_renamed_and_moved_and_what_is_wrong_is_said_in_words(
    client: FlaskClient, bring: Bring
) -> None:
    one, _ = bring(CSV, "a.csv"), bring(CSV + "3,4\n", "x/b.csv")
    assert post(client, "rename", recording=one, name="c").get_json() == {"files": 1, "sentence": ""}
    assert post(client, "rename", folder="x", name="y").get_json()["files"] == 1
    assert post(client, "move", recordings=[one], folders=["y"], to="z").get_json()["files"] == 2
    assert [file["path"] for file in changes(client)["changed"]] == ["z/c.csv", "z/y/b.csv"]
    taken = post(client, "move", recordings=[one], folders=[], to="z/y/b.csv")
    assert taken.status_code == 422 and "folder where the other is a file" in taken.get_json()["error"]
    for action, body in (
        ("rename", {"recording": one, "name": "../x.csv"}),
        ("rename", {"recording": "1", "name": "x.csv"}),
        ("rename", {"recording": one}),
        ("rename", {"folder": "nowhere", "name": "x"}),
        ("move", {"recordings": "1", "to": ""}),
        ("move", {"recordings": [2**40], "to": ""}),
        ("move", {"folders": [1], "to": ""}),
        ("delete", {"recordings": [True]}),
        ("restore", {"recordings": [one]}),
    ):
        answer = post(client, action, **body)
        assert 400 <= answer.status_code < 500 and answer.get_json()["error"], (action, body)


def test_done_saves_what_is_unsaved_and_can_be_taken_back(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    one, two = bring(CSV, "a.csv"), bring(CSV + "3,4\n", "b.csv")
    label(services, one)
    assert post(client, "done", recordings=[one, two], done=True).get_json() == {
        "files": 2,
        "saved": 1,
        "sentence": "",
    }
    assert [(file["done"], file["state"]) for file in changes(client)["changed"]] == [
        (True, "saved"),
        (True, "none"),
    ]
    assert post(client, "done", recordings=[one], done=False).get_json()["files"] == 1
    assert [file["done"] for file in changes(client)["changed"]] == [False, True]


def test_a_file_that_cannot_be_saved_is_not_done(
    client: FlaskClient, services: Services, bring: Bring, monkeypatch: pytest.MonkeyPatch
) -> None:
    one = bring(CSV, "a.csv")
    label(services, one)
    (services.settings.outputs_dir / "a.csv").mkdir(parents=True)
    answer = post(client, "done", recordings=[one], done=True).get_json()
    assert answer["files"] == 0 and answer["sentence"].startswith("Not done: a.csv: ")
    assert not changes(client)["changed"][0]["done"]


def test_the_page_of_a_deleted_file_says_so_and_offers_to_restore_it(
    client: FlaskClient, services: Services, bring: Bring
) -> None:
    from dash import page_registry

    one = bring(CSV, "a.csv")
    label(services, one)
    deleted = post(client, "delete", recordings=[one]).get_json()
    assert (deleted["ids"], deleted["labels"], deleted["saved"]) == ([one], 1, 0)
    page = str(page_registry["pages.label"]["layout"](recording=str(one)))
    assert (
        "“a.csv” was deleted on" in page and f"data-restore='{one}'" in page and "with 1 label for 30" in page
    )
    (trashed,) = client.get("/files/trash").get_json()["files"]
    assert (trashed["path"], trashed["labels"], trashed["days"]) == ("a.csv", 1, 30)
    assert client.get(f"/window/{one}?from=0&to=1&px=10").status_code == 404
    assert post(client, "restore", recordings=[one]).get_json() == {"files": [{"id": one, "path": "a.csv"}]}
    post(client, "delete", recordings=[one])
    assert post(client, "purge", recordings=[one]).get_json() == {"files": 1}
    assert client.get("/files/trash").get_json() == {"files": []}


def test_the_job_is_summed_up_by_class(client: FlaskClient, services: Services, bring: Bring) -> None:
    timed, rows = bring("time [s],v\n0,1\n1,2\n2,4\n", "a.csv"), bring("v\n5\n4\n9\n1\n", "b.csv")
    for recording, name in ((timed, "P"), (rows, "P"), (rows, "QRS")):
        label(services, recording, name)
    found = [
        (one["name"], one["labels"], one["samples"], one["seconds"])
        for one in client.get("/files/classes").get_json()["classes"]
    ]
    assert found == [("P", 2, 6, 2.0), ("QRS", 1, 3, 0.0)]
    post(client, "delete", recordings=[rows])
    assert [one["labels"] for one in client.get("/files/classes").get_json()["classes"]] == [1]
