"""No console warnings on any page; messages cover nothing and stay on their page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, Workbench, quiet, show
from tests.support import go, until


def test_no_page_and_no_dialog_warns_in_the_console(desk: Desk, page: Page, tmp_path: Path) -> None:
    messages: list[str] = []
    page.on("console", lambda message: message.type in {"warning", "error"} and messages.append(message.text))
    recording = desk.bring(tmp_path)
    desk.label(recording, (10, 20, "alpha"), (30, 40, "beta"))
    desk.services.outputs.save(recording)
    bench = Workbench(page).open(desk, recording)
    expect(bench.rows).to_have_count(2)
    page.get_by_role("tab", name="History").click()
    quiet(page)
    for opens in ("#shell-upload-button", "#import-open-button", "#label-details-button"):
        page.locator(opens).click()
        expect(page.locator(".modal.show")).to_be_visible()
        quiet(page)
        page.keyboard.press("Escape")
        expect(page.locator(".modal.show")).to_be_hidden()
    for path in ("files", "classes", "models", "outputs", "nothing", f"label/{recording}"):
        show(page, desk, f"/{path}")
        quiet(page)
    show(page, desk, "/files")
    page.locator("#files-trash-tab").click()
    quiet(page)
    assert [text for text in messages if "the server responded with a status of 404" not in text] == []


def test_a_message_does_not_follow_to_another_page(desk: Desk, tab: Page, recording: int) -> None:
    page = Workbench(tab).go(recording).page
    page.evaluate(
        "() => dash_clientside.set_props('shell-toast', { data: { text: 'About labels', ms: 600000 } })"
    )
    toast = page.locator(".tm-toast")
    expect(toast).to_be_visible()
    old = "toast => performance.now() - toast.dataset.at > 1000"
    until(page, lambda: toast.evaluate(old), "the message is a second old")
    go(page, "/files")
    expect(page.locator("#files-table")).to_be_visible()
    expect(toast).to_have_count(0)


def test_buttons_of_an_empty_page_are_as_large_as_others(desk: Desk, tab: Page) -> None:
    show(tab, desk, "/models")
    there = tab.locator(".tm-empty .btn")
    expect(there.first).to_be_visible()
    for button in there.all():
        assert button.evaluate("button => button.offsetHeight") < 45
        colors = (
            "button => [getComputedStyle(button, '::before').color, getComputedStyle(button).backgroundColor]"
        )
        icon, ground = button.evaluate(colors)
        assert icon != ground


COVERED = """toast => {
    const { left, top, width, height } = toast.getBoundingClientRect();
    const found = [];
    for (let x = 0.02; x < 1; x += 0.06) for (let y = 0.1; y < 1; y += 0.2)
        found.push(...document.elementsFromPoint(left + x * width, top + y * height));
    const under = "a, button, input, select, .ag-row, .ag-header, canvas";
    return [...new Set(found)].filter((one) => !toast.contains(one) && one.matches(under))
        .map((one) => one.outerHTML.slice(0, 80));
}"""


@pytest.fixture
def resized(tab: Page, width: int, height: int) -> Iterator[Page]:
    """The tab in another size."""
    usual = tab.viewport_size
    assert usual is not None
    tab.set_viewport_size({"width": width, "height": height})
    yield tab
    tab.set_viewport_size(usual)


@pytest.mark.parametrize(("width", "height"), [(1400, 900), (1100, 700), (800, 700), (390, 844)])
def test_a_message_covers_no_row_and_no_control(
    desk: Desk, resized: Page, recording: int, width: int, height: int
) -> None:
    page = resized
    desk.label(recording, *((start * 10, start * 10 + 5, "alpha") for start in range(20)))
    Workbench(page).go(recording)
    text = "3 labels were deleted in two files, which can be undone there. " * 3
    for path in ("", "files"):
        if path:
            show(page, desk, f"/{path}")
            quiet(page)
        for number in range(2):
            page.evaluate(
                "data => dash_clientside.set_props('shell-toast', { data })",
                {"text": f"{text}{number}", "ms": 600000, "action": {"text": "Undo", "press": "none"}},
            )
        toast = page.locator(".tm-toast:visible")
        expect(toast).to_have_count(1)
        expect(toast).to_contain_text(f"{text}1")
        assert toast.evaluate(COVERED) == []
        toast.get_by_role("button", name="Close").click()
        expect(toast).to_contain_text(f"{text}0")


def test_buttons_in_cells_do_their_work_without_a_warning(desk: Desk, tab: Page, recording: int) -> None:
    page, messages = tab, list[str]()
    page.on("console", lambda message: message.type in {"warning", "error"} and messages.append(message.text))
    desk.label(recording, (10, 20, "alpha"), (30, 40, "beta"))
    bench = Workbench(page).go(recording)
    page.locator("#label-class-grid .tm-swatch").first.click()  # a class next to the plot is hidden
    bench.wait("() => plot.overlay.hiddenClasses.size === 1")
    page.locator("#label-class-grid .tm-swatch").first.click()
    bench.wait("() => plot.overlay.hiddenClasses.size === 0")
    bench.key("c")
    page.get_by_label("Show wave").click()  # a channel in its panel
    bench.wait("() => plot.look.shown.length === 1")
    page.get_by_label("Show wave").click()
    bench.wait("() => plot.look.shown.length === 2")
    bench.key("c")
    assert messages == []
