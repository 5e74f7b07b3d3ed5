"""Channel display: rows, names, scales, candles, ECG paper; stored for files of one shape."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import Page, expect

from components.label.channel_actions import preference
from tests.browser.desk import Desk, Workbench

_numbers = count(1)


def ecg(rows: int = 2000) -> str:
    """Two leads in mV and a temperature at 500 Hz; no two are the same."""
    time = np.arange(rows) / 500
    wave = np.sin(time * 7 + next(_numbers))
    lines = [
        f"{t:.3f},{a:.4f},{b:.4f},{36 + b / 10:.3f}" for t, a, b in zip(time, wave, wave / 2, strict=True)
    ]
    return "\n".join(["t [s],I [mV],II [mV],temp [°C]", *lines, ""])


def price(rows: int = 3000) -> str:
    """Minutes of a price with a moving average and a volume."""
    rng = np.random.default_rng(3)
    close = 500 + np.cumsum(rng.normal(size=rows))
    opening = np.append(500, close[:-1])
    columns = [
        opening,
        np.maximum(opening, close) + 0.5,
        np.minimum(opening, close) - 0.5,
        close,
        close + 1,
        rng.integers(1, 9e6, rows),
    ]
    lines = [",".join([str(row), *(f"{column[row]:.2f}" for column in columns)]) for row in range(rows)]
    return "\n".join(["t,Open,High,Low,Close,SMA_5,Volume", *lines, ""])


def named(bench: Workbench, *names: str) -> None:
    """Wait until the rows have these names, from the top."""
    expect(bench.page.locator(".tm-row-name")).to_have_text(list(names), use_inner_text=True)


def drawn(bench: Workbench, rows: int) -> None:
    """Wait until a number of rows is drawn with the settings."""
    bench.wait("rows => plot.view.rows().length === rows", rows)
    expect(bench.page.locator(".tm-row-name")).to_have_count(rows)


@pytest.fixture
def leads(desk: Desk, tab: Page, tmp_path: Path) -> Workbench:
    """A recording of three channels, all looks as at first."""
    recording = desk.bring(tmp_path, ecg())
    look = preference(desk.services.recordings.store(recording).info)
    desk.services.preferences.set(look, None)
    bench = Workbench(tab).go(recording)
    drawn(bench, 3)
    return bench


def test_the_plot_reports_the_positions_of_channel_rows(bench: Workbench) -> None:
    rows, place = bench.page.evaluate("() => [plot.view.rows(), plot.overlay.geometry()]")
    assert [row["channels"] for row in rows] == [[0], [1]]
    assert rows[0]["top"] == place["top"]
    assert rows[0]["bottom"] < rows[1]["top"]
    assert abs(rows[1]["bottom"] - place["bottom"]) < 0.01


def test_channels_are_arranged_by_keyboard_for_all_files_of_the_shape(
    leads: Workbench, desk: Desk, tmp_path: Path
) -> None:
    page = leads.page
    leads.key("c")
    expect(page.get_by_role("checkbox", name="Show I", exact=True)).to_be_focused()
    page.get_by_role("button", name="Move temp: drag, or ↑ and ↓").focus()
    leads.key("ArrowUp")
    leads.key("ArrowUp")
    name = page.get_by_role("textbox", name="Name of II")
    name.fill("Right <b>leg</b>")
    name.press("Tab")
    page.get_by_role("button", name="Draw II in the row of the channel above").click()
    drawn(leads, 2)
    named(leads, "temp [°C]", "I [mV] Right <b>leg</b> [mV]")
    expect(page.locator(".tm-renamed[title='In the file: II']")).to_have_text("Right <b>leg</b> [mV]")
    leads.key("Escape")
    expect(page.locator("#channels-panel")).to_be_hidden()

    other = desk.bring(tmp_path, ecg())
    page.goto(f"{desk.url}/label/{other}")
    leads.ready(other)
    drawn(leads, 2)
    leads.go(desk.bring(tmp_path))
    named(leads, "ramp", "wave")


def test_overlaid_channels_share_the_scale_of_their_unit_and_others_have_one_of_their_own(
    leads: Workbench,
) -> None:
    page = leads.page
    leads.key("c")
    page.get_by_role("button", name="Overlay all").click()
    drawn(leads, 1)
    named(leads, "I [mV] II [mV] temp [°C] → right scale")
    assert page.evaluate("() => plot.view.gd._fullData.map((trace) => trace.yaxis)") == ["y", "y", "y2"]
    near = "() => plot.view.seriesAt(...window.nearTo).channel"
    for place in range(3):
        page.evaluate(
            """channel => { const { gd, part } = plot.view; const { xaxis, ...full } = gd._fullLayout;
                const { x, y } = part.series[channel]; const yaxis = channel < 2 ? full.yaxis : full.yaxis2;
                window.nearTo = [xaxis._offset + xaxis.c2p(x[500]), yaxis._offset + yaxis.c2p(y[500])]; }""",
            place,
        )
        assert page.evaluate(near) == place
    page.get_by_role("button", name="Height, scale and range of temp").click()
    page.get_by_role("combobox", name="Scale").select_option("z-score")
    leads.wait("() => Math.abs(Math.max(...plot.view.gd._fullData[2].y)) < 3")
    expect(page.locator(".tm-row-name")).to_contain_text("temp (z-score)")
    assert page.evaluate("() => Math.max(...plot.view.part.series[2].y)") > 36, "the readout has the values"
    page.get_by_role("button", name="Stack all").click()
    drawn(leads, 3)
    leads.key("Escape")


def test_the_range_of_a_channel_is_of_the_view_of_the_file_or_fixed(leads: Workbench) -> None:
    page = leads.page
    leads.key("c")
    page.get_by_role("button", name="Height, scale and range of I", exact=True).click()
    page.get_by_role("combobox", name="Height").select_option("2 ×")
    leads.wait(
        "() => { const [a, b] = plot.view.rows(); return (a.bottom - a.top) / (b.bottom - b.top) > 1.9; }"
    )
    page.evaluate("() => plot.view.show([1, 1.01])")
    leads.wait_range(1, 1.01)
    page.get_by_role("combobox", name="Range").select_option("fits the file")
    leads.wait("() => plot.paint.axisOf(0).range[1] > 1 && plot.paint.axisOf(1).range[1] < 0.6")
    page.get_by_role("combobox", name="Range").select_option("fixed")
    page.get_by_role("spinbutton", name="Lowest").fill("-5")
    page.get_by_role("spinbutton", name="Highest").fill("5")
    leads.key("Tab")
    leads.wait("() => plot.paint.axisOf(0).range.join() === '-5,5'")
    page.get_by_role("button", name="Reset").click()
    leads.wait("() => plot.paint.axisOf(0).range[1] < 2")
    leads.key("Escape")


def test_keys_draw_all_signals_higher_lower_and_as_at_first(leads: Workbench) -> None:
    heights = (
        "() => [0, 2].map((channel) => plot.paint.axisOf(channel).range).map(([low, high]) => high - low)"
    )
    first = leads.page.evaluate(heights)
    near = "([[a, b], factor], [x, y]) => Math.abs(x / a - factor) + Math.abs(y / b - factor) < 0.01"
    wait = f"(expected) => ({near})(expected, ({heights})())"
    leads.key("+")
    leads.wait(wait, [first, 0.8])
    leads.key("-")
    leads.wait(wait, [first, 1])
    leads.key("-")
    leads.wait(wait, [first, 1.25])
    leads.key("=")
    leads.wait(wait, [first, 1])


def test_a_price_is_candles_with_its_averages_and_its_volume_below(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    recording = desk.bring(tmp_path, price())
    bench = Workbench(tab).go(recording)
    drawn(bench, 2)
    named(bench, "up down O H L C SMA_5", "Volume")
    size, high, expected = bench.page.evaluate(
        """() => { const { part, recording } = plot.view;
            return [part.candles.n, Math.max(...part.candles.high), recording.channels[1].high]; }"""
    )
    assert size > 1
    assert high == expected
    expect(bench.page.locator("#label-decimation")).to_have_text(f"1 : {size}")
    bench.page.evaluate("() => plot.view.show([100, 160])")
    bench.wait("() => plot.view.part.candles.n === 1 && plot.view.gd._fullLayout.xaxis.range[1] < 170")
    bench.key("c")
    bench.page.get_by_role("button", name="Lines").click()
    bench.wait("() => plot.view.gd._fullData.length === 6")
    named(bench, "Open High Low Close SMA_5", "Volume")
    bench.page.get_by_role("button", name="Candles").click()
    bench.wait("() => plot.view.gd._fullData.length === 2")
    bench.key("Escape")


def test_a_millimetre_of_ecg_paper_is_as_long_as_it_is_high(leads: Workbench) -> None:
    page = leads.page
    leads.key("c")
    page.get_by_role("button", name="ECG paper").click()
    caption = page.locator(".tm-paper-caption")
    expect(caption).to_have_text("25 mm/s · 10 mm/mV · higher than the row: I")
    page.get_by_role("button", name="Height, scale and range of I", exact=True).click()
    page.get_by_role("combobox", name="Height").select_option("2 ×")
    expect(caption).to_have_text("25 mm/s · 10 mm/mV · lines every 1 mm and 5 mm")
    ratio = """() => { const { xaxis, yaxis } = plot.view.gd._fullLayout;
        const size = (axis) => axis._length / (axis.range[1] - axis.range[0]);
        return size(xaxis) / 25 / (size(yaxis) / 10); }"""
    assert page.evaluate(ratio) == pytest.approx(1)
    page.evaluate("() => plot.view.show([1, 1.5])")
    leads.wait_range(1, 1.5)
    assert page.evaluate(ratio) == pytest.approx(1)
    page.get_by_role("button", name="Lines").click()
    expect(caption).to_be_empty()
    leads.key("Escape")


def test_of_two_thousand_channels_twelve_are_shown_and_any_is_found(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    head = ",".join(["t", *(f"sensor {number:04}" for number in range(1999))])
    rows = [",".join([str(row), *(str(row * number % 97) for number in range(1999))]) for row in range(5)]
    bench = Workbench(tab).go(desk.bring(tmp_path, "\n".join([head, *rows, ""])))
    page = bench.page
    bench.key("c")
    expect(page.locator(".tm-channels-count")).to_have_text("12 of 1,999 shown")
    page.get_by_role("searchbox", name="Filter channels").fill("sensor 173")
    expect(page.locator(".tm-channel")).to_have_count(10)
    page.get_by_role("button", name="All", exact=True).click()
    drawn(bench, 22)
    page.get_by_role("searchbox", name="Filter channels").fill("")
    page.get_by_role("button", name="None", exact=True).click()
    expect(page.locator(".tm-plot-empty")).to_be_visible()
    page.get_by_role("button", name="Reset").click()
    drawn(bench, 12)
    bench.key("Escape")
    shown, titles = page.locator("#channels-button"), page.locator(".tm-row-name")
    expect(shown).to_have_text("1–12 of 1,999")
    bench.key("Shift+ArrowDown")
    expect(shown).to_have_text("13–24 of 1,999")
    expect(titles.first).to_have_text("sensor 0012")
    page.get_by_role("button", name="Show the channels before these").click()
    expect(titles.first).to_have_text("sensor 0000")
    expect(shown).to_have_text("1–12 of 1,999")
