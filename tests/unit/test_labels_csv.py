"""The label CSV: what is written is read back, and what a spreadsheet would run is made harmless."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.errors import RefusedFile
from services.formats.labels_csv import FORMULA, HEADER, LabelRow, read_labels, write_labels

LABELS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=100)
ROWS = st.builds(LabelRow, st.just("0.5"), st.just("2023-12-25T02:50:00+00:00"), LABELS, st.just("#d604a2"))


@given(st.lists(ROWS))
def test_what_is_written_is_read_back(rows: list[LabelRow]) -> None:
    assert read_labels(write_labels(rows)) == rows


@given(st.lists(ROWS))
def test_items_are_numbered_without_holes(rows: list[LabelRow]) -> None:
    lines = list(csv.reader(io.StringIO(write_labels(rows), newline="")))
    assert lines[0] == HEADER
    assert [line[0] for line in lines[1:]] == [str(number) for number in range(1, len(rows) + 1)]


@given(st.sampled_from("=+-@"), LABELS, st.integers(0, 3))
def test_no_label_begins_as_a_formula(sign: str, label: str, quotes: int) -> None:
    row = LabelRow("1", "2", "'" * quotes + sign + label, "red")
    (_, (*_, written, _color)) = csv.reader(io.StringIO(write_labels([row]), newline=""))
    assert not written.startswith(FORMULA)
    assert read_labels(write_labels([row])) == [row]


def test_a_plain_label_and_a_negative_time_are_written_as_they_are() -> None:
    assert write_labels([LabelRow("-1.5", "2", "don't", "black")]).splitlines()[1] == "1,-1.5,2,don't,black"


def test_a_file_of_the_old_tool_with_byte_order_mark_and_carriage_returns_is_read() -> None:
    text = "\ufeffItem Number,Start Index,End Index,Label,Color\r\n1,5,9,QRS,black\r\n\r\n"
    assert read_labels(text) == [LabelRow("5", "9", "QRS", "black")]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "b.csv, line 1: the header must be Item Number,Start Index,End Index,Label,Color."),
        ("a,b\n", "b.csv, line 1: the header"),
        (",".join(HEADER) + "\n1,2,3,x\n", "b.csv, line 2: 4 cells where 5 belong."),
        (",".join(HEADER) + '\n1,2,3,"x', "b.csv, line 2: unexpected end of data"),
        (",".join(HEADER) + f"\n1,2,3,{'x' * 200_000},red\n", "b.csv, line 2: field larger than field limit"),
    ],
)
def test_another_file_is_refused_with_its_line(text: str, sentence: str) -> None:
    with pytest.raises(RefusedFile) as refusal:
        read_labels(text, "b.csv")
    assert str(refusal.value).startswith(sentence)
