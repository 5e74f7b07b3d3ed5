"""Table of labels by keyboard; its search, columns and height."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.desk import Desk, Workbench
from tests.support import until

LABELS = ((100, 150, "beta"), (300, 420, "alpha"), (600, 601, "beta"), (800, 900, "gamma"))


@pytest.fixture
def labelled(desk: Desk, bench: Workbench, recording: int) -> Iterator[Workbench]:
    """A recording with four labels; the preferences about the table are reset afterwards."""
    desk.label(recording, *LABELS)
    expect(bench.rows).to_have_count(4)
    yield bench
    bench.page.evaluate("() => document.getElementById('table-reset-button').click()")
    bench.page.locator("#pane-border").dblclick()


def selected(bench: Workbench, count: int) -> None:
    bench.wait("count => plot.labels.selection.size === count", count)


def test_labels_are_searched_selected_and_deleted_without_a_mouse(
    desk: Desk, labelled: Workbench, recording: int
) -> None:
    page = labelled.page
    labelled.key("/")
    expect(page.locator("#table-search")).to_be_focused()
    page.keyboard.type("bet")
    expect(labelled.rows).to_have_count(2)
    expect(page.locator("#label-count")).to_have_text("2 of 4")
    labelled.key("Enter")
    labelled.key("Control+a")
    selected(labelled, 2)
    labelled.key("Escape")  # leaves the table, keeps the selection
    selected(labelled, 2)
    labelled.key("t")
    labelled.key("Delete")
    labelled.key("/")
    labelled.key("Escape")
    expect(labelled.rows).to_have_count(2)
    expect(page.locator("#label-count")).to_have_text("2")
    labelled.wait_kept()
    assert desk.labels(recording) == [LABELS[1], LABELS[3]]


def test_shift_and_arrows_extend_the_selection_and_take_it_back(labelled: Workbench) -> None:
    labelled.key("Escape")
    labelled.key("t")
    labelled.key("Space")
    selected(labelled, 1)
    for key, count in (("ArrowDown", 2), ("ArrowDown", 3), ("ArrowUp", 2)):
        labelled.key(f"Shift+{key}")
        selected(labelled, count)
    labelled.wait("() => plot.labels.list().slice(0, 2).every(({ id }) => plot.labels.selection.has(id))")


def keys_of_one_moment(field: Locator, text: str, key: str) -> None:
    """Type a text and press a key before any timer of the page runs, as on a busy machine."""
    field.evaluate(
        """(field, [text, key]) => {
        field.value = text;
        field.dispatchEvent(new InputEvent("input", { bubbles: true }));
        field.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
    }""",
        [text, key],
    )
    field.page.evaluate("() => new Promise((done) => setTimeout(done))")  # the timers of the text


def test_a_label_is_edited_with_existing_classes_and_an_invalid_time_is_reset(
    desk: Desk, labelled: Workbench, recording: int
) -> None:
    page = labelled.page
    labelled.cell(0, "label").click()
    labelled.key("F2")
    labelled.key("Control+a")
    page.keyboard.type("ga")
    expect(page.locator("#table-suggestions .tm-suggestion")).to_have_text(["gamma"])
    keys_of_one_moment(page.locator("#label-table .ag-cell-inline-editing input"), "gam", "ArrowDown")
    labelled.key("Enter")
    expect(labelled.cell(0, "label")).to_have_text("gamma")
    expect(page.locator("#table-suggestions")).to_have_count(0)
    labelled.cell(1, "startText").click()
    labelled.key("Enter")
    labelled.key("Control+a")
    page.keyboard.type("tomorrow")
    labelled.key("Enter")
    expect(labelled.toast.last).to_contain_text("“tomorrow” is not a time")
    expect(labelled.cell(1, "startText")).to_have_text("300")
    labelled.wait_kept()
    assert desk.labels(recording) == [(100, 150, "gamma"), *LABELS[1:]]


def test_columns_and_the_height_of_the_pane_are_remembered(
    desk: Desk, labelled: Workbench, recording: int
) -> None:
    page = labelled.page
    page.locator(".tm-columns-menu > button").click()
    page.locator("#table-columns").get_by_label("Source").uncheck()
    until(page, lambda: desk.services.preferences.get("table"), "the columns that are kept")
    expect(labelled.cell(0, "source")).to_have_count(0)
    labelled.key("Escape")
    page.locator("#pane-border").focus()
    before = page.locator("#pane-pane").bounding_box()
    labelled.key("ArrowUp")
    until(
        page, lambda: (desk.services.preferences.get("pane") or {}).get("height"), "the height that is kept"
    )
    page.reload()
    labelled.ready(recording)
    expect(labelled.cell(0, "label")).to_have_text("beta")
    expect(labelled.cell(0, "source")).to_have_count(0)
    after = page.locator("#pane-pane").bounding_box()
    assert before is not None
    assert after is not None
    assert 20 < after["height"] - before["height"] < 28
    page.locator("#pane-fold-button").click()
    expect(page.locator("#pane-labels-panel")).to_be_hidden()
    labelled.key("Shift+T")
    expect(page.locator("#pane-labels-panel")).to_be_visible()
