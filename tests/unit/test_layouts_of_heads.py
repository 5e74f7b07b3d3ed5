"""Heads above a table: header blocks that are split by blank lines, start times, and sampling rates."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.unit.test_layouts import read
from tests.unit.test_layouts_asked import lines, offered, times

ROWS = lines("{s},{v},{w}")
TIMED = [("a", "V"), ("b", "A")]

# text, names and units of the channels
SPLIT: dict[str, tuple[str, list[tuple[str, str | None]]]] = {
    "units below a blank line": ("time,a,b\n\ns,V,A\n", TIMED),
    "blank lines around the units": ("time,a,b\n\ns,V,A\n\n", TIMED),
    "two blank lines": ("A title\n\ntime,a,b\n\n\ns,V,A\n", TIMED),
    "groups, names, units": ("Clock,Left,Right\n\ntime,a,b\n\ns,V,A\n", TIMED),
    "sources below a blank line": ("time,a,b\ns,V,A\n\n,gps,gps\n", TIMED),
    "other words below a blank line": ("time,a,b\n\nclock,gps,obd\n", [("a", None), ("b", None)]),
    "sources that distinguish the names": ("time,a,a\n\nclock,gps,obd\n", [("a gps", None), ("a obd", None)]),
    "names below groups": ("Clock,Left,Right\n\ntime,a,b\n", [("a", None), ("b", None)]),
    "names below settings": ("Device,X,Y\nSerial,12,13\n\ntime,a,b\n", [("a", None), ("b", None)]),
    "speed in a row of units": ("time,a,b\ns,m/s,mm/d\n", [("a", "m/s"), ("b", "mm/d")]),
}


@pytest.mark.parametrize("kind", SPLIT)
def test_names_above_a_blank_line_are_those_of_the_columns(kind: str, tmp_path: Path) -> None:
    head, channels = SPLIT[kind]
    store = read(head + ROWS, tmp_path)
    assert [(channel.name, channel.unit) for channel in store.info.channels] == channels
    assert times(store) == ["0", "0.1", "2.9"]
    assert not store.info.reading.doubts


def test_units_and_sources_may_both_be_below_the_blank_line(tmp_path: Path) -> None:
    """As RaceChrono writes them; not all cells of its row of units are units."""
    head = "Format,3\nSession,Track\n\ntimestamp,elapsed_time,speed\n\nunix time,s,m/s\n,100: gps,100: gps\n"
    store = read(head + lines("17000000{ii}.5,{s},{v}"), tmp_path)
    assert [(channel.name, channel.unit) for channel in store.info.channels] == [
        ("elapsed_time", "s"),
        ("speed", "m/s"),
    ]
    assert times(store)[0] == "2023-11-14 22:13:20.500+00:00"


def test_two_rows_of_names_without_a_time_are_asked(tmp_path: Path) -> None:
    text = "Left,Right,Middle\n\nalpha,beta,gamma\n" + ROWS
    store = read(text, tmp_path)
    assert [channel.name for channel in store.info.channels] == ["alpha", "beta", "gamma"]
    again = read(text, tmp_path, offered(store)["Names are in line 1"])
    assert [channel.name for channel in again.info.channels] == ["Left", "Right", "Middle"]
    assert again.rows == 30


def test_a_setting_of_two_words_above_a_blank_line_is_no_name(tmp_path: Path) -> None:
    store = read("Device,X\n\nspeed,force\n" + lines("{v},{w}"), tmp_path)
    assert [channel.name for channel in store.info.channels] == ["speed", "force"]
