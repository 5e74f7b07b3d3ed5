"""History of labels, and restoring: any revision, the saved labels, no labels."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import insert, update

from services.errors import Invalid, NotFound
from services.storage.tables import annotation_table, edits, recordings
from services.timeseries import TimeKind
from tests.unit.working_state import Desk, command

FEW = settings(max_examples=15, deadline=None)  # each example is dozens of commits to the disk
ROWS = 50


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    opened = Desk(tmp_path_factory.mktemp("desk"))
    yield opened
    opened.close()


@pytest.fixture
def recording(desk: Desk) -> int:
    return desk.record(f"{uuid4()}.csv", rows=ROWS)


def summaries(desk: Desk, recording: int) -> list[str]:
    return [entry["summary"] for entry in desk.history.page(recording)["entries"]]


def states(desk: Desk, recording: int) -> list[str]:
    return [entry["state"] for entry in desk.history.page(recording)["entries"]]


# ---- the list ------------------------------------------------------------------------------------------


def test_a_recording_without_edits_has_no_history(desk: Desk, recording: int) -> None:
    page = desk.history.page(recording)
    assert page == {"entries": [], "more": False, "revision": 0, "saved_revision": None, "oldest": 0}


def test_the_history_shows_author_change_and_time_newest_first(desk: Desk, recording: int) -> None:
    label = str(uuid4())
    desk.annotations.apply(recording, [command("add", id=label, x0=1, x1=4, label="QRS")], -1, author="Ada")
    desk.annotations.apply(recording, [command("delete", ids=[label])], -1, author="Grace")
    newest, oldest = desk.history.page(recording)["entries"]
    assert (newest["summary"], newest["author"]) == ("Delete QRS 1 – 4", "Grace")
    assert (oldest["summary"], oldest["author"], oldest["revision"]) == ("Add QRS 1 – 4", "Ada", 1)
    assert datetime.fromisoformat(oldest["at"]) <= datetime.fromisoformat(newest["at"])


def test_pages_follow_each_other_without_gap_and_have_a_largest_size(desk: Desk, recording: int) -> None:
    for number in range(7):
        desk.add(recording, number, number)
    seen, before = [], None
    while True:
        page = desk.history.page(recording, before, limit=3)
        seen += [entry["revision"] for entry in page["entries"]]
        before = seen[-1]
        if not page["more"]:
            break
    assert seen == [7, 6, 5, 4, 3, 2, 1]
    assert len(desk.history.page(recording, limit=0)["entries"]) == 1
    assert len(desk.history.page(recording, limit=10**9)["entries"]) == 7


def test_undone_and_dropped_edits_are_distinguished(desk: Desk, recording: int) -> None:
    desk.add(recording, 1, 2)
    desk.add(recording, 3, 4)
    desk.send(recording, "undo")
    assert states(desk, recording) == ["step", "undone", "done"]
    desk.add(recording, 5, 6)
    assert states(desk, recording) == ["done", "step", "dropped", "done"]


def test_an_edit_shows_the_labels_before_and_after_it_with_their_times(desk: Desk, recording: int) -> None:
    label = desk.add(recording, 10, 20, "QRS")
    desk.send(recording, "move", ids=[label], x0=12, x1=25)
    shown = desk.history.shown(recording, 2)
    (before,), (after,) = shown["before"], shown["after"]
    assert (before["x0"], before["x1"], before["label"]) == (10, 20, "QRS")
    assert (after["x0"], after["x1"], after["duration"]) == (12, 25, "13")
    assert before["id"] == after["id"] == label
    assert shown["hidden"] == 0
    with pytest.raises(NotFound):
        desk.history.shown(recording, 3)


# ---- the words -----------------------------------------------------------------------------------------

WORDS: dict[str, tuple[dict[str, Any], str]] = {
    "move": ({"x0": 11, "x1": 22}, "Move QRS 10 – 20 → 11 – 22"),
    "move the start": ({"x0": 9}, "Move start of QRS 10 → 9"),
    "nudge": ({"edge": "end", "by": 1}, "Move end of QRS 20 → 21"),
    "relabel": ({"label": "T"}, "Relabel QRS 10 – 20 as T"),
    "note": ({"note": f"two\nlines {'x' * 80}"}, f"Note on QRS 10 – 20: “two lines {'x' * 49}…”"),
    "split": ({"x": 15}, "Split QRS 10 – 20"),
    "delete": ({}, "Delete QRS 10 – 20"),
}


@pytest.mark.parametrize("what", WORDS)
def test_a_change_of_one_label_shows_its_name_and_times(desk: Desk, recording: int, what: str) -> None:
    label = desk.add(recording, 10, 20, "QRS")
    values, words = WORDS[what]
    answer = desk.send(recording, what.split(maxsplit=1)[0], ids=[label], **values)
    assert answer["undo"] == words


def test_a_change_of_many_labels_counts_them_by_name(desk: Desk, recording: int) -> None:
    ids = [desk.add(recording, number, number, name) for number, name in enumerate("aaabbcde")]
    assert desk.send(recording, "delete", ids=ids)["undo"] == "Delete 8 labels (3 a, 2 b, 1 c and 2 others)"


def test_dates_in_the_history_omit_repeated_parts(desk: Desk) -> None:
    times = [1_703_472_600_000_000_000 + number * 60_000_000_000 for number in range(3000)]
    recording = desk.record(f"{uuid4()}.csv", np.array(times, np.int64), TimeKind.NAIVE)
    for minutes in (5, 2000):
        start = times[0] / 1e6
        answer = desk.send(
            recording, "add", id=str(uuid4()), x0=start, x1=start + minutes * 60_000, label="a"
        )
        day = "" if minutes == 5 else "2023-12-26 "
        assert answer["undo"].startswith("Add a 2023-12-25 02:50:00 – " + day)


# ---- going back ----------------------------------------------------------------------------------------


def restore(desk: Desk, recording: int, to: Any, **values: Any) -> Any:
    return desk.send(recording, "restore", to=to, **values)


samples = st.integers(0, ROWS - 1)
some = st.sets(st.integers(0, 5), min_size=1)
steps = st.one_of(
    st.tuples(st.just("add"), samples, samples, st.sampled_from("abc")),
    st.tuples(st.just("move"), some, samples, samples),
    st.tuples(st.just("relabel"), some, st.sampled_from("abc")),
    st.tuples(st.just("split"), some, samples),
    st.tuples(st.just("merge"), some),
    st.tuples(st.just("delete"), some),
    st.tuples(st.just("restore"), st.integers(0, 20)),
    st.just(("undo",)),
    st.just(("redo",)),
)


def as_command(step: tuple[Any, ...], ids: list[str]) -> dict[str, Any]:
    """A command about some of the labels that are there; it may make no sense."""
    kind = step[0]
    if kind in ("undo", "redo"):
        return command(kind)
    if kind == "add":
        return command("add", id=str(uuid4()), x0=step[1], x1=step[2], label=step[3])
    if kind == "restore":
        return command("restore", to=step[1])
    named = [ids[number % len(ids)] for number in sorted(step[1])] if ids else []
    values = {"move": ("x0", "x1"), "relabel": ("label",), "split": ("x",)}.get(kind, ())
    return command(kind, ids=named if kind in ("delete", "merge", "relabel") else named[:1]) | dict(
        zip(values, step[2:], strict=True)
    )


@FEW
@given(st.lists(steps, max_size=15), st.integers(0, 20))
def test_restoring_gives_exactly_the_labels_of_that_point_and_can_be_undone(
    desk: Desk, sequence: list[tuple[Any, ...]], number: int
) -> None:
    recording = desk.record(f"{uuid4()}.csv", rows=ROWS)
    past = [desk.rows(recording)]
    for step in sequence:
        answer = desk.annotations.apply(recording, [as_command(step, [row["id"] for row in past[-1]])], -1)
        if answer["revision"] == len(past):
            past.append(desk.rows(recording))
    revision = number % len(past)  # not drawn, since the random ids decide how many there are
    outlook = desk.history.outlook(recording, revision)
    now, then = ({row["id"]: row for row in rows} for rows in (past[-1], past[revision]))
    assert outlook["back"] == len(then.keys() - now.keys())
    assert outlook["removed"] == len(now.keys() - then.keys())
    assert outlook["changed"] == sum(now[key] != then[key] for key in now.keys() & then.keys())
    answer = restore(desk, recording, revision)
    assert desk.rows(recording) == past[revision]
    if past[revision] == past[-1]:
        assert "already in that state" in answer["rejected"][0]["reason"]
        return
    assert answer["revision"] == len(past)
    desk.send(recording, "undo")
    assert desk.rows(recording) == past[-1]
    desk.send(recording, "redo")
    assert desk.rows(recording) == past[revision]


def test_a_restore_keeps_in_its_edit_only_the_labels_that_differ(desk: Desk, recording: int) -> None:
    for number in range(5):
        desk.add(recording, number, number)
    label = desk.add(recording, 10, 20, "QRS")
    desk.send(recording, "note", ids=[label], note="look")
    assert restore(desk, recording, 6)["undo"] == "Restore to after “Add QRS 10 – 20”"
    shown = desk.history.shown(recording, 8)
    assert [row["id"] for row in shown["before"]] == [row["id"] for row in shown["after"]] == [label]


@pytest.mark.parametrize("to", [-1, 2, 1.0, True, None, "yesterday", [], {}])
def test_there_is_no_going_back_to_what_never_was(desk: Desk, recording: int, to: Any) -> None:
    desk.add(recording, 1, 2)
    (refused,) = restore(desk, recording, to)["rejected"]
    assert "is not in the history" in refused["reason"]
    assert len(desk.rows(recording)) == 1


def test_a_restore_is_refused_when_labels_changed_since_the_confirmation(desk: Desk, recording: int) -> None:
    desk.add(recording, 1, 2)
    asked_at = desk.history.outlook(recording, "empty")["revision"]
    desk.add(recording, 3, 4)
    (refused,) = restore(desk, recording, "empty", asked_at=asked_at)["rejected"]
    assert refused["conflict"]
    assert len(desk.rows(recording)) == 2
    assert not restore(desk, recording, "empty", asked_at=asked_at + 1)["rejected"]


def test_work_of_others_is_counted_before_it_is_taken_away(desk: Desk, recording: int) -> None:
    for author in ("Ada", "Grace", "Grace"):
        new = command("add", id=str(uuid4()), x0=1, x1=2, label="a")
        desk.annotations.apply(recording, [new], -1, author=author)
    assert desk.history.outlook(recording, 0, author="Ada")["others"] == 2
    assert desk.history.outlook(recording, 2, author="Grace")["others"] == 0


def test_there_is_no_going_back_beyond_a_change_of_the_samples(desk: Desk, recording: int) -> None:
    desk.add(recording, 1, 2)
    desk.add(recording, 3, 4)
    with desk.database.write() as connection:  # the effect of reading the file again
        connection.execute(update(edits).where(edits.c.recording_id == recording).values(state="settled"))
        note = {"uuid": str(uuid4()), "recording_id": recording, "revision": 3, "kind": "reread"}
        words = {"summary": "Read differently", "before": [], "after": [], "state": "settled", "author": ""}
        connection.execute(insert(edits).values(**note, **words, created_at=datetime.now().astimezone()))
        connection.execute(update(recordings).where(recordings.c.id == recording).values(revision=3))
    desk.add(recording, 5, 6)
    assert desk.history.page(recording)["oldest"] == 3
    (refused,) = restore(desk, recording, 1)["rejected"]
    assert "read differently" in refused["reason"]
    restore(desk, recording, 3)
    assert len(desk.rows(recording)) == 2


# ---- reset ---------------------------------------------------------------------------------------------


def test_reset_restores_the_saved_labels_also_after_a_restart(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    recording = desk.record(rows=ROWS)
    kept, moved = desk.add(recording, 1, 2, "kept"), desk.add(recording, 3, 4, "moved")
    desk.outputs.save(recording)
    saved = desk.rows(recording)
    desk.send(recording, "delete", ids=[kept])
    desk.send(recording, "move", ids=[moved], x0=8, x1=9)
    desk.add(recording, 20, 30, "new")
    desk.close()
    again = Desk(tmp_path)
    outlook = again.history.outlook(recording, "saved")
    assert (outlook["back"], outlook["removed"], outlook["changed"]) == (1, 1, 1)
    assert restore(again, recording, "saved")["undo"] == "Reset to last saved"
    assert again.rows(recording) == saved
    again.send(recording, "undo")
    assert len(again.rows(recording)) == 2
    again.close()


def test_a_file_that_was_never_saved_has_nothing_to_be_reset_to(desk: Desk, recording: int) -> None:
    desk.add(recording, 1, 2)
    with pytest.raises(Invalid, match="never saved"):
        desk.history.outlook(recording, "saved")
    assert "never saved" in restore(desk, recording, "saved")["rejected"][0]["reason"]


def test_removing_all_labels_includes_suggestions_and_shows_their_number(desk: Desk, recording: int) -> None:
    ids = [desk.add(recording, number, number) for number in range(3)]
    with desk.database.write() as connection:
        suggested = update(annotation_table).where(annotation_table.c.id == ids[0])
        connection.execute(suggested.values(status="suggested"))
    before = desk.rows(recording)
    outlook = desk.history.outlook(recording, "empty")
    assert (outlook["removed"], outlook["suggestions"], outlook["back"]) == (3, 1, 0)
    assert restore(desk, recording, "empty")["undo"] == "Remove all labels"
    assert desk.rows(recording) == []
    desk.send(recording, "undo")
    assert desk.rows(recording) == before


# ---- conflicts -----------------------------------------------------------------------------------------


def test_a_conflict_with_another_user_is_distinguished_from_an_invalid_command(
    desk: Desk, recording: int
) -> None:
    label = desk.add(recording, 1, 2)
    seen = {label: desk.rows(recording)[0]["edited_at"].isoformat()}
    desk.send(recording, "note", ids=[label], note="mine")
    for kind, values in {"move": {"x0": 5}, "delete": {}}.items():
        (refused,) = desk.send(recording, kind, ids=[label], seen=seen, **values)["rejected"]
        assert (refused["conflict"], refused["retry"]) == (True, False)
    desk.send(recording, "delete", ids=[label])
    assert desk.send(recording, "move", ids=[label], x0=5)["rejected"][0]["conflict"]
    assert not desk.send(recording, "move", ids=[], x0=5)["rejected"][0]["conflict"]
