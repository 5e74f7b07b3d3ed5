"""Models: added with +, refused with a message, chosen, shown and changed on their page."""

from __future__ import annotations

import re
from pathlib import Path
from uuid import uuid4

from playwright.sync_api import Page, expect

from tests.browser.desk import PIECES, Desk, Workbench, quiet, slow_answer
from tests.suggestions import suggest
from tests.support import go, until
from tests.unit.catalogue_models import keep
from tests.unit.checkpoint_files import save, state


def choose_file(page: Page, file: Path) -> None:
    expect(page.get_by_label("Checkpoint")).to_be_visible()
    page.locator("#model-file-files-input").set_input_files(file)
    expect(page.get_by_label("Checkpoint")).to_have_value(file.name)


def test_a_model_is_added_with_plus_and_invalid_values_are_reported_at_their_fields(
    desk: Desk, tab: Page, recording: int, tmp_path: Path
) -> None:
    page, bench = tab, Workbench(tab).go(recording)
    panel = page.locator(".tm-model-panel")
    expect(panel).to_contain_text("No model yet. Add one with +.")
    bench.key("Shift+M")  # there is nothing to choose from: the form opens
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    bench.key("Escape")
    expect(dialog).to_have_count(0)
    plus = panel.get_by_role("button", name="Add a model")
    plus.click()
    bad = tmp_path / "numbers.pth"
    bad.write_bytes(b"t,v\n1,2\n")
    choose_file(page, bad)
    expect(dialog.get_by_label("Name")).to_have_value("numbers")
    dialog.get_by_label("Short description").fill("d" * 31)
    dialog.get_by_role("button", name="Add").click()
    expect(dialog).to_contain_text("The short description may have at most 30 characters; 31 are too many.")
    dialog.get_by_label("Short description").fill("Of the test")
    dialog.get_by_role("button", name="Add").click()
    expect(dialog).to_contain_text("“numbers.pth” is a text file, not a torch checkpoint")
    expect(dialog.get_by_label("Checkpoint")).to_be_focused()
    choose_file(page, save(tmp_path / "gru.pth", state(features=2, classes=3)))
    dialog.get_by_label("Name").fill("Waves")
    dialog.get_by_label("Remarks").fill("Two channels.")
    dialog.get_by_role("button", name="Add").click()
    expect(dialog).to_have_count(0)
    expect(plus).to_be_focused()
    chooser = panel.get_by_role("button", name="Select a Model: Waves")
    expect(chooser).to_contain_text("Of the test")
    page.reload()
    bench.ready(recording)
    expect(chooser).to_be_visible()
    panel.get_by_role("button", name="Remarks on this model").click()
    expect(panel).to_contain_text("Two channels.")
    panel.get_by_role("link", name="All models").click()
    expect(page.locator(".tm-model-head h2")).to_have_text("Waves")
    expect(page.locator("#models-detail")).to_contain_text("GRU, 1 layer of 8")


def test_on_its_page_a_model_is_renamed_given_classes_taken_away_and_deleted(desk: Desk, tab: Page) -> None:
    page = tab
    other, model = keep(desk.services, "Another"), keep(desk.services, "Ripples")
    go(page, f"/models?model={model.id}")
    title, detail, dialog = (
        page.locator(".tm-model-head h2"),
        page.locator("#models-detail"),
        page.get_by_role("dialog"),
    )
    expect(title).to_have_text("Ripples")
    page.get_by_role("button", name="Rename and describe").click()
    dialog.get_by_label("Name").fill("ANOTHER")
    page.keyboard.press("Enter")
    expect(dialog).to_contain_text("There is a model “Another” already. Choose another name.")
    dialog.get_by_label("Name").fill("Beats")
    page.keyboard.press("Enter")
    expect(title).to_have_text("Beats")
    name = page.get_by_label("Label class of index 1")
    name.fill("QRS")
    name.press("Enter")
    expect(detail.locator(".tm-model-class", has=name)).to_contain_text("you")
    expect(name).to_be_focused()
    detail.get_by_label("Index 0 is background").check()
    until(page, lambda: len(class_mapping(desk, "Beats")) == 2, "both are kept")
    assert class_mapping(desk, "Beats") == [{"index": 0, "skip": True}, {"index": 1, "name": "QRS"}]
    expect(detail.locator(".tm-skipped")).to_have_count(1)  # its rows are drawn again
    detail.get_by_role("button", name="Reset index 1").click()
    expect(name).to_have_value("Class 1")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download").click()
    assert Path(download.value.path()).read_bytes() == b"Ripples"
    page.get_by_role("button", name="Delete this model").click()
    expect(dialog).to_contain_text("It has made no labels.")
    dialog.get_by_role("button", name="Delete").click()
    expect(page.locator("#models-list")).not_to_contain_text("Beats")
    left = {model.id for model in desk.services.models.list()}
    assert other.id in left and model.id not in left


def test_text_that_is_being_typed_stays_when_the_classes_are_drawn_again(desk: Desk, tab: Page) -> None:
    model = keep(desk.services, "Typed")
    go(tab, f"/models?model={model.id}")
    name = tab.get_by_label("Label class of index 1")
    name.click()
    tab.keyboard.press("Control+a")
    tab.keyboard.type("QR")
    desk.services.models.set_class(model.id, 2, {"name": "Pulse"})  # by somebody else
    expect(tab.get_by_label("Label class of index 2")).to_have_value("Pulse")
    expect(name).to_be_focused()
    expect(name).to_have_value("QR")
    tab.keyboard.type("S")
    tab.keyboard.press("Enter")
    until(tab, lambda: len(class_mapping(desk, "Typed")) == 2, "the name that was typed is kept")
    assert class_mapping(desk, "Typed")[0] == {"index": 1, "name": "QRS"}


def test_a_refused_name_of_a_class_shows_the_stored_one_again(desk: Desk, tab: Page) -> None:
    model = keep(desk.services, "Refused")
    go(tab, f"/models?model={model.id}")
    name = tab.get_by_label("Label class of index 1")
    for _ in range(2):  # the same value again is refused again
        name.fill("a\tb")
        name.press("Enter")
        expect(name).to_have_value("Class 1")
    assert desk.services.models.get(model.id).classes is None


def class_mapping(desk: Desk, name: str) -> list[dict[str, object]]:
    model = next(model for model in desk.services.models.list() if model.name == name)
    return model.classes or []


def test_a_model_that_is_deleted_takes_its_open_suggestions_along_where_ticked_and_other_tabs_follow(
    desk: Desk, bench: Workbench, recording: int, page: Page
) -> None:
    model = keep(desk.services, "Murmurs")
    ids = suggest(desk.services.annotations, recording, [(10, 20, "A", 0.9), (30, 40, "A", 0.8)], model.id)
    suggest(desk.services.annotations, recording, [(50, 60, "B", 0.9)], "another")
    accept = {"uuid": str(uuid4()), "kind": "accept", "ids": ids[:1]}
    desk.services.annotations.apply(recording, [accept], -1)
    button = bench.page.locator(
        "#model-list .dash-dropdown-value-item, #model-list .dash-dropdown-placeholder"
    )
    bench.page.locator("#model-list").click()
    bench.page.get_by_role("option", name="Murmurs").click()  # it was added automatically
    expect(button).to_have_text("Murmurs")
    desk.services.models.describe(model.id, {"name": "Heart murmurs"})
    expect(button).to_have_text("Heart murmurs")
    page.goto(f"{desk.url}/models?model={model.id}")
    page.get_by_role("button", name="Delete this model").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("The label it made stays, with its score.")
    dialog.get_by_label("Remove its 1 suggestion that waits for a decision, too.").check()
    dialog.get_by_role("button", name="Delete").click()
    expect(page.locator("#models-list")).not_to_contain_text("Heart murmurs")
    expect(button).to_have_text("Select a Model")
    expect(bench.page.locator("#autolabel-start-button")).to_be_disabled()
    bench.wait("() => plot.labels.list().map((row) => row.status).join() === 'accepted,suggested'")
    bench.key("Control+z")
    bench.wait("() => plot.labels.waiting().length === 2")


def test_a_model_is_chosen_by_keys(desk: Desk, bench: Workbench) -> None:
    model_names = {model.name for model in desk.services.models.list()}
    for name in {"Alpha", "Another", "Beta"} - model_names:
        keep(desk.services, name)
    bench.page.reload()
    bench.wait("() => document.querySelector('#label-table .ag-root')")
    button = bench.page.locator("#model-list")
    expect(button).to_be_visible()
    bench.key("Shift+M")
    listbox = bench.page.get_by_role("listbox", name="")
    expect(listbox).to_be_visible()
    search = bench.page.locator(".dash-dropdown-search")
    bench.key("Home")
    expect(search).to_be_focused()
    bench.page.keyboard.type("a")
    expect(search).to_have_value("a")
    bench.settle()  # the list is drawn again
    bench.key("ArrowDown")
    expect(bench.page.get_by_role("option", name="Alpha").get_by_role("radio")).to_be_focused()
    bench.key("Home")
    expect(search).to_be_focused()
    bench.page.keyboard.press("Control+a")
    bench.page.keyboard.type("bet")
    expect(search).to_have_value("bet")
    expect(listbox.get_by_role("option")).to_have_count(1)
    beta = bench.page.get_by_role("option", name="Beta").get_by_role("radio")

    def reached() -> bool:  # not always by the first press: dcc.Dropdown may be drawing the list
        bench.key("ArrowDown")
        bench.settle()
        return bool(beta.evaluate("(radio) => radio === document.activeElement"))

    until(bench.page, reached, "the option Beta has the focus")
    bench.key("Enter")
    expect(button).to_be_focused()
    expect(button).to_have_text("Beta")
    bench.key("ArrowDown")
    expect(listbox).to_be_visible()
    bench.key("Escape")
    expect(bench.page.get_by_role("listbox")).to_have_count(0)
    expect(button).to_have_text("Beta")


def test_an_upload_is_cancelled_in_the_form(desk: Desk, bench: Workbench, tmp_path: Path) -> None:
    before = len(desk.services.models.list())
    bench.page.locator("#model-add-button").click()
    dialog = bench.page.get_by_role("dialog")
    bench.page.route(PIECES, lambda _route: None)  # no answer to the second piece
    file = tmp_path / "gru.pth"
    file.write_bytes(bytes(9 * 2**20))
    choose_file(bench.page, file)
    dialog.get_by_role("button", name="Add").click()
    expect(dialog).to_contain_text(re.compile(r"Sending: \d\.\d of 9\.4 MB"))
    dialog.get_by_role("button", name="Cancel").click()
    expect(bench.toast).to_have_text(re.compile("Adding “gru” was cancelled."))
    assert len(desk.services.models.list()) == before
    left = desk.services.settings.uploads_dir / ".partial"
    until(bench.page, lambda: not any(one.is_file() for one in left.rglob("*")), "nothing is left of it")
    bench.page.unroute(PIECES)


def test_a_name_that_is_typed_before_the_proposal_arrives_stays(bench: Workbench, tmp_path: Path) -> None:
    page = bench.page
    page.locator("#model-add-button").click()
    name = page.get_by_role("dialog").get_by_label("Name")
    expect(name).to_be_visible()
    with slow_answer(page, "model-add-transfer.chosen"):
        file = save(tmp_path / "gru.pth", state(features=2, seed=9))
        page.locator("#model-file-files-input").set_input_files(file)
        name.fill("Typed")
    expect(page.get_by_label("Checkpoint")).to_have_value("gru.pth")
    quiet(page)
    expect(name).to_have_value("Typed")
    page.get_by_role("dialog").get_by_role("button", name="Cancel").click()
