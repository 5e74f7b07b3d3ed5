"""Train and suggest: from a few labels to suggestions, and a cancelled training."""

from __future__ import annotations

from pathlib import Path

import psutil
from playwright.sync_api import Locator, Page, expect

from tests.browser.desk import Desk, Workbench
from tests.browser.test_accessibility import in_theme
from tests.suggestions import suggest
from tests.support import SAMPLES

FRESH = True  # the server is started as users start it: that it never loads torch is part of the tests
MINUTES = 240_000  # milliseconds that a training may take where the machine does much else
ROWS, RATE = 2_500, 500
WAVES = ("P", "QRS", "T")


def ecg(name: str = "ludb_003") -> tuple[str, list[tuple[float, float, str]]]:
    """Five seconds of two leads, and the waves that cardiologists marked on them, in seconds."""
    lines = (SAMPLES / "ecg" / f"{name}.csv").read_text().splitlines()[: ROWS + 1]
    cut = [",".join(line.split(",")[:3]) for line in lines]
    marks = (SAMPLES / "ecg" / f"{name}.labels.csv").read_text().splitlines()[1:]
    expected = [(int(start), int(end), label) for start, end, label in (line.split(",") for line in marks)]
    return "\n".join([*cut, ""]), [
        (start / RATE, end / RATE, label) for start, end, label in expected if end < ROWS
    ]


def first_three(waves: list[tuple[float, float, str]]) -> list[tuple[float, float, str]]:
    return [wave for label in WAVES for wave in [one for one in waves if one[2] == label][:3]]


def contrast(button: Locator) -> float:
    """Of the text of a button with the page behind it, as WCAG 2 counts it; axe-core leaves disabled ones out."""
    state: float = button.evaluate(
        """node => {
          const light = (text) => {
            const parts = text.match(/[\\d.]+/g).slice(0, 3).map((part) => part / 255);
            const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
            return 0.2126 * r + 0.7152 * g + 0.0722 * b;
          };
          const { color, opacity } = getComputedStyle(node);
          const [one, other] = [light(color), light(getComputedStyle(document.body).backgroundColor)].sort();
          return opacity === "1" ? (other + 0.05) / (one + 0.05) : 0;
        }"""
    )
    return state


def test_three_of_each_wave_are_marked_the_rest_is_suggested_corrected_improved_and_saved(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    text, waves = ecg()
    recording = desk.bring(tmp_path, text, path="story/ecg.csv")
    bench = Workbench(tab).go(recording)
    button, status = tab.locator("#training-start-button"), tab.locator("#training-status")
    expect(status).to_contain_text("Mark 2 or more segments of each of two classes first")
    expect(button).to_be_disabled()
    for theme in ("dark", "light"):
        in_theme(tab, theme)
        assert contrast(button) >= 4.5, theme
    for x0, x1, label in first_three(waves):
        bench.label(x0, x1, label)
        bench.wait_kept()
    expect(status).to_have_text("Learns from 3 P, 3 QRS, 3 T in this file.")
    button.click()
    expect(tab.locator("#training-run .tm-jobs-status")).not_to_be_empty()
    expect(tab.locator("#model-choice")).to_contain_text("P QRS T", timeout=MINUTES)
    bench.wait("() => plot.labels.tally().suggested > 0")
    expect(button).to_have_text("Improve")
    expect(button).to_be_disabled()  # nothing was decided since
    expect(status).to_contain_text("have the right class. Macro-F1", timeout=MINUTES)

    bench.key("Shift+R")
    tab.locator("#review-many-button").click()
    tab.locator("#review-threshold").fill("0.9")
    tab.locator("#review-above-button").click()
    bench.wait("() => [...plot.labels.rows.values()].filter(({ decision }) => decision).length > 1")
    bench.key("Escape")
    decided = tab.evaluate(
        "() => [...plot.labels.rows.values()].filter(({ decision }) => decision).map(({ x0, x1 }) => (x0 + x1) / 2)"
    )
    for middle in decided[:2]:
        bench.click(middle)
        bench.wait("() => plot.labels.selection.size === 1")
        bench.key(".")
        bench.wait_kept()
    expect(status).to_contain_text("new labels and decisions since")
    button.click()
    expect(tab.locator("#model-choice")).to_contain_text("v2", timeout=MINUTES)
    expect(tab.locator("#training-versions .main-svg").first).to_be_visible()
    expect(tab.locator("#training-versions p")).to_contain_text("F1")
    bench.key("Control+s")
    expect(tab.locator("#label-saved")).to_contain_text("Saved")
    saved = (desk.server.settings.outputs_dir / "story/ecg.csv").read_text().splitlines()[1:]
    assert 9 + len(decided) == len(saved)
    assert not any("libtorch" in one.path for one in psutil.Process(desk.server.pid).memory_maps())


def test_a_training_is_cancelled_next_to_the_plot_and_leaves_nothing(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    text, waves = ecg("ludb_001")
    recording = desk.bring(tmp_path, text, path="cancelled/ecg.csv")
    desk.label(recording, *waves)
    before = sorted(desk.server.settings.models_dir.rglob("*.pth"))
    bench = Workbench(tab).go(recording)
    tab.evaluate("() => dash_clientside.set_props('shell-model', { data: '' })")
    button = tab.locator("#training-start-button")
    expect(button).to_have_text("Train and suggest")
    expect(button).to_be_enabled()
    bench.key("Shift+L")
    run = tab.locator("#training-run")
    run.get_by_role("button", name="Cancel").click()
    expect(run).to_be_hidden()
    expect(button).to_be_enabled()
    assert desk.labels(recording) == [
        (round(x0 * RATE), round(x1 * RATE), label) for x0, x1, label in sorted(waves)
    ]
    assert sorted(desk.server.settings.models_dir.rglob("*.pth")) == before


def test_least_certain_first_shows_distant_suggestions_before_neighbours(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    crowd = [(500, 503, "A", 0.3), (510, 513, "A", 0.31), (520, 523, "A", 0.32)]
    suggest(desk.services.annotations, recording, [*crowd, (900, 905, "A", 0.5)])
    bench.wait("() => plot.labels.tally().suggested === 4")
    bench.key("Shift+R")
    bench.wait("() => plot.review.row()?.start === 500")
    bench.key("u")
    bench.wait("() => plot.review.list().map(({ start }) => start).join() === '500,900,520,510'")
    bench.key("Enter")
    bench.wait("() => plot.review.row()?.start === 900")
    bench.key("u")
    bench.wait("() => plot.review.order === 'time'")
