"""Marking and labelling by mouse and keyboard."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Route, expect

from tests.browser.desk import CALLBACKS, Desk, Workbench, slow_answer
from tests.support import until


def marks(bench: Workbench) -> list[Any]:
    state: list[Any] = bench.page.evaluate("() => [plot.marks.start, plot.marks.end]")
    return state


def selected(bench: Workbench) -> int:
    count: int = bench.page.evaluate("() => plot.labels.selection.size")
    return count


def painted(bench: Workbench, canvas: str = ".tm-canvas-front") -> bool:
    """Whether anything is on that canvas of the plot."""
    state: bool = bench.page.evaluate(
        """selector => { const canvas = plot.view.gd.querySelector(selector);
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            return data.some((value, place) => place % 4 === 3 && value > 0); }""",
        canvas,
    )
    return state


def test_two_clicks_a_name_and_enter_make_a_label(desk: Desk, bench: Workbench, recording: int) -> None:
    bench.click(100)
    expect(bench.page.locator("#label-hint")).to_have_text("Start 100 – now click the end")
    bench.click(200)
    expect(bench.field).to_be_focused()
    expect(bench.page.locator("#label-hint")).to_have_text("100 – 200 (100)")
    bench.page.keyboard.type("QRS")
    bench.key("Enter")
    expect(bench.rows).to_have_count(1)
    bench.wait_kept()
    assert desk.labels(recording) == [(100, 200, "QRS")]
    bench.expect_cells("label", ["QRS"])
    assert marks(bench) == [None, None]


def test_the_first_mark_is_shown_without_the_server(bench: Workbench) -> None:
    def hold(_route: Route) -> None:
        """No answer arrives until the route is removed."""

    bench.page.route(CALLBACKS, hold)
    try:
        bench.page.evaluate("() => { plot.overlay.hover = null; }")
        bench.click(500)
        bench.page.wait_for_function("() => plot.marks.start === 500")
        bench.settle()
        assert painted(bench)
        bench.key("Escape")
    finally:
        bench.page.unroute(CALLBACKS, hold)


def test_clicks_in_any_order_and_any_row_of_the_stack_mark(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    bench.click(700, height=0.9)
    bench.click(300, height=0.1)
    bench.page.keyboard.type("P")
    bench.key("Enter")
    bench.wait_kept()
    assert desk.labels(recording) == [(300, 700, "P")]


def test_one_sample_can_be_a_label(desk: Desk, bench: Workbench, recording: int) -> None:
    bench.click(400)
    bench.click(400)
    expect(bench.page.locator("#label-hint")).to_have_text("400 (one sample)")
    bench.page.keyboard.type("spike")
    bench.key("Enter")
    bench.wait_kept()
    assert desk.labels(recording) == [(400, 400, "spike")]


def test_the_submit_button_saves_and_is_off_while_nothing_is_marked(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    submit, cancel = (bench.page.get_by_role("button", name=name) for name in ("Submit", "Cancel"))
    expect(submit).to_be_disabled()
    expect(cancel).to_be_disabled()
    bench.mark(100, 200)
    bench.page.keyboard.type("QRS")
    submit.click()
    expect(bench.rows).to_have_count(1)
    expect(submit).to_be_disabled()
    bench.wait_kept()
    assert desk.labels(recording) == [(100, 200, "QRS")]


def test_a_key_marks_the_whole_recording(desk: Desk, bench: Workbench, recording: int) -> None:
    bench.page.evaluate("() => plot.view.show([100, 200])")
    bench.wait_range(100, 200)
    bench.key("w")
    expect(bench.page.locator("#label-hint")).to_have_text("0 – 999 (999)")
    bench.page.keyboard.type("all of it")
    bench.page.keyboard.press("Enter")
    bench.wait_kept()
    assert desk.labels(recording) == [(0, 999, "all of it")]
    assert bench.range() == (100, 200)


COMPOSED = "node => node.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', isComposing: true }))"
HANDLED = "node => node.dispatchEvent(new KeyboardEvent('keydown', { key: 'Enter', keyCode: 229 }))"


@pytest.mark.parametrize("enter", [COMPOSED, HANDLED], ids=["within the composition", "after it, in Safari"])
def test_enter_of_an_input_method_sends_nothing(
    desk: Desk, bench: Workbench, recording: int, enter: str
) -> None:
    bench.mark(100, 200)
    field = bench.page.locator("#label-field")
    field.fill("心拍")
    field.evaluate(enter)
    expect(field).to_have_value("心拍")
    assert desk.labels(recording) == []
    bench.page.keyboard.press("Enter")
    bench.wait_kept()
    assert desk.labels(recording) == [(100, 200, "心拍")]


@pytest.mark.parametrize("how", ["Escape", "button"])
def test_a_mark_can_be_cancelled(desk: Desk, bench: Workbench, recording: int, how: str) -> None:
    bench.mark(100, 200)
    bench.page.keyboard.type("QRS")
    if how == "Escape":
        bench.key("Escape")
    else:
        bench.page.get_by_role("button", name="Cancel").click()
    expect(bench.page.locator("#label-hint")).to_have_text("Click a start in the plot")
    expect(bench.field).to_have_value("")
    assert marks(bench) == [None, None]
    bench.key("Enter")
    assert desk.labels(recording) == []


def test_escape_cancels_the_first_click(bench: Workbench) -> None:
    bench.click(100)
    bench.key("Escape")
    expect(bench.page.locator("#label-hint")).to_have_text("Click a start in the plot")


def test_a_digit_labels_at_once_with_the_class_of_that_key(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    bench.label(10, 20, "first")  # the first class of all, unless another test made one
    bench.wait_kept()
    first = next(
        label_class for label_class in desk.services.label_classes.list() if label_class.hotkey == "1"
    )
    before = len(desk.labels(recording))
    bench.mark(600, 700)
    bench.key("1")
    expect(bench.rows).to_have_count(before + 1)
    bench.wait_kept()
    assert desk.labels(recording)[-1] == (600, 700, first.name)


def test_a_digit_typed_after_a_letter_is_text(desk: Desk, bench: Workbench, recording: int) -> None:
    bench.label(100, 200, "wave 1")
    bench.wait_kept()
    assert desk.labels(recording) == [(100, 200, "wave 1")]


def test_a_name_that_begins_with_a_digit_is_typed_after_a_click_into_the_field(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    bench.label(10, 20, "first")  # its class is on key 1
    bench.click(300)
    bench.click(400)
    bench.page.locator("#label-field").click()
    bench.page.keyboard.type("1st degree AV")
    bench.key("Enter")
    bench.wait_kept()
    assert desk.labels(recording) == [(10, 20, "first"), (300, 400, "1st degree AV")]


def test_a_name_that_begins_with_the_digit_of_a_class_is_typed_after_the_mark(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    bench.label(10, 20, "first")  # its class is on key 1
    bench.mark(300, 400)
    bench.page.evaluate(  # two keys without a pause, on a busy machine too
        """() => { const event = (key) => new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true });
            for (const key of "1s") document.activeElement.dispatchEvent(event(key)); }"""
    )
    expect(bench.field).to_be_focused()
    bench.page.keyboard.type("st degree AV")  # an event of a script inserts no letter
    expect(bench.field).to_have_value("1st degree AV")
    bench.key("Enter")
    bench.expect_cells("label", ["first", "1st degree AV"])
    bench.wait_kept()
    assert desk.labels(recording) == [(10, 20, "first"), (300, 400, "1st degree AV")]
    bench.key("Control+z")
    bench.expect_cells("label", ["first"])


def test_keys_after_a_digit_are_actions_where_the_mark_was_made_by_keys(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    bench.label(10, 20, "first")
    bench.page.mouse.move(*bench.point(300))
    bench.key("[")
    bench.page.mouse.move(*bench.point(400))
    bench.key("]")
    bench.page.keyboard.type("1n")
    bench.wait_kept()
    assert len(desk.labels(recording)) == 2
    expect(bench.field).to_have_value("")


def test_a_label_that_is_too_long_is_reported(bench: Workbench) -> None:
    bench.click(300)
    bench.click(400)
    bench.page.keyboard.type("a" * 101)
    expect(bench.toast.last).to_contain_text("A label has at most 100 characters.")
    bench.key("Escape")


def test_a_digit_without_a_mark_shows_a_hint(bench: Workbench) -> None:
    bench.label(10, 20, "first")
    bench.wait_kept()
    bench.key("1")
    expect(bench.toast.last).to_contain_text("Click a start and an end")
    expect(bench.rows).to_have_count(1)


def test_typing_filters_the_classes_and_arrows_select(desk: Desk, bench: Workbench, recording: int) -> None:
    desk.label(recording, (1, 2, "Alpha wave"), (3, 4, "Beta wave"))
    expect(bench.page.locator("#label-classes")).to_contain_text("Beta wave")
    bench.mark(100, 200)
    bench.page.keyboard.type("wave")
    options = bench.page.locator("#label-suggestions .tm-suggestion", has_text="wave")
    expect(options.filter(has_text="Beta wave")).to_be_visible()
    expect(bench.page.locator("#label-suggestions .tm-suggestion", has_text="QRS")).to_have_count(0)
    bench.field.fill("beta")
    expect(bench.page.locator("#label-suggestions .tm-suggestion")).to_have_count(1)
    bench.key("ArrowDown")
    expect(bench.page.get_by_role("option", name="Beta wave")).to_have_attribute("aria-selected", "true")
    bench.key("Enter")
    bench.wait_kept()
    assert (100, 200, "Beta wave") in desk.labels(recording)


def test_a_suggestion_can_be_clicked(desk: Desk, bench: Workbench, recording: int) -> None:
    desk.label(recording, (1, 2, "Clickable"))
    expect(bench.page.locator("#label-classes")).to_contain_text("Clickable")
    bench.mark(100, 200)
    bench.page.keyboard.type("clicka")
    bench.page.get_by_role("option", name="Clickable").click()
    bench.wait_kept()
    assert (100, 200, "Clickable") in desk.labels(recording)


def test_free_text_makes_a_class_with_a_colour_of_its_own(desk: Desk, bench: Workbench) -> None:
    bench.label(100, 200, "One of a kind")
    bench.label(300, 400, "Another kind")
    entries = bench.page.locator("#label-classes .tm-class")
    expect(entries.filter(has_text="One of a kind")).to_be_visible()
    expect(entries.filter(has_text="Another kind")).to_be_visible()
    bench.wait_kept()
    classes = {label_class.name: label_class.color for label_class in desk.services.label_classes.list()}
    assert classes["One of a kind"] != classes["Another kind"]


def test_a_click_on_a_class_labels_the_mark(desk: Desk, bench: Workbench, recording: int) -> None:
    desk.label(recording, (1, 2, "By click"))
    expect(bench.page.locator("#label-classes")).to_contain_text("By click")
    bench.mark(100, 200)
    bench.page.locator("#label-classes .tm-class", has_text="By click").click()
    bench.wait_kept()
    assert (100, 200, "By click") in desk.labels(recording)


def test_enter_alone_repeats_the_last_label(desk: Desk, bench: Workbench, recording: int) -> None:
    bench.label(100, 200, "again")
    bench.mark(300, 400)
    bench.key("Enter")
    bench.wait_kept()
    assert desk.labels(recording) == [(100, 200, "again"), (300, 400, "again")]


def test_dragging_in_select_mode_makes_both_marks(desk: Desk, bench: Workbench, recording: int) -> None:
    button = bench.page.get_by_role("button", name="Drag marks start and end")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    before = bench.range()
    bench.drag(250, 350)
    expect(bench.field).to_be_focused()
    bench.page.keyboard.type("dragged")
    bench.key("Enter")
    bench.wait_kept()
    assert desk.labels(recording) == [(250, 350, "dragged")]
    assert bench.range() == before


def test_a_label_begins_and_ends_at_samples(desk: Desk, bench: Workbench, recording: int) -> None:
    bench.page.evaluate("() => plot.view.show([99, 121])")
    bench.wait_range(99, 121)
    bench.label(104.7, 110.4, "snapped")
    bench.wait_kept()
    assert desk.labels(recording) == [(105, 110, "snapped")]
    bench.expect_cells("startText", ["105"])
    bench.expect_cells("endText", ["110"])


def test_snapping_on_a_long_file_is_to_its_samples_not_to_drawn_points(desk: Desk, bench: Workbench) -> None:
    long = desk.named("samples/ecg/mitbih_100.csv")
    bench.go(long)
    bench.label(123.456, 234.567, "far out")
    bench.wait_kept()
    ((start, end, _name),) = [label for label in desk.labels(long) if label[2] == "far out"]
    store = desk.services.recordings.store(long)
    low, high = bench.range()
    pixel = (high - low) / 850
    assert abs(store.x_of([start])[0] - 123.456) <= pixel
    assert abs(store.x_of([end])[0] - 234.567) <= pixel
    bench.expect_cells("startText", [store.time_text(start)])


def test_a_click_on_a_label_selects_it_in_plot_and_table(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    desk.label(recording, (100, 200, "QRS"), (500, 700, "T"))
    expect(bench.rows).to_have_count(2)
    bench.click(600)
    expect(bench.page.locator("#label-table .ag-center-cols-container .ag-row-selected")).to_contain_text("T")
    assert selected(bench) == 1
    bench.key("Escape")
    expect(bench.page.locator("#label-table .ag-row-selected")).to_have_count(0)
    assert selected(bench) == 0
    bench.cell(0, "label").click()
    bench.wait("() => plot.labels.selection.size === 1")
    chosen = bench.page.evaluate("() => plot.labels.rows.get([...plot.labels.selection][0]).label")
    assert chosen == "QRS"


def test_a_label_inside_another_is_made_with_shift(desk: Desk, bench: Workbench, recording: int) -> None:
    desk.label(recording, (200, 800, "outer"))
    expect(bench.rows).to_have_count(1)
    bench.click(400, shift=True)
    bench.click(500)
    bench.page.keyboard.type("inner")
    bench.key("Enter")
    bench.wait_kept()
    assert desk.labels(recording) == [(200, 800, "outer"), (400, 500, "inner")]


def test_thirty_labels_as_fast_as_they_come_are_thirty_labels(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    bench.label(0, 5, "fast")
    bench.page.evaluate(
        """async () => {
            for (let number = 1; number < 30; number += 1) {
                const start = number * 30;
                plot.marks.start = start; plot.marks.end = start + 10;
                plot.marks.submit("fast");
                await new Promise(requestAnimationFrame);
            }
        }"""
    )
    bench.wait_kept()
    expect(bench.page.locator("#label-count")).to_have_text("30")
    expected = [(0, 5, "fast"), *[(number * 30, number * 30 + 10, "fast") for number in range(1, 30)]]
    assert desk.labels(recording) == expected


def test_thirty_labels_by_mouse_and_keyboard_without_a_pause_are_thirty_labels(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    bench.label(0, 5, "fast")
    points = [(bench.point(number * 30), bench.point(number * 30 + 10)) for number in range(1, 30)]
    for start, end in points:
        bench.page.mouse.click(*start)
        bench.page.mouse.click(*end)
        bench.key("Enter")
    expect(bench.page.locator("#label-count")).to_have_text("30")
    bench.wait_kept()
    expected = [(0, 5, "fast"), *[(number * 30, number * 30 + 10, "fast") for number in range(1, 30)]]
    assert desk.labels(recording) == expected


def test_h_hides_the_labels_and_shows_them_again(desk: Desk, bench: Workbench, recording: int) -> None:
    desk.label(recording, (200, 800, "wide"))
    expect(bench.rows).to_have_count(1)
    behind = ".tm-canvas:not(.tm-canvas-front)"
    bench.wait("() => !plot.overlay.hidden")
    bench.settle()
    assert painted(bench, behind)
    bench.key("h")
    bench.settle()
    assert not painted(bench, behind)
    bench.key("h")
    bench.settle()
    assert painted(bench, behind)


def test_n_and_p_step_through_the_labels(desk: Desk, bench: Workbench, recording: int) -> None:
    desk.label(recording, (100, 150, "a"), (500, 550, "b"), (800, 850, "c"))
    expect(bench.rows).to_have_count(3)
    chosen = "() => [...plot.labels.selection].map(id => plot.labels.rows.get(id).label).join()"
    bench.click(300)  # so that no row of the table has the focus
    bench.key("Escape")
    bench.key("n")
    assert bench.page.evaluate(chosen) == "b"
    bench.key("n")
    assert bench.page.evaluate(chosen) == "c"
    bench.key("p")
    bench.key("p")
    assert bench.page.evaluate(chosen) == "a"


def test_a_label_of_another_user_appears_automatically(desk: Desk, bench: Workbench, recording: int) -> None:
    desk.poll = lambda: None
    desk.label(recording, (100, 200, "from another desk"))
    expect(bench.cell(0, "label")).to_have_text("from another desk")


def test_labels_of_others_appear_though_an_answer_takes_longer_than_the_time_between_two_polls(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    """Dash drops the answer to a request when the next one is sent, so the next poll waits for it."""
    desk.poll = lambda: None
    with slow_answer(bench.page, "label-plot.since") as polls:
        until(bench.page, lambda: polls, "a poll")
        desk.label(recording, (100, 200, "from another desk"))
        bench.page.evaluate("() => { for (let time = 0; time < 3; time += 1) plot.labels.exchange(); }")
        bench.settle()
        assert len(polls) == 1
    expect(bench.cell(0, "label")).to_have_text("from another desk")


def test_labels_come_back_with_their_file(desk: Desk, bench: Workbench, recording: int) -> None:
    bench.label(100, 200, "QRS")
    bench.wait_kept()
    bench.go(desk.named("samples/ecg/ludb_003.csv"))
    expect(bench.rows).to_have_count(0)
    bench.go(recording)
    expect(bench.rows).to_have_count(1)
    bench.expect_cells("label", ["QRS"])
