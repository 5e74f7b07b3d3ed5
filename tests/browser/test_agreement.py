"""Several people on one file: a reviewer settles what two annotators disagree about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from services.accounts import acting
from services.accounts.model import Role, User
from tests.browser.accounts import REFUSED, desk_of_users, log_in
from tests.browser.desk import Desk, Workbench, quiet
from tests.browser.test_accessibility import grave
from tests.support import Faults, Server


@pytest.fixture
def team(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A server with a reviewer and two annotators."""
    yield from desk_of_users(tmp_path, request, Rita=Role.REVIEWER, Ann=Role.ANNOTATOR, Bo=Role.ANNOTATOR)


def say(team: Desk, recording: int, author: str, *segments: tuple[int, int, str]) -> None:
    with acting.on_behalf_of(User(9, author, Role.ANNOTATOR)):
        team.label(recording, *segments)


def test_a_reviewer_looks_at_a_disagreement_in_the_plot_and_settles_it(
    team: Desk, page: Page, faults: Faults, tmp_path: Path
) -> None:
    faults.allow(REFUSED)
    recording = team.bring(tmp_path, path="beats.csv")
    say(team, recording, "Ann", (100, 120, "QRS"), (500, 520, "QRS"))
    say(team, recording, "Bo", (100, 121, "QRS"), (500, 520, "T"))
    page.goto(f"{team.url}/agreement")
    log_in(page, "Rita")
    expect(page.get_by_role("link", name="Agreement")).to_be_visible()
    row = page.locator("#agreement-places .ag-row").filter(has_text="Other class")
    expect(row).to_contain_text("T 500 – 520")
    expect(page.locator("#agreement-figures")).to_contain_text("Ann and Bo")
    assert grave(page, "main") == []
    row.get_by_role("link").click()
    Workbench(page).ready(recording)
    page.wait_for_function(
        "() => Math.abs(plot.view.range[0] - 450) < 1 && Math.abs(plot.view.range[1] - 570) < 1"
    )
    page.get_by_role("link", name="Agreement").click()
    buttons = page.locator(f"#agreement-places .ag-row[row-id='{row.get_attribute('row-id')}']")
    buttons.get_by_role("button", name="Bo").click()
    expect(page.locator("#agreement-summary")).to_have_text("1 open disagreement · 1 settled")
    expect(row).to_contain_text("settled by Rita")
    assert (500, 520, "QRS") not in team.labels(recording)
    page.locator(".tm-toast").get_by_role("button", name="Undo").click()
    expect(page.locator("#agreement-summary")).to_have_text("2 open disagreements · 0 settled")
    assert (500, 520, "QRS") in team.labels(recording)
    page.get_by_label("Boundaries may differ by").fill("2")
    page.get_by_label("Boundaries may differ by").press("Enter")
    page.get_by_role("button", name="Keep (1)").click()
    expect(page.get_by_role("button", name="Keep (0)")).to_be_disabled()
    assert team.labels(recording) == [(100, 120, "QRS"), (500, 520, "QRS"), (500, 520, "T")]
    page.evaluate('document.documentElement.dataset.bsTheme="dark"')
    page.set_viewport_size({"width": 1100, "height": 700})
    quiet(page)


def test_without_a_file_of_two_people_there_is_nothing_to_compare(page: Page, server: Server) -> None:
    page.goto(f"{server.url}/agreement")
    expect(page.get_by_text("No file has labels of two people yet.")).to_be_visible()
    expect(page.locator("#agreement-compared")).to_be_hidden()
    expect(page.get_by_text("Choose files.")).to_be_hidden()


def test_two_people_label_one_file_and_each_hides_the_labels_of_the_other(
    team: Desk, page: Page, faults: Faults, tmp_path: Path
) -> None:
    faults.allow(REFUSED)
    recording = team.bring(tmp_path)
    page.goto(f"{team.url}/label/{recording}")
    log_in(page, "Ann")
    ann = Workbench(page).ready(recording)
    ann.label(100, 200, "QRS")
    ann.wait_kept()
    browser = page.context.browser
    assert browser is not None
    with browser.new_context(viewport={"width": 1440, "height": 900}) as elsewhere:
        other = elsewhere.new_page()
        faults.watch(other)
        other.goto(f"{team.url}/label/{recording}")
        log_in(other, "Bo")
        bo = Workbench(other).ready(recording)
        expect(bo.rows).to_have_count(1)
        layers = other.locator("#label-layers-button")
        layers.click()
        other.get_by_label("Only my labels").check()
        assert grave(other, ".modal-content") == []
        other.get_by_role("button", name="Show", exact=True).click()
        expect(bo.rows).to_have_count(0)
        expect(layers).to_have_text("Only mine")
        bo.label(150, 250, "T")
        bo.wait_kept()
        expect(bo.rows).to_have_count(1)
        expect(ann.rows).to_have_count(2)
        other.reload()
        bo.ready(recording)
        expect(bo.rows).to_have_count(1)
        expect(layers).to_have_text("Only mine")
        layers.click()
        other.get_by_label("My labels and those of").check()
        other.get_by_label("Ann (1)").check()
        other.get_by_role("button", name="Show", exact=True).click()
        expect(bo.rows).to_have_count(2)
        expect(layers).to_have_text("")
        quiet(other)
    assert team.labels(recording) == [(100, 200, "QRS"), (150, 250, "T")]
