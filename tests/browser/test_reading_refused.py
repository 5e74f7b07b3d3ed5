"""A refused file is read with options, from the list of uploads."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import expect

from tests.browser.test_upload import Dialog, dialog

__all__ = ["dialog"]  # fixture


def table(first: int) -> bytes:
    """Two names above three columns."""
    rows = "".join(f"{row},{row * 2},{(row * 7) % 5}\n" for row in range(first, first + 30))
    return f"depth,v\n{rows}".encode()


def test_a_refused_file_is_seen_read_and_remembered(dialog: Dialog, tmp_path: Path) -> None:
    for name, first in (("one.csv", 0), ("two.csv", 100), ("three.csv", 200)):
        (tmp_path / name).write_bytes(table(first))
    page = dialog.page
    dialog.files(tmp_path / "one.csv", tmp_path / "two.csv")
    dialog.row("one.csv").get_by_role("button", name="Read it differently…").click()
    form = page.locator("#sent-dialog")
    expect(form.locator(".modal-body > p")).to_contain_text("one.csv")
    expect(form.locator("#sent-problem")).to_contain_text("one.csv")
    expect(form.locator("#sent-read-button")).to_be_disabled()
    form.locator("#sent-header").select_option("no")
    form.locator("#sent-begins").fill("2")
    expect(form.locator("#sent-preview .ag-row[row-index='0'] .ag-cell")).to_have_count(4)
    form.locator("#sent-time").select_option(label="“column 1”")
    expect(form.locator("#sent-preview")).to_contain_text("column 2")
    form.locator("#sent-scope").select_option("all")
    form.locator("#sent-read-button").click()
    expect(form).to_be_hidden()
    for name in ("one.csv", "two.csv"):
        expect(dialog.row(name)).to_contain_text("time: column 1")
    dialog.files(tmp_path / "three.csv")
    expect(dialog.row("three.csv")).to_contain_text("with the options of one.csv")
    dialog.row("two.csv").get_by_role("button", name="Open: two.csv").click()
    expect(dialog.whole).to_be_hidden()
    recording = dialog.desk.services.recordings.by_path("two.csv")
    assert recording is not None
    expect(page).to_have_url(f"{dialog.desk.url}/label/{recording.id}")
    expect(page.locator("#shell-files-empty")).to_be_empty()
