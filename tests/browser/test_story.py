"""End-to-end story: a folder of recordings, ten labels, a killed server, undo, Save All, a ZIP."""

from __future__ import annotations

import io
import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest
from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, Workbench
from tests.saved_labels import read_labels
from tests.support import SAMPLES, Faults

MOTION = True  # as most users see it
HEADER = "Item Number,Start Index,End Index,Label,Color"
ECG, SENSOR, PRICES = "ward/ecg/ludb_001.csv", "ward/sensors/nyc_taxi.csv", "ward/ohlc.csv"
AWAY = "ERR_|Failed to fetch|Callback failed: the server did not respond"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of a user: an ECG, a sensor, generated prices, and other files."""
    top = tmp_path / "ward"
    for name in ("ecg", "sensors"):
        (top / name).mkdir(parents=True)
    shutil.copy(SAMPLES / "ecg" / "ludb_001.csv", top / "ecg")
    shutil.copy(SAMPLES / "sensors" / "nyc_taxi.csv", top / "sensors")
    prices = (SAMPLES / "finance" / "ohlc_minutes.csv").read_text().splitlines(keepends=True)
    (top / "ohlc.csv").write_text("".join(prices[:3001]))
    (top / "notes.docx").write_bytes(b"PK not a recording")
    (top / ".hidden.csv").write_text("t,v\n0,1\n")
    return top


@pytest.fixture
def desk(own_desk: Desk) -> Desk:
    """A fresh program without recordings."""
    return own_desk


def upload(page: Page, desk: Desk, folder: Path) -> None:
    page.goto(desk.url)
    expect(page.get_by_text("Open a recording")).to_be_visible()
    page.get_by_role("button", name="Upload CSV Data!").click()
    dialog = page.get_by_role("dialog")
    with page.expect_file_chooser() as chooser:
        dialog.get_by_role("button", name="Select Directory").click()
    chooser.value.set_files(folder)
    for path in (ECG, SENSOR, PRICES):
        row = dialog.locator(".tm-upload-row", has=page.get_by_title(path))
        expect(row.locator(".tm-upload-state .tm-cell-text")).to_have_text("added")
    expect(dialog.locator("#upload-skipped")).to_contain_text("2 files skipped")
    dialog.locator("#upload-close-button").click()
    expect(dialog).to_have_count(0)


def open_file(bench: Workbench, desk: Desk, path: str) -> int:
    """Choose a file in the tree and wait until it is drawn."""
    bench.page.locator("#shell-files-tree a.tm-node", has_text=path.rpartition("/")[2]).click()
    recording = desk.named(path)
    bench.ready(recording)
    expect(bench.page.locator(".tm-head h1")).to_contain_text(path)
    return recording


def share(bench: Workbench, fraction: float) -> float:
    """A time at a share of the visible stretch."""
    low, high = bench.range()
    return low + (high - low) * fraction


def by_mouse(bench: Workbench, name: str, *places: tuple[float, float]) -> None:
    for start, end in places:
        bench.label(share(bench, start), share(bench, end), name)


def by_key(bench: Workbench, key: str, *places: tuple[float, float]) -> None:
    bench.wait("key => plot.labels.classOnKey(key)", key)
    for start, end in places:
        bench.mark(share(bench, start), share(bench, end))
        bench.key(key)


def labels_of(desk: Desk) -> dict[str, list[tuple[int, int, str]]]:
    return {path: desk.labels(desk.named(path)) for path in (ECG, SENSOR, PRICES)}


def saved_rows(desk: Desk, path: str) -> list[tuple[str, str, str]]:
    """Expected label CSV of a file, from the database."""
    store = desk.services.recordings.store(desk.named(path))
    return [
        (store.time_saved(first), store.time_saved(last), name)
        for first, last, name in desk.labels(desk.named(path))
    ]


def download(page: Page) -> ZipFile:
    page.get_by_role("button", name="Download Outputs").click()
    with page.expect_download() as coming:
        page.get_by_role("button", name="Download ZIP").click()
    return ZipFile(io.BytesIO(Path(coming.value.path()).read_bytes()))


def test_from_a_folder_of_recordings_to_a_zip_of_labels_through_a_killed_server(
    desk: Desk, page: Page, faults: Faults, folder: Path
) -> None:
    faults.allow(AWAY)  # while the server is away
    bench = Workbench(page)
    upload(page, desk, folder)

    open_file(bench, desk, ECG)
    by_mouse(bench, "QRS", (0.1, 0.15), (0.3, 0.35))
    by_mouse(bench, "T wave", (0.5, 0.6))
    by_key(bench, "1", (0.7, 0.75), (0.85, 0.9))
    expect(bench.rows).to_have_count(5)
    open_file(bench, desk, SENSOR)
    by_key(bench, "2", (0.2, 0.3), (0.6, 0.7))
    button = bench.page.get_by_role("button", name="Drag marks start and end")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    bench.drag(share(bench, 0.8), share(bench, 0.9))
    page.keyboard.type("holiday")
    bench.key("Enter")
    expect(bench.rows).to_have_count(3)
    open_file(bench, desk, PRICES)
    by_mouse(bench, "rally", (0.4, 0.5))
    by_key(bench, "4", (0.6, 0.7))
    expect(bench.rows).to_have_count(2)
    bench.wait_kept()
    before = labels_of(desk)
    assert [[name for *_, name in before[path]] for path in (ECG, SENSOR, PRICES)] == [
        ["QRS", "QRS", "T wave", "QRS", "QRS"],
        ["T wave", "T wave", "holiday"],
        ["rally", "rally"],
    ]

    desk.server.restart()  # kill -9, and start again
    page.reload()
    bench.ready(desk.named(PRICES))
    expect(bench.rows).to_have_count(2)
    assert labels_of(desk) == before

    open_file(bench, desk, ECG)
    expect(bench.rows).to_have_count(5)
    for left in (4, 3):
        bench.key("Control+z")
        expect(bench.rows).to_have_count(left)
    bench.wait_kept()
    assert labels_of(desk) == {**before, ECG: before[ECG][:3]}

    page.get_by_role("button", name="Save All").click()
    dialog = page.get_by_role("dialog")
    for path, count in ((ECG, "3 labels"), (SENSOR, "3 labels"), (PRICES, "2 labels")):
        expect(dialog.get_by_role("listitem").filter(has_text=path)).to_contain_text(f"{count} written")
    bench.key("Escape")
    expect(dialog).to_have_count(0)

    archive = download(page)
    assert archive.testzip() is None
    assert sorted(archive.namelist()) == sorted([ECG, SENSOR, PRICES])
    for path in (ECG, SENSOR, PRICES):
        text = archive.read(path).decode("utf-8")
        assert text.splitlines()[0] == HEADER
        expected = saved_rows(desk, path)
        assert [(row.start, row.end, row.label) for row in read_labels(text)] == expected
        assert [line.split(",")[0] for line in text.splitlines()[1:]] == [
            str(number) for number in range(1, len(expected) + 1)
        ]
        assert text == (desk.server.settings.outputs_dir / path).read_text(encoding="utf-8")
