"""Auto-label: watch a run, leave and return, cancel, retry; several files at once."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest
from playwright.sync_api import Page, expect

from services.models import Model
from tests.browser.desk import Desk, Workbench
from tests.support import Faults, go, has_torch, until
from tests.unit.running import add_model, slow, threshold

FRESH = True  # the server is started as users start it: that it never loads torch is part of the tests
MANY = 500_000  # rows, so many that the run lasts until it is cancelled


def wave(rows: int, number: int) -> str:
    """One channel that is above zero in every other hundred rows."""
    lines = [f"{row},{-1 if row // 100 % 2 else 1}.{number}" for row in range(rows)]
    return "\n".join(["t,v", *lines, ""])


@pytest.fixture(scope="module")
def quick(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Model:
    return add_model(desk.services, tmp_path_factory.mktemp("quick"), threshold(), "Steps")


@pytest.fixture(scope="module")
def patient(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> Model:
    return add_model(desk.services, tmp_path_factory.mktemp("slow"), slow(), "Patient")


def choose(page: Page, model: Model) -> None:
    """Choose a model that was added without the page, and wait until its fit is shown."""
    chosen = page.get_by_role("button", name=f"Select a Model: {model.name}")
    if not chosen.is_visible():  # Dash leaves the list open when the chosen option is chosen again
        page.locator("#model-list").click()
        page.get_by_role("option", name=model.name).click()
    expect(chosen.locator(".dash-dropdown-value-item")).to_contain_text(model.name)
    status = page.locator(f"#autolabel-start-button[title*='{model.name}'], #autolabel-status:not([hidden])")
    expect(status.first).to_be_visible()


def torch_workers(desk: Desk) -> list[psutil.Process]:
    children = psutil.Process(desk.server.pid).children(recursive=True)
    return [one for one in children if has_torch(one)]


def test_a_run_is_watched_left_come_back_to_cancelled_and_another_lands(
    desk: Desk, quick: Model, patient: Model, tab: Page, tmp_path: Path
) -> None:
    bench = Workbench(tab)
    long, short = desk.bring(tmp_path, wave(MANY, 1)), desk.bring(tmp_path, wave(1000, 2))
    bench.go(long)
    choose(tab, patient)
    start, run = tab.locator("#autolabel-start-button"), tab.locator("#autolabel-run")
    expect(start).to_have_attribute("title", "Auto-label with Patient on v")
    start.click()
    expect(run).to_contain_text("rows/s")
    expect(tab.locator("#jobs-button")).to_contain_text("1 job")
    start.click()
    expect(bench.toast).to_contain_text("The same run is queued or running already.")
    tab.reload()
    bench.ready(long)
    expect(run).to_contain_text("rows/s")
    go(tab, "/files")
    tab.locator("#jobs-button").click()
    row = tab.locator("#jobs-panel li").first
    expect(row).to_contain_text("Auto-label with Patient")
    row.get_by_role("button", name="Cancel").click()
    expect(row).to_contain_text("It was cancelled.")
    tab.keyboard.press("Escape")
    expect(tab.locator("#jobs-panel")).to_be_hidden()
    bench.go(short)
    choose(tab, quick)
    tab.keyboard.press("Shift+A")
    expect(bench.toast.last).to_contain_text("10 suggestions.")
    bench.wait("() => plot.labels.rows.size === 10")
    bench.key("Control+z")
    bench.wait("() => plot.labels.rows.size === 0")
    bench.key("Control+y")
    bench.wait("() => plot.labels.rows.size === 10")
    bench.wait_kept()
    assert desk.labels(long) == [] and len(desk.labels(short)) == 10
    assert not has_torch(psutil.Process(desk.server.pid)) and len(torch_workers(desk)) == 1


def test_another_browser_shows_a_job_and_cancels_it_next_to_its_bar(
    desk: Desk, patient: Model, tab: Page, page: Page, tmp_path: Path
) -> None:
    bench = Workbench(tab).go(desk.bring(tmp_path, wave(MANY, 8)))
    choose(tab, patient)
    tab.locator("#autolabel-start-button").click()
    expect(tab.locator("#autolabel-run")).to_contain_text("rows/s")
    page.goto(f"{desk.url}/files")
    expect(page.locator("#jobs-button")).to_contain_text("1 running or waiting")
    page.get_by_role("button", name="Cancel the job shown here").click()
    expect(page.locator("#jobs-stop-button")).to_be_hidden()
    expect(page.locator("#jobs-button")).to_contain_text("0 running or waiting")
    expect(tab.locator("#autolabel-run")).to_be_hidden()
    bench.settle()


def test_a_worker_that_is_killed_leaves_an_interrupted_run_that_can_be_tried_again(
    desk: Desk, patient: Model, page: Page, faults: Faults, tmp_path: Path
) -> None:
    faults.allow("ERR_CONNECTION|ERR_EMPTY_RESPONSE|the server did not respond")
    bench = Workbench(page).open(desk, recording := desk.bring(tmp_path, wave(MANY, 3)))
    choose(page, patient)
    page.locator("#autolabel-start-button").click()
    run = page.locator("#autolabel-run")
    expect(run).to_contain_text("rows/s")
    torch_workers(desk)[0].kill()
    expect(run).to_contain_text("It was interrupted")
    expect(bench.toast.last).to_contain_text("It was interrupted")
    assert desk.labels(recording) == []
    run.get_by_role("button", name="Retry").click()
    expect(run).to_contain_text("rows/s")
    desk.server.restart()
    expect(run).to_contain_text("It was interrupted because the program was stopped")
    run.get_by_role("button", name="Retry").click()
    expect(run).to_contain_text("rows/s")
    run.get_by_role("button", name="Cancel").click()
    expect(run).to_be_hidden()
    assert desk.labels(recording) == []


def test_a_job_that_was_dismissed_elsewhere_is_not_waited_for_for_ever(
    desk: Desk, quick: Model, tab: Page, tmp_path: Path
) -> None:
    bench = Workbench(tab).go(desk.bring(tmp_path, wave(300, 9)))
    choose(tab, quick)
    tab.evaluate("() => dash_clientside.set_props('jobs-started', { data: ['gone'] })")
    tab.keyboard.press("Shift+A")
    bench.wait("() => plot.labels.rows.size === 3")
    expect(tab.locator("#jobs-stop-button")).to_be_hidden()


def test_channels_are_chosen_and_several_files_are_labelled_at_once(
    desk: Desk, quick: Model, tab: Page, tmp_path: Path
) -> None:
    names = [f"batch/{name}.csv" for name in ("one", "two", "three")]
    ids = [
        desk.bring(tmp_path, wave(400, 4 + place).replace("t,v", f"t,{channel}"), name)
        for place, (name, channel) in enumerate(zip(names, ("level", "level", "other"), strict=True))
    ]
    bench = Workbench(tab).go(ids[0])
    choose(tab, quick)
    start, status = tab.locator("#autolabel-start-button"), tab.locator("#autolabel-status")
    expect(start).to_be_disabled()
    expect(status).to_contain_text("The model takes a channel “v”, which this recording does not have.")
    status.get_by_role("button", name="Choose channels…").click()
    tab.get_by_role("button", name="Take these").click()
    expect(start).to_be_enabled()
    files = "ids => dash_clientside.set_props('autolabel-files', { data: { ids } })"
    tab.evaluate(files, ids)  # the action of the tree menu
    dialog = tab.get_by_role("dialog", name="Auto-label files")
    expect(dialog).to_contain_text("The model fits 2 of 3 files. These are left out:")
    expect(dialog).to_contain_text("batch/three.csv")
    dialog.get_by_label("Minimum length").fill("150")
    dialog.get_by_role("button", name="Auto-label 2 files").click()
    until(
        tab, lambda: [len(desk.labels(identity)) for identity in ids] == [1, 1, 0], "the labels of two files"
    )
    bench.wait("() => plot.labels.rows.size === 1")
    expect(status).to_contain_text("At least 150 samples long.")
    tab.locator("#autolabel-options-button").click()
    options = tab.get_by_role("dialog", name="Options of auto-labelling")
    options.get_by_label("Minimum length").fill("1")
    options.get_by_label("When it ends, replace").select_option("all")
    options.get_by_role("button", name="Keep").click()
    start.click()
    tab.get_by_role("dialog", name="Replace 1 label?").get_by_role("button", name="Replace").click()
    bench.wait("() => plot.labels.rows.size === 4")
    tab.locator("#autolabel-options-button").click()
    options.get_by_label("When it ends, replace").select_option("suggestions")
    options.get_by_role("button", name="Keep").click()
