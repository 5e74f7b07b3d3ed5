"""Property tests: random commands agree with a plain model, and saved labels are read back identically."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import accumulate
from typing import Any
from uuid import NAMESPACE_URL, uuid4, uuid5

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.annotations.import_labels import ImportDifference, LabelToImport, store_import
from services.annotations.scope import Scope
from services.ingest.convert import ingest
from services.label_import import Given, LabelImport
from services.recordings.edit_log import Edit
from services.storage.paths import labels_json_path
from services.timeseries import TimeKind
from tests.saved_labels import read_labels
from tests.unit.working_state import Desk, command

FEW = settings(max_examples=15, deadline=None)  # each example is dozens of commits to the disk
ROWS = 50


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Desk]:
    opened = Desk(tmp_path_factory.mktemp("desk"))
    yield opened
    opened.close()


class Model:
    """The labels of a recording as a list of changes, each (ids and segments taken away, put there)."""

    def __init__(self) -> None:
        self.rows: dict[str, tuple[Any, ...]] = {}
        self.done: list[tuple[dict[str, Any], dict[str, Any]]] = []
        self.undone: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def change(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        self._replace(before, after)
        self.done.append((before, after))
        self.undone.clear()

    def undo(self) -> bool:
        if not self.done:
            return False
        before, after = self.done.pop()
        self._replace(after, before)
        self.undone.append((before, after))
        return True

    def redo(self) -> bool:
        if not self.undone:
            return False
        before, after = self.undone.pop()
        self._replace(before, after)
        self.done.append((before, after))
        return True

    def _replace(self, before: dict[str, Any], after: dict[str, Any]) -> None:
        self.rows = {key: row for key, row in self.rows.items() if key not in before} | after


class Browser:
    """A copy of the labels that is kept up to date by what changed since its last revision."""

    def __init__(self, desk: Desk) -> None:
        self._desk = desk
        self.recording = desk.record(f"{id(self)}-{desk.recordings.version()}.csv", rows=ROWS)
        self.revision = -1
        self.rows: dict[str, tuple[Any, ...]] = {}

    def exchange(self, *commands: dict[str, Any]) -> Any:
        answer = self._desk.annotations.apply(self.recording, list(commands), since=self.revision)
        if answer["full"]:
            self.rows.clear()
        for identity in answer["remove"]:
            self.rows.pop(identity, None)
        self.rows |= {row["id"]: (row["start"], row["end"], row["label"]) for row in answer["upsert"]}
        self.revision = answer["revision"]
        return answer


samples = st.integers(0, ROWS - 1)
steps = st.one_of(
    st.tuples(st.just("add"), st.integers(0, 9), samples, samples, st.sampled_from("abc")),
    st.tuples(st.just("delete"), st.sets(st.integers(0, 5), min_size=1)),
    st.just(("undo",)),
    st.just(("redo",)),
)


def as_command(step: tuple[Any, ...], model: Model, recording: int) -> dict[str, Any]:
    if step[0] == "add":
        identity = str(uuid5(NAMESPACE_URL, f"{recording}:{step[1]}"))
        return command("add", id=identity, x0=step[2], x1=step[3], label=step[4])
    if step[0] == "delete":
        ids = sorted(model.rows)
        return command("delete", ids=[ids[number % len(ids)] for number in sorted(step[1])] if ids else [])
    return command(step[0])


def follow(model: Model, sent: dict[str, Any]) -> bool:
    """Apply a command to the model; False if it is not possible."""
    if sent["kind"] == "add":
        known = sent["id"] in model.rows
        if not known:
            model.change({}, {sent["id"]: (*sorted((sent["x0"], sent["x1"])), sent["label"])})
        return not known
    if sent["kind"] == "delete":
        gone = {identity: model.rows[identity] for identity in sent["ids"]}
        if gone:
            model.change(gone, {})
        return bool(gone)
    return model.undo() if sent["kind"] == "undo" else model.redo()


@FEW
@given(st.lists(steps, max_size=25), st.data())
def test_any_sequence_of_commands_agrees_with_a_plain_model(
    desk: Desk, sequence: list[tuple[Any, ...]], data: st.DataObject
) -> None:
    model, browser = Model(), Browser(desk)
    for step in sequence:
        sent = as_command(step, model, browser.recording)
        sense = follow(model, sent)
        repeated = sense and data.draw(st.booleans(), label="sent twice")
        answer = browser.exchange(*[sent] * (1 + repeated))
        assert answer["acked"] == [sent["uuid"]] * (1 + repeated if sense else 0)
        assert browser.rows == model.rows
        assert (answer["undo"] is None, answer["redo"] is None) == (not model.done, not model.undone)


@FEW
@given(st.lists(steps, max_size=20))
def test_undoing_everything_and_redoing_it_returns_to_the_same_rows(
    desk: Desk, sequence: list[tuple[Any, ...]]
) -> None:
    model, browser = Model(), Browser(desk)
    for step in sequence:
        sent = as_command(step, model, browser.recording)
        follow(model, sent)
        browser.exchange(sent)
    before, times = desk.rows(browser.recording), len(model.done)
    for _ in range(times):
        browser.exchange(command("undo"))
    assert (desk.rows(browser.recording), browser.rows) == ([], {})
    for _ in range(times):
        browser.exchange(command("redo"))
    assert desk.rows(browser.recording) == before


# -- saving and reading back ------------------------------------------------------------------------------------

letters = st.characters(exclude_categories=["Cc", "Cs"])
formulas = st.sampled_from("=+-@'\"\u00a0\u2028,;#")
names = (
    st.text(st.one_of(formulas, letters), min_size=1, max_size=40)
    .map(lambda name: unicodedata.normalize("NFC", name).strip())
    .filter(bool)
)
marks = st.lists(st.tuples(samples, samples, names), max_size=6)
waits = st.lists(st.integers(0, 10**12), min_size=1, max_size=ROWS)  # nanoseconds between two samples
zones = st.sampled_from(["Z", "+00:00", "+02:00", "-05:30", "+0545"])


def dates(nanoseconds: list[int], zone: str) -> list[str]:
    start = datetime(2023, 12, 25, 2, 50, tzinfo=UTC)
    texts = []
    for passed in accumulate(nanoseconds):
        moment = start + timedelta(seconds=passed // 10**9)
        texts.append(f"{moment:%Y-%m-%dT%H:%M:%S}.{passed % 10**9:09}{zone}")
    return texts


def back_from_saved(desk: Desk, text: str, path: str, placed: list[tuple[int, int, str]]) -> TimeKind:
    """Label a recording of that CSV, save, read back and compare with the working state; its time kind."""
    source = desk.settings.data_dir / "source.csv"
    source.write_text(text)
    info = ingest(source, name=path, store_root=desk.settings.store_dir)
    recording = desk.recordings.add(f"{desk.recordings.version()}/{path}", info).id
    store = desk.store(recording)
    meant = []
    for first, last, label in placed:
        x0, x1 = store.x_of([first % store.rows, last % store.rows])
        meant.append(class_that_is_meant(label, [label_class.name for label_class in desk.classes.list()]))
        desk.add(recording, float(x0), float(x1), label)
    desk.outputs.save(recording)
    working = desk.annotations.apply(recording, [], since=-1)["upsert"]
    saved = read_labels(desk.saved(desk.recordings.get(recording).path))
    assert [
        (store.index_of_saved(row.start), store.index_of_saved(row.end), row.label, row.color)
        for row in saved
    ] == [(row["start"], row["end"], row["label"], row["color"]) for row in working]
    assert sorted(row.label for row in saved) == sorted(meant)
    again = desk.recordings.add(f"{desk.recordings.version()}/again/{path}", info).id
    import_in_pieces(desk, desk.recordings.get(recording).path, again)
    assert desk.segments(again) == desk.segments(recording)
    desk.outputs.save(again)
    assert desk.saved(desk.recordings.get(again).path) == desk.saved(desk.recordings.get(recording).path)
    return info.time.kind


def class_that_is_meant(label: str, known: list[str]) -> str:
    """The class of a typed name: "qrs" is the class QRS if there is no class qrs, but A and a are different."""
    if label in known or len(label) == 1:
        return label
    return next((name for name in known if name.casefold() == label.casefold()), label)


def import_in_pieces(desk: Desk, saved: str, recording: int) -> None:
    """Bring a saved file in onto another recording; every label must match exactly, and only once."""
    given = Given(saved, desk.saved(saved).encode(), recording)
    bringing = LabelImport(desk.database, desk.recordings, desk.classes, desk.annotations)
    (first,) = bringing.import_files([given])
    (again,) = bringing.import_files([replace(given, uuid=str(uuid4()))])
    notes = [note for note in first.notes if "at a time that several samples have" not in note]
    assert (first.moved, first.clipped, first.unmatched, notes) == (0, 0, 0, [])
    assert (first.brought, again.brought, again.here) == (first.labels, 0, first.labels)


# -- the label JSON ---------------------------------------------------------------------------------------------

notes = st.text(letters, max_size=60).map(str.strip)
scopes = st.sampled_from([None, [0], [1], [0, 2], [1, 2]])
exact_marks = st.lists(st.tuples(samples, samples, names, notes, scopes), max_size=8)
resolutions = st.sampled_from(["1 ns", "1 s", "equal"])  # of the clock: how coarse the times are


def label_exactly(
    desk: Desk, recording: int, placed: list[tuple[int, int, str, str, list[int] | None]]
) -> None:
    """Labels on those samples, also where several samples have the same time."""
    rows = desk.store(recording).rows

    def make(scope: Scope) -> Edit:
        expected = [
            LabelToImport(*sorted((first % rows, last % rows)), label, None, note, channels)
            for first, last, label, note, channels in placed
        ]
        edit = store_import(scope, ImportDifference(expected, 0, []), False, "import", "Labels of a test")
        return edit or Edit("import", "None", [], [])

    desk.annotations.change(recording, str(uuid4()), make)


def everything(desk: Desk, recording: int) -> list[tuple[Any, ...]]:
    """Samples, class, colour, channels and note of each label."""
    rows = desk.annotations.apply(recording, [], since=-1)["upsert"]
    names = ("start", "end", "label", "color", "channels", "note")
    return sorted((tuple(row[name] for name in names) for row in rows), key=repr)


@FEW
@given(waits, resolutions, st.booleans(), exact_marks)
def test_a_label_json_restores_samples_classes_channels_and_notes(
    desk: Desk, nanoseconds: list[int], resolution: str, shuffled: bool, placed: Any
) -> None:
    """Also where times are coarse or equal, and where the rows of the file are not in the order of time."""
    if resolution != "1 ns":
        nanoseconds = [wait // 10**9 * 10**9 if resolution == "1 s" else 0 for wait in nanoseconds]
        nanoseconds = [*nanoseconds, 10**9]  # a column that does not move is no time
    lines = [f"{time},{n % 3},{n % 5},{n % 7}" for n, time in enumerate(dates(nanoseconds, "Z"))]
    text = "\n".join(["date,a,b,c", *(lines[::-1] if shuffled else lines)]) + "\n"
    recording, again = two_of(desk, text)
    label_exactly(desk, recording, placed)
    desk.outputs.save(recording)
    given = Given(
        "x.labels.json", desk.saved(labels_json_path(desk.recordings.get(recording).path)).encode(), again
    )
    bringing = LabelImport(desk.database, desk.recordings, desk.classes, desk.annotations)
    (first,) = bringing.import_files([given])
    (twice,) = bringing.import_files([replace(given, uuid=str(uuid4()))])
    assert (first.matched, first.brought, first.lines, first.notes) == (len(placed), len(placed), [], [])
    assert (twice.brought, twice.here) == (0, len(placed))
    assert everything(desk, again) == everything(desk, recording)
    desk.outputs.save(again)
    paths = [desk.recordings.get(one).path for one in (recording, again)]
    assert len({desk.saved(path) for path in paths}) == 1


def two_of(desk: Desk, text: str) -> tuple[int, int]:
    """Two recordings of the same bytes."""
    source = desk.settings.data_dir / "source.csv"
    source.write_text(text)
    info = ingest(source, name="a.csv", store_root=desk.settings.store_dir)
    version = desk.recordings.version()
    first = desk.recordings.add(f"{version}/a.csv", info).id
    return first, desk.recordings.add(f"{version}/again/a.csv", info).id


def rises(times: list[float]) -> bool:
    """A column that does not move is no time."""
    return times[0] < times[-1]


@FEW
@given(waits, zones, marks)
def test_saved_labels_read_back_the_same_with_times_of_a_zone(
    desk: Desk, nanoseconds: list[int], zone: str, placed: list[tuple[int, int, str]]
) -> None:
    text = "date,v\n" + "".join(f"{time},{n % 3}\n" for n, time in enumerate(dates(nanoseconds, zone)))
    assert back_from_saved(desk, text, "zone.csv", placed) == TimeKind.DATETIME


@FEW
@given(waits, marks)
def test_saved_labels_read_back_the_same_with_times_without_zone(
    desk: Desk, nanoseconds: list[int], placed: list[tuple[int, int, str]]
) -> None:
    text = "date,v\n" + "".join(f"{time},{n % 3}\n" for n, time in enumerate(dates(nanoseconds, "")))
    assert back_from_saved(desk, text, "naive.csv", placed) == TimeKind.NAIVE


@FEW
@given(st.lists(st.floats(-1e6, 1e6), min_size=2, max_size=ROWS).map(sorted).filter(rises), marks)
def test_saved_labels_read_back_the_same_with_numbers_as_times(
    desk: Desk, times: list[float], placed: list[tuple[int, int, str]]
) -> None:
    text = "t,v\n" + "".join(f"{time!r},{n % 3}\n" for n, time in enumerate(times))
    assert back_from_saved(desk, text, "numbers.csv", placed) == TimeKind.NUMERIC


@FEW
@given(st.integers(3, ROWS), marks)
def test_saved_labels_read_back_the_same_with_row_numbers_as_times(
    desk: Desk, rows: int, placed: list[tuple[int, int, str]]
) -> None:
    text = "v,w\n" + "".join(f"{(n * 7 + 3) % 5},{-n % 3}\n" for n in range(rows))
    assert back_from_saved(desk, text, "rows.csv", placed) == TimeKind.ROW
