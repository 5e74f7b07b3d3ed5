"""Review of suggestions: by keyboard, many at once, from file to file."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.browser.desk import Desk, Workbench
from tests.browser.test_accessibility import grave, in_theme
from tests.suggestions import Suggestion, suggest, sure

SIX: list[Suggestion] = [
    (100, 120, "A", 0.9),
    (200, 220, "B", 0.8),
    (300, 320, "A", 0.95),
    (400, 420, "B", 0.3),
    (500, 520, "A", 0.7),
    (600, 620, "B", 0.6),
]


def suggested(desk: Desk, recording: int, expected: list[Suggestion] = SIX) -> list[str]:
    ids = suggest(desk.services.annotations, recording, expected)
    desk.poll()
    return ids


def statuses(desk: Desk, recording: int) -> list[tuple[int, int, str, str, str | None]]:
    rows = desk.services.annotations.apply(recording, [], -1)["upsert"]
    return [
        (row["start"], row["end"], row["label"], row["status"], row.get("decision"))
        for row in sorted(rows, key=lambda row: int(row["start"]))
    ]


def now(bench: Workbench, start: int) -> None:
    """Wait until the suggestion that starts there is the current one."""
    bench.wait("start => plot.review.row()?.start === start", start)


def test_six_suggestions_are_reviewed_by_keyboard_alone_saved_and_the_next_file_opened(
    bench: Workbench, desk: Desk, recording: int, tmp_path: Path
) -> None:
    page = bench.page
    other = desk.bring(tmp_path)
    suggested(desk, recording)
    suggested(desk, other, SIX[:1])
    expect(page.locator("#review-start-button")).to_contain_text("6")
    before = page.locator(".tm-plot").bounding_box()
    bench.key("Shift+R")
    now(bench, 100)
    expect(page.locator("#review-position")).to_have_text("1 of 6")
    expect(page.locator("#review-what")).to_have_text("A0.90")
    assert page.locator(".tm-plot").bounding_box() == before  # nothing moves
    bench.key("Enter")  # accept and next
    now(bench, 200)
    bench.key("x")  # reject and next
    now(bench, 300)
    bench.key(".")  # an edge: accepted with it
    expect(page.locator("#review-what")).to_contain_text("accepted, edited")
    bench.key("u")  # least certain first
    bench.key("n")
    now(bench, 400)
    bench.key("1")  # relabelled, accepted, on to the next
    now(bench, 600)
    bench.key("a")
    expect(page.locator("#review-what")).to_contain_text("accepted")
    bench.key("n")
    now(bench, 500)
    bench.key("x")
    expect(page.locator("#review-done")).to_contain_text("All suggestions decided")
    bench.key("Control+z")  # and that one is looked at again
    bench.wait("() => plot.review.row()?.start === 500 && plot.review.row().status === 'suggested'")
    bench.key("Enter")
    expect(page.locator("#review-done")).to_be_visible()
    bench.key("Control+s")
    expect(page.locator("#label-saved")).to_contain_text("Saved")
    assert statuses(desk, recording) == [
        (100, 120, "A", "accepted", "accepted"),
        (200, 220, "B", "rejected", "rejected"),
        (300, 321, "A", "accepted", "edited"),
        (400, 420, "A", "accepted", "edited"),
        (500, 520, "A", "accepted", "accepted"),
        (600, 620, "B", "accepted", "accepted"),
    ]
    path = desk.services.recordings.get(recording).path
    written = (desk.server.settings.outputs_dir / path).read_text(encoding="utf-8")
    assert [line.split(",")[1] for line in written.splitlines()[1:]] == ["100", "300", "400", "500", "600"]
    bench.key("Control+Shift+ArrowDown")
    bench.ready(other)
    now(bench, 100)
    bench.key("u")  # as it was
    bench.key("Escape")
    expect(page.locator("#review-bar")).to_be_hidden()
    bench.key("x")  # now it is snapping again
    expect(page.locator("#label-snap-button")).to_contain_text("Peak")
    bench.key("x")
    bench.key("x")


def press(bench: Workbench, *keys: str) -> None:
    """Press keys in one go, before the server can answer; ``^z`` is Ctrl+Z."""
    bench.page.evaluate(
        """keys => { for (const key of keys) document.body.dispatchEvent(new KeyboardEvent("keydown",
            { key: key.at(-1) === "z" ? "z" : key, ctrlKey: key === "^z", bubbles: true, cancelable: true })); }""",
        list(keys),
    )


def test_keys_after_an_undo_apply_to_the_restored_suggestion(
    bench: Workbench, desk: Desk, recording: int
) -> None:
    suggested(desk, recording, SIX[:3])
    bench.wait("() => plot.labels.waiting().length === 3")
    bench.key("Shift+R")
    now(bench, 100)
    bench.key("Enter")
    press(bench, "^z", "x")  # that one, not the next
    bench.wait_kept()
    now(bench, 200)
    press(bench, "Enter", "Enter", "^z", "Enter")  # the last one, too
    expect(bench.page.locator("#review-done")).to_be_visible()
    bench.wait_kept()
    assert [row[3] for row in statuses(desk, recording)] == ["rejected", "accepted", "accepted"]
    press(bench, "^z", "x", "^z")
    now(bench, 300)
    bench.wait("() => plot.review.row().status === 'suggested'")
    bench.wait_kept()
    assert [row[3] for row in statuses(desk, recording)] == ["rejected", "accepted", "suggested"]
    press(bench, "Enter")
    bench.wait_kept()
    deaf(bench, True)
    press(bench, "^z", "x")  # also with a late answer
    bench.wait("() => window.unheard > 1")  # it was sent again
    deaf(bench, False)
    bench.wait_kept()
    assert [row[3] for row in statuses(desk, recording)] == ["rejected", "accepted", "rejected"]
    bench.key("Escape")


def test_a_conflicting_decision_is_reported_and_reverted(
    bench: Workbench, desk: Desk, recording: int
) -> None:
    ids = suggested(desk, recording, SIX[:3])
    bench.wait("() => plot.labels.waiting().length === 3")
    bench.key("Shift+R")
    now(bench, 100)
    deaf(bench, True)
    accept = {"uuid": str(uuid4()), "kind": "accept", "ids": ids[:1]}
    desk.services.annotations.apply(recording, [accept], -1)
    deaf(bench, False)
    all_three = {"uuid": str(uuid4()), "kind": "decide", "what": "accept", "expected": 3}
    bench.page.evaluate("edit => plot.props().setProps({ edit })", all_three)
    (shown,) = messages(bench, "Check them again.")  # not that three were accepted
    assert shown.endswith("there are 2 of them now. Check them again.")
    bench.wait("() => plot.labels.waiting().length === 2")
    deaf(bench, True)
    for _ in range(2):
        desk.services.annotations.apply(recording, [{"uuid": str(uuid4()), "kind": "undo"}], -1)
    deaf(bench, False)
    bench.page.evaluate("ids => plot.labels.change('reject', ids)", ids[1:2])
    assert messages(bench, "deleted already.")[-1] == "These labels were deleted already."
    expect(bench.page.locator("#review-bar")).to_be_hidden()
    assert statuses(desk, recording) == []


def test_each_of_several_refused_changes_can_be_done_again(
    bench: Workbench, desk: Desk, recording: int
) -> None:
    ids = suggested(desk, recording, SIX[:3])
    bench.wait("() => plot.labels.waiting().length === 3")
    bench.page.evaluate("ids => plot.labels.select(ids)", ids[:1])
    deaf(bench, True)
    accept = {"uuid": str(uuid4()), "kind": "accept", "ids": ids[:1]}
    desk.services.annotations.apply(recording, [accept], -1)
    deaf(bench, False)
    press(bench, ".", ".", ".")  # each is sent together with earlier ones
    bench.wait_kept()
    shown = messages(bench, "meanwhile")
    assert shown and all(one.endswith("Do it again") for one in shown)
    assert len(bench.page.evaluate("() => plot.refused.list()")) == 3


def messages(bench: Workbench, words: str) -> list[str]:
    """All toasts, after one has that text."""
    state: list[str] = bench.page.wait_for_function(
        """words => { const all = [...document.querySelectorAll(".tm-toast")].map((toast) => toast.textContent);
            return all.some((one) => one.includes(words)) && all; }""",
        arg=words,
    ).json_value()
    return state


def deaf(bench: Workbench, on: bool) -> None:
    """Let nothing of what others do reach the page, or let it again."""
    bench.page.evaluate(
        """async on => {
            if (!on) { // what was not heard is sent again at once
                window.fetch = window.heard;
                for (const ok of [false, true])
                    document.dispatchEvent(new CustomEvent("tm-request", { detail: { ok } }));
                return;
            }
            window.heard = window.fetch;
            window.unheard = 0; // requests with edits
            const none = ({ body } = {}) => {
                if (!/label-plot\\.(commands|since)"\\]/.test(body)) return null;
                window.unheard += /commands"\\]/.test(body);
                return new Promise(() => null);
            };
            window.fetch = (url, init) => none(init) || window.heard(url, init);
            await new Promise((done) => requestAnimationFrame(done)); }""",
        on,
    )


def test_least_certain_first_opens_the_file_at_once_and_does_not_wait_for_removed_suggestions(
    bench: Workbench, desk: Desk, recording: int
) -> None:
    suggested(desk, recording)
    expect(bench.page.locator("#review-start-button")).to_contain_text("6")
    bench.page.evaluate(
        """() => dash_clientside.set_props("shell-toast", { data: { text: "6 suggestions.", kind: "success",
            until: "review", ms: 100000, action: { text: "Review", press: "review-start-button" } } })"""
    )
    expect(bench.toast).to_have_count(1)
    bench.key("Shift+R")
    now(bench, 100)
    expect(bench.toast).to_have_count(0)  # its action was started
    bench.key("u")
    now(bench, 400)
    expect(bench.page.locator("#review-position")).to_have_text("1 of 6")
    bench.page.evaluate("() => { plot.labels.rows.delete(plot.review.current); plot.emit('labels'); }")
    now(bench, 600)
    bench.key("u")  # as it was
    bench.page.evaluate("() => { plot.labels.rows.clear(); plot.emit('labels'); }")
    expect(bench.page.locator("#review-bar")).to_be_hidden()


def test_many_are_decided_by_their_score_and_rejecting_all_needs_a_confirmation(
    bench: Workbench, desk: Desk, recording: int
) -> None:
    page = bench.page
    suggested(desk, recording)
    bench.wait("() => plot.labels.waiting().length === 6")
    bench.key("Shift+R")
    bench.key("b")
    slider = page.locator("#review-threshold")
    expect(slider).to_be_focused()
    expect(page.locator("#review-above-button")).to_have_text("Accept 2 ≥ 0.90")
    for _ in range(10):
        bench.key("ArrowLeft")
    expect(page.locator("#review-below-button")).to_have_text("Reject 3 < 0.80")
    page.locator("#review-above-button").click()
    expect(page.locator("#review-position")).to_have_text("4 of 6")
    bench.key("b")
    page.locator("#review-none-button").click()
    dialog = page.get_by_role("dialog", name="Reject all 3 suggestions?")
    dialog.get_by_role("button", name="Reject all").click()
    expect(page.locator("#review-done")).to_be_visible()
    bench.wait_kept()
    assert [row[3] for row in statuses(desk, recording)] == ["accepted"] * 3 + ["rejected"] * 3
    bench.key("Control+z")
    bench.key("Control+z")
    bench.wait("() => plot.labels.waiting().length === 6")
    bench.key("Escape")


def test_an_edge_that_is_dragged_accepts_the_suggestion_and_a_mark_lends_the_bar_to_the_field(
    bench: Workbench, desk: Desk, recording: int
) -> None:
    page = bench.page
    suggested(desk, recording)
    bench.wait("() => plot.labels.waiting().length === 6")
    page.locator("#review-start-button").click()
    now(bench, 100)
    handle = page.locator(".tm-handle[data-edge=x1]")
    expect(handle).to_be_visible()
    box = handle.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(*bench.point(150, 0.5), steps=4)
    page.mouse.up()
    expect(page.locator("#review-what")).to_contain_text("edited")
    bench.key("n")
    now(bench, 200)
    bench.click(700)
    expect(page.locator("#review-bar")).to_be_hidden()
    bench.click(720)
    page.keyboard.type("missed")
    bench.key("Enter")
    expect(page.locator("#review-bar")).to_be_visible()
    bench.key("a")
    expect(page.locator("#review-what")).to_contain_text("accepted")
    bench.key("Escape")
    bench.wait_kept()
    accepted = [row for row in statuses(desk, recording) if row[3] == "accepted"]
    assert [row[0] for row in accepted] == [100, 200, 700]
    assert abs(accepted[0][1] - 150) <= 3


def test_rejected_suggestions_are_shown_on_request_and_reopened(
    bench: Workbench, desk: Desk, recording: int
) -> None:
    page = bench.page
    suggested(desk, recording, SIX[:2])
    bench.wait("() => plot.labels.waiting().length === 2")
    page.evaluate("() => plot.labels.select([plot.labels.waiting()[0].id])")
    page.locator("#review-reject-selected-button").click()
    expect(bench.rows).to_have_count(1)
    page.locator("#review-rejected-button").click()
    expect(bench.rows).to_have_count(2)
    expect(bench.cell(0, "status")).to_have_text("rejected")
    bench.cell(0, "label").click()
    page.locator("#review-reopen-selected-button").click()
    expect(bench.cell(0, "status")).to_have_text("suggested")
    page.evaluate("() => plot.actions['show-rejected']()")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_grave_is_found_in_the_review(
    bench: Workbench, desk: Desk, recording: int, theme: str
) -> None:
    in_theme(bench.page, theme)
    suggested(desk, recording)
    bench.wait("() => plot.labels.waiting().length === 6")
    bench.key("Shift+R")
    bench.key("b")
    expect(bench.page.locator("#review-threshold")).to_be_focused()
    assert grave(bench.page) == []
    bench.key("Escape")
    bench.key("Escape")


def test_confidence_is_drawn_below_the_plot_and_shown_under_the_cursor(
    bench: Workbench, desk: Desk, recording: int, tmp_path: Path
) -> None:
    page = bench.page
    lane, value = page.locator("#plot-confidence"), page.locator("#plot-confidence-value")
    expect(lane).to_be_hidden()  # no model was run
    other = desk.bring(tmp_path)
    scores = np.full(1000, 0.9)
    scores[400:600], scores[900:] = 0.5, np.nan
    sure(desk.services, other, scores)
    bench.go(other)
    expect(lane).to_be_visible()
    for x, text in ((200, "0.90"), (500, "0.50"), (950, "–")):
        page.mouse.move(*bench.point(x))
        expect(value).to_have_text(text)
    bench.key("Shift+C")
    expect(lane).to_be_hidden()
    bench.go(recording).go(other)
    expect(lane).to_be_hidden()  # remembered
    bench.key("Shift+C")
    expect(lane).to_be_visible()
