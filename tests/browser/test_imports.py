"""Importing and copying labels: from the choice of files to labels in the plot."""

from __future__ import annotations

from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

from tests.browser.desk import Desk, Workbench, csv, slow_answer
from tests.support import SAMPLES, until

HEAD = "Item Number,Start Index,End Index,Label,Color\n"


class Dialog:
    """The dialog that brings labels in, in the hands of a person."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.whole = page.get_by_role("dialog")
        self.start = page.locator("#import-start-button")
        self.sums = page.locator("#import-sums")

    def open(self) -> Dialog:
        self.page.get_by_role("button", name="Bring labels in…").click()
        expect(self.page.locator("#import-drop")).to_be_visible()
        return self

    def files(self, *paths: Path) -> None:
        self.page.locator("#import-files-input").set_input_files(list(paths))

    def folder(self, path: Path) -> None:
        self.page.locator("#import-directory-input").set_input_files(path)

    def row(self, name: str) -> Locator:
        """The line of a file of labels."""
        return self.whole.locator(".tm-labels-in-row", has=self.page.get_by_title(name, exact=True))

    def becomes(self, name: str, words: str) -> None:
        expect(self.row(name).locator(".tm-upload-state")).to_have_text(words)

    def bring(self, text: str) -> None:
        """Press the button with this text."""
        expect(self.start).to_have_text(text)
        self.start.click()


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_the_marks_of_experts_come_onto_the_ecgs_after_a_dry_run(
    tab: Page, desk: Desk, tmp_path: Path
) -> None:
    bench = Workbench(tab).go(desk.named("samples/ecg/ludb_001.csv"))
    for file in (SAMPLES / "ecg").glob("*.labels.csv"):
        write(tmp_path, f"marks/ecg/{file.name}", file.read_text())
    write(tmp_path, "marks/notes.csv", "a,b\n1,2\n")
    late = "1,2014-10-30T15:30:00+00:00,2014-11-03T22:37:00+00:00,dip,red\n2,2015-01-30,2015-03-01,dip,red\nx,y\n"
    write(tmp_path, "marks/sensors/nyc_taxi.csv", HEAD + late + "3,2020-01-01,2020-01-02,dip,red\n")
    dialog = Dialog(tab).open()
    dialog.folder(tmp_path / "marks")
    expect(dialog.sums).to_have_text("8 files · 891 labels to import · 1 moved · 1 clipped · 2 unmatched")
    expect(tab.locator("#import-skipped summary")).to_have_text("1 file left out")
    dialog.becomes("marks/sensors/nyc_taxi.csv", "1 moved · 1 clipped · 2 unmatched")
    tab.get_by_role("button", name="With problems 1").click()
    expect(dialog.whole.locator(".tm-labels-in-row")).to_have_count(1)
    dialog.row("marks/sensors/nyc_taxi.csv").locator("summary").click()
    expect(dialog.whole.locator(".tm-labels-in-lines td:last-child")).to_have_text(
        [
            "moved: end moved by 7 min",
            "clipped: clipped at the end",
            "unmatched: 2 cells, expected 5",
            "unmatched: it starts after the recording ends",
        ]
    )
    assert desk.labels(desk.named("samples/sensors/nyc_taxi.csv")) == []
    with tab.expect_download() as download:
        tab.get_by_role("button", name="Download report").click()
    report = download.value.path().read_text(encoding="utf-8-sig").splitlines()
    assert report[0] == "File,Recording,Line,What,Start,End,Label,Why"
    assert any(line.endswith('4,unmatched,,,,"2 cells, expected 5"') for line in report)

    dialog.bring("Import 891 labels")
    expect(dialog.sums).to_contain_text("891 labels imported into 8 files")
    dialog.whole.locator("#import-clear-button").click()
    dialog.whole.locator("#import-close-button").click()
    expect(dialog.whole).to_have_count(0)  # until then keys are the dialog's
    expect(bench.rows.first).to_be_visible()
    expect(tab.locator("#label-count")).to_have_text("16")
    bench.key("Control+z")  # all of them were one step
    expect(tab.locator("#label-count")).to_have_text("")
    assert len(desk.labels(desk.named("samples/ecg/mitbih_100.csv"))) == 760


def test_replacing_shows_removed_labels_and_undo_restores_them(
    bench: Workbench, desk: Desk, recording: int, tmp_path: Path
) -> None:
    desk.label(recording, (10, 20, "stays"), (30, 40, "goes"))
    name = desk.services.recordings.get(recording).path
    dialog = Dialog(bench.page).open()
    dialog.files(write(tmp_path, name, HEAD + "1,10,20,stays,red\n2,50,60,comes,red\n"))
    dialog.becomes(name, "2 matched · 1 already exist")
    expect(dialog.start).to_have_text("Import 1 label")
    dialog.whole.get_by_label("Replace the labels of these files").check()
    dialog.bring("Import 1, remove 1")
    dialog.becomes(name, "2 matched · 1 imported · 1 removed · 1 already exist")
    assert desk.labels(recording) == [(10, 20, "stays"), (50, 60, "comes")]
    dialog.whole.get_by_label("Add to the existing labels").check()
    bench.key("Escape")
    expect(dialog.whole).to_be_hidden()
    bench.key("Control+z")
    until(
        bench.page,
        lambda: len(desk.labels(recording)) == 2 and desk.labels(recording)[1][2] == "goes",
        "undo",
    )


def test_label_files_among_uploads_are_offered_and_the_user_chooses_ambiguous_recordings(
    page: Page, own_desk: Desk, tmp_path: Path
) -> None:
    for name in ("one/a.csv", "two/a.csv"):
        own_desk.bring(tmp_path, csv(), name)
    page.goto(own_desk.url)
    page.get_by_role("button", name="Upload CSV Data!").click()
    label = HEAD + "1,10,20,QRS,red\n"
    page.locator("#upload-files-input").set_input_files(
        [
            write(tmp_path, "new/a.csv", label),
            write(tmp_path, "new/lost.csv", label),
            write(tmp_path, "new/b.csv", csv()),
        ]
    )
    expect(page.locator("#import-offer")).to_contain_text("2 files have labels of recordings.")
    expect(page.locator("#upload-overall")).to_have_text("Done: 1 added")
    page.locator("#import-offer button").click()
    dialog = Dialog(page)
    dialog.becomes("a.csv", "2 recordings match equally: choose one")
    dialog.becomes("lost.csv", "no recording is called “lost.csv”")
    dialog.row("a.csv").get_by_role("combobox").select_option("two/a.csv")
    dialog.becomes("a.csv", "1 matched")
    field = dialog.row("lost.csv").get_by_label("Recording of lost.csv")
    field.fill("b.csv")
    field.press("Tab")
    dialog.becomes("lost.csv", "1 matched")
    dialog.bring("Import 2 labels")
    dialog.becomes("lost.csv", "1 matched · 1 imported")
    assert own_desk.labels(own_desk.named("two/a.csv")) == [(10, 20, "QRS")]
    assert own_desk.labels(own_desk.named("b.csv")) == [(10, 20, "QRS")]
    assert [recording.path for recording in own_desk.services.recordings.list()] == [
        "b.csv",
        "one/a.csv",
        "two/a.csv",
    ]


def test_labels_are_copied_to_files_of_the_same_shape_and_a_toast_leads_there(
    bench: Workbench, desk: Desk, recording: int, tmp_path: Path
) -> None:
    short = desk.bring(tmp_path, csv(rows=50), "shapes/short.csv")
    same = desk.bring(tmp_path, csv(), "shapes/same.csv")
    desk.label(recording, (10, 20, "QRS"), (40, 60, "T"), (70, 80, "T"))
    expect(bench.rows).to_have_count(3)
    page = bench.page
    page.get_by_role("button", name="Copy labels to…").click()
    dialog = page.get_by_role("dialog")
    dialog.get_by_placeholder("Filter files").fill("shapes/")
    expect(dialog.locator(".tm-copy-row")).to_have_text(["shapes/same.csv"])
    dialog.get_by_label("at the same times from the start").check()
    expect(dialog.locator(".tm-copy-row")).to_have_text(["shapes/same.csv", "shapes/short.csv"])
    dialog.get_by_label("2 files of the same shape").check()
    dialog.get_by_role("button", name="Copy 3 labels to 2 files").click()
    state = dialog.locator(".tm-copy-row", has_text="short.csv").locator(".tm-upload-state")
    expect(state).to_have_text("2 copied · 1 clipped · 1 did not fit")
    assert desk.labels(same) == [(10, 20, "QRS"), (40, 60, "T"), (70, 80, "T")]
    assert desk.labels(short) == [(10, 20, "QRS"), (40, 49, "T")]
    bench.toast.get_by_role("button", name="Open the first").click()
    bench.ready(same)
    expect(bench.rows).to_have_count(3)
    bench.key("Control+z")
    expect(bench.rows).to_have_count(0)


def test_all_files_are_those_of_the_filter_though_the_server_is_slow(
    bench: Workbench, desk: Desk, recording: int, tmp_path: Path
) -> None:
    for path in ("narrow/one.csv", "narrow/two.csv", "wide/three.csv"):
        desk.bring(tmp_path, csv(), path)
    desk.label(recording, (10, 20, "QRS"))
    expect(bench.rows).to_have_count(1)
    bench.page.get_by_role("button", name="Copy labels to…").click()
    dialog = bench.page.get_by_role("dialog")
    expect(dialog.locator(".tm-copy-row", has_text="wide/three.csv")).to_be_visible()
    with slow_answer(bench.page, "copy-filter.value"):
        dialog.get_by_placeholder("Filter files").fill("narrow/")
        dialog.get_by_label("of the same shape").check()
    expect(dialog.locator(".tm-copy-row")).to_have_text(["narrow/one.csv", "narrow/two.csv"])
    expect(dialog.get_by_role("button", name="Copy 1 label to 2 files")).to_be_enabled()
    bench.key("Escape")
    expect(dialog).to_have_count(0)


def test_a_path_that_is_being_typed_stays_when_the_list_is_drawn_again(
    page: Page, own_desk: Desk, tmp_path: Path
) -> None:
    for name in ("a", "b"):
        own_desk.bring(tmp_path, csv(), f"typed/{name}.csv")
    page.goto(own_desk.url)
    dialog = Dialog(page).open()
    dialog.files(write(tmp_path, "new/lost.csv", HEAD + "1,10,20,QRS,red\n"))
    dialog.becomes("lost.csv", "no recording is called “lost.csv”")
    field = dialog.row("lost.csv").get_by_label("Recording of lost.csv")
    field.press_sequentially("typed/")
    dialog.files(write(tmp_path, "new/a.csv", HEAD + "1,10,20,QRS,red\n"))
    dialog.becomes("a.csv", "1 matched")
    expect(field).to_be_focused()
    expect(field).to_have_value("typed/")
    page.keyboard.type("b.csv")
    page.keyboard.press("Tab")
    dialog.becomes("lost.csv", "1 matched")


def test_a_saved_csv_and_its_json_come_back_once_with_notes(tab: Page, desk: Desk, tmp_path: Path) -> None:
    recording = desk.bring(tmp_path, csv(), "pair/a.csv")
    desk.label(recording, (100, 200, "QRS"))
    identity = desk.services.annotations.apply(recording, [], -1)["upsert"][0]["id"]
    note = {"uuid": str(uuid4()), "kind": "note", "ids": [identity], "note": "late\nand wide"}
    assert not desk.services.annotations.apply(recording, [note], -1)["rejected"]
    desk.services.outputs.export(tmp_path / "saved")
    saved = sorted((tmp_path / "saved" / "pair").iterdir())
    gone = {"uuid": str(uuid4()), "kind": "delete", "ids": [identity]}
    assert not desk.services.annotations.apply(recording, [gone], -1)["rejected"]
    Workbench(tab).go(recording)
    dialog = Dialog(tab).open()
    dialog.files(*saved)
    dialog.becomes("a.labels.json", "1 matched")
    dialog.becomes("a.csv", "left out: a.labels.json has the same labels, with their samples and notes")
    dialog.bring("Import 1 label")
    expect(tab.locator(".tm-toast")).to_contain_text("1 label imported into 1 file")
    (label,) = desk.services.annotations.apply(recording, [], -1)["upsert"]
    assert (label["start"], label["end"], label["label"], label["note"]) == (
        100,
        200,
        "QRS",
        "late\nand wide",
    )
