"""Editing in the table of labels: by double click, and while other tabs add labels."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, Workbench

DATES = "time,v\n" + "".join(
    f"2024-02-20 10:{row // 60:02}:{row % 60:02}.125+01:00,{row}\n" for row in range(600)
)


def test_a_double_click_edits_a_cell(desk: Desk, tab: Page, tmp_path: Path) -> None:
    recording = desk.bring(tmp_path)
    desk.label(recording, (10, 20, "alpha"), (300, 310, "beta"))
    bench = Workbench(tab).go(recording)
    bench.cell(1, "startText").dblclick()
    editor = bench.page.locator(".ag-cell-inline-editing input")
    expect(editor).to_be_focused()
    editor.fill("305")
    bench.page.keyboard.press("Enter")
    expect(bench.cell(1, "startText")).to_have_text("305")
    bench.cell(1, "note").dblclick()
    editor.fill("late")
    bench.page.keyboard.press("Enter")
    expect(bench.cell(1, "note")).to_have_text("late")
    bench.wait_kept()
    assert desk.labels(recording) == [(10, 20, "alpha"), (305, 310, "beta")]


def test_a_note_that_is_typed_stays_while_another_tab_adds_a_label_above(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    recording = desk.bring(tmp_path)
    desk.label(recording, (100, 120, "alpha"), (300, 310, "beta"))
    bench = Workbench(tab).go(recording)
    bench.cell(1, "note").dblclick()
    editor = bench.page.locator(".ag-cell-inline-editing input")
    editor.fill("first wo")
    desk.label(recording, (10, 20, "gamma"), (40, 50, "delta"))
    expect(bench.rows).to_have_count(4)
    expect(editor).to_be_focused()
    bench.page.keyboard.type("rds d x m")
    expect(editor).to_have_value("first words d x m")
    bench.page.keyboard.press("Enter")
    expect(bench.cell(3, "note")).to_have_text("first words d x m")
    bench.wait_kept()
    assert len(desk.labels(recording)) == 4


def test_a_note_that_is_typed_stays_while_another_tab_deletes_its_label(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    recording = desk.bring(tmp_path)
    desk.label(recording, (100, 120, "alpha"), (300, 310, "beta"))
    bench = Workbench(tab).go(recording)
    bench.cell(0, "note").dblclick()
    editor = bench.page.locator(".ag-cell-inline-editing input")
    editor.fill("first wo")
    rows = desk.services.annotations.apply(recording, [], -1)["upsert"]
    alpha = next(row for row in rows if row["label"] == "alpha")
    command = {"uuid": str(uuid4()), "kind": "delete", "ids": [alpha["id"]], "seen": {}}
    assert not desk.services.annotations.apply(recording, [command], -1)["rejected"]
    desk.poll()
    bench.wait("() => plot.labels.rows.size === 1")
    bench.page.keyboard.type("rds h x m")
    expect(editor).to_have_value("first words h x m")
    bench.page.keyboard.press("Enter")
    expect(bench.toast.last).to_contain_text("The label was deleted elsewhere")
    bench.expect_cells("label", ["beta"])


def test_dates_of_starts_and_ends_are_not_cut(desk: Desk, tab: Page, tmp_path: Path) -> None:
    tab.set_viewport_size({"width": 1400, "height": 900})
    recording = desk.bring(tmp_path, DATES)
    first = desk.services.recordings.store(recording).x_of(10).item()
    desk.label(recording, (first, first + 5000, "alpha"))
    bench = Workbench(tab).go(recording)
    for column in ("startText", "endText"):
        cell = bench.cell(0, column)
        expect(cell).to_contain_text("2024-02-20 10:00:1")
        assert cell.evaluate("cell => cell.scrollWidth <= cell.clientWidth")
