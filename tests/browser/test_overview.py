"""Overview of the whole file below the plot, with its brush."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, Workbench

FULL = (-4.995, 1003.995)


def place(bench: Workbench, x: float) -> tuple[float, float]:
    """Where on the screen a time is in the strip."""
    box = bench.page.locator("#plot-overview").bounding_box()
    assert box is not None
    return box["x"] + box["width"] * (x - FULL[0]) / (FULL[1] - FULL[0]), box["y"] + 12


def drag(bench: Workbench, x0: float, x1: float) -> None:
    bench.page.mouse.move(*place(bench, x0))
    bench.page.mouse.down()
    bench.page.mouse.move(*place(bench, (x0 + x1) / 2), steps=3)
    bench.page.mouse.move(*place(bench, x1), steps=3)
    bench.page.mouse.up()


def wait_about(bench: Workbench, low: float, high: float) -> None:
    """Wait until about this is drawn: a pixel of the strip is more than one sample."""
    bench.wait(
        """([low, high]) => { const shown = plot.view.gd._fullLayout.xaxis.range;
            return Math.abs(shown[0] - low) < 4 && Math.abs(shown[1] - high) < 4; }""",
        [low, high],
    )


def wait_brush(bench: Workbench, low: float, high: float) -> None:
    """Wait until the brush covers just this, in time."""
    bench.wait(
        """([low, high, first, last]) => { const box = one => document.querySelector(one).getBoundingClientRect();
            const [strip, brush] = [box('#plot-overview'), box('.tm-brush')];
            const time = x => first + (x - strip.left) / strip.width * (last - first);
            return Math.abs(time(brush.left) - low) < 3 && Math.abs(time(brush.right) - high) < 3; }""",
        [low, high, *FULL],
    )


def wait_colours(bench: Workbench, count: int) -> None:
    """Wait until the ticks of labels in the strip have so many colours."""
    bench.wait(
        """count => { const canvas = document.querySelector('#plot-overview canvas');
            const { width } = canvas, line = Math.floor(canvas.height * 0.9);
            const { data } = canvas.getContext('2d').getImageData(0, line, width, 1);
            const seen = new Set();
            for (let i = 0; i < data.length; i += 4) if (data[i + 3] === 255) seen.add(data.slice(i, i + 3).join());
            return seen.size === count; }""",
        count,
    )


def test_the_brush_is_dragged_resized_and_set(bench: Workbench) -> None:
    bench.page.evaluate("() => plot.view.show([400, 500])")
    bench.wait_range(400, 500)
    wait_brush(bench, 400, 500)
    drag(bench, 450, 650)
    wait_about(bench, 600, 700)
    drag(bench, 700, 800)  # its right edge
    wait_about(bench, 600, 800)
    drag(bench, 100, 300)  # outside: a new range
    wait_about(bench, 100, 300)
    bench.page.mouse.click(*place(bench, 700))
    wait_about(bench, 600, 800)
    bench.page.mouse.dblclick(*place(bench, 700))
    bench.wait_range(*FULL)
    drag(bench, 200, 400)  # all is covered: a drag chooses
    wait_about(bench, 200, 400)
    assert bench.page.evaluate("() => plot.marks.start") is None


def test_the_strip_is_a_slider_for_keys_and_wheel(bench: Workbench) -> None:
    strip = bench.page.get_by_role("slider", name="Visible part of the file")
    bench.page.evaluate("() => plot.view.show([400, 500])")
    bench.wait_range(400, 500)
    expect(strip).to_have_attribute("aria-valuetext", "400 to 500")
    strip.focus()
    bench.key("ArrowRight")
    bench.wait_range(410, 510)
    bench.key("Shift+ArrowLeft")
    bench.wait_range(360, 460)
    bench.key("+")
    bench.wait_range(385, 435)
    bench.key("-")
    bench.wait_range(360, 460)
    bench.key("Home")
    bench.wait_range(FULL[0], FULL[0] + 100)
    expect(strip).to_have_attribute("aria-valuenow", "5")
    bench.page.mouse.move(*place(bench, 50))
    bench.page.mouse.wheel(0, -400)
    bench.wait("() => plot.view.range[1] - plot.view.range[0] < 60")


def test_the_strip_shows_the_file_and_its_labels(bench: Workbench, desk: Desk, recording: int) -> None:
    bench.wait("() => document.querySelector('#plot-overview canvas').width > 500")
    bench.wait(
        """() => { const context = document.querySelector('#plot-overview canvas').getContext('2d');
            return context.getImageData(9, 9, 400, 9).data.some(Boolean); }"""
    )
    wait_colours(bench, 0)
    desk.label(recording, (100, 200, "calm"), (600, 700, "storm"))
    wait_colours(bench, 2)
    bench.page.locator(".tm-class", has_text="calm").locator(".tm-swatch").click()
    wait_colours(bench, 1)
    bench.page.locator(".tm-class", has_text="calm").locator(".tm-swatch").click()


def test_the_whole_file_is_requested_once_however_the_view_moves(bench: Workbench) -> None:
    requests: list[Any] = []
    bench.wait("() => document.querySelector('#plot-overview canvas').width > 500")
    bench.page.on(
        "request",
        lambda request: requests.append(request.url) if "channels=0&" in request.url + "&" else None,
    )
    for start in (100, 300, 500):
        bench.page.evaluate("start => plot.view.show([start, start + 100])", start)
    bench.wait_range(500, 600)
    assert requests == []
    menu = bench.page.get_by_label("Channel that the overview shows")
    menu.focus()
    menu.select_option("1")
    bench.wait("() => document.activeElement === document.body")  # keys are the plot's again


def test_ten_thousand_labels_cost_few_rectangles(desk: Desk, tab: Page, tmp_path: Path) -> None:
    bench = Workbench(tab).go(desk.bring(tmp_path))
    drawn = bench.page.evaluate(
        """async () => { const tm = plot; const rows = new Map();
            for (let i = 0; i < 10000; i += 1) {
                const color = i % 2 ? '#123456' : '#654321';
                rows.set(`l${i}`, { id: `l${i}`, x0: i / 10, x1: i / 10 + 0.05, label: 'many', color });
            }
            const { list } = tm.labels, { prototype } = CanvasRenderingContext2D, { fillRect } = prototype;
            let count = 0;
            prototype.fillRect = function (...box) {
                if (this.canvas.parentElement.id === 'plot-overview') count += 1;
                fillRect.apply(this, box);
            };
            tm.labels.list = () => [...rows.values()];
            tm.emit('classes', []);
            await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            tm.labels.list = list;
            prototype.fillRect = fillRect;
            tm.emit('classes', []);
            return count; }"""
    )
    assert 100 < drawn < 2500
