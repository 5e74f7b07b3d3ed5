"""Opening files: tree and URLs."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, Request, Response, Route, expect

from tests.browser.desk import CALLBACKS, Desk, Workbench, slow_answer
from tests.support import Faults, until


def node(page: Page, name: str) -> Locator:
    """A row of the tree."""
    return page.locator("#shell-files-tree .tm-node", has=page.get_by_text(name, exact=True))


def heading(page: Page) -> Locator:
    return page.locator(".tm-head h1")


@pytest.fixture
def ecg(desk: Desk, tab: Page) -> Workbench:
    return Workbench(tab).go(desk.named("samples/ecg/ludb_001.csv"))


def test_home_leads_to_the_first_recording(desk: Desk, page: Page) -> None:
    page.goto(desk.url)
    Workbench(page).ready(desk.named("samples/ecg/ludb_001.csv"))
    expect(heading(page)).to_have_text("samples/ecg/ludb_001.csv")
    expect(page.locator(".tm-summary")).to_have_text(
        "time: time_s in s · 3 channels · 5,000 rows · 9.998 s · 500 Hz"
    )
    expect(page.locator(".tm-summary")).to_be_in_viewport()
    expect(page).to_have_title("ludb_001.csv · Tidemark")


def test_the_tree_shows_folders_and_their_files_in_order(ecg: Workbench) -> None:
    names = ecg.page.locator("#shell-files-tree .tm-node-name")
    expect(names).to_have_text(
        [
            *[
                "samples",
                "ecg",
                *[f"ludb_00{n}.csv" for n in (1, 3, 5, 7, 9)],
                "ludb_011.csv",
                "mitbih_100.csv",
            ],
            *["finance", "ohlc_minutes.csv", "sensors", "ambient_temperature_system_failure.csv"],
            *["machine_temperature_system_failure.csv", "nyc_taxi.csv"],
        ]
    )
    expect(ecg.page.locator("#shell-files-count")).to_have_text("11 files")
    expect(ecg.page.locator("#shell-files-tree .tm-open")).to_have_text("ludb_001.csv")


def test_a_file_that_is_chosen_is_drawn_and_is_in_the_address(desk: Desk, ecg: Workbench) -> None:
    taxi = desk.named("samples/sensors/nyc_taxi.csv")
    node(ecg.page, "nyc_taxi.csv").click()
    ecg.ready(taxi)
    expect(ecg.page).to_have_url(f"{desk.url}/label/{taxi}")
    expect(heading(ecg.page)).to_contain_text("nyc_taxi.csv")
    expect(ecg.page.locator("#shell-files-tree .tm-open")).to_have_text("nyc_taxi.csv")


def test_back_and_forward_go_through_the_files(desk: Desk, ecg: Workbench) -> None:
    first, taxi = desk.named("samples/ecg/ludb_001.csv"), desk.named("samples/sensors/nyc_taxi.csv")
    node(ecg.page, "nyc_taxi.csv").click()
    ecg.ready(taxi)
    ecg.page.go_back()
    ecg.ready(first)
    expect(heading(ecg.page)).to_contain_text("ludb_001.csv")
    ecg.page.go_forward()
    ecg.ready(taxi)
    expect(heading(ecg.page)).to_contain_text("nyc_taxi.csv")


def test_reload_and_a_second_tab_show_the_same_file(desk: Desk, ecg: Workbench, faults: Faults) -> None:
    first = desk.named("samples/ecg/ludb_001.csv")
    ecg.page.reload()
    ecg.ready(first)
    tab = ecg.page.context.new_page()
    faults.watch(tab)
    tab.goto(ecg.page.url)
    Workbench(tab).ready(first)
    expect(heading(tab)).to_contain_text("ludb_001.csv")
    tab.close()


def test_control_and_an_arrow_go_to_the_next_and_the_previous_file(desk: Desk, ecg: Workbench) -> None:
    ecg.key("Control+ArrowDown")
    ecg.ready(desk.named("samples/ecg/ludb_003.csv"))
    ecg.key("Control+ArrowUp")
    ecg.ready(desk.named("samples/ecg/ludb_001.csv"))
    ecg.key("Control+ArrowUp")
    expect(ecg.toast).to_have_text("This is the first file.")


def test_each_press_of_next_and_previous_file_is_a_step_also_before_the_first_answer(
    desk: Desk, ecg: Workbench
) -> None:
    held: list[Route] = []
    answered: list[Response] = []

    def is_step(request: Request) -> bool:
        return '"shell-file-step.data"' in (request.post_data or "")

    def hold_first(route: Route) -> None:
        held.append(route) if is_step(route.request) and not held else route.continue_()

    def note(response: Response) -> None:
        answered.extend([response] if is_step(response.request) else [])

    ecg.page.route(CALLBACKS, hold_first)
    ecg.page.on("response", note)
    keys = ["Control+ArrowDown"] * 5 + ["Control+ArrowUp"] * 2
    for key in keys:
        ecg.key(key)
    until(ecg.page, lambda: held, "the request of the first step")
    held[0].continue_()
    until(
        ecg.page,
        lambda: len(answered) == len(keys),
        "the answers to all steps: 007 is passed on the way, too",
    )
    ecg.page.remove_listener("response", note)
    ecg.ready(desk.named("samples/ecg/ludb_007.csv"))
    ecg.page.unroute(CALLBACKS)


def test_a_press_of_next_file_counts_while_the_plot_of_the_file_before_it_is_loading(
    desk: Desk, ecg: Workbench
) -> None:
    with slow_answer(ecg.page, "_pages_location.pathname"):
        ecg.key("Control+ArrowDown")
        expect(ecg.page).to_have_url(f"{desk.url}/label/{desk.named('samples/ecg/ludb_003.csv')}")
        ecg.key("Control+ArrowDown")
        expect(ecg.page).to_have_url(f"{desk.url}/label/{desk.named('samples/ecg/ludb_005.csv')}")
    ecg.ready(desk.named("samples/ecg/ludb_005.csv"))


def test_the_filter_leaves_only_what_matches_and_its_folders(ecg: Workbench) -> None:
    ecg.page.get_by_placeholder("Filter files").fill("TAXI")
    names = ecg.page.locator("#shell-files-tree .tm-node-name")
    expect(names).to_have_text(["samples", "sensors", "nyc_taxi.csv"])
    ecg.page.get_by_placeholder("Filter files").fill("")
    expect(names.filter(has_text="ludb_001.csv")).to_be_visible()


def test_a_folder_folds_and_unfolds(ecg: Workbench) -> None:
    folder = node(ecg.page, "sensors")
    expect(folder.locator("button").first).to_have_attribute("aria-expanded", "true")
    folder.click()
    expect(folder.locator("button").first).to_have_attribute("aria-expanded", "false")
    expect(node(ecg.page, "nyc_taxi.csv")).to_have_count(0)
    folder.click()
    expect(node(ecg.page, "nyc_taxi.csv")).to_be_visible()


@pytest.mark.parametrize("name", ["99999", "abc"])
def test_the_url_of_an_unknown_recording_is_reported_and_the_files_are_shown(
    desk: Desk, page: Page, name: str
) -> None:
    page.goto(f"{desk.url}/label/{name}")
    expect(page.get_by_text(f"There is no recording “{name}”.")).to_be_visible()
    node(page, "nyc_taxi.csv").click()
    Workbench(page).ready(desk.named("samples/sensors/nyc_taxi.csv"))


def test_an_unknown_url_is_reported(desk: Desk, page: Page) -> None:
    page.goto(f"{desk.url}/no/such/page")
    expect(page.get_by_text("This page does not exist.")).to_be_visible()


def test_the_tree_follows_labels_and_saving(desk: Desk, bench: Workbench, recording: int) -> None:
    name = desk.services.recordings.get(recording).path
    state = node(bench.page, name).get_by_role("img")
    expect(state).to_have_accessible_name("No labels")
    bench.label(100, 200, "QRS")
    expect(state).to_have_accessible_name(re.compile("not saved"))
    expect(node(bench.page, name).locator(".tm-count")).to_have_text("1")
    bench.key("Control+s")
    expect(state).to_have_accessible_name("Saved")


def test_a_file_added_while_the_page_is_open_appears_in_the_tree(
    desk: Desk, ecg: Workbench, tmp_path
) -> None:  # type: ignore[no-untyped-def]
    desk.bring(tmp_path, path="arrived.csv")
    expect(node(ecg.page, "arrived.csv")).to_be_visible()


def test_the_details_describe_how_the_file_was_read(ecg: Workbench) -> None:
    ecg.page.get_by_role("button", name="How this file was read").click()
    dialog = ecg.page.get_by_role("dialog")
    expect(dialog).to_contain_text("column “time_s”, numbers in s, usually every 2 ms, evenly spaced")
    expect(dialog).to_contain_text("-0.")
    ecg.page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
