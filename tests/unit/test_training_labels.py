"""Training set: labels in the database, and whether they are sufficient."""

from __future__ import annotations

from dataclasses import replace
from hashlib import sha256
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import insert, update

from services.accounts import acting
from services.accounts.model import LOCAL
from services.errors import Invalid
from services.learning.data.examples import rows_of, segments
from services.recordings.trash import Trash
from services.storage.tables import annotation_table, label_classes, label_sets
from services.training import TrainingRequest, counting, folder
from services.training.counting import count
from services.training.label_overlaps import flat, gaps
from services.training.requirements import missing
from services.training.training_set import TrainingSet, collect
from tests.unit.people import ANN
from tests.unit.recordings import store_of
from tests.unit.working_state import Desk

EDGES = st.tuples(st.integers(0, 40), st.integers(0, 40)).map(lambda two: (min(two), max(two)))
SEGMENTS = st.lists(st.tuples(st.integers(0, 3), EDGES), max_size=12)


def record(desk: Desk, path: str, *names: str) -> int:
    """A recording of 1,000 rows with channels of those names, or c0 and c1."""
    key = sha256(path.encode()).hexdigest()
    folder = desk.settings.store_dir / key[:2] / key
    store = store_of(folder, [np.arange(1000) / 8 + place for place in range(len(names) or 2)])
    info = replace(store.info, sha256=key)
    if names:
        pairs = zip(info.channels, names, strict=True)
        info = replace(info, channels=tuple(replace(one, name=name) for one, name in pairs))
        (folder / "meta.json").write_text(info.to_json())
    return desk.recordings.add(path, info).id


def become(desk: Desk, label: str, status: str) -> None:
    """As if a model had suggested that label."""
    with desk.database.write() as connection:
        chosen = update(annotation_table).where(annotation_table.c.id == label)
        connection.execute(chosen.values(status=status, source="model", model="m"))


def collected(desk: Desk, *recordings: int, **more: Any) -> TrainingSet:
    with desk.database.read() as connection:
        return collect(connection, desk.recordings, TrainingRequest(recordings, **more))


def named(training_set: TrainingSet, what: str = "labels") -> list[tuple[str, int, int]]:
    """Segments of the first recording by the name of their class."""
    names = [label.name for label in training_set.labels]
    return [(names[label], *segment) for label, segment in getattr(training_set.parts[0], what)]


# ---- overlaps and gaps --------------------------------------------------------------------------------------


@given(SEGMENTS)
def test_flat_labels_equal_the_row_by_row_rule(found: list[Any]) -> None:
    assert flat(found) == segments(rows_of(found, 41))


def test_where_labels_overlap_the_shorter_counts() -> None:
    assert flat([(0, (0, 99)), (1, (10, 19))]) == [(0, (0, 9)), (1, (10, 19)), (0, (20, 99))]


def test_of_two_labels_of_one_length_the_later_counts() -> None:
    assert flat([(0, (0, 9)), (1, (5, 14))]) == [(0, (0, 4)), (1, (5, 14))]


def test_a_gap_no_longer_than_its_neighbours_is_nothing_and_a_long_one_is_not_known() -> None:
    found = [(0, (0, 9)), (1, (20, 29)), (0, (60, 69))]
    assert gaps([found], 7) == [[(7, (10, 19))]]


def test_a_recurring_long_pause_between_the_same_classes_is_background() -> None:
    found = [(0, (0, 9)), (1, (60, 69)), (0, (200, 209)), (1, (265, 274))]
    assert gaps([found], 7) == [[(7, (10, 59)), (7, (210, 264))]]


def test_a_large_gap_between_labels_of_one_class_is_unknown() -> None:
    assert gaps([[(0, (0, 9)), (0, (60, 69)), (0, (120, 129))]], 7) == [[]]


def test_labels_that_touch_have_no_gap() -> None:
    assert gaps([[(0, (0, 9)), (1, (10, 19))]], 7) == [[]]


# ---- enough labels ------------------------------------------------------------------------------------------


def test_too_few_labels_are_reported_with_the_missing_numbers() -> None:
    counts = {"P": 1, "QRS": 3, "T": 0}
    assert missing(counts) == "Mark 1 more P and 2 more T: at least 2 segments of each class are needed."


def test_no_labels_are_reported_with_the_first_step() -> None:
    assert missing({}).startswith("Mark 2 or more segments of each of two classes first")


def test_one_class_only_names_the_remedy() -> None:
    assert "Mark a second class" in missing({"QRS": 9})
    assert "background class" in missing({"QRS": 9})


def test_enough_labels_need_no_sentence() -> None:
    assert missing({"P": 2, "QRS": 2}) == ""


# ---- collecting ---------------------------------------------------------------------------------------------


def test_accepted_labels_are_learnt_class_by_class(desk: Desk) -> None:
    recording = record(desk, "a.csv")
    desk.add(recording, 10, 19, "P")
    desk.add(recording, 30, 49, "QRS")
    training_set = collected(desk, recording)
    assert named(training_set) == [("P", 10, 19), ("QRS", 30, 49)]
    assert training_set.marked == {"P": 1, "QRS": 1}
    assert training_set.channels == ("c0", "c1")


def test_the_training_set_counts_the_labels_of_each_person(desk: Desk) -> None:
    recording = record(desk, "a.csv")
    for user, start, name in ((ANN, 10, "P"), (ANN, 30, "QRS"), (LOCAL, 50, "P"), (ANN, 70, "T")):
        with acting.on_behalf_of(user):
            desk.add(recording, start, start + 9, name)
    training_set = collected(desk, recording, classes=("P", "QRS"))
    assert training_set.authors == {"": 1, "Ann": 2}


def test_a_rejected_suggestion_is_known_not_to_be_of_its_class(desk: Desk) -> None:
    recording = record(desk, "a.csv")
    desk.add(recording, 10, 19, "P")
    become(desk, desk.add(recording, 100, 119, "P"), "rejected")
    training_set = collected(desk, recording)
    assert named(training_set) == [("P", 10, 19)]
    assert named(training_set, "wrong") == [("P", 100, 119)]


def test_an_open_suggestion_is_no_label(desk: Desk) -> None:
    recording = record(desk, "a.csv")
    desk.add(recording, 10, 19, "P")
    become(desk, desk.add(recording, 100, 119, "P"), "suggested")
    training_set = collected(desk, recording)
    assert named(training_set) == [("P", 10, 19)]
    assert named(training_set, "wrong") == []


def test_of_overlapping_labels_the_one_edited_last_counts(desk: Desk) -> None:
    recording = record(desk, "a.csv")
    first = desk.add(recording, 0, 9, "P")
    desk.add(recording, 5, 14, "QRS")
    assert named(collected(desk, recording)) == [("P", 0, 4), ("QRS", 5, 14)]
    desk.send(recording, "note", ids=[first], note="sure")
    assert named(collected(desk, recording)) == [("P", 0, 9), ("QRS", 10, 14)]


def test_only_the_chosen_classes_are_learnt(desk: Desk) -> None:
    recording = record(desk, "a.csv")
    desk.add(recording, 10, 19, "P")
    desk.add(recording, 30, 49, "QRS")
    assert named(collected(desk, recording, classes=("QRS",))) == [("QRS", 30, 49)]


def test_classes_of_two_sets_with_one_name_are_one(desk: Desk) -> None:
    recording, other = record(desk, "a.csv"), record(desk, "b.csv")
    desk.add(recording, 10, 19, "P")
    label = desk.add(other, 10, 19, "P")
    now = desk.recordings.get(other).created_at
    with desk.database.write() as connection:
        added = connection.execute(insert(label_sets).values(name="Other", position=2, created_at=now))
        (label_set,) = added.inserted_primary_key or (0,)
        twin = {"label_set_id": label_set, "name": "P", "color": "red", "position": 1}
        (identity,) = connection.execute(insert(label_classes).values(twin)).inserted_primary_key or (0,)
        chosen = update(annotation_table).where(annotation_table.c.id == label)
        connection.execute(chosen.values(label_class_id=identity))
    assert collected(desk, recording, other).marked == {"P": 2}


def test_channels_are_those_that_all_recordings_share_by_name(desk: Desk) -> None:
    recording, other = record(desk, "a.csv", "II", "V5"), record(desk, "b.csv", "V1", "V5", "II")
    for one in (recording, other):
        desk.add(one, 10, 19, "P")
    training_set = collected(desk, recording, other)
    assert training_set.channels == ("II", "V5")
    assert [part.places for part in training_set.parts] == [(0, 1), (2, 1)]


def test_a_chosen_channel_that_a_recording_lacks_is_named(desk: Desk) -> None:
    recording = record(desk, "a.csv", "II", "V5")
    desk.add(recording, 10, 19, "P")
    with pytest.raises(Invalid, match=r"“a.csv” has no channel “V1”"):
        collected(desk, recording, channels=("V1",))


def test_labels_that_are_all_about_one_channel_are_learnt_from_it(desk: Desk) -> None:
    recording = record(desk, "a.csv")
    desk.add(recording, 10, 19, "P", channels=[1])
    training_set = collected(desk, recording)
    assert training_set.channels == ("c1",)
    assert training_set.parts[0].places == (1,)


def test_the_channels_of_each_class_are_known_if_its_labels_agree(desk: Desk) -> None:
    recording = record(desk, "a.csv", "I", "II", "V1")
    other = record(desk, "b.csv", "II", "I", "V1")
    desk.add(recording, 10, 19, "P", channels=[1])
    desk.add(other, 10, 19, "P", channels=[0])
    desk.add(recording, 30, 39, "QRS", channels=[0])
    desk.add(recording, 50, 59, "QRS", channels=[2])
    desk.add(recording, 70, 79, "T", channels=[0, 2])
    assert collected(desk, recording, other).label_channels == {"P": ["II"], "T": ["I", "V1"]}
    desk.add(recording, 90, 99, "P")
    assert collected(desk, recording, other).label_channels == {"T": ["I", "V1"]}


def test_the_gaps_between_labels_have_their_channels(desk: Desk) -> None:
    recording = record(desk, "a.csv")
    for first in range(0, 100, 20):
        desk.add(recording, first, first + 9, "P", channels=[1])
    training_set = collected(desk, recording, unmarked="between")
    assert training_set.label_channels == {"P": ["c1"], "Unmarked": ["c1"]}
    assert folder.write(desk.settings.training_dir / "job", training_set, {})["label_channels"]


def test_a_label_about_other_channels_than_those_chosen_does_not_count(desk: Desk) -> None:
    recording = record(desk, "a.csv")
    desk.add(recording, 10, 19, "P", channels=[1])
    desk.add(recording, 30, 39, "P", channels=[0])
    desk.add(recording, 50, 59, "P")
    assert named(collected(desk, recording, channels=("c0",))) == [("P", 30, 39), ("P", 50, 59)]


def test_of_a_folder_only_files_with_the_same_channels_have_a_part(desk: Desk) -> None:
    recording = record(desk, "ecg/a.csv")
    others = record(desk, "ecg/b.csv"), record(desk, "ecg/c.csv", "x"), record(desk, "ecg/deep/d.csv")
    for one in (*others, record(desk, "e.csv")):
        desk.add(one, 10, 19, "P")
    training_set = collected(desk, recording, folder="ecg")
    assert [part.path for part in training_set.parts] == ["ecg/b.csv"]


def test_gaps_between_close_labels_are_background(desk: Desk) -> None:
    recording = record(desk, "a.csv")
    for start in (100, 300):
        desk.add(recording, start, start + 9, "P")
        desk.add(recording, start + 20, start + 29, "QRS")
    training_set = collected(desk, recording, unmarked="between")
    assert training_set.background is not None
    assert training_set.labels[training_set.background].name == "Unmarked"
    assert [one for one in named(training_set) if one[0] == "Unmarked"] == [
        ("Unmarked", 110, 119),
        ("Unmarked", 310, 319),
    ]
    assert training_set.marked == {"P": 2, "QRS": 2}


def test_a_single_gap_is_too_little_to_know_what_nothing_looks_like(desk: Desk) -> None:
    recording = record(desk, "a.csv")
    desk.add(recording, 100, 109, "P")
    desk.add(recording, 120, 129, "QRS")
    training_set = collected(desk, recording, unmarked="between")
    assert training_set.background is None
    assert [label.name for label in training_set.labels] == ["P", "QRS"]


def test_a_named_background_is_every_row_without_a_label(desk: Desk) -> None:
    recording = record(desk, "a.csv")
    desk.add(recording, 100, 109, "P")
    training_set = collected(desk, recording, unmarked="Rest")
    assert named(training_set) == [("Rest", 0, 99), ("P", 100, 109), ("Rest", 110, 999)]
    assert training_set.marked == {"P": 1, "Rest": 2}


def test_a_recording_in_the_trash_has_no_part(desk: Desk) -> None:
    recording, other = record(desk, "a.csv"), record(desk, "b.csv")
    for one in (recording, other):
        desk.add(one, 10, 19, "P")
    Trash(desk.database, desk.settings).delete([other])
    assert [part.path for part in collected(desk, recording, other).parts] == ["a.csv"]


# ---- what is wanted -----------------------------------------------------------------------------------------


def test_a_request_survives_json() -> None:
    request = TrainingRequest(
        (3, 1), "ecg", ("P",), ("II",), "between", ("b.csv",), 12.0, 7, "My model", "id", 3
    )
    assert TrainingRequest.from_json(request.to_json()) == request


@pytest.mark.parametrize(
    "values",
    [
        None,
        {},
        {"recordings": []},
        {"recordings": ["a"]},
        {"recordings": [True]},
        {"recordings": [1], "seconds": "x"},
        {"recordings": [1], "seconds": 0},
        {"recordings": [1], "classes": "P"},
        {"recordings": [1], "name": 3},
        {"recordings": [1], "suggest": -1},
    ],
)
def test_a_training_that_makes_no_sense_is_refused_in_words(values: Any) -> None:
    with pytest.raises(Invalid):
        TrainingRequest.from_json(values)


def test_a_class_with_one_stray_label_is_left_out_on_request(desk: Desk) -> None:
    recording = record(desk, "a.csv")
    for place, name in enumerate(("P", "T", "P", "T", "noise")):
        desk.add(recording, 20 * place, 20 * place + 9, name)
    training_set = collected(desk, recording, sparing=True)
    assert training_set.marked == {"P": 2, "T": 2}
    assert training_set.warnings == ("Left out, because they have too few segments: “noise”.",)
    assert [(label.index, label.name) for label in training_set.labels] == [(0, "P"), (1, "T")]
    assert collected(desk, recording).marked == {"P": 2, "T": 2, "noise": 1}


def test_no_class_is_left_out_where_two_would_not_stay(desk: Desk) -> None:
    recording = record(desk, "a.csv")
    for place, name in enumerate(("P", "T", "P")):
        desk.add(recording, 20 * place, 20 * place + 9, name)
    assert missing(collected(desk, recording, sparing=True).marked).startswith("Mark 1 more T")


# ---- thousands of labels ------------------------------------------------------------------------------------


def test_labels_that_are_only_counted_are_as_many_as_those_looked_at(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, other, stranger = record(desk, "a.csv"), record(desk, "b.csv"), record(desk, "c.csv", "x")
    for recording in (first, other, stranger):
        for place, name in enumerate(("T", "P", "P", "QRS")):
            desk.add(recording, 20 * place, 20 * place + 9, name)
    become(desk, desk.add(first, 500, 509, "P"), "suggested")
    for more in ({}, {"classes": ("QRS", "T")}, {"channels": ("c0",)}):
        request = TrainingRequest((first,), folder="", **more)
        training_set = collected(desk, first, folder="", **more)
        with desk.database.read() as connection:
            assert count(connection, desk.recordings, request) is None
            with monkeypatch.context() as patch:
                patch.setattr(counting, "FEW", 0)
                counted = count(connection, desk.recordings, request)
        assert counted is not None
        assert list(counted.marked.items()) == list(training_set.marked.items())
        assert counted.recordings == tuple(part.id for part in training_set.parts) == (first, other)
        assert (counted.channels, counted.rows) == (training_set.channels, 2000)
