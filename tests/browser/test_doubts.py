"""Doubtful labels in the browser: one wave of an electrocardiogram has the wrong class."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, Workbench
from tests.browser.test_training import MINUTES
from tests.support import SAMPLES, until

RATE = 500


def waves() -> list[tuple[float, float, str]]:
    """The marked waves of ten seconds, in seconds."""
    lines = (SAMPLES / "ecg" / "ludb_001.labels.csv").read_text().splitlines()[1:]
    marks = (line.split(",") for line in lines)
    return [(int(start) / RATE, int(end) / RATE, label) for start, end, label in marks]


def test_a_wave_of_the_wrong_class_is_found_changed_and_the_change_undone(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    labels = waves()
    place = next(number for number, (*_, label) in enumerate(labels) if number > 4 and label == "T")
    start, end, _ = labels[place]
    given = [*labels[:place], (start, end, "P"), *labels[place + 1 :]]
    text = (SAMPLES / "ecg" / "ludb_001.csv").read_text()
    shorter = text[: text.rindex("\n", 0, -1) + 1]  # other bytes than the sample, which is there already
    recording = desk.bring(tmp_path, shorter, "doubts/ecg.csv")
    desk.label(recording, *given)
    bench = Workbench(tab).go(recording)
    bar = tab.get_by_role("toolbar", name="Doubtful labels")
    expect(bar).to_be_hidden()
    tab.get_by_role("button", name="Find doubtful labels").click()
    expect(bar).to_contain_text("nearest labels are", timeout=MINUTES)
    expect(bar.locator("b").first).to_have_text("P")
    bench.wait(
        "([first]) => plot.labels.selected().some(({ start }) => start === first)", [round(start * RATE)]
    )
    expect(bench.cell(0, "label")).to_have_text("P")
    expect(bench.cell(0, "doubt")).not_to_have_text("")
    expect(bench.cell(0, "doubt")).to_be_in_viewport()
    bar.get_by_role("button", name="Change to T").click()
    expected = sorted((round(label[0] * RATE), round(label[1] * RATE), label[2]) for label in labels)
    until(tab, lambda: sorted(desk.labels(recording)) == expected, "the label is a T")
    bench.wait_kept()
    bench.key("Control+z")
    bench.wait(
        "([first]) => plot.labels.list().some((one) => one.start === first && one.label === 'P')",
        [round(start * RATE)],
    )
    bar.get_by_role("button", name="Close").click()
    expect(bar).to_be_hidden()
    expect(tab.locator("#label-table [role=columnheader][col-id=doubt]")).to_have_count(0)
    expect(bench.cell(0, "startText")).to_have_text(str(labels[0][0]))
