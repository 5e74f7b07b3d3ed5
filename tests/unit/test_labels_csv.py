"""Label CSV: round trip, and escaping of formulas."""

from __future__ import annotations

import csv
import io

from hypothesis import given
from hypothesis import strategies as st

from services.formats.labels_csv import FORMULA, HEADER, LabelRow, write_labels
from tests.saved_labels import read_labels

LABELS = st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=100)
ROWS = st.builds(LabelRow, st.just("0.5"), st.just("2023-12-25T02:50:00+00:00"), LABELS, st.just("#d604a2"))


@given(st.lists(ROWS))
def test_written_labels_are_read_back(rows: list[LabelRow]) -> None:
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
