"""Moving, nudging, shifting, relabelling, splitting and merging labels; notes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from services.ingest.convert import ingest
from tests.unit.working_state import Desk, command

ROWS = 11
NUMBERS = "t,v\n" + "".join(f"{number * 10},{number}\n" for number in range(ROWS))  # 0, 10 … 100


class Labels:
    """A recording with samples at 0, 10 … 100, and short methods for commands."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        source = self.desk.settings.data_dir / "source.csv"
        source.write_text(NUMBERS)
        info = ingest(source, name="a.csv", store_root=self.desk.settings.store_dir)
        self.recording = self.desk.recordings.add("a.csv", info).id

    def do(self, kind: str, **values: Any) -> dict[str, Any]:
        return dict(self.desk.annotations.apply(self.recording, [command(kind, **values)], since=-1))

    def refusal(self, kind: str, **values: Any) -> str:
        before = self.rows()
        changes = self.do(kind, **values)
        assert not changes["acked"]
        assert self.rows() == before
        return str(changes["rejected"][0]["reason"])

    def add(self, start: int, end: int, label: str = "QRS") -> str:
        identity = str(uuid4())
        assert self.do("add", id=identity, x0=start * 10, x1=end * 10, label=label)["acked"]
        return identity

    def rows(self) -> list[dict[str, Any]]:
        return list(self.desk.annotations.apply(self.recording, [], since=-1)["upsert"])

    def segments(self) -> list[tuple[int, int, str]]:
        return [(row["start"], row["end"], row["label"]) for row in self.rows()]


@pytest.fixture
def labels(tmp_path: Path) -> Iterator[Labels]:
    opened = Labels(tmp_path)
    yield opened
    opened.desk.close()


@pytest.mark.parametrize(
    ("edges", "segment"),
    [
        ({"x0": 12}, (1, 6)),
        ({"x1": 94}, (3, 9)),
        ({"x0": 0, "x1": 1000}, (0, 10)),
        ({"x0": 88}, (6, 9)),  # dragged over the other edge, it becomes the other edge
        ({"startText": "20", "endText": " 20.0 "}, (2, 2)),
        ({"startText": "#0", "x1": 100}, (0, 10)),
    ],
)
def test_an_edge_moves_to_the_nearest_sample(
    labels: Labels, edges: dict[str, float], segment: tuple[int, int]
) -> None:
    label = labels.add(3, 6)
    labels.do("move", ids=[label], **edges)
    assert labels.segments() == [(*segment, "QRS")]


@pytest.mark.parametrize("text", ["15", "#11", "#-1", "#", "#" + "9" * 5000, "", "noon", None, 3])
def test_an_edge_that_is_typed_must_be_the_time_or_the_number_of_a_sample(labels: Labels, text: Any) -> None:
    assert labels.refusal("move", ids=[labels.add(3, 6)], startText=text)


def test_a_nudge_moves_an_edge_by_samples_and_stops_at_the_other_edge(labels: Labels) -> None:
    label = labels.add(3, 6)
    labels.do("nudge", ids=[label], edge="end", by=1)
    labels.do("nudge", ids=[label], edge="start", by=-2)
    assert labels.segments() == [(1, 7, "QRS")]
    labels.do("nudge", ids=[label], edge="start", by=50)
    assert labels.segments() == [(7, 7, "QRS")]
    assert "moved further" in labels.refusal("nudge", ids=[label], edge="start", by=1)


@pytest.mark.parametrize(("x0", "segment"), [(12, (1, 4)), (-500, (0, 3)), (88, (7, 10)), (1000, (7, 10))])
def test_a_label_moved_whole_keeps_its_number_of_samples(
    labels: Labels, x0: float, segment: tuple[int, int]
) -> None:
    label = labels.add(3, 6)
    labels.do("move", ids=[label], whole=True, x0=x0, x1=0)
    assert labels.segments() == [(*segment, "QRS")]


def test_many_labels_shift_together_and_stop_together_at_the_end(labels: Labels) -> None:
    ids = [labels.add(1, 2), labels.add(5, 7, "T")]
    labels.do("shift", ids=ids, by=2)
    assert labels.segments() == [(3, 4, "QRS"), (7, 9, "T")]
    labels.do("shift", ids=ids, by=100)
    assert labels.segments() == [(4, 5, "QRS"), (8, 10, "T")]
    labels.do("shift", ids=ids, by=-100)
    assert labels.segments() == [(0, 1, "QRS"), (4, 6, "T")]


def test_relabelling_makes_a_class_and_is_undone_in_one_step(labels: Labels) -> None:
    ids = [labels.add(0, 1), labels.add(3, 4), labels.add(6, 7, "T")]
    changes = labels.do("relabel", ids=ids, label="T")
    assert changes["undo"] == "Relabel 2 labels as T (QRS)"
    assert [label for _, _, label in labels.segments()] == ["T", "T", "T"]
    labels.do("undo")
    assert [label for _, _, label in labels.segments()] == ["QRS", "QRS", "T"]
    assert "already" in labels.refusal("relabel", ids=ids[:1], label="QRS")


def test_a_note_is_kept_without_space_around_it_and_bounded(labels: Labels) -> None:
    label = labels.add(0, 1)
    labels.do("note", ids=[label], note="  <b>noisy</b> lead \n")
    assert labels.rows()[0]["note"] == "<b>noisy</b> lead"
    for text in ("x" * 2001, "half a \ud83d", "nul \0", 7):
        assert "2,000" in labels.refusal("note", ids=[label], note=text)


def test_a_split_label_keeps_its_identity_in_the_first_piece(labels: Labels) -> None:
    label = labels.add(2, 8)
    labels.do("note", ids=[label], note="wide")
    labels.do("split", ids=[label], x=51)
    first, second = labels.rows()
    assert (first["id"], first["start"], first["end"]) == (label, 2, 4)
    assert (second["start"], second["end"], second["note"]) == (5, 8, "wide")
    labels.do("undo")
    assert labels.segments() == [(2, 8, "QRS")]


@pytest.mark.parametrize("x", [20, 90, -5])
def test_splitting_where_a_piece_would_be_empty_is_refused(labels: Labels, x: float) -> None:
    assert "inside" in labels.refusal("split", ids=[labels.add(2, 8)], x=x)


def test_merging_joins_from_the_first_start_to_the_last_end(labels: Labels) -> None:
    ids = [labels.add(5, 6), labels.add(1, 2)]
    labels.do("note", ids=ids[:1], note="late")
    labels.do("merge", ids=ids)
    (row,) = labels.rows()
    assert (row["id"], row["start"], row["end"], row["note"]) == (ids[1], 1, 6, "late")


def test_a_split_label_merged_again_is_as_it_was(labels: Labels) -> None:
    label = labels.add(2, 8)
    labels.do("split", ids=[label], x=50)
    labels.do("merge", ids=[row["id"] for row in labels.rows()])
    assert labels.segments() == [(2, 8, "QRS")]


def test_only_labels_of_one_class_are_merged(labels: Labels) -> None:
    assert "one class" in labels.refusal("merge", ids=[labels.add(1, 2), labels.add(5, 6, "T")])
    assert "two or more" in labels.refusal("merge", ids=[labels.add(8, 9)])


def test_a_change_of_a_label_changed_by_another_user_is_refused(labels: Labels) -> None:
    label = labels.add(2, 4)
    seen = {row["id"]: row["edited"] for row in labels.rows()}
    labels.do("move", ids=[label], x1=90, seen=seen)
    assert "Another user" in labels.refusal("move", ids=[label], x0=0, seen=seen)
    assert labels.segments() == [(2, 9, "QRS")]


def test_changing_a_label_that_was_deleted_meanwhile_is_refused(labels: Labels) -> None:
    label = labels.add(2, 4)
    labels.do("delete", ids=[label])
    assert "deleted" in labels.refusal("nudge", ids=[label], edge="end", by=1)
