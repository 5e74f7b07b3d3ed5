"""The twelve leads of an ECG as cardiologists read them: a grid of quarters of the view over a rhythm strip."""

from __future__ import annotations

from math import exp
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, Workbench

NAMES = ("I", "II", "III", "aVR", "aVL", "aVF", "V1", "V2", "V3", "V4", "V5", "V6")
RATE, SECONDS = 100, 10


def ecg() -> str:
    """A beat a second in all leads, of other heights."""
    lines = ["time [s]," + ",".join(f"{name} [mV]" for name in NAMES)]
    for row in range(RATE * SECONDS):
        beat = exp(-((((row % RATE) - 40) / 3) ** 2))
        lines.append(f"{row / RATE}," + ",".join(f"{beat * (1 - index / 10):.4f}" for index in range(12)))
    return "\n".join([*lines, ""])


@pytest.fixture
def leads(desk: Desk, tab: Page, tmp_path: Path) -> Workbench:
    recording = desk.bring(
        tmp_path, ecg().replace("0.0000", f"0.{len(desk.services.recordings.list()):04}", 1)
    )
    bench = Workbench(tab).go(recording)
    bench.key("c")
    tab.get_by_role("button", name="12 leads").click()
    bench.wait("() => plot.look.rows.length === 13")
    bench.key("c")
    bench.page.evaluate("() => plot.view.show([0, 10])")
    bench.wait("() => Math.abs(plot.view.gd._fullLayout.xaxis.range[1] - 10) < 0.001 && !plot.paint.busy")
    bench.settle()
    return bench


def cell(bench: Workbench, row: int) -> dict[str, float]:
    box: dict[str, float] = bench.page.evaluate("row => plot.view.rows()[row]", row)
    return box


def test_leads_are_drawn_in_a_grid_with_a_rhythm_strip(leads: Workbench) -> None:
    boxes = [cell(leads, row) for row in range(13)]
    assert len({box["top"] for box in boxes}) == 4
    assert len({box["left"] for box in boxes}) == 4
    assert boxes[12]["right"] - boxes[12]["left"] == pytest.approx(4 * (boxes[0]["right"] - boxes[0]["left"]))
    drawn = leads.page.evaluate(
        """() => plot.view.gd._fullData.map(({ x, y }) => { const seen = [...x].filter((_, i) => !Number.isNaN(y[i]));
            return [Math.min(...seen), Math.max(...seen)]; })"""
    )
    assert drawn[0] == [0, 2.5] and drawn[1] == [2.5, 5] and drawn[3][0] == 7.5 and drawn[12][1] > 9.9
    names = leads.page.locator(".tm-row-name")
    expect(names).to_have_count(13)
    expect(names.nth(1)).to_contain_text("aVR")
    assert (
        names.nth(1)
        .locator(".tm-row-channel")
        .evaluate(
            """(name, [left, right]) => { const box = name.getBoundingClientRect();
            const graph = plot.gd.getBoundingClientRect().left;
            return box.left - graph >= left && box.right - graph <= right; }""",
            [boxes[1]["left"], boxes[1]["right"]],
        )
    )


def test_a_mark_in_a_cell_is_about_its_lead_at_true_samples_and_drawn_only_there(
    leads: Workbench, desk: Desk
) -> None:
    recording = leads.page.evaluate("() => plot.view.recording.id")
    leads.page.evaluate("() => plot.scope.use('row')")
    graph = leads.page.locator(".tm-graph").bounding_box()
    box = cell(leads, 5)  # aVL, from 2.5 to 5 s
    assert graph
    height = (box["top"] + box["bottom"]) / 2 + graph["y"]
    for time in (3.2, 3.9):
        leads.page.mouse.click(leads.point(time)[0], height)
    leads.page.keyboard.type("wide")
    leads.page.keyboard.press("Enter")
    leads.wait_kept()
    leads.page.evaluate("() => plot.scope.use('all')")
    assert desk.labels(recording) == [(320, 390, "wide")]
    assert leads.page.evaluate("() => plot.labels.list()[0].channels") == [4]
    hit = "([x, y]) => plot.overlay.hit(x, y)?.label ?? null"
    middle = leads.page.evaluate("() => plot.overlay.geometry().pixel(3.5)")
    assert leads.page.evaluate(hit, [middle, (box["top"] + box["bottom"]) / 2]) == "wide"
    other = cell(leads, 1)  # aVR, in the line above
    assert leads.page.evaluate(hit, [middle, (other["top"] + other["bottom"]) / 2]) is None


def test_a_label_beyond_the_quarter_of_its_lead_is_cut_there(leads: Workbench, desk: Desk) -> None:
    recording = leads.page.evaluate("() => plot.view.recording.id")
    desk.label(recording, (2.0, 6.0, "long"))
    leads.expect_cells("label", ["long"])
    leads.page.evaluate("() => plot.labels.change('scope', [plot.labels.list()[0].id], { channels: [3] })")
    leads.wait_kept()
    hits = leads.page.evaluate(
        """() => { const place = plot.overlay.geometry(), { top, bottom } = plot.view.rows()[1];
            return [2.2, 3, 5.5].map((x) => plot.overlay.hit(place.pixel(x), (top + bottom) / 2)?.label ?? null); }"""
    )
    assert hits == [None, "long", None]


def test_the_value_under_the_cursor_and_snapping_follow_the_lead_of_the_cell(leads: Workbench) -> None:
    state = leads.page.evaluate(
        """() => { const place = plot.overlay.geometry(), rows = plot.view.rows();
            return [0, 1, 2, 3, 12].map((row) => { const { left, right, top, bottom } = rows[row];
                return plot.view.seriesAt((left + right) / 2, (top + bottom) / 2).channel; }); }"""
    )
    assert state == [0, 3, 6, 9, 1]


def test_a_lead_that_is_also_the_strip_is_measured_in_the_row_of_the_first_click(leads: Workbench) -> None:
    level = """row => { const { top, bottom } = plot.view.rows()[row];
        const canvas = document.querySelector('.tm-canvas-front'), place = plot.overlay.geometry();
        const scale = canvas.width / canvas.getBoundingClientRect().width;
        const [from, to] = [0.5, 1.2].map((x) => place.pixel(x) * scale);
        const box = [from, top * scale, to - from, (bottom - top) * scale];
        const { data } = canvas.getContext('2d').getImageData(...box);
        return [...data].filter((alpha, at) => at % 4 === 3 && alpha > 100).length; }"""
    leads.key("d")
    for clicked, other in ((4, 12), (12, 4)):  # lead II: its cell, and the strip
        box, whole = (
            cell(leads, clicked),
            leads.page.evaluate("() => plot.view.gd.getBoundingClientRect().top"),
        )
        height = (box["top"] + box["bottom"]) / 2 + whole
        for x in (0.4, 1.4):
            leads.page.mouse.click(leads.point(x)[0], height)
        expect(leads.page.locator("#label-hint")).to_contain_text("Δt 1 s")
        leads.settle()
        assert leads.page.evaluate(level, clicked) > 40, "a line of the measurement"
        assert leads.page.evaluate(level, other) == 0
    leads.key("Escape")
    leads.key("Escape")


TICKS_APART = """() => {
    const texts = [...plot.gd.querySelectorAll("[class^=y][class$=tick] text")];
    const boxes = texts.map((text) => text.getBoundingClientRect());
    boxes.sort((a, b) => a.top - b.top);
    return boxes.length >= 12 && boxes.every((box, place) => !place || box.top >= boxes[place - 1].bottom - 4);
}"""


def test_numbers_of_low_rows_do_not_overlap_at_any_height(leads: Workbench) -> None:
    page = leads.page
    leads.key("c")
    page.get_by_role("button", name="Lines", exact=True).click()
    leads.wait("() => plot.look.rows.length === 12")
    leads.key("c")
    for height in (900, 700):
        page.set_viewport_size({"width": 1400, "height": height})
        leads.wait("() => plot.view.gd._fullLayout.height === plot.gd.clientHeight && !plot.paint.busy")
        leads.settle()
        assert page.evaluate(TICKS_APART), f"{height} px"


def test_the_result_of_measuring_is_above_the_names_of_rows(leads: Workbench) -> None:
    front, name = (
        leads.page.locator(f".tm-plot {place}").first.evaluate("element => getComputedStyle(element).zIndex")
        for place in (".tm-canvas-front", ".tm-row-name")
    )
    assert (front, name) == ("1", "auto")
