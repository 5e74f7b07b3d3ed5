"""Go to a time or a sample: parsing, and lengths of the view."""

from __future__ import annotations

from pathlib import Path

import pytest

from components.label import go_to
from services.errors import Invalid
from tests.unit.test_layouts import read

DATES = "time,a\n" + "".join(f"2024-02-20 {9 + row // 60:02}:{row % 60:02}:00,{row}\n" for row in range(600))
SECONDS = "time [s],a\n" + "".join(f"{row / 10},{row}\n" for row in range(6000))
NUMBERS = "depth,a\n" + "".join(f"{row * 5},{row}\n" for row in range(600))


@pytest.mark.parametrize(
    ("table", "text", "sample"),
    [
        (DATES, "2024-02-20 10:00:00", 60),
        (DATES, "2024-02-20T10:00:00+00:00", 60),
        (DATES, "2024-02-20 10:00:30", 61),
        (DATES, "#599", 599),
        (DATES, " # 1 ", 1),
        (DATES, "+1:00:00", 60),
        (SECONDS, "12.5", 125),
        (SECONDS, "+12.5", 125),
        (SECONDS, "+1:30", 900),
        (SECONDS, "#5,999", 5999),
        (NUMBERS, "+5", 5),  # the row is the axis: a number with its sign
    ],
)
def test_a_time_a_sample_and_seconds_from_the_start_are_places(
    tmp_path: Path, table: str, text: str, sample: int
) -> None:
    store = read(table, tmp_path)
    assert store.nearest(go_to.place(store, text)) == sample


@pytest.mark.parametrize(
    ("table", "text", "words"),
    [
        (DATES, "tomorrow", "is not a time in the format of this file, such as 2024-02-20T09:00:00"),
        (DATES, "2025-01-01", "is not in this recording, which goes from 2024-02-20T09:00:00"),
        (DATES, "#600", "from 0 to 599"),
        (DATES, "#-1", "from 0 to 599"),
        (DATES, "+1000000", "is not in this recording"),
        (DATES, "+soon", "After + there must be seconds"),
        (DATES, "", "is not a time"),
        (SECONDS, "nan", "is not a time"),
        (SECONDS, "1e400", "is no"),
    ],
)
def test_a_text_that_is_not_a_position_is_refused_with_a_message(
    tmp_path: Path, table: str, text: str, words: str
) -> None:
    store = read(table, tmp_path)
    with pytest.raises(Invalid, match=words.replace("+", r"\+")):
        go_to.place(store, text)


def test_lengths_go_from_a_few_samples_to_the_whole_file(tmp_path: Path) -> None:
    words = [one["label"] for one in go_to.lengths(read(DATES, tmp_path))]
    assert words == ["As it is", "5 min", "15 min", "1 h", "4 h", "The whole file"]
    assert go_to.lengths(read(DATES, tmp_path))[1]["value"] == str(5 * 60_000.0)
    words = [number["label"] for number in go_to.lengths(read(NUMBERS, tmp_path))]
    assert words == ["As it is", "50 samples", "100 samples", "500 samples", "The whole file"]


def test_the_view_has_the_length_that_was_chosen_or_keeps_its_own(tmp_path: Path) -> None:
    store = read(SECONDS, tmp_path)
    about = {"recording": 1, "middle": "100.0"}
    assert go_to.view_of(store, about, {"where": "50.0", "length": go_to.AS_IT_IS}) == {
        "x0": 50,
        "x1": 50,
        "center": True,
    }
    assert go_to.view_of(store, about, {"where": "", "length": "10.0"}) == {
        "x0": 95,
        "x1": 105,
        "exact": True,
    }
    whole = str(store.info.time.last - store.info.time.first)
    assert go_to.view_of(store, about, {"where": "50.0", "length": whole}) == {
        "x0": 0,
        "x1": 599.9,
        "exact": True,
    }
