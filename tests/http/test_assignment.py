"""Files are assigned to people on the Files page: who may, what the table shows, and the filter of one's own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient

from components.dialogs import about_id, field_id, form_id
from components.files.table import assigned_to
from components.ids import FilesIds, ShellIds
from services.accounts import acting
from services.accounts.model import Role, User
from services.errors import NotAllowed
from tests.http.test_access import Team, team_in
from tests.support import Fired, fire, prop

DIALOG = FilesIds.ASSIGN_DIALOG
CHOSEN = f"{FilesIds.CHOSEN}.data"


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    """A team with two files."""
    folder = tmp_path / "files"
    folder.mkdir()
    for name in "ab":
        (folder / f"{name}.csv").write_text(
            f"t,{name}\n" + "".join(f"{row},{row % 7}\n" for row in range(50))
        )
    for team in team_in(tmp_path):
        list(team.services.uploads.import_paths([folder]))
        yield team


def ids(team: Team) -> list[int]:
    return [recording.id for recording in team.services.recordings.list()]


def assign(client: FlaskClient, recordings: list[int], *names: str) -> Fired:
    values = {
        prop(field_id(DIALOG, "people"), "value"): [f"={name}" for name in names],
        prop(field_id(DIALOG, "people"), "id"): field_id(DIALOG, "people"),
        prop(about_id(DIALOG), "data"): {"ids": recordings},
    }
    return fire(client, prop(form_id(DIALOG), "n_submit"), 1, **values)


def rows(client: FlaskClient) -> list[dict[str, Any]]:
    return list(
        fire(client, f"{ShellIds.FILES_VERSION}.data", "1", output=f"{FilesIds.TABLE}.rowData").values[
            f"{FilesIds.TABLE}.rowData"
        ]
    )


def test_a_reviewer_assigns_chosen_files_and_the_table_shows_it(team: Team) -> None:
    reviewer = team.logged_in(Role.REVIEWER)
    first, second = ids(team)
    opened = fire(reviewer, f"{FilesIds.ASSIGN}.n_clicks", 1, **{CHOSEN: [first, second]})
    assert "annotator" in json.dumps(opened.values[f"{DIALOG}.children"])
    answer = assign(reviewer, [first, second], "annotator", "reviewer")
    assert f"{ShellIds.FILES_VERSION}.data" in answer.side
    assign(reviewer, [second], "annotator")
    assert [row["assigned"] for row in rows(reviewer)] == ["annotator, reviewer", "annotator"]
    assert [row["assignedAs"] for row in rows(reviewer)] == ["@annotator@ @reviewer@", "@annotator@"]
    assign(reviewer, [first, second])
    assert [row["assigned"] for row in rows(reviewer)] == ["", ""]


def test_an_annotator_cannot_assign_and_the_button_gives_the_reason(team: Team) -> None:
    annotator, reviewer = team.logged_in(Role.ANNOTATOR), team.logged_in(Role.REVIEWER)
    first, _ = ids(team)
    assert assign(annotator, [first], "annotator").status == 403
    with acting.on_behalf_of(User(1, "annotator", Role.ANNOTATOR)), pytest.raises(NotAllowed):
        team.services.recordings.assign([first], ["annotator"])

    def button(client: FlaskClient) -> tuple[bool, str]:
        values = fire(client, CHOSEN, [first], output=f"{FilesIds.COUNT}.").values
        return values[f"{FilesIds.ASSIGN}.disabled"], values[f"{FilesIds.ASSIGN}.title"]

    assert button(annotator) == (True, "Only a reviewer or an admin assigns files")
    assert button(reviewer) == (False, "")


def test_the_filter_shows_files_of_the_user_and_not_of_one_with_a_longer_name(team: Team) -> None:
    client = team.logged_in(Role.ANNOTATOR)
    answer = fire(client, f"{FilesIds.MINE}.n_clicks", 1, **{f"{FilesIds.SEARCH}.value": ""})
    assert answer.values[f"{FilesIds.SEARCH}.value"] == "@annotator@"
    again = fire(client, f"{FilesIds.MINE}.n_clicks", 2, **{f"{FilesIds.SEARCH}.value": "@annotator@"})
    assert again.values[f"{FilesIds.SEARCH}.value"] == ""
    assert assigned_to("Ann") not in assigned_to("Ann Lee") and assigned_to("Ann") not in assigned_to("Joann")
