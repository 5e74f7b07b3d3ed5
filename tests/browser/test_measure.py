"""Measuring between two points of a line."""

from __future__ import annotations

from pathlib import Path

from playwright.sync_api import Page, expect

from tests.browser.desk import Desk, Workbench

PULSE = "time_s,ecg [mV],flat\n" + "".join(
    f"{t / 100:g},{1.5 if t % 80 == 40 else 0},{5 - t / 100:g}\n" for t in range(401)
)


def painted(bench: Workbench) -> bool:
    """Is anything drawn in front of the lines?"""
    state: bool = bench.page.evaluate(
        """async () => { await new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)));
            const canvas = document.querySelector('.tm-canvas-front');
            const colour = getComputedStyle(document.documentElement).getPropertyValue('--tm-measure').trim();
            const wanted = [1, 3, 5].map(at => parseInt(colour.slice(at, at + 2), 16));
            const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
            for (let i = 0; i < data.length; i += 4)
                if (data[i + 3] === 255 && wanted.every((value, at) => data[i + at] === value)) return true;
            return false; }"""
    )
    return state


def test_two_points_give_time_value_and_rate(desk: Desk, tab: Page, tmp_path: Path) -> None:
    recording = desk.bring(tmp_path, PULSE, "pulse.csv")
    bench = Workbench(tab).go(recording)
    hint = bench.page.locator("#label-hint")
    bench.key("d")
    expect(bench.page.get_by_role("button", name="Drag or two clicks measure")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(hint).to_have_text("Click or drag between two points to measure")
    assert not painted(bench)
    bench.drag(0.4, 1.2)  # from one peak to the next
    expect(hint).to_have_text("Δt 0.8 s · 80 samples Δy 0 mV · ecg 1/Δt 1.25 Hz · 75 per minute")
    assert painted(bench)
    bench.click(0.4)
    bench.click(0.6)
    expect(hint).to_have_text("Δt 0.2 s · 20 samples Δy −1.5 mV · ecg 1/Δt 5 Hz · 300 per minute")
    bench.click(1, height=0.8)  # the other row
    bench.click(3, height=0.2)
    expect(hint).to_have_text("Δt 2 s · 200 samples Δy −2 · flat 1/Δt 500 mHz · 30 per minute")
    bench.key("Escape")
    expect(hint).to_have_text("Click or drag between two points to measure")
    assert not painted(bench)
    bench.key("Escape")
    expect(hint).to_have_text("Click a start in the plot")
    bench.click(1)
    expect(hint).to_contain_text("Start 1 – now click the end")
    bench.key("Escape")
    assert desk.labels(recording) == []


def test_with_several_samples_per_point_the_measure_uses_samples(desk: Desk, tab: Page) -> None:
    recording = desk.named("samples/ecg/mitbih_100.csv")
    bench = Workbench(tab).go(recording)
    bench.key("d")
    low, high = bench.range()
    bench.drag(low + (high - low) * 0.2, low + (high - low) * 0.7)
    bench.wait("() => plot.measure.to?.sure && plot.measure.from.sure")
    points = bench.page.evaluate("() => [plot.measure.from, plot.measure.to]")
    store = desk.services.recordings.store(recording)
    for point in points:
        assert point["x"] == float(store.x_of(point["index"]))
        assert point["value"] == store.channel(0)[point["index"]]
    expect(bench.page.locator("#label-hint")).to_contain_text(
        f"{points[1]['index'] - points[0]['index']:,} samples"
    )
    bench.key("d")


def test_measuring_works_with_the_keys_alone(bench: Workbench) -> None:
    bench.page.evaluate("() => plot.view.show([100, 200])")
    bench.wait_range(100, 200)
    bench.key("d")
    bench.key("k")
    bench.key("[")
    for _ in range(10):
        bench.key("Shift+K")
    bench.key("]")
    expect(bench.page.locator("#label-hint")).to_contain_text("10 samples")
    bench.key("d")
