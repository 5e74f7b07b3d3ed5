"""Keys: configuration, cursor in the plot, a whole task without a mouse."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, Workbench, csv
from tests.support import Server, until


def test_a_key_that_was_chosen_works_shows_on_the_button_and_outlives_a_reload(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    page = bench.page
    try:
        bench.key("?")
        dialog = page.get_by_role("dialog")
        dialog.get_by_role("button", name="Key: hide or show the labels").click()
        expect(dialog).to_contain_text("Press the new key")
        page.keyboard.press("Control+w")
        expect(dialog).to_contain_text("cannot be chosen")
        page.keyboard.press("g")
        expect(dialog).to_contain_text("g now does “hide or show the labels”")
        page.keyboard.press("Escape")
        expect(dialog).to_be_hidden()
        hide = page.locator("#label-hide-button")
        expect(hide).to_have_attribute("title", "Hide or show labels (g)")
        bench.key("h")
        expect(hide).not_to_have_class(re.compile(r"\btm-on\b"))
        bench.key("g")
        expect(hide).to_have_class(re.compile(r"\btm-on\b"))
        page.reload()
        bench.ready(recording)
        expect(hide).to_have_attribute("title", "Hide or show labels (g)")
        bench.key("g")
        expect(hide).to_have_class(re.compile(r"\btm-on\b"))
    finally:
        desk.services.preferences.set("keys", None)
        page.reload()


def test_a_key_of_another_action_is_moved_to_the_new_one_and_reset_restores_all(
    desk: Desk, bench: Workbench
) -> None:
    page = bench.page
    bench.key("?")
    dialog = page.get_by_role("dialog")
    dialog.get_by_role("button", name="Key: split the selected label at the cursor").click()
    expect(dialog).to_contain_text("Press the new key")
    page.keyboard.press("f")
    expect(dialog).to_contain_text("“show the whole file” lost this key")
    expect(dialog.get_by_role("button", name="Key: show the whole file")).to_have_text("no key")
    dialog.get_by_role("button", name="Reset all keys").click()
    expect(dialog.get_by_role("button", name="Key: show the whole file")).to_have_text("f")
    until(page, lambda: desk.services.preferences.get("keys") is None, "the keys to be forgotten")
    page.keyboard.press("Escape")


def test_the_cursor_moves_by_keys_and_marks_to_the_sample(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    page = bench.page
    page.mouse.move(5, 5)
    bench.key("j")  # it appears in the middle
    bench.key("[")
    for _ in range(5):
        bench.key("Shift+K")
    bench.key("]")
    expect(bench.field).to_be_focused()
    page.keyboard.type("five on")
    bench.key("Enter")
    bench.wait_kept()
    ((start, end, name),) = desk.labels(recording)
    assert (end - start, name) == (5, "five on")
    assert abs(start - 500) <= 1


def test_the_whole_story_from_upload_to_download_by_keyboard_alone(
    server: Server, page: Page, tmp_path: Path
) -> None:
    page.on("filechooser", lambda _: None)  # register before the press
    file = tmp_path / "by hand.csv"
    file.write_text(csv(), encoding="utf-8")
    page.goto(server.url)
    tab_to(page, "shell-upload-button")
    page.keyboard.press("Enter")
    tab_to(page, "upload-files-button")
    with page.expect_file_chooser() as chooser:
        page.keyboard.press("Enter")
    chooser.value.set_files(file)
    page.wait_for_url("**/label/1")
    page.keyboard.press("Escape")
    bench = Workbench(page).ready(1)
    for name in ("first", "second"):
        page.keyboard.press("j")
        page.keyboard.press("[")
        for _ in range(4):
            page.keyboard.press("k")
        page.keyboard.press("]")
        expect(bench.field).to_be_focused()
        page.keyboard.type(name)
        page.keyboard.press("Enter")
    page.keyboard.press("p")
    expect(page.locator("#label-table .ag-center-cols-container .ag-row-selected")).to_have_count(1)
    bench.wait("() => plot.labels.classes.length === 2")
    page.keyboard.press("2")
    expect(page.locator("#label-undo-button")).to_have_attribute("title", re.compile("Relabel"))
    page.keyboard.press("Control+z")
    bench.wait("() => plot.labels.redo")
    page.keyboard.press("Control+s")
    until(page, (server.settings.outputs_dir / file.name).exists, "the labels to be saved")
    tab_to(page, "label-download-button")
    page.keyboard.press("Enter")
    tab_to(page, "download-start-button")
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    with zipfile.ZipFile(download.value.path()) as archive:
        lines = archive.read(file.name).decode().splitlines()
    assert [line.split(",")[3] for line in lines[1:]] == ["first", "second"]


def tab_to(page: Page, identity: str) -> None:
    """Press Tab until that control has the focus, which must then be seen."""
    page.wait_for_selector(f"#{identity}:not([disabled])")
    for _ in range(120):
        page.keyboard.press("Tab")
        if page.evaluate("() => document.activeElement.id") == identity:
            break
    else:
        raise AssertionError(f"the focus did not reach {identity}")
    outline = page.evaluate(
        "() => { const style = getComputedStyle(document.activeElement);"
        " return parseFloat(style.outlineWidth) > 0 || style.boxShadow !== 'none'; }"
    )
    assert outline, f"the focus on {identity} cannot be seen"
