"""Screenshots for README.md and docs/: ``docs/images/NAME-THEME.png``.

``python -m docs.screenshots [NAME…]`` starts the program on its samples in temporary folders, labels some of the
recordings with the labels of their experts, and takes the pictures in Chromium. A console error or a failed
request ends it with exit code 1.
"""

from __future__ import annotations

import csv
import os
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

import numpy as np
from playwright.sync_api import Browser, Page, expect, sync_playwright

from components.urls import FILES, MODELS
from services.web.container import Services
from tests.browser.desk import Desk, Workbench, quiet
from tests.suggestions import suggest, sure
from tests.support import ROOT, SAMPLES, Faults, Server

IMAGES = ROOT / "docs" / "images"
SIZE = {"width": 1440, "height": 900}
TRAINING = 600_000  # milliseconds that a training may take on a busy machine
LABELLED = ("ecg/ludb_001", "ecg/ludb_003", "sensors/machine_temperature_system_failure", "sensors/nyc_taxi")
SAVED = ("ecg/ludb_003", "sensors/nyc_taxi")
MODEL = "Waves of ECGs"
Picture = Callable[[Page, Desk], None]


def prepare(desk: Desk) -> None:
    """Import the samples, and label and save some of them."""
    services = desk.services
    list(services.uploads.import_paths([SAMPLES / name for name in ("ecg", "sensors", "finance")]))
    for name in LABELLED:
        add_labels(desk, name, expert_labels(name))
    saved = [desk.named(f"{name}.csv") for name in SAVED]
    for recording in saved:
        services.outputs.save(recording)
    services.recordings.mark_done(saved, True)


def expert_labels(name: str) -> list[tuple[int, int, str]]:
    """Labels of a sample by its experts: first sample, last sample, class."""
    with (SAMPLES / f"{name}.labels.csv").open(newline="", encoding="utf-8") as text:
        return [
            (int(row["start"]), int(row["end"]), class_name(row["label"])) for row in csv.DictReader(text)
        ]


def class_name(label: str) -> str:
    """Name of the class of a label in a sample: abbreviations (QRS) as they are, words in sentence case."""
    return label.replace("_", " ").capitalize() if len(label) > 3 else label


def add_labels(desk: Desk, name: str, labels: list[tuple[int, int, str]]) -> None:
    """Label a sample, unless it has labels."""
    recording = desk.named(f"{name}.csv")
    if not desk.labels(recording):
        x_of = desk.services.recordings.store(recording).x_of
        desk.label(recording, *[(float(x_of(start)), float(x_of(end)), kind) for start, end, kind in labels])


def suggest_labels(services: Services, recording: int, labels: list[tuple[int, int, str]]) -> None:
    """Suggestions with scores, and the confidence of their model per sample."""
    scores = np.random.default_rng(5).uniform(0.55, 1, len(labels)).round(2)
    suggest(
        services.annotations,
        recording,
        [(*label, float(score)) for label, score in zip(labels, scores, strict=True)],
    )
    confidence = np.full(services.recordings.get(recording).rows, 0.97)
    for (start, end, _), score in zip(labels, scores, strict=True):
        confidence[start : end + 1] = score
    sure(services, recording, confidence)


def opened(page: Page, desk: Desk, name: str) -> Workbench:
    """Open a sample and wait until it is drawn with its labels."""
    bench = Workbench(page).open(desk, desk.named(f"{name}.csv"))
    quiet(page)
    return bench


def label(page: Page, desk: Desk) -> None:
    """A labelled electrocardiogram with one label selected."""
    opened(page, desk, "ecg/ludb_001").cell(2, "label").click()


def dates(page: Page, desk: Desk) -> None:
    """Prices as candles with moving averages."""
    opened(page, desk, "finance/ohlc_minutes")
    page.evaluate(
        """() => { const [from, to] = plot.view.full, shown = (to - from) / 14;
            plot.view.show([from + shown / 4, from + shown * 5 / 4]); }"""
    )
    expect(page.locator("#label-decimation")).to_have_text("1 : 16")


def channels(page: Page, desk: Desk) -> None:
    """Panel of channels over ECG paper."""
    bench = opened(page, desk, "ecg/ludb_005")
    bench.key("c")
    page.get_by_role("button", name="ECG paper").click()
    page.locator(".tm-toast").get_by_role("button", name="All shown are in mV").click()
    page.get_by_role("button", name="Height, scale and range of II", exact=True).click()
    expect(page.locator(".tm-paper-caption")).to_contain_text("10 mm/mV")


def autolabel(page: Page, desk: Desk) -> None:
    """Suggestions of a trained model in an electrocardiogram."""
    trained(page, desk)
    bench = opened(page, desk, "ecg/ludb_011")
    page.locator("#model-list").click()
    page.get_by_role("option", name=MODEL).click()
    page.locator("#autolabel-start-button:enabled").click()
    page.wait_for_function("() => plot.labels.tally().suggested > 0")
    expect(bench.rows.first).to_be_visible()


def training(page: Page, desk: Desk) -> None:
    """Nine waves labelled, the rest suggested by a model that was trained on them."""
    name = "ecg/ludb_009"
    add_labels(desk, name, expert_labels(name)[:9])
    desk.services.preferences.set("model", None)
    opened(page, desk, name)
    page.locator("#training-start-button:enabled").click()
    page.wait_for_function("() => plot.labels.tally().suggested > 0", timeout=TRAINING)
    expect(page.locator("#training-start-button")).to_have_text("Improve")


def history(page: Page, desk: Desk) -> None:
    """Edits of a file; the plot shows the one under the cursor."""
    bench = opened(page, desk, "ecg/ludb_001")
    bench.key("Shift+H")
    page.get_by_text("Add QRS").first.hover()


def review(page: Page, desk: Desk) -> None:
    """Suggestions, some decided, one of them current."""
    name = "ecg/ludb_007"
    suggest_labels(desk.services, desk.named(f"{name}.csv"), expert_labels(name))
    bench = opened(page, desk, name)
    bench.key("Shift+R")
    expect(page.locator("#review-position")).to_contain_text("1 of")
    for key in ("Enter", "Enter", "x", "Enter"):
        bench.key(key)
    page.wait_for_function("() => plot.labels.tally().accepted >= 3")
    bench.wait_kept()


def files(page: Page, desk: Desk) -> None:
    """Progress, class balance and the table of files."""
    page.goto(f"{desk.url}{FILES}")
    expect(page.locator(".tm-main .ag-row").first).to_be_visible()


def train(page: Page, desk: Desk) -> None:
    """Form that trains a model."""
    page.goto(f"{desk.url}{MODELS}")
    page.locator("#train-new-button").click()
    expect(page.locator(".tm-train-learns")).to_be_visible()


def trained(page: Page, desk: Desk) -> None:
    """Metrics of a model trained on two electrocardiograms."""
    if any(model.name == MODEL for model in desk.services.models.list()):
        page.goto(f"{desk.url}{MODELS}")
        page.locator(".tm-model-row", has_text=MODEL).click()
    else:
        train(page, desk)
        start_training(page)
    expect(page.locator(".tm-confusion")).to_be_visible(timeout=TRAINING)


def start_training(page: Page) -> None:
    """Fill the form and send it."""
    page.get_by_label("Time for the training").select_option("10")
    page.get_by_label("Name of the model").fill(MODEL)
    page.get_by_role("button", name="Start training").click()


PICTURES: dict[str, Picture] = {
    "label-light": label,
    "label-dark": label,
    "dates-dark": dates,
    "history-light": history,
    "files-light": files,
    "train-light": train,
    "trained-light": trained,
    "autolabel-light": autolabel,
    "review-light": review,
    "training-light": training,
    "channels-light": channels,  # last: ECG paper is kept for files with these channels
}


def take(browser: Browser, desk: Desk, name: str) -> list[str]:
    """Take one picture; returns the faults of the page."""
    theme = name.rpartition("-")[2]
    context = browser.new_context(viewport=SIZE, color_scheme=theme, locale="en-GB", timezone_id="UTC")  # type: ignore[arg-type]  # "light" or "dark"
    page, faults = context.new_page(), Faults()
    faults.watch(page)
    PICTURES[name](page, desk)
    quiet(page)
    page.evaluate(
        """() => { document.querySelectorAll(".tm-toast").forEach((toast) => toast.remove());
            return document.fonts.ready.then(() => new Promise(requestAnimationFrame)); }"""
    )
    file = IMAGES / f"{name}.png"
    page.screenshot(path=file, animations="disabled", caret="hide")
    sys.stdout.write(f"{file.relative_to(ROOT)}\n")
    context.close()
    return faults.unexpected


def main() -> int:
    """Take the pictures named on the command line, or all."""
    names = [name for name in PICTURES if name in sys.argv[1:]] or list(PICTURES)
    expect.set_options(timeout=60_000)
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        desk = Desk(Server(Path(folder)).start())
        try:
            prepare(desk)
            faults = [fault for name in names for fault in take(browser, desk, name)]
        finally:
            desk.close()
            browser.close()
    sys.stderr.write("".join(f"{fault}\n" for fault in faults))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
