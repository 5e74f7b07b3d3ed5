"""Cross-site scripting: names of files, columns, labels and notes are shown as text and never executed."""

from __future__ import annotations

import re
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import dash
import pytest
from playwright.sync_api import Page, expect

from app import create_app
from services.models.fields import ModelTexts
from services.torch_models.model import ModelLabel
from tests.browser.desk import Desk, Workbench, quiet, show
from tests.support import go
from tests.unit.catalogue_models import keep
from tests.unit.training_figures import measured

RUN = "window.tidemarkRan=1"
IMAGE = f"<img src=x onerror={RUN}>"
NAMES = (
    IMAGE,
    f'"><script>{RUN}</script>',
    f"javascript:{RUN}",
    "{{constructor.constructor('return 1')()}}",
    "${7*7}",
    "__proto__",
    "constructor",
    "toString",
    f"'-{RUN}-'",
)
COLUMNS = ("t", IMAGE, "__proto__", "constructor [<b>bold</b>]", "<svg onload=alert(1)>", "text")
HEADER = ",".join(f'"{name}"' for name in COLUMNS)
ROWS = "".join(
    f'{row},{row % 7},{row},{row * 2},{row % 3},"<img src=y onerror={RUN}>"\n' for row in range(200)
)
PATH = f"<b>{{{{1}}}}/__proto__/{IMAGE}.csv"
OPENERS = re.compile(
    r"details|help|download|upload-button|open|history|channels|trash|change|remarks|train-new"
)
MARKS = "img[src='x'], img[src='y'], [onerror], [onload], svg[onload], .modal b, .tm-shell script"


@pytest.fixture
def page(tab: Page) -> Page:
    """The tab of all these tests."""
    return tab


@pytest.fixture(scope="module")
def pages(desk: Desk) -> list[str]:
    """The address of every page there is, and of one that is not."""
    create_app(desk.services.settings, desk.services)
    found = [str(page["path_template"] or page["path"]) for page in dash.page_registry.values()]
    return [*found, f"/{IMAGE}", f"/label/{IMAGE}"]


@pytest.fixture(scope="module")
def hostile(desk: Desk, tmp_path_factory: pytest.TempPathFactory) -> int:
    """A recording with hostile names everywhere."""
    recording = desk.bring(tmp_path_factory.mktemp("hostile"), f"{HEADER}\n{ROWS}", PATH)
    for place, name in enumerate(NAMES):
        desk.label(recording, (place * 10, place * 10 + 5, name))
    rows = desk.services.annotations.apply(recording, [], -1)["upsert"]
    for row, note in zip(rows, NAMES, strict=True):
        command = {"uuid": str(uuid4()), "kind": "note", "ids": [row["id"]], "note": note}
        assert not desk.services.annotations.apply(recording, [command], -1)["rejected"]
    colour = {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4()), "x0": 1, "x1": 2, "label": "colour"}
    answer = desk.services.annotations.apply(recording, [{**colour, "color": f"red;}}{IMAGE}"}], -1)
    assert answer["rejected"]
    desk.services.outputs.save(recording)
    texts = ModelTexts("Hostile", f"<img src=x onerror={RUN}>"[:30], IMAGE)
    labels = (ModelLabel(0, IMAGE, f"red;}}{IMAGE}"), ModelLabel(1, NAMES[1]))
    keep(desk.services, "__proto__")
    keep(desk.services, texts=texts, labels=labels, feature_names=COLUMNS[:3], metrics={IMAGE: 1.0})
    arguments = {"files": [{"path": IMAGE, "sha256": IMAGE}], "command": IMAGE}
    keep(desk.services, "Judged", metrics={**measured(NAMES[:2]), "judged_on": IMAGE}, provenance=arguments)
    (desk.services.settings.models_dir / "list.csv").write_text(
        f'Model Name,Model File,Remarks,Short Description\n{NAMES[1][2:]},"{IMAGE}",,\n'
    )
    return recording


def openers(page: Page) -> list[str]:
    """Ids of the buttons on this page that show something more."""
    state: list[str] = page.evaluate("() => [...document.querySelectorAll('button[id]')].map(({ id }) => id)")
    return [item for item in state if OPENERS.search(item)]


def look(page: Page, where: str) -> None:
    """Nothing ran, and nothing of it became an element."""
    assert page.evaluate("() => window.tidemarkRan === undefined && {}.polluted === undefined"), where
    made = page.locator(MARKS)
    assert made.count() == 0, f"{where}: {made.first.evaluate('node => node.outerHTML')}"


def open_everything(page: Page, where: str) -> set[str]:
    """Press each button that shows more, look, and close it again; returns which were pressed."""
    pressed = set()
    for identity in openers(page):
        button = page.locator(f"[id='{identity}']")
        if button.is_visible() and button.is_enabled():
            button.click()
            pressed.add(identity)
            quiet(page)
            look(page, f"{where}, {identity}")
            page.keyboard.press("Escape")
            expect(page.locator(".modal.show")).to_have_count(0)
    return pressed


def test_no_name_runs_or_breaks_a_page(desk: Desk, page: Page, pages: list[str], hostile: int) -> None:
    page.on("dialog", lambda dialog: pytest.fail(f"a script opened: {dialog.message}"))
    pressed = set()
    for address in pages:
        show(page, desk, quote(re.sub(r"<\w+>$", str(hostile), address)))
        quiet(page)
        look(page, address)
        if address == "/label/<recording>":
            Workbench(page).ready(hostile)
        pressed |= open_everything(page, address)
    assert pressed > {
        "label-details-button",
        "label-download-button",
        "shell-help-button",
        "shell-upload-button",
    }


def test_no_name_in_the_figures_of_a_model_runs(desk: Desk, page: Page, hostile: int) -> None:
    model = next(one for one in desk.services.models.list() if one.name == "Judged")
    go(page, f"/models?model={model.id}")
    expect(
        page.get_by_role("table", name="Suggested classes by labelled class").locator("tbody th").first
    ).to_have_text(IMAGE)
    expect(page.locator(".tm-train-command")).to_have_text(IMAGE)
    look(page, "the figures of a model")


def test_every_name_is_shown_as_the_text_it_is(desk: Desk, page: Page, hostile: int) -> None:
    bench = Workbench(page).open(desk, hostile)
    shown: list[tuple[str, Any]] = [(".tm-head h1", PATH), (".tm-row-name", IMAGE), (".tm-classes", NAMES[1])]
    for selector, text in shown:
        expect(page.locator(selector).first).to_contain_text(text)
    for row, name in enumerate(NAMES[:6]):  # the grid draws the rows that are seen
        expect(bench.cell(row, "label")).to_have_text(name)
        expect(bench.cell(row, "note")).to_have_text(name)
    page.keyboard.press("i")
    page.locator("#details-change-button").click()
    expect(page.locator("#details-preview")).to_contain_text(f"<img src=y onerror={RUN}>"[:40])
    page.keyboard.press("Escape")
    expect(page.locator(".modal")).to_have_count(0)
    look(page, "the label page")
    bench.mark(150, 160)
    page.keyboard.type(IMAGE[:4])
    expect(page.locator("#label-suggestions")).to_contain_text(IMAGE)
    look(page, "the suggestions")
