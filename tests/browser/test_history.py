"""History below the plot: view, restore, reset; two tabs on one file; repeating a refused change."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import Desk, Workbench, show
from tests.support import PATIENCE, Faults

LABELS = ((100, 150, "beta"), (300, 420, "alpha"), (600, 601, "beta"))


@pytest.fixture
def labelled(desk: Desk, bench: Workbench, recording: int) -> Iterator[Workbench]:
    """A recording with three labels, the labels shown below the plot."""
    desk.label(recording, *LABELS)
    expect(bench.rows).to_have_count(3)
    yield bench
    bench.page.locator("#pane-labels-tab").click()


@pytest.fixture
def other(desk: Desk, browser: Browser, recording: int, labelled: Workbench) -> Iterator[Workbench]:
    """The same recording in the browser of another user."""
    context = browser.new_context(viewport={"width": 1100, "height": 700})
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    faults = Faults()
    faults.watch(page)
    yield Workbench(page).open(desk, recording)
    context.close()
    assert not faults.unexpected


def deafen(bench: Workbench) -> None:
    """Block requests of the tab, from the next answer on."""
    bench.page.evaluate(
        """() => new Promise((done) => {
            const { fetch } = window;
            let [deaf, underWay, held] = [false, 0, []];
            const end = () => deaf && !underWay && done();
            plot.on('answered', () => setTimeout(end, 0, (deaf = true)));
            window.hearAgain = () => {
                window.fetch = fetch;
                for (const send of held) send();
                plot.labels.exchange();
                for (const ok of [false, true]) // what was not heard is sent again at once
                    document.dispatchEvent(new CustomEvent("tm-request", { detail: { ok } }));
            };
            window.fetch = (url, options) => {
                if (!/label-plot\\.(commands|since)"\\]/.test(options?.body)) return fetch(url, options);
                if (deaf) return new Promise((pass) => held.push(() => pass(fetch(url, options))));
                underWay += 1;
                return fetch(url, options).finally(() => setTimeout(end, 0, (underWay -= 1)));
            };
            plot.labels.version = null; // so that there is something to answer
            plot.labels.exchange();
        })"""
    )


def hear(bench: Workbench) -> None:
    """Let it send and hear again."""
    bench.page.evaluate("() => hearAgain()")


def change(bench: Workbench, kind: str, **values: Any) -> None:
    """Change the first label of the tab."""
    script = "([kind, values]) => plot.labels.change(kind, [plot.labels.list()[0].id], values)"
    bench.page.evaluate(script, [kind, values])


def ghosts(page: Page) -> str:
    """The canvas in front of the plot, as a picture."""
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return str(page.evaluate("() => document.querySelector('.tm-canvas-front').toDataURL()"))


def test_the_history_is_read_previewed_and_restored_by_keyboard(
    desk: Desk, labelled: Workbench, recording: int
) -> None:
    page = labelled.page
    empty = ghosts(page)
    labelled.key("Shift+H")
    rows = page.locator("#history-list .tm-edit")
    expect(rows).to_have_count(3)
    expect(page.locator("#history-list .tm-edit-what")).to_have_text(
        ["Add beta 600 – 601", "Add alpha 300 – 420", "Add beta 100 – 150"]
    )
    expect(rows.first.locator("[col-id=what]")).to_be_focused()
    labelled.wait("before => document.querySelector('.tm-canvas-front').toDataURL() !== before", empty)
    labelled.key("ArrowDown")
    labelled.key("ArrowDown")
    expect(rows.nth(2).locator("[col-id=what]")).to_be_focused()
    page.evaluate("() => plot.view.show([700, 800])")
    labelled.wait_range(700, 800)
    labelled.key("Enter")
    labelled.wait("() => plot.view.shows(100, 150)")
    labelled.key("Tab")
    restore = rows.nth(2).locator("[col-id=buttons]")
    expect(restore).to_be_focused()
    expect(restore.get_by_role("button", name="Restore to here")).to_be_visible()
    labelled.key("Enter")
    expect(labelled.toast.last).to_contain_text("2 labels are removed.")
    expect(rows).to_have_count(4)
    expect(rows.first).to_contain_text("Restore to after “Add beta 100 – 150”")
    labelled.wait_kept()
    assert desk.labels(recording) == [LABELS[0]]
    labelled.toast.last.get_by_role("button", name="Undo").click()
    expect(rows).to_have_count(5)
    expect(rows.nth(1)).to_contain_text("undone")
    assert desk.labels(recording) == list(LABELS)


def test_a_press_is_kept_while_the_browser_is_busy_and_the_focus_is_reported(
    desk: Desk, labelled: Workbench, recording: int
) -> None:
    """What is below the pointer or the focus is reported 90 ms later, here at the moment of the press."""
    page = labelled.page
    page.evaluate(
        """() => {
            const { historyEvent } = dashAgGridFunctions;
            const { setTimeout } = window;
            let report = null;
            window.setTimeout = (task, ms, ...more) => {
                if (ms === 90) report = task;
                else return setTimeout(task, ms, ...more);
            };
            dashAgGridFunctions.historyEvent = (given) => {
                historyEvent(given);
                if (given.event?.key !== "Enter") return;
                report();
                window.setTimeout = setTimeout;
                dashAgGridFunctions.historyEvent = historyEvent;
            };
        }"""
    )
    labelled.key("Shift+H")
    rows = page.locator("#history-list .tm-edit")
    expect(rows.first.locator("[col-id=what]")).to_be_focused()
    for key in ("ArrowDown", "ArrowDown", "Tab", "Enter"):
        labelled.key(key)
    expect(labelled.toast.last).to_contain_text("2 labels are removed.")
    assert desk.labels(recording) == [LABELS[0]]


def test_reset_needs_a_confirmation_and_can_be_undone(
    desk: Desk, labelled: Workbench, recording: int
) -> None:
    page = labelled.page
    desk.services.outputs.save(recording)
    desk.label(recording, (800, 900, "gamma"))
    expect(labelled.rows).to_have_count(4)
    page.locator("#pane-history-tab").click()
    reset = page.locator(".tm-reset-menu > button")
    dialog = page.get_by_role("dialog")
    reset.click()
    page.locator("#history-reset-saved").click()
    expect(dialog).to_contain_text("1 label is removed")
    labelled.key("Escape")
    expect(dialog).to_have_count(0)
    assert len(desk.labels(recording)) == 4
    reset.click()
    page.locator("#history-reset-saved").click()
    dialog.get_by_role("button", name="Reset").click()
    labelled.wait("() => plot.labels.rows.size === 3")
    reset.click()
    page.locator("#history-reset-empty").click()
    expect(dialog).to_contain_text("3 labels are removed")
    dialog.get_by_role("button", name="Remove").click()
    labelled.wait("() => plot.labels.rows.size === 0")
    labelled.wait_kept()
    assert desk.labels(recording) == []
    labelled.key("Control+z")
    labelled.wait("() => plot.labels.rows.size === 3")
    labelled.wait_kept()
    assert desk.labels(recording) == list(LABELS)


def test_a_second_tab_follows_and_can_repeat_a_refused_change(
    desk: Desk, labelled: Workbench, other: Workbench, recording: int
) -> None:
    labelled.label(700, 720, "delta")
    expect(other.rows).to_have_count(4)
    expect(other.cell(3, "label")).to_have_text("delta")
    deafen(other)
    change(labelled, "move", x0=90)
    labelled.wait_kept()
    change(other, "note", note="look")
    hear(other)
    expect(other.toast.last).to_contain_text("Another user changed this label meanwhile")
    expect(other.page.locator("#pane-refused-count")).to_have_text("1 refused")
    other.page.reload()
    other.ready(recording)
    expect(other.cell(0, "startText")).to_have_text("90")
    other.page.locator("#pane-history-tab").click()
    refused = other.page.locator("#history-refused .tm-edit")
    expect(refused).to_contain_text("Note on beta 100 – Another user")
    refused.get_by_role("button", name="Do it again").click()
    expect(refused).to_have_count(0)
    expect(labelled.cell(0, "note")).to_have_text("look")


def test_a_rejected_change_of_a_deleted_label_can_be_repeated(
    desk: Desk, labelled: Workbench, recording: int
) -> None:
    deafen(labelled)
    first = desk.services.annotations.apply(recording, [], -1)["upsert"][0]
    gone = {"uuid": str(uuid4()), "kind": "delete", "ids": [first["id"]]}
    desk.services.annotations.apply(recording, [gone], -1)
    change(labelled, "relabel", label="alpha")
    hear(labelled)
    expect(labelled.toast.last).to_contain_text("deleted already")
    labelled.wait("() => plot.labels.loaded && plot.labels.rows.size === 2")
    labelled.toast.last.get_by_role("button", name="Do it again").click()
    labelled.wait("() => plot.labels.rows.size === 3")
    labelled.wait_kept()
    assert desk.labels(recording) == [(100, 150, "alpha"), *LABELS[1:]]


def test_the_end_of_a_scroll_that_comes_after_the_page_was_left_calls_no_grid(
    desk: Desk, labelled: Workbench, recording: int
) -> None:
    page = labelled.page
    page.locator("#pane-history-tab").click()
    expect(page.locator("#history-list .ag-row").first).to_be_visible()
    grid = page.evaluate_handle("() => dash_ag_grid.getApi('history-grid')")
    show(page, desk, "/classes")
    expect(page.locator("#history-list")).to_have_count(0)
    page.evaluate("api => dashAgGridFunctions.historyEvent({ type: 'bodyScrollEnd', api })", grid)
    labelled.go(recording)
