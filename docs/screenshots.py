"""Every page and dialog as it is, light and dark: ``docs/images/NAME-light.png`` and ``NAME-dark.png``.

``python -m docs.screenshots [NAME…]`` starts the program on its samples, in folders that are thrown away, labels some
of them as their experts did, and takes the pictures in Chromium. A console error or a failed request ends it with 1.
"""

from __future__ import annotations

import csv
import os
import re
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from uuid import uuid4

import numpy as np
from playwright.sync_api import Browser, Page, expect, sync_playwright

from components.urls import CLASSES, FILES, MODELS
from services.models.fields import ModelTexts
from services.torch_models.model import ModelLabel
from services.web.container import Services, build_services
from tests.suggestions import suggest, sure
from tests.support import ROOT, SAMPLES, Faults, Server, settings_in
from tests.unit.catalogue_models import keep
from tests.unit.running import add_model, threshold

IMAGES = ROOT / "docs" / "images"
SIZE = {"width": 1440, "height": 900}
Paths = dict[str, int]  # path of a recording → its id
Picture = Callable[[Page, Server, Paths], None]
LABELLED = ("ecg/ludb_001", "ecg/ludb_003", "sensors/machine_temperature_system_failure", "sensors/nyc_taxi")
SAVED = ("ecg/ludb_003", "sensors/nyc_taxi")


def prepare(folder: Path) -> Paths:
    """Import the samples and label some; returns the recordings."""
    services = build_services(settings_in(folder))
    try:
        list(services.uploads.import_paths([SAMPLES / name for name in ("ecg", "sensors", "finance")]))
        paths = {
            recording.path.removesuffix(".csv"): recording.id for recording in services.recordings.list()
        }
        for name in LABELLED:
            _label(services, paths[name], SAMPLES / f"{name}.labels.csv")
        for name in SAVED:
            services.outputs.save(paths[name])
        checkpoint = threshold(("II",), names=("Background", "Wave"))
        add_model(services, folder, checkpoint, "Above baseline", classes=[{"index": 0, "skip": True}])
        _keep_models(services)
        return paths
    finally:
        services.jobs.stop()
        services.database.close()


def _keep_models(services: Services) -> None:
    """Two models as the catalogue shows them."""
    labels = tuple(ModelLabel(index, name) for index, name in enumerate(("Nothing", "P", "QRS", "T")))
    channels = {
        "features": 3,
        "feature_names": ("II", "V2", "V5"),
        "classes": 4,
        "labels": labels,
        "step": 0.002,
    }
    quality = {"accuracy": 0.934, "macro_f1": 0.912, "segment_f1": 0.951}
    said = ModelTexts(
        "ECG waves", "P, QRS and T in three leads", "Trained on 20 recordings of LUDB at 500 Hz."
    )
    waves = keep(services, told=said, metrics=quality, self_describing=True, preprocessing=(), **channels)
    services.models.set_class(waves.id, 0, {"skip": True})
    keep(services, told=ModelTexts("OHLC trend", "Five classes of trend"), features=4)


def _label(services: Services, recording: int, experts: Path) -> None:
    with experts.open(newline="", encoding="utf-8") as text:
        _send(services, recording, list(csv.DictReader(text)))


def _send(services: Services, recording: int, rows: list[dict[str, str]]) -> None:
    store = services.recordings.store(recording)
    commands = [
        {
            "uuid": str(uuid4()),
            "kind": "add",
            "id": str(uuid4()),
            "x0": float(store.x_of(int(row["start"]))),
            "x1": float(store.x_of(int(row["end"]))),
            "label": row["label"].replace("_", " ").capitalize() if len(row["label"]) > 3 else row["label"],
        }
        for row in rows
    ]
    services.annotations.apply(recording, commands, -1)


def opened(page: Page, server: Server, recording: int) -> None:
    """Open a recording and wait until it is drawn and its labels are listed."""
    page.goto(f"{server.url}/label/{recording}")
    expect(page.locator(".js-plotly-plot .trace").first).to_be_visible()
    page.wait_for_load_state("networkidle")


def label(page: Page, server: Server, paths: Paths) -> None:
    """A labelled electrocardiogram, one label selected."""
    opened(page, server, paths["ecg/ludb_001"])
    page.locator("#label-table .ag-center-cols-container .ag-row").nth(2).locator(".ag-cell").nth(1).click()


def marking(page: Page, server: Server, paths: Paths) -> None:
    """Two clicks are done, the label is being typed."""
    opened(page, server, paths["ecg/ludb_001"])
    box = page.locator("#label-plot").bounding_box()
    assert box is not None
    for share in (0.905, 0.93):
        page.mouse.click(box["x"] + box["width"] * share, box["y"] + box["height"] * 0.3)
    expect(page.locator("#label-field")).to_be_focused()
    page.keyboard.type("Q")


def decimated(page: Page, server: Server, paths: Paths) -> None:
    """A long recording: many samples behind each point."""
    opened(page, server, paths["ecg/mitbih_100"])
    expect(page.locator("#label-decimation")).to_be_visible()


def dates(page: Page, server: Server, paths: Paths) -> None:
    """A price as candles with its averages."""
    opened(page, server, paths["finance/ohlc_minutes"])
    page.evaluate(
        "() => { const [from, to] = plot.view.full; plot.view.show([from, from + (to - from) / 14]); }"
    )
    expect(page.locator("#label-decimation")).to_have_text("1 : 16")


def channels(page: Page, server: Server, paths: Paths) -> None:
    """The panel of channels over ECG paper."""
    opened(page, server, paths["ecg/ludb_005"])
    page.keyboard.press("c")
    page.evaluate("() => { plot.channels.setUnits('mV'); plot.channels.setLook('paper'); }")
    page.get_by_role("button", name="Height, scale and range of II", exact=True).click()
    expect(page.locator(".tm-paper-caption")).to_contain_text("10 mm/mV")


def autolabel(page: Page, server: Server, paths: Paths) -> None:
    """What a model found in an electrocardiogram, and the list of jobs."""
    opened(page, server, paths["ecg/ludb_007"])
    page.evaluate(
        """async () => { await tidemark.model.read();
            tidemark.model.choose(tidemark.model.list.find(({ name }) => name === "Above baseline").id); }"""
    )
    page.locator("#autolabel-start-button:enabled").click()
    expect(page.locator(".tm-toast").last).to_contain_text("suggestions.")
    expect(page.locator("#label-table .ag-center-cols-container .ag-row").first).to_be_visible()
    page.locator("#jobs-button").click()
    expect(page.locator("#jobs-panel")).to_be_visible()


def training(page: Page, server: Server, paths: Paths) -> None:
    """Three beats marked, the rest suggested by a model that was trained from them and from the files beside it."""
    recording = paths["ecg/ludb_009"]
    mark_three_beats(server, recording)
    opened(page, server, recording)
    start = page.locator("#training-start-button")
    expect(page.locator("#training-said")).not_to_be_empty()
    if page.evaluate("() => plot.labels.tally().suggested") == 0:
        start.click()
        expect(page.locator(".tm-toast").last).to_contain_text("Expected macro-F1", timeout=600_000)
    expect(start).to_have_text("Improve")
    page.wait_for_function("() => plot.labels.tally().suggested > 0")
    page.wait_for_load_state("networkidle")


def mark_three_beats(server: Server, recording: int) -> None:
    """The first nine waves that the experts marked: once."""
    services = build_services(server.settings)
    try:
        if services.recordings.summary(recording).labels:
            return
        with (SAMPLES / "ecg/ludb_009.labels.csv").open(newline="", encoding="utf-8") as text:
            rows = list(csv.DictReader(text))[:9]
        _send(services, recording, rows)
    finally:
        services.jobs.stop()
        services.database.close()


def history(page: Page, server: Server, paths: Paths) -> None:
    """What was done to a file, one edit pointed at."""
    opened(page, server, paths["ecg/ludb_001"])
    page.keyboard.press("Shift+H")
    row = page.get_by_text("Add QRS").first
    expect(row).to_be_visible()
    row.hover()


def review(page: Page, server: Server, paths: Paths) -> None:
    """Suggestions, some decided, one of them looked at."""
    recording = paths["ecg/ludb_007"]
    suggest_as_experts(server, recording)
    opened(page, server, recording)
    page.keyboard.press("Shift+R")
    for key in ("Enter", "Enter", "x", "Enter"):
        page.keyboard.press(key)
    page.wait_for_function("() => plot.labels.tally().accepted >= 3")
    expect(page.locator("#shell-status")).to_have_text("All changes kept")
    page.wait_for_load_state("networkidle")


def suggest_as_experts(server: Server, recording: int) -> None:
    """What the experts marked, as if a model had suggested it: once."""
    services = build_services(server.settings)
    try:
        if services.recordings.summary(recording).suggested:
            return
        with (SAMPLES / "ecg/ludb_007.labels.csv").open(newline="", encoding="utf-8") as text:
            rows = [(int(row["start"]), int(row["end"]), row["label"]) for row in csv.DictReader(text)]
        scores = np.random.default_rng(5).uniform(0.55, 1, len(rows)).round(2)
        wanted = [(*row, float(score)) for row, score in zip(rows, scores, strict=True)]
        suggest(services.annotations, recording, wanted)
        certain = np.full(services.recordings.get(recording).rows, 0.97)
        for (start, end, _), score in zip(rows, scores, strict=True):
            certain[start : end + 1] = score
        sure(services, recording, certain)
    finally:
        services.jobs.stop()
        services.database.close()


def files(page: Page, server: Server, _paths: Paths) -> None:
    """The whole job: what is done, how labels are spread."""
    page.goto(f"{server.url}{FILES}")
    expect(page.locator(".tm-main .ag-row").first).to_be_visible()
    page.wait_for_load_state("networkidle")


def classes(page: Page, server: Server, _paths: Paths) -> None:
    """Label classes, their sets, and which folder uses which."""
    page.goto(f"{server.url}{CLASSES}")
    expect(page.locator(".tm-class-color").first).to_be_visible()
    page.wait_for_load_state("networkidle")


def models(page: Page, server: Server, _paths: Paths) -> None:
    """Models; one describes itself."""
    page.goto(f"{server.url}{MODELS}")
    page.locator(".tm-model-row", has_text="ECG waves").click()
    expect(page.locator(".tm-model-head h2")).to_have_text("ECG waves")
    page.wait_for_load_state("networkidle")


def train(page: Page, server: Server, _paths: Paths) -> None:
    """The form that trains a model."""
    page.goto(f"{server.url}{MODELS}")
    page.locator("#train-new-button").click()
    expect(page.locator(".tm-train-learns")).to_be_visible()


def trained(page: Page, server: Server, paths: Paths) -> None:
    """How good a model is that was trained from two electrocardiograms."""
    train(page, server, paths)
    if not page.locator(".tm-model-row", has_text="Waves of ECGs").count():
        page.get_by_label("Time for the training").select_option("10")
        page.get_by_label("Name of the model").fill("Waves of ECGs")
        page.get_by_role("button", name="Start training").click()
    else:
        page.locator(".tm-model-row", has_text="Waves of ECGs").click()
    expect(page.locator(".tm-confusion")).to_be_visible(timeout=180_000)
    page.wait_for_load_state("networkidle")


def model_upload(page: Page, server: Server, paths: Paths) -> None:
    """The form that adds a model, a limit passed."""
    opened(page, server, paths["ecg/ludb_001"])
    page.locator("#model-add-button").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_role("dialog").get_by_label("Name").fill("Fibrillation")
    page.get_by_role("dialog").get_by_label("Short description").fill("Atrial fibrillation, one lead only")
    page.get_by_role("dialog").get_by_label("Remarks").fill(
        "Trained on 5,000 recordings at 250 Hz. Wants lead II, filtered at 0.5 to 40 Hz."
    )
    page.get_by_role("button", name="Add", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text("at most 30 characters")


def sensors(page: Page, server: Server, paths: Paths) -> None:
    """One channel with long labels."""
    opened(page, server, paths["sensors/machine_temperature_system_failure"])


def details(page: Page, server: Server, paths: Paths) -> None:
    """How a file was read."""
    opened(page, server, paths["sensors/machine_temperature_system_failure"])
    dialog(page, "#label-details-button", "#label-details")


def keys(page: Page, server: Server, paths: Paths) -> None:
    """Every key."""
    opened(page, server, paths["ecg/ludb_001"])
    dialog(page, "#shell-help-button", "#shell-help")


def upload(page: Page, server: Server, paths: Paths) -> None:
    """The dialog before anything is chosen."""
    opened(page, server, paths["ecg/ludb_001"])
    dialog(page, "#shell-upload-button", "#upload-dialog")


def uploaded(page: Page, server: Server, paths: Paths) -> None:
    """The dialog with a file added before, and one refused."""
    upload(page, server, paths)
    with page.expect_file_chooser() as chooser:
        page.get_by_role("button", name="Select Files").click()
    chooser.value.set_files(
        [
            {
                "name": "ludb_005.csv",
                "mimeType": "text/csv",
                "buffer": (SAMPLES / "ecg/ludb_005.csv").read_bytes(),
            },
            {"name": "notes.csv", "mimeType": "text/csv", "buffer": b"name,remark\nA,good\nB,bad\n"},
        ]
    )
    expect(page.locator("#upload-list")).to_contain_text(re.compile("already here", re.IGNORECASE))
    expect(page.locator("#upload-list")).to_contain_text("notes.csv")
    page.wait_for_load_state("networkidle")


def download(page: Page, server: Server, paths: Paths) -> None:
    """What is saved, to choose from."""
    opened(page, server, paths["ecg/ludb_003"])
    dialog(page, "#label-download-button", "#download-dialog")
    expect(page.locator("#download-grid")).to_contain_text("nyc_taxi.csv")


def save_all(page: Page, server: Server, paths: Paths) -> None:
    """What became of each file; on the second theme there is nothing left to save."""
    opened(page, server, paths["ecg/ludb_001"])
    dialog(page, "#label-save-all-button", "#label-save-results")


def unknown(page: Page, server: Server, paths: Paths) -> None:
    """A link to a recording that is not there."""
    page.goto(f"{server.url}/label/{max(paths.values()) + 1000}")
    expect(page.locator("#not-found-empty")).to_be_visible()


def empty(page: Page, server: Server, _paths: Paths) -> None:
    """Nothing is there yet."""
    page.goto(server.url)
    expect(page.locator("#home-empty")).to_be_visible()
    page.wait_for_load_state("networkidle")


def dialog(page: Page, button: str, what: str) -> None:
    """Open a dialog and wait until it stands still."""
    page.locator(button).click()
    expect(page.locator(what)).to_be_visible()
    page.wait_for_function("() => document.getAnimations().every(each => each.playState !== 'running')")


PICTURES: tuple[Picture, ...] = (
    label,
    marking,
    decimated,
    dates,
    sensors,
    history,
    autolabel,
    files,
    classes,
    models,
    model_upload,
    train,
    trained,
    details,
    keys,
    upload,
    uploaded,
    download,
    save_all,
    unknown,
    review,
    training,
    channels,  # last: how it makes electrocardiograms look is kept
)


def take(browser: Browser, server: Server, paths: Paths, picture: Picture) -> list[str]:
    """One picture in both themes; returns what went wrong on the page."""
    wrong: list[str] = []
    for theme in ("light", "dark"):
        context = browser.new_context(viewport=SIZE, color_scheme=theme, locale="en-GB", timezone_id="UTC")  # type: ignore[arg-type]  # both are schemes
        page, faults = context.new_page(), Faults()
        faults.watch(page)
        picture(page, server, paths)
        page.evaluate("() => document.fonts.ready.then(() => new Promise(requestAnimationFrame))")
        file = IMAGES / f"{picture.__name__.replace('_', '-')}-{theme}.png"
        page.screenshot(path=file, animations="disabled", caret="hide")
        sys.stdout.write(f"{file.relative_to(ROOT)}\n")
        wrong += faults.unexpected
        context.close()
    return wrong


def main() -> int:
    """Take the pictures named on the command line, or all."""
    wanted = set(sys.argv[1:])
    IMAGES.mkdir(parents=True, exist_ok=True)
    expect.set_options(timeout=30_000)  # other programs may keep this machine busy
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        folder = Path(name)
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=["--no-sandbox"]
        )
        paths = prepare(folder / "full")
        for server, pictures in ((Server(folder / "full"), PICTURES), (Server(folder / "new"), (empty,))):
            chosen = [picture for picture in pictures if not wanted or picture.__name__ in wanted]
            try:
                if chosen:
                    server.start()
                for picture in chosen:
                    wrong += take(browser, server, paths, picture)
            finally:
                server.stop()
        browser.close()
    sys.stderr.write("".join(f"{fault}\n" for fault in wrong))
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
