"""Channel display: look of a recording, and commands of its panel."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from callbacks.channels import LOCKS, Turns
from components import channel_look
from components.channel_look import MOST
from components.label import channel_actions, channels
from components.label.channel_actions import ChangeTimes, RecordingLook
from services.timeseries import ChannelInfo
from tests.unit.recordings import store_of


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


def shown(of: tuple[ChannelInfo, ...] = LEADS, kept: Any = None) -> RecordingLook:
    return RecordingLook(7, of, True, "view:x", channel_look.valid_look(of, True, kept))


def run(before: RecordingLook, listed: list[int] | None = None, **command: Any) -> dict[str, Any]:
    return channel_actions.run(before, command, listed or before.look["order"])[0]


def test_a_price_has_its_averages_in_its_row_and_its_volume_below() -> None:
    look = channel_look.first_look(CANDLES)
    assert channel_look.price(CANDLES) == [0, 1, 2, 3]
    assert look["look"] == "candles"
    assert look["channels"]["4"] == {"joined": True}
    assert look["channels"]["5"] == {"height": 0.4}


def titles(look: dict[str, Any], channels: tuple[ChannelInfo, ...]) -> list[list[str]]:
    """Names of the channels of each row, without the legend of candles."""
    _, *rows = channel_look.drawn(look, channels)["names"].split('<span class="tm-row-name"')
    return [re.findall(r'data-channel="\d+">(.*?)<b class="tm-value">', row) for row in rows]


def test_a_row_has_the_channels_that_are_joined_and_an_axis_for_each_unit_and_scale() -> None:
    joined = {"joined": True}
    kept = {"shown": [0, 1, 2], "channels": {"1": joined, "2": joined | {"scale": "z", "name": "heat"}}}
    look = channel_look.valid_look(LEADS, True, kept)
    (row,) = channel_look.drawn(look, LEADS)["rows"]
    assert [axis["channels"] for axis in row["axes"]] == [[0, 1], [2]]
    assert titles(look, LEADS) == [["I [mV]", "II [mV]", "heat (z-score) → right scale"]]
    assert channel_look.drawn(look, LEADS)["channels"][2] == {
        "name": "heat",
        "unit": "°C",
        "scale": "z",
        "y": "view",
        "gain": 1,
        "source": "temp",
    }
    assert titles(look | {"shown": [2]}, LEADS) == [["heat (z-score)"]], "nothing above to be joined to"


def test_names_of_rows_are_escaped_html_with_a_legend_of_candles() -> None:
    joined = {"joined": True, "name": '<b>"'}
    look = channel_look.valid_look(LEADS, True, {"shown": [0, 1], "channels": {"1": joined}})
    names = channel_look.drawn(look, LEADS)["names"]
    assert names.endswith(
        '<span class="tm-row-channel" style="color: var(--tm-line-0)" data-channel="0">I [mV]'
        '<b class="tm-value"></b></span>'
        '<span class="tm-row-channel tm-renamed" title="In the file: II" style="color: var(--tm-line-1)" '
        'data-channel="1">&lt;b&gt;&quot; [mV]<b class="tm-value"></b></span></span>'
    )
    names = channel_look.drawn(channel_look.first_look(CANDLES), CANDLES)["names"]
    assert names.count(channel_look.CANDLE_LEGEND) == 1
    assert 'class="tm-row-channel" data-channel="5">Volume<' in names
    nothing = channel_look.hide(look, range(len(LEADS)))
    assert channel_look.drawn(nothing, LEADS)["names"] == channel_look.NO_CHANNEL


def test_candles_are_one_row_and_are_lines_again_when_they_are_to_be() -> None:
    look = channel_look.first_look(CANDLES)
    assert titles(look, CANDLES) == [["O", "H", "L", "C", "SMA_5"], ["Volume"]]
    assert [row["candles"] for row in channel_look.drawn(look, CANDLES)["rows"]] == [True, False]
    assert titles(look | {"look": "lines"}, CANDLES) == [
        ["Open", "High", "Low", "Close", "SMA_5"],
        ["Volume"],
    ]


def test_whatever_was_kept_every_channel_is_there_once() -> None:
    kept = {
        "look": "candles",
        "order": [2, 2, 9, "x", True],
        "shown": [0, 2],
        "channels": {"0": {"height": 99, "name": "n", "y": [2, 1]}, "1": "no"},
    }
    look = channel_look.valid_look(LEADS, True, kept)
    assert look == {"look": "lines", "order": [2, 0, 1], "shown": [2, 0], "channels": {"0": {"name": "n"}}}
    assert channel_look.valid_look(LEADS, True, "nonsense") == channel_look.first_look(LEADS)


def test_a_name_or_unit_of_the_file_is_not_kept() -> None:
    before = shown(kept={"channels": {"0": {"name": "n", "unit": "V"}}})
    assert run(before, do="set", channel=0, values={"name": " ", "unit": "mV"})["channels"] == {"0": {}}
    assert run(before, do="set", channel=0, values={"unit": ""})["channels"]["0"]["unit"] == ""


def test_channels_are_ordered_by_drag_and_by_keys_among_those_that_are_listed() -> None:
    assert run(shown(), do="order", channels=[2, 0, 1])["order"] == [2, 0, 1]
    assert run(shown(), do="order", channels=[2, 0])["order"] == [2, 1, 0]


def test_at_most_64_channels_are_shown() -> None:
    many = shown(tuple(channel(str(number)) for number in range(100)))
    look, words = channel_actions.run(many, {"do": "all"}, many.look["order"])
    assert len(look["shown"]) == MOST
    assert words == {
        "text": "At most 64 channels can be shown at a time; 36 more are hidden.",
        "kind": "warning",
    }
    assert run(many, do="none")["shown"] == []


def test_a_range_whose_lowest_value_is_not_below_the_highest_is_refused() -> None:
    look, words = channel_actions.run(shown(), {"do": "set", "channel": 0, "values": {"y": [5, 5]}}, [])
    assert look == shown().look
    assert words is not None
    assert words["text"] == "The lowest value must be below the highest."


@pytest.mark.parametrize(("hidden", "warned"), [([], False), ([0, 1], True)])
def test_ecg_paper_requires_a_channel_in_millivolts(hidden: list[int], warned: bool) -> None:
    before = shown()
    before = RecordingLook(7, LEADS, True, "view:x", channel_look.hide(before.look, hidden))
    look, words = channel_actions.run(before, {"do": "look-paper"}, [])
    assert look["look"] == "paper"
    assert bool(words) == warned
    assert channel_look.settings_of(run(before, do="millivolts"), 2)["unit"] == "mV"


def fields(row: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Attributes of the fields of a channel in the panel, by the name of the reported value."""
    return {part[1]["set"]: part[1] for part in row["cells"]["name"][2][2:] if "set" in part[1]}


def test_the_filter_finds_names_and_those_of_the_file() -> None:
    look = run(shown(), do="set", channel=1, values={"name": "leg"})
    assert channels.listed(look, LEADS, " LEG ") == [1]
    assert channels.listed(look, LEADS, "i") == [0, 1]
    assert [fields(row)["name"]["value"] for row in channels.rows(look, LEADS)] == ["I", "leg", "temp"]
    assert [row["channel"] for row in channels.rows(look, LEADS, "leg")] == [1]
    assert fields(channels.rows(look, LEADS)[1])["name"]["title"] == "In the file: II"


def test_a_panel_offers_looks_where_there_is_a_choice() -> None:
    assert channels.look_buttons(7, shown().look, LEADS, False) is None
    assert channel_look.available_looks(CANDLES, True) == ["lines", "candles", "paper"]
    assert channels.count(shown().look) == "3 of 3 shown"


def test_of_two_moves_that_come_in_the_other_order_the_later_one_stays() -> None:
    newest = ChangeTimes()
    up, top = ({"do": "order", "channels": order} for order in ([0, 2, 1], [2, 0, 1]))
    assert not newest.is_passed("a page", top, 200)
    assert newest.is_passed("a page", up, 150)
    assert not newest.is_passed("another page", up, 150)
    assert not newest.is_passed("a page", {"do": "show", "channel": 2, "on": True}, 150)
    assert not newest.is_passed("a page", {"do": "set", "channel": 2, "values": {"name": "n"}}, 150)
    assert not newest.is_passed("a page", {"do": "set", "channel": 2, "values": {"unit": "V"}}, 140)


def test_fields_of_the_details_set_what_differs_from_what_holds() -> None:
    as_made: dict[str, Any] = {"height": "1", "scale": channels.OWN, "range": "view"}

    def values(before: RecordingLook, name: str, **fields: Any) -> Any:
        command = channel_actions.of_fields(before, 0, name, as_made | fields, [-1.0, 1.0])
        return command and command["values"]

    assert values(shown(), "height") is None
    assert values(shown(), "height", height="2") == {"height": 2}
    assert values(shown(), "scale", scale="z", height="0.25") == {"scale": "z", "height": 0.25}
    assert values(shown(), "range", range="fixed") == {"y": [-1, 1]}
    assert values(shown(), "range", range="file") == {"y": "file"}
    fixed = shown(kept={"channels": {"0": {"y": [-5, 5], "scale": "z"}}})
    held = {"range": "fixed", "low": -5, "high": 5, "scale": "z"}
    assert values(fixed, "low", **held) is None
    assert values(fixed, "low", **held | {"low": 0}) == {"y": [0, 5]}
    assert values(fixed, "scale", **held | {"scale": channels.OWN}) == {"scale": ""}
    assert values(fixed, "height", **held | {"height": "3", "low": 9}) == {"height": 3}, (
        "9 was refused before"
    )
    assert values(fixed, "range", **held | {"range": "view"}) == {"y": "view"}


def test_details_have_limits_where_the_range_is_fixed() -> None:
    fixed = shown(kept={"shown": [0], "channels": {"0": {"y": [-5, 5]}}}).look
    assert len(channels.details(7, fixed, LEADS, 0)) == len(channels.details(7, fixed, LEADS, 1)) + 2
    assert channels.details(7, fixed, LEADS, None) == []
    opened = [row["cells"]["name"][2][-1][1] for row in channels.rows(fixed, LEADS, opened=1)]
    assert [button["aria-expanded"] for button in opened] == [False, True, False]
    assert [button["do"] for button in opened] == [{"open": True}, {"open": False}, {"open": True}]


@pytest.mark.parametrize(("scale", "low"), [("", -0.54), ("z", -1.5), ("one", -0.06)])
def test_a_fixed_range_starts_with_the_visible_range(tmp_path: Path, scale: str, low: float) -> None:
    store = store_of(tmp_path, [np.array([0.0, 9, 9, 9, 9, 0, 0, 0, 0, 9])])
    look = channel_look.first_look(store.info.channels) | {"channels": {"0": {"scale": scale}}}
    found = channel_actions.visible_range(store, look, 0, None)
    assert found[0] == pytest.approx(low, abs=0.4)
    assert found[0] < found[1]
    assert channel_actions.visible_range(store, look, 0, (1, 4)) != found


NAMES = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
ECG = tuple(channel(name, "mV") for name in NAMES)


def test_the_twelve_leads_are_a_grid_of_quarters_of_the_view_over_a_rhythm_strip() -> None:
    assert channel_look.available_looks(ECG, True) == ["lines", "paper", "leads"]
    look = channel_look.valid_look(ECG, True, {"look": "leads", "shown": [0]})
    drawn = channel_look.drawn(look, ECG)
    assert (drawn["look"], drawn["shown"]) == ("paper", list(range(12)))
    cells = [(NAMES[row["channels"][0]], row.get("span")) for row in drawn["rows"]]
    assert cells[:4] == [("I", [0, 0.25]), ("aVR", [0.25, 0.5]), ("V1", [0.5, 0.75]), ("V4", [0.75, 1])]
    assert [name for name, _ in cells[4:]] == ["II", "aVL", "V2", "V5", "III", "aVF", "V3", "V6", "II"]
    assert cells[-1] == ("II", [0, 1])
    assert titles(look, ECG) == [[f"{name} [mV]"] for name, _ in cells]


def test_leads_are_found_by_their_names_in_any_order_and_case() -> None:
    mixed = (channel("x"), *(channel(f"Lead {name.upper()}", "mV") for name in reversed(NAMES)))
    found = channel_look.leads(mixed)
    assert found is not None
    assert {lead: mixed[index].name for lead, index in found.items()} == {
        lead: f"Lead {lead.upper()}" for lead in NAMES
    }


def test_a_grid_needs_all_leads_and_a_time_in_seconds() -> None:
    assert "leads" not in channel_look.available_looks(ECG[:-1], True)
    assert "leads" not in channel_look.available_looks(ECG, False)
    assert channel_look.valid_look(ECG[:-1], True, {"look": "leads"})["look"] == "lines"


def test_channels_are_turned_like_pages_up_to_both_ends() -> None:
    many = tuple(channel(f"EEG{index}") for index in range(30))
    first = shown(many)
    assert channel_look.part_shown(first.look) == {"words": "1–12 of 30", "pages": True}
    second = shown(many, run(first, do="turn", on=True))
    assert second.look["shown"] == list(range(12, 24))
    last = shown(many, run(second, do="turn", on=True))
    assert last.look["shown"] == list(range(18, 30)), "as many as before"
    assert channel_actions.run(last, {"do": "turn", "on": True}, [])[1] == {
        "text": "These are the last channels."
    }
    assert run(shown(many, run(last, do="turn", on=False)), do="turn", on=False)["shown"] == list(range(12))


def test_channels_that_were_chosen_one_by_one_are_not_turned() -> None:
    many = tuple(channel(f"EEG{index}") for index in range(30))
    some = shown(many, run(shown(many), do="show", channel=5, on=False))
    assert channel_look.part_shown(some.look) == {"words": "11 of 30", "pages": False}
    look, words = channel_actions.run(some, {"do": "turn", "on": True}, [])
    assert look == some.look
    assert words == {"text": "The shown channels do not follow each other: choose them under Channels."}
    assert channel_actions.run(shown(), {"do": "turn", "on": True}, [])[1] == {
        "text": "All channels are shown."
    }


def test_visible_channels_are_drawn_higher_and_lower_within_limits() -> None:
    look = channel_look.first_look(LEADS)
    look = channel_look.magnify(look, LEADS, 2)
    gains = [named["gain"] for named in channel_look.drawn(look, LEADS)["channels"]]
    assert gains[: len(look["shown"])] == [1.5625] * len(look["shown"])
    lowest = channel_look.magnify(look, LEADS, -99)
    assert channel_look.settings_of(lowest, 0)["gain"] == channel_look.GAINS[0]
    assert channel_look.valid_look(LEADS, True, lowest)["channels"]["0"]["gain"] == channel_look.GAINS[0]
    assert channel_look.valid_look(LEADS, True, {"channels": {"0": {"gain": 1e9}}})["channels"]["0"] == {}
    assert "gain" not in channel_look.magnify(lowest, LEADS, None)["channels"]["0"]


def test_requests_of_one_page_take_turns_and_other_pages_hardly_wait_for_them() -> None:
    turns = Turns()
    assert turns.of("page") is turns.of("page")
    assert len({id(turns.of(f"page {number}")) for number in range(1000)}) > LOCKS // 2
