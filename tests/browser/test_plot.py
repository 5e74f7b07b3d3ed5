"""Plot: drawn points by range, gestures, axis."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, Workbench, csv

FULL = (-4.995, 1003.995)  # 0 to 999 and half a percent on each side


def drawn(bench: Workbench) -> list[dict[str, Any]]:
    """Every trace Plotly has: its axes, and how many points and breaks it is made of."""
    state: list[dict[str, Any]] = bench.page.evaluate(
        """() => plot.view.gd._fullData.map(trace => ({ x: trace.xaxis, y: trace.yaxis, points: trace.x.length,
            breaks: Array.from(trace.y).filter(Number.isNaN).length,
            low: Math.min(...trace.y), high: Math.max(...trace.y) }))"""
    )
    return state


def expect_lines(page: Page, count: int) -> None:
    """Wait until so many lines are painted."""
    expect(page.locator("#label-plot .scatterlayer .trace path.js-line")).to_have_count(count)


def y_ranges(bench: Workbench) -> list[list[float]]:
    state: list[list[float]] = bench.page.evaluate(
        """() => { const { _fullData: traces, _fullLayout: layout } = plot.view.gd;
            return traces.map(one => layout[one.yaxis.replace('y', 'yaxis')].range); }"""
    )
    return state


def test_channels_are_stacked_on_one_time_axis(bench: Workbench) -> None:
    ramp, wave = drawn(bench)
    assert (ramp["x"], wave["x"]) == ("x", "x")
    assert (ramp["y"], wave["y"]) == ("y", "y2")
    expect_lines(bench.page, 2)
    rows = bench.page.evaluate("() => ['yaxis', 'yaxis2'].map(name => plot.view.gd._fullLayout[name].domain)")
    assert rows[0][0] > rows[1][1], "the first channel is above the second"
    expect(bench.page.locator(".tm-row-name")).to_have_text(["ramp", "wave"])


def test_a_channel_can_be_hidden_and_shown_again(bench: Workbench) -> None:
    bench.page.get_by_role("button", name="Channels", exact=True).click()
    box = bench.page.get_by_role("checkbox", name="ramp")
    box.uncheck()
    bench.wait("() => plot.view.gd._fullData.length === 1")
    expect(bench.page.locator(".tm-row-name")).to_have_text(["wave"])
    bench.page.get_by_role("checkbox", name="wave").uncheck()
    expect(bench.page.locator(".tm-plot-empty")).to_contain_text("No channel is shown.")
    bench.page.get_by_role("checkbox", name="ramp").check()
    bench.page.get_by_role("checkbox", name="wave").check()
    bench.wait("() => plot.view.gd._fullData.length === 2")
    expect(bench.page.locator(".tm-row-name")).to_have_text(["ramp", "wave"])
    bench.page.get_by_role("button", name="Channels", exact=True).click()


def test_arrows_pan_by_a_tenth_and_with_shift_by_half(bench: Workbench) -> None:
    bench.page.evaluate("() => plot.view.show([400, 500])")
    bench.wait_range(400, 500)
    bench.key("ArrowRight")
    bench.wait_range(410, 510)
    bench.key("Shift+ArrowLeft")
    bench.wait_range(360, 460)


def test_arrows_up_and_down_zoom_and_f_shows_all(bench: Workbench) -> None:
    bench.page.evaluate("() => plot.view.show([400, 500])")
    bench.wait_range(400, 500)
    bench.key("ArrowUp")
    bench.wait_range(425, 475)
    bench.key("ArrowDown")
    bench.wait_range(400, 500)
    bench.key("f")
    bench.wait_range(*FULL)


def test_buttons_zoom_and_fit(bench: Workbench) -> None:
    bench.page.get_by_role("button", name="Zoom in").click()
    bench.wait_range(247.2525, 751.7475)
    bench.page.get_by_role("button", name="Zoom out").click()
    bench.wait_range(*FULL)
    bench.page.get_by_role("button", name="Zoom in").click()
    bench.wait_range(247.2525, 751.7475)
    bench.page.get_by_role("button", name="Show the whole file").click()
    bench.wait_range(*FULL)


def test_the_wheel_zooms_around_the_cursor(bench: Workbench) -> None:
    bench.page.mouse.move(*bench.point(300))
    bench.page.mouse.wheel(0, -300)
    bench.wait("() => plot.view.range[1] - plot.view.range[0] < 950 && plot.view.part.stop < 999")
    low, high = bench.range()
    share = (300 - low) / (high - low)
    assert abs(share - (300 - FULL[0]) / (FULL[1] - FULL[0])) < 0.02


def test_a_few_turns_of_the_wheel_go_from_the_whole_file_to_a_few_samples(bench: Workbench) -> None:
    bench.page.mouse.move(*bench.point(500))
    for _ in range(13):
        bench.page.mouse.wheel(0, -120)
    bench.wait("() => plot.view.range[1] - plot.view.range[0] < 10 && plot.view.part.stop < 510")
    bench.page.mouse.wheel(0, 20_000)
    bench.wait_range(*FULL)


def test_sideways_the_wheel_moves_the_view_and_the_page_stays(bench: Workbench) -> None:
    bench.page.evaluate("() => plot.view.show([400, 500])")
    bench.wait_range(400, 500)
    width = bench.page.evaluate("() => plot.paint.width()")
    bench.page.mouse.move(*bench.point(450))
    bench.page.mouse.wheel(width / 2, 3)
    bench.wait_range(450, 550)
    bench.page.keyboard.down("Shift")
    bench.page.mouse.wheel(0, -width)
    bench.page.keyboard.up("Shift")
    bench.wait_range(350, 450)
    bench.page.mouse.wheel(-10 * width, 0)
    bench.wait_range(FULL[0], FULL[0] + 100)
    assert bench.page.evaluate("() => !history.state || location.pathname.startsWith('/label/')")


def strip_between_rows(bench: Workbench) -> tuple[float, float]:
    """A place at the time 450 that belongs to no row."""
    upper, lower = (bench.page.locator(".nsewdrag").nth(row).bounding_box() for row in (0, 1))
    assert upper is not None
    assert lower is not None
    middle = (upper["y"] + upper["height"] + lower["y"]) / 2
    assert upper["y"] + upper["height"] < middle < lower["y"]
    return bench.point(450)[0], middle


def test_wheel_and_drag_work_between_the_rows_as_in_a_row(bench: Workbench) -> None:
    bench.page.evaluate("() => plot.view.show([400, 500])")
    bench.wait_range(400, 500)
    x, y = strip_between_rows(bench)
    bench.page.mouse.move(x, y)
    bench.page.mouse.wheel(0, -120)
    bench.wait("() => plot.view.range[1] - plot.view.range[0] < 80")
    bench.page.evaluate("() => plot.view.show([400, 500])")
    bench.wait_range(400, 500)
    bench.page.mouse.down()
    bench.page.mouse.move(bench.point(470)[0], y, steps=8)
    bench.page.mouse.up()
    bench.wait("() => Math.abs(plot.view.range[0] - 380) < 2 && plot.view.part.start <= 382")
    assert bench.page.evaluate("() => plot.marks.start") is None


def test_a_dialog_goes_to_a_time_and_shows_a_fixed_length(bench: Workbench) -> None:
    bench.key("g")
    dialog = bench.page.get_by_role("dialog", name="Go to")
    where = dialog.get_by_label("Middle of the view")
    expect(where).to_be_focused()
    expect(where).to_have_value("499")
    bench.page.keyboard.type("5000")
    bench.page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_contain_text("is not in this recording, which goes from 0 to 999")
    where.fill("#700")
    dialog.get_by_label("Length of the view").select_option(label="100 samples")
    bench.page.keyboard.press("Enter")
    bench.wait_range(650, 750)
    expect(dialog).to_have_count(0)


def test_dragging_moves_the_view(bench: Workbench) -> None:
    bench.page.evaluate("() => plot.view.show([400, 500])")
    bench.wait_range(400, 500)
    bench.drag(440, 460)
    bench.wait("() => Math.abs(plot.view.range[0] - 380) < 2 && plot.view.part.start <= 382")
    low, high = bench.range()
    assert abs(high - low - 100) < 0.01
    assert bench.page.evaluate("() => plot.marks.start") is None


def test_a_late_redraw_does_not_end_a_drag(bench: Workbench) -> None:
    bench.page.evaluate("() => plot.view.show([400, 500])")
    bench.wait_range(400, 500)
    start, middle, end = (bench.point(x) for x in (440, 460, 480))  # before the view moves under the mouse
    mouse = bench.page.mouse
    mouse.move(*start)
    mouse.down()
    mouse.move(*middle, steps=4)
    with bench.page.expect_response("**/window/**"):
        bench.page.evaluate("() => void plot.view.redraw()")  # as after a change of size
    bench.settle()
    mouse.move(*end, steps=4)
    mouse.up()
    bench.wait("() => Math.abs(plot.view.range[0] - 360) < 2 && plot.view.part.start <= 362")


def test_a_box_zooms_into_its_range(bench: Workbench) -> None:
    bench.page.get_by_role("button", name="Drag zooms into a range").click()
    bench.wait("() => plot.view.gd._fullLayout.dragmode === 'zoom'")
    bench.drag(200, 300)
    bench.wait("() => plot.view.range[1] - plot.view.range[0] < 110 && plot.view.part.stop < 400")
    low, high = bench.range()
    assert abs(low - 200) < 3
    assert abs(high - 300) < 3


def test_y_fits_the_visible_range(bench: Workbench) -> None:
    bench.page.evaluate("() => plot.view.show([100, 200])")
    bench.wait_range(100, 200)
    (low, high), _wave = y_ranges(bench)
    assert 90 < low < 100.5
    assert 200 < high < 210
    bench.key("f")
    bench.wait_range(*FULL)
    (low, high), _wave = y_ranges(bench)
    assert low < 0
    assert high > 999


def test_a_gap_is_drawn_as_a_gap(desk: Desk, tab: Page, tmp_path: Path) -> None:
    rows = [f"{t},{t % 10}" for t in [*range(200), *range(400, 600)]]
    recording = desk.bring(tmp_path, "\n".join(["t,v", *rows, ""]), "with a gap.csv")
    bench = Workbench(tab).go(recording)
    (trace,) = drawn(bench)
    assert trace["breaks"] == 1
    expect_lines(bench.page, 2)


def test_missing_values_are_drawn_as_a_gap(desk: Desk, tab: Page, tmp_path: Path) -> None:
    rows = [f"{t},{'' if 50 <= t < 60 else t % 10}" for t in range(200)]
    recording = desk.bring(tmp_path, "\n".join(["t,v", *rows, ""]), "with missing values.csv")
    bench = Workbench(tab).go(recording)
    (trace,) = drawn(bench)
    assert trace["breaks"] == 10
    expect_lines(bench.page, 2)


def test_a_badge_shows_the_number_of_samples_per_point(desk: Desk, tab: Page) -> None:
    bench = Workbench(tab).go(desk.named("samples/ecg/mitbih_100.csv"))
    badge = bench.page.locator("#label-decimation")
    expect(badge).to_be_visible()
    per_point = bench.page.evaluate("() => plot.view.part.n")
    assert per_point > 1
    expect(badge).to_have_text(f"1 : {per_point}")
    first = bench.page.evaluate("() => plot.view.full[0]")
    bench.page.evaluate("first => plot.view.show([first, first + 4])", first)
    expect(badge).to_be_hidden()


def test_every_extreme_of_a_long_file_is_on_the_screen(desk: Desk, tab: Page) -> None:
    recording = desk.named("samples/ecg/mitbih_100.csv")
    bench = Workbench(tab).go(recording)
    channels = desk.services.recordings.store(recording).info.channels
    for trace, channel in zip(drawn(bench), channels, strict=True):
        assert trace["points"] < 20_000
        assert (trace["low"], trace["high"]) == (channel.minimum, channel.maximum)


@pytest.mark.parametrize(
    ("path", "title"),
    [("samples/ecg/ludb_001.csv", "time_s"), ("samples/sensors/nyc_taxi.csv", "timestamp (no zone)")],
)
def test_the_axis_shows_the_kind_of_time(desk: Desk, tab: Page, path: str, title: str) -> None:
    bench = Workbench(tab).go(desk.named(path))
    shown = bench.page.get_by_label("Show times as").locator("option:checked")
    expect(shown).to_have_text(title)


def test_a_file_of_one_sample_is_drawn(desk: Desk, tab: Page, tmp_path: Path) -> None:
    bench = Workbench(tab).go(desk.bring(tmp_path, "t,v\n5,7\n", "one.csv"))
    bench.page.mouse.move(*bench.point(5))
    expect(bench.page.locator("[data-channel='0'] .tm-value")).to_have_text("7")


def test_the_newest_of_many_quick_views_is_what_stays(bench: Workbench) -> None:
    for start in range(0, 800, 20):
        bench.page.evaluate("start => void plot.view.show([start, start + 100])", start)
    bench.wait_range(780, 880)
    bench.wait("() => plot.view.part.start === 780 && plot.view.part.stop === 881")


def test_names_of_channels_are_text_and_nothing_else(desk: Desk, tab: Page, tmp_path: Path) -> None:
    head = 't,"<img src=x onerror=document.title=1>",<b>bold</b>'
    rows = csv(50).splitlines()[1:]
    bench = Workbench(tab).go(desk.bring(tmp_path, "\n".join([head, *rows, ""]), "html.csv"))
    expect(bench.page.locator(".tm-row-name")).to_contain_text(["<img src=x", "<b>bold</b>"])
    expect(bench.page).to_have_title("html.csv · Tidemark")
