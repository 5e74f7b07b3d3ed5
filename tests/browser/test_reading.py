"""Reading a file differently, from its details."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.desk import Desk, Workbench

EUROPEAN = "when;v [mV];what\n" + "".join(
    f"{1 + row // 24:02}/02/2023 {row % 24:02}:00;{row % 7},5;ok\n" for row in range(200)
)
SHUFFLED = "t,counter,v\n" + "".join(f"{row},{(row * 7) % 100},{row * 1.5}\n" for row in range(100))


class Details:
    """The dialog in the hands of a person."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.preview = page.locator("#details-preview")
        self.read = page.locator("#details-read-button")

    def open(self) -> Details:
        self.page.keyboard.press("i")
        self.page.locator("#details-change-button").click()
        expect(self.cell(0)).to_be_visible()
        return self

    def cell(self, column: int) -> Locator:
        """A cell of the first row: what its time is read as, then the columns of the file."""
        return self.preview.locator(".ag-row[row-index='0'] .ag-cell").nth(column)

    def error(self, field: str) -> str:
        place = self.page.locator(f"label:has(#details-{field}) .tm-reading-error")
        expect(place).not_to_be_empty()
        return place.inner_text()


@pytest.fixture
def european(desk: Desk, tmp_path: Path) -> int:
    return desk.bring(tmp_path, EUROPEAN)


def test_dates_zone_and_unit_are_chosen_seen_and_read(desk: Desk, tab: Page, european: int) -> None:
    bench = Workbench(tab).go(european)
    desk.label(european, (3, 5, "P"))
    mark = tab.locator("#label-details-button")
    expect(mark).to_have_text("Please check")
    details = Details(tab).open()
    expect(details.preview).to_contain_text("left out")
    expect(details.read).to_be_disabled()
    tab.select_option("#details-dates", "dmy")
    expect(details.cell(0)).to_have_text("2023-02-01 00:00:00")
    tab.fill("#details-zone", "Nowhere")
    assert "such as Europe/Berlin" in details.error("zone")
    expect(details.read).to_be_disabled()
    tab.fill("#details-zone", "Europe/Berlin")
    expect(details.cell(0)).to_have_text("2023-02-01 00:00:00+01:00")
    tab.locator("#details-units input").fill("V")
    expect(details.preview).to_contain_text("v [V]")
    details.read.click()
    bench.wait("() => plot.view.recording.kind === 'datetime' && plot.view.part && plot.labels.loaded")
    expect(tab.locator("#label-details")).to_be_hidden()
    expect(tab.locator(".tm-row-name")).to_have_text("v [V]")
    expect(mark).to_have_text("")
    expect(bench.cell(0, "startText")).to_have_text("2023-02-01 03:00:00+01:00")
    assert desk.labels(european) == [(3, 5, "P")]

    details.open()
    expect(tab.locator("#details-dates")).to_have_value("dmy")
    tab.locator("#details-found-button").click()
    expect(details.preview).to_contain_text("left out")
    details.read.click()
    bench.wait("() => plot.view.recording.kind === 'row' && plot.view.part")
    expect(mark).to_have_text("Please check")
    assert desk.labels(european) == [(3, 5, "P")]


def test_what_was_typed_just_before_the_press_is_read(desk: Desk, tab: Page, tmp_path: Path) -> None:
    shape = EUROPEAN.replace("when;", "then;")  # another: the options are kept for files of the shape
    bench = Workbench(tab).go(desk.bring(tmp_path, shape))
    details = Details(tab).open()
    tab.select_option("#details-dates", "dmy")
    expect(details.cell(0)).to_have_text("2023-02-01 00:00:00")
    expect(details.read).to_be_enabled()
    tab.fill("#details-zone", "Europe/Berlin")
    details.read.click()
    bench.wait("() => plot.view.recording.kind === 'datetime' && plot.view.part")
    expect(tab.locator("#label-details")).to_be_hidden()


def test_one_click_answers_a_doubt_and_labels_stay_on_their_rows(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    european = desk.bring(tmp_path, EUROPEAN.replace(";ok", ";fine"))
    bench = Workbench(tab).go(european)
    desk.label(european, (3, 5, "P"))
    tab.locator("#label-details-button").click()
    facts = tab.locator("#details-facts")
    expect(facts).to_contain_text("can be read day first or month first")
    facts.get_by_role("button", name="Day first").click()
    bench.wait("() => plot.view.recording.kind === 'naive' && plot.view.part && plot.labels.loaded")
    expect(tab.locator("#label-details")).to_be_hidden()
    expect(tab.locator("#label-details-button")).to_have_text("")
    expect(bench.cell(0, "startText")).to_have_text("2023-02-01 03:00:00")
    assert desk.labels(european) == [(3, 5, "P")]


def test_the_line_below_the_name_tells_how_the_file_was_read_and_answers_a_doubt(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    european = desk.bring(tmp_path, EUROPEAN.replace("v [mV]", "w [mV]"))  # a shape without stored options
    bench = Workbench(tab).go(european)
    line = tab.locator("#label-summary")
    expect(line).to_contain_text("no time: rows are counted · 1 channel · left out: when")
    line.get_by_role("button", name="Day first").click()
    bench.wait("() => plot.view.recording.kind === 'naive' && plot.view.part")
    expect(tab.locator("#label-details")).to_be_hidden()
    expect(line).to_contain_text("time: when · 1 channel · left out: what (text) · 200 rows")
    expect(line.get_by_role("button")).to_have_count(0)


def test_labels_that_would_be_lost_are_reported_before_and_another_tab_follows(
    desk: Desk, tab: Page, page: Page, tmp_path: Path
) -> None:
    recording = desk.bring(tmp_path, SHUFFLED)
    desk.label(recording, (3, 3, "kept"), (10, 20, "lost"))
    other = Workbench(page).open(desk, recording)
    Workbench(tab).go(recording)
    details = Details(tab).open()
    tab.select_option("#details-time", label="“counter”")
    expect(details.cell(0)).to_have_text("0")
    expect(details.read).to_be_enabled()
    details.read.click()
    question = tab.locator("#details-state")
    expect(question).to_contain_text("1 label stays. 1 of 2 labels does not fit: 10 – 20")
    tab.get_by_text("Leave it as it is").click()
    expect(question).to_be_empty()
    assert desk.labels(recording) == [(3, 3, "kept"), (10, 20, "lost")]
    details.read.click()
    tab.get_by_text("Read again and drop them").click()
    expect(other.toast.first).to_contain_text("read differently")  # first: messages disappear
    other.wait(
        "() => plot.view.recording.time_options.includes('>counter<') && plot.view.part && plot.labels.loaded"
    )
    expect(other.rows).to_have_count(1)
    assert desk.labels(recording) == [(21, 21, "kept")]
    other.label(40, 50, "new")
    other.wait_kept()
    assert desk.labels(recording) == [(21, 21, "kept"), (40, 50, "new")]


def test_a_date_an_hour_and_a_minute_are_joined_in_the_form(desk: Desk, tab: Page, tmp_path: Path) -> None:
    text = "d;h;m;v\n" + "".join(f"2024-02-20;{row // 60};{row % 60};{row}\n" for row in range(90))
    recording = desk.bring(tmp_path, text)
    Workbench(tab).go(recording)
    details = Details(tab).open()
    tab.select_option("#details-time", label="“d”")
    tab.locator("#details-clock").click()
    for name in ("h", "m"):
        tab.locator("#label-details").get_by_role("option", name=name, exact=True).click()
    tab.keyboard.press("Escape")
    expect(tab.locator("#label-details").get_by_role("option", name="h", exact=True)).to_be_hidden()
    expect(details.preview.locator(".ag-row[row-index='1'] .ag-cell").first).to_have_text(
        "2024-02-20 00:01:00"
    )
    details.read.click()
    expect(tab.locator("#label-details")).to_be_hidden()
    assert desk.services.recordings.get(recording).reading == {"time": "d + h + m"}
