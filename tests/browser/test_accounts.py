"""Accounts: invitation, login, restrictions of a role, a session that ends during labelling, logout."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect
from sqlalchemy import select, update

from services.accounts.model import Role
from services.storage.tables import annotation_table, sessions
from tests.browser.accounts import PASSWORD, REFUSED, desk_of_users, log_in
from tests.browser.desk import PIECES, Desk, Workbench, quiet
from tests.browser.test_accessibility import grave
from tests.support import Faults, go


@pytest.fixture
def team(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    """A server with an admin and an annotator."""
    yield from desk_of_users(tmp_path, request, Ann=Role.ADMIN, Bo=Role.ANNOTATOR)


def authors(desk: Desk) -> list[str]:
    with desk.services.database.read() as connection:
        query = select(annotation_table.c.author).order_by(annotation_table.c.start_index)
        return list(connection.execute(query).scalars())


def end_sessions(desk: Desk) -> None:
    with desk.services.database.write() as connection:
        connection.execute(update(sessions).values(expires_at=datetime.now(UTC)))


def labelling(team: Desk, page: Page, recording: int, name: str, label_class: str) -> Workbench:
    """Log in as a user at the page of a recording, and store a label of that class."""
    page.goto(f"{team.url}/label/{recording}")
    log_in(page, name)
    bench = Workbench(page).ready(recording)
    bench.label(100, 200, label_class)
    bench.wait_kept()
    return bench


def test_a_session_that_ends_while_labelling_loses_nothing(
    team: Desk, page: Page, faults: Faults, tmp_path: Path
) -> None:
    faults.allow(REFUSED)
    recording = team.bring(tmp_path)
    bench = labelling(team, page, recording, "bo", "before")
    end_sessions(team)
    banner = page.locator("#shell-connection")
    bench.label(300, 400, "meanwhile")
    expect(banner).to_be_visible()
    expect(banner.get_by_text("Your session has ended")).to_be_visible()
    expect(banner.get_by_text("The server does not answer")).to_be_hidden()
    expect(page.locator("#shell-status")).to_have_text("1 change waiting")
    bench.label(500, 600, "meanwhile")
    with page.expect_popup() as opened:
        banner.get_by_role("link", name="Log in").click()
    faults.watch(opened.value)
    log_in(opened.value, "Bo")
    expect(opened.value.locator(".tm-account-link")).to_have_text("Bo")
    expect(banner).to_be_hidden()
    bench.wait_kept()
    assert team.labels(recording) == [
        (100, 200, "before"),
        (300, 400, "meanwhile"),
        (500, 600, "meanwhile"),
    ]
    assert authors(team) == ["Bo", "Bo", "Bo"]


def test_an_upload_continues_after_a_session_that_ended(
    team: Desk, page: Page, faults: Faults, tmp_path: Path
) -> None:
    faults.allow(REFUSED)
    rows = 1_200_000  # several pieces
    file = tmp_path / "large.csv"
    file.write_text("t,v\n" + "".join(f"{row},{row % 1000}.5\n" for row in range(rows)), encoding="utf-8")
    page.goto(f"{team.url}/files")
    log_in(page, "Bo")
    page.get_by_role("button", name="Upload CSV Data!").click()

    def expire(route: Route) -> None:
        end_sessions(team)
        route.continue_()

    page.route(PIECES, expire, times=1)
    page.locator("#upload-files-input").set_input_files(file)
    expect(page.locator("#shell-connection .tm-session-ended")).to_be_visible()
    other = page.context.new_page()
    faults.watch(other)
    other.goto(f"{team.url}/login")
    log_in(other, "Bo")
    expect(other.locator(".tm-account-link")).to_have_text("Bo")
    expect(page.locator(".tm-upload-row .tm-upload-state")).to_contain_text("added")
    (recording,) = team.services.recordings.list()
    assert (recording.rows, recording.size_bytes) == (rows, file.stat().st_size)


def test_unsent_edits_of_one_user_are_not_sent_as_another(
    team: Desk, page: Page, faults: Faults, tmp_path: Path
) -> None:
    faults.allow(REFUSED)
    recording = team.bring(tmp_path)
    page.goto(f"{team.url}/label/{recording}")
    log_in(page, "Bo")
    bench = Workbench(page).ready(recording)
    end_sessions(team)
    bench.label(300, 400, "by Bo")
    expect(page.locator("#shell-connection .tm-session-ended")).to_be_visible()
    other = page.context.new_page()
    faults.watch(other)
    other.goto(f"{team.url}/label/{recording}")
    log_in(other, "Ann")
    elsewhere = Workbench(other).ready(recording)
    expect(bench.toast.last).to_contain_text("These changes were made by Bo, but Ann is logged in now.")
    elsewhere.label(500, 600, "by Ann")
    elsewhere.wait_kept()
    assert team.labels(recording) == [(500, 600, "by Ann")]
    other.locator(".tm-account-link").click()
    other.get_by_role("button", name="Log out").click()
    log_in(other, "Bo")
    expect(page.locator("#shell-status")).to_have_text("All changes kept")
    assert team.labels(recording) == [(300, 400, "by Bo"), (500, 600, "by Ann")]
    assert authors(team) == ["Bo", "Ann"]


def test_an_invited_person_registers_labels_and_is_informed_about_missing_roles(
    team: Desk, page: Page, faults: Faults, tmp_path: Path
) -> None:
    faults.allow(REFUSED)
    recording = team.bring(tmp_path)
    page.goto(f"{team.url}/users")
    log_in(page, "Ann")
    page.get_by_role("button", name="Make a link").click()
    link = page.get_by_label("Link of the invitation").input_value()
    page.goto(f"{team.url}/account")
    page.get_by_role("button", name="Log out").click()
    expect(page.get_by_role("button", name="Log in")).to_be_visible()
    page.goto(link)
    page.get_by_label("Name").fill("Cy")
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_label("Password again").fill(PASSWORD)
    page.get_by_role("button", name="Register").click()
    expect(page.locator(".tm-account-link")).to_have_text("Cy")
    bench = Workbench(page).ready(recording)
    bench.label(100, 200, "mine")
    bench.wait_kept()
    assert authors(team) == ["Cy"]
    for path in ("/files", "/classes", "/models", "/outputs", f"/label/{recording}"):
        go(page, path)
        quiet(page)
    expect(bench.toast).to_have_count(0)
    bench.ready(recording)
    expect(page.locator("#model-add-button")).to_be_disabled()
    expect(page.locator("#model-add-button")).to_have_attribute("title", "Needs the role admin")


def test_nothing_grave_is_found_on_the_pages_of_accounts(team: Desk, page: Page, faults: Faults) -> None:
    faults.allow(REFUSED)
    page.goto(f"{team.url}/account")
    assert grave(page) == []
    page.goto(f"{team.url}/register?invite={team.services.invites.add(Role.ANNOTATOR).token}")
    assert grave(page) == []
    page.goto(f"{team.url}/login?next=/account")
    log_in(page, "Ann")
    expect(page.get_by_text("Change the password")).to_be_visible()
    assert grave(page, "main") == []
    page.goto(f"{team.url}/users")
    page.get_by_role("button", name="Make a link").click()
    expect(page.get_by_text("Send the link below")).to_be_visible()
    page.get_by_text("Remove …").first.click()
    assert grave(page) == []
    end_sessions(team)
    expect(page.locator("#shell-connection .tm-session-ended")).to_be_visible()
    assert grave(page, "#shell-connection") == []


def test_dialogs_that_are_sent_after_the_session_ended_lose_nothing(
    team: Desk, page: Page, faults: Faults, tmp_path: Path
) -> None:
    faults.allow(REFUSED)
    recording = team.bring(tmp_path)
    bench = labelling(team, page, recording, "Bo", "beat")
    bench.key("Control+a")
    expect(page.get_by_text("1 selected")).to_be_visible()
    bench.key("e")
    dialog = page.get_by_role("dialog")
    dialog.locator("textarea").fill("hours of work")
    end_sessions(team)
    bench.key("Control+Enter")
    expect(page.locator("#shell-connection .tm-session-ended")).to_be_visible()
    expect(dialog.locator("textarea")).to_have_value("hours of work")
    other = page.context.new_page()
    faults.watch(other)
    other.goto(f"{team.url}/login")
    log_in(other, "Bo")
    expect(other.locator(".tm-account-link")).to_have_text("Bo")
    expect(page.locator("#shell-connection")).to_be_hidden()
    bench.key("Control+Enter")
    expect(bench.cell(0, "note")).to_have_text("hours of work")
