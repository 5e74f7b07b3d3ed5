"""Pictures of the view, with labels."""

from __future__ import annotations

from base64 import b64encode
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
from playwright.sync_api import Download, Page

from tests.browser.desk import Desk, Workbench, csv

SVG = "{http://www.w3.org/2000/svg}"
NAUGHTY = "<b onload=alert(1)>&amp; “ü” 🫀"


def take(bench: Workbench, name: str) -> Download:
    """Choose an entry of the menu and wait for the file."""
    bench.page.get_by_role("button", name="Picture of the view").click()
    with bench.page.expect_download() as coming:
        bench.page.locator(f"#plot-picture-{name}").click()
    return coming.value


def pixels(bench: Workbench, file: Download, line: int) -> tuple[list[int], Any]:
    """Width and height of a PNG; the colours of one of its lines [width, 3]."""
    address = f"data:image/png;base64,{b64encode(Path(file.path()).read_bytes()).decode()}"
    size, colours = bench.page.evaluate(
        """async ([address, line]) => { const image = new Image(); image.src = address; await image.decode();
            const { width, height } = image;
            const canvas = Object.assign(document.createElement('canvas'), { width, height });
            const context = canvas.getContext('2d'); context.drawImage(image, 0, 0);
            return [[width, height], [...context.getImageData(0, line, width, 1).data]]; }""",
        [address, line],
    )
    return size, np.array(colours).reshape(-1, 4)[:, :3]


def test_an_svg_holds_labels_names_and_file_as_text(desk: Desk, tab: Page, tmp_path: Path) -> None:
    head = "t,<i>one</i> [mV],two"
    recording = desk.bring(tmp_path, "\n".join([head, *csv().splitlines()[1:], ""]), "deep/a & b.csv")
    desk.label(recording, (100, 600, NAUGHTY), (700, 900, "plain"), (950, 960, "narrow"))
    bench = Workbench(tab).go(recording)
    bench.wait("() => plot.labels.rows.size === 3")
    file = take(bench, "svg")
    assert file.suggested_filename == "a & b.svg"
    root = ElementTree.parse(file.path()).getroot()
    assert root.tag == f"{SVG}svg"
    texts = ["".join(node.itertext()) for node in root.iter(f"{SVG}text")]
    for text in (NAUGHTY, "plain", "<i>one</i> [mV]", "two", "deep/a & b.csv", "t"):
        assert text in texts, texts
    assert not list(root.iter(f"{SVG}script")) and not list(root.iter("script"))
    lines = [node for node in root.iter(f"{SVG}path") if "js-line" in node.get("class", "")]
    assert len(lines) == 2
    colours = {row["color"] for row in desk.services.annotations.apply(recording, [], -1)["upsert"]}
    filled = {node.get("fill") for node in root.iter(f"{SVG}rect")}
    assert colours <= filled


def test_a_png_is_twice_the_size_and_shows_the_label_where_it_is(
    bench: Workbench, desk: Desk, recording: int
) -> None:
    desk.label(recording, (200, 400, "seen"))
    bench.wait("() => plot.labels.rows.size === 1")
    width, height, left, right, lane = bench.page.evaluate(
        """() => { const place = plot.overlay.geometry(), host = document.querySelector('.tm-plot');
            const edges = [place.pixel(200), place.pixel(400)];
            return [host.clientWidth, host.clientHeight, ...edges, (place.lane + place.top) / 2]; }"""
    )
    file = take(bench, "png")
    size, row = pixels(bench, file, round(lane * 2))
    assert size == [width * 2, (height + 24) * 2]
    colour = desk.services.annotations.apply(recording, [], -1)["upsert"][0]["color"]
    expected = [int(colour[at : at + 2], 16) for at in (1, 3, 5)]
    found = np.flatnonzero((np.abs(row - expected) <= 2).all(axis=1))
    assert abs(found[0] - left * 2) <= 2 and abs(found[-1] - right * 2) <= 2
    assert len(found) > (right - left) * 2 * 0.7, "but for its name, the tab is of its colour"


def test_hidden_labels_are_not_in_the_picture(bench: Workbench, desk: Desk, recording: int) -> None:
    desk.label(recording, (200, 400, "unseen"))
    bench.wait("() => plot.labels.rows.size === 1")
    bench.key("h")
    text = Path(take(bench, "svg").path()).read_text(encoding="utf-8")
    assert "unseen" not in text
    bench.key("h")
