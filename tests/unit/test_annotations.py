"""Label commands: results, changes, undo and redo, concurrent writers."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from sqlalchemy import update

from services.annotations import commands
from services.annotations import service as module
from services.annotations.service import NOTHING
from services.errors import Invalid, NotFound
from services.ingest.convert import ingest
from services.label_classes.validation import HOTKEYS, PALETTE
from services.storage.tables import annotation_table
from tests.unit.working_state import Desk, command

NUMBERS = "t,v\n" + "".join(f"{number * 10},{number}\n" for number in range(11))  # 0, 10 … 100
DATES = "date,close\n" + "".join(f"2023-12-25 02:5{n}:00+02:00,{n}\n" for n in range(10))
SECOND_MINUTE = 1_703_465_460_000.0  # 2023-12-25 02:51 +02:00 in milliseconds since 1970


def bring(desk: Desk, text: str = NUMBERS, path: str = "a.csv") -> int:
    """A recording of that CSV."""
    source = desk.settings.data_dir / "source.csv"
    source.write_text(text)
    return desk.recordings.add(path, ingest(source, name=path, store_root=desk.settings.store_dir)).id


def segments(desk: Desk, recording: int) -> list[tuple[int, int, str]]:
    """First sample, last sample and label, as the browser gets them."""
    rows = desk.annotations.apply(recording, [], since=-1)["upsert"]
    return [(row["start"], row["end"], row["label"]) for row in rows]


def new_label(**values: Any) -> dict[str, Any]:
    return command("add", **{"id": str(uuid4()), "x0": 10, "x1": 20, "label": "QRS", **values})


# -- where a label begins and ends --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("clicks", "samples"),
    [
        ((22, 48), (2, 5)),
        ((48, 22), (2, 5)),
        ((-1e9, 1e300), (0, 10)),
        ((31, 29.5), (3, 3)),
        ((15, 25), (1, 2)),
        ((100, 99), (10, 10)),
    ],
    ids=[
        "nearest",
        "any order",
        "beyond both ends",
        "one sample",
        "halfway is the earlier",
        "the last sample",
    ],
)
def test_a_label_begins_and_ends_at_the_samples_nearest_to_the_clicks(
    desk: Desk, clicks: tuple[float, float], samples: tuple[int, int]
) -> None:
    recording = bring(desk)
    desk.add(recording, *clicks)
    assert segments(desk, recording) == [(*samples, "QRS")]


def test_a_label_is_returned_in_the_format_of_plot_and_table(desk: Desk) -> None:
    recording = bring(desk, DATES)
    identity = desk.add(recording, SECOND_MINUTE + 29_999, SECOND_MINUTE + 3 * 60_000, color="teal")
    (row,) = desk.annotations.apply(recording, [], since=-1)["upsert"]
    assert row.pop("created") == row["edited"]
    assert datetime.fromisoformat(row.pop("edited")).tzinfo == UTC
    assert row == {
        "id": identity,
        "start": 1,
        "end": 4,
        "x0": SECOND_MINUTE,
        "x1": SECOND_MINUTE + 180_000,
        "startText": "2023-12-25 02:51:00+02:00",
        "endText": "2023-12-25 02:54:00+02:00",
        "duration": "3 min",
        "label": "QRS",
        "classId": 1,
        "color": "teal",
        "channels": None,
        "source": "manual",
        "status": "accepted",
        "score": None,
        "note": "",
    }


# -- commands that come twice, or make no sense --------------------------------------------------------------


def test_the_same_uuid_twice_is_applied_once_and_acknowledged_twice(desk: Desk, tmp_path: Path) -> None:
    recording = bring(desk)
    sent = new_label()
    together = desk.annotations.apply(recording, [sent, sent], since=-1)
    assert together["acked"] == [sent["uuid"]] * 2
    again = Desk(tmp_path)  # the program was started again meanwhile
    later = again.annotations.apply(recording, [sent], since=together["revision"])
    again.close()
    assert (later["acked"], later["rejected"], later["revision"]) == ([sent["uuid"]], [], 1)
    assert len(segments(desk, recording)) == 1


def test_an_undo_that_is_sent_twice_undoes_one_change(desk: Desk) -> None:
    recording = bring(desk)
    first, second, undo = new_label(), new_label(x0=50, x1=60), command("undo")
    answer = desk.annotations.apply(recording, [first, second, undo, undo], since=-1)
    assert answer["acked"] == [first["uuid"], second["uuid"], undo["uuid"], undo["uuid"]]
    assert segments(desk, recording) == [(1, 2, "QRS")]


def test_a_label_that_was_undone_does_not_return_when_its_command_is_sent_again(desk: Desk) -> None:
    recording = bring(desk)
    sent = new_label()
    desk.annotations.apply(recording, [sent, command("undo"), sent], since=-1)
    assert segments(desk, recording) == []


NONSENSE: dict[str, tuple[Any, str]] = {
    "no command": ("add", "names and values"),
    "no uuid": ({"kind": "undo"}, "uuid"),
    "a uuid that is none": (new_label(uuid="7"), "uuid"),
    "a kind that is none": (command("explode"), "no command “explode”"),
    "a kind of another kind": (command("add") | {"kind": ["add"]}, "no command"),
    "an id that is none": (new_label(id="x" * 36), "uuid"),
    "no start": (new_label(x0=None), "start and an end"),
    "a start that is text": (new_label(x0="10"), "start and an end"),
    "no number": (new_label(x1=float("nan")), "start and an end"),
    "without bounds": (new_label(x1=float("inf")), "start and an end"),
    "400 digits": (new_label(x1=10**400), "start and an end"),
    "no label": (new_label(label="  \t "), "needs a name"),
    "a label of another kind": (new_label(label=7), "must be text"),
    "a long label": (new_label(label="x" * 101), "at most 100 characters; this one has 101"),
    "a label of two lines": (new_label(label="a\nb"), "line breaks"),
    "half a character": (new_label(label="\ud800"), "control characters"),
    "a colour that is none": (new_label(color="url(//evil)"), "not a colour"),
    "a source that is none": (new_label(source="guess"), "no source “guess”"),
    "nothing to delete": (command("delete", ids=[]), "ids of the labels"),
    "no list to delete": (command("delete", ids="all"), "ids of the labels"),
    "labels that are gone": (command("delete", ids=[str(uuid4())]), "deleted already"),
    "nothing to undo": (command("undo"), "nothing to undo"),
    "nothing to redo": (command("redo"), "nothing to redo"),
}


@pytest.mark.parametrize("name", NONSENSE)
def test_a_command_that_makes_no_sense_is_rejected_in_words_and_the_next_ones_are_applied(
    desk: Desk, name: str
) -> None:
    nonsense, words = NONSENSE[name]
    recording, good = bring(desk), new_label()
    answer = desk.annotations.apply(recording, [nonsense, good], since=-1)
    (rejection,) = answer["rejected"]
    assert words in rejection["reason"]
    assert rejection["uuid"] == (nonsense.get("uuid", "") if isinstance(nonsense, dict) else "")
    assert (answer["acked"], answer["revision"]) == ([good["uuid"]], 1)
    assert segments(desk, recording) == [(1, 2, "QRS")]


def test_undo_of_a_given_change_undoes_no_other(desk: Desk) -> None:
    recording, mine, other = bring(desk), new_label(), new_label(label="T")
    answer = desk.annotations.apply(recording, [mine, other, command("undo", of=mine["uuid"])], since=-1)
    (rejection,) = answer["rejected"]
    assert "Since then this was done: Add" in rejection["reason"] and not rejection["conflict"]
    assert len(segments(desk, recording)) == 2
    answer = desk.annotations.apply(recording, [command("undo", of=other["uuid"])], since=-1)
    assert not answer["rejected"] and [segment[2] for segment in segments(desk, recording)] == ["QRS"]


def test_a_rejected_label_leaves_no_class_behind(desk: Desk) -> None:
    recording = bring(desk)
    identity = desk.add(recording, 0, 10, "first")
    desk.annotations.apply(recording, [new_label(id=identity, label="second")], since=-1)
    assert [label_class.name for label_class in desk.classes.list()] == ["first"]


def test_a_label_is_neither_added_nor_deleted_through_another_recording(desk: Desk) -> None:
    recording, other = bring(desk), bring(desk, path="b.csv")
    identity = desk.add(recording, 0, 10)
    wrong = [new_label(id=identity), command("delete", ids=[identity])]
    answer = desk.annotations.apply(other, wrong, since=-1)
    assert [rejection["uuid"] for rejection in answer["rejected"]] == [sent["uuid"] for sent in wrong]
    assert segments(desk, recording) == [(0, 1, "QRS")]


def test_a_uuid_that_another_recording_used_is_not_acknowledged_as_applied(desk: Desk) -> None:
    recording, other = bring(desk), bring(desk, path="b.csv")
    sent = new_label()
    desk.annotations.apply(recording, [sent], since=-1)
    answer = desk.annotations.apply(other, [sent], since=-1)
    assert answer["acked"] == []
    assert "another file" in answer["rejected"][0]["reason"]


def test_an_undo_that_contradicts_another_file_is_rejected_and_changes_nothing(desk: Desk) -> None:
    recording, other = bring(desk), bring(desk, path="b.csv")
    identity = desk.add(recording, 0, 10)
    desk.send(recording, "delete", ids=[identity])
    desk.annotations.apply(other, [new_label(id=identity)], since=-1)
    answer = desk.send(recording, "undo")
    assert "contradicts" in answer["rejected"][0]["reason"]
    assert (answer["revision"], answer["undo"]) == (2, "Delete QRS 0 – 10")


@pytest.mark.parametrize("recording", [0, 2, -1, 2**31, 10**30])
def test_an_unknown_recording_is_reported(desk: Desk, recording: int) -> None:
    bring(desk)
    with pytest.raises(NotFound, match="does not exist"):
        desk.annotations.apply(recording, [command("undo")], since=-1)


@pytest.mark.parametrize(("asked", "since"), [("undo", -1), ({}, -1), ([], None), ([], "0")])
def test_a_request_of_another_shape_is_refused_in_words(desk: Desk, asked: Any, since: Any) -> None:
    with pytest.raises(Invalid, match="must be a list"):
        desk.annotations.apply(bring(desk), asked, since=since)


# -- what changed since a revision -----------------------------------------------------------------------------


def test_only_changes_since_a_revision_are_returned(desk: Desk) -> None:
    recording = bring(desk)
    _old, gone = desk.add(recording, 0, 10), desk.add(recording, 20, 30)
    fresh = new_label(x0=40, x1=50)
    answer = desk.annotations.apply(recording, [command("delete", ids=[gone]), fresh], since=2)
    assert [row["id"] for row in answer["upsert"]] == [fresh["id"]]
    assert (answer["remove"], answer["full"], answer["revision"]) == ([gone], False, 4)


def test_a_label_added_and_removed_since_a_revision_is_returned_as_removed(desk: Desk) -> None:
    recording = bring(desk)
    sent = new_label()
    answer = desk.annotations.apply(recording, [sent, command("undo")], since=0)
    assert (answer["upsert"], answer["remove"]) == ([], [sent["id"]])


def test_nothing_is_returned_for_the_last_revision_or_without_request(desk: Desk) -> None:
    recording = bring(desk)
    desk.add(recording, 0, 10)
    for since in (1, NOTHING):
        answer = desk.annotations.apply(recording, [], since=since)
        assert (answer["upsert"], answer["remove"], answer["full"]) == ([], [], False)


@pytest.mark.parametrize("since", [-1, 2, 10**30])
def test_everything_is_returned_without_a_revision_or_for_a_future_one(desk: Desk, since: int) -> None:
    recording = bring(desk)
    identity = desk.add(recording, 0, 10)
    answer = desk.annotations.apply(recording, [], since=since)
    assert ([row["id"] for row in answer["upsert"]], answer["full"]) == ([identity], True)


def test_everything_is_returned_after_very_many_changes(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "CHUNK", 2)
    recording = bring(desk)
    for _ in range(3):
        desk.add(recording, 0, 10)
    answer = desk.annotations.apply(recording, [], since=0)
    assert (len(answer["upsert"]), answer["full"]) == (3, True)


def test_labels_come_in_the_order_of_their_starts(desk: Desk) -> None:
    recording = bring(desk)
    for place in ((50, 60), (0, 100), (0, 20)):
        desk.add(recording, *place)
    assert [segment[:2] for segment in segments(desk, recording)] == [(0, 2), (0, 10), (5, 6)]


# -- undo and redo ---------------------------------------------------------------------------------------------


def test_undo_restores_a_deleted_label_identically(desk: Desk) -> None:
    recording = bring(desk)
    ids = [desk.add(recording, 0, 10, "a"), desk.add(recording, 20, 30, "b", source="import")]
    details = {"score": 0.1 + 0.2, "note": "“ü”\n🫀", "channels": [0, 2], "model": "m", "status": "rejected"}
    with desk.database.write() as connection:
        connection.execute(update(annotation_table).where(annotation_table.c.id == ids[1]).values(details))
    before = desk.rows(recording)
    assert desk.send(recording, "delete", ids=[*ids, ids[0]])["undo"] == "Delete 2 labels (1 a, 1 b)"
    assert desk.rows(recording) == []
    desk.send(recording, "undo")
    assert desk.rows(recording) == before


def test_undo_and_redo_have_descriptions(desk: Desk) -> None:
    recording = bring(desk)
    assert (desk.send(recording, "undo")["undo"], desk.send(recording, "redo")["redo"]) == (None, None)
    identity = desk.add(recording, 0, 10, "P wave")
    deleted = desk.send(recording, "delete", ids=[identity])
    assert (deleted["undo"], deleted["redo"]) == ("Delete P wave 0 – 10", None)
    undone = desk.send(recording, "undo")
    assert (undone["undo"], undone["redo"]) == ("Add P wave 0 – 10", "Delete P wave 0 – 10")


def test_redo_applies_undone_edits_in_their_original_order(desk: Desk) -> None:
    recording = bring(desk)
    for label in "abc":
        desk.add(recording, 0, 10, label)
    for _ in "abc":
        desk.send(recording, "undo")
    shown = []
    for _ in "abc":
        desk.send(recording, "redo")
        shown.append("".join(sorted(label for *_, label in segments(desk, recording))))
    assert shown == ["a", "ab", "abc"]


def test_a_new_label_drops_what_could_be_redone(desk: Desk) -> None:
    recording = bring(desk)
    desk.add(recording, 0, 10, "first")
    desk.send(recording, "undo")
    desk.add(recording, 20, 30, "second")
    answer = desk.send(recording, "redo")
    assert "nothing to redo" in answer["rejected"][0]["reason"]
    desk.send(recording, "undo")
    assert desk.send(recording, "redo")["redo"] is None
    assert segments(desk, recording) == [(2, 3, "second")]


def test_undo_and_redo_survive_a_restart(desk: Desk, tmp_path: Path) -> None:
    recording = bring(desk)
    desk.add(recording, 0, 10, "first")
    desk.add(recording, 20, 30, "second")
    desk.send(recording, "undo")
    desk.close()
    again = Desk(tmp_path)
    assert again.send(recording, "redo")["undo"] == "Add second 20 – 30"
    again.send(recording, "undo")
    answer = again.send(recording, "undo")
    again.close()
    assert (answer["upsert"], answer["undo"], answer["redo"]) == ([], None, "Add first 0 – 10")


def test_undo_is_of_one_recording(desk: Desk) -> None:
    recording, other = bring(desk), bring(desk, path="b.csv")
    desk.add(recording, 0, 10)
    desk.add(other, 20, 30)
    desk.send(recording, "undo")
    assert (segments(desk, recording), len(segments(desk, other))) == ([], 1)


# -- several writers ---------------------------------------------------------------------------------------------


def test_two_programs_on_one_recording_see_and_undo_each_others_changes(desk: Desk, tmp_path: Path) -> None:
    recording = bring(desk)
    other = Desk(tmp_path)
    desk.add(recording, 0, 10, "mine")
    other.add(recording, 20, 30, "theirs")
    answer = desk.annotations.apply(recording, [], since=1)
    assert [row["label"] for row in answer["upsert"]] == ["theirs"]
    assert desk.send(recording, "undo")["redo"] == "Add theirs 20 – 30"
    assert [label for *_, label in segments(other, recording)] == ["mine"]
    other.close()


def test_writers_at_the_same_time_lose_nothing_and_make_a_new_class_once(desk: Desk, tmp_path: Path) -> None:
    recording = bring(desk)
    desks = [desk, Desk(tmp_path), Desk(tmp_path)]

    def work(number: int) -> list[str]:
        sent = [new_label(label=f"class {step // 5}") for step in range(20)]
        return desks[number % 3].annotations.apply(recording, sent, since=NOTHING)["acked"]

    with ThreadPoolExecutor(6) as pool:
        acked = [uuid for uuids in pool.map(work, range(6)) for uuid in uuids]
    answer = desk.annotations.apply(recording, [], since=-1)
    for extra in desks[1:]:
        extra.close()
    assert len(set(acked)) == len(answer["upsert"]) == answer["revision"] == 120
    assert sorted(label_class["name"] for label_class in answer["classes"]) == [
        f"class {number}" for number in range(4)
    ]


# -- label classes that labels make ------------------------------------------------------------------------------


def test_an_unknown_class_gets_the_next_colour_and_key_while_there_are_any(desk: Desk) -> None:
    recording = bring(desk)
    for number in range(12):
        desk.add(recording, 0, 10, f"class {number}")
    classes = desk.annotations.apply(recording, [], since=-1)["classes"]
    assert [label_class["color"] for label_class in classes[:10]] == list(PALETTE)
    assert [label_class["hotkey"] for label_class in classes] == [*HOTKEYS, None, None]


def test_a_known_class_keeps_its_colour_however_its_name_is_written(desk: Desk) -> None:
    recording = bring(desk)
    desk.add(recording, 0, 10, "Caf\u00e9", color="teal")
    desk.add(recording, 20, 30, "  Cafe\u0301 ", color="red")
    assert [(label_class.name, label_class.color) for label_class in desk.classes.list()] == [
        ("Caf\u00e9", "teal")
    ]


# -- the state of a recording --------------------------------------------------------------------------------------


def test_a_recording_is_without_labels_then_unsaved_then_saved_then_unsaved(desk: Desk) -> None:
    recording = bring(desk)
    states = [desk.state(recording)]
    identity = desk.add(recording, 0, 10)
    states.append(desk.state(recording))
    desk.outputs.save(recording)
    states.append(desk.state(recording))
    desk.send(recording, "delete", ids=[identity])
    states.append(desk.state(recording))
    assert states == ["none", "unsaved", "saved", "unsaved"]


def test_a_recording_whose_only_label_was_undone_has_nothing_to_save(desk: Desk) -> None:
    recording = bring(desk)
    desk.add(recording, 0, 10)
    assert desk.send(recording, "undo")["state"] == "none"


def test_a_recording_with_open_suggestions_only_is_in_progress(desk: Desk) -> None:
    recording = bring(desk)
    desk.add(recording, 0, 10, source="model")
    with desk.database.write() as connection:
        connection.execute(update(annotation_table).values(status="suggested"))
    never_saved = desk.state(recording)
    desk.outputs.save(recording)
    assert [never_saved, desk.state(recording)] == ["in progress", "in progress"]
    assert desk.annotations.apply(recording, [], since=-1)["state"] == "in progress"


def test_a_command_is_one_line_in_the_log_whatever_its_uuid_is_made_of(
    desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    recording = bring(desk)
    sent = new_label(label="secret", uuid="\n" + uuid4().hex[1:])  # Python takes this for a uuid
    caplog.set_level(logging.INFO, "services.annotations.service")
    desk.annotations.apply(recording, [sent], since=-1)
    (line,) = (
        record.getMessage() for record in caplog.records if record.name == "services.annotations.service"
    )
    assert f"recording {recording}: add" in line
    assert "\n" not in line
    assert "secret" not in line


def test_an_unexpected_error_in_one_command_does_not_affect_others(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    recording = bring(desk)

    def broken(*_all: Any) -> None:
        raise ZeroDivisionError("secret")

    monkeypatch.setitem(commands.MAKERS, "delete", broken)
    asked = [command("delete", ids=[str(uuid4())]), new_label()]
    answer = desk.annotations.apply(recording, asked, since=-1)
    assert answer["acked"] == [asked[1]["uuid"]]
    (refused,) = answer["rejected"]
    assert "Reference" in refused["reason"]
    assert "secret" not in refused["reason"]
    assert not refused["retry"]
