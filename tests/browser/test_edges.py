"""Editing labels by mouse, keys and in the table."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, Workbench


@pytest.fixture
def page(tab: Page) -> Page:
    """The tab of all these tests."""
    return tab


@pytest.fixture
def opened(desk: Desk, page: Page, tmp_path: Path) -> tuple[Workbench, int]:
    """A recording with samples at 0, 1 … 999 s and the labels A (100–200) and B (400–500)."""
    recording = desk.bring(tmp_path)
    desk.label(recording, (100, 200, "A"), (400, 500, "B"))
    return Workbench(page).go(recording), recording


def labels_become(page: Page, desk: Desk, recording: int, expected: list[tuple[int, int, str]]) -> None:
    """Wait until all changes are stored, then read the database."""
    page.wait_for_function(
        """wanted => document.getElementById('shell-status').dataset.state === 'kept'
            && JSON.stringify(plot.labels.list().map(row => [row.start, row.end, row.label]))
                === JSON.stringify(wanted)""",
        arg=[list(row) for row in expected],
    )
    assert desk.labels(recording) == expected


def drag(page: Page, at: tuple[float, float], to: tuple[float, float]) -> None:
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move((at[0] + to[0]) / 2, to[1])
    page.mouse.move(*to)


def test_a_handle_moves_an_edge_to_a_sample(desk: Desk, opened: tuple[Workbench, int], page: Page) -> None:
    bench, recording = opened
    bench.click(150)
    expect(page.locator(".tm-handle[data-edge=x1]")).to_be_visible()
    drag(page, bench.point(200), bench.point(250.2))
    expect(page.locator("#label-hint")).to_contain_text("250")
    page.mouse.up()
    page.wait_for_function("() => plot.labels.list()[0].end !== 200")
    (_, end, _), other = desk.labels(recording)  # the pixel decides between neighbours
    assert abs(end - 250) <= 1  # a pixel is about a sample wide
    assert other == (400, 500, "B")


def test_escape_cancels_a_drag(desk: Desk, opened: tuple[Workbench, int], page: Page) -> None:
    bench, recording = opened
    bench.click(150)
    expect(page.locator(".tm-handle[data-edge=x0]")).to_be_visible()
    drag(page, bench.point(100), bench.point(20))
    page.keyboard.press("Escape")
    page.mouse.up()
    page.keyboard.press(".")  # something that does change, so that there is an end to wait for
    labels_become(page, desk, recording, [(100, 201, "A"), (400, 500, "B")])


def test_comma_and_full_stop_move_edges_by_one_sample(
    desk: Desk, opened: tuple[Workbench, int], page: Page
) -> None:
    bench, recording = opened
    bench.click(150)
    for key in [".", ".", ".", ",", "Shift+Comma", "Shift+Comma", "Shift+Period"]:
        page.keyboard.press(key)
    labels_become(page, desk, recording, [(99, 202, "A"), (400, 500, "B")])


def test_the_tab_on_top_moves_the_whole_label(desk: Desk, opened: tuple[Workbench, int], page: Page) -> None:
    bench, recording = opened
    bench.click(150)
    (x, _), (goal, _) = bench.point(150), bench.point(250)
    lane = bench.point(150, height=0)[1] - 10
    drag(page, (x, lane), (goal, lane))
    page.mouse.up()
    page.wait_for_function("() => plot.labels.list()[0].start !== 100")
    (start, end, _), _ = desk.labels(recording)
    assert abs(start - 200) <= 1 and end - start == 100


def test_s_splits_at_the_cursor_and_m_merges_again(
    desk: Desk, opened: tuple[Workbench, int], page: Page
) -> None:
    bench, recording = opened
    bench.click(150)
    page.mouse.move(*bench.point(160))
    page.keyboard.press("s")
    page.wait_for_function("() => plot.labels.list().length === 3 && plot.labels.loaded")
    (_, first_end, _), (second_start, _, _), _ = desk.labels(recording)
    assert second_start == first_end + 1
    page.evaluate("() => plot.labels.select(plot.labels.list().slice(0, 2).map(row => row.id))")
    page.keyboard.press("m")
    labels_become(page, desk, recording, [(100, 200, "A"), (400, 500, "B")])


def test_a_digit_relabels_the_selection_and_undo_reverts_it(
    desk: Desk, opened: tuple[Workbench, int], page: Page
) -> None:
    bench, recording = opened
    bench.click(150)
    page.keyboard.press(page.evaluate("() => plot.labels.classNamed('B').hotkey"))
    labels_become(page, desk, recording, [(100, 200, "B"), (400, 500, "B")])
    page.keyboard.press("Control+z")
    labels_become(page, desk, recording, [(100, 200, "A"), (400, 500, "B")])


def test_brackets_mark_at_the_cursor(desk: Desk, opened: tuple[Workbench, int], page: Page) -> None:
    bench, recording = opened
    page.mouse.move(*bench.point(600))
    page.keyboard.press("[")
    page.mouse.move(*bench.point(700))
    page.keyboard.press("]")
    expect(bench.field).to_be_focused()
    page.keyboard.type("C")
    page.keyboard.press("Enter")
    page.wait_for_function("() => plot.labels.list().length === 3 && !plot.labels.list()[2].pending")
    start, end, label = desk.labels(recording)[2]
    assert abs(start - 600) <= 1 and abs(end - 700) <= 1 and label == "C"


def test_a_label_an_edge_and_a_note_are_edited_in_the_table(
    desk: Desk, opened: tuple[Workbench, int], page: Page
) -> None:
    bench, recording = opened
    for column, text in (
        ("label", "renamed"),
        ("endText", "222"),
        ("startText", "#111"),
        ("note", "<i>why</i>"),
    ):
        bench.rows.first.locator(f"[col-id={column}]").click()
        page.keyboard.press("F2")
        page.locator(".ag-cell-inline-editing input").fill(text)
        page.keyboard.press("Enter")
        page.wait_for_function("() => document.getElementById('shell-status').dataset.state === 'kept'")
    labels_become(page, desk, recording, [(111, 222, "renamed"), (400, 500, "B")])
    expect(bench.rows.first).to_contain_text("<i>why</i>")


def test_a_time_that_no_sample_has_is_refused_in_words_and_the_table_shows_the_old_one(
    desk: Desk, opened: tuple[Workbench, int], page: Page
) -> None:
    bench, recording = opened
    bench.rows.first.locator("[col-id=endText]").click()
    page.keyboard.press("F2")
    page.locator(".ag-cell-inline-editing input").fill("200.5")
    page.keyboard.press("Enter")
    expect(bench.toast).to_contain_text("200.5")
    expect(bench.rows.first.locator("[col-id=endText]")).to_have_text("200")
    assert desk.labels(recording)[0] == (100, 200, "A")


def test_overlapping_labels_have_tabs_in_lanes_that_can_each_be_clicked(
    desk: Desk, opened: tuple[Workbench, int], page: Page
) -> None:
    bench, recording = opened
    desk.label(recording, (150, 450, "over"))
    page.wait_for_function("() => plot.lanes.count() === 2")
    page.wait_for_function("() => plot.overlay.geometry().lane >= 0")
    x = bench.point(170)[0]
    box = page.locator("#label-plot").bounding_box()
    assert box is not None
    lane = box["y"] + page.evaluate("() => plot.overlay.geometry().lane")
    for place, name in ((7, "A"), (22, "over")):
        page.mouse.click(x, lane + place)
        expect(page.locator("#label-table .ag-row-selected [col-id=label]").first).to_have_text(name)


def test_a_class_is_hidden_and_shown_by_its_colour(
    desk: Desk, opened: tuple[Workbench, int], page: Page
) -> None:
    bench, _ = opened
    colour = page.get_by_title("Label the mark “A”").locator(".tm-swatch")
    colour.click()
    bench.wait("() => plot.overlay.hiddenClasses.has(plot.labels.classNamed('A').id)")
    bench.click(150)  # nothing is there to be selected: the click marks
    expect(page.locator("#label-hint")).to_contain_text("now click the end")
    page.keyboard.press("Escape")
    colour.click()
    bench.wait("() => !plot.overlay.hiddenClasses.size")
    bench.click(150)
    expect(page.locator("#label-table .ag-row-selected").first).to_be_visible()


def test_escape_in_the_middle_of_a_marking_drag_leaves_no_mark(
    desk: Desk, opened: tuple[Workbench, int], page: Page
) -> None:
    bench, _ = opened
    page.locator("#label-select-button").click()
    drag(page, bench.point(600), bench.point(700))
    expect(page.locator("#label-hint")).to_contain_text("now click the end")
    page.keyboard.press("Escape")
    page.mouse.up()
    expect(page.locator("#label-hint")).to_have_text("Click a start in the plot")


def test_hidden_labels_are_reported_in_the_next_file(
    desk: Desk, opened: tuple[Workbench, int], page: Page, tmp_path: Path
) -> None:
    bench, _ = opened
    page.keyboard.press("h")
    bench.go(desk.bring(tmp_path))
    expect(page.locator("#label-hide-button")).to_have_class(re.compile(r"\bbi-eye-slash\b"))
    page.keyboard.press("h")
    expect(page.locator("#label-hide-button")).to_have_class(re.compile(r"\bbi-eye(?!-)"))


def test_the_hint_shows_the_samples_to_be_labelled_also_with_several_samples_per_point(
    desk: Desk, page: Page, tmp_path: Path
) -> None:
    rows = [f"{row * 10},{row % 7}" for row in range(20_000)]
    recording = desk.bring(tmp_path, "\n".join(["t,v", *rows, ""]))
    bench = Workbench(page).go(recording)
    expect(page.locator("#label-decimation")).to_be_visible()
    bench.click(50_003)
    bench.click(60_004)
    page.wait_for_function("() => plot.marks.start % 10 === 0 && plot.marks.end % 10 === 0")
    start, end = page.evaluate("() => [plot.marks.start, plot.marks.end]")
    expect(page.locator("#label-hint")).to_have_text(f"{start} – {end} ({end - start})")
    page.keyboard.type("exact")
    page.keyboard.press("Enter")
    labels_become(page, desk, recording, [(start // 10, end // 10, "exact")])


def test_a_mark_snaps_to_the_peak_near_the_click(desk: Desk, page: Page, tmp_path: Path) -> None:
    peaks = {300: 50.0, 700: -50.0}
    rows = [f"{row},{peaks.get(row, (row % 3) * 0.1)}" for row in range(1000)]
    recording = desk.bring(tmp_path, "\n".join(["t,v", *rows, ""]))
    bench = Workbench(page).go(recording)
    page.locator("#label-snap-button").click()
    for peak in peaks:
        x, y = bench.point(peak)
        page.mouse.click(x + 5, y)
    page.keyboard.type("between")
    page.keyboard.press("Enter")
    labels_become(page, desk, recording, [(300, 700, "between")])
