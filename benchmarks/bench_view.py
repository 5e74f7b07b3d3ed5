"""Time from a change of the view to the last redraw, in Chromium: Tidemark, an empty ``Patch``, plotly-resampler.

Each program shows three stacked channels. A view is changed by ``Plotly.relayout`` of the x range, as Plotly does at
the end of a drag or a wheel turn; the time ends with the frame after the last redraw that the change causes.
The programs alternate within one run, and the medians of many views are compared.

``python -m benchmarks.bench_view [--rows 1000000 10000000] [--views 15]``
"""

from __future__ import annotations

import argparse
import os
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright

from benchmarks.signals import write_csv

PEER_PYTHON = Path(".venv-peer/bin/python")
POINTS = 4_000  # per channel; about as many as Tidemark draws on 860 pixels with margins
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--no-first-run"]

# Resolves to the milliseconds from the relayout to the frame after the last redraw; 700 ms of quiet end the wait.
MEASURE = """
async ([from, to]) => {
  const graph = document.querySelector(".js-plotly-plot");
  let last = 0;
  let redraws = 0;
  const seen = () => { redraws += 1; requestAnimationFrame(() => { last = performance.now(); }); };
  graph.on("plotly_afterplot", seen);
  const begun = performance.now();
  const plotly = window.Plotly || document.getElementById("label-plot").timeSeriesPlot.Plotly;
  plotly.relayout(graph, { "xaxis.range[0]": from, "xaxis.range[1]": to });
  await new Promise((done) => {
    const look = () => (last && performance.now() - last > 700 ? done() : setTimeout(look, 50));
    look();
  });
  graph.removeListener("plotly_afterplot", seen);
  return [last - begun, redraws];
}
"""


def main() -> None:
    """Measure at each size and print the table."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--rows", type=int, nargs="+", default=[1_000_000, 10_000_000])
    options.add_argument("--views", type=int, default=15)
    chosen = options.parse_args()
    for rows in chosen.rows:
        report(rows, run(rows, chosen.views))


def run(rows: int, views: int) -> dict[str, list[tuple[float, int]]]:
    """Milliseconds and redraws of each view, by program."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        addresses = {
            "Tidemark": stack.enter_context(tidemark(folder, rows)),
            "empty Patch": stack.enter_context(peer(sys.executable, "empty_patch", POINTS)),
        }
        if PEER_PYTHON.exists():
            addresses["plotly-resampler"] = stack.enter_context(peer(str(PEER_PYTHON), "resampler", rows))
        browser = stack.enter_context(sync_playwright()).chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
        )
        pages = {
            name: opened(browser.new_page(viewport={"width": 1400, "height": 900}), address)
            for name, address in addresses.items()
        }
        times: dict[str, list[tuple[float, int]]] = {name: [] for name in pages}
        for view in range(-2, views):  # the first two are a warm-up
            for name, page in pages.items():
                full = 1.0 if name == "empty Patch" else rows * 0.001
                measured = page.evaluate(
                    MEASURE, [full * (0.1 + view % 7 / 20), full * (0.45 + view % 7 / 18)]
                )
                if view >= 0:
                    times[name].append((measured[0], measured[1]))
        browser.close()
    return times


def report(rows: int, times: dict[str, list[tuple[float, int]]]) -> None:
    """Print the medians, their spread, and the ratios with their budgets."""
    print(f"\n{rows:,} rows × 3 channels, change of view to painted, median of {len(times['Tidemark'])}")
    middle = {name: median(value for value, _ in values) for name, values in times.items()}
    for name, values in times.items():
        spread = quantiles([value for value, _ in values], n=4)
        redraws = median(count for _, count in values)
        print(
            f"  {name:<18}{middle[name]:7.0f} ms   (quartiles {spread[0]:.0f}–{spread[2]:.0f}, {redraws:.0f} redraws)"
        )
    verdict("Tidemark / empty Patch", middle["Tidemark"] / middle["empty Patch"], most=1.5)
    if "plotly-resampler" in middle:
        verdict("plotly-resampler / Tidemark", middle["plotly-resampler"] / middle["Tidemark"], least=3)


def verdict(name: str, ratio: float, most: float | None = None, least: float | None = None) -> None:
    """Print a ratio and its budget."""
    holds = (most is None or ratio <= most) and (least is None or ratio >= least)
    budget = f"≤ {most:g}" if most is not None else f"≥ {least:g}"
    print(f"  {name}: {ratio:.2f} (budget {budget}: {'holds' if holds else 'does not hold'})")


@contextmanager
def tidemark(folder: Path, rows: int) -> Iterator[str]:
    """Run Tidemark with one imported recording; yields the address of its page."""
    source = folder / "signals.csv"
    write_csv(source, rows)
    port = free_port()
    environment = os.environ | {
        "TIDEMARK_DATA_DIR": str(folder / "data"),
        "TIDEMARK_OUTPUTS_DIR": str(folder / "outputs"),
        "TIDEMARK_PORT": str(port),
    }
    subprocess.run(
        [sys.executable, "app.py", "import", str(source)], env=environment, check=True, capture_output=True
    )
    with running([sys.executable, "app.py"], f"http://127.0.0.1:{port}/health", environment):
        yield f"http://127.0.0.1:{port}/label/1"


@contextmanager
def peer(python: str, module: str, size: int) -> Iterator[str]:
    """Run a program of ``benchmarks/peers``; yields its address."""
    port = free_port()
    with running(
        [python, "-m", f"benchmarks.peers.{module}", str(port), str(size)], f"http://127.0.0.1:{port}/"
    ):
        yield f"http://127.0.0.1:{port}/"


@contextmanager
def running(command: list[str], address: str, environment: dict[str, str] | None = None) -> Iterator[None]:
    """Run a server; enters the ``with`` block when it answers at ``address``."""
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            _wait_for(address, process)
            yield
        finally:
            process.terminate()


def plot_page(browser: Browser, size: ViewportSize) -> Page:
    """A page in which scripts can access the plot of Tidemark as ``plot``."""
    page = browser.new_page(viewport=size)
    page.add_init_script(
        """Object.defineProperty(window, "plot", {
            get: () => document.getElementById("label-plot")?.timeSeriesPlot, configurable: true });"""
    )
    return page


def free_port() -> int:
    """An unused port."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def opened(page: Page, address: str) -> Page:
    """Open a page and wait until its graph is drawn."""
    page.goto(address)
    drawn = "() => document.querySelector('.js-plotly-plot')?._fullData?.[2]?.x?.length > 100"
    page.wait_for_function(drawn, timeout=120_000)
    return page


def _wait_for(address: str, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + 180
    while time.monotonic() < end and process.poll() is None:
        try:
            urllib.request.urlopen(address, timeout=2).close()
            return
        except OSError:
            time.sleep(0.05)
    raise RuntimeError(f"{address} does not answer")


if __name__ == "__main__":
    main()
