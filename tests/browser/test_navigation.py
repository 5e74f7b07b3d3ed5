"""Links of the navigation bar."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.desk import Desk, Workbench, quiet


def test_the_bar_on_top_leads_to_the_classes_and_back_to_the_file(desk: Desk, bench: Workbench) -> None:
    page, nav = bench.page, bench.page.get_by_role("navigation", name="Pages")
    recording = page.evaluate("plot.view.recording.id")
    current = nav.locator("[aria-current=page]")
    expect(current).to_have_text("Label")
    nav.get_by_role("link", name="Classes").click()
    expect(page.get_by_role("heading", name="Label classes")).to_be_visible()
    expect(page).to_have_url(f"{desk.url}/classes")
    expect(current).to_have_text("Classes")
    nav.get_by_role("link", name="Label").click()
    bench.ready(recording)
    page.go_back()
    expect(current).to_have_text("Classes")
    page.go_back()
    bench.ready(recording)
    expect(current).to_have_text("Label")


def test_scrolling_sideways_next_to_the_plot_is_not_back_of_the_browser(desk: Desk, bench: Workbench) -> None:
    page = bench.page
    address = page.url
    for place in (".tm-head", "#label-table", ".tm-side", "#plot-overview"):
        page.locator(place).hover(force=True)
        for _step in range(4):
            page.mouse.wheel(-300, 0)
    quiet(page)
    assert page.url == address
    assert page.evaluate("getComputedStyle(document.documentElement).overscrollBehaviorX") == "none"
