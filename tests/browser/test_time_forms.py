"""Formats of times: the file's zone, UTC, local, seconds, samples."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.desk import Desk, Workbench
from tests.support import PATIENCE, Faults

SUMMER = "".join(
    f"2024-03-31T{hour:02}:{minute:02}:00.500+01:00,{hour}\n" for hour in range(6) for minute in range(60)
)


def choose(bench: Workbench, form: str) -> None:
    """Choose a form at the name of the axis and wait until the axis has it."""
    bench.page.get_by_label("Show times as").select_option(form)
    bench.page.evaluate("() => plot.view.show([...plot.view.full])")


def ticks(bench: Workbench) -> list[str]:
    """The texts under the visible part of the axis."""
    state: list[str] = bench.page.evaluate(
        """() => { const { range, tickvals, ticktext } = plot.view.gd._fullLayout.xaxis;
            return (ticktext || []).filter((_, i) => tickvals[i] >= range[0] && tickvals[i] <= range[1])
                .map(text => text.split('<br>')[0]); }"""
    )
    return state


@pytest.fixture
def berlin(browser: Browser) -> Iterator[Page]:
    """A page in a browser with the time zone of Berlin."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, timezone_id="Europe/Berlin")
    page, faults = context.new_page(), Faults()
    page.set_default_timeout(PATIENCE * 1000)
    faults.watch(page)
    yield page
    context.close()
    assert not faults.unexpected


def test_times_are_shown_in_the_zone_one_chooses_and_saved_in_the_files_own(
    desk: Desk, berlin: Page, tmp_path: Path
) -> None:
    recording = desk.bring(tmp_path, "time,v\n" + SUMMER, "summer.csv")
    first = desk.services.recordings.store(recording).info.time.first
    desk.label(recording, (first + 50 * 60_000, first + 70 * 60_000, "night"))
    bench = Workbench(berlin).open(desk, recording)
    bench.expect_cells("startText", ["2024-03-31 00:50:00.500+01:00"])
    choose(bench, "utc")
    expect(bench.cell(0, "startText")).to_have_text("2024-03-30 23:50:00.500+00:00")
    choose(bench, "local")
    expect(bench.cell(0, "startText")).to_have_text("2024-03-31 00:50:00.500+01:00")
    bench.wait(  # summer time: 02:00 does not exist in Berlin
        """() => { const { ticktext } = plot.view.gd._fullLayout.xaxis;
            const has = (hour) => ticktext?.some((text) => text.startsWith(`${hour}:00`));
            return has("01") && has("03") && !has("02"); }"""
    )
    clock = ticks(bench)
    assert "01:00" in clock and "03:00" in clock, clock
    assert all(text.endswith(("00", "30")) for text in clock), clock

    choose(bench, "samples")
    expect(bench.cell(0, "startText")).to_have_text("#50")
    bench.cell(0, "startText").dblclick()
    bench.cell(0, "startText").click()
    bench.key("F2")
    editor = berlin.locator("#label-table .ag-cell-inline-editing input")
    expect(editor).to_have_value("2024-03-31 00:50:00.500+01:00")
    editor.fill("#55")
    editor.press("Enter")
    expect(bench.cell(0, "startText")).to_have_text("#55")
    bench.wait_kept()
    assert desk.labels(recording) == [(55, 70, "night")]

    berlin.reload()
    bench.ready(recording)
    expect(berlin.get_by_label("Show times as")).to_have_value("samples")
    choose(bench, "file")


def test_numbers_are_shown_as_seconds_and_as_samples(desk: Desk, tab: Page, tmp_path: Path) -> None:
    rows = "".join(f"{5000 + row * 4},{row % 7}\n" for row in range(1000))
    bench = Workbench(tab).go(desk.bring(tmp_path, "time_ms,v\n" + rows, "ms.csv"))
    choose(bench, "elapsed")
    bench.wait("() => plot.view.gd._fullLayout.xaxis.ticktext?.includes('0.5')")
    assert ticks(bench)[:3] == ["0.0", "0.5", "1.0"]
    assert bench.page.evaluate("() => plot.timeText(5004)") == "0.004 s"
    choose(bench, "samples")
    bench.wait("() => plot.view.gd._fullLayout.xaxis.ticktext.includes('800')")
    assert ticks(bench)[:3] == ["0", "200", "400"]
    assert bench.page.evaluate("() => plot.timeText(5008)") == "#2"
    choose(bench, "file")
    bench.wait("() => plot.view.gd._fullLayout.xaxis.tickmode === 'auto'")


def test_sample_numbers_are_at_their_samples_when_steps_are_uneven(
    desk: Desk, tab: Page, tmp_path: Path
) -> None:
    rows = "".join(f"{row * row},{row % 7}\n" for row in range(400))
    bench = Workbench(tab).go(desk.bring(tmp_path, "time,v\n" + rows, "uneven.csv"))
    choose(bench, "samples")
    bench.wait("() => plot.view.part.ticks")
    pairs = bench.page.evaluate(
        """() => { const { tickvals, ticktext } = plot.view.gd._fullLayout.xaxis;
            return tickvals.map((x, i) => [x, Number(ticktext[i])]); }"""
    )
    assert pairs and all(x == number * number for x, number in pairs)
    bench.click(100 * 100)
    expect(bench.page.locator("#label-hint")).to_contain_text("Start #100 –")
    bench.key("Escape")
    choose(bench, "file")


def test_the_readout_has_sample_numbers_for_uneven_dates(desk: Desk, tab: Page, tmp_path: Path) -> None:
    start = datetime(2024, 5, 1, tzinfo=UTC)
    rows = "".join(f"{(start + timedelta(seconds=row * row)).isoformat()},{row}\n" for row in range(200))
    bench = Workbench(tab).go(desk.bring(tmp_path, "time,v\n" + rows, "uneven dates.csv"))
    first = start.timestamp() * 1000
    bench.page.mouse.move(*bench.point(first + 100 * 100 * 1000))
    expect(bench.page.locator("#label-readout")).to_contain_text("#100")
    expect(bench.page.locator("#label-readout")).to_contain_text("2024-05-01 02:46:40")


def test_a_file_without_a_zone_is_not_shown_in_one(desk: Desk, tab: Page) -> None:
    bench = Workbench(tab).go(desk.named("samples/sensors/nyc_taxi.csv"))
    menu = bench.page.get_by_label("Show times as")
    expect(menu.locator("option[value=utc]")).to_be_disabled()
    expect(menu.locator("option[value=local]")).to_contain_text("the file has no time zone")
