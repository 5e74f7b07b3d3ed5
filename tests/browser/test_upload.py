"""Upload dialog: choose files or a folder, result of each file."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, Route, expect

from services.storage.paths import OTHER_REASON
from tests.browser.desk import PIECES, Desk, csv
from tests.support import Faults

AWAY = "ERR_|Failed to fetch|Callback failed: the server did not respond"


class Dialog:
    """The dialog in the hands of a person."""

    def __init__(self, page: Page, desk: Desk) -> None:
        self.page = page
        self.desk = desk
        self.whole = page.get_by_role("dialog")
        page.goto(desk.url)
        page.get_by_role("button", name="Upload CSV Data!").click()
        expect(self.whole).to_be_visible()

    def files(self, *paths: Path) -> None:
        """Choose files."""
        self.page.locator("#upload-files-input").set_input_files(list(paths))

    def folder(self, path: Path) -> None:
        """Choose a folder."""
        self.page.locator("#upload-directory-input").set_input_files(path)

    def row(self, name: str) -> Locator:
        """The line of a file."""
        return self.whole.locator(".tm-upload-row", has=self.page.get_by_title(name, exact=True))

    def becomes(self, name: str, words: str) -> None:
        """Wait until the line of a file has this text."""
        expect(self.row(name).locator(".tm-upload-state")).to_contain_text(words)

    @property
    def paths(self) -> list[str]:
        """Recordings in the database."""
        return [recording.path for recording in self.desk.services.recordings.list()]


@pytest.fixture
def dialog(page: Page, own_desk: Desk) -> Dialog:
    """The open dialog of a program without recordings."""
    return Dialog(page, own_desk)


def write(folder: Path, name: str, text: str | None = None) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(csv() if text is None else text, encoding="utf-8")
    return path


def test_files_that_are_chosen_become_recordings_and_the_first_is_opened(
    dialog: Dialog, tmp_path: Path
) -> None:
    dialog.files(write(tmp_path, "a.csv"), write(tmp_path, "数据.csv"))
    dialog.becomes("a.csv", "added")
    dialog.becomes("数据.csv", "added")
    expect(dialog.whole.locator("#upload-overall")).to_have_text("Done: 2 added")
    assert dialog.paths == ["a.csv", "数据.csv"]
    assert [recording.rows for recording in dialog.desk.services.recordings.list()] == [1000, 1000]
    dialog.whole.locator("#upload-close-button").click()
    expect(dialog.page.locator("#shell-files-tree a.tm-node")).to_have_text(["a.csv", "数据.csv"])
    expect(dialog.page.locator(".tm-head h1")).to_have_text("a.csv")


def test_a_folder_keeps_its_folders_and_lists_left_out_files(dialog: Dialog, tmp_path: Path) -> None:
    top = tmp_path / "study"
    for name in ("one.csv", "deep/er/two.csv", ".hidden.csv", "photo.png", "one.labels.csv"):
        write(top, name)
    dialog.folder(top)
    dialog.becomes("study/one.csv", "added")
    dialog.becomes("study/deep/er/two.csv", "added")
    skipped = dialog.whole.locator("#upload-skipped")
    expect(skipped.locator("summary")).to_have_text("3 files skipped")
    skipped.locator("summary").click()
    for name, reason in {
        "study/.hidden.csv": "hidden file",
        "study/photo.png": OTHER_REASON,
        "study/one.labels.csv": "labels of a recording, not a recording",
    }.items():
        expect(skipped.get_by_role("listitem").filter(has_text=name)).to_contain_text(reason)
    assert dialog.paths == ["study/deep/er/two.csv", "study/one.csv"]


def test_the_same_file_again_is_already_here(dialog: Dialog, tmp_path: Path) -> None:
    file = write(tmp_path, "a.csv")
    dialog.files(file)
    dialog.becomes("a.csv", "added")
    dialog.files(file)
    dialog.becomes("a.csv", "already here, same bytes")
    dialog.files(write(tmp_path, "copy.csv", file.read_text()))
    dialog.becomes("copy.csv", "already here, same bytes as a.csv")
    assert dialog.paths == ["a.csv"]


@pytest.mark.parametrize(
    ("decision", "words", "paths"),
    [
        ("Keep both", "added as a (2).csv", ["a (2).csv", "a.csv"]),
        ("Skip", "skipped; the existing file is unchanged", ["a.csv"]),
    ],
)
def test_another_file_of_the_same_name_is_a_question(
    dialog: Dialog, tmp_path: Path, decision: str, words: str, paths: list[str]
) -> None:
    dialog.files(write(tmp_path, "one/a.csv"))
    dialog.becomes("a.csv", "added")
    dialog.files(write(tmp_path, "two/a.csv"))
    row = dialog.row("a.csv").first
    expect(row.locator(".tm-upload-state")).to_contain_text("a file of this name with other bytes exists")
    row.get_by_role("button", name=decision).click()
    expect(row.locator(".tm-upload-state .tm-cell-text")).to_have_text(words)
    assert dialog.paths == paths


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "empty"),
        ("t,v\n0,1\n1,2,3\n", "line 3"),
        ("name,colour\nx,red\ny,blue\n", "numbers"),
    ],
)
def test_a_file_that_cannot_be_read_right_is_refused_with_its_reason(
    dialog: Dialog, tmp_path: Path, text: str, words: str
) -> None:
    dialog.files(write(tmp_path, "bad.csv", text), write(tmp_path, "good.csv"))
    dialog.becomes("good.csv", "added")
    dialog.becomes("bad.csv", "refused: ")
    dialog.becomes("bad.csv", words)
    assert dialog.paths == ["good.csv"]


def test_a_killed_server_only_interrupts_an_upload(dialog: Dialog, faults: Faults, tmp_path: Path) -> None:
    faults.allow(AWAY)
    rows = 1_500_000  # several pieces
    file = write(tmp_path, "large.csv", "t,v\n" + "".join(f"{row},{row % 1000}.5\n" for row in range(rows)))

    def kill(route: Route) -> None:
        dialog.desk.server.kill()
        route.continue_()

    dialog.page.route(PIECES, kill, times=1)  # the first piece has arrived
    dialog.files(file)
    expect(dialog.whole.locator("#upload-notice")).to_contain_text("The server does not answer")
    dialog.desk.server.start()
    dialog.becomes("large.csv", "added")
    (recording,) = dialog.desk.services.recordings.list()
    assert (recording.rows, recording.size_bytes) == (rows, file.stat().st_size)
    expect(dialog.whole.locator("#upload-notice > :visible")).to_have_count(0)


DROP_FOLDER = """number => {
    const file = (name, rows) => ({
      isFile: true, fullPath: `/day/${name}`,
      file: (done) => done(new File([`t,v\\n${rows}`], name, { lastModified: 1 })),
    });
    const rows = (first) => Array.from({ length: 40 }, (_, row) => `${row},${first + row}\\n`).join("");
    const all = Array.from({ length: number }, (_, place) => file(`${place}.csv`, rows(place * 100)));
    const unreadable = {
      isFile: false, fullPath: "/day/locked",
      createReader() { throw new DOMException("", "NotReadableError"); },
    };
    const slices = [all.slice(0, 100), [...all.slice(100), unreadable], []]; // a browser gives a hundred at a time
    const reader = { readEntries: (done) => done(slices.shift()) };
    const day = { isFile: false, fullPath: "/day", createReader: () => reader };
    const dataTransfer = { types: ["Files"], items: [{ kind: "file", webkitGetAsEntry: () => day }] };
    for (const kind of ["dragover", "dragover", "drop"]) {
      const event = new Event(kind, { bubbles: true, cancelable: true });
      document.body.dispatchEvent(Object.defineProperty(event, "dataTransfer", { value: dataTransfer }));
    } }"""


def test_a_folder_that_is_dropped_anywhere_opens_the_dialog_and_is_walked(page: Page, own_desk: Desk) -> None:
    page.goto(own_desk.url)
    expect(page.get_by_role("button", name="Upload CSV Data!")).to_be_visible()
    page.evaluate(DROP_FOLDER, 130)
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Done: 130 added")
    paths = [recording.path for recording in own_desk.services.recordings.list()]
    assert sorted(paths) == sorted(f"day/{number}.csv" for number in range(130))
    dialog.get_by_text("1 file skipped").click()
    expect(dialog).to_contain_text("day/locked: folder cannot be read (NotReadableError)")
