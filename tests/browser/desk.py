"""Test helpers: a running program with recordings, and user actions on the label page."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Any
from uuid import uuid4

from playwright.sync_api import Locator, Page, Response, Route, expect

from services.web.container import Services, build_services
from tests.support import Server, go, until

CALLBACKS = "**/_dash-update-component**"  # the URL of requests to callbacks, which has a query
PIECES = "**/upload/*"  # of a file: all but the first, which is in the request that creates the upload

ROWS = 1000
_numbers = count(1)


def csv(rows: int = ROWS, step: float = 1) -> str:
    """Two channels over the times 0, 1, 2 …: a ramp that differs in each file, and a wave."""
    number = next(_numbers)
    lines = [f"{row * step:g},{row + number * 0.001:.3f},{(row * 37) % 100}" for row in range(rows)]
    return "\n".join(["t,ramp,wave", *lines, ""])


class Desk:
    """The server of a module's tests, and the same data seen by this process."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.services: Services = build_services(server.settings)
        self.poll: Callable[[], object] = lambda: None  # the open tab asks for changes, before its heartbeat

    @property
    def url(self) -> str:
        """Address of the server."""
        return self.server.url

    def bring(self, folder: Path, text: str | None = None, path: str = "") -> int:
        """Add a recording (a new one when ``text`` is None) and return its id."""
        path = path or f"{uuid4().hex}.csv"
        file = folder / "brought" / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(csv() if text is None else text, encoding="utf-8")
        results = list(self.services.uploads.import_paths([file], root=folder / "brought"))
        recording = self.services.recordings.by_path(path)
        assert recording is not None, results
        return recording.id

    def named(self, path: str) -> int:
        """The id of the recording at ``path``."""
        recording = self.services.recordings.by_path(path)
        assert recording is not None
        return recording.id

    def label(self, recording: int, *labels: tuple[float, float, str]) -> None:
        """Give a recording labels (start, end, class) without the browser."""
        for x0, x1, name in labels:
            command = {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4()), "label": name}
            answer = self.services.annotations.apply(recording, [{**command, "x0": x0, "x1": x1}], -1)
            assert not answer["rejected"]
        self.poll()

    def labels(self, recording: int) -> list[tuple[int, int, str]]:
        """Labels in the database: first sample, last sample, class; in start order."""
        rows = self.services.annotations.apply(recording, [], -1)["upsert"]
        return [(row["start"], row["end"], row["label"]) for row in rows]

    def close(self) -> None:
        """Stop the server and close the database."""
        self.services.jobs.stop()
        self.services.database.close()
        self.server.stop()


def quiet(page: Page) -> None:
    """Wait until no request was in flight for ten frames."""
    page.wait_for_load_state("networkidle")
    page.evaluate(
        """async () => {
          const frame = () => new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
          for (let still = 0; still < 10; still = window.underWay ? 0 : still + 1) await frame();
        }"""
    )


@contextmanager
def slow_answer(page: Page, changed: str) -> Iterator[list[Route]]:
    """Hold the requests of the property ``changed`` ("id.property"), which are listed, until the block ends."""
    held: list[Route] = []

    def hold(route: Route) -> None:
        names = json.loads(route.request.post_data or "{}").get("changedPropIds", [])
        held.append(route) if changed in names else route.continue_()

    page.route(CALLBACKS, hold)
    yield held
    until(page, lambda: held, f"a request of {changed}")
    for route in held:
        route.continue_()
    page.unroute(CALLBACKS, hold)


def show(page: Page, desk: Desk, address: str) -> None:
    """Go to a page of the program; an open tab does so as a link does, without loading it again."""
    if not page.url.startswith(desk.url):
        page.goto(desk.url + address)
    elif page.url != desk.url + address:
        with page.expect_response(_brings_page):
            go(page, address)


def _brings_page(response: Response) -> bool:
    """True for the answer of Dash's callback that makes the content of a page."""
    return '"_pages_content"' in (response.request.post_data or "")


class Workbench:
    """The page of a recording, with the actions of a user."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.field = page.locator("#label-field")
        self.toast = page.locator(".tm-toast")
        self.rows = page.locator("#label-table .ag-center-cols-container .ag-row")

    def open(self, desk: Desk, recording: int) -> Workbench:
        """Go to its address and wait until it is drawn with its labels."""
        self.page.goto(f"{desk.url}/label/{recording}")
        return self.ready(recording)

    def go(self, recording: int) -> Workbench:
        """Go there from another page, as a click in the tree does."""
        self.page.evaluate(
            """href => { if (window.plot) plot.view.part = null;
                if (location.pathname === href) plot.view.show([...plot.view.full]);
                else dash_clientside.set_props('_pages_location', { href }); }""",
            f"/label/{recording}",
        )
        return self.ready(recording)

    def ready(self, recording: int) -> Workbench:
        """Wait until a recording is drawn in its place with its labels."""
        self.page.wait_for_function(
            """id => { const tm = window.plot; if (!tm || !tm.view || !tm.view.recording) return false;
                const { recording, gd, part } = tm.view;
                return recording.id === id && gd && part && tm.labels.loaded
                    && Math.abs(gd._fullLayout.width - gd.clientWidth) < 1
                    && document.querySelector('#label-table .ag-root') && gd.querySelector('.trace'); }""",
            arg=recording,
        )
        return self

    def point(self, x: float, height: float = 0.3) -> tuple[float, float]:
        """Where on the screen the time ``x`` is, at a share of the plot's height (0 top)."""
        state = self.page.evaluate(
            """([x, height]) => { const place = plot.overlay.geometry();
                const box = plot.view.gd.getBoundingClientRect();
                return [box.left + place.pixel(x), box.top + place.top + (place.bottom - place.top) * height]; }""",
            [x, height],
        )
        return state[0], state[1]

    def click(self, x: float, height: float = 0.3, shift: bool = False) -> None:
        """Click in the plot."""
        if shift:
            self.page.keyboard.down("Shift")
        self.page.mouse.click(*self.point(x, height))
        if shift:
            self.page.keyboard.up("Shift")

    def drag(self, x0: float, x1: float) -> None:
        """Drag from one time to another."""
        start, end = self.point(x0), self.point(x1)  # before the view moves under the mouse
        self.page.mouse.move(*start)
        self.page.mouse.down()
        self.page.mouse.move(*end, steps=8)
        self.page.mouse.up()

    def mark(self, x0: float, x1: float) -> None:
        """Click a start and an end."""
        self.click(x0)
        self.click(x1)
        expect(self.field).to_be_focused()

    def label(self, x0: float, x1: float, name: str) -> None:
        """Two clicks, the name, Enter."""
        self.mark(x0, x1)
        self.page.keyboard.type(name)
        self.page.keyboard.press("Enter")

    def key(self, key: str) -> None:
        """Press a key, such as ``Control+z``."""
        self.page.keyboard.press(key)

    def range(self) -> tuple[float, float]:
        """The visible time range."""
        low, high = self.page.evaluate("plot.view.range.map(plot.axis.toServer)")
        return low, high

    def wait(self, script: str, argument: Any = None) -> None:
        """Wait until a script returns true."""
        self.page.wait_for_function(script, arg=argument)

    def wait_range(self, low: float, high: float) -> None:
        """Wait until this time range is drawn, within a thousandth of it."""
        self.wait(
            """([low, high]) => { const shown = plot.view.gd._fullLayout.xaxis.range.map(plot.axis.toServer);
                const slack = (high - low) / 1000;
                return Math.abs(shown[0] - low) < slack && Math.abs(shown[1] - high) < slack; }""",
            [low, high],
        )

    def wait_kept(self) -> None:
        """Wait until the page shows that every change is stored."""
        self.wait("() => document.getElementById('shell-status').textContent === 'All changes kept'")

    def settle(self) -> None:
        """Wait for the frame after the next, so that earlier requests are rendered."""
        self.page.evaluate(
            "() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def expect_cells(self, column: str, expected: list[str]) -> None:
        """Wait until a column of the table has exactly these values, from top to bottom."""
        expect(self.rows).to_have_count(len(expected))
        for row, text in enumerate(expected):
            expect(self.cell(row, column)).to_have_text(text)

    def cell(self, row: int, column: str) -> Locator:
        """One cell of the table."""
        return self.page.locator(
            f"#label-table .ag-center-cols-container [row-index='{row}'] [col-id='{column}']"
        )
