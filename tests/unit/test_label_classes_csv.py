"""CSV of label classes: the plan of an import equals its effects; importing an export changes nothing."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from services.errors import NotFound, RefusedFile
from services.formats.label_classes_csv import ClassRow, read_classes, write_classes
from services.formats.labels_csv import FORMULA
from services.formats.text import decode
from services.label_classes.rows import of_set
from services.label_classes.sets import LabelSets
from services.label_classes.validation import PALETTE
from services.label_classes.view import LabelClassView
from tests.saved_again import SAVED_AGAIN
from tests.unit.working_state import Desk

DEMO = (
    "label,value,Color\n0,No trend,black\n1,Moderate negative trend,orange\n2,Very strong negative trend,red\n"
    "3,Moderate positive trend,green\n4,Very strong positive trend,blue\n"
)
NAMES = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=100)
INDICES = st.none() | st.integers(0, 9999)
ROWS = st.builds(ClassRow, INDICES, NAMES, st.sampled_from(["black", "#d604a2", "rgb(1, 2, 3)"]))


class Office:
    """A working state and the desk of its label classes."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.sets = LabelSets(desk.database)
        self.classes = LabelClassView(desk.database, desk.classes, self.sets)

    def bring(self, text: str, label_set: int = 1, apply: bool = True) -> dict[str, Any]:
        """Import a CSV; returns the effects."""
        return self.classes.import_csv(label_set, text.encode(), "classes.csv", apply)

    def words(self, text: str, apply: bool = False) -> list[tuple[str, str, str]]:
        """What each class of a CSV becomes."""
        return [
            (step["kind"], step["name"], step["words"]) for step in self.bring(text, apply=apply)["steps"]
        ]

    def listed(self) -> list[tuple[int | None, str, str]]:
        """Index, name and colour of every class."""
        return [
            (label_class.model_index, label_class.name, label_class.color)
            for label_class in self.desk.classes.list()
        ]


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    desk = Desk(tmp_path)
    yield Office(desk)
    desk.close()


# -- the format --------------------------------------------------------------------------------------------------


@given(st.lists(ROWS))
def test_written_classes_are_read_back(rows: list[ClassRow]) -> None:
    read, bad = read_classes(write_classes(rows))
    assert [(row.index, row.name, row.color) for row in read] == [
        (row.index, row.name, row.color) for row in rows
    ]
    assert bad == []


@given(st.sampled_from("=+-@"), NAMES)
def test_no_class_begins_as_a_formula(sign: str, name: str) -> None:
    (_, (_, written, _)) = csv.reader(
        io.StringIO(write_classes([ClassRow(0, sign + name, "red")]), newline="")
    )
    assert not written.startswith(FORMULA)


def test_byte_order_mark_carriage_returns_spaces_and_empty_lines_are_taken() -> None:
    read, bad = read_classes("\ufeffLabel, Value,color\r\n 7 ,QRS,red\r\n\r\n,,\r\n,P,blue\r\n")
    assert [(row.index, row.name, row.line) for row in read] == [(7, "QRS", 2), (None, "P", 5)]
    assert bad == []


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "c.csv, line 1: the header must be label,value,Color."),
        ("Item Number,Start Index,End Index,Label,Color\n", "c.csv, line 1: the header"),
        ('label,value,Color\n0,"x', "c.csv, line 2: unexpected end of data"),
        ("label,value,Color\n" + "1,x,red\n" * 10_001, "c.csv has more than 10,000 lines"),
    ],
)
def test_another_file_is_refused_in_words(text: str, sentence: str) -> None:
    with pytest.raises(RefusedFile) as refusal:
        read_classes(text, "c.csv")
    assert str(refusal.value).startswith(sentence)


# -- import ------------------------------------------------------------------------------------------------------


def test_the_classes_of_the_demo_go_in_and_come_out_the_same(office: Office) -> None:
    office.bring(DEMO)
    assert office.classes.export(1) == ("Labels", DEMO)
    assert [label_class.hotkey for label_class in office.desk.classes.list()] == list("12345")
    assert {kind for kind, *_ in office.words(DEMO)} == {"same"}


@given(rows=st.lists(ROWS, max_size=8))
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_importing_an_export_changes_nothing(rows: list[ClassRow], office: Office) -> None:
    first, second = (office.sets.add(str(uuid4())) for _ in range(2))
    office.bring(write_classes(rows), first)
    (_, text), before = office.classes.export(first), office.desk.classes.list()
    assert {step["kind"] for step in office.bring(text, first)["steps"]} <= {"same"}
    assert office.desk.classes.list() == before
    assert {step["kind"] for step in office.bring(text, second)["steps"]} <= {"added"}
    assert office.classes.export(second)[1] == text


def test_a_plan_describes_the_effects_and_changes_nothing(office: Office) -> None:
    for name in ("No trend", "Up", "Old"):
        office.desk.classes.add(1, name)
    office.desk.classes.set_index(3, 1)
    before = office.listed()
    plan = office.bring("label,value,Color\n0,No trend,black\n1,Down,red\n,Up," + PALETTE[1], apply=False)
    assert [(step["kind"], step["name"], step["words"]) for step in plan["steps"]] == [
        ("changed", "No trend", f"colour {PALETTE[0]} → black, index none → 0"),
        ("added", "Down", "new"),
        ("same", "Up", "unchanged"),
    ]
    assert plan["clashes"] == ["The index 1 is “Old” now; it will be “Down”."]
    assert office.listed() == before


def test_an_import_has_the_effects_of_the_plan(office: Office) -> None:
    recording = office.desk.record()
    office.desk.add(recording, 1, 2, "A")
    office.desk.outputs.save(recording)
    office.desk.classes.add(1, "B")
    office.desk.classes.set_index(1, 0)
    office.desk.classes.set_index(2, 1)
    office.bring("label,value,Color\n1,A,teal\n0,C,red\n")
    assert office.listed() == [(1, "A", "teal"), (None, "B", PALETTE[1]), (0, "C", "red")]
    assert office.desk.state(recording) == "unsaved"  # Save writes the colour


FULL = st.lists(
    st.tuples(INDICES, NAMES, st.sampled_from("1234567890") | st.just(""), st.booleans()), max_size=8
).map(
    lambda rows: [
        ClassRow(index, name, "red", key=key, exclusive=exclusive) for index, name, key, exclusive in rows
    ]
)


@given(rows=FULL)
@settings(deadline=None, max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_keys_and_exclusive_classes_go_out_and_come_in_again(rows: list[ClassRow], office: Office) -> None:
    first, second = (office.sets.add(str(uuid4())) for _ in range(2))
    read, bad = read_classes(write_classes(rows))
    assert bad == []
    assert [(one.key, one.exclusive) for one in read] == [(row.key, row.exclusive) for row in rows]
    office.bring(write_classes(rows), first)
    text = office.classes.export(first)[1]
    assert {step["kind"] for step in office.bring(text, first)["steps"]} <= {"same"}
    office.bring(text, second)
    assert office.classes.export(second)[1] == text
    assert keys_of(office, second) == keys_of(office, first)


def keys_of(office: Office, label_set: int) -> list[tuple[str, str | None, bool]]:
    with office.desk.database.read() as connection:
        return [
            (label_class.name, label_class.hotkey, label_class.exclusive)
            for label_class in of_set(connection, label_set)
        ]


def test_keys_and_exclusiveness_are_changed_only_if_the_file_has_them(office: Office) -> None:
    office.bring("label,value,Color,Key,Exclusive\n,P,red,3,yes\n,Q,red,,\n,T,red,1,no\n")
    assert keys_of(office, 1) == [("P", "3", True), ("Q", None, False), ("T", "1", False)]
    text = "label,value,Color,Key,Exclusive\n,P,red,3,yes\n,Q,red,,\n,T,red,1,\n"
    assert office.classes.export(1)[1] == text
    office.bring("label,value,Color\n5,P,blue\n")
    assert keys_of(office, 1)[0] == ("P", "3", True)
    plan = office.bring("label,value,Color,Key\n,Q,red,3\n,T,red,\n", apply=False)
    assert [step["words"] for step in plan["steps"]] == ["key none → 3", "key 1 → none"]
    assert plan["clashes"] == ["The key 3 is “P” now; it will be “Q”."]
    office.bring("label,value,Color,Key\n,Q,red,3\n,T,red,\n")
    assert keys_of(office, 1) == [("P", None, True), ("Q", "3", False), ("T", None, False)]
    assert office.words("Exclusive,label,value,Color\nno,5,P,blue\n") == [
        ("changed", "P", "no longer exclusive")
    ]


def test_keys_that_are_none_or_come_twice_are_left_out_with_a_sentence_each(office: Office) -> None:
    lines = ["0,A,red,1,", "1,B,red,1,", "2,C,red,12,", "3,D,red,é,", "4,E,red,,maybe", "5,F,red,2,X"]
    text = "\n".join(["label,value,Color,Key,Exclusive", *lines])
    assert office.bring(text)["refused"] == [
        "Line 3: The key 1 is already in line 2.",
        "Line 4: The key of a label class is a digit, 1 to 9 or 0, or a small letter, a to z.",
        "Line 5: The key of a label class is a digit, 1 to 9 or 0, or a small letter, a to z.",
        "Line 6: “maybe” is neither yes nor no.",
    ]
    assert keys_of(office, 1) == [("A", "1", False), ("F", "2", True)]


@pytest.mark.parametrize("kind", [one for one in SAVED_AGAIN if not one.startswith("another column")])
def test_classes_that_a_spreadsheet_saved_again_are_read(kind: str) -> None:
    rows = [["label", "value", "Color"], ["0", 'P, "wave"', "rgb(1, 2, 3)"], ["", "Übergang", "red"]]
    read, bad = read_classes(decode(SAVED_AGAIN[kind](rows)))
    assert [(row.index, row.name, row.color) for row in read] == [
        (0, 'P, "wave"', "rgb(1, 2, 3)"),
        (None, "Übergang", "red"),
    ]
    assert bad == []


def test_lines_that_make_no_sense_are_left_out_with_a_sentence_each(office: Office) -> None:
    lines = [
        "0,A,red",
        "x,B,red",
        "1,,red",
        "2,C,no colour",
        "3,A,red",
        "0,D,red",
        "1,2",
        "9,E,red",
        "99999,F,red",
    ]
    text = "\n".join(["label,value,Color", *lines])
    assert office.bring(text)["refused"] == [
        "Line 3: “x” is not a whole number.",
        "Line 4: A label needs a name.",
        "Line 5: “no colour” is not a colour. Use a name such as red, or #rrggbb.",
        "Line 6: “A” is already in line 2.",
        "Line 7: The index 0 is already in line 2.",
        "Line 8: 2 cells, expected 3.",
        "Line 10: The index of a model is a whole number from 0 to 9,999.",
    ]
    assert office.listed() == [(0, "A", "red"), (9, "E", "red")]


def test_a_file_of_another_encoding_is_read_as_spreadsheets_write_it(office: Office) -> None:
    office.classes.import_csv(1, "label,value,Color\n0,Größe,red\n".encode("cp1252"), "c.csv", apply=True)
    assert office.listed() == [(0, "Größe", "red")]


def test_a_deleted_set_is_refused(office: Office) -> None:
    for attempt in (lambda: office.bring(DEMO, 9), lambda: office.classes.export(9)):
        with pytest.raises(NotFound):
            attempt()
