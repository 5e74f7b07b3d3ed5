"""Training on the Models page: a model from existing labels, its curve and metrics, its next version."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.desk import Desk, quiet, show
from tests.browser.test_accessibility import grave
from tests.browser.test_training import ecg
from tests.support import until

LINES = ".scatterlayer path.js-line"  # of a figure by plotly
SLOWEST = 180_000  # ms; torch is imported, and two models are trained


@pytest.fixture
def page(tab: Page) -> Page:
    """The tab of all these tests."""
    return tab


@pytest.fixture(scope="module")
def waves(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> int:
    """Five seconds of an electrocardiogram with the waves that its expert marked, but for the last."""
    text, marked = ecg("ludb_001")
    recording = desk.bring(tmp_path_factory.mktemp("waves"), text)
    desk.label(recording, *marked[:-1])
    return recording


def with_little_work(page: Page) -> None:
    work: Locator = page.get_by_label("Time for the training")
    work.evaluate("node => node.append(new Option('as little as there is', '1'))")
    work.select_option("1")


def test_without_labels_the_first_step_is_described(desk: Desk, page: Page) -> None:
    show(page, desk, "/models")
    page.get_by_role("button", name="Train a model").first.click()
    expect(page.locator("#train-place")).to_contain_text("No labels to learn from yet")
    page.go_back()


def test_a_model_is_trained_from_labels_judged_improved_and_compared(
    desk: Desk, page: Page, waves: int
) -> None:
    show(page, desk, "/models")
    page.get_by_role("button", name="Train a model").first.click()
    place, detail, dialog = (
        page.locator("#train-place"),
        page.locator("#models-detail"),
        page.get_by_role("dialog"),
    )
    start = place.get_by_role("button", name="Start training")
    for name in ("QRS", "T"):  # one class alone is nothing to tell apart
        place.get_by_role("checkbox", name=re.compile(f"^{name} ")).uncheck()
    expect(place.locator(".tm-train-reason")).to_contain_text("a model needs two classes to tell apart")
    expect(start).to_be_disabled()
    for name in ("QRS", "T"):
        place.get_by_role("checkbox", name=re.compile(f"^{name} ")).check()
    expect(place.locator(".tm-train-learns")).to_contain_text("in 1 file, on the channels II, V2")
    assert grave(page) == []
    with_little_work(page)
    place.get_by_label("Name of the model").fill("Waves")
    start.click()
    expect(place.get_by_role("progressbar")).to_be_visible()
    expect(page.locator("#train-trainings button")).to_have_count(1)
    page.reload()  # it is found again
    expect(page.locator(".tm-model-head h2")).to_have_text("Waves", timeout=SLOWEST)
    expect(detail).to_contain_text("how it does on other recordings, persons or machines is not known")
    expect(
        detail.get_by_role("table", name="Suggested classes by labelled class").locator("tbody tr")
    ).to_have_count(4)
    curve = detail.locator(".tm-curve")
    for words in ("Loss on training segments", "Loss on held-out segments"):
        expect(curve.locator(".legendtext", has_text=words)).to_be_visible()
    expect(curve.locator(LINES).first).to_be_visible()
    expect(detail.locator(".tm-confusion .bartext").first).to_be_visible()
    expect(detail.locator(".tm-train-command")).to_contain_text("python app.py train")

    improve = detail.get_by_role("button", name="Improve")
    improve.click()
    expect(dialog).to_contain_text("There are no new labels or decisions since Waves was trained")
    page.keyboard.press("Escape")
    desk.label(waves, ecg("ludb_001")[1][-1])
    improve.click()
    expect(dialog).to_contain_text("1 label or decision is new since version 1")
    dialog.get_by_role("button", name="Train version 2").click()
    expect(page.locator(".tm-model-head h2")).to_have_text("Waves v2", timeout=SLOWEST)
    versions = detail.locator(".tm-train-versions tbody tr")
    expect(versions).to_have_count(2)
    expect(versions.first).to_contain_text("the same")
    expect(detail.locator(".tm-versions .main-svg").first).to_be_visible()
    assert grave(page) == []
    versions.first.get_by_role("radio").check()
    first = next(model for model in desk.services.models.list() if model.name == "Waves")
    until(page, lambda: desk.services.preferences.get("model") == first.id, "the version that was chosen")
    quiet(page)  # the table is drawn again with the choice
    versions.first.get_by_role("button", name="Delete Waves").click()
    dialog.get_by_role("button", name="Delete").click()
    expect(versions).to_have_count(0)
    expect(page.locator(".tm-model-row")).to_have_count(1)


def test_a_training_that_is_cancelled_leaves_nothing_behind(desk: Desk, page: Page, waves: int) -> None:
    before = files(desk)
    show(page, desk, "/models")
    page.get_by_role("button", name="Train a model").first.click()
    place = page.locator("#train-place")
    place.get_by_label("Time for the training").select_option("1800")
    place.get_by_role("button", name="Start training").click()
    expect(place.locator(f".tm-curve {LINES}").first).to_be_attached(timeout=SLOWEST)
    place.get_by_role("button", name="Cancel").click()
    expect(place).to_contain_text("Cancelled: nothing was stored.")
    until(page, lambda: not desk.services.jobs.active(), "the end of the training")
    assert files(desk) == before
    place.get_by_role("button", name="Back to the form").click()
    expect(place.get_by_role("button", name="Start training")).to_be_visible()


def files(desk: Desk) -> set[Path]:
    """What trainings make."""
    settings = desk.services.settings
    return {
        file
        for folder in (settings.models_dir, settings.data_dir / "training")
        for file in folder.rglob("*.pth")
    }
