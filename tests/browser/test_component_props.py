"""Each property of TimeSeriesPlot: written by Python and rendered, or written by the plot after user actions.

``write`` sets a property like a callback; ``written`` waits for a property written by the plot.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from playwright.sync_api import Page, expect

from components.channel_look import drawn
from components.keymap import all_written, by_key
from tests.browser.desk import Desk, Workbench
from tests.suggestions import suggest
from tests.support import go, until

SLOW = """() => { const { fetch } = window;
    window.fetch = async (url, options) => {
        if (/label-plot\\.commands"\\]/.test(options?.body)) await new Promise((done) => setTimeout(done, 300));
        return fetch(url, options);
    };
    window.quick = () => (window.fetch = fetch); }"""


def write(bench: Workbench, **props: Any) -> None:
    """Set properties as a callback does."""
    bench.page.evaluate("props => dash_clientside.set_props('label-plot', props)", props)


def written(bench: Workbench, name: str, **expected: Any) -> Any:
    """Wait until the plot has set a property to a value with these entries, and return it."""
    bench.page.wait_for_function(
        """([name, wanted]) => { const value = plot.props()[name];
            const same = ([key, one]) => JSON.stringify(value[key]) === JSON.stringify(one);
            return value && Object.entries(wanted).every(same); }""",
        arg=[name, expected],
    )
    return bench.page.evaluate("name => plot.props()[name]", name)


def wait_prop(bench: Workbench, name: str, expected: Any) -> None:
    """Wait until the plot has set a property to just this."""
    bench.page.wait_for_function(
        "([name, wanted]) => JSON.stringify(plot.props()[name]) === JSON.stringify(wanted)",
        arg=[name, expected],
    )


def wait_kept(bench: Workbench, desk: Desk, name: str, expected: Any) -> None:
    """Wait until a preference is stored: requests of two changes in the same moment may change places."""
    until(bench.page, lambda: desk.services.preferences.get(name) == expected, f"{name} to be stored")


def canvas(bench: Workbench) -> str:
    """The labels as they are drawn."""
    bench.settle()
    picture: str = bench.page.evaluate(
        "document.querySelector('.tm-canvas:not(.tm-canvas-front)').toDataURL()"
    )
    return picture


def test_recording_opens_another_file_in_the_same_component(bench: Workbench, desk: Desk, tab: Page) -> None:
    bench.page.evaluate("() => { window.first = plot; }")
    bench.go(desk.named("samples/ecg/ludb_001.csv"))
    assert bench.page.evaluate("() => plot.view.recording.path") == "samples/ecg/ludb_001.csv"
    assert tab.locator(".tm-plot").count() == 1


def test_requests_of_the_review_in_one_moment_are_all_sent(bench: Workbench) -> None:
    requests: list[str] = []
    bench.page.on("request", lambda request: requests.append(request.post_data or ""))
    bench.page.evaluate("() => { for (const about of ['bar', 'queue']) plot.review.ask(about); }")
    for about in ("bar", "queue"):
        until(bench.page, lambda about=about: any(f'"about":"{about}"' in text for text in requests), about)


def test_opening_a_file_requests_the_view_the_overview_and_the_confidence_once(
    desk: Desk, recording: int, tab: Page
) -> None:
    requests: list[str] = []
    tab.on("request", lambda request: requests.append(request.url))
    bench = Workbench(tab).go(recording)
    bench.wait("() => plot.props().view")
    of_file = [url for url in requests if f"/window/{recording}?" in url]
    assert len([url for url in of_file if "channels=0%2C1" in url]) == 1
    assert len([url for url in of_file if url.endswith("channels=0")]) == 1  # the overview
    assert len([url for url in requests if f"/confidence/{recording}?" in url]) == 1


def test_labels_are_in_the_page_and_not_requested_again(desk: Desk, recording: int, tab: Page) -> None:
    desk.label(recording, (10, 20, "A"), (30, 40, "B"))
    bench = Workbench(tab).go(recording)
    assert bench.page.evaluate("() => plot.props().labels.upsert.length") == 2
    bench.expect_cells("label", ["A", "B"])


def test_commands_of_fifty_edits_at_ten_a_second_with_a_slow_server_are_each_applied_once(
    bench: Workbench, desk: Desk, recording: int
) -> None:
    bench.page.evaluate(SLOW)
    waited = bench.page.evaluate(
        """async () => { const waits = [];
            for (let number = 0; number < 50; number += 1) {
                const at = performance.now(), x0 = number * 15;
                plot.labels.send({ kind: 'add', id: crypto.randomUUID(), x0, x1: x0 + 9, label: 'A' });
                plot.labels.whenSent().then(() => waits.push(performance.now() - at));
                await new Promise((done) => setTimeout(done, 100));
            }
            await plot.labels.whenSent();
            quick();
            return waits.length; }"""
    )
    assert waited == 50
    assert desk.labels(recording) == [(number * 15, number * 15 + 9, "A") for number in range(50)]
    assert (
        bench.page.evaluate(
            "Object.keys(localStorage).filter((name) => name.startsWith('tidemark-command')).length"
        )
        == 0
    )


def test_commands_carry_all_edits_without_an_answer_and_one_request_is_under_way(bench: Workbench) -> None:
    sizes = bench.page.evaluate(
        """async () => { const sizes = []; const { fetch } = window; let under = 0, most = 0;
            window.fetch = async (url, options) => {
                if (!/label-plot\\.commands"\\]/.test(options?.body)) return fetch(url, options);
                under += 1;
                most = Math.max(most, under);
                sizes.push(JSON.parse(options.body).inputs[0].value.requests[0].commands.length);
                await new Promise((done) => setTimeout(done, 200));
                under -= 1;
                return fetch(url, options);
            };
            for (let number = 0; number < 3; number += 1) {
                const [id, x0] = [crypto.randomUUID(), number * 20];
                plot.labels.send({ kind: 'add', id, x0, x1: x0 + 9, label: 'A' });
                await new Promise((done) => setTimeout(done, 30));
            }
            await plot.labels.whenSent();
            window.fetch = fetch;
            return [sizes, most]; }"""
    )
    assert sizes == [[1, 2], 1]


def test_an_edit_unsent_when_the_plot_is_closed_is_sent_by_the_next_page(
    bench: Workbench, desk: Desk, recording: int
) -> None:
    bench.page.evaluate(SLOW)
    bench.page.evaluate(
        """() => { const add = { kind: 'add', label: 'A' };
            for (const x0 of [10, 40]) plot.labels.send({ ...add, id: crypto.randomUUID(), x0, x1: x0 + 9 });
            }"""
    )
    go(bench.page, "/files")
    expect(bench.page.locator("#files-view")).to_be_visible()
    bench.wait("() => !Object.keys(localStorage).some((name) => name.startsWith('tidemark-command'))")
    bench.page.evaluate("() => quick()")
    assert desk.labels(recording) == [(10, 19, "A"), (40, 49, "A")]
    go(bench.page, f"/label/{recording}")
    bench.ready(recording)


def test_changes_of_others_are_shown(bench: Workbench, desk: Desk, recording: int) -> None:
    desk.label(recording, (10, 20, "A"))
    bench.expect_cells("label", ["A"])
    since = bench.page.evaluate("() => plot.props().since")
    assert since["recording"] == recording


def test_an_edit_that_python_writes_shows_at_once_and_is_done_once(
    bench: Workbench, desk: Desk, recording: int
) -> None:
    bench.label(100, 200, "A")
    bench.wait_kept()
    edit = {
        "uuid": str(uuid4()),
        "kind": "note",
        "ids": bench.page.evaluate("() => [...plot.labels.rows.keys()]"),
        "note": "n",
    }
    write(bench, edit=edit)
    write(bench, edit=dict(edit))
    bench.expect_cells("note", ["n"])
    bench.wait_kept()
    rows = desk.services.annotations.apply(recording, [], -1)
    assert [(row["note"]) for row in rows["upsert"]] == ["n"]
    assert rows["revision"] == 2


def test_channels_controls_visibility_and_display(bench: Workbench, desk: Desk, recording: int) -> None:
    info = desk.services.recordings.store(recording).info
    renamed = drawn(
        {"look": "lines", "order": [1, 0], "shown": [1], "channels": {"1": {"name": "renamed"}}},
        info.channels,
    )
    write(bench, channels=renamed)
    bench.wait("() => plot.view.rows().length === 1")
    expect(bench.page.locator(".tm-row-name")).to_have_text(["renamed"])
    look = bench.page.evaluate("() => plot.view.recording.look")
    for at, rows in ((2, 2), (1, 2), (3, 1)):  # the second is passed by the first
        shown = look if at == 2 else renamed
        write(bench, channels=shown | {"at": at}, snap="off" if at == 1 else "sample")
        bench.wait("snap => plot.snap.mode === snap", "off" if at == 1 else "sample")
        wait_kept(bench, desk, "snap", "off" if at == 1 else None)
        bench.wait("rows => plot.view.rows().length === rows", rows)
        assert bench.page.evaluate("() => plot.look.at") == max(2, at)
    write(bench, channels=look)
    bench.wait("() => plot.view.rows().length === 2")


def test_keymap_gives_actions_other_keys(bench: Workbench) -> None:
    tooltip = bench.page.locator("#label-snap-button")
    given = "keys => dash_clientside.set_props('shell-keymap', { 'data-keys': keys })"
    write(bench, keymap={"snap": "w"})
    expect(tooltip).to_have_attribute("title", re.compile("w changes that"))
    bench.page.evaluate(given, json.dumps(by_key({"zoom-in": ["w"]})))
    before = bench.range()
    bench.key("w")
    bench.wait("before => plot.view.range[1] - plot.view.range[0] < before", before[1] - before[0])
    write(bench, keymap=all_written(None))
    bench.page.evaluate(given, json.dumps(by_key(None)))


def test_time_form_controls_the_format_of_times(bench: Workbench) -> None:
    write(bench, time_form="samples")
    expect(bench.page.get_by_label("Show times as")).to_have_value("samples")
    bench.page.get_by_label("Show times as").select_option("file")
    wait_prop(bench, "time_form", "file")


def test_axis_closes_the_gaps_of_the_time_axis(desk: Desk, tab: Page, tmp_path: Path) -> None:
    times = [*range(10), *range(100, 110)]
    text = "t,v\n" + "".join(f"{time},{number}\n" for number, time in enumerate(times))
    bench = Workbench(tab).go(desk.bring(tmp_path, text))
    before = bench.point(9)[0], bench.point(100)[0]
    write(bench, axis={"kind": "samples", "index": [0, 9, 10, 19], "x": [0, 9, 100, 109], "jumps": [10]})
    bench.wait("() => !plot.axis.moving && plot.axis.toPlot(100) === 10")
    after = bench.point(9)[0], bench.point(100)[0]
    assert after[1] - after[0] < (before[1] - before[0]) / 5
    assert after[1] - after[0] == pytest.approx(bench.point(104)[0] - bench.point(103)[0])
    write(bench, axis={"kind": "time"})
    bench.wait("() => !plot.axis.moving && plot.axis.toPlot(100) === 100")


def test_hidden_controls_which_labels_are_drawn(bench: Workbench) -> None:
    bench.label(100, 200, "A")
    bench.label(300, 400, "B")
    bench.wait_kept()
    bench.page.mouse.move(5, 5)
    all_labels = canvas(bench)
    write(bench, hidden={"labels": True, "rejected": True})
    bench.wait("() => plot.overlay.hidden")
    assert canvas(bench) != all_labels
    bench.key("h")
    written(bench, "hidden", labels=False)
    bench.key("h")
    written(bench, "hidden", labels=True)
    write(bench, hidden={"labels": False, "rejected": True})
    bench.wait("() => !plot.overlay.hidden")


def test_highlight_draws_labels_before_and_after_an_edit(bench: Workbench) -> None:
    painted = """() => { const canvas = document.querySelector('.tm-canvas-front');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return data.some(Boolean); }"""
    bench.page.mouse.move(5, 5)
    bench.settle()
    assert not bench.page.evaluate(painted)
    write(bench, highlight={"before": [{"x0": 100, "x1": 200, "label": "A"}], "after": []})
    bench.wait(painted)
    write(bench, highlight=None)
    bench.wait(f"() => !({painted})()")


def test_scope_controls_the_channels_of_a_new_label(bench: Workbench) -> None:
    write(bench, scope=[1])
    bench.label(100, 200, "A")
    bench.expect_cells("channels", ["wave"])
    write(bench, scope="all")
    bench.wait("() => plot.scope.mode === 'all'")
    bench.key("o")
    wait_prop(bench, "scope", "row")
    write(bench, scope="all")
    bench.wait("() => plot.scope.mode === 'all'")


def test_snap_controls_the_snapping_of_marks(bench: Workbench, desk: Desk) -> None:
    write(bench, snap="off")
    expect(bench.page.locator("#label-snap-button")).to_have_text("Free")
    wait_kept(bench, desk, "snap", "off")
    bench.key("x")
    wait_prop(bench, "snap", "sample")
    wait_kept(bench, desk, "snap", None)


def test_drag_mode_controls_the_action_of_dragging(bench: Workbench) -> None:
    write(bench, drag_mode="mark")
    expect(bench.page.locator("#label-select-button")).to_have_attribute("aria-pressed", "true")
    bench.drag(100, 200)
    written(bench, "mark", start=100, end=200)
    bench.key("Escape")
    bench.page.locator("#label-pan-button").click()
    wait_prop(bench, "drag_mode", "pan")


def test_view_is_written_after_a_gesture(bench: Workbench) -> None:
    bench.page.evaluate("() => plot.view.show([100, 300])")
    wait_prop(bench, "view", [100, 300])
    bench.key("ArrowRight")
    wait_prop(bench, "view", [120, 320])


def test_mark_has_the_edges_and_the_hint_their_times(bench: Workbench) -> None:
    bench.click(100)
    assert written(bench, "mark", start=100, end=None)["channels"] is None
    bench.click(200)
    written(bench, "mark", start=100, end=200)
    expect(bench.page.locator("#label-hint")).to_have_text("100 – 200 (100)")
    bench.key("Escape")
    wait_prop(bench, "mark", None)


def test_selection_has_the_common_values_of_the_selected_labels(bench: Workbench) -> None:
    bench.label(100, 200, "A")
    bench.label(300, 400, "B")
    bench.wait_kept()
    bench.page.evaluate("() => plot.labels.select([...plot.labels.rows.keys()])")
    written(bench, "selection", count=2, note="", channels=None)
    bench.key("Escape")
    written(bench, "selection", count=0)


def test_tally_has_numbers_of_labels(bench: Workbench) -> None:
    bench.label(100, 200, "A")
    written(bench, "tally", accepted=1, suggested=0, rejected=0, scores={})
    bench.key("Control+z")
    written(bench, "tally", accepted=0)


def test_suggests_stays_true_after_the_first_label_of_a_model(
    bench: Workbench, desk: Desk, recording: int
) -> None:
    bench.label(100, 200, "A")
    written(bench, "tally", accepted=1)
    wait_prop(bench, "suggests", False)
    suggest(desk.services.annotations, recording, [(300, 320, "A", 0.9)])
    desk.poll()
    wait_prop(bench, "suggests", True)
    expect(bench.page.locator("#label-table [col-id=score]").first).to_be_visible()
    bench.page.evaluate("() => plot.labels.change('reject', plot.labels.waiting().map(({ id }) => id))")
    written(bench, "tally", rejected=1)
    wait_prop(bench, "suggests", True)


def test_theme_draws_in_the_colours_of_the_page(bench: Workbench) -> None:
    ink = "() => plot.view.gd._fullLayout.font.color"
    before = bench.page.evaluate(ink)
    bench.page.evaluate("() => { document.documentElement.dataset.bsTheme = 'dark'; }")
    write(bench, theme="dark")
    bench.wait("before => plot.view.gd._fullLayout.font.color !== before", before)
    bench.page.evaluate("() => { document.documentElement.dataset.bsTheme = 'light'; }")
    write(bench, theme="light")
    bench.wait("before => plot.view.gd._fullLayout.font.color === before", before)


def test_hidden_classes_stay_hidden_under_another_name(bench: Workbench, desk: Desk, recording: int) -> None:
    bench.label(100, 200, "A")
    bench.wait_kept()
    identity = bench.page.evaluate("() => plot.labels.classNamed('A').id")
    bench.page.mouse.move(5, 5)
    shown = canvas(bench)
    write(bench, hidden_classes=[identity])
    bench.wait("id => plot.overlay.hiddenClasses.has(id)", identity)
    without = canvas(bench)
    assert without != shown
    desk.services.label_class_desk.run({"do": "rename", "id": identity, "name": "A renamed"})
    bench.wait("() => plot.labels.classNamed('A renamed')")
    assert canvas(bench) == without
    write(bench, hidden_classes=[])
    bench.wait("() => !plot.overlay.hiddenClasses.size")


def test_go_to_scrolls_to_a_stretch(bench: Workbench) -> None:
    bench.page.evaluate("() => plot.view.show([100, 300])")
    write(bench, go_to={"x0": 600, "x1": 620})
    bench.wait_range(510, 710)
    write(bench, go_to={"x0": 400, "x1": 450, "exact": True})
    bench.wait_range(400, 450)
    write(bench, go_to={"x0": 600, "x1": 620})
    bench.wait_range(585, 635)
    write(bench, go_to={"x0": 605, "x1": 610})  # in view already
    assert bench.range() == (585, 635)


def test_path_follows_when_the_file_is_renamed(bench: Workbench) -> None:
    write(bench, path="other/name.csv")
    bench.wait("() => plot.view.recording.path === 'other/name.csv'")


def test_refresh_polls_for_changes_of_others_at_once(bench: Workbench) -> None:
    asked = bench.page.evaluate("() => plot.props().since?.asked ?? 0")
    write(bench, refresh="now")
    bench.wait("asked => plot.props().since?.asked > asked", asked)


def test_the_next_poll_is_less_than_two_seconds_after_the_answer_to_an_edit(bench: Workbench) -> None:
    polls = bench.page.evaluate(
        """() => { const { setInterval } = window, polls = [];
            window.setInterval = (poll, ms) => (polls.push({ poll, ms }), setInterval(poll, ms));
            plot.labels.answered({ nonce: -1, answers: [] });  // to an edit
            plot.labels.answered({ answers: [] });  // to a poll
            window.setInterval = setInterval;
            let asked = 0;
            plot.read = () => (asked += 1);
            polls.forEach(({ poll }) => poll());
            delete plot.read;
            return [polls.map(({ ms }) => ms), asked]; }"""
    )
    assert polls == [[1800], 1]


def test_confirmed_has_the_newest_stored_edit(bench: Workbench, recording: int) -> None:
    bench.label(100, 200, "A")
    assert written(bench, "confirmed", recording=recording, revision=1)["saved"] == 0


def test_refused_edits_can_be_repeated_and_discarded(bench: Workbench, desk: Desk, recording: int) -> None:
    bench.label(100, 200, "A")
    bench.page.evaluate(
        """() => { const [row] = plot.labels.list();
            for (const uuid of ["r", "s"]) plot.refused.add({ recording: plot.labels.recording, was: [row],
                command: { uuid, kind: "note", ids: [row.id], note: uuid } }, `Changed meanwhile: ${uuid}.`); }"""
    )
    bench.wait("() => plot.props().refused?.length === 2")
    refused = bench.page.evaluate("() => plot.props().refused")
    assert [(one["uuid"], one["command"]["kind"]) for one in refused] == [("s", "note"), ("r", "note")]
    bench.page.evaluate(
        """() => [...document.querySelectorAll(".tm-toast")].find(({ textContent }) => textContent.includes(": r."))
            .querySelector(".btn-link").click()"""
    )
    bench.wait("() => plot.props().refused.length === 1")
    bench.wait_kept()
    rows = desk.services.annotations.apply(recording, [], -1)
    assert [row["note"] for row in rows["upsert"]] == ["r"]
    bench.page.evaluate("() => plot.act('refused-forget', 's')")
    wait_prop(bench, "refused", [])


def test_toasts_are_shown_and_removed_when_their_action_is_performed(bench: Workbench) -> None:
    for number in range(3):
        bench.page.evaluate("number => plot.toast(`Message ${number}`)", number)
    bench.page.evaluate(
        """() => plot.toast("Deleted.", "info", { action: { text: "Undo", act: "undo", of: "u" }, until: "u" })"""
    )
    expect(bench.toast).to_have_text(["Message 0", "Message 1", "Message 2", "Deleted.Undo"])
    bench.page.evaluate("() => dash_clientside.toasts.done('u')")
    expect(bench.toast).to_have_count(3)
