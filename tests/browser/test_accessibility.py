"""Accessibility (axe-core) of every page and dialog, light and dark: no serious findings."""

from __future__ import annotations

from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from components.nav import ENTRIES
from components.urls import MODELS
from services.models.fields import ModelTexts
from tests.browser.desk import Desk, Workbench, quiet, show
from tests.unit.catalogue_models import keep

GRAVE = {"serious", "critical"}
DIALOG = ".modal.show"
FINDINGS = {
    "resultTypes": ["violations"],
    "preload": False,
}  # the paths of what is right take most of the time
OF_COLOUR = FINDINGS | {"runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}}


def still(page: Page) -> None:
    """Wait for what fades, colours on their way into each other are neither of the two; and for rows of grids."""
    page.wait_for_function(
        """() => [...document.querySelectorAll(".ag-root")].every((grid) =>
          !grid.checkVisibility() || grid.getAttribute("aria-rowcount") < 2 || grid.querySelector(".ag-row"))"""
    )
    page.evaluate(
        """async () => {
          const ends = ({ effect }) => effect.getComputedTiming().iterations < Infinity; // a spinner does not
          const fading = () => document.getAnimations().filter(ends);
          // looked at, not waited for: in Chromium some promises of an end are never kept
          for (let quiet = 0; quiet < 3; quiet = fading().length ? 0 : quiet + 1)
            await new Promise(requestAnimationFrame);
        }"""
    )


def grave(page: Page, within: str | None = None) -> list[str]:
    """Serious or critical findings of axe-core with their places: all in the light theme, in the dark one those about
    colours. What fades is waited for. ``within``: a part of the page, the rest of which was looked at before.
    """
    found = []
    for theme in ("light", "dark"):
        in_theme(page, theme)
        options = OF_COLOUR if theme == "dark" else FINDINGS
        answer: dict[str, Any] = Axe().run(page, within, options).response
        found += [
            f"{theme}: {violation['id']}: {violation['help']}: {node['target']} {node['html'][:160]}"
            for violation in answer["violations"]
            if violation["impact"] in GRAVE
            for node in violation["nodes"]
        ]
    return found


def opened(page: Page, button: str) -> None:
    page.locator(f"#{button}").click()
    dialog = page.locator(DIALOG)
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
        " document.documentElement.dataset.agThemeMode = theme; window.plot?.emit('theme', theme); }",
        theme,
    )
    still(page)


def test_nothing_grave_is_found_on_the_label_page_and_in_its_dialogs(
    desk: Desk, bench: Workbench, recording: int
) -> None:
    page = bench.page
    desk.label(recording, (100, 200, "A"), (150, 300, "B"), (500, 500, "C"))
    bench.wait("() => plot.labels.list().length === 3")
    bench.click(120)
    expect(page.locator("#label-delete-button")).to_be_enabled()
    expect(page.locator("#label-class-grid .ag-row")).to_have_count(3)
    found = {"the page": grave(page)}
    for button in DIALOGS:
        opened(page, button)
        found[button] = grave(page, DIALOG)
        page.keyboard.press("Escape")
        expect(page.locator(".modal.show")).to_have_count(0)
    assert "\n".join(f"{place}: {one}" for place, what in found.items() for one in what) == ""


def test_nothing_grave_is_found_on_the_other_pages(desk: Desk, page: Page, recording: int) -> None:
    desk.label(recording, (100, 200, "A"))
    keep(desk.services, metrics={"accuracy": 0.9}, texts=ModelTexts("Trend", "Five classes", "Remarks"))
    found = {}
    for path in (*[entry.href for entry in ENTRIES[1:]], "/no/such/page"):
        show(page, desk, path)
        expect(page.locator(".tm-main h1, .tm-main h2").first).to_be_visible()
        quiet(page)
        found[path] = grave(page)
    show(page, desk, MODELS)
    for opener in ("Add a model", "Rename and describe", "Delete this model"):
        page.get_by_role("button", name=opener).click()
        expect(page.get_by_role("dialog")).to_be_visible()
        found[opener] = grave(page, "dialog[open], [role=dialog]")
        page.keyboard.press("Escape")
    assert "\n".join(f"{path}: {one}" for path, what in found.items() for one in what) == ""
