"""What axe-core finds on every page and in every dialog, light and dark: nothing serious."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from components.nav import ENTRIES
from components.urls import MODELS
from services.model_catalogue.fields import Told
from tests.browser.desk import Desk, Workbench
from tests.unit.catalogue_models import keep

GRAVE = {"serious", "critical"}


def still(page: Page) -> None:
    """Wait for what fades: colours on their way into each other are neither of the two."""
    page.evaluate(
        """async () => {
          const ends = ({ effect }) => effect.getComputedTiming().iterations < Infinity; // a spinner does not
          const fading = () => document.getAnimations().filter(ends);
          for (let quiet = 0; quiet < 3; quiet = fading().length ? 0 : quiet + 1) {
            await Promise.all(fading().map((one) => one.finished.catch(() => null)));
            await new Promise(requestAnimationFrame);
          }
        }"""
    )


def grave(page: Page) -> list[str]:
    """What axe-core calls serious or critical, each with the place it stands in; what fades is waited for."""
    still(page)
    found: dict[str, Any] = Axe().run(page).response
    return [
        f"{violation['id']}: {violation['help']}: {node['target']} {node['html'][:160]}"
        for violation in found["violations"]
        if violation["impact"] in GRAVE
        for node in violation["nodes"]
    ]


def opened(page: Page, button: str) -> None:
    page.locator(f"#{button}").click()
    dialog = page.locator(".modal.show")
    expect(dialog).to_be_visible()
    page.wait_for_function(
        "() => getComputedStyle(document.querySelector('.modal.show')).opacity === '1'"
    )  # while it fades in, all its colours are pale


DIALOGS = [
    "shell-help-button",
    "shell-upload-button",
    "import-open-button",
    "label-details-button",
    "copy-open-button",
    "label-download-button",
]


def in_theme(page: Page, theme: str) -> None:
    page.evaluate(
        "theme => { document.documentElement.dataset.bsTheme = theme;"
        " document.documentElement.dataset.agThemeMode = theme; tidemark.emit('theme', theme); }",
        theme,
    )
    still(page)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_grave_is_found_on_the_label_page_and_in_its_dialogs(
    desk: Desk, bench: Workbench, recording: int, theme: str
) -> None:
    page = bench.page
    desk.label(recording, (100, 200, "A"), (150, 300, "B"), (500, 500, "C"))
    in_theme(page, theme)
    bench.wait("() => tidemark.labels.list().length === 3")
    bench.click(120)
    expect(page.locator("#label-delete-button")).to_be_enabled()
    still(page)
    found = {"the page": grave(page)}
    for button in DIALOGS:
        opened(page, button)
        found[button] = grave(page)
        page.keyboard.press("Escape")
        expect(page.locator(".modal.show")).to_have_count(0)
    assert "\n".join(f"{place}: {one}" for place, what in found.items() for one in what) == ""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_grave_is_found_on_the_other_pages(
    desk: Desk, page: Page, recording: int, theme: str
) -> None:
    desk.label(recording, (100, 200, "A"))
    if not desk.services.models.list():
        keep(desk.services, metrics={"accuracy": 0.9}, told=Told("Trend", "Five classes", "Remarks"))
    found = {}
    for path in (*[entry.href for entry in ENTRIES[1:]], "/no/such/page"):
        page.goto(desk.url + path)
        expect(page.locator(".tm-main h1, .tm-main h2").first).to_be_visible()
        page.wait_for_load_state("networkidle")
        in_theme(page, theme)
        found[path] = grave(page)
    page.goto(desk.url + MODELS)
    for opener in ("Add a model", "Rename and describe", "Delete this model"):
        page.get_by_role("button", name=opener).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        in_theme(page, theme)
        found[opener] = grave(page)
        page.keyboard.press("Escape")
    assert "\n".join(f"{path}: {one}" for path, what in found.items() for one in what) == ""
