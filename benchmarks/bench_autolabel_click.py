"""Time from the click on Auto-label to drawn suggestions, in Chromium, for 1,000 rows, with a warm and a cold worker.

The real program in a real browser. A warm worker has imported torch and is idle; a cold one is started by the click
(its process was ended before), as for a user who clicks before the worker that starts with the choice of a model is
ready.

``python -m benchmarks.bench_autolabel_click [--rounds 10]``
"""

from __future__ import annotations

import argparse
import logging
import os
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

import numpy as np
import psutil
import torch
from playwright.sync_api import Page, sync_playwright

from benchmarks.bench_autolabel import model
from benchmarks.bench_view import ARGUMENTS, free_port, plot_page, running
from services.models.fields import ModelTexts
from services.settings import Settings
from services.storage.files import sha256_of
from services.torch_models.model import ModelInfo
from services.web.container import Services, build_services
from tests.support import has_torch

BUDGET = 1000.0  # ms, with a warm worker
ROWS, CHANNELS = 1000, 3

STEP = """
async () => {
  const tm = plot;
  const shown = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
  const before = [...tm.labels.rows.keys()].join();
  const begun = performance.now();
  document.querySelector("#autolabel-start-button").click();
  await new Promise((done) => {
    tm.on("labels", () => [...tm.labels.rows.keys()].join() !== before && done());
  });
  await shown();
  return performance.now() - begun;
}
"""


def prepare(folder: Path) -> tuple[int, str]:
    """Add a recording of 1,000 rows and a model; returns their ids."""
    services = build_services(settings(folder))
    try:
        info, tensors = model()
        return _recording(services, folder), _model(services, folder, info, tensors)
    finally:
        services.jobs.stop()
        services.database.close()


def settings(folder: Path) -> Settings:
    """Everything in one folder."""
    return Settings(data_dir=folder / "data", models_dir=folder / "models", outputs_dir=folder / "outputs")


def _recording(services: Services, folder: Path) -> int:
    walks = np.random.default_rng(1).normal(size=(ROWS, CHANNELS)).cumsum(axis=0) + 500
    lines = [f"{row},{a:.3f},{b:.3f},{c:.3f}" for row, (a, b, c) in enumerate(walks)]
    (folder / "short.csv").write_text("\n".join(["t,a,b,c", *lines, ""]))
    list(services.uploads.import_paths([folder / "short.csv"], root=folder))
    return services.recordings.by_path("short.csv").id


def _model(services: Services, folder: Path, info: ModelInfo, tensors: dict[str, torch.Tensor]) -> str:
    torch.save(tensors, folder / "bench.pth")
    values = {"sha256": sha256_of(folder / "bench.pth"), "origin": "upload"}
    with services.database.write() as connection:
        return services.models.keep(connection, folder / "bench.pth", ModelTexts("Bench"), info, **values).id


@contextmanager
def serving(folder: Path) -> Iterator[str]:
    """Run the program on that folder; yields its address."""
    port = free_port()
    (folder / "data" / ".samples-added").touch()
    environment = {
        **os.environ,
        "TIDEMARK_PORT": str(port),
        "TIDEMARK_DATA_DIR": str(folder / "data"),
        "TIDEMARK_MODELS_DIR": str(folder / "models"),
        "TIDEMARK_OUTPUTS_DIR": str(folder / "outputs"),
    }
    address = f"http://127.0.0.1:{port}"
    with running([sys.executable, "app.py"], f"{address}/health", environment):
        yield address


def opened(page: Page, address: str, recording: int, model_id: str) -> None:
    """Open the recording, choose the model, and wait until the button is enabled."""
    page.goto(f"{address}/label/{recording}")
    page.wait_for_function("() => window.plot?.view.part && plot.labels.loaded")
    page.evaluate('(id) => dash_clientside.set_props("shell-model", { data: id })', model_id)
    page.wait_for_selector("#autolabel-start-button:enabled")


def end_workers() -> None:
    """End every worker of the server that has imported torch."""
    for child in psutil.Process().children(recursive=True):
        alive = (
            child.status() != psutil.STATUS_ZOMBIE
        )  # a process that ended earlier remains until the server reaps it
        if alive and has_torch(child):
            child.kill()
            while (
                child.status() != psutil.STATUS_ZOMBIE
            ):  # otherwise the next job is passed to a worker that is ending
                time.sleep(0.01)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    logging.disable()
    with tempfile.TemporaryDirectory(prefix="tidemark-bench-") as name, sync_playwright() as playwright:
        recording, model_id = prepare(Path(name))
        with serving(Path(name)) as address:
            browser = playwright.chromium.launch(
                executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"), args=ARGUMENTS
            )
            page = plot_page(browser, {"width": 1440, "height": 900})
            page.set_default_timeout(120_000)
            opened(page, address, recording, model_id)
            page.evaluate(STEP)  # the worker is running now
            warm = [page.evaluate(STEP) for _ in range(rounds)]
            cold = []
            for _ in range(3):
                end_workers()
                cold.append(page.evaluate(STEP))
            browser.close()
    held = "holds" if median(warm) <= BUDGET else "MISSED"
    sys.stdout.write(
        f"click to suggestions drawn, {ROWS:,} rows: warm worker {median(warm):,.0f} ms "
        f"(longest {max(warm):,.0f}; budget {BUDGET:,.0f}: {held}); cold worker {median(cold):,.0f} ms\n"
    )


if __name__ == "__main__":
    main()
