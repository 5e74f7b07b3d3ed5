"""Outputs page: selection, preview, saving, download, deletion."""

from __future__ import annotations

import io
from pathlib import Path
from zipfile import ZipFile

from playwright.sync_api import Locator, Page, expect

from tests.browser.desk import Desk, csv


def row(page: Page, recording: int) -> Locator:
    """The row of a file."""
    return page.locator(f"#outputs-grid .ag-center-cols-container [row-id=f{recording}]")


def test_saved_files_are_looked_at_saved_again_downloaded_and_deleted(
    desk: Desk, page: Page, tmp_path: Path
) -> None:
    ids = [desk.bring(tmp_path, csv(), f"lab/{name}.csv") for name in ("a", "b", "c")]
    saved, older, never = ids
    for recording in ids:
        desk.label(recording, (100, 200, "QRS"))
    for recording in (saved, older):
        desk.services.outputs.save(recording)
    desk.label(older, (300, 400, "T"))
    page.goto(f"{desk.url}/")
    page.get_by_role("link", name="Outputs", exact=True).click()
    expect(row(page, saved)).to_contain_text("saved as it is")
    expect(row(page, older)).to_contain_text("older than your labels")
    expect(row(page, never)).to_contain_text("never saved")
    expect(page.locator("#outputs-summary")).to_have_text(
        "3 files · 1 saved as it is · 1 older than your labels · 1 never saved"
    )
    expect(page.locator("#outputs-preview")).to_contain_text("Choose one saved file to see its content.")
    # one file is shown
    row(page, older).click()
    expect(page.locator("#outputs-preview-name")).to_have_text("lab/b.csv")
    expect(page.locator("#outputs-preview .ag-center-cols-container .ag-row")).to_have_count(1)
    # selecting a folder selects its content; unsaved files are saved
    page.locator("#outputs-grid .ag-center-cols-container .ag-row", has_text="lab").first.click()
    expect(page.locator("#outputs-chosen")).to_have_text("3 files chosen, 1 older than your labels")
    page.locator("#outputs-save-button").click()
    expect(page.locator(".tm-toast")).to_contain_text("Saved 2 files.")
    for recording in ids:
        expect(row(page, recording)).to_contain_text("saved as it is")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download ZIP").click()
    archive = ZipFile(io.BytesIO(Path(coming.value.path()).read_bytes()))
    assert sorted(archive.namelist()) == ["lab/a.csv", "lab/b.csv", "lab/c.csv"]
    page.get_by_label("Files in the ZIP").select_option(label="CSV and JSON")
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download ZIP").click()
    archive = ZipFile(io.BytesIO(Path(coming.value.path()).read_bytes()))
    assert "lab/a.labels.json" in archive.namelist() and len(archive.namelist()) == 6
    # deleted after a question, which can be escaped
    row(page, never).click()
    expect(page.locator("#outputs-chosen")).to_have_text("1 file chosen")
    dialog = page.get_by_role("dialog")
    page.get_by_role("button", name="Delete…").click()
    expect(dialog).to_contain_text("Delete 1 saved file?")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    page.get_by_role("button", name="Delete…").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(row(page, never)).to_contain_text("never saved")
    assert not (desk.server.settings.outputs_dir / "lab" / "c.csv").exists()
    assert desk.labels(never) == [(100, 200, "QRS")]
    # filter and search
    page.locator("#outputs-state").select_option(label="Never saved")
    expect(row(page, saved)).to_have_count(0)
    expect(row(page, never)).to_be_visible()
