"""Time from the click on Train and suggest to drawn suggestions, in Chromium: 100,000 samples, 8 channels, few labels.

The real program in a real browser; but for the first click, the worker has imported torch, as it has when a label was
made a few seconds ago. No model is chosen, so that each click trains a new model on one recording. Four states of a
machine alternate; the first segments of each are labelled, the rest is suggested.

``python -m benchmarks.bench_train_click [--rounds 3]``
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from statistics import median
from uuid import uuid4

import numpy as np
import psutil
from playwright.sync_api import sync_playwright

from benchmarks.bench_autolabel_click import serving, settings
from benchmarks.bench_view import ARGUMENTS, plot_page
from benchmarks.timing import verdict
from services.jobs import rows
from services.storage.db import open_database
from services.web.container import Services, build_services

BUDGET = 8.0  # s, on a machine that does nothing else
SAMPLES, CHANNELS, STATES = 100_000, 8, 4
LENGTH = 500  # samples of one state
MARKED = 5  # segments of each state

STEP = """
async () => {
  const tm = plot;
  const button = document.querySelector("#training-start-button");
  const begun = performance.now();
  button.click();
  await new Promise((done) => tm.on("labels", () => tm.labels.tally().suggested > 0 && done()));
  await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
  return (performance.now() - begun) / 1000;
}
"""


def prepare(folder: Path, number: int) -> int:
    """Add a recording with a few labels; returns its id."""
    services = build_services(settings(folder))
    try:
        random = np.random.default_rng(number)
        states = random.permutation(np.arange(SAMPLES // LENGTH) % STATES)
        row = np.arange(SAMPLES)
        level, pace = np.repeat(states, LENGTH), np.array([20, 45, 90, 200])[np.repeat(states, LENGTH)]
        waves = np.sin(2 * np.pi * row / pace)[:, None] * random.uniform(0.5, 2, CHANNELS)
        values = (
            waves + level[:, None] * random.uniform(0, 0.5, CHANNELS) + random.normal(0, 0.3, waves.shape)
        )
        file = (
            folder / str(number) / "machine.csv"
        )  # recordings of one folder would be training data together
        file.parent.mkdir()
        names = ",".join(f"sensor{channel}" for channel in range(CHANNELS))
        np.savetxt(file, np.column_stack([row, values]), "%.4f", ",", header=f"t,{names}", comments="")
        list(services.uploads.import_paths([file], root=folder))
        recording = services.recordings.by_path(f"{number}/machine.csv").id
        for state in range(STATES):
            for place in np.flatnonzero(states == state)[:MARKED] * LENGTH:
                _mark(services, recording, int(place), f"state {state}")
        return recording
    finally:
        services.jobs.stop()
        services.database.close()


def _mark(services: Services, recording: int, first: int, label: str) -> None:
    command = {"uuid": str(uuid4()), "kind": "add", "id": str(uuid4()), "label": label}
    command |= {"x0": first, "x1": first + LENGTH - 1}
    answer = services.annotations.apply(recording, [command], -1)
    assert not answer["rejected"], answer


def until_idle(folder: Path) -> None:
    """Wait until no job is active: the evaluation of a model runs after its suggestions."""
    database = open_database(settings(folder).database_url)
    try:
        busy = True
        while busy:
            time.sleep(0.1)
            with database.read() as connection:
                busy = bool(rows.active(connection))
    finally:
        database.close()


def worker_seconds() -> float:
    """CPU seconds so far of all processes of the program, browser excluded; ended second processes are included."""
    total = 0.0
    for child in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            if child.name().startswith("python"):
                times = child.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
    return total


def main() -> None:
    """Measure and print the line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    logging.disable()
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as name, sync_playwright() as playwright:
        folder = Path(name)
        recordings = [prepare(folder, number) for number in range(rounds + 1)]
        browser = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
        )
        seconds, cpu = [], []
        with serving(folder) as address:
            page = plot_page(browser, {"width": 1400, "height": 900})
            page.set_default_timeout(300_000)
            for recording in recordings:
                page.goto(f"{address}/label/{recording}")
                page.wait_for_function("() => window.plot?.view.part && plot.labels.loaded")
                page.evaluate('() => dash_clientside.set_props("shell-model", { data: "" })')
                page.wait_for_selector("#training-start-button:enabled")
                until_idle(folder)
                before = worker_seconds()
                seconds.append(page.evaluate(STEP))
                cpu.append(worker_seconds() - before)
        browser.close()
    sys.stdout.write(
        f"click to suggestions drawn, {SAMPLES:,} samples × {CHANNELS} channels, {STATES * MARKED} marks: "
        f"median in s {verdict(median(seconds[1:]), BUDGET)}, longest {max(seconds[1:]):.1f}; "
        f"the first, which starts the worker: {seconds[0]:.1f}; "
        f"CPU seconds of the program: median {median(cpu[1:]):.1f}\n"
    )


if __name__ == "__main__":
    main()
