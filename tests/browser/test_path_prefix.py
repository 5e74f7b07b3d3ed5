"""A job from upload to download behind a reverse proxy that serves Tidemark at a path of its name."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, Workbench, csv, quiet
from tests.reverse_proxy import Proxy, reverse_proxy
from tests.support import Server

PREFIX = "/lab/tidemark"


@pytest.fixture(params=[True, False], ids=["stripping", "passing"])
def proxy(request: pytest.FixtureRequest) -> Iterator[Proxy]:
    with reverse_proxy(PREFIX, request.param) as proxy:
        yield proxy


@pytest.fixture
def desk(tmp_path: Path, proxy: Proxy) -> Iterator[Desk]:
    server = Server(tmp_path / "server", TIDEMARK_PATH_PREFIX=PREFIX, TIDEMARK_AUTH="off").start()
    proxy.behind = server.url
    desk = Desk(server)
    yield desk
    desk.close()


def test_every_page_and_transfer_works_below_a_path(
    desk: Desk, proxy: Proxy, page: Page, tmp_path: Path
) -> None:
    outside: list[str] = []
    page.on("request", lambda asked: None if asked.url.startswith(proxy.url) else outside.append(asked.url))
    bench = Workbench(page)
    page.goto(proxy.url + "/")
    expect(page.get_by_text("Open a recording")).to_be_visible()
    page.get_by_role("button", name="Upload CSV Data!").click()
    dialog = page.get_by_role("dialog")
    with page.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="Select Files").click()
    chooser.value.set_files({"name": "walk.csv", "mimeType": "text/csv", "buffer": csv().encode()})
    expect(dialog.locator(".tm-upload-state .tm-cell-text")).to_have_text("added")
    dialog.locator("#upload-close-button").click()
    page.locator("#shell-files-tree a.tm-node", has_text="walk.csv").click()
    recording = desk.named("walk.csv")
    bench.ready(recording)
    assert page.url == f"{proxy.url}/label/{recording}"
    bench.label(100, 200, "step")
    expect(bench.rows).to_have_count(1)
    bench.wait_kept()

    for section in ("files", "classes", "models", "outputs"):
        page.locator(f".tm-nav-link[href='{PREFIX}/{section}']").click()
        page.wait_for_url(f"{proxy.url}/{section}*")
        expect(page.locator(".tm-nav-item[aria-current='page']")).to_have_count(1)
        quiet(page)
    page.locator(f".tm-nav-link[href='{PREFIX}/label/{recording}']").click()
    bench.ready(recording)
    expect(bench.rows).to_have_count(1)
    page.reload()
    bench.ready(recording)

    page.locator("#label-save-button").click()
    expect(page.locator(".tm-toast").first).to_contain_text("Saved 1 label to outputs/")
    page.get_by_role("button", name="Download Outputs").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download ZIP").click()
    assert Path(coming.value.path()).read_bytes().startswith(b"PK")
    assert not outside and not proxy.missed
