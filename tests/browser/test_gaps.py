"""Time axis without gaps: marks, edges, views and texts are exact while nights and weekends take no room."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from components.label import gaps
from tests.browser.desk import Desk, Workbench, quiet

BARS = 78  # of five minutes in a session
_files = count(1)


def prices(days: int = 30) -> str:
    """Five-minute prices from 09:30 to 15:55 of weekdays; open is about the sample number, in no two files the same."""
    file = next(_files) / 1000
    lines = ["time,open,high,low,close"]
    for day in range(days):
        opened = datetime(2024, 1, 1, 9, 30, tzinfo=UTC) + timedelta(days=day)
        for bar in range(BARS if opened.weekday() < 5 else 0):
            number = len(lines) - 1 + file
            lines.append(
                f"{(opened + timedelta(minutes=5 * bar)).isoformat()},{number},{number + 2},{number - 1},{number + 1}"
            )
    return "\n".join([*lines, ""])


DOTS = """([places, aside]) => {
    const canvas = document.querySelector('.tm-canvas:not(.tm-canvas-front)'), ratio = devicePixelRatio;
    const place = plot.overlay.geometry(), context = canvas.getContext('2d');
    const column = (at) => context.getImageData(Math.round((place.along(at) + aside) * ratio), place.top * ratio, 1,
        (place.bottom - place.top) * ratio).data.filter((_, byte) => byte % 4 === 3 && _).length;
    return places.map(column); }"""  # dark pixels in columns of the canvas behind the lines


class Closed:
    """A file of prices in the tab, its gaps closed."""

    def __init__(self, desk: Desk, folder: Path, tab: Page, days: int = 30) -> None:
        self.desk = desk
        self.recording = desk.bring(folder, prices(days))
        self.store = desk.services.recordings.store(self.recording)
        self.bench = Workbench(tab).go(self.recording)
        self.page = tab

    def x(self, index: int) -> float:
        """The time of a sample, as the server knows it."""
        return float(self.store.x_of(index))

    def close(self) -> Closed:
        """Press the key; wait until it is drawn."""
        self.bench.key("Shift+G")
        self.bench.wait("() => plot.axis.size !== 1 && !plot.axis.moving")
        return self

    def show(self, first: float, last: float) -> None:
        """Draw these samples."""
        self.page.evaluate("range => plot.view.show(range)", [first, last])
        self.bench.wait(
            "([first]) => Math.abs(plot.view.gd._fullLayout.xaxis.range[0] - first) < 0.01", [first]
        )
        self.bench.settle()

    def labels(self) -> list[tuple[int, int, str]]:
        self.bench.wait_kept()
        return self.desk.labels(self.recording)


@pytest.fixture
def closed(desk: Desk, tab: Page, tmp_path: Path) -> Closed:
    return Closed(desk, tmp_path, tab).close()


@pytest.fixture(autouse=True)
def _with_gaps_at_first(desk: Desk) -> None:
    """No test before has closed the gaps of this shape."""
    for row in desk.services.recordings.list():
        desk.services.preferences.set(gaps.preference(desk.services.recordings.store(row.id)), None)


def test_gaps_are_closed_by_the_button_only_and_stay_closed_for_files_of_the_shape(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    made = Closed(desk, tmp_path, tab)
    button = tab.locator("#label-gaps-button")
    expect(button).to_have_text("80 % gaps")
    expect(button).to_have_attribute("aria-pressed", "false")
    assert tab.evaluate("() => plot.axis.size") == 1
    button.click()
    made.bench.wait("() => plot.axis.size === 300000 && !plot.axis.moving")
    expect(button).to_have_attribute("aria-pressed", "true")
    assert tab.evaluate("() => plot.view.full.map(Math.round)") == [-9, made.store.rows + 8]
    other = Closed(desk, tmp_path, tab, days=12)
    assert tab.evaluate("() => plot.axis.size") == 300000
    other.bench.key("Shift+G")
    other.bench.wait("() => plot.axis.size === 1 && !plot.axis.moving")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_a_file_without_gaps_has_no_button(bench: Workbench) -> None:
    expect(bench.page.locator("#label-gaps-button")).to_be_hidden()
    bench.key("Shift+G")
    bench.settle()
    assert bench.page.evaluate("() => plot.axis.size") == 1


def test_samples_are_at_equal_distances_and_the_line_is_interrupted_where_time_jumps(closed: Closed) -> None:
    closed.show(60, 100)
    places = [closed.bench.point(closed.x(index))[0] for index in range(62, 98)]
    apart = [after - before for before, after in pairwise(places)]
    assert max(apart) - min(apart) < 1e-6
    ticks = closed.page.evaluate("() => plot.view.part.ticks")
    texts = dict(zip(ticks["x"], ticks["text"], strict=True))
    assert texts[BARS] == "09:30<br>2024-01-02"
    assert closed.page.evaluate("() => plot.view.part.candles.n") == 1
    assert closed.page.evaluate("() => [...plot.view.part.candles.x].slice(0, 3)") == [40, 41, 42]
    dots = closed.page.evaluate(DOTS, [[77.5, 79.5], 0])
    assert dots[0] > 20 and dots[1] == 0


def test_the_line_at_a_jump_is_next_to_the_line_of_a_tick_which_would_cover_it(closed: Closed) -> None:
    closed.show(0, 1200)
    jumps = [BARS * day for day in range(1, 5)]
    assert min(closed.page.evaluate(DOTS, [jumps, -2])) > 20


def test_marks_across_a_night_are_the_clicked_samples(closed: Closed) -> None:
    closed.show(60, 100)
    closed.bench.label(closed.x(70), closed.x(85), "night")
    assert closed.labels() == [(70, 85, "night")]
    closed.bench.expect_cells("startText", ["2024-01-01 15:20:00+00:00"])
    closed.bench.expect_cells("endText", ["2024-01-02 10:05:00+00:00"])
    closed.show(-8, closed.store.rows + 8)  # a drawn candle is many samples now
    closed.bench.label(closed.x(300), closed.x(700), "weeks")
    closed.bench.wait_kept()
    (start, end) = next((first, last) for first, last, name in closed.labels() if name == "weeks")
    assert abs(start - 300) <= 2 and abs(end - 700) <= 2  # two samples are less than a pixel


def test_an_edge_and_a_whole_label_are_dragged_across_a_night_by_samples(closed: Closed) -> None:
    closed.desk.label(closed.recording, (closed.x(66), closed.x(72), "a"))
    closed.bench.expect_cells("label", ["a"])
    closed.show(60, 100)
    closed.bench.click(closed.x(69))
    closed.bench.wait("() => plot.labels.selection.size === 1")
    closed.bench.settle()
    end, target = closed.bench.point(closed.x(72)), closed.bench.point(closed.x(83))
    mouse = closed.page.mouse
    mouse.move(*end)
    mouse.down()
    mouse.move(*target, steps=6)
    expect(closed.page.locator("#label-hint")).to_contain_text("2024-01-02 09:55:00")
    mouse.up()
    assert closed.labels() == [(66, 83, "a")]
    lane = closed.page.evaluate(
        "() => plot.view.gd.getBoundingClientRect().top + plot.overlay.geometry().lane + 8"
    )
    mouse.move(closed.bench.point(closed.x(70))[0], lane)
    mouse.down()
    mouse.move(closed.bench.point(closed.x(79))[0], lane, steps=6)
    mouse.up()
    assert closed.labels() == [(75, 92, "a")]
    closed.bench.key("Control+z")
    closed.bench.wait("() => plot.labels.list()[0].start === 66")
    assert closed.labels() == [(66, 83, "a")]


def test_going_to_a_time_keeps_the_number_of_samples_in_view(closed: Closed) -> None:
    closed.show(0, 100)
    closed.bench.key("g")
    where = closed.page.locator("#label-go-to-dialog input")
    where.fill("2024-01-08T09:30:00+00:00")
    closed.page.keyboard.press("Enter")
    closed.bench.wait(
        "() => Math.abs(plot.view.range[0] - 340) < 0.01 && Math.abs(plot.view.range[1] - 440) < 0.01"
    )


def test_the_overview_has_samples_too_and_its_brush_is_the_view(closed: Closed) -> None:
    rows = closed.store.rows
    closed.show(rows / 2, rows / 2 + 100)
    strip = closed.page.locator("#plot-overview").bounding_box()
    brush = closed.page.locator(".tm-brush").bounding_box()
    assert strip and brush
    first, last = closed.page.evaluate("() => plot.view.full")
    assert (brush["x"] - strip["x"]) / strip["width"] == pytest.approx(
        (rows / 2 - first) / (last - first), abs=0.01
    )
    closed.page.mouse.click(strip["x"] + strip["width"] / 4, strip["y"] + 10)
    closed.bench.wait(
        "wanted => Math.abs((plot.view.range[0] + plot.view.range[1]) / 2 - wanted) < 4",
        first + (last - first) / 4,
    )


def test_readout_and_measurement_show_true_times_and_counts(closed: Closed) -> None:
    closed.show(60, 100)
    closed.page.mouse.move(*closed.bench.point(closed.x(79)))
    readout = closed.page.locator("#label-readout")
    expect(readout).to_contain_text("#79")
    expect(readout).to_contain_text("2024-01-02 09:35:00+00:00")
    closed.bench.key("d")
    closed.page.mouse.click(*closed.bench.point(closed.x(76)))
    closed.page.mouse.click(*closed.bench.point(closed.x(79)))
    hint = closed.page.locator("#label-hint")
    expect(hint).to_contain_text(re.compile(r"Δt 17 h 45 min · 3 samples"))
    closed.bench.key("Escape")
    closed.bench.key("Escape")


def test_the_cursor_goes_by_samples_and_by_the_same_distance_everywhere(closed: Closed) -> None:
    closed.show(60, 100)
    closed.page.mouse.move(*closed.bench.point(closed.x(77)))
    closed.bench.key("Shift+K")
    expect(closed.page.locator("#label-readout")).to_contain_text("#78")
    closed.bench.key("[")
    closed.bench.key("k")
    closed.bench.key("k")
    closed.bench.key("k")
    closed.bench.key("]")
    closed.page.keyboard.type("cursor")
    closed.page.keyboard.press("Enter")
    assert closed.labels() == [(78, 79, "cursor")]  # three times 1 % of 40 samples


def test_a_view_stays_at_its_samples_when_gaps_are_shown_again(closed: Closed) -> None:
    closed.show(100, 140)
    closed.bench.key("Shift+G")
    closed.bench.wait("() => plot.axis.size === 1 && !plot.axis.moving")
    low, high = closed.bench.range()
    assert (low, high) == (pytest.approx(closed.x(100)), pytest.approx(closed.x(140)))


def test_a_picture_has_the_ticks_and_the_jumps(closed: Closed) -> None:
    closed.show(60, 100)
    quiet(closed.page)
    with closed.page.expect_download() as download:
        closed.page.evaluate("() => plot.act('picture-svg')")
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert "2024-01-02" in text
    assert 'stroke-dasharray="1,3"' in text
