"""What a training offers where something is missing: a channel of the recording, or segments of a class."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, Workbench
from tests.browser.test_training import MINUTES, WAVES, ecg, first_three

FRESH = True  # as in the other tests of trainings


def with_flat(text: str, place: int) -> str:
    """The same recording with a constant channel."""
    head, *rows = [line.split(",") for line in text.splitlines()]
    return "\n".join(
        [",".join(head), *(",".join([*row[:place], "0.1", *row[place + 1 :]]) for row in rows), ""]
    )


def opened(tab: Page, recording: int) -> Workbench:
    """The page of a recording, without a model chosen."""
    bench = Workbench(tab).go(recording)
    tab.evaluate("() => dash_clientside.set_props('shell-model', { data: '' })")
    return bench


def test_a_model_is_trained_again_without_a_channel_that_is_flat_in_the_open_recording(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    text, waves = ecg()
    recording = desk.bring(tmp_path, text, path="flat/whole.csv")
    other = desk.bring(tmp_path, with_flat(ecg("ludb_005")[0], 1), path="flat/flat.csv")
    desk.label(recording, *first_three(waves))
    bench, button = opened(tab, recording), tab.get_by_role("button", name="Train again without “II”")
    tab.locator("#training-start-button").click()
    expect(tab.locator("#model-choice")).to_contain_text("P QRS T", timeout=MINUTES)
    bench.wait("() => plot.labels.tally().suggested > 0")
    expect(button).to_have_count(0)
    bench = Workbench(tab).go(other)
    expect(tab.locator("#autolabel-status")).to_contain_text("“II” is flat")
    button.click()
    expect(tab.locator("#model-choice")).to_contain_text("P QRS T without II", timeout=MINUTES)
    bench.wait("() => plot.labels.tally().suggested > 0")
    expect(tab.locator("#autolabel-status")).not_to_contain_text("flat")
    expect(button).to_have_count(0)


def test_a_class_with_one_segment_is_learnt_without_evaluation_or_marked_in_two_pieces(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    text, waves = ecg("ludb_005")
    recording = desk.bring(tmp_path, text, path="once/ecg.csv")
    bench = opened(tab, recording)
    start, status = tab.locator("#training-start-button"), tab.locator("#training-status")
    for label in WAVES:
        bench.label(*next(wave for wave in first_three(waves) if wave[2] == label))
        bench.wait_kept()
    expect(start).to_be_disabled()
    expect(status).to_contain_text("two pieces")
    tab.get_by_role("button", name="Train with P, QRS, T, without evaluation").click()
    expect(tab.locator("#model-choice")).to_contain_text("P QRS T", timeout=MINUTES)
    bench.wait("() => plot.labels.tally().suggested > 0")
    expect(status).to_have_text("Trained without evaluation, so its accuracy is not known.")
    expect(start).to_be_disabled()  # nothing was decided since
    seconds = [[wave for wave in first_three(waves) if wave[2] == label][1] for label in WAVES]
    desk.label(recording, *seconds)
    expect(status).to_contain_text("3 new labels and decisions since")
    start.click()
    expect(status).to_contain_text("have the right class. Macro-F1", timeout=MINUTES)
