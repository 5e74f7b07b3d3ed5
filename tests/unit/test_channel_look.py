"""Which channels are shown and how: the look of a recording, and what the controls of its panel do with it."""

from __future__ import annotations

from typing import Any

import pytest

from components import channel_look
from components.channel_look import MOST
from components.label import channel_actions, channels
from components.label.channel_actions import Newest, Shown
from services.timeseries import ChannelInfo


def channel(name: str, unit: str | None = None, low: float = 0, high: float = 1) -> ChannelInfo:
    return ChannelInfo(name, unit, "float64", 0, low, high)


LEADS = (channel("I", "mV"), channel("II", "mV"), channel("temp", "°C"))
CANDLES = (
    channel("Open", None, 400, 600),
    channel("High", None, 401, 601),
    channel("Low", None, 399, 599),
    channel("Close", None, 400, 600),
    channel("SMA_5", None, 410, 590),
    channel("Volume", None, 1, 9e6),
)


def shown(of: tuple[ChannelInfo, ...] = LEADS, kept: Any = None) -> Shown:
    return Shown(7, of, True, "view:x", channel_look.taken(of, True, kept))


def run(before: Shown, listed: list[int] | None = None, **command: Any) -> dict[str, Any]:
    return channel_actions.run(before, command, listed or before.look["order"])[0]


def test_a_price_has_its_averages_in_its_row_and_its_volume_below() -> None:
    look = channel_look.first_look(CANDLES)
    assert channel_look.price(CANDLES) == [0, 1, 2, 3]
    assert look["look"] == "candles"
    assert look["channels"]["4"] == {"joined": True}
    assert look["channels"]["5"] == {"height": 0.4}


def test_whatever_was_kept_every_channel_is_there_once() -> None:
    kept = {
        "look": "candles",
        "order": [2, 2, 9, "x", True],
        "shown": [0, 2],
        "channels": {"0": {"height": 99, "name": "n", "y": [2, 1]}, "1": "no"},
    }
    look = channel_look.taken(LEADS, True, kept)
    assert look == {"look": "lines", "order": [2, 0, 1], "shown": [2, 0], "channels": {"0": {"name": "n"}}}
    assert channel_look.taken(LEADS, True, "nonsense") == channel_look.first_look(LEADS)


def test_a_name_or_unit_of_the_file_is_not_kept() -> None:
    before = shown(kept={"channels": {"0": {"name": "n", "unit": "V"}}})
    assert run(before, do="set", channel=0, values={"name": " ", "unit": "mV"})["channels"] == {"0": {}}
    assert run(before, do="set", channel=0, values={"unit": ""})["channels"]["0"]["unit"] == ""


def test_channels_are_ordered_by_drag_and_by_keys_among_those_that_are_listed() -> None:
    assert run(shown(), do="order", channels=[2, 0, 1])["order"] == [2, 0, 1]
    assert run(shown(), listed=[0, 2], do="move", channel=2, to=0)["order"] == [2, 1, 0]
    assert run(shown(), do="move", channel=0, to=-1)["order"] == [0, 1, 2]
    assert channel_actions.of_cell(2, {"to": 0}) == {"do": "move", "channel": 2, "to": 0}


def test_at_most_64_channels_are_shown() -> None:
    many = shown(tuple(channel(str(number)) for number in range(100)))
    look, words = channel_actions.run(many, {"do": "all"}, many.look["order"])
    assert len(look["shown"]) == MOST
    assert words == {
        "text": "At most 64 channels are shown at a time; 36 of them are not.",
        "kind": "warning",
    }
    assert run(many, do="none")["shown"] == []


def test_a_range_whose_lowest_value_is_not_below_the_highest_is_refused() -> None:
    look, words = channel_actions.run(shown(), {"do": "set", "channel": 0, "values": {"y": [5, 5]}}, [])
    assert look == shown().look
    assert words is not None
    assert words["text"] == "The lowest value must be below the highest."


@pytest.mark.parametrize(("hidden", "said"), [([], False), ([0, 1], True)])
def test_ecg_paper_asks_for_millivolts_where_no_channel_has_them(hidden: list[int], said: bool) -> None:
    before = shown()
    before = Shown(7, LEADS, True, "view:x", channel_look.hide(before.look, hidden))
    look, words = channel_actions.run(before, {"do": "look-paper"}, [])
    assert look["look"] == "paper"
    assert bool(words) == said
    assert channel_look.settings_of(run(before, do="millivolts"), 2)["unit"] == "mV"


def test_the_filter_finds_names_and_those_of_the_file() -> None:
    look = run(shown(), do="set", channel=1, values={"name": "leg"})
    assert channels.listed(look, LEADS, " LEG ") == [1]
    assert channels.listed(look, LEADS, "i") == [0, 1]
    assert [row["name"] for row in channels.rows(look, LEADS)] == ["I", "leg", "temp"]


def test_a_panel_offers_looks_where_there_is_a_choice() -> None:
    assert channels.look_buttons(7, shown().look, LEADS, False) is None
    assert channel_look.looks(CANDLES, True) == ["lines", "candles", "paper"]
    assert channels.count(shown().look) == "3 of 3 shown"


def test_of_two_moves_that_come_in_the_other_order_the_later_one_stays() -> None:
    newest = Newest()
    up, top = ({"do": "move", "channel": 2, "to": place} for place in (1, 0))
    assert not newest.is_passed("a page", top, 200)
    assert newest.is_passed("a page", up, 150)
    assert newest.is_passed("a page", {"do": "order", "channels": [0, 1, 2]}, 150)
    assert not newest.is_passed("another page", up, 150)
    assert not newest.is_passed("a page", {"do": "show", "channel": 2, "on": True}, 150)
    assert not newest.is_passed("a page", {"do": "set", "channel": 2, "values": {"name": "n"}}, 150)
    assert not newest.is_passed("a page", {"do": "set", "channel": 2, "values": {"unit": "V"}}, 140)
