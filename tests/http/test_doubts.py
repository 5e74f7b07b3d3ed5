"""Doubtful labels over HTTP: the check, the bar, keep and change, the column of the table."""

from __future__ import annotations

import json
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from callbacks.doubts import DoubtsShown
from components.ids import DoubtIds, JobsIds, LabelIds, ShellIds, TableIds
from components.label import doubts
from components.label.columns import arranged, column_id, with_doubts
from services.accounts import acting
from services.accounts.model import Role, User
from services.annotations.layers import Layers
from services.errors import NotFound
from services.jobs import JobState
from services.learning import doubt_job
from services.storage.tables import kept_labels
from services.training.label_check import DoubtfulLabel, LabelCheckResult
from services.web.container import Services
from tests.http.conftest import Bring
from tests.support import Fired, fire

OUTPUT = f"{DoubtIds.BAR}.children"
HIDDEN = f"{DoubtIds.BAR}.hidden"
COUNT = 12


def csv(seed: int = 0) -> str:
    """Twelve segments of 40 rows, a spike and a wave in turn, 100 rows apart."""
    random = np.random.default_rng(seed)
    signal = 0.05 * random.standard_normal(COUNT * 100 + 100)
    for number in range(COUNT):
        rows = np.arange(40)
        shape = np.sin(rows / 40 * 2 * np.pi) if number % 2 else np.exp(-(((rows - 20) / 3) ** 2))
        signal[50 + number * 100 :][:40] += shape
    return "t,v\n" + "".join(f"{row},{value:.5f}\n" for row, value in enumerate(signal))


def add(services: Services, recording: int, start: int, name: str) -> str:
    identity = str(uuid4())
    command = {"uuid": str(uuid4()), "kind": "add", "id": identity, "label": name}
    answer = services.annotations.apply(recording, [{**command, "x0": start, "x1": start + 39}], -1)
    assert not answer["rejected"]
    return identity


def labelled(services: Services, recording: int, wrong: int | None = None) -> list[str]:
    """Ids of twelve labels, that at the place ``wrong`` of the other class."""
    names = ["wave" if (place % 2 == 1) != (place == wrong) else "spike" for place in range(COUNT)]
    return [add(services, recording, 50 + place * 100, name) for place, name in enumerate(names)]


@pytest.fixture
def recording(services: Services, bring: Bring) -> int:
    return bring(csv(), "beats.csv")


def run(services: Services, recording: int) -> dict[str, Any]:
    """The result of a check, computed in this process."""
    job = services.jobs.get(services.label_check.start(recording))
    prepare = services.jobs.kinds()[job.kind].prepare
    assert prepare
    services.jobs.cancel(job.id)
    return doubt_job.check(prepare(job), lambda _share, _message: None)


def press(
    client: FlaskClient, button: str, recording: int, checked: Any = None, at: str | None = None, **more: Any
) -> Fired:
    """Press a button of the bar."""
    state = {
        f"{LabelIds.PLOT}.recording": {"id": recording},
        f"{LabelIds.PLOT}.view": [0.0, 1300.0],
        f"{DoubtIds.CHECKED}.data": checked,
        f"{DoubtIds.AT}.data": at,
    }
    return fire(client, f"{button}.n_clicks", 1, OUTPUT, **state, **more)


def ended(client: FlaskClient, recording: int, state: str, result: Any) -> Fired:
    """The end of a check arrives while the bar waits for it."""
    job = {
        "kind": "check_labels",
        "recording": recording,
        "state": state,
        "result": result,
        "error": "It broke.",
    }
    known = {f"{LabelIds.PLOT}.recording": {"id": recording}, HIDDEN: False}
    heard = fire(client, f"{JobsIds.ENDED}.data", [job], DoubtIds.ENDED, **known)
    return fire(client, f"{DoubtIds.ENDED}.data", heard.values[f"{DoubtIds.ENDED}.data"], OUTPUT, **known)


def words(fired: Fired) -> str:
    return json.dumps(fired.values[OUTPUT], ensure_ascii=False)


def test_the_check_finds_the_label_whose_neighbours_carry_another_class(
    services: Services, recording: int
) -> None:
    ids = labelled(services, recording, wrong=5)
    result = run(services, recording)
    assert result["judged"] == COUNT
    (single,) = result["doubtful"]
    assert (single["id"], single["start"], single["end"]) == (ids[5], 550, 589)
    assert (single["label"], single["other"]) == ("spike", "wave")


def test_labels_of_other_files_in_the_folder_are_compared_with(
    services: Services, recording: int, bring: Bring
) -> None:
    add(services, recording, 50, "wave")  # it is a spike
    assert run(services, recording)["judged"] == 0
    labelled(services, bring(csv(1), "other.csv"))
    result = run(services, recording)
    assert result["judged"] == 1
    assert [one["other"] for one in result["doubtful"]] == ["spike"]


def test_an_unchanged_file_is_not_checked_again_and_an_edit_starts_a_new_check(
    services: Services, recording: int
) -> None:
    labelled(services, recording)
    first = services.label_check.start(recording)
    assert services.label_check.start(recording) == first
    add(services, recording, 1260, "spike")
    second = services.label_check.start(recording)
    assert second != first
    for job in (first, second):
        services.jobs.cancel(job)
    assert services.label_check.start(recording) not in (first, second), "a cancelled check is repeated"


def test_a_file_without_labels_has_nothing_to_judge(services: Services, recording: int) -> None:
    assert run(services, recording) == {"doubtful": [], "judged": 0}


def test_only_a_check_has_a_result(services: Services) -> None:
    job = services.jobs.submit("train", {"wanted": {}, "about": {}})
    with pytest.raises(NotFound):
        services.label_check.result(job)
    services.jobs.cancel(job)


class Checked:
    """A recording with two doubtful labels, and the bar that shows them."""

    def __init__(self, services: Services, client: FlaskClient, recording: int) -> None:
        self.services, self.client, self.recording = services, client, recording
        ids = labelled(services, recording)
        listed = [
            {
                "id": ids[place],
                "start": start,
                "end": start + 39,
                "label": label,
                "other": other,
                "doubt": doubt,
            }
            for place, start, label, other, doubt in (
                (4, 450, "spike", "wave", 0.7),
                (7, 750, "wave", "spike", 0.6),
            )
        ]
        self.ids = [ids[4], ids[7]]
        self.result = {"doubtful": listed, "judged": COUNT}
        self.checked = {"recording": recording, "result": self.result}

    def press(self, button: str, at: int | None = 0) -> Fired:
        """Press a button while a label is shown."""
        return press(self.client, button, self.recording, self.checked, None if at is None else self.ids[at])

    def undecided(self) -> list[str]:
        """Ids of the labels that are still doubtful."""
        result = LabelCheckResult.from_json(self.result)
        return [one.id for one in self.services.label_check.undecided(self.recording, result.doubtful)]


@pytest.fixture
def bar(services: Services, client: FlaskClient, recording: int) -> Checked:
    return Checked(services, client, recording)


def test_the_end_of_the_check_shows_the_most_doubtful_label(bar: Checked) -> None:
    shown = ended(bar.client, bar.recording, "done", bar.result)
    assert shown.values[HIDDEN] is False
    assert "1 of 2" in words(shown) and "Change to wave" in words(shown)
    assert shown.values[f"{DoubtIds.MARKS}.data"] == dict(zip(bar.ids, (0.7, 0.6), strict=True))
    assert shown.values[f"{DoubtIds.CHECKED}.data"] == bar.checked
    assert shown.side[f"{LabelIds.PLOT}.go_to"]["ids"] == bar.ids[:1]


def test_an_end_is_ignored_where_the_bar_does_not_wait_for_it(bar: Checked) -> None:
    job = {"kind": "check_labels", "recording": bar.recording, "state": "done", "result": bar.result}
    here, checked = {f"{LabelIds.PLOT}.recording": {"id": bar.recording}}, f"{DoubtIds.CHECKED}.data"
    other = {f"{LabelIds.PLOT}.recording": {"id": bar.recording + 1}, HIDDEN: False}
    for label_class in ({**here, HIDDEN: True}, {**here, HIDDEN: False, checked: bar.checked}, other):
        assert fire(bar.client, f"{JobsIds.ENDED}.data", [job], DoubtIds.ENDED, **label_class).status == 204
    assert fire(bar.client, f"{DoubtIds.ENDED}.data", job, OUTPUT, **other).status == 204


def test_a_failed_check_is_reported_and_closes_the_bar(bar: Checked) -> None:
    failed = ended(bar.client, bar.recording, "failed", None)
    assert failed.values[HIDDEN] is True and failed.values[OUTPUT] == []
    assert failed.side[f"{ShellIds.TOAST}.data"]["text"] == "It broke."
    cancelled = ended(bar.client, bar.recording, "cancelled", None)
    assert cancelled.values[HIDDEN] is True and not cancelled.side


def test_the_button_starts_a_check_and_shows_that_it_runs(
    client: FlaskClient, services: Services, recording: int
) -> None:
    labelled(services, recording)
    begun = press(client, DoubtIds.FIND, recording)
    assert doubts.CHECKING in words(begun) and begun.values[HIDDEN] is False
    (job,) = begun.side[f"{JobsIds.STARTED}.data"]
    assert services.jobs.get(job).state in (JobState.QUEUED, JobState.RUNNING)
    services.jobs.cancel(job)


def test_next_and_previous_go_around_the_ends(bar: Checked) -> None:
    following = bar.press(DoubtIds.NEXT)
    assert following.values[f"{DoubtIds.AT}.data"] == bar.ids[1] and "2 of 2" in words(following)
    assert bar.press(DoubtIds.NEXT, at=1).values[f"{DoubtIds.AT}.data"] == bar.ids[0]
    assert bar.press(DoubtIds.PREVIOUS).values[f"{DoubtIds.AT}.data"] == bar.ids[1]


def test_a_kept_label_is_listed_again_only_on_request(bar: Checked) -> None:
    kept = bar.press(DoubtIds.KEEP)
    assert kept.values[f"{DoubtIds.AT}.data"] == bar.ids[1] and "1 of 1" in words(kept)
    assert bar.undecided() == bar.ids[1:]
    last = bar.press(DoubtIds.KEEP, at=1)
    assert "2 doubtful labels, all decided." in words(last)
    assert last.values[f"{DoubtIds.MARKS}.data"] == {}
    again = bar.press(DoubtIds.AGAIN, at=None)
    assert "1 of 2" in words(again) and bar.undecided() == bar.ids


def test_a_kept_label_is_listed_again_after_its_place_or_class_changed(bar: Checked) -> None:
    bar.press(DoubtIds.KEEP)
    command = {"uuid": str(uuid4()), "kind": "relabel", "ids": [bar.ids[0]], "label": "wave"}
    bar.services.annotations.apply(bar.recording, [command], -1)
    now = DoubtfulLabel(bar.ids[0], 450, 489, "wave", "spike", 0.6)
    assert bar.services.label_check.undecided(bar.recording, [now]) == [now]


def test_change_relabels_as_one_edit_that_can_be_undone(bar: Checked) -> None:
    changed = bar.press(DoubtIds.CHANGE)
    edit = changed.side[f"{LabelIds.PLOT}.edit"]
    assert (edit["kind"], edit["ids"], edit["label"]) == ("relabel", [bar.ids[0]], "wave")
    assert changed.side[f"{ShellIds.TOAST}.data"]["action"]["of"] == edit["uuid"]
    assert changed.values[f"{DoubtIds.AT}.data"] == bar.ids[1]
    assert changed.values[f"{DoubtIds.MARKS}.data"] == {bar.ids[1]: 0.6}


def test_labels_that_were_changed_or_deleted_meanwhile_are_left_out(bar: Checked) -> None:
    move = {"uuid": str(uuid4()), "kind": "move", "ids": [bar.ids[0]], "x0": 451, "x1": 489}
    delete = {"uuid": str(uuid4()), "kind": "delete", "ids": [bar.ids[1]]}
    bar.services.annotations.apply(bar.recording, [move, delete], -1)
    assert bar.undecided() == []
    with pytest.raises(NotFound, match="deleted meanwhile"):
        bar.services.label_check.keep(bar.recording, bar.ids[1])


def test_labels_of_others_are_left_out_where_the_user_may_not_change_or_see_them(
    services: Services, recording: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting.on_behalf_of(User(1, "Ann", Role.ANNOTATOR)):
        identity = add(services, recording, 50, "spike")
    label = DoubtfulLabel(identity, 50, 89, "spike", "wave", 0.6)
    for user, listed in (
        (User(1, "Ann", Role.ANNOTATOR), [label]),
        (User(2, "Bo", Role.ANNOTATOR), []),
        (User(3, "Cy", Role.REVIEWER), [label]),
    ):
        with acting.on_behalf_of(user):
            assert services.label_check.undecided(recording, [label]) == listed
    hiding = Layers("Cy", hidden=frozenset({"Ann"}))
    monkeypatch.setattr(type(services.layers), "of", lambda _self, _recording: hiding)
    with acting.on_behalf_of(User(3, "Cy", Role.REVIEWER)):
        assert services.label_check.undecided(recording, [label]) == []


def test_leaving_empties_the_bar_and_the_column(bar: Checked) -> None:
    left = bar.press(DoubtIds.LEAVE)
    assert left.values[HIDDEN] is True and left.values[OUTPUT] == []
    assert left.values[f"{DoubtIds.MARKS}.data"] is None


def test_the_result_of_another_file_is_not_used(bar: Checked) -> None:
    shown = DoubtsShown(bar.recording + 1, bar.checked)
    assert shown.result is None
    other = press(bar.client, DoubtIds.NEXT, bar.recording, {**bar.checked, "recording": bar.recording + 1})
    assert other.values[HIDDEN] is True


def test_the_bar_without_doubtful_labels_gives_the_checked_or_missing_number(bar: Checked) -> None:
    nothing = {"doubtful": [], "judged": 12}
    assert "No doubtful label among 12." in words(ended(bar.client, bar.recording, "done", nothing))
    few = {"doubtful": [], "judged": 0}
    assert doubts.NONE_JUDGED in words(ended(bar.client, bar.recording, "done", few))


def test_a_label_that_is_narrow_in_the_view_is_zoomed_in_to(services: Services, recording: int) -> None:
    store = services.recordings.store(recording)
    label = DoubtfulLabel("a", 50, 52, "spike", "wave", 0.6)
    assert "exact" not in doubts.view_of(store, label, [0.0, 200.0])
    near = doubts.view_of(store, label, [0.0, 1299.0])
    assert near["exact"] and (near["x0"], near["x1"]) == (21.0, 81.0)
    point = DoubtfulLabel("a", 50, 50, "spike", "wave", 0.6)
    assert "exact" not in doubts.view_of(store, point, [0.0, 1299.0])


def test_the_table_has_a_column_of_doubt_and_is_ordered_by_it(client: FlaskClient) -> None:
    state = {f"{TableIds.COLUMNS}.value": [], f"{LabelIds.PLOT}.suggests": False}
    columns = fire(client, f"{DoubtIds.MARKS}.data", {"a": 0.7}, **state).values[
        f"{LabelIds.TABLE}.columnDefs"
    ]
    assert (column_id(columns[0]), columns[0]["sort"], columns[0]["context"]) == ("doubt", "desc", {"a": 0.7})
    assert {column["sort"] for column in columns[1:]} == {None}
    without = fire(client, f"{DoubtIds.MARKS}.data", None, **state).values[f"{LabelIds.TABLE}.columnDefs"]
    assert [column_id(one) for one in without if one["sort"]] == ["startText"]
    assert "doubt" not in map(column_id, without)


def test_another_choice_of_columns_keeps_the_order_of_the_rows() -> None:
    columns = with_doubts(arranged(None, False), {"a": 0.7}, sort=False)
    assert column_id(columns[0]) == "doubt" and not any("sort" in column for column in columns)


def test_kept_labels_are_purged_with_their_recording(bar: Checked) -> None:
    bar.press(DoubtIds.KEEP)
    bar.services.trash.delete([bar.recording])
    assert bar.services.trash.purge([bar.recording]) == 1
    with bar.services.database.read() as connection:
        assert connection.execute(select(kept_labels)).all() == []
