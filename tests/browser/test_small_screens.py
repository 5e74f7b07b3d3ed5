"""Panes at the sides of the page: folded by hand, and on narrow screens."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, Workbench


def boxes_apart(page: Page) -> bool:
    """Check that no controls of the plot overlap, or are outside the window."""
    state: bool = page.evaluate(
        """() => {
            const parts = [".tm-bar", ".tm-head", ".tm-plot", ".tm-field", "#pane-pane"];
            const boxes = parts.map((part) => document.querySelector(part).getBoundingClientRect());
            const inside = ({ left, right, width }) => width > 0 && left >= 0 && right <= innerWidth + 1;
            return boxes.every(inside) && boxes.every((box, place) => !place || box.top >= boxes[place - 1].bottom - 1);
        }"""
    )
    return state


def test_a_pane_is_folded_by_its_button_or_key_and_stays_so(bench: Workbench, recording: int) -> None:
    page = bench.page
    files, side = page.locator(".tm-files"), page.locator(".tm-side")
    before = page.evaluate("() => plot.paint.width()")
    page.get_by_role("button", name="Show or fold the files").click()
    expect(files).to_be_hidden()
    bench.key("Shift+S")
    expect(side).to_be_hidden()
    bench.wait("(before) => plot.paint.width() > before + 300", before)
    page.reload()
    bench.ready(recording)
    expect(files).to_be_hidden()
    expect(side).to_be_hidden()
    bench.key("Shift+F")
    expect(files).to_be_visible()
    page.get_by_role("button", name="Show or fold classes, model and saving").click()
    expect(side).to_be_visible()


def test_on_a_narrow_screen_a_pane_covers_the_page_until_a_file_is_opened(desk: Desk, tab: Page) -> None:
    page = Workbench(tab).go(desk.named("samples/ecg/ludb_001.csv")).page
    files, side = page.locator(".tm-files"), page.locator(".tm-side")
    for width, height in ((800, 700), (390, 800)):
        page.set_viewport_size({"width": width, "height": height})
        expect(files).to_be_hidden()
        expect(side).to_be_hidden()
        page.wait_for_function("() => plot.view.gd._fullLayout.width === plot.gd.clientWidth")
        assert boxes_apart(page), f"{width} px"
    search, remove = (
        page.locator(place).bounding_box() for place in (".tm-table-search", "#pane-labels-tools .tm-delete")
    )
    assert search and remove and search["width"] > 150
    assert abs(search["y"] - remove["y"]) < 10, "the tools of the table are in one line"
    page.get_by_role("button", name="Show or fold classes, model and saving").click()
    expect(page.get_by_role("button", name="Save All")).to_be_visible()
    page.get_by_role("button", name="Show or fold the files").click()
    expect(side).to_be_hidden()
    page.locator("#shell-files-tree a", has_text="ludb_003.csv").click()
    expect(page.locator(".tm-name")).to_have_text("ludb_003.csv")
    expect(files).to_be_hidden()
    page.set_viewport_size({"width": 1400, "height": 900})
    expect(files).to_be_visible()
    expect(side).to_be_visible()


def test_the_open_file_is_in_view_again_after_a_filter_that_hid_it(desk: Desk, tab: Page) -> None:
    tab.set_viewport_size({"width": 1440, "height": 420})
    Workbench(tab).go(desk.named("samples/sensors/nyc_taxi.csv"))
    opened = tab.locator("#shell-files-tree a", has_text="nyc_taxi.csv")
    expect(opened).to_be_in_viewport()
    find = tab.get_by_placeholder("Filter files")
    find.fill("ludb_001")
    expect(opened).to_have_count(0)
    find.fill("")
    expect(opened).to_be_in_viewport()
    tab.set_viewport_size({"width": 1440, "height": 900})


def test_buttons_above_the_table_do_not_overlap_on_a_phone_while_a_label_is_selected(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    recording = desk.bring(tmp_path)
    desk.label(recording, (30, 50, "QRS"))
    bench = Workbench(tab).go(recording)
    tab.set_viewport_size({"width": 390, "height": 844})
    bench.wait("() => plot.labels.loaded && plot.labels.list().length === 1")
    bench.key("n")
    bench.wait("() => plot.labels.selection.size === 1")
    expect(tab.locator("#selection-count")).to_contain_text("1 selected")
    overlapping = """() => {
      const boxes = [...document.querySelectorAll(".tm-table-head :is(button, input)")]
        .map((node) => node.getBoundingClientRect()).filter(({ width }) => width);
      const meets = (low, high) => (a, b) => a[low] < b[high] - 1 && b[low] < a[high] - 1;
      const [across, down] = [meets("left", "right"), meets("top", "bottom")];
      const over = (a, b) => a !== b && across(a, b) && down(a, b);
      return boxes.filter((a) => a.right > innerWidth + 1 || boxes.some((b) => over(a, b))).length;
    }"""
    assert tab.evaluate(overlapping) == 0
    tab.set_viewport_size({"width": 1440, "height": 900})


def test_the_note_that_another_user_is_here_is_whole_next_to_a_long_path(bench: Workbench) -> None:
    page = bench.page
    page.evaluate("() => (document.getElementById('label-others').textContent = 'Annabel and Bo are here')")
    page.evaluate("() => document.querySelector('#label-name span').prepend('a folder with a long name/')")
    others = page.locator("#label-others")
    assert others.evaluate("({ scrollWidth, clientWidth }) => scrollWidth <= clientWidth")
    assert boxes_apart(page)


def test_lists_are_readable_on_a_phone(own_desk: Desk, page: Page, tmp_path: Path) -> None:
    own_desk.bring(tmp_path, path="a plant with a long name/line of a long name/run 1.csv")
    page.set_viewport_size({"width": 390, "height": 844})
    page.goto(f"{own_desk.url}/files")
    name = page.locator("#files-table .tm-file-link span")
    expect(name).to_have_text("run 1.csv")
    cell = page.locator("#files-table .ag-cell", has=page.locator(".tm-file-link")).bounding_box()
    box = name.bounding_box()
    assert box and cell and box["x"] + box["width"] <= cell["x"] + cell["width"], (
        "the folder gives way to the name"
    )
    page.goto(f"{own_desk.url}/classes")
    folder = page.locator(".tm-classes-folders .ag-row .ag-cell[col-id=name]").first
    expect(folder).to_be_visible()
    assert folder.evaluate("cell => cell.clientWidth") >= 170
    add = page.get_by_role("button", name="Add class").bounding_box()
    assert add and add["x"] + add["width"] <= 390
