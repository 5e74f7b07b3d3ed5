"""Save, Save All, Download Outputs; help and theme."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, Workbench, csv, slow_answer
from tests.support import until

FRESH = True  # the server is started as users start it: that it never loads torch is part of the tests
HEADER = "Item Number,Start Index,End Index,Label,Color"


@pytest.fixture
def saved(desk: Desk, bench: Workbench, recording: int) -> Path:
    """Where Save writes the labels of ``recording``."""
    return desk.server.settings.outputs_dir / desk.services.recordings.get(recording).path


def lines(text: str) -> list[list[str]]:
    """Header and rows without their colours."""
    return [line.split(",")[:4] for line in text.splitlines()]


def download(page: Page) -> ZipFile:
    """Press Download ZIP in the open dialog and return the download."""
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download ZIP").click()
    assert coming.value.suggested_filename.endswith(".zip")
    return ZipFile(io.BytesIO(Path(coming.value.path()).read_bytes()))


@pytest.mark.parametrize("how", ["button", "Control+s"])
def test_save_writes_the_labels_of_the_open_file(bench: Workbench, saved: Path, how: str) -> None:
    bench.label(100, 200, "QRS")
    bench.label(10, 20, "P")
    if how == "button":
        bench.page.get_by_role("button", name="Save Ctrl+S").click()
    else:
        bench.key(how)
    expect(bench.toast.last).to_contain_text("Saved 2 labels")
    text = saved.read_text(encoding="utf-8")
    assert text.splitlines()[0] == HEADER
    assert lines(text)[1:] == [["1", "10", "20", "P"], ["2", "100", "200", "QRS"]]
    expect(bench.page.locator("#label-saved")).to_have_text("Saved as it is")
    expect(bench.page.get_by_role("button", name="Save Ctrl+S")).to_be_enabled()


def test_a_label_on_its_way_is_saved_too(bench: Workbench, saved: Path) -> None:
    bench.label(100, 200, "QRS")
    bench.key("Control+s")
    expect(bench.toast.last).to_contain_text("Saved 1 label")
    assert len(lines(saved.read_text())) == 2


def test_a_change_after_saving_is_shown_as_unsaved(bench: Workbench, saved: Path) -> None:
    bench.label(100, 200, "QRS")
    bench.key("Control+s")
    expect(bench.page.locator("#label-saved")).to_have_text("Saved as it is")
    bench.key("Control+z")
    expect(bench.page.locator("#label-saved")).to_have_text("Not saved since the last change")
    assert len(lines(saved.read_text())) == 2, "the file is as it was saved"


def test_save_all_saves_every_changed_file_and_lists_them(
    desk: Desk, bench: Workbench, tmp_path: Path
) -> None:
    others = [f"study {bench.page.evaluate('crypto.randomUUID()')}/{name}.csv" for name in ("a", "b")]
    for path in others:
        desk.label(desk.bring(tmp_path, csv(), path), (100, 200, "T"))
    bench.label(1, 2, "QRS")
    bench.page.get_by_role("button", name="Save All").click()
    dialog = bench.page.get_by_role("dialog")
    for path in others:
        expect(dialog.get_by_role("listitem").filter(has_text=path)).to_contain_text("1 label written")
        assert lines((desk.server.settings.outputs_dir / path).read_text())[1] == ["1", "100", "200", "T"]
    dialog.locator(".modal-footer").get_by_role("button", name="Close").click()
    expect(dialog).to_have_count(0)
    bench.page.get_by_role("button", name="Save All").click()
    expect(dialog).to_contain_text("Nothing to save")
    bench.key("Escape")
    expect(dialog).to_have_count(0)


def test_download_gives_a_zip_of_exactly_the_chosen_files(
    desk: Desk, bench: Workbench, tmp_path: Path
) -> None:
    top = f"zip {bench.page.evaluate('crypto.randomUUID()')}"
    ids = {}
    for name in ("a", "b", "c"):
        recording = ids[name] = desk.bring(tmp_path, csv(), f"{top}/{name}.csv")
        desk.label(recording, (100, 200, name))
        desk.services.outputs.save(recording)
        desk.label(recording, *((300, 400, "later"),) * (name == "b"))
    bench.page.get_by_role("button", name="Download Outputs").click()
    dialog = bench.page.get_by_role("dialog")
    stale = dialog.locator(".ag-row", has_text="b.csv").filter(has_text="older than your labels")
    expect(stale).to_be_visible()
    dialog.get_by_role("button", name="Select none").click()
    expect(dialog.get_by_role("button", name="Download ZIP")).to_be_disabled()
    rows = dialog.locator(".ag-center-cols-container")
    rows.locator(f"[row-id=f{ids['a']}]").click()
    rows.locator(f"[row-id=f{ids['b']}]").click(modifiers=["Control"])
    expect(dialog.locator("#download-summary")).to_have_text("2 files chosen, 1 older than your labels")
    archive = download(bench.page)
    assert sorted(archive.namelist()) == [f"{top}/a.csv", f"{top}/b.csv"]
    assert lines(archive.read(f"{top}/b.csv").decode())[1:] == [["1", "100", "200", "b"]]
    expect(dialog).to_have_count(0)


def test_a_file_chosen_just_before_the_download_is_in_the_zip_though_the_server_is_slow(
    desk: Desk, bench: Workbench, tmp_path: Path
) -> None:
    top, ids = f"slow {bench.page.evaluate('crypto.randomUUID()')}", {}
    for name in ("a", "b"):
        recording = ids[name] = desk.bring(tmp_path, csv(), f"{top}/{name}.csv")
        desk.label(recording, (100, 200, name))
        desk.services.outputs.save(recording)
    bench.page.get_by_role("button", name="Download Outputs").click()
    dialog = bench.page.get_by_role("dialog")
    rows = dialog.locator(".ag-center-cols-container")
    rows.locator(f"[row-id=f{ids['a']}]").click()
    expect(dialog.locator("#download-summary")).to_have_text("1 file chosen")
    with slow_answer(bench.page, "download-grid.selectedRows"):
        rows.locator(f"[row-id=f{ids['b']}]").click(modifiers=["Control"])
        assert sorted(download(bench.page).namelist()) == [f"{top}/a.csv", f"{top}/b.csv"]


def test_selecting_a_folder_selects_its_content(desk: Desk, bench: Workbench, tmp_path: Path) -> None:
    top = f"folder {bench.page.evaluate('crypto.randomUUID()')}"
    for name in ("a", "b"):
        recording = desk.bring(tmp_path, csv(), f"{top}/{name}.csv")
        desk.label(recording, (100, 200, name))
        desk.services.outputs.save(recording)
    bench.page.get_by_role("button", name="Download Outputs").click()
    dialog = bench.page.get_by_role("dialog")
    expect(dialog.locator(".ag-center-cols-container .ag-row", has_text=top)).to_be_visible()
    dialog.get_by_role("button", name="Select none").click()
    dialog.locator(".ag-center-cols-container .ag-row", has_text=top).click()
    expect(dialog.locator("#download-summary")).to_have_text("2 files chosen")
    assert sorted(download(bench.page).namelist()) == [f"{top}/a.csv", f"{top}/b.csv"]


# ---- the dialogs and looks -----------------------------------------------------------------------------


def test_a_question_mark_shows_every_key(bench: Workbench) -> None:
    bench.key("?")
    dialog = bench.page.get_by_role("dialog")
    for words in ("undo", "save this file", "next file", "hide or show the labels"):
        expect(dialog).to_contain_text(words)
    before = bench.range()
    bench.key("ArrowRight")
    assert bench.range() == before, "keys of the plot rest while a dialog is open"
    dialog.locator("#shell-help-close-button").click()
    expect(dialog).to_have_count(0)
    bench.page.get_by_role("button", name="Keys and help").click()
    expect(dialog).to_be_visible()
    bench.key("Escape")
    expect(dialog).to_have_count(0)


def test_keys_are_text_while_one_types(desk: Desk, bench: Workbench, recording: int) -> None:
    before = bench.range()
    bench.page.get_by_placeholder("Filter files").fill("")
    bench.page.get_by_placeholder("Filter files").press_sequentially("fh1?np")
    expect(bench.page.get_by_role("dialog")).to_have_count(0)
    assert bench.range() == before
    assert not bench.page.evaluate("plot.overlay.hidden")
    bench.page.get_by_placeholder("Filter files").fill("")


def test_the_theme_changes_from_light_to_dark_and_stays_after_a_reload(
    bench: Workbench, recording: int
) -> None:
    html = bench.page.locator("html")
    before = html.get_attribute("data-bs-theme")
    other = {"light": "dark", "dark": "light"}[before or ""]
    paper = "() => getComputedStyle(document.body).backgroundColor"
    color = bench.page.evaluate(paper)
    bench.page.get_by_role("button", name="Light or dark").click()
    expect(html).to_have_attribute("data-bs-theme", other)
    bench.page.wait_for_function(
        "before => getComputedStyle(document.body).backgroundColor !== before", arg=color
    )
    bench.page.reload()
    bench.ready(recording)
    expect(html).to_have_attribute("data-bs-theme", other)
    bench.page.get_by_role("button", name="Light or dark").click()
    expect(html).to_have_attribute("data-bs-theme", before or "")


def test_the_web_process_has_no_torch(desk: Desk, bench: Workbench) -> None:
    maps = Path(f"/proc/{desk.server.pid}/maps")
    until(bench.page, maps.exists, "the server's memory map")
    assert "torch" not in maps.read_text()
