"""Fixtures of the browser tests: one server and one open tab per module, a recording per test.

A page takes seconds to load on a small machine; going from file to file in an open tab is quick. So ``bench``
does that. Tests of loading, or of faults, use a new ``page``.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from tests.browser.desk import Desk, Workbench
from tests.conftest import _failed, _keep, _running, new_page
from tests.support import Faults, Server, go, with_tables


class Tab:
    """An open page shared by tests; replaced after a failed one."""

    def __init__(self, browser: Browser, url: str) -> None:
        self._browser = browser
        self._url = url
        self._page: Page | None = None
        self._home = ""
        self.faults = Faults()

    def take(self) -> Page:
        """The page, showing some recording, its faults forgotten."""
        if self._page is None:
            self._page = new_page(self._browser, self.faults)
            self._page.goto(self._url)
        elif not self._page.locator(".tm-plot").count():
            go(self._page, self._home)  # from another page of the program
        self._page.wait_for_function("() => window.plot?.view.part")
        self._home = urlsplit(self._page.url).path
        self._page.evaluate(
            """() => { plot.actions["drag-pan"]();
                for (const toast of [...document.querySelectorAll('.tm-toast')]) toast.remove(); }"""
        )
        self.faults.seen.clear()
        return self._page

    def close(self) -> None:
        """Throw it away."""
        if self._page is not None:
            self._page.context.close()
            self._page = None


@pytest.fixture(scope="module")
def desk(
    tmp_path_factory: pytest.TempPathFactory, sample_data: Path, request: pytest.FixtureRequest
) -> Iterator[Desk]:
    """A running server with the shipped samples; tests of a module share it. ``FRESH`` of the module: it imports its
    modules itself (``support.Server``).
    """
    fresh = getattr(request.module, "FRESH", False)
    folder = tmp_path_factory.mktemp("desk")
    shutil.copytree(sample_data, folder / "data")
    desk = Desk(Server(folder, lazy=True, fresh=fresh).start())
    yield desk
    desk.close()


@pytest.fixture
def server(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Server]:
    """A running server without recordings; worker processes start with their first job."""
    server = Server(tmp_path / "server", lazy=True)
    with_tables(server.settings)
    yield from _running(server, request)


@pytest.fixture
def own_desk(server: Server) -> Iterator[Desk]:
    """A server without recordings for one test, which may stop it."""
    desk = Desk(server)
    yield desk
    desk.services.jobs.stop()
    desk.services.database.close()


@pytest.fixture(scope="module")
def _tab(desk: Desk, browser: Browser) -> Iterator[Tab]:
    tab = Tab(browser, desk.url)
    yield tab
    tab.close()


@pytest.fixture
def tab(desk: Desk, _tab: Tab, request: pytest.FixtureRequest) -> Iterator[Page]:
    """The module's open tab; the test fails on what ``support.Faults`` sees while it has it."""
    page = _tab.take()
    desk.poll = lambda: page.evaluate("() => window.plot?.labels.exchange()")
    yield page
    desk.poll = lambda: None
    failed = request.node.stash.get(_failed, False)
    found = list(_tab.faults.unexpected)
    if failed or found:
        page.screenshot(path=_keep(request, "png"))
        _tab.close()
    assert not found, "\n".join(found)


@pytest.fixture
def recording(desk: Desk, tmp_path: Path) -> int:
    """A new recording: 1,000 samples at 0, 1, 2 …, two channels, no labels."""
    return desk.bring(tmp_path)


@pytest.fixture
def bench(recording: int, tab: Page) -> Workbench:
    """The tab with ``recording`` drawn in it."""
    return Workbench(tab).go(recording)
