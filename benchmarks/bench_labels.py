"""Time from the second click to a committed and drawn label, in Chromium: a file with 10,000 labels and an empty one.

The real program in a real browser. Two tabs alternate in one run: a file without labels, and one with many, while the
database has ten times as many in total. A step lasts from the event to the frame after the last drawing that it causes:
the second click with the key of a class, a click on a label, a pan by a tenth, an undo.

``python -m benchmarks.bench_labels [--labels 10000] [--database 100000] [--rounds 40]``
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from uuid import uuid4

from playwright.sync_api import Page, sync_playwright
from sqlalchemy import insert

from benchmarks.bench_view import ARGUMENTS, free_port, plot_page, running
from benchmarks.signals import write_csv
from benchmarks.timing import verdict
from services.settings import Settings
from services.storage.tables import annotation_table
from services.web.container import Services, build_services

BUDGET = 100.0  # ms, second click to committed and drawn, 95th percentile
ROWS = 1_000_000
OTHERS = 9  # files with the other labels of the database
CLASSES = 5

# The steps, each resolving to milliseconds. `shown` waits for the frame after the current drawing is on the screen.
STEPS = """
() => {
  const tm = plot;
  const shown = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
  const until = (event, ready) => new Promise((done) => {
    let open = true;
    tm.on(event, () => open && ready() && ((open = false), done()));
  });
  const press = (share, height) => {
    const [gd, place] = [tm.view.gd, tm.overlay.geometry()];
    const box = gd.getBoundingClientRect();
    const clientX = box.left + place.left + (place.right - place.left) * share;
    const clientY = box.top + (height === undefined ? place.top + 30 : height);
    const at = { bubbles: true, isPrimary: true, button: 0, clientX, clientY, shiftKey: true }; // also inside a label
    const target = gd.querySelector(".nsewdrag");
    for (const kind of ["pointerdown", "pointerup"]) target.dispatchEvent(new PointerEvent(kind, at));
  };
  const key = (name) => {
    const target = document.activeElement || document.body;
    target.dispatchEvent(new KeyboardEvent("keydown", { key: name, bubbles: true }));
  };
  window.steps = {
    add: async () => {
      press(0.31);
      const before = tm.labels.rows.size;
      await shown();
      const begun = performance.now();
      press(0.36);
      key("1");
      const [fresh] = [...tm.labels.rows.values()].filter((row) => row.pending);
      await until("labels", () => !tm.labels.rows.get(fresh.id)?.pending);
      await shown();
      if (tm.labels.rows.size !== before + 1) throw new Error("nothing was added");
      return performance.now() - begun;
    },
    undo: async () => {
      const before = tm.labels.rows.size;
      const begun = performance.now();
      tm.actions.undo();
      await until("labels", () => tm.labels.rows.size === before - 1);
      await shown();
      return performance.now() - begun;
    },
    select: async (turn) => {
      tm.labels.select([]);
      await shown();
      const begun = performance.now();
      const rows = tm.labels.list();
      if (rows.length) tm.labels.select([rows[(turn * 997) % rows.length].id], "plot");
      await shown();
      return performance.now() - begun;
    },
    pan: async (turn) => {
      const begun = performance.now();
      await tm.view.pan(turn % 2 ? -0.1 : 0.1);
      await shown();
      return performance.now() - begun;
    },
    redraw: async () => {
      const begun = performance.now();
      tm.emit("moved"); // what a frame of a drag of the view draws
      await shown();
      return performance.now() - begun;
    },
  };
}
"""


def main() -> None:
    """Measure and print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--labels", type=int, default=10_000)
    parser.add_argument("--database", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=40)
    chosen = parser.parse_args()
    logging.disable()
    with (
        tempfile.TemporaryDirectory(prefix="tidemark-bench-") as name,
        program(Path(name), chosen) as address,
    ):
        for width, share in (("the whole file in view", 1.0), ("a fiftieth of the file in view", 0.02)):
            report(chosen.labels, width, measure(address, chosen.rounds, share))


def report(labels: int, width: str, times: dict[str, dict[str, list[float]]]) -> None:
    """Print median and 95th percentile of each step, and the budget's line."""
    write = sys.stdout.write
    write(
        f"\n{width}; ms, median (95th percentile)\n  {'':<10}{'0 labels':>16}{f'{labels:,} labels':>20}   ratio\n"
    )
    for step, files in times.items():
        few, many = (files[name] for name in ("empty", "full"))
        write(
            f"  {step:<10}{median(few):7.0f} ({late(few):5.0f}){median(many):11.0f} ({late(many):5.0f})"
            f"   {median(many) / median(few):.2f}\n"
        )
    write(
        f"  second click to committed and drawn, 95th percentile: {verdict(late(times['add']['full']), BUDGET)}\n"
    )


def late(values: list[float]) -> float:
    """95th percentile."""
    return sorted(values)[int(len(values) * 0.95)]


def measure(address: str, rounds: int, share: float) -> dict[str, dict[str, list[float]]]:
    """Milliseconds of every step in both files, alternating, with that share of the file in view."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
        )
        pages = {
            name: opened(
                plot_page(browser, {"width": 1400, "height": 900}), f"{address}/label/{number}", share
            )
            for number, name in ((1, "empty"), (2, "full"))
        }
        steps = ("add", "undo", "select", "pan", "redraw")
        times: dict[str, dict[str, list[float]]] = {step: {name: [] for name in pages} for step in steps}
        for turn in range(-3, rounds):  # the first three are a warm-up
            for step in steps:
                for name, page in pages.items():
                    page.bring_to_front()  # a page in the background draws no frames
                    milliseconds = page.evaluate("([step, turn]) => steps[step](turn)", [step, abs(turn)])
                    if turn >= 0:
                        times[step][name].append(milliseconds)
        browser.close()
    return times


def opened(page: Page, address: str, share: float) -> Page:
    """Open a page, wait for its labels, show a share of the file, and define the steps."""
    page.goto(address)
    page.wait_for_function(
        """() => window.plot?.view.part && plot.labels.loaded
            && document.querySelector('#label-table .ag-root')""",
        timeout=120_000,
    )
    page.evaluate(STEPS)
    page.evaluate(
        """async (share) => { const [from, to] = plot.view.full;
            await plot.view.show([from + (to - from) * 0.4, from + (to - from) * (0.4 + share)].map(
                (x) => share === 1 ? x - (to - from) * 0.4 : x)); }""",
        share,
    )
    return page


@contextmanager
def program(folder: Path, chosen: argparse.Namespace) -> Iterator[str]:
    """Run the program with files and labels; yields its address."""
    settings = Settings(
        data_dir=folder / "data", outputs_dir=folder / "outputs", models_dir=folder / "models"
    )
    for place in (settings.data_dir, settings.outputs_dir, settings.models_dir):
        place.mkdir(parents=True)
    (settings.data_dir / ".samples-added").touch()
    services = build_services(settings)
    fill(services, folder, chosen)
    services.jobs.stop()
    services.database.close()
    port = free_port()
    environment = os.environ | {
        "TIDEMARK_DATA_DIR": str(settings.data_dir),
        "TIDEMARK_OUTPUTS_DIR": str(settings.outputs_dir),
        "TIDEMARK_MODELS_DIR": str(settings.models_dir),
        "TIDEMARK_PORT": str(port),
    }
    address = f"http://127.0.0.1:{port}"
    with running([sys.executable, "app.py"], f"{address}/health", environment):
        yield address


def fill(services: Services, folder: Path, chosen: argparse.Namespace) -> None:
    """Add an empty file, a full one, and others with the remaining labels of the database."""
    for number in range(2 + OTHERS):
        source = folder / f"signals{number}.csv"
        write_csv(source, (ROWS if number < 2 else 1000) + number)  # equal bytes would be the same file
        list(services.uploads.import_paths([source], root=folder))
    with services.database.write() as connection:
        classes = [
            services.label_classes.ensure(connection, f"class {number}").id for number in range(CLASSES)
        ]
        rest = max(0, chosen.database - chosen.labels) // OTHERS
        for recording in range(2, 3 + OTHERS):
            rows, samples = (chosen.labels, ROWS) if recording == 2 else (rest, 1000)
            if rows:
                connection.execute(
                    insert(annotation_table),
                    [label(recording, n, rows, samples, classes) for n in range(rows)],
                )


def label(recording: int, number: int, count: int, samples: int, classes: list[int]) -> dict[str, object]:
    """One of ``count`` labels spread over a file; every tenth overlaps the next, every seventh has one sample."""
    first = number * samples // count
    length = 0 if number % 7 == 0 else samples // count * (3 if number % 10 == 0 else 1) // 2
    now = datetime.now(UTC)
    return {
        "id": str(uuid4()),
        "recording_id": recording,
        "start_index": first,
        "end_index": min(samples - 1, first + length),
        "label_class_id": classes[number % CLASSES],
        "source": "manual",
        "status": "accepted",
        "note": "",
        "author": "",
        "created_at": now,
        "edited_at": now,
    }


if __name__ == "__main__":
    main()
