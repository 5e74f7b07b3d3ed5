"""Failures: reported with a message, nothing is lost or blocked."""

from __future__ import annotations

import json
import resource
from pathlib import Path

import pytest
from playwright.sync_api import Page, Request, Route, expect

from components.ids import LabelIds
from tests.browser.desk import CALLBACKS, Desk, Workbench
from tests.support import Faults, until
from tests.unit.running import add_model, threshold

AWAY = "ERR_|Failed to fetch|Callback failed: the server did not respond"  # console messages


def with_a_label(own_desk: Desk, page: Page, folder: Path) -> tuple[Workbench, int]:
    """A new recording with one label, which is stored, and the page that shows it."""
    recording = own_desk.bring(folder)
    bench = Workbench(page).open(own_desk, recording)
    bench.label(100, 200, "before")
    bench.wait_kept()
    return bench, recording


def test_labels_made_while_the_server_is_away_are_kept_and_sent_when_it_is_back(
    own_desk: Desk, page: Page, faults: Faults, tmp_path: Path
) -> None:
    faults.allow(AWAY)
    bench, recording = with_a_label(own_desk, page, tmp_path)
    banner = page.locator("#shell-connection")
    expect(banner).to_be_hidden()
    own_desk.server.kill()
    bench.label(300, 400, "meanwhile")
    expect(bench.rows).to_have_count(2)
    expect(banner).to_be_visible()
    expect(banner).to_contain_text("The server does not answer")
    expect(page.locator("#shell-status")).to_have_text("1 change waiting")
    bench.key("Control+s")
    expect(bench.toast.last).to_contain_text("Not saved: not all changes are in the database yet")
    bench.label(500, 600, "meanwhile")
    own_desk.server.start()
    expect(banner).to_be_hidden()
    bench.wait_kept()
    assert own_desk.labels(recording) == [
        (100, 200, "before"),
        (300, 400, "meanwhile"),
        (500, 600, "meanwhile"),
    ]
    expect(page.get_by_role("button", name="Save Ctrl+S")).to_be_enabled()
    bench.key("Control+s")
    expect(bench.toast.last).to_contain_text("Saved 3 labels")


def test_a_label_made_while_the_server_is_away_survives_closing_the_page(
    own_desk: Desk, page: Page, faults: Faults, tmp_path: Path
) -> None:
    faults.allow(AWAY)
    recording = own_desk.bring(tmp_path)
    bench = Workbench(page).open(own_desk, recording)
    own_desk.server.kill()
    bench.label(300, 400, "before the lid closed")
    expect(bench.rows).to_have_count(1)
    page.close()
    own_desk.server.start()
    again = Workbench(page.context.new_page()).open(own_desk, recording)
    expect(again.rows).to_have_count(1)
    again.wait_kept()
    assert own_desk.labels(recording) == [(300, 400, "before the lid closed")]


def test_labels_made_while_the_disk_is_full_are_kept_and_stored_when_there_is_room(
    own_desk: Desk, page: Page, faults: Faults, tmp_path: Path
) -> None:
    faults.allow("Failed to load resource")
    recording = own_desk.bring(tmp_path)
    bench = Workbench(page).open(own_desk, recording)
    bench.label(100, 200, "before")
    bench.wait_kept()
    unlimited = resource.prlimit(own_desk.server.pid, resource.RLIMIT_FSIZE)
    resource.prlimit(own_desk.server.pid, resource.RLIMIT_FSIZE, (1, unlimited[1]))
    bench.label(300, 400, "full")
    expect(bench.toast.filter(has_text="the disk of the data folder is full")).to_be_visible()
    expect(bench.rows).to_have_count(2)
    expect(page.locator("#shell-status")).to_have_text("1 change waiting")
    bench.label(500, 600, "full")
    expect(page.locator("#shell-status")).to_have_text("2 changes waiting")
    assert own_desk.labels(recording) == [(100, 200, "before")]
    resource.prlimit(own_desk.server.pid, resource.RLIMIT_FSIZE, unlimited)
    bench.wait_kept()
    assert own_desk.labels(recording) == [(100, 200, "before"), (300, 400, "full"), (500, 600, "full")]
    bench.key("Control+s")
    expect(bench.toast.last).to_contain_text("Saved 3 labels")


@pytest.mark.parametrize(
    "file",
    ["/bundle/styles", "/bundle/scripts", "/bundle/plot", "/react-dom@", "/async-community", "/plotly-basic",
     "/_dash-layout", "/_dash-update-component"],
)  # fmt: skip
def test_a_page_whose_files_did_not_load_is_loaded_again_when_the_server_is_back(
    own_desk: Desk, page: Page, faults: Faults, tmp_path: Path, file: str
) -> None:
    faults.allow(f"{AWAY}|[Mm]odule|chunk|layout|is not defined|undefined")  # scripts lack those that failed
    recording = own_desk.bring(tmp_path)
    own_desk.label(recording, (100, 200, "before"))
    killed: list[str] = []

    def kill(route: Route) -> None:
        if not killed:
            own_desk.server.kill()
            killed.append(route.request.url)
        route.continue_()

    page.route(f"**{file}*", kill)
    page.goto(f"{own_desk.url}/label/{recording}")
    until(page, lambda: killed, file)
    page.unroute(f"**{file}*")
    own_desk.server.start()
    expect(Workbench(page).ready(recording).rows).to_have_count(1)


@pytest.mark.parametrize("status", [0, 502], ids=["away", "away behind a proxy"])
def test_a_file_that_could_not_be_opened_is_opened_when_the_server_answers(
    desk: Desk, page: Page, faults: Faults, status: int
) -> None:
    faults.allow(f"{AWAY}|502|Callback error updating")
    bench = Workbench(page).open(desk, desk.named("samples/ecg/ludb_001.csv"))
    failed: list[Route] = []

    def fail_once(route: Route) -> None:
        if failed or '"_pages_content"' not in (route.request.post_data or ""):
            return route.continue_()
        failed.append(route)
        return route.fulfill(status=status) if status else route.abort()

    page.route(CALLBACKS, fail_once)
    bench.go(desk.named("samples/sensors/nyc_taxi.csv"))
    assert failed


# Of each button: whether it can be used. Those of a list that is drawn later have no id.
BUTTONS = """() => Object.fromEntries([...document.querySelectorAll("button[id]")]
    .filter((button) => button.checkVisibility() && !button.closest(".tm-toast, dialog"))
    .map((button) => [button.id, !button.disabled]))"""


def test_the_server_is_away_at_each_button_of_the_page_and_all_can_be_used_when_it_is_back(
    own_desk: Desk, page: Page, faults: Faults, tmp_path: Path
) -> None:
    faults.allow(AWAY)
    bench, recording = with_a_label(own_desk, page, tmp_path)
    before = page.evaluate(BUTTONS)
    usable = [identity for identity, is_usable in before.items() if is_usable]
    assert len(usable) > 15
    own_desk.server.kill()
    page.on("filechooser", lambda _chooser: None)
    for identity in usable:
        page.evaluate("(id) => document.getElementById(id)?.click()", identity)
        bench.key("Escape")
    expect(page.locator("#shell-connection")).to_contain_text("The server does not answer")
    reported = bench.toast.filter(has_text="The server does not answer; nothing was changed.")
    expect(reported.first).to_be_attached()  # only the newest message is visible; Save may have one later
    own_desk.server.start()
    expect(page.locator("#shell-connection")).to_be_hidden()
    bench.wait_kept()
    stuck = "(ids) => ids.filter((id) => document.getElementById(id)?.disabled)"
    dead = "clicks that left a button disabled"
    until(page, lambda: not set(page.evaluate(stuck, usable)) - {LabelIds.UNDO, LabelIds.REDO}, dead)
    bench.open(own_desk, recording)
    bench.label(300, 400, "after")
    bench.wait_kept()
    assert (300, 400, "after") in own_desk.labels(recording)


def test_the_server_is_away_at_each_button_of_the_other_pages_and_each_reports_it(
    own_desk: Desk, page: Page, faults: Faults, tmp_path: Path
) -> None:
    faults.allow(AWAY)
    add_model(own_desk.services, tmp_path, threshold(), "Steps")
    bench = Workbench(page).open(own_desk, own_desk.bring(tmp_path))
    bench.label(100, 200, "before")
    bench.key("Control+s")
    expect(bench.toast.last).to_contain_text("Saved 1 label")
    away = bench.toast.filter(has_text="The server does not answer; nothing was changed.")
    loading = requests_in_flight(page)  # also for the script of an upload button
    for name, fewest in (("Files", 6), ("Classes", 5), ("Models", 7), ("Outputs", 2)):
        page.get_by_role("link", name=name, exact=True).click()
        if name in ("Files", "Outputs"):
            rows = page.locator("#_pages_content .ag-center-cols-container .ag-row")
            expect(rows.filter(has_text=".csv")).to_have_count(1)
            page.locator("#_pages_content .ag-header-select-all input:visible").check()
        until(page, lambda fewest=fewest: len(_usable(page)) >= fewest and not loading, f"buttons of {name}")
        own_desk.server.kill()
        usable = _usable(page)
        for identity in usable:
            page.evaluate("(id) => document.getElementById(id).click()", identity)
            away.first.get_by_role("button", name="Close").click()
            expect(away).to_have_count(0)
        own_desk.server.start()
        expect(page.locator("#shell-connection")).to_be_hidden()
        assert set(usable) <= set(_usable(page))
        expect(page.locator(".modal.show, .offcanvas.show")).to_have_count(0)


def requests_in_flight(page: Page) -> set[Request]:
    """A set that has the requests of the page without an answer, from now on."""
    requests: set[Request] = set()

    def sent(request: Request) -> None:
        requests.add(request)

    def ended(request: Request) -> None:
        requests.discard(request)

    page.on("request", sent)
    page.on("requestfinished", ended)
    page.on("requestfailed", ended)
    return requests


def _usable(page: Page) -> list[str]:
    """Ids of the buttons of the page, without the bar above it, that can be used."""
    within = "(id) => document.querySelector('#_pages_content').contains(document.getElementById(id))"
    return [
        identity
        for identity, is_usable in page.evaluate(BUTTONS).items()
        if is_usable and page.evaluate(within, identity)
    ]


def test_a_failed_view_request_is_reported(
    own_desk: Desk, page: Page, faults: Faults, tmp_path: Path
) -> None:
    faults.allow(AWAY)
    bench = Workbench(page).open(own_desk, own_desk.bring(tmp_path))
    own_desk.server.kill()
    bench.key("ArrowUp")
    incomplete = bench.toast.filter(has_text="The server does not answer; the view is not complete.")
    expect(incomplete).to_be_visible()
    own_desk.server.start()
    bench.key("f")
    bench.wait("() => plot.view.part.start === 0 && plot.view.part.stop === 1000")


def test_a_refused_command_is_reported_and_reverted(desk: Desk, bench: Workbench, recording: int) -> None:
    bench.page.evaluate(
        "() => void plot.labels.send({ kind: 'add', id: crypto.randomUUID(), x0: 1, x1: 2, label: 'x'.repeat(101) })"
    )
    expect(bench.toast.last).to_be_visible()
    expect(bench.toast.last).to_contain_text("100")
    expect(bench.rows).to_have_count(0)
    bench.wait_kept()
    assert desk.labels(recording) == []
    bench.label(100, 200, "fine")
    bench.wait_kept()
    assert desk.labels(recording) == [(100, 200, "fine")]


def test_a_deleted_recording_is_reported_once_and_not_polled_forever(desk: Desk, bench: Workbench) -> None:
    bench.page.evaluate(
        """() => { const uuid = crypto.randomUUID();
            const command = { uuid, kind: 'add', id: crypto.randomUUID(), x0: 1, x1: 2, label: 'lost' };
            plot.labels.recording = 99999; plot.labels.send(command); }"""
    )
    expect(bench.toast.last).to_contain_text("This recording does not exist (any more).")
    assert (
        bench.page.evaluate(
            "() => Object.keys(localStorage).filter(one => one.startsWith('tidemark-command:')).length"
        )
        == 0
    )
    bench.go(desk.named("samples/ecg/ludb_001.csv"))


def test_a_failed_save_shows_its_reason_and_can_be_repeated(desk: Desk, tab: Page, tmp_path: Path) -> None:
    recording = desk.bring(tmp_path, path="blocked/a.csv")
    outputs = desk.server.settings.outputs_dir
    (outputs / "blocked").write_text("a file where a folder must be")
    bench = Workbench(tab).go(recording)
    bench.label(100, 200, "QRS")
    bench.key("Control+s")
    toast = bench.toast.filter(has_text="Reference")
    expect(toast).to_be_visible()
    save = tab.get_by_role("button", name="Save Ctrl+S")
    expect(save).to_be_enabled()
    expect(tab.locator("#label-saved")).to_have_text("Not saved since the last change")
    (outputs / "blocked").unlink()
    save.click()
    expect(bench.toast.last).to_contain_text("Saved 1 label")


def test_messages_of_two_answers_in_one_moment_are_both_shown(bench: Workbench) -> None:
    stores = ("label-save-request", "shell-files-restore")

    def answer(route: Route) -> None:
        changed = json.loads(route.request.post_data or "{}")["changedPropIds"]
        named = [store for store in stores if f"{store}.data" in changed]
        message = {"shell-toast": {"data": {"text": f"Message of {''.join(named)}", "kind": "info"}}}
        body = {"multi": True, "response": {}, "sideUpdate": message}
        route.fulfill(json=body) if named else route.continue_()

    bench.page.route(CALLBACKS, answer)
    bench.page.evaluate(
        """stores => {
            const { json } = Response.prototype;
            const held = [];
            Response.prototype.json = function () {
                return json.call(this).then((answer) => {
                    if (!answer.sideUpdate?.["shell-toast"]) return answer;
                    return new Promise((done) => {
                        held.push(() => done(answer));
                        if (held.length < stores.length) return;
                        held.forEach((pass) => pass());
                        Response.prototype.json = json;
                    });
                });
            };
            for (const store of stores) dash_clientside.set_props(store, { data: { at: 1, recordings: [] } });
        }""",
        stores,
    )
    for store in stores:
        expect(bench.toast.filter(has_text=f"Message of {store}")).to_have_count(1)
    bench.page.unroute(CALLBACKS, answer)


def test_an_error_of_the_server_is_a_toast_with_a_reference_that_its_log_has(
    desk: Desk, bench: Workbench
) -> None:
    bench.page.evaluate(
        "() => dash_clientside.set_props('label-save-request', { data: { at: 1, recording: 99999 } })"
    )
    toast = bench.toast.filter(has_text="This recording does not exist")
    expect(toast).to_be_visible()
    reference = toast.locator("small").inner_text().removeprefix("Reference ")
    until(bench.page, lambda: f"[{reference}]" in desk.server.log, "the line in the log")
    toast.get_by_role("button", name="Close").click()
    expect(toast).to_have_count(0)


def test_a_run_and_a_download_asked_while_the_server_is_away_are_reported_and_can_be_repeated(
    own_desk: Desk, page: Page, faults: Faults, tmp_path: Path
) -> None:
    faults.allow(AWAY)
    add_model(own_desk.services, tmp_path, threshold(), "Steps")
    recording = own_desk.bring(
        tmp_path, "\n".join(["t,v", *(f"{row},{1 - row // 100 % 2 * 2}" for row in range(1000))])
    )
    bench = Workbench(page).open(own_desk, recording)
    away = bench.toast.filter(has_text="The server does not answer; nothing was changed.")
    bench.label(120, 150, "QRS")
    bench.key("Control+s")
    expect(bench.toast.last).to_contain_text("Saved 1 label")
    page.locator("#model-list").click()
    page.get_by_role("option", name="Steps").click()
    start = page.locator("#autolabel-start-button")
    expect(start).to_be_enabled()
    own_desk.server.kill()
    start.click()
    expect(away.first).to_be_visible()
    expect(start).to_be_enabled()
    own_desk.server.start()
    expect(page.locator("#shell-connection")).to_be_hidden()
    start.click()
    expect(page.locator("#label-table")).to_contain_text("suggested")
    page.locator("#label-download-button").click()
    download = page.get_by_role("button", name="Download ZIP")
    expect(download).to_be_enabled()
    page.evaluate("() => document.querySelectorAll('.tm-toast').forEach((toast) => toast.remove())")
    own_desk.server.kill()
    download.click()
    expect(away.first).to_be_visible()
    own_desk.server.start()
    expect(page.locator("#shell-connection")).to_be_hidden()
    with page.expect_download() as coming:
        download.click()
    assert coming.value.suggested_filename.endswith(".zip")
