"""The page of agreement over HTTP: files, figures, disagreements, settling, and what annotators see of it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from components import agreement
from components.ids import AgreementIds, ShellIds
from components.label.page import stretch
from services.accounts import acting
from services.accounts.model import LOCAL, Role, User
from services.web.container import Services
from tests.http.conftest import Bring
from tests.http.test_access import Team, team_in
from tests.support import NO_OUTPUT, fire, stored

CSV = "t,v\n" + "".join(f"{row},{row % 7}\n" for row in range(1000))
FILES, PLACES = f"{AgreementIds.FILES}.rowData", f"{AgreementIds.PLACES}.rowData"
SELECTED = f"{AgreementIds.FILES}.selectedRows"
SEEN, AGAIN = f"{AgreementIds.SEEN}.data", f"{AgreementIds.AGAIN}.data"
VERSION = f"{ShellIds.FILES_VERSION}.data"


def say(services: Services, recording: int, author: str, *segments: tuple[int, int, str]) -> None:
    with acting.on_behalf_of(User(9, author, Role.ANNOTATOR)):
        for first, last, name in segments:
            command: dict[str, Any] = {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4())}
            command |= {"x0": first, "x1": last, "label": name}
            assert not services.annotations.apply(recording, [command], -1)["rejected"]


@pytest.fixture
def shared(services: Services, bring: Bring) -> int:
    recording = bring(CSV, "a/beats.csv")
    say(services, recording, "Ann", (10, 20, "QRS"), (50, 60, "QRS"))
    say(services, recording, "Bo", (10, 20, "QRS"), (50, 60, "T"))
    return recording


def compared(client: FlaskClient, *ids: int, changed: str = SELECTED, **others: Any) -> dict[str, Any]:
    rows = [{"id": str(identity)} for identity in ids]
    value = rows if changed == SELECTED else "1"
    return fire(client, changed, value, output=PLACES, **{SELECTED: rows, **others}).values


def test_files_of_two_people_are_listed_and_the_first_is_chosen(client: FlaskClient, shared: int) -> None:
    answer = fire(client, VERSION, "1", output=FILES, **{FILES: []}).values
    rows = [{"id": str(shared), "path": "a/beats.csv", "authors": "Ann 2 · Bo 2"}]
    assert (answer[FILES], answer[SELECTED]) == (rows, {"ids": [str(shared)]})
    assert fire(client, VERSION, "2", output=FILES, **{FILES: rows}).status == 204


def test_a_comparison_shows_figures_and_a_row_that_leads_to_the_place(
    client: FlaskClient, shared: int
) -> None:
    answer = compared(client, shared)
    (row,) = answer[PLACES]
    assert (row["kind"], row["label0"], row["label1"]) == ("Other class", "QRS 50 – 60", "T 50 – 60")
    assert row["id"] == f"{shared}?from=50&to=60&place=0"
    assert answer[f"{AgreementIds.SUMMARY}.children"] == "1 open disagreement · 0 settled"
    assert answer[f"{AgreementIds.SETTLE}.children"] == "Keep (1)"
    assert "Kappa where both labelled" in json.dumps(answer[f"{AgreementIds.FIGURES}.children"])
    seen = answer[SEEN]
    assert seen == {"ids": [shared], "compared": ["Ann", "Bo"], "tolerance": 0, "revisions": {str(shared): 4}}


def test_nothing_is_compared_again_until_labels_of_these_files_change(
    client: FlaskClient, services: Services, shared: int, bring: Bring
) -> None:
    seen = compared(client, shared)[SEEN]
    again = {SELECTED: [{"id": str(shared)}], SEEN: seen}
    say(services, bring(CSV + "1000,1\n", "other.csv"), "Ann", (1, 2, "QRS"))
    assert fire(client, VERSION, "2", output=PLACES, **again).status == 204
    say(services, shared, "Bo", (100, 110, "QRS"))
    assert len(fire(client, VERSION, "3", output=PLACES, **again).values[PLACES]) == 2


def press(client: FlaskClient, row: dict[str, Any], text: str) -> Any:
    (button,) = [about for _tag, about, words in row["settle"][2:] if words == text]
    event = {"data": {"value": {"do": button["do"]}}}
    return fire(client, f"{AgreementIds.PLACES}.eventData", event, NO_OUTPUT)


def toast(answer: Any) -> dict[str, Any]:
    return dict(answer.side[f"{ShellIds.TOAST}.data"])


def test_a_place_is_settled_and_the_message_takes_it_back(
    client: FlaskClient, services: Services, shared: int
) -> None:
    (row,) = compared(client, shared)[PLACES]
    answer = press(client, row, "Bo")
    assert AGAIN in answer.side
    after = compared(client, shared)
    assert after[f"{AgreementIds.SUMMARY}.children"] == "0 open disagreements · 1 settled"
    undo = toast(answer)["action"]
    assert (undo["text"], undo["store"]) == ("Undo", AgreementIds.UNDO)
    assert fire(client, f"{AgreementIds.UNDO}.data", undo["data"]).status in {200, 204}
    assert compared(client, shared)[f"{AgreementIds.SUMMARY}.children"] == "1 open disagreement · 0 settled"


def test_changes_in_between_are_reported_and_the_page_compares_again(
    client: FlaskClient, services: Services, shared: int
) -> None:
    (row,) = compared(client, shared)[PLACES]
    say(services, shared, "Bo", (51, 60, "T"))
    answer = press(client, row, "Ann")
    assert "Bo changed this place at" in toast(answer)["text"] and AGAIN in answer.side


def test_one_label_of_each_agreed_place_is_kept_which_can_be_undone(
    client: FlaskClient, services: Services, shared: int
) -> None:
    seen = compared(client, shared)[SEEN]
    clicked = {SEEN: seen, f"{AgreementIds.KEEP}.value": "Ann"}
    answer = fire(client, f"{AgreementIds.SETTLE}.n_clicks", 1, **clicked)
    assert toast(answer)["text"] == "Labels of Ann are final where all agree."
    assert len(services.annotations.apply(shared, [], -1)["upsert"]) == 3
    fire(client, f"{AgreementIds.UNDO}.data", toast(answer)["action"]["data"])
    assert len(services.annotations.apply(shared, [], -1)["upsert"]) == 4
    refused = fire(client, f"{AgreementIds.UNDO}.data", toast(answer)["action"]["data"])
    assert toast(refused)["kind"] == "warning"


def test_authors_of_any_name_can_be_compared(client: FlaskClient, services: Services, shared: int) -> None:
    say(services, shared, "__proto__", (10, 20, "QRS"))
    with acting.on_behalf_of(LOCAL):
        command = {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4()), "x0": 10, "x1": 20, "label": "T"}
        services.annotations.apply(shared, [command], -1)
    options = compared(client, shared)[f"{AgreementIds.AUTHORS}.options"]
    assert [option["label"].replace("\u2060", "") for option in options] == [
        "no author",
        "__proto__",
        "Ann",
        "Bo",
    ]
    values = [option["value"] for option in options[:2]]
    assert agreement.chosen_authors(values) == ["", "__proto__"]
    others = {SELECTED: [{"id": str(shared)}]}
    seen = fire(client, f"{AgreementIds.AUTHORS}.value", values, output=PLACES, **others).values[SEEN]
    assert seen["compared"] == ["", "__proto__"]
    assert compared(client, shared)[f"{AgreementIds.AUTHORS}.value"] == [
        option["value"] for option in options
    ]


@pytest.fixture
def team(tmp_path: Path) -> Iterator[Team]:
    yield from team_in(tmp_path)


def test_an_annotator_sees_figures_and_buttons_that_say_why_they_cannot_be_used(
    team: Team, tmp_path: Path
) -> None:
    file = tmp_path / "beats.csv"
    file.write_text(CSV)
    list(team.services.uploads.import_paths([file], root=tmp_path))
    say(team.services, 1, "Ann", (10, 20, "QRS"), (50, 60, "QRS"))
    say(team.services, 1, "Bo", (10, 20, "QRS"), (50, 60, "T"))
    annotator, reviewer = (team.logged_in(role) for role in (Role.ANNOTATOR, Role.REVIEWER))
    answer = compared(annotator, 1)
    (row,) = answer[PLACES]
    assert {(one["disabled"], one["title"]) for _tag, one, _words in row["settle"][2:]} == {
        (True, agreement.ONLY_REVIEWERS)
    }
    assert answer[f"{AgreementIds.SETTLE}.disabled"] is True
    assert answer[f"{AgreementIds.SETTLE}.title"] == agreement.ONLY_REVIEWERS
    assert press(annotator, row, "Ann").status == 403
    assert press(reviewer, row, "Ann").status in {200, 204}
    assert team.services.history.page(1)["entries"][0]["author"] == "reviewer"


def test_the_link_is_there_with_accounts_or_two_authors_only(
    client: FlaskClient, services: Services, shared: int, team: Team
) -> None:
    def hidden(visitor: FlaskClient) -> bool:
        return bool(stored(visitor, {"section": "agreement", "type": "nav-item"}, "hidden"))

    assert hidden(team.logged_in(Role.ANNOTATOR)) is False
    assert hidden(client) is False
    services.trash.delete([shared])
    services.trash.purge([shared])
    assert hidden(client) is True


@pytest.mark.parametrize("view", [(None, None), ("x", "3"), ("-1", "3"), ("1" * 20, "3"), ("1", None)])
def test_an_address_that_names_no_samples_shows_the_whole_file(
    services: Services, shared: int, view: tuple[Any, Any]
) -> None:
    assert stretch(services.recordings.store(shared), *view) is None


def test_an_address_with_samples_shows_them_with_some_room(services: Services, shared: int) -> None:
    store = services.recordings.store(shared)
    assert stretch(store, "500", "520") == {"x0": 450.0, "x1": 570.0, "exact": True}
    assert stretch(store, "99999", "5") == {"x0": 0.0, "x1": 999.0, "exact": True}
