"""Requests of the plot and its panels through their callbacks: review, notes, columns of the table."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from components.ids import ChannelsIds, LabelIds, ReviewIds, SelectionIds, ShellIds, TableIds
from services.web.container import Services
from tests.suggestions import suggest
from tests.support import fire

TOAST = f"{ShellIds.TOAST}.data"
EDIT = f"{LabelIds.PLOT}.edit"
ASKED = f"{LabelIds.PLOT}.review_asked"


def asked(recording: int, about: str, order: str = "time") -> dict[str, Any]:
    return {"about": about, "recording": recording, "order": order, "waiting": 0, "count": 1}


def test_the_queue_of_a_file_is_returned(client: FlaskClient, services: Services, ecg: int) -> None:
    ids = suggest(services.annotations, ecg, [(10, 20, "P", 0.9), (3000, 3010, "P", 0.4)])
    answer = fire(client, ASKED, asked(ecg, "queue")).values[f"{LabelIds.PLOT}.review_answer"]
    assert answer == {"recording": ecg, "ids": [ids[1], ids[0]]}


@pytest.mark.parametrize("order", ["time", "score"])
def test_the_next_file_with_suggestions_is_opened_or_there_is_none(
    client: FlaskClient, services: Services, ecg: int, order: str
) -> None:
    assert fire(client, ASKED, asked(ecg, "next", order)).side[TOAST]["text"].startswith("No file")
    suggest(services.annotations, ecg, [(10, 20, "P", 0.9)])
    answer = fire(client, ASKED, asked(ecg + 1, "next", order))
    assert answer.values[f"{LabelIds.PLOT}.review_answer"] == {"open": ecg}
    toast = fire(client, ASKED, asked(ecg + 1, "none", order)).side[TOAST]
    assert toast["action"] == {"text": "Next file", "press": ReviewIds.NEXT_FILE}


def test_many_are_decided_by_an_edit_that_can_be_undone(client: FlaskClient) -> None:
    more = {
        f"{ReviewIds.THRESHOLD}.value": 0.5,
        f"{ReviewIds.MODEL}.value": "",
        f"{LabelIds.PLOT}.tally": {"scores": {"m": [0.9, 0.1]}},
    }
    answer = fire(client, f"{ReviewIds.ABOVE}.n_clicks", 1, **more)
    edit = answer.side[EDIT]
    assert (edit["kind"], edit["what"], edit["least"], edit["expected"]) == ("decide", "accept", 0.5, 1)
    undo = {"text": "Undo", "act": "undo", "of": edit["uuid"]}
    assert answer.side[TOAST] == {
        "text": "Accepted 1 suggestion.",
        "kind": "info",
        "action": undo,
        "until": edit["uuid"],
    }
    assert fire(client, f"{ReviewIds.NONE}.n_clicks", 1, **more).values[f"{ReviewIds.DIALOG}.is_open"]


def test_the_panel_for_many_is_filled_when_it_opens_and_emptied_when_it_closes(client: FlaskClient) -> None:
    panel = f"{ReviewIds.MANY_PANEL}.hidden"
    assert fire(client, ASKED, asked(1, "many"), **{panel: True}).side == {panel: False}
    assert fire(client, ASKED, asked(1, "many"), **{panel: False}).side == {panel: True}
    tally = {f"{LabelIds.PLOT}.tally": {"scores": {"m": [0.95, 0.1]}}}
    opened = fire(client, panel, False, **tally).values
    assert "Accept 1 ≥ 0.90" in str(opened[f"{ReviewIds.MANY_PANEL}.children"])
    assert opened[f"{ReviewIds.MANY}.aria-expanded"] == "true"
    closed = fire(client, panel, True, **tally).values
    assert closed == {f"{ReviewIds.MANY_PANEL}.children": [], f"{ReviewIds.MANY}.aria-expanded": "false"}


@pytest.mark.parametrize(
    ("button", "panel"),
    [(ChannelsIds.BUTTON, ChannelsIds.PANEL), (SelectionIds.SCOPE, SelectionIds.SCOPE_LIST)],
)
def test_a_button_opens_its_panel_with_its_content_and_closes_it(
    client: FlaskClient, ecg: int, button: str, panel: str
) -> None:
    hidden, expanded, content = f"{panel}.hidden", f"{button}.aria-expanded", f"{panel}.children"
    page = {
        f"{LabelIds.PAGE_ABOUT}.data": {"recording": ecg},
        f"{LabelIds.PLOT}.recording": {"id": ecg, "channels": [{"name": "I"}]},
    }
    opened = fire(client, f"{button}.n_clicks", 1, expanded, **{hidden: True}, **page).values
    assert (opened[hidden], opened[expanded]) == (False, "true") and opened[content]
    closed = {hidden: True, expanded: "false", content: []}
    assert fire(client, f"{button}.n_clicks", 2, expanded, **{hidden: False}, **page).values == closed
    assert fire(client, hidden, True, expanded, **page).values == closed, "by Escape"


def test_a_note_needs_labels_that_are_selected(client: FlaskClient) -> None:
    more = {f"{LabelIds.PLOT}.selection": {"count": 0, "note": None}}
    answer = fire(client, f"{SelectionIds.NOTE}.n_clicks", 1, **more)
    assert answer.side[TOAST]["text"] == "Select labels to write a note on them."


def test_columns_are_kept_until_they_are_as_at_first(client: FlaskClient, services: Services) -> None:
    more = {f"{LabelIds.PLOT}.suggests": False}
    shown = fire(client, f"{TableIds.COLUMNS}.value", ["item", "label"], **more)
    assert [label["hide"] for label in shown.values[f"{LabelIds.TABLE}.columnDefs"]].count(False) == 2
    assert services.preferences.get("table")["own"] is False
    again = fire(client, f"{TableIds.RESET}.n_clicks", 1, **more)
    assert "note" in again.values[f"{TableIds.COLUMNS}.value"]
    assert services.preferences.get("table") is None
