"""History through its callbacks: rows of edits, an edit on the plot, restoring with and without a confirmation."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient

from components.dialogs import about_id, form_id, problem_id
from components.ids import HistoryIds, LabelIds, PaneIds, ShellIds
from components.label import history
from services.accounts import acting
from services.accounts.model import Role, User
from services.errors import Invalid, NotFound
from services.web.container import Services
from tests.support import NO_OUTPUT, Fired, fire, prop

ROWS = f"{HistoryIds.GRID}.rowData"
TOAST = f"{ShellIds.TOAST}.data"
OPEN = f"{HistoryIds.DIALOG}.is_open"


@pytest.fixture
def edited(services: Services, ecg: int) -> int:
    """A recording with two edits: a label added, then moved."""
    label = str(uuid4())
    for command in (
        {"kind": "add", "id": label, "x0": 1, "x1": 2, "label": "QRS"},
        {"kind": "move", "ids": [label], "x0": 1.1},
    ):
        answer = services.annotations.apply(ecg, [{"uuid": str(uuid4()), **command}], -1)
        assert not answer["rejected"]
    return ecg


def opened(recording: int, limit: int = 100) -> dict[str, Any]:
    """State of the page while the history of a recording is shown."""
    return {
        f"{HistoryIds.LIMIT}.data": limit,
        f"{LabelIds.PLOT}.recording": {"id": recording},
    }


def hear(client: FlaskClient, recording: int, **options: Any) -> dict[str, Any]:
    """What a key or a button of the list sets."""
    event = {"data": options, "timestamp": 7}
    output = f"{LabelIds.PLOT}.go_to"
    answer = fire(client, f"{HistoryIds.GRID}.eventData", event, output=output, **opened(recording))
    return {**answer.values, **answer.side}


def look(client: FlaskClient, recording: int, point: int | None = None) -> dict[str, Any]:
    """What the edit below the pointer sets."""
    output = f"{LabelIds.PLOT}.highlight"
    return fire(
        client, f"{HistoryIds.LOOK}.data", {"point": point}, output=output, **opened(recording)
    ).values


def back(client: FlaskClient, recording: int, to: Any) -> Fired:
    """Ask to go back."""
    return fire(client, f"{HistoryIds.REQUEST}.data", {"recording": recording, "to": to, "at": 1})


def labels(services: Services, recording: int) -> list[tuple[float, float]]:
    rows = services.annotations.apply(recording, [], -1)["upsert"]
    return [(row["x0"], row["x1"]) for row in rows]


def test_the_history_is_on_the_page_only_while_it_is_shown(client: FlaskClient) -> None:
    def chosen(shown: str, there: str | None) -> dict[str, Any]:
        choice, panel = (
            {"shown": shown, "folded": False, "height": None},
            f"{PaneIds.HISTORY_PANEL}.data-there",
        )
        children = f"{PaneIds.HISTORY_PANEL}.children"
        values = fire(client, f"{PaneIds.CHOICE}.data", choice, output=children, **{panel: there}).values
        return {"there": values.get(panel), "content": str(values.get(children))}

    shown = chosen("history", None)
    assert shown["there"] == "yes" and HistoryIds.GRID in shown["content"]
    assert chosen("history", "yes")["there"] is None, "a change of the height leaves the list alone"
    assert chosen("labels", "yes") == {"there": "", "content": "[]"}
    assert chosen("labels", None)["there"] is None


@pytest.mark.parametrize(
    ("shown", "folded", "removed"),
    [("labels", False, True), ("history", True, True), ("history", False, False)],
)
def test_the_preview_of_an_edit_is_removed_when_the_history_is_hidden(
    client: FlaskClient, shown: str, folded: bool, removed: bool
) -> None:
    choice = {"shown": shown, "folded": folded, "height": None}
    answer = fire(client, f"{PaneIds.CHOICE}.data", choice, output=NO_OUTPUT)
    assert (f"{LabelIds.PLOT}.highlight" in answer.side) == removed


def test_the_history_is_newest_first(client: FlaskClient, edited: int) -> None:
    page = opened(edited)
    rows = fire(client, f"{LabelIds.PLOT}.confirmed", {"revision": 2}, output=ROWS, **page).values[ROWS]
    assert [row["what"] for row in rows] == ["Move start of QRS 1 s → 1.1 s", "Add QRS 1 – 2 s"]
    assert [words for _tag, _about, words in rows[0]["cells"]["what"][2:]] == [rows[0]["what"], "now"]
    assert rows[1]["buttons"][2][1]["title"] == "Restore the labels after “Add QRS 1 – 2 s”"
    page = opened(edited, limit=1)
    rows = fire(client, f"{LabelIds.PLOT}.confirmed", {"revision": 2}, output=ROWS, **page).values[ROWS]
    assert [row["revision"] for row in rows] == [2]


def test_a_long_history_is_read_in_pages_up_to_the_limit(services: Services, edited: int) -> None:
    services.annotations.apply(edited, [{"uuid": str(uuid4()), "kind": "undo"}], -1)
    page = services.history.newest(edited, 1000)
    assert [entry["revision"] for entry in page["entries"]] == [3, 2, 1]
    assert not page["more"]
    assert services.history.newest(edited, 2)["more"]


def test_more_edits_come_when_one_scrolls_to_the_end(client: FlaskClient, edited: int) -> None:
    assert hear(client, edited, more=100) == {f"{HistoryIds.LIMIT}.data": 200}
    assert hear(client, edited, more=20) == {}, "all of them are shown"


def test_an_edit_is_previewed_and_shown_with_its_labels_before_and_after(
    client: FlaskClient, edited: int
) -> None:
    shown = look(client, edited, point=2)[f"{LabelIds.PLOT}.highlight"]
    assert [(row["x0"], row["x1"]) for row in shown["before"] + shown["after"]] == [(1, 2), (1.1, 2)]
    assert look(client, edited) == {f"{LabelIds.PLOT}.highlight": None}
    assert hear(client, edited, go=2)[f"{LabelIds.PLOT}.go_to"] == {"x0": 1, "x1": 2, "at": 7}


def test_going_back_a_little_is_done_at_once_and_can_be_undone(
    client: FlaskClient, services: Services, edited: int
) -> None:
    answer = back(client, edited, 1)
    assert answer.side[TOAST]["text"] == "1 label changes."
    assert {f"{ShellIds.LABELS_CHANGED}.data", f"{ShellIds.FILES_VERSION}.data"} <= answer.side.keys()
    assert labels(services, edited) == [(1, 2)]
    undo = {"uuid": str(uuid4()), "kind": "undo", "of": answer.side[TOAST]["action"]["of"]}
    assert not services.annotations.apply(edited, [undo], -1)["rejected"]
    assert labels(services, edited) == [(1.1, 2)]
    assert back(client, edited, 2).side[TOAST]["text"] == "The labels are already in that state."


def test_a_reset_needs_a_confirmation_and_is_refused_when_the_labels_changed_meanwhile(
    client: FlaskClient, services: Services, edited: int
) -> None:
    answer = back(client, edited, "empty").values
    assert answer[OPEN] is True
    words = str(answer[f"{HistoryIds.DIALOG}.children"])
    for sentence in (
        "Remove all labels of this file?",
        "1 label is removed",
        "which Undo reverts",
    ):
        assert sentence in words
    about = {"recording": edited, "to": "empty", "asked_at": 1, "words": "1 label is removed."}
    state = {prop(about_id(HistoryIds.DIALOG), "data"): about}
    late = fire(client, prop(form_id(HistoryIds.DIALOG), "n_submit"), 1, **state)
    assert (
        "changed since the question was shown" in late.values[prop(problem_id(HistoryIds.DIALOG), "children")]
    )
    about["asked_at"] = 2
    done = fire(client, prop(form_id(HistoryIds.DIALOG), "n_submit"), 1, **state)
    assert (done.side[OPEN], done.side[TOAST]["text"]) == (False, "1 label is removed.")
    assert labels(services, edited) == []
    assert back(client, edited, "empty").side[TOAST]["text"] == "This file has no labels."
    assert "never saved" in back(client, edited, "saved").side[TOAST]["text"]


@pytest.mark.parametrize("number", [0, 21])
def test_many_labels_and_labels_of_others_need_a_confirmation(number: int) -> None:
    outlook: Any = {"revision": 3, "back": 0, "removed": number, "changed": 0, "suggestions": 1, "others": 2}
    assert history.needs_confirmation(1, outlook)
    words = str(history.confirm(1, outlook, {}))
    for sentence in (
        "Restore to this point?",
        "1 suggestion is among them.",
        "2 of them are by other users",
    ):
        assert sentence in words
    assert not history.needs_confirmation(1, {**outlook, "removed": 1, "others": 0})
    assert history.needs_confirmation("saved", {**outlook, "removed": 1, "others": 0})


def test_the_history_of_no_recording_is_not_found(services: Services) -> None:
    for ask in (
        lambda: services.history.page(999),
        lambda: services.history.shown(999, 1),
        lambda: services.history.outlook(999, "empty"),
    ):
        with pytest.raises(NotFound, match="does not exist"):
            ask()


@pytest.mark.parametrize("target", [9999999999999999999999, -1, "²", "yesterday", None, True])
def test_going_back_to_nonsense_is_refused_in_words(services: Services, edited: int, target: Any) -> None:
    with pytest.raises(Invalid, match="is not in the history"):
        services.history.outlook(edited, target)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(5, "just now"), (61, "1 min ago"), (7300, "2 h ago"), (200_000, "2 d ago"), (700_000, "2026-01-01")],
)
def test_times_are_written_as_how_long_ago_they_were(seconds: int, words: str) -> None:
    at = datetime(2026, 1, 1, 12, tzinfo=UTC)
    assert history.ago(at, at + timedelta(seconds=seconds)) == words


def test_the_height_and_fold_of_the_pane_are_kept(client: FlaskClient, services: Services) -> None:
    choice = {"shown": "history", "folded": True, "height": 300}
    fire(client, f"{PaneIds.CHOICE}.data", choice, output=NO_OUTPUT)
    assert services.preferences.get("pane") == {"height": 300, "folded": True}


def test_refused_changes_are_listed_with_their_reason_and_counted(client: FlaskClient, edited: int) -> None:
    change = {
        "uuid": "u",
        "recording": edited,
        "command": {"kind": "note", "ids": ["a"], "note": "n"},
        "was": [{"id": "a", "label": "beta", "startText": "100"}],
        "reason": "Another user changed it.",
        "at": "2026",
    }

    def shown(place: str, changes: list[Any]) -> str:
        name = f"{place}.children"
        return str(fire(client, f"{LabelIds.PLOT}.refused", changes, output=name).values[name])

    assert shown(PaneIds.REFUSED, [change]) == "1 refused"
    words = shown(HistoryIds.REFUSED, [change])
    assert "Note on beta 100" in words and "Do it again" in words and "Dismiss" in words
    assert shown(PaneIds.REFUSED, []) == ""


def test_the_rows_are_filtered_by_author_where_two_people_edited(
    client: FlaskClient, services: Services, edited: int
) -> None:
    choice = f"{PaneIds.CHOICE}.data"
    shown = {"shown": "history", "height": 1, "folded": False}
    state = {f"{LabelIds.PLOT}.recording": {"id": edited}}
    tools = f"{PaneIds.HISTORY_TOOLS}.children"
    assert HistoryIds.AUTHOR not in str(fire(client, choice, shown, output=tools, **state).values[tools])
    with acting.on_behalf_of(User(1, "Ann", Role.ANNOTATOR)):
        command = {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4()), "x0": 5, "x1": 6, "label": "T"}
        services.annotations.apply(edited, [command], -1)
    assert HistoryIds.AUTHOR in str(fire(client, choice, shown, output=tools, **state).values[tools])
    whose = f"{HistoryIds.AUTHOR}.value"
    rows = {
        value: [row["id"] for row in fire(client, whose, value, output=ROWS, **opened(edited)).values[ROWS]]
        for value in ("all", "=Ann", "=")
    }
    assert rows == {"all": ["e3", "e2", "e1"], "=Ann": ["e3"], "=": ["e2", "e1"]}
