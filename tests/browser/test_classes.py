"""Label classes on their page and next to the plot: changes in one tab are shown in the other."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Locator, Page, Route, expect

from tests.browser.desk import CALLBACKS, Desk, Workbench, quiet, show, slow_answer
from tests.support import until


def classes_page(page: Page, desk: Desk, label_set: int) -> Locator:
    """Open the page of a set; returns its rows."""
    show(page, desk, f"/classes?set={label_set}")
    expect(page.locator("#classes-set-name")).not_to_be_empty()
    return page.locator("#classes-list .ag-center-cols-container .tm-class-line")


def cell(page: Page, name: str, column: str) -> Locator:
    """A cell in the row of a class."""
    names = page.locator("[col-id=name]").get_by_text(name, exact=True)
    return page.locator("#classes-list .tm-class-line").filter(has=names).locator(f"[col-id={column}]")


def expect_names(page: Page, expected: list[str]) -> None:
    """Wait until the rows have these names, in this order."""
    page.wait_for_function(
        """wanted => JSON.stringify([...document.querySelectorAll("#classes-list .tm-class-line")]
            .sort((one, other) => one.getAttribute("row-index") - other.getAttribute("row-index"))
            .map((row) => row.querySelector("[col-id=name]").textContent)) === JSON.stringify(wanted)""",
        arg=expected,
    )


def choose(page: Page, name: str, column: str, value: str) -> None:
    """Choose another value in a cell that offers some."""
    cell(page, name, column).click()
    page.locator(".ag-list-item").get_by_text(value, exact=True).click()


def import_in_pieces(desk: Desk, folder: Path, set_name: str) -> tuple[int, int]:
    """A recording in a folder with a separate label set; returns both ids."""
    recording = desk.bring(folder, path=f"{set_name}/a.csv")
    label_set = desk.services.label_sets.add(set_name)
    desk.services.label_sets.choose(set_name, label_set)
    return recording, label_set


def test_the_page_is_loading_and_not_empty_until_its_classes_are_there(
    desk: Desk, page: Page, tmp_path: Path
) -> None:
    recording, label_set = import_in_pieces(desk, tmp_path, "Late")
    desk.label(recording, (10, 20, "wave"))
    held: list[Route] = []

    def hold(route: Route) -> None:
        if '"classes-list","property":"rowData"' in (route.request.post_data or "") and not held:
            held.append(route)
        else:
            route.continue_()

    page.route(CALLBACKS, hold)
    page.goto(f"{desk.url}/classes?set={label_set}")
    until(page, lambda: held, "the request for the classes")
    expect(page.locator("#classes-list .ag-overlay")).to_contain_text("Loading")
    expect(page.get_by_text("No classes yet")).to_have_count(0)
    held[0].continue_()
    expect_names(page, ["wave"])


def test_changes_on_the_page_are_shown_in_an_open_file_and_merging_is_undone_there(
    desk: Desk, tab: Page, page: Page, tmp_path: Path
) -> None:
    recording, label_set = import_in_pieces(desk, tmp_path, "Story")
    desk.label(recording, (10, 20, "wave"), (30, 40, "beat"), (50, 60, "wave"))
    bench = Workbench(tab).go(recording)
    rows = classes_page(page, desk, label_set)
    expect_names(page, ["wave", "beat"])
    expect(rows.nth(0)).to_contain_text("2 in 1 file")
    cell(page, "wave", "name").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("P wave")
    page.keyboard.press("Enter")
    expect(bench.cell(0, "label")).to_have_text("P wave")
    expect(tab.locator("#label-classes")).to_contain_text("P wave")
    # a colour with low contrast is replaced with one click
    desk.services.label_classes.recolor(desk_class(desk, "beat"), "#fffff0")
    warning = page.locator("#classes-list .tm-color-warning")
    expect(warning).to_contain_text("hard to see on the light page")
    warning.get_by_role("button").click()
    expect(warning).to_have_count(0)
    bench.wait(
        "() => [...plot.labels.rows.values()].find(({ label }) => label === 'beat').color !== '#fffff0'"
    )
    # merged there, undone here
    page.get_by_role("button", name="Merge “P wave” into another class").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("2 labels in 1 file")
    dialog.get_by_label("Merge into").select_option(label="beat")
    dialog.get_by_role("button", name="Merge").click()
    expect_names(page, ["beat"])
    bench.wait("() => [...plot.labels.rows.values()].every(({ label }) => label === 'beat')")
    bench.page.locator("body").focus()
    bench.key("Control+z")
    expect(bench.cell(0, "label")).to_have_text("P wave")
    expect_names(page, ["P wave", "beat"])


def desk_class(desk: Desk, name: str) -> int:
    return next(
        label_class.id for label_class in desk.services.label_classes.list() if label_class.name == name
    )


def test_classes_are_added_ordered_given_keys_imported_and_deleted(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    page = tab
    label_set = desk.services.label_sets.add("Trends")
    rows = classes_page(page, desk, label_set)
    expect(page.locator("#classes-list")).to_contain_text("No classes yet")
    file = tmp_path / "trends.csv"
    file.write_text("label,value,Color\n0,No trend,black\n1,Down,orange\nx,Odd,red\n2,Up,green\n")
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Import…").click()
    chooser.value.set_files(file)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("3 new, 0 changed, 0 unchanged, 1 line left out.")
    expect(dialog).to_contain_text("Line 4: “x” is not a whole number.")
    expect(rows).to_have_count(0)
    dialog.get_by_role("button", name="Import 3 classes").click()
    expect_names(page, ["No trend", "Down", "Up"])
    page.get_by_role("button", name="Move “Up” up").click()
    expect_names(page, ["No trend", "Up", "Down"])
    cell(page, "Up", "labels").click()
    page.keyboard.press("Control+Shift+ArrowUp")
    expect_names(page, ["Up", "No trend", "Down"])
    expect(cell(page, "Up", "labels")).to_be_focused()
    grip, last = cell(page, "Up", "grip").locator(".ag-row-drag"), rows.nth(2).bounding_box()
    assert last
    grip.hover()
    page.mouse.down()
    page.mouse.move(last["x"] + 60, last["y"] + 20, steps=8)
    page.mouse.move(last["x"] + 60, last["y"] + last["height"] - 3, steps=4)
    page.mouse.up()
    expect_names(page, ["No trend", "Down", "Up"])
    quiet(page)  # the grid shows the order before the server has it
    choose(page, "Up", "key", "1")
    expect(cell(page, "No trend", "key")).to_have_text("3")
    cell(page, "Up", "exclusive").locator("input").check()
    page.get_by_role("button", name="Delete “Down”").click()
    expect(dialog).to_contain_text("No label uses it.")
    dialog.get_by_role("button", name="Delete").click()
    expect_names(page, ["No trend", "Up"])
    with page.expect_download() as download:
        page.get_by_role("button", name="Export").click()
    assert download.value.suggested_filename == "Trends.csv"
    assert Path(download.value.path()).read_text() == (
        "label,value,Color,Key,Exclusive\n0,No trend,black,3,\n2,Up,green,1,yes\n"
    )
    classes = {
        label_class.name: label_class
        for label_class in desk.services.label_classes.list()
        if label_class.label_set_id == label_set
    }
    assert (classes["Up"].exclusive, classes["Up"].hotkey) == (True, "1")


def set_of(page: Page, folder: str) -> Locator:
    """The cell with the set of a folder, which is named by the id of its row."""
    return page.locator(f"#classes-folders [row-id='{folder}'] [col-id=set]")


def test_sets_are_made_chosen_for_folders_and_deleted(desk: Desk, tab: Page, tmp_path: Path) -> None:
    page = tab
    desk.bring(tmp_path, path="lab/deep/a.csv")
    classes_page(page, desk, 1)
    page.get_by_role("button", name="New set").click()
    page.get_by_role("dialog").get_by_label("Name").fill("Lab")
    page.keyboard.press("Enter")
    expect(page.locator("#classes-set-name")).to_have_text("Lab")
    set_of(page, "dlab").click()
    page.locator(".ag-list-item").get_by_text("Lab", exact=True).click()
    deep = set_of(page, "dlab/deep")
    expect(deep).to_have_text("as above: Lab")
    page.get_by_role("button", name="Delete this set").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The set is empty.")
    dialog.get_by_role("button", name="Delete").click()
    expect(deep).to_have_text("as above: Labels")
    expect(page.locator("#classes-set-name")).to_have_text("Labels")


def test_next_to_the_plot_a_class_is_changed_hidden_and_the_set_of_the_folder_chosen(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    recording, _ = import_in_pieces(desk, tmp_path, "Panel")
    desk.label(recording, (10, 20, "calm"))
    bench = Workbench(tab).go(recording)
    entry = tab.locator(".tm-class-row", has_text="calm")
    entry.click(button="right")
    dialog = tab.get_by_role("dialog")
    dialog.get_by_label("Name").fill("quiet")
    tab.keyboard.press("Escape")
    expect(bench.cell(0, "label")).to_have_text("calm")
    entry.hover()
    entry.get_by_role("button", name="Change “calm”").click()
    dialog.get_by_label("Name").fill("quiet")
    dialog.locator(".tm-palette-color").nth(3).click()
    dialog.get_by_label("Key").select_option("q")
    dialog.get_by_role("button", name="Save").click()
    expect(bench.cell(0, "label")).to_have_text("quiet")
    quiet = tab.locator(".tm-class-row", has_text="quiet")
    expect(quiet.locator("kbd")).to_have_text("q")
    quiet.hover()
    quiet.get_by_role("button", name="Hide the labels “quiet”").click()
    bench.wait("() => [...plot.overlay.hiddenClasses].join() === String(plot.labels.classNamed('quiet').id)")
    quiet.get_by_role("button", name="Show the labels “quiet”").click()
    # another set: its classes are offered, the label keeps its class
    other = desk.services.label_sets.add("Other panel")
    desk.services.label_classes.add(other, "fresh")
    choice = tab.locator("#classes-choice select")
    expect(choice.locator("option", has_text="Other panel")).to_have_count(1)
    choice.select_option(label="Other panel")
    expect(tab.locator(".tm-class-name")).to_have_text(["fresh", "quiet"])
    expect(tab.locator(".tm-class-others")).to_have_text("From other sets")
    assert desk.labels(recording) == [(10, 20, "quiet")]


def test_classes_hidden_one_after_the_other_are_all_hidden_though_the_server_is_slow(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    desk.label(recording, (10, 20, "calm"), (30, 40, "wild"))
    with slow_answer(bench.page, "label-class-grid.eventData"):
        for name in ("calm", "wild"):
            bench.page.locator(".tm-class-row", has_text=name).hover()
            bench.page.get_by_role("button", name=f"Hide the labels “{name}”").click()
    bench.wait("() => plot.overlay.hiddenClasses.size === 2")


def test_a_label_set_that_is_being_chosen_stays_chosen_when_the_classes_are_drawn(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    recording, label_set = import_in_pieces(desk, tmp_path, "Chosen")
    other = desk.services.label_sets.add("Chosen next")
    desk.label(recording, (10, 20, "calm"))
    Workbench(tab).go(recording)
    choice = tab.locator("#classes-choice select")
    expect(choice).to_have_value(str(label_set))
    with slow_answer(tab, "classes-choice-set.value"):
        choice.select_option(label="Chosen next")
        tab.locator(".tm-class-row", has_text="calm").hover()
        tab.get_by_role("button", name="Hide the labels “calm”").click()
        expect(tab.get_by_role("button", name="Show the labels “calm”")).to_be_attached()
        desk.label(recording, (30, 40, "made elsewhere"))
        tab.evaluate("() => window.dash_clientside.beat()")
        expect(tab.locator(".tm-class-row", has_text="made elsewhere")).to_be_attached()
        expect(choice).to_have_value(str(other))
    expect(tab.locator(".tm-class-others")).to_have_text("From other sets")
    assert desk.services.label_class_desk.of_recording(recording)["set"] == other
    tab.locator(".tm-class-row", has_text="calm").hover()
    tab.get_by_role("button", name="Show the labels “calm”").click()
    expect(tab.get_by_role("button", name="Hide the labels “calm”")).to_be_attached()


def test_the_label_sets_are_shown_though_labels_arrive_before_them(
    desk: Desk, page: Page, tmp_path: Path
) -> None:
    recording, label_set = import_in_pieces(desk, tmp_path, "Behind")
    held: list[Route] = []

    def hold(route: Route) -> None:
        first = "label-class-grid.rowData" in (route.request.post_data or "") and not held
        held.append(route) if first else route.continue_()

    page.route(CALLBACKS, hold)
    Workbench(page).open(desk, recording).label(10, 20, "calm")
    expect(page.locator(".tm-class-name")).to_have_text(["calm"])
    expect(page.locator("#classes-choice select")).to_have_value(str(label_set))
    held[0].continue_()


def test_a_letter_without_an_action_is_the_key_of_a_class_like_a_digit(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    recording, label_set = import_in_pieces(desk, tmp_path, "Letters")
    desk.services.label_classes.set_key(desk.services.label_classes.add(label_set, "quiet"), "q")
    desk.label(recording, (10, 20, "calm"))
    bench = Workbench(tab).go(recording)
    expect(tab.locator(".tm-class-row", has_text="quiet").locator("kbd")).to_have_text("q")
    bench.mark(40, 50)
    bench.key("q")  # in the empty field
    bench.expect_cells("label", ["calm", "quiet"])
    bench.cell(0, "startText").click()
    bench.wait(
        "() => [...plot.labels.selection].map((id) => plot.labels.rows.get(id).label).join() === 'calm'"
    )
    bench.key("q")  # a label that is selected
    bench.expect_cells("label", ["quiet", "quiet"])
    bench.label(60, 70, "loquat")  # in a name it is a letter
    bench.expect_cells("label", ["quiet", "quiet", "loquat"])


def test_a_class_that_a_mistyped_label_made_goes_with_undo_in_both_tabs_and_comes_back_with_redo(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    recording, _ = import_in_pieces(desk, tmp_path, "Mistyped")
    bench = Workbench(tab).go(recording)
    other = tab.context.new_page()
    Workbench(other).open(desk, recording)
    bench.label(10, 20, "calm")
    bench.label(30, 40, "clam")
    for one in (tab, other):
        expect(one.locator(".tm-class-name")).to_have_text(["calm", "clam"])
    bench.key("Control+z")
    for one in (tab, other):
        expect(one.locator(".tm-class-name")).to_have_text(["calm"])
    bench.key("Control+Shift+z")
    for one in (tab, other):
        expect(one.locator(".tm-class-name")).to_have_text(["calm", "clam"])
        expect(one.locator(".tm-class-row", has_text="clam").locator("kbd")).to_have_text("2")
    other.close()


def test_classes_are_found_by_a_part_of_their_name_on_the_page_and_next_to_the_plot(
    desk: Desk, tab: Page, page: Page, tmp_path: Path
) -> None:
    recording, label_set = import_in_pieces(desk, tmp_path, "Many")
    for number in range(60):
        desk.services.label_classes.add(label_set, f"kind {number:02}")
    rows = classes_page(page, desk, label_set)
    expect(rows.first).to_be_visible()
    page.get_by_placeholder("Find a class").fill("47")
    expect_names(page, ["kind 47"])
    bench = Workbench(tab).go(recording)
    names = tab.locator("#label-classes .tm-class-name")
    expect(names.first).to_have_text("kind 00")
    bench.mark(10, 20)
    tab.locator("#label-class-find").fill("47")
    expect(names).to_have_text(["kind 47"])
    names.first.click()
    expect(bench.cell(0, "label")).to_have_text("kind 47")
    bench.wait_kept()
    assert desk.labels(recording) == [(10, 20, "kind 47")]
    tab.locator("#label-class-find").fill("")
    tab.set_viewport_size({"width": 1100, "height": 700})
    expect(names.first).to_have_text("kind 00")
    bench.wait("() => document.getElementById('label-classes').clientHeight >= 6 * 28")
    used = [
        label_class["color"] for label_class in desk.services.label_class_desk.state(label_set)["classes"]
    ]
    assert len(used) == len(set(used)) == 60


def test_a_name_in_use_is_reported_in_the_dialog_and_reset_in_the_row(desk: Desk, tab: Page) -> None:
    page = tab
    label_set = desk.services.label_sets.add("Taken")
    desk.services.label_classes.add(label_set, "QRS")
    desk.services.label_classes.add(label_set, "T")
    classes_page(page, desk, label_set)
    page.get_by_role("button", name="Add class").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_label("Name").fill("qrs")
    page.keyboard.press("Enter")
    expect(dialog.get_by_role("alert")).to_have_text("There is a class “QRS” in this set already.")
    dialog.get_by_role("button", name="Cancel").click()
    expect(dialog).to_have_count(0)
    cell(page, "T", "name").click()
    page.keyboard.press("Control+a")
    page.keyboard.type("QRS")
    page.keyboard.press("Enter")
    expect(page.locator(".tm-toast")).to_contain_text("There is a class “QRS” in this set already.")
    expect_names(page, ["QRS", "T"])
