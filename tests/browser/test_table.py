"""Table of labels: sort, filter, select, delete; undo and redo."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, Workbench
from tests.support import Server, until

LABELS = ((100, 150, "beta"), (300, 420, "alpha"), (600, 601, "beta"), (800, 900, "gamma"))


@pytest.fixture
def labelled(desk: Desk, recording: int, tab: Page) -> Workbench:
    """A recording with four labels."""
    desk.label(recording, *LABELS)
    bench = Workbench(tab).go(recording)
    expect(bench.rows).to_have_count(4)
    return bench


def column(bench: Workbench, name: str, values: list[str]) -> None:
    """Wait until a column of the table reads so, from top to bottom."""
    for place, value in enumerate(values):
        expect(bench.cell(place, name)).to_have_text(value)


def test_a_row_shows_times_length_class_and_source(labelled: Workbench) -> None:
    for name, value in {"startText": "300", "endText": "420", "duration": "120", "label": "alpha"}.items():
        expect(labelled.cell(1, name)).to_have_text(value)
    expect(labelled.cell(1, "source")).to_have_text("manual")
    column(labelled, "item", ["1", "2", "3", "4"])
    expect(labelled.page.locator("#label-count")).to_have_text("4")


def test_the_colour_of_a_label_is_next_to_its_name(desk: Desk, labelled: Workbench) -> None:
    color = next(
        label_class.color for label_class in desk.services.label_classes.list() if label_class.name == "alpha"
    )
    shown = labelled.cell(1, "label").locator(".tm-swatch").evaluate("node => node.style.background")
    expected = labelled.page.evaluate(
        "color => { const n = new Option(); n.style.background = color; return n.style.background }", color
    )
    assert shown == expected


def test_labels_are_in_start_order_whatever_the_order_of_creation(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    desk.label(recording, (900, 910, "last"), (10, 20, "first"), (500, 510, "middle"))
    column(bench, "label", ["first", "middle", "last"])


def test_a_click_on_a_header_sorts(labelled: Workbench) -> None:
    header = labelled.page.locator("#label-table .ag-header-cell[col-id='duration'] .ag-header-cell-label")
    header.click()
    column(labelled, "duration", ["1", "50", "100", "120"])
    header.click()
    column(labelled, "duration", ["120", "100", "50", "1"])
    column(labelled, "item", ["2", "4", "1", "3"])


def test_a_filter_leaves_only_what_matches(labelled: Workbench) -> None:
    labelled.page.evaluate(
        """async () => { const api = dash_ag_grid.getApi('label-table');
            await api.setColumnFilterModel('label', { filterType: 'text', type: 'contains', filter: 'BET' });
            api.onFilterChanged(); }"""
    )
    expect(labelled.rows).to_have_count(2)
    column(labelled, "label", ["beta", "beta"])
    labelled.page.evaluate("async () => dash_ag_grid.getApi('label-table').setFilterModel(null)")
    expect(labelled.rows).to_have_count(4)


@pytest.mark.parametrize("how", ["Delete", "Backspace", "button"])
def test_selected_rows_are_deleted_by_key_and_by_button(
    desk: Desk, labelled: Workbench, recording: int, how: str
) -> None:
    button = labelled.page.locator("#label-delete-button")
    expect(button).to_be_disabled()
    labelled.cell(0, "label").click()
    labelled.cell(2, "label").click(modifiers=["Control"])
    labelled.wait("() => plot.labels.selection.size === 2")
    expect(button).to_be_enabled()
    if how == "button":
        button.click()
    else:
        labelled.key(how)
    expect(labelled.rows).to_have_count(2)
    expect(labelled.toast.last).to_contain_text("Deleted 2 labels.")
    expect(button).to_be_disabled()
    labelled.wait_kept()
    assert desk.labels(recording) == [LABELS[1], LABELS[3]]


def test_keys_work_while_a_row_has_the_focus(desk: Desk, labelled: Workbench, recording: int) -> None:
    labelled.cell(1, "label").click()
    chosen = "([place]) => plot.labels.selection.has(plot.labels.list()[place].id)"
    labelled.wait(chosen, [1])
    labelled.key("n")
    labelled.wait(chosen, [2])
    labelled.key("p")
    labelled.key("p")
    labelled.wait(chosen, [0])
    labelled.key("h")
    labelled.wait("() => plot.overlay.hidden")
    labelled.key("h")
    expect(labelled.page.locator("#label-table input.ag-input-field-input[type=text]")).to_have_count(0)
    assert desk.labels(recording) == list(LABELS)


def test_a_deletion_can_be_undone_from_its_toast(desk: Desk, labelled: Workbench, recording: int) -> None:
    labelled.cell(0, "label").click()
    labelled.wait("() => plot.labels.selection.size === 1")
    labelled.key("Delete")
    expect(labelled.rows).to_have_count(3)
    labelled.wait_kept()
    labelled.toast.last.get_by_role("button", name="Undo").click()
    expect(labelled.rows).to_have_count(4)
    labelled.wait_kept()
    assert desk.labels(recording) == list(LABELS)


def test_the_undo_of_a_toast_does_not_revert_the_work_of_others(
    desk: Desk, labelled: Workbench, recording: int
) -> None:
    labelled.cell(0, "label").click()
    labelled.wait("() => plot.labels.selection.size === 1")
    labelled.key("Delete")
    labelled.wait_kept()
    desk.label(recording, (10, 20, "delta"))
    labelled.toast.last.get_by_role("button", name="Undo").click()
    expect(labelled.toast.last).to_contain_text("Since then this was done")
    assert [name for _, _, name in desk.labels(recording)] == ["delta", "alpha", "beta", "gamma"]


def test_a_double_click_centres_the_label(labelled: Workbench) -> None:
    labelled.page.evaluate("() => plot.view.show([0, 100])")
    labelled.wait_range(0, 100)
    labelled.cell(1, "startText").dblclick()
    labelled.wait("() => Math.abs((plot.view.range[0] + plot.view.range[1]) / 2 - 360) < 1")
    low, high = labelled.range()
    assert low < 300
    assert high > 420


def test_selecting_a_hidden_row_scrolls_to_it(labelled: Workbench) -> None:
    labelled.page.evaluate("() => plot.view.show([0, 60])")
    labelled.wait_range(0, 60)
    labelled.cell(3, "startText").click()
    labelled.wait("() => plot.view.range[0] < 850 && plot.view.range[1] > 850")


# ---- undo and redo -------------------------------------------------------------------------------------


def test_undo_and_redo_by_keys_and_buttons(desk: Desk, labelled: Workbench, recording: int) -> None:
    undo, redo = (labelled.page.locator(f"#label-{name}-button") for name in ("undo", "redo"))
    expect(undo).to_be_enabled()
    expect(redo).to_be_disabled()
    labelled.key("Control+z")
    expect(labelled.rows).to_have_count(3)
    undo.click()
    expect(labelled.rows).to_have_count(2)
    labelled.key("Control+Shift+Z")
    expect(labelled.rows).to_have_count(3)
    redo.click()
    expect(labelled.rows).to_have_count(4)
    expect(redo).to_be_disabled()
    labelled.key("Control+z")
    expect(labelled.rows).to_have_count(3)
    labelled.key("Control+y")
    expect(labelled.rows).to_have_count(4)
    labelled.wait_kept()
    assert desk.labels(recording) == list(LABELS)


def test_a_new_label_after_undo_ends_what_could_be_redone(labelled: Workbench) -> None:
    labelled.key("Control+z")
    expect(labelled.rows).to_have_count(3)
    expect(labelled.page.locator("#label-redo-button")).to_be_enabled()
    labelled.label(10, 20, "new")
    expect(labelled.rows).to_have_count(4)
    expect(labelled.page.locator("#label-redo-button")).to_be_disabled()


def test_undo_is_of_the_open_file_alone(desk: Desk, labelled: Workbench, recording: int) -> None:
    labelled.go(desk.named("samples/ecg/ludb_005.csv"))
    expect(labelled.page.locator("#label-undo-button")).to_be_disabled()
    labelled.key("Control+z")
    labelled.go(recording)
    expect(labelled.rows).to_have_count(4)


def test_undo_and_redo_survive_a_reload_and_a_killed_server(stocked: Server, page: Page) -> None:
    desk = Desk(stocked)
    recording = desk.named("samples/ecg/ludb_001.csv")
    bench = Workbench(page).open(desk, recording)
    for start in (1, 3, 5):
        bench.label(start, start + 1, f"label {start}")
    expect(bench.rows).to_have_count(3)
    bench.key("Control+z")
    expect(bench.rows).to_have_count(2)
    bench.wait_kept()
    page.close()
    stocked.restart()
    again = Workbench(page.context.new_page()).open(desk, recording)
    expect(again.rows).to_have_count(2)
    again.key("Control+z")
    expect(again.rows).to_have_count(1)
    again.key("Control+Shift+Z")
    again.key("Control+Shift+Z")
    expect(again.rows).to_have_count(3)
    until(again.page, lambda: len(desk.labels(recording)) == 3, "three labels in the database")
    assert [name for _, _, name in desk.labels(recording)] == ["label 1", "label 3", "label 5"]
    desk.services.jobs.stop()
    desk.services.database.close()
