"""The first page: requests, bytes transferred and time until the plot is painted, in Chromium with an empty cache.

``python -m benchmarks.bench_first_page [--rounds 7] [--before WORKTREE]``. With ``--before`` it is compared with an
earlier version on the same recordings, alternating.
"""

from __future__ import annotations

import argparse
import logging
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import Any, NamedTuple

from playwright.sync_api import Browser, sync_playwright

from benchmarks.bench_view import ARGUMENTS, free_port, running
from benchmarks.timing import verdict
from services.settings import HOME

MOST_REQUESTS = 40
MOST_MEGABYTES = 3.0
DRAWN = """() => document.querySelector('.js-plotly-plot')?._fullData?.[0]?.x?.length > 100
    && document.querySelector('#label-table .ag-root')"""


class Cost(NamedTuple):
    """Cost of a visit."""

    requests: int
    megabytes: float
    milliseconds: float


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--before", type=Path, help="a work tree of an earlier version")
    chosen = parser.parse_args()
    logging.disable()
    trees = {"now": HOME, **({"before": chosen.before.resolve()} if chosen.before else {})}
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tidemark-bench-")))
        places = {name: stack.enter_context(program(folder / name, tree)) for name, tree in trees.items()}
        report(visits(places, chosen.rounds))


def visits(places: dict[str, str], rounds: int) -> dict[str, list[Cost]]:
    """Open each page with an empty cache, in turns."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
        )
        costs: dict[str, list[Cost]] = {name: [] for name in places}
        for turn in range(-1, rounds):  # the first one is a warm-up
            for name, address in places.items():
                cost = visit(browser, address)
                if turn >= 0:
                    costs[name].append(cost)
        browser.close()
    return costs


def visit(browser: Browser, address: str) -> Cost:
    """Load the page in a new context and wait until no request is pending."""
    context = browser.new_context(viewport={"width": 1400, "height": 900})
    page = context.new_page()
    watched = context.new_cdp_session(page)
    watched.send("Network.enable")
    requested: set[str] = set()
    sizes: list[float] = []

    def request(event: dict[str, Any]) -> None:
        if event["request"]["url"].startswith("http"):
            requested.add(event["requestId"])

    watched.on("Network.requestWillBeSent", request)
    watched.on("Network.loadingFinished", lambda event: sizes.append(event["encodedDataLength"]))
    began = time.perf_counter()
    page.goto(f"{address}/label/1", wait_until="commit")
    page.wait_for_function(DRAWN, timeout=120_000)
    milliseconds = (time.perf_counter() - began) * 1000
    page.wait_for_load_state("networkidle")
    context.close()
    return Cost(len(requested), sum(sizes) / 1e6, milliseconds)


def report(costs: dict[str, list[Cost]]) -> None:
    """Print the medians and the budgets."""
    write = sys.stdout.write
    middle = {
        name: Cost(*map(median, zip(*costs_of_page, strict=True))) for name, costs_of_page in costs.items()
    }
    for name, cost in middle.items():
        write(
            f"{name:<8}{cost.requests:5.0f} requests{cost.megabytes:7.2f} MB{cost.milliseconds:8.0f} ms to painted\n"
        )
    now = middle["now"]
    write(f"requests {verdict(now.requests, MOST_REQUESTS)}, MB {verdict(now.megabytes, MOST_MEGABYTES)}\n")
    if "before" in middle:
        write(
            f"time to painted, of that before: {verdict(now.milliseconds / middle['before'].milliseconds, 1.0)}\n"
        )


@contextmanager
def program(folder: Path, tree: Path) -> Iterator[str]:
    """Run the program of a work tree with one recording; yields its address."""
    places = {name: folder / name.lower() for name in ("DATA", "OUTPUTS", "MODELS")}
    for place in places.values():
        place.mkdir(parents=True)
    (places["DATA"] / ".samples-added").touch()
    port = free_port()
    environment = os.environ | {
        **{f"TIDEMARK_{name}_DIR": str(place) for name, place in places.items()},
        "TIDEMARK_PORT": str(port),
        "PYTHONPATH": str(tree),
    }
    sample = HOME / "data" / "samples" / "ecg" / "ludb_001.csv"
    subprocess.run(  # with the command of that version: tables differ between versions
        [sys.executable, str(tree / "app.py"), "import", str(sample)],
        env=environment,
        check=True,
        capture_output=True,
    )
    address = f"http://127.0.0.1:{port}"
    with running([sys.executable, str(tree / "app.py")], f"{address}/health", environment):
        yield address


if __name__ == "__main__":
    main()
