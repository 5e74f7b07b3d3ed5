"""Descriptions of recordings, for each kind of time axis."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest

from components.recording import describe, facts, shape, summary
from services.timeseries import ChannelInfo, Reading, StoreInfo, TimeInfo, TimeKind, durations
from services.timeseries.clock import offset_seconds

DAY = 86_400_000.0
READING = Reading("UTF-8", ",", ".", True, "\n", False, (), ())
CHANNEL = ChannelInfo("II", "mV", "float64", 0, -0.5, 1.25)


def info(kind: TimeKind, **time: Any) -> StoreInfo:
    axis = {"name": "t", "zone": None, "unit": None, "first": 0.0, "last": 9.0, "step": 1.0}
    if kind is TimeKind.ROW:
        axis["name"] = None
    described = TimeInfo(kind=kind, uniform=True, gaps=0, **{**axis, **time})
    return StoreInfo("ab" * 32, 12_345, 5000, described, (CHANNEL,), READING)


DATES = info(TimeKind.DATETIME, zone="+02:00", first=0.0, last=DAY, step=60_000.0)
NAIVE = info(TimeKind.NAIVE, first=0.0, last=2 * DAY + 3_600_000, step=1_800_000.0)
SECONDS = info(TimeKind.NUMERIC, unit="s", last=9.998, step=0.002)
NUMBERS = info(TimeKind.NUMERIC, last=499.9, step=0.1)
ROWS = info(TimeKind.ROW, last=4999.0)
SINCE = ("seconds since the start", "sample number")


@pytest.mark.parametrize(
    ("info", "line"),
    [
        (DATES, "time: t · 1 channel · 5,000 rows · 1 d · every 1 min"),
        (NAIVE, "time: t · 1 channel · 5,000 rows · 2 d 1 h · every 30 min"),
        (SECONDS, "time: t in s · 1 channel · 5,000 rows · 9.998 s · 500 Hz"),
        (NUMBERS, "time: t · 1 channel · 5,000 rows"),
        (ROWS, "no time: rows are counted · 1 channel · 5,000 rows"),
        (
            replace(ROWS, rows=1, channels=(CHANNEL, CHANNEL)),
            "no time: rows are counted · 2 channels · 1 row",
        ),
    ],
    ids=["dates", "dates without zone", "seconds", "numbers", "rows", "one row"],
)
def test_the_summary_tells_how_the_file_was_read_and_its_extent(info: StoreInfo, line: str) -> None:
    assert summary(info) == line


@pytest.mark.parametrize(
    ("info", "words"),
    [
        (DATES, "column “t”, dates with zone +02:00, usually every 1 min, evenly spaced"),
        (
            NAIVE,
            "column “t”, dates without a zone, taken as UTC when saved, usually every 30 min, evenly spaced",
        ),
        (SECONDS, "column “t”, numbers in s, usually every 2 ms, evenly spaced"),
        (NUMBERS, "column “t”, numbers, usual step 0.1, evenly spaced"),
        (ROWS, "no time column: row numbers"),
    ],
    ids=["dates", "dates without zone", "seconds", "numbers", "rows"],
)
def test_the_details_describe_the_time(info: StoreInfo, words: str) -> None:
    assert dict(facts("a.csv", info, info.sha256))["Time"] == words


def test_the_details_list_decisions_and_left_out_columns() -> None:
    reading = Reading(
        "UTF-16", ";", ",", False, "\r\n", True, (("note", "text, not numbers"),), ("2 lines are empty.",)
    )
    channel = replace(CHANNEL, missing=1200)
    info = replace(DATES, reading=reading, channels=(channel,), time=replace(DATES.time, gaps=1234))
    details = dict(facts("deep/a.csv", info, "ab" * 32))
    assert details["File"] == "deep/a.csv"
    assert details["Size"] == "12,345 bytes"
    assert details["SHA-256"] == "ab" * 32
    assert details["Order"] == "Rows were sorted by time for display."
    assert details["Gaps"].startswith("1,234 steps")
    assert (details["Encoding"], details["Columns separated by"], details["Decimal sign"]) == (
        "UTF-16",
        "semicolon",
        "comma",
    )
    assert details["Header"] == "none: columns are numbered"
    assert details["Channel II"] == "-0.5 to 1.25 mV, float64, 1,200 missing"
    assert details["Left out: note"] == "text, not numbers"
    assert details["Note"] == "2 lines are empty."


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|"])
def test_every_delimiter_that_is_read_has_a_word(delimiter: str) -> None:
    info = replace(ROWS, reading=replace(READING, delimiter=delimiter))
    assert dict(facts("a.csv", info, ""))["Columns separated by"].isalpha()


def test_a_file_in_order_without_gaps_has_no_gap_entry() -> None:
    details = dict(facts("a.csv", SECONDS, ""))
    assert details["Order"] == "Rows are in time order."
    assert "Gaps" not in details


@pytest.mark.parametrize("info", [DATES, NAIVE, SECONDS, NUMBERS, ROWS])
def test_the_browser_gets_plain_values(info: StoreInfo) -> None:
    described = describe(7, "deep/a.csv", info)
    assert json.loads(json.dumps(described, allow_nan=False)) == described
    assert (described["id"], described["path"], described["kind"], described["rows"]) == (
        7,
        "deep/a.csv",
        str(info.time.kind),
        5000,
    )
    assert (described["first"], described["last"], described["step"]) == (
        info.time.first,
        info.time.last,
        info.time.step,
    )
    (channel,) = info.channels
    assert described["channels"] == [
        {"name": "II", "unit": "mV", "low": channel.minimum, "high": channel.maximum}
    ]


def test_files_with_the_same_channels_and_kind_of_time_have_one_shape() -> None:
    channel = replace(SECONDS.channels[0], minimum=-9.0)
    assert shape(SECONDS) == shape(replace(SECONDS, rows=7, channels=(channel,)))
    others = [
        DATES,
        replace(SECONDS, channels=(replace(channel, name="V1"),)),
        replace(SECONDS, channels=(replace(channel, unit="V"),)),
        replace(SECONDS, channels=(channel, channel)),
    ]
    assert len({shape(SECONDS), *map(shape, others)}) == 5


def test_a_channel_without_a_single_value_has_no_extremes() -> None:
    empty = replace(SECONDS.channels[0], minimum=float("inf"), maximum=float("-inf"))
    described = describe(1, "a.csv", replace(SECONDS, channels=(empty,)))
    assert (described["channels"][0]["low"], described["channels"][0]["high"]) == (None, None)


@pytest.mark.parametrize(
    ("zone", "hours"),
    [
        (None, 0),
        ("UTC", 0),
        ("Europe/Paris", 0),
        ("+02:00", 2),
        ("-03:30", -3.5),
        ("+05:45", 5.75),
        ("-12:00", -12),
    ],
)
def test_the_offset_of_a_zone_is_a_number(zone: str | None, hours: float) -> None:
    assert offset_seconds(zone) == hours * 3600


@pytest.mark.parametrize(
    ("info", "forms"),
    [
        (ROWS, ["row"]),
        (NUMBERS, ["t", "sample number"]),
        (SECONDS, ["t [s]", *SINCE]),
        (
            DATES,
            ["t (+02:00)", "t (UTC)", "t (here: {zone})", *SINCE],
        ),
        (info(TimeKind.DATETIME, zone="UTC"), ["t (UTC)", "t (here: {zone})", *SINCE]),
        (NAIVE, ["t (no zone)", "t (UTC)", "t (here: {zone})", *SINCE]),
        (info(TimeKind.NUMERIC, unit="ms", name="t_ms"), ["t_ms", *SINCE]),
    ],
)
def test_times_can_be_shown_in_these_forms(info: StoreInfo, forms: list[str]) -> None:
    options = describe(1, "a.csv", info)["time_options"]
    found = re.findall(r'<option value="(\w+)"( disabled="")?>(.*?)</option>', options)
    assert [unescape(words).removesuffix(": the file has no time zone") for _, _, words in found] == forms
    off = {name for name, disabled, _ in found if disabled}
    assert off == ({"utc", "local"} if info.time.kind is TimeKind.NAIVE else set())


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0.002, "2 ms"),
        (1, "1 s"),
        (59.5, "59.5 s"),
        (60, "1 min"),
        (125.5, "2 min 5.5 s"),
        (3600, "1 h"),
        (3605, "1 h 5 s"),
        (93784, "1 d 2 h"),
        (86405, "1 d 5 s"),
        (119.9999, "2 min"),
    ],
)
def test_a_duration_has_two_units_and_is_never_rounded_to_zero(seconds: float, words: str) -> None:
    assert durations.text(seconds) == words
