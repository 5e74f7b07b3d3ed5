"""Cost of the first page: requests, transferred bytes, mounted components."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Page

from tests.browser.desk import Desk, Workbench

MOST_REQUESTS = 40
MOST_BYTES = 3_000_000
MOST_COMPONENTS = 230
REPEATED = ('"changedPropIds":["shell-beat.', '"changedPropIds":["label-plot.since')  # however long it takes
ONCE = ("/window/", "/confidence/", "/sample/")  # data requests, which must not be repeated
# Every Dash component is drawn by a React component that is given its path in the layout.
MOUNTED = """() => {
    const root = document.getElementById("react-entry-point");
    const key = Object.keys(root).find((name) => name.startsWith("__reactContainer"));
    const paths = new Set();
    const walk = (fiber) => {
        for (; fiber; fiber = fiber.sibling) {
            const path = fiber.memoizedProps?.componentPath;
            if (path) paths.add(JSON.stringify(path));
            walk(fiber.child);
        }
    };
    walk(root[key].child || root[key].stateNode.current.child);
    return paths.size;
}"""


class Wire:
    """Requests of a page, and received bytes."""

    def __init__(self, page: Page) -> None:
        self.urls: dict[str, str] = {}
        self.bytes = 0
        watched = page.context.new_cdp_session(page)
        watched.send("Network.enable")
        watched.on("Network.requestWillBeSent", self._asked)
        watched.on("Network.loadingFinished", self._came)

    def _asked(self, event: dict[str, Any]) -> None:
        if any(one in event["request"].get("postData", "") for one in REPEATED):
            return
        if event["request"]["url"].startswith("http"):
            self.urls[event["requestId"]] = event["request"]["url"]

    def _came(self, event: dict[str, Any]) -> None:
        self.bytes += event["encodedDataLength"]


@pytest.fixture
def wire(page: Page) -> Wire:
    return Wire(page)


def test_the_first_page_makes_few_requests_and_none_for_data_twice(
    desk: Desk, page: Page, wire: Wire, recording: int
) -> None:
    bench = Workbench(page).open(desk, recording)
    page.wait_for_load_state("networkidle")
    bench.settle()
    asked = [urlsplit(url) for url in wire.urls.values()]
    data = Counter(f"{url.path}?{url.query}" for url in asked if url.path.startswith(ONCE))
    assert {url: count for url, count in data.items() if count > 1} == {}
    assert len(asked) <= MOST_REQUESTS, "\n".join(sorted(url.path for url in asked))
    assert 0 < wire.bytes <= MOST_BYTES


def test_few_components_are_mounted_on_the_label_page(desk: Desk, page: Page, recording: int) -> None:
    Workbench(page).open(desk, recording)
    assert 0 < page.evaluate(MOUNTED) <= MOST_COMPONENTS


def test_an_action_that_changes_nothing_is_not_compared_by_each_component(
    desk: Desk, page: Page, recording: int
) -> None:
    Workbench(page).open(desk, recording)
    notified = page.evaluate(
        """() => {
            const [store] = dash_stores;
            const heard = [];
            const end = store.subscribe(() => heard.push(store.getState()));
            for (let time = 0; time < 5; time += 1) store.dispatch({ type: "NOTHING" });
            const before = heard.length;
            dash_clientside.set_props("shell-toast", { data: null });
            end();
            return [before, heard.length > before];
        }"""
    )
    assert notified == [0, True]
