"""File tree and Files page."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.desk import Desk, Workbench, csv, quiet, slow_answer
from tests.support import Faults, until


@pytest.fixture
def desk(own_desk: Desk, tmp_path: Path) -> Desk:
    """A server with four small recordings: two at the top, two in a folder."""
    for path in ("a.csv", "b.csv", "ward/1.csv", "ward/2.csv"):
        own_desk.bring(tmp_path, path=path)
    return own_desk


@pytest.fixture
def bench(desk: Desk, page: Page) -> Workbench:
    """The first of them, open."""
    return Workbench(page).open(desk, desk.named("a.csv"))


def row(page: Page, name: str) -> Locator:
    return page.locator("#shell-files-tree .ag-row", has=page.get_by_text(name, exact=True))


def choose(page: Page, name: str, entry: str) -> None:
    """An entry of the menu of a row."""
    row(page, name).click(button="right")
    page.get_by_role("menuitem", name=entry).click()


def paths(desk: Desk) -> list[str]:
    return [recording.path for recording in desk.services.recordings.list()]


def shows(page: Page, *names: str) -> None:
    """Wait until the tree has these rows, in the order of the screen."""
    page.wait_for_function(
        """names => { const rows = [...document.querySelectorAll("#shell-files-tree .ag-row")];
            rows.sort((one, other) => one.getAttribute("row-index") - other.getAttribute("row-index"));
            const shown = rows.map((row) => row.querySelector(".tm-node-name")?.textContent);
            return shown.join("|") === names.join("|"); }""",
        arg=list(names),
    )


def renaming(bench: Workbench, selected: str) -> None:
    """Wait until a new name can be typed: that part of the old one is selected."""
    expect(bench.page.locator(".tm-rename")).to_be_focused()
    chosen = "document.activeElement.value.slice(0, document.activeElement.selectionEnd)"
    bench.wait(f"wanted => {chosen} === wanted", selected)


def test_files_are_renamed_moved_deleted_and_restored_in_the_tree(bench: Workbench, desk: Desk) -> None:
    page = bench.page
    desk.label(desk.named("b.csv"), (10, 20, "P"))
    expect(row(page, "b.csv")).to_contain_text("1")

    row(page, "b.csv").click(modifiers=["Control"])
    bench.key("ArrowUp")
    expect(page.locator("#shell-files-tree .ag-cell-focus")).to_have_text("a.csv")
    bench.key("F2")
    renaming(bench, "a")
    page.keyboard.type("first")
    bench.key("Enter")
    expect(page.locator(".tm-head .tm-name")).to_have_text("first.csv")
    assert paths(desk) == ["b.csv", "first.csv", "ward/1.csv", "ward/2.csv"]

    choose(page, "ward", "Rename")
    renaming(bench, "ward")
    page.keyboard.type("CON")
    bench.key("Enter")
    expect(page.get_by_role("alert").and_(page.get_by_text("Windows reserves the name"))).to_be_visible()
    bench.key("Escape")
    expect(page.locator(".tm-rename")).to_have_count(0)

    row(page, "1.csv").click(modifiers=["Control"])
    row(page, "2.csv").click(modifiers=["Shift"])
    choose(page, "2.csv", "Move to a folder")
    page.get_by_label("Into the folder").fill("study/day 1")
    bench.key("Enter")
    shows(page, "study", "day 1", "1.csv", "2.csv", "b.csv", "first.csv")

    choose(page, "b.csv", "Delete")
    expect(page.get_by_role("dialog")).to_contain_text(
        "1 file with 1 label.1 file has labels that are not saved"
    )
    bench.key("Enter")
    expect(row(page, "b.csv")).to_have_count(0)
    page.locator(".tm-toast").get_by_role("button", name="Undo").click()
    expect(row(page, "b.csv")).to_contain_text("1")


def test_changes_elsewhere_are_reported_though_an_answer_takes_longer_than_the_time_between_two_heartbeats(
    bench: Workbench, desk: Desk, tmp_path: Path
) -> None:
    """Dash drops the answer to a request when the next one is sent, so the next heartbeat waits for it."""
    beat = "() => window.dash_clientside.beat()"
    with slow_answer(bench.page, "shell-beat.data") as beats:
        desk.bring(tmp_path, path="clinic/4.csv")
        bench.page.evaluate(beat)
        until(bench.page, lambda: beats, "a heartbeat")
        for _ in range(3):
            bench.page.evaluate(beat)
        bench.settle()
        assert len(beats) == 1
    expect(row(bench.page, "4.csv")).to_be_visible()


def test_folders_folded_one_after_the_other_are_all_folded_though_the_server_is_slow(
    bench: Workbench, desk: Desk, tmp_path: Path
) -> None:
    desk.bring(tmp_path, path="clinic/3.csv")
    shows(bench.page, "clinic", "3.csv", "ward", "1.csv", "2.csv", "a.csv", "b.csv")
    with slow_answer(bench.page, "shell-files-fold.data"):
        for name in ("clinic", "ward"):
            row(bench.page, name).get_by_role("button", name=name, exact=True).click()
    shows(bench.page, "clinic", "ward", "a.csv", "b.csv")


def test_a_folder_is_folded_though_a_file_is_added_before_the_answer(
    bench: Workbench, desk: Desk, tmp_path: Path
) -> None:
    with slow_answer(bench.page, "shell-files-fold.data"):
        row(bench.page, "ward").get_by_role("button", name="ward", exact=True).click()
        desk.bring(tmp_path, path="c.csv")
        expect(row(bench.page, "c.csv")).to_be_visible()
    quiet(bench.page)
    shows(bench.page, "ward", "a.csv", "b.csv", "c.csv")


def test_the_tree_is_filtered_by_state_and_label_and_sorted(bench: Workbench, desk: Desk) -> None:
    page = bench.page
    desk.label(desk.named("ward/2.csv"), (10, 20, "P"), (30, 40, "P"))
    desk.label(desk.named("b.csv"), (10, 20, "QRS"))
    expect(page.locator("#shell-files-count")).to_have_text("4 files · 2 labelled · 2 unsaved")
    page.get_by_role("button", name="Sort and filter").click()
    label = page.locator("#shell-files-panel").get_by_label("Label", exact=True)
    expect(label.locator("option", has_text="no QRS")).to_have_count(1)
    label.select_option("P")
    shows(page, "ward", "2.csv")
    label.select_option("no P")
    shows(page, "ward", "1.csv", "a.csv", "b.csv")
    page.get_by_label("State").select_option("unsaved")
    shows(page, "b.csv")
    expect(page.locator("#shell-files-count")).to_have_text("1 of 4 files · 2 labelled · 2 unsaved")
    page.get_by_label("State").select_option("any")
    label.select_option("any")
    page.get_by_label("Sort by").select_option("labels")
    shows(page, "ward/2.csv", "b.csv", "a.csv", "ward/1.csv")


def test_done_saves_the_file_marks_it_and_opens_the_next_that_is_not_done(
    bench: Workbench, desk: Desk
) -> None:
    page = bench.page
    bench.label(100, 200, "P")
    bench.key("Escape")
    page.locator("body").click(position={"x": 600, "y": 20})
    bench.key("Control+Enter")
    expect(bench.toast.last).to_contain_text("a.csv is done, labels saved.")  # before it disappears
    bench.ready(desk.named("b.csv"))
    expect(row(page, "a.csv").locator("[aria-label='Done. Saved']")).to_be_visible()
    assert (desk.server.settings.outputs_dir / "a.csv").is_file()
    page.get_by_role("button", name="Done", exact=False).and_(page.locator("#label-done-button")).click()
    bench.ready(desk.named("ward/1.csv"))
    expect(page.locator("#shell-files-count")).to_contain_text("2 done")
    page.go_back()
    bench.ready(desk.named("b.csv"))
    expect(page.locator("#label-done-button")).to_contain_text("Not done")
    page.locator("#label-done-button").click()
    expect(page.locator("#shell-files-count")).to_contain_text("1 done")


def test_the_page_of_files_shows_how_far_the_job_is_and_empties_the_trash(
    bench: Workbench, desk: Desk
) -> None:
    page = bench.page
    desk.label(desk.named("a.csv"), (0, 10, "P"), (20, 30, "P"), (40, 80, "QRS"))
    page.get_by_role("link", name="Files").click()
    figures = page.locator(".tm-figures")
    expect(figures).to_contain_text("3labels")
    expect(page.locator(".tm-class-sums tbody tr").first).to_contain_text("67 %")
    table = page.locator("#files-table")
    expect(table.locator(".ag-center-cols-container .ag-row")).to_have_count(4)
    page.get_by_label("Search files").fill("ward")
    expect(table.locator(".ag-center-cols-container .ag-row")).to_have_count(2)
    table.locator(".ag-header .ag-checkbox-input").first.check()
    page.locator("#files-tools").get_by_role("button", name="Mark done").click()
    expect(figures).to_contain_text("2done (50 %)")
    page.locator("#files-tools").get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(figures).to_contain_text("2files")
    page.get_by_role("button", name="Trash (2)").click()
    page.get_by_role("button", name="Restore", exact=True).nth(1).click()
    expect(figures).to_contain_text("3files")
    expect(page.get_by_role("button", name="Trash (1)")).to_be_visible()  # the page is redrawn
    trash = page.locator("#files-trash .ag-center-cols-container .ag-row")
    expect(trash).to_contain_text(["ward/"])
    page.locator("#files-trash .ag-row .ag-checkbox-input").check()
    page.get_by_role("button", name="Delete now").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete permanently").click()
    expect(page.get_by_role("button", name="Trash", exact=True)).to_be_visible()
    until(page, lambda: len(paths(desk)) == 3, "the trash to be empty")
    assert desk.services.trash.content() == []


def test_a_file_deleted_in_another_tab_is_reported_and_can_be_restored(
    bench: Workbench, desk: Desk, faults: Faults
) -> None:
    faults.allow("404")  # requests about the file at the moment of its deletion
    page = bench.page
    recording = desk.named("a.csv")
    desk.services.trash.delete([recording])
    expect(page.get_by_text("“a.csv” was deleted on").first).to_be_visible()
    page.get_by_role("main").get_by_role("button", name="Restore").click()
    bench.ready(recording)


def test_files_are_uploaded_into_a_folder_and_replaced_where_labels_fit(
    bench: Workbench, desk: Desk, tmp_path: Path
) -> None:
    page = bench.page
    files = [tmp_path / "in" / name for name in ("x.csv", "y.csv")]
    files[0].parent.mkdir()
    for file in files:
        file.write_text(csv(100))
    page.get_by_role("button", name="Upload CSV Data!").click()
    page.get_by_label("Into folder").fill("new")
    page.get_by_label("Keep the top folder’s name").uncheck()
    page.locator("#upload-directory-input").set_input_files(tmp_path / "in")
    overall = page.locator("#upload-overall")
    expect(overall).to_have_text("Done: 2 added")
    until(page, lambda: {"new/x.csv", "new/y.csv"} < set(paths(desk)), "both files to be there")
    desk.label(desk.named("new/x.csv"), (10, 90, "P"))
    desk.label(desk.named("new/y.csv"), (10, 90, "P"))
    files[0].write_text(csv(200))
    files[1].write_text(csv(50))
    page.locator("#upload-directory-input").set_input_files(tmp_path / "in")
    page.get_by_role("button", name="Replace all").click()
    rows = page.locator(".tm-upload-row")
    expect(rows.nth(0)).to_contain_text("replaced; 1 label stayed")
    expect(rows.nth(1)).to_contain_text(
        "not replaced: 1 of 1 labels does not fit: 10 – 90 (no sample has the time of its end)"
    )
    assert desk.services.recordings.get(desk.named("new/x.csv")).rows == 200
    rows.nth(1).get_by_role("button", name="Keep both").click()
    expect(rows.nth(1)).to_contain_text("added as new/y (2).csv")
