"""Readout of values under the cursor, in the source text of the file."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from components.channel_look import drawn, first_look
from tests.browser.desk import Desk, Workbench

SPEEDS = "".join(f"2024-01-01 00:{t // 60:02}:{t % 60:02}.50;{t * 2},10;x;{t}\n" for t in range(120))


def test_time_and_values_are_quoted_from_the_file_when_the_cursor_rests(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    text = "date;speed [km/h];note;count\n" + SPEEDS
    recording = desk.bring(tmp_path, text, "speed.csv")
    bench = Workbench(tab).go(recording)
    store = desk.services.recordings.store(recording)
    values = bench.page.locator(".tm-plot .tm-value")
    readout = bench.page.locator("#label-readout")
    bench.page.mouse.move(*bench.point(float(store.x_of(20)) + 200))
    expect(values).to_have_text(["40,10", "20"])
    expect(readout).to_have_text("in the file 2024-01-01 00:00:20.50#202024-01-01 00:00:20.500")
    bench.page.mouse.move(*bench.point(float(store.x_of(119))))
    expect(values).to_have_text(["238,10", "119"])
    bench.page.mouse.move(5, 5)
    expect(values).to_have_text(["", ""])
    expect(readout).to_be_empty()


def test_numbers_that_are_drawn_show_before_the_server_answers(bench: Workbench) -> None:
    bench.page.route("**/sample/**", lambda _route: None)  # no answer
    bench.page.mouse.move(*bench.point(20.2))
    values = bench.page.locator(".tm-plot .tm-value")
    expect(values.last).to_have_text("40")
    expect(bench.page.locator("#label-readout")).to_have_text("#2020")
    bench.page.unroute("**/sample/**")


def test_the_values_are_those_under_the_cursor_after_the_view_moved_below_it(bench: Workbench) -> None:
    bench.page.evaluate("() => plot.view.show([0, 100])")
    bench.wait_range(0, 100)
    bench.page.mouse.move(*bench.point(50))
    readout = bench.page.locator("#label-readout")
    expect(readout).to_contain_text("#5050")
    bench.key("ArrowRight")
    expect(readout).to_contain_text("#6060")
    bench.key("f")
    bench.wait("() => plot.view.gd._fullLayout.xaxis.range[1] > 1000")  # drawn, not only asked for
    x = bench.page.evaluate("() => Math.round(plot.overlay.geometry().x(plot.overlay.hover))")
    expect(readout).to_contain_text(f"#{x}{x}")


def test_digits_that_no_double_holds_are_still_shown(desk: Desk, tab: Page, tmp_path: Path) -> None:
    rows = "".join(f"{t},{9007199254740990 + t},0.1000000000000000055\n" for t in range(9))
    bench = Workbench(tab).go(desk.bring(tmp_path, "t,large,fine\n" + rows, "digits.csv"))
    bench.page.mouse.move(*bench.point(3))
    values = bench.page.locator(".tm-plot .tm-value")
    expect(values).to_have_text(["9007199254740993", "0.1000000000000000055"])


def test_with_several_samples_per_point_the_one_under_the_cursor_is_shown(desk: Desk, tab: Page) -> None:
    recording = desk.named("samples/ecg/mitbih_100.csv")
    bench = Workbench(tab).go(recording)
    assert bench.page.evaluate("() => plot.view.part.n > 1")
    store = desk.services.recordings.store(recording)
    x, y = bench.point(float(store.x_of(50_000)))
    bench.page.mouse.move(x, y)
    number = bench.page.locator("#label-readout span", has_text="#")
    expect(number).not_to_be_empty()
    index = int(number.inner_text().removeprefix("#"))
    assert abs(index - 50_000) < 1000
    source = store.source_line(index).decode().split(",")
    expect(bench.page.locator(".tm-plot .tm-value")).to_have_text(source[1:])
    shown = bench.page.locator("#label-readout b").inner_text()
    quote = "as in the file" if shown == source[0] else f"in the file {source[0]}"
    expect(bench.page.locator("#label-readout")).to_contain_text(quote)


def test_a_key_hides_and_shows_the_values(bench: Workbench) -> None:
    values = bench.page.locator(".tm-plot .tm-value")
    bench.page.mouse.move(*bench.point(20))
    expect(values.last).to_have_text("40")
    bench.key("v")
    expect(values.last).to_be_empty()
    expect(bench.page.locator("#label-readout")).to_be_empty()
    bench.key("v")
    expect(values.last).to_have_text("40")


def test_many_channels_have_their_values_in_a_panel_next_to_the_cursor(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    names = ",".join(f"lead{number}" for number in range(60))
    rows = "".join(f"{t},{','.join(str(t * number) for number in range(60))}\n" for t in range(100))
    recording = desk.bring(tmp_path, f"t,{names}\n{rows}", "wide.csv")
    bench = Workbench(tab).go(recording)
    channels = desk.services.recordings.store(recording).info.channels
    look = first_look(channels) | {"shown": [*range(60)]}
    bench.page.evaluate("look => plot.channels.use(look)", drawn(look, channels))
    bench.wait("() => plot.view.part.series.length === 60")
    panel = bench.page.locator(".tm-values")
    bench.page.mouse.move(*bench.point(20))
    expect(panel.locator("span").last).to_have_text("lead59 1180")
    box = panel.bounding_box()
    assert box is not None and box["x"] > bench.point(40)[0]
    bench.page.mouse.move(*bench.point(80))
    expect(panel.locator("span").last).to_have_text("lead59 4720")
    box = panel.bounding_box()
    assert box is not None and box["x"] + box["width"] < bench.point(70)[0]
    bench.page.mouse.move(5, 5)
    expect(panel).to_be_hidden()
