"""Labels of an exclusive class trim labels underneath; labels for some channels."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from services.ingest.convert import ingest
from services.storage.tables import annotation_table, label_classes
from tests.unit.working_state import Desk, command

FEW = settings(max_examples=20, deadline=None)  # each example is dozens of commits to the disk
ROWS = 30
CHANNELS = 3
Place = tuple[int, int, list[int] | None, str]


class Labels:
    """Recordings of 30 samples at 0, 1 … and three channels; the class X is exclusive, others are not."""

    def __init__(self, folder: Path) -> None:
        self.desk = Desk(folder)
        source = self.desk.settings.data_dir / "source.csv"
        source.write_text("t,a,b,c\n" + "".join(f"{row},{row},1,2\n" for row in range(ROWS)))
        self._info = ingest(source, name="a.csv", store_root=self.desk.settings.store_dir)
        self.fresh()
        with self.desk.database.write() as connection:
            self.desk.classes.ensure(connection, "X")
            connection.execute(
                update(label_classes).where(label_classes.c.name == "X").values(exclusive=True)
            )

    def fresh(self) -> None:
        path = f"{uuid4()}.csv"
        self.recording = self.desk.recordings.add(path, self._info).id

    def do(self, kind: str, **values: Any) -> dict[str, Any]:
        return dict(self.desk.annotations.apply(self.recording, [command(kind, **values)], since=-1))

    def add(self, start: int, end: int, label: str = "a", channels: list[int] | None = None) -> str:
        identity = str(uuid4())
        answer = self.do("add", id=identity, x0=start, x1=end, label=label, channels=channels)
        assert answer["acked"], answer["rejected"]
        return identity

    def rows(self) -> list[dict[str, Any]]:
        return list(self.desk.annotations.apply(self.recording, [], since=-1)["upsert"])

    def places(self) -> list[Place]:
        return [(row["start"], row["end"], row["channels"], row["label"]) for row in self.rows()]

    def ids(self) -> list[str]:
        return [row["id"] for row in self.rows()]


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Labels]:
    labels = Labels(tmp_path_factory.mktemp("labels"))
    yield labels
    labels.desk.close()


@pytest.fixture
def labels(opened: Labels) -> Labels:
    opened.fresh()
    return opened


def test_a_new_label_shortens_cuts_in_two_or_removes_what_lies_underneath(labels: Labels) -> None:
    kept = labels.add(0, 29, "a")
    labels.add(8, 12, "b")
    labels.add(11, 14, "c")
    answer = labels.do("add", id=str(uuid4()), x0=7, x1=12, label="X")
    assert labels.places() == [
        (0, 6, None, "a"),
        (7, 12, None, "X"),
        (13, 14, None, "c"),
        (13, 29, None, "a"),
    ]
    assert labels.ids()[0] == kept
    assert answer["undo"] == "Add X 7 – 12, trim 3 labels"


def test_one_undo_restores_the_trimmed_labels(labels: Labels) -> None:
    for start in (0, 5, 20):
        labels.add(start, start + 8)
    before = labels.desk.rows(labels.recording)
    labels.add(3, 22, "X")
    labels.do("undo")
    assert labels.desk.rows(labels.recording) == before
    labels.do("redo")
    assert labels.places() == [(0, 2, None, "a"), (3, 22, None, "X"), (23, 28, None, "a")]


@pytest.mark.parametrize(
    ("kind", "values", "left"),
    [
        ("move", {"x0": 6, "x1": 12}, [(3, 5), (6, 12)]),
        ("nudge", {"edge": "start", "by": -4}, [(3, 5), (6, 14)]),
        ("shift", {"by": -5}, [(3, 4), (5, 9)]),
        ("move", {"x0": 1, "x1": 20}, [(1, 20)]),
    ],
)
def test_a_label_that_is_changed_cuts_too(
    labels: Labels, kind: str, values: dict[str, Any], left: list[tuple[int, int]]
) -> None:
    labels.add(3, 9)
    top = labels.add(10, 14, "X")
    labels.do(kind, ids=[top], **values)
    assert [(start, end) for start, end, *_ in labels.places()] == left


def test_relabelling_to_an_exclusive_class_cuts_and_to_another_does_not(labels: Labels) -> None:
    labels.add(0, 9)
    label = labels.add(5, 14, "b")
    labels.do("relabel", ids=[label], label="c")
    assert len(labels.places()) == 2 and labels.places()[0][1] == 9
    labels.do("relabel", ids=[label], label="X")
    assert labels.places() == [(0, 4, None, "a"), (5, 14, None, "X")]


def test_what_puts_a_label_nowhere_else_cuts_nothing(labels: Labels) -> None:
    top = labels.add(0, 20, "X")
    labels.add(5, 8)  # on top of an exclusive label
    labels.do("note", ids=[top], note="why")
    labels.do("split", ids=[top], x=15)
    assert labels.places() == [(0, 14, None, "X"), (5, 8, None, "a"), (15, 20, None, "X")]


def test_of_labels_that_change_together_the_first_keeps_its_samples(labels: Labels) -> None:
    ids = [labels.add(0, 9), labels.add(5, 14), labels.add(6, 8)]
    labels.do("relabel", ids=ids, label="X")
    assert labels.places() == [(0, 9, None, "X"), (10, 14, None, "X")]


def test_a_label_about_one_channel_cuts_only_there(labels: Labels) -> None:
    labels.add(0, 20)
    labels.add(5, 8, "b", [2])
    labels.add(6, 10, "X", [1])
    assert sorted(labels.places(), key=str) == [
        (0, 5, None, "a"),
        (11, 20, None, "a"),
        (5, 8, [2], "b"),
        (6, 10, [0, 2], "a"),
        (6, 10, [1], "X"),
    ]


def test_suggestions_neither_cut_nor_are_cut(labels: Labels) -> None:
    suggested = labels.add(0, 10, "X")
    with labels.desk.database.write() as connection:
        asked = update(annotation_table).where(annotation_table.c.id == suggested)
        connection.execute(asked.values(status="suggested"))
    labels.add(5, 8, "X")
    labels.add(9, 9)
    labels.do("note", ids=[suggested], note="is it?")
    assert labels.places() == [(0, 10, None, "X"), (5, 8, None, "X"), (9, 9, None, "a")]


# -- channels ---------------------------------------------------------------------------------------------------


def test_labels_get_channels_and_lose_them_again(labels: Labels) -> None:
    ids = [labels.add(0, 1), labels.add(3, 4, channels=[2, 0])]
    assert labels.places()[1] == (3, 4, [0, 2], "a")
    answer = labels.do("scope", ids=ids, channels=[1])
    assert [row[2] for row in labels.places()] == [[1], [1]]
    assert answer["undo"] == "Channels of 2 labels (a)"
    labels.do("scope", ids=ids, channels=[2, 1, 0])  # all of them
    assert [row[2] for row in labels.places()] == [None, None]
    labels.do("scope", ids=ids[:1], channels=[0])
    labels.do("scope", ids=ids[:1], channels=[])
    assert labels.places()[0] == (0, 1, None, "a")


@pytest.mark.parametrize("channels", [[3], [-1], ["a"], "a", [True], {"0": 1}, [0.0], 7])
def test_channels_that_the_file_does_not_have_are_refused(labels: Labels, channels: Any) -> None:
    label = labels.add(0, 1)
    for kind, values in (
        ("scope", {"ids": [label]}),
        ("add", {"id": str(uuid4()), "x0": 1, "x1": 2, "label": "a"}),
    ):
        answer = labels.do(kind, channels=channels, **values)
        assert "only have channels of its file" in answer["rejected"][0]["reason"]


def test_merged_labels_are_about_the_channels_of_all_of_them(labels: Labels) -> None:
    labels.do("merge", ids=[labels.add(0, 1, channels=[0]), labels.add(3, 4, channels=[2])])
    assert labels.places() == [(0, 4, [0, 2], "a")]
    labels.do("merge", ids=[*labels.ids(), labels.add(8, 9, channels=[1])])
    assert labels.places() == [(0, 9, None, "a")]


# -- whatever is done -------------------------------------------------------------------------------------------

samples = st.integers(0, ROWS - 1)
scopes = st.one_of(st.none(), st.lists(st.integers(0, CHANNELS - 1), min_size=1, unique=True))
placed = st.lists(st.tuples(samples, samples, st.sampled_from("abX"), scopes), max_size=8)
names = st.lists(st.integers(0, 7), min_size=1, max_size=4)
changes = st.one_of(
    st.tuples(st.just("shift"), names, st.fixed_dictionaries({"by": st.integers(-9, 9)})),
    st.tuples(st.just("relabel"), names, st.fixed_dictionaries({"label": st.sampled_from("abX")})),
    st.tuples(st.just("scope"), names, st.fixed_dictionaries({"channels": scopes})),
    st.tuples(st.just("merge"), names, st.just({})),
    st.tuples(st.just("move"), st.lists(st.integers(0, 7), min_size=1, max_size=1),
              st.fixed_dictionaries({"x0": samples, "x1": samples})),
)  # fmt: skip


def covered(row: dict[str, Any]) -> set[tuple[int, int]]:
    """The samples of the channels that a label is about."""
    channels = range(CHANNELS) if row["channels"] is None else row["channels"]
    return {(sample, channel) for sample in range(row["start"], row["end"] + 1) for channel in channels}


def overlaps(rows: list[dict[str, Any]]) -> list[tuple[str, str]]:
    """Pairs of labels that share a sample of a channel, where at least one is exclusive."""
    return [
        (row["id"], other["id"])
        for row, other in combinations(rows, 2)
        if "X" in (row["label"], other["label"]) and covered(row) & covered(other)
    ]


def is_put(kind: str, values: dict[str, Any], place: Place) -> bool:
    """False for a label that is placed as requested, and only trimmed by another label of the same edit."""
    if kind == "scope":
        every = set(range(CHANNELS))
        return set(place[2] or every) != set(values["channels"] or every)
    return kind != "relabel" or place[3] != values["label"]


@FEW
@given(placed, st.lists(changes, max_size=6))
@example(
    marked=[(0, 1, "a", None), (1, 6, "X", [1]), (6, 25, "X", [0, 2]), (2, 6, "a", None)],
    sequence=[("scope", [1, 3], {"channels": [1]})],
)
def test_a_label_of_an_exclusive_class_never_overlaps_another_where_it_was_put(
    opened: Labels, marked: list[tuple[int, int, str, Any]], sequence: list[tuple[str, list[int], Any]]
) -> None:
    opened.fresh()
    for start, end, label, channels in marked:
        new = opened.add(start, end, label, channels)
        assert label != "X" or not any(new in pair for pair in overlaps(opened.rows()))
    for kind, named, values in sequence:
        ids = opened.ids()
        chosen = [ids[number % len(ids)] for number in named] if ids else []
        before = dict(zip(ids, opened.places(), strict=True))
        opened.do(kind, ids=chosen, **values)
        after = dict(zip(opened.ids(), opened.places(), strict=True))
        put = {
            name
            for name in chosen
            if name in after
            and after[name] != before[name]
            and after[name][3] == "X"
            and is_put(kind, values, before[name])
        }
        assert not [pair for pair in overlaps(opened.rows()) if put & set(pair)]


@FEW
@given(placed, samples, samples, scopes)
def test_trimming_removes_exactly_the_overlap_with_the_new_label(
    opened: Labels, marked: list[tuple[int, int, str, Any]], start: int, end: int, channels: Any
) -> None:
    opened.fresh()
    for first, last, label, about in marked:
        opened.add(first, last, label if label != "X" else "c", about)
    before = {label: _all(opened.rows(), label) for label in "abc"}
    new = opened.add(start, end, "X", channels)
    (top,) = (covered(row) for row in opened.rows() if row["id"] == new)
    assert {label: _all(opened.rows(), label) for label in "abc"} == {
        label: cells - top for label, cells in before.items()
    }


def _all(rows: list[dict[str, Any]], label: str) -> set[tuple[int, int]]:
    return set().union(*(covered(row) for row in rows if row["label"] == label))


@FEW
@given(samples, samples, scopes, st.integers(0, ROWS))
def test_split_then_merge_restores_the_label(
    opened: Labels, start: int, end: int, channels: Any, at: int
) -> None:
    opened.fresh()
    label = opened.add(start, end, "X", channels)
    before = opened.places()
    answer = opened.do("split", ids=[label], x=at)
    if answer["acked"]:
        opened.do("merge", ids=opened.ids())
    assert (opened.places(), opened.ids()) == (before, [label])
