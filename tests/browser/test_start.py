"""Start page of an empty program, and test helpers of the browser tests."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.support import Faults, Server


def test_the_first_page_of_an_empty_program_describes_the_first_step(page: Page, server: Server) -> None:
    page.goto(server.url)
    expect(page.get_by_text("Open a recording")).to_be_visible()
    expect(page.get_by_role("button", name="Upload CSV Data!")).to_be_visible()


def test_with_samples_the_program_opens_on_a_recording(page: Page, stocked: Server) -> None:
    page.goto(stocked.url)
    page.wait_for_url("**/label/*")
    expect(page.locator(".js-plotly-plot .trace").first).to_be_visible()


def test_an_answer_of_404_and_a_console_error_are_faults(page: Page, server: Server, faults: Faults) -> None:
    faults.allow("window/99|on purpose")
    page.goto(server.url)
    page.evaluate("async () => { console.error('on purpose'); await fetch('/window/99?from=0&to=1&px=1'); }")
    assert any("on purpose" in fault for fault in faults.seen)
    assert any("answer 404" in fault for fault in faults.seen)


@pytest.mark.parametrize("ending", ["kill", "stop"])
def test_a_restarted_server_has_the_same_address_and_data(stocked: Server, page: Page, ending: str) -> None:
    before = stocked.url
    getattr(stocked, ending)()
    stocked.start()
    assert stocked.url == before
    page.goto(stocked.url)
    page.wait_for_url("**/label/*")
