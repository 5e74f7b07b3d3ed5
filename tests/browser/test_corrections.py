"""Corrections: points, channels, snapping, exclusive classes, many labels at once."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from playwright.sync_api import Page, Request, Route, expect
from sqlalchemy import update

from services.storage.tables import label_classes
from tests.browser.desk import CALLBACKS, Desk, Workbench, quiet, slow_answer
from tests.support import until


def kept(bench: Workbench, desk: Desk, recording: int, expected: list[tuple[int, int, str]]) -> None:
    """Wait until the page shows just these labels, all of them confirmed; then look into the database."""
    bench.wait(
        """wanted => document.getElementById('shell-status').dataset.state === 'kept'
            && JSON.stringify(plot.labels.list().map(row => [row.start, row.end, row.label]))
                === JSON.stringify(wanted)""",
        [list(row) for row in expected],
    )
    assert desk.labels(recording) == expected


def lane(bench: Workbench, x: float, height: float = 8) -> tuple[float, float]:
    """A place in the lanes above the plot, ``height`` px below their top."""
    top = bench.page.evaluate("() => plot.view.gd.getBoundingClientRect().top + plot.overlay.geometry().lane")
    return bench.point(x)[0], top + height


def hit(bench: Workbench, x: float, height: float, aside: float = 0) -> Any:
    """The class of the label at a position of the plot, shifted by ``aside`` px."""
    return bench.page.evaluate(
        """([x, height, aside]) => { const place = plot.overlay.geometry();
            return plot.overlay.hit(place.pixel(x) + aside,
                place.top + (place.bottom - place.top) * height)?.label ?? null; }""",
        [x, height, aside],
    )


def chosen(bench: Workbench) -> list[str]:
    """Classes of the selected labels, in start order."""
    state: list[str] = bench.page.evaluate(
        "() => plot.labels.list().filter(row => plot.labels.selection.has(row.id)).map(row => row.label)"
    )
    return state


def test_a_double_click_marks_one_sample_that_can_be_hit_at_every_zoom(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    bench.page.mouse.dblclick(*bench.point(300))
    expect(bench.page.locator("#label-hint")).to_contain_text("one sample")
    bench.page.keyboard.type("spike")
    bench.key("Enter")
    bench.wait("() => plot.labels.list().length === 1 && !plot.labels.list()[0].pending")
    ((start, end, _),) = desk.labels(recording)
    assert start == end and abs(start - 300) <= 1
    for view in ([0, 999], [start - 5, start + 5]):
        bench.page.evaluate("view => plot.view.show(view)", view)
        bench.wait_range(*view)
        assert [hit(bench, start, 0.5, aside) for aside in (-6, -4, 0, 4, 6)] == [None, *["spike"] * 3, None]
        bench.page.mouse.click(*lane(bench, start))
        assert chosen(bench) == ["spike"]
        bench.key("Escape")
    # inside another label too: the first click of the two selects it
    desk.label(recording, (600, 700, "wide"))
    bench.wait("() => plot.labels.list().length === 2")
    bench.key("f")
    bench.wait("() => plot.view.gd._fullLayout.xaxis.range[0] < 0")
    bench.page.mouse.dblclick(*bench.point(650))
    expect(bench.page.locator("#label-hint")).to_contain_text("one sample")
    bench.key("Escape")


def test_labels_of_one_row_are_drawn_and_hit_only_there(desk: Desk, bench: Workbench, recording: int) -> None:
    scope = bench.page.locator("#selection-scope-button")
    expect(scope).to_have_text("All channels")
    bench.key("o")
    expect(scope).to_have_text("Only its row")
    bench.click(100, height=0.8)
    expect(scope).to_have_text("wave")
    bench.click(200, height=0.8)
    bench.page.keyboard.type("one")
    bench.key("Enter")
    expect(bench.cell(0, "channels")).to_have_text("wave")
    bench.key("o")
    assert (hit(bench, 150, 0.2), hit(bench, 150, 0.8)) == (None, "one")
    bench.wait_kept()
    bench.click(150, height=0.8)
    scope.click()
    bench.page.get_by_role("group", name="Channels of the label").get_by_label("ramp").check()
    bench.key("Escape")
    expect(bench.cell(0, "channels")).to_have_text("all")
    bench.wait_kept()
    assert hit(bench, 150, 0.2) == "one"
    bench.page.mouse.move(*bench.point(500, 0.2))
    bench.key("o")
    expect(bench.cell(0, "channels")).to_have_text("ramp")
    bench.key("Control+z")
    expect(bench.cell(0, "channels")).to_have_text("all")


def test_an_answer_for_a_list_that_was_closed_meanwhile_stops_nothing(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    desk.label(recording, (100, 200, "one"))
    expect(bench.cell(0, "channels")).to_have_text("all")
    held: list[Route] = []

    def about_list(request: Request) -> bool:
        return "label-scope" in (request.post_data or "").partition('"inputs"')[0]

    def hold(route: Route) -> None:
        held.append(route) if about_list(route.request) else route.continue_()

    bench.page.route(CALLBACKS, hold)
    bench.click(150, height=0.8)
    bench.page.locator("#selection-scope-button").click()
    ramp = bench.page.get_by_role("group", name="Channels of the label").get_by_label("ramp")
    with bench.page.expect_request(about_list):
        ramp.uncheck()
    bench.key("Escape")
    expect(ramp).to_have_count(0)
    with bench.page.expect_response(CALLBACKS):
        held[0].continue_()
    expect(bench.cell(0, "channels")).to_have_text("wave")
    bench.page.unroute(CALLBACKS, hold)
    bench.wait_kept()
    bench.page.reload()
    bench.ready(recording)
    expect(bench.cell(0, "channels")).to_have_text("wave")


def test_snapping_has_three_states_that_are_remembered_and_alt_suspends(
    desk: Desk, page: Page, tmp_path: Path
) -> None:
    rows = [f"{row},{50 if row == 30 else (row % 3) * 0.1}" for row in range(60)]
    bench = Workbench(page).open(desk, desk.bring(tmp_path, "\n".join(["t,v", *rows, ""])))
    snap = page.locator("#label-snap-button")

    def mark(x: float, key: str = "") -> float:
        if key:
            page.keyboard.down(key)
        bench.click(x)
        state: float = page.evaluate("() => plot.marks.start")
        if key:
            page.keyboard.up(key)
        bench.key("Escape")
        return state

    assert mark(30.3) == 30
    assert abs(mark(30.3, "Alt") - 30.3) < 0.1
    bench.key("x")
    expect(snap).to_have_text("Peak")
    assert mark(30.4) == 30
    snap.click()
    expect(snap).to_have_text("Free")
    assert abs(mark(30.3) - 30.3) < 0.1
    until(page, lambda: desk.services.preferences.get("snap") == "off", "the mode is kept")
    page.reload()
    expect(snap).to_have_text("Free")


def test_of_quick_changes_the_last_is_kept_though_the_server_is_slow(desk: Desk, bench: Workbench) -> None:
    kept = [None, "extremum", "off"]  # by each press of the key
    now = kept.index(desk.services.preferences.get("snap"))
    bench.wait("mode => plot.snap.mode === mode", kept[now] or "sample")
    with slow_answer(bench.page, "label-plot.chosen"):
        bench.key("x")
        bench.key("x")
        for _ in range(30):  # frames, in which the second may be sent
            bench.page.evaluate("new Promise(requestAnimationFrame)")
    after = kept[(now + 2) % 3]
    until(bench.page, lambda: desk.services.preferences.get("snap") == after, "the last mode is kept")
    quiet(bench.page)
    assert desk.services.preferences.get("snap") == after  # no late request has brought the one before back
    bench.key("x")
    until(bench.page, lambda: desk.services.preferences.get("snap") == kept[now], "the first mode is kept")


def test_a_label_of_an_exclusive_class_trims_labels_underneath_in_one_step(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    desk.label(recording, (100, 300, "below"), (500, 600, "alone"))
    with desk.services.database.write() as connection:
        desk.services.label_classes.ensure(connection, "top")
        only = label_classes.c.name == "top"
        connection.execute(update(label_classes).where(only).values(exclusive=True))
    bench.wait("() => plot.labels.list().length === 2")
    bench.click(150, shift=True)
    bench.click(200)
    bench.page.keyboard.type("top")
    bench.key("Enter")
    bench.wait("() => plot.labels.list().length === 4 && plot.labels.list().every(row => !row.pending)")
    (_, first, _), (start, end, _), (second, _, _), _ = desk.labels(recording)
    assert first == start - 1 and second == end + 1
    bench.key("Control+z")
    kept(bench, desk, recording, [(100, 300, "below"), (500, 600, "alone")])


def test_a_rubber_band_selects_and_the_bar_does_things_to_all(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    desk.label(recording, *[(start, start + 50, "A") for start in (100, 200, 300, 800)])
    bench.wait("() => plot.labels.list().length === 4")
    bar = bench.page.get_by_role("toolbar", name="Selected labels")
    expect(bar).to_be_hidden()
    bench.page.mouse.move(*lane(bench, 60))
    bench.page.mouse.down()
    bench.page.mouse.move(*lane(bench, 220), steps=4)
    bench.page.mouse.up()
    expect(bar).to_contain_text("2 selected")
    bench.page.keyboard.down("Control")
    bench.page.mouse.click(*lane(bench, 320))
    bench.page.keyboard.up("Control")
    expect(bar).to_contain_text("3 selected")
    expect(bench.page.locator("#label-table .ag-center-cols-container .ag-row-selected")).to_have_count(3)
    bar.get_by_label("Samples to shift by").fill("10")
    bar.get_by_role("button", name="Shift later").click()
    moved = [(110, 160), (210, 260), (310, 360)]
    kept(bench, desk, recording, [*((*place, "A") for place in moved), (800, 850, "A")])
    bench.key("r")
    bench.page.keyboard.type("B")
    bench.key("Enter")
    kept(bench, desk, recording, [*((*place, "B") for place in moved), (800, 850, "A")])
    bench.key("e")
    bench.page.get_by_role("dialog").locator("textarea").fill("noisy")
    bench.key("Control+Enter")
    for row in range(3):
        expect(bench.cell(row, "note")).to_have_text("noisy")
    expect(bench.page.get_by_role("dialog", name="Note")).to_have_count(0)
    bench.key("m")
    kept(bench, desk, recording, [(110, 360, "B"), (800, 850, "A")])
    bench.key("Control+a")
    expect(bar).to_contain_text("2 selected")
    bench.key("Delete")
    kept(bench, desk, recording, [])


def test_more_labels_than_lanes_share_the_last_one_and_the_plot_stays_where_it_is_when_they_go(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    desk.label(recording, *[(100 + number, 300, f"n{number}") for number in range(8)])
    bench.wait("() => plot.labels.list().length === 8 && plot.lanes.count() === 6")
    lanes = bench.page.evaluate("() => plot.labels.list().map(row => plot.lanes.of(row.id))")
    assert lanes == [0, 1, 2, 3, 4, 5, 5, 5]
    bench.wait("() => plot.overlay.geometry().lane >= 0")
    top = bench.page.evaluate("() => plot.overlay.geometry().top")
    bench.page.evaluate("() => plot.labels.select(plot.labels.list().slice(1).map(row => row.id))")
    bench.key("Delete")
    bench.wait("() => plot.labels.list().length === 1")
    assert bench.page.evaluate("() => plot.overlay.geometry().top") == top
