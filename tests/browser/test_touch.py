"""Fingers on the plot: one is the mouse, two zoom, and the page does not scroll."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page

from tests.browser.desk import Desk, Workbench, quiet
from tests.support import PATIENCE, PLOT


class Hand:
    """Fingers on the page of a phone."""

    def __init__(self, bench: Workbench, recording: int, session: CDPSession) -> None:
        self.bench = bench
        self.recording = recording
        self._session = session

    def _send(self, kind: str, fingers: Sequence[tuple[float, float]]) -> None:
        points: Any = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(fingers)]
        self._session.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})

    def move(self, start: Sequence[tuple[float, float]], end: Sequence[tuple[float, float]]) -> None:
        """Put fingers down one after another, move them together, lift them."""
        for count in range(1, len(start) + 1):
            self._send("touchStart", start[:count])
        for step in range(1, 11):
            share = step / 10
            self._send(
                "touchMove",
                [
                    (a + (c - a) * share, b + (d - b) * share)
                    for (a, b), (c, d) in zip(start, end, strict=True)
                ],
            )
        for count in range(len(start) - 1, -1, -1):
            self._send("touchEnd", end[:count])
        self.bench.settle()

    def tap(self, x: float, height: float = 0.3) -> None:
        self.move([self.bench.point(x, height)], [self.bench.point(x, height)])


@pytest.fixture(scope="module")
def phone(desk: Desk, browser: Browser) -> Iterator[Page]:
    """A page of a phone that shows some recording, for all tests."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    context.add_init_script(PLOT)
    page = context.new_page()
    page.set_default_timeout(PATIENCE * 1000)
    page.goto(desk.url)
    page.wait_for_function("() => window.plot?.view.part")
    yield page
    context.close()


@pytest.fixture
def hand(desk: Desk, phone: Page, tmp_path: Path) -> Iterator[Hand]:
    recording = desk.bring(tmp_path)
    desk.label(recording, (700, 800, "there"))
    bench = Workbench(phone).go(recording)
    quiet(phone)  # a finger on a plot that is drawn again in another place is lost
    session = phone.context.new_cdp_session(phone)
    yield Hand(bench, recording, session)
    assert phone.evaluate("() => [scrollX, scrollY, visualViewport.scale]") == [0, 0, 1]
    session.detach()
    phone.evaluate("() => plot.actions['drag-pan']()")


def test_taps_mark_and_select(hand: Hand, desk: Desk) -> None:
    hand.tap(200)
    hand.bench.wait("() => plot.marks.start !== null")
    hand.tap(400)
    hand.bench.wait("() => plot.marks.end !== null")
    hand.bench.page.keyboard.type("tapped")
    hand.bench.page.keyboard.press("Enter")
    hand.bench.wait(
        "() => plot.labels.list().length === 2 && plot.labels.list().every(({ pending }) => !pending)"
    )
    (first, last, name), _ = desk.labels(hand.recording)
    assert name == "tapped" and abs(first - 200) <= 4 and abs(last - 400) <= 4  # a pixel is three samples
    hand.tap(750)
    hand.bench.wait("() => plot.labels.selection.size === 1")


def test_one_finger_pans(hand: Hand) -> None:
    hand.bench.page.evaluate("() => plot.view.show([400, 600])")
    hand.bench.wait_range(400, 600)
    hand.move([hand.bench.point(550, 0.5)], [hand.bench.point(450, 0.5)])
    hand.bench.wait("() => Math.abs(plot.view.range[0] - 500) < 8 && Math.abs(plot.view.range[1] - 700) < 8")
    assert hand.bench.page.evaluate("() => plot.marks.start") is None


def test_one_finger_marks_where_dragging_marks(hand: Hand) -> None:
    hand.bench.page.evaluate("() => plot.view.setDrag('mark')")
    hand.move([hand.bench.point(300)], [hand.bench.point(500)])
    hand.bench.wait("() => Math.abs(plot.marks.start - 300) < 5 && Math.abs(plot.marks.end - 500) < 5")
    hand.bench.page.evaluate("() => plot.view.setDrag('pan')")


def test_one_finger_drags_the_edge_of_a_label(hand: Hand, desk: Desk) -> None:
    hand.tap(750)
    hand.bench.wait("() => plot.labels.selection.size === 1")
    hand.bench.wait("() => !document.querySelector('.tm-handle[data-edge=x1]').hidden")
    x, y = hand.bench.point(800, 0.5)
    hand.move([(x + 9, y)], [(hand.bench.point(900)[0] + 9, y)])
    hand.bench.wait("() => plot.labels.list()[0].end > 850 && !plot.labels.list()[0].pending")
    ((first, last, _),) = desk.labels(hand.recording)
    assert first == 700 and abs(last - 900) <= 4


def test_two_fingers_zoom_around_the_places_under_them(hand: Hand) -> None:
    hand.bench.page.evaluate("() => plot.view.show([0, 800])")
    hand.bench.wait_range(0, 800)
    hand.tap(100)  # a mark that waits for its end stays
    hand.move(
        [hand.bench.point(300, 0.4), hand.bench.point(500, 0.6)],
        [hand.bench.point(200, 0.4), hand.bench.point(600, 0.6)],
    )
    hand.bench.wait("() => Math.abs(plot.view.range[0] - 200) < 8 && Math.abs(plot.view.range[1] - 600) < 8")
    hand.bench.wait("() => !plot.view.busy")
    assert hand.bench.page.evaluate("() => Math.abs(plot.marks.start - 100) < 5 && plot.marks.end === null")
    hand.move([hand.bench.point(300, 0.4)], [hand.bench.point(350, 0.4)])  # then one finger pans again
    hand.bench.wait("() => Math.abs(plot.view.range[0] - 150) < 8")


def test_two_fingers_end_a_mark_that_the_first_one_began(hand: Hand) -> None:
    hand.bench.page.evaluate("() => plot.view.setDrag('mark')")
    here, there = hand.bench.point(300, 0.4), hand.bench.point(500, 0.6)
    hand._send("touchStart", [here])
    hand._send("touchMove", [(here[0] + 30, here[1])])
    hand.bench.wait("() => plot.marks.start !== null")
    hand.move([(here[0] + 30, here[1]), there], [here, (there[0] + 60, there[1])])
    hand.bench.wait("() => plot.marks.start === null")


def test_a_finger_on_the_overview_moves_the_view(hand: Hand) -> None:
    hand.bench.page.evaluate("() => plot.view.show([100, 300])")
    hand.bench.wait_range(100, 300)
    brush = hand.bench.page.locator(".tm-brush").bounding_box()
    assert brush
    middle = brush["x"] + brush["width"] / 2, brush["y"] + brush["height"] / 2
    hand.move([middle], [(middle[0] + 100, middle[1] + 40)])
    hand.bench.wait("() => plot.view.range[0] > 250 && plot.view.range[0] < 500")
